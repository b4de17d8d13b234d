package sweep

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"optmm/engine"
	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
	"optmm/sweep/fault"
	"optmm/sweep/figures"
	"optmm/sweep/grid"
	"optmm/sweep/present"
	"optmm/sweep/spec"
)

// Single is one run outside a study.
type Single struct {
	Params  param.Params
	Seed    grid.Seed
	Quotes  market.Recorded // nil runs on the synthetic market
	Zone    *time.Location  // of the quotes' times
	Source  string          // what the figures call the market
	Figures string          // folder for the figures; empty draws none
}

// RunSingle simulates one run and draws its figures.
func RunSingle(single Single) (*account.Summary, error) {
	recorded := single.Quotes != nil
	if err := single.Params.Validate(param.DataOf(single.Quotes)); err != nil {
		return nil, fault.Usage(err)
	}
	var source market.Source = synthetic.Source{}
	if recorded {
		source = single.Quotes
	}
	m, err := source.Market(single.Params.Market, single.Seed.Market)
	if err != nil {
		return nil, fault.Usage(err)
	}
	var simulator engine.Simulator
	summary, err := simulator.Run(m, &single.Params, single.Seed.Fill)
	if err != nil {
		return nil, fault.Usagef("simulate: %w", err)
	}
	if single.Figures == "" {
		return &summary, nil
	}
	switch err := os.MkdirAll(single.Figures, 0o755); {
	case errors.Is(err, syscall.ENOSPC):
		return nil, fmt.Errorf("write figures: %w", err)
	case err != nil: // the folder cannot be one
		return nil, fault.Usagef("write figures: %w", err)
	}
	seed := "seed " + single.Seed.String()
	if recorded {
		seed = fmt.Sprintf("fill seed %d", single.Seed.Fill)
	}
	sample := &figures.Sample{
		Caption: single.Source + ": " + spec.DescribeParams(&single.Params, single.Quotes), Seed: seed, Step: m.StepMinutes(),
	}
	sample.Add(simulator.Record())
	sample.Residual, sample.Score = figures.ParityDots(m)
	sample.Clock = &figures.Clock{Seconds: m.Timestamps, Sessions: m.Sessions, Zone: single.Zone}
	if err := present.WriteFigures(single.Figures, ".", sample, figures.ScaleOf(sample)); err != nil {
		os.Remove(single.Figures) // only where it is empty
		return nil, fmt.Errorf("write figures: %w", err)
	}
	return &summary, nil
}

// headline lists the seed's four figures, which the JSON of a single run has and
// no others.
func headline() []account.Statistic {
	var chosen []account.Statistic
	for _, name := range []string{"net_pnl", "annualized_sharpe_est", "total_fills", "avg_inventory"} {
		for _, statistic := range account.Statistics() {
			if statistic.Name == name {
				chosen = append(chosen, statistic)
			}
		}
	}
	return chosen
}

// WriteSummaryJSON writes the seed's four figures as one JSON object with all
// their digits, null where undefined.
func WriteSummaryJSON(to io.Writer, summary *account.Summary) error {
	var fields []string
	for _, statistic := range headline() {
		text := "null"
		if value, defined := statistic.Value(summary); defined {
			text = strconv.FormatFloat(value, 'g', -1, 64)
		}
		fields = append(fields, fmt.Sprintf("%q: %s", statistic.Name, text))
	}
	_, err := fmt.Fprintf(to, "{%s}\n", strings.Join(fields, ", "))
	return err
}

// WriteSummaryText writes the seed's four figures, one a line, and below them the
// others that are not zero.
func WriteSummaryText(to io.Writer, summary *account.Summary) error {
	var b strings.Builder
	first := headline()
	for _, statistic := range first {
		fmt.Fprintf(&b, "%-22s %s\n", statistic.Name, formatStatistic(statistic, summary))
	}
	b.WriteByte('\n')
	for _, statistic := range account.Statistics() {
		value, defined := statistic.Value(summary)
		if defined && value != 0 && !slices.ContainsFunc(first, func(s account.Statistic) bool { return s.Name == statistic.Name }) {
			fmt.Fprintf(&b, "%-22s %s\n", statistic.Name, formatStatistic(statistic, summary))
		}
	}
	_, err := io.WriteString(to, b.String())
	return err
}

func formatStatistic(statistic account.Statistic, summary *account.Summary) string {
	value, defined := statistic.Value(summary)
	switch {
	case !defined:
		return "undefined"
	case statistic.Integer:
		return strconv.Itoa(int(value))
	}
	return strconv.FormatFloat(value, 'f', 4, 64)
}
