package sweep

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"optmm/engine/fill"
	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
	"optmm/sweep/figures"
	"optmm/sweep/quotes"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// Calibration says what to fit an intensity to.
type Calibration struct {
	Quotes, Trades *quotes.Request
	Series         []string // as STRIKE:EXPIRY:RIGHT; empty takes every option
	quotes.Distances
	StaleMinutes int
	Draws        int                 // draws of the estimates that the fragment has
	Seed         uint32              // of the draws
	Fragment     string              // file to write; empty writes none
	Force        bool                // write it although the decay is not distinguishable from 0
	Figure       string              // file without its ending; empty draws none
	JSON         bool                // print the estimates as JSON in place of tables
	Note         func(remark string) // is called with what was taken for granted
}

// Calibrate fits A·e^{−kδ} to recorded trades against recorded quotes, and prints
// the fit with its uncertainty, how good it is, and how it differs by time of day
// and moneyness.
func Calibrate(to io.Writer, c Calibration) error {
	chain, err := quotes.ReadChain(c.Quotes)
	if err != nil {
		return fault.Usage(err)
	}
	if c.Quotes.Layout.Coin {
		return fault.Usagef("calibrate: prices in coin are not read of trades: give both in currency")
	}
	c.Trades.InheritAsTrades(c.Quotes)
	trades, err := quotes.ReadTrades(c.Trades)
	if err != nil {
		return fault.Usage(err)
	}
	chosen, err := chooseSeries(chain, c.Series)
	if err != nil {
		return fault.Usage(err)
	}
	for _, remark := range append(quotes.Remarks(chain, c.Quotes, c.StaleMinutes), quotes.TradeRemarks(trades, c.Trades)...) {
		c.Note(remark)
	}
	reaches, matched := chain.TradeThroughs(trades.All, c.StaleMinutes, chosen)
	if len(reaches) == 0 {
		return fault.Usagef("calibrate: no minute has a usable quote and a next minute; rows of a minute are needed, and these are %s apart", text.Count(chain.StepMinutes(), "minute"))
	}
	sample := c.Distances.Of(reaches, func(*recorded.TradeThrough) bool { return true })
	edges := sample.Edges()
	bins := sample.Bins(edges)
	fit, err := fill.FitArrivals(bins)
	if err != nil {
		return fault.Usagef("calibrate: %w: of %d trades %d are of options without quotes, %d without a usable quote in the minute before, and %d sides of quotes were reached", err, matched.Trades, matched.Unknown, matched.Unquoted, len(sample.Reached))
	}
	var b strings.Builder
	if c.JSON {
		if err := c.writeJSON(&b, matched, &sample, bins, fit); err != nil {
			return err
		}
	} else if err := c.writeTables(&b, chain, matched, &sample, reaches, edges, bins, fit); err != nil {
		return err
	}
	if c.Figure != "" {
		if err := c.draw(bins, fit); err != nil {
			return fmt.Errorf("calibrate: %w", err)
		}
		c.say(&b, "\nfigure in %s.png and .svg\n", c.Figure)
	}
	var refused error
	if c.Fragment != "" && !fit.HasDecay() && !c.Force {
		refused = fault.WithRemedies(fault.Usagef("calibrate: %s is not written: intensity_decay is not distinguishable from 0 with %s; take more trades", c.Fragment, text.Count(matched.Trades-matched.Unknown-matched.Unquoted, "trade")), fault.Force)
	} else if c.Fragment != "" {
		if err := os.WriteFile(c.Fragment, c.fragment(fit), 0o644); err != nil {
			return fmt.Errorf("calibrate: %w", err)
		}
		c.say(&b, "\nparameters in %s: a study takes them with  include: %s\n", c.Fragment, filepath.ToSlash(c.Fragment))
	}
	if _, err := io.WriteString(to, b.String()); err != nil {
		return err
	}
	return refused
}

// say prints a sentence, where tables are.
func (c *Calibration) say(to io.Writer, format string, arguments ...any) {
	if !c.JSON {
		fmt.Fprintf(to, format, arguments...)
	}
}

// writeTables prints the fit with its uncertainty, where it is wrong, and how it differs by part.
func (c *Calibration) writeTables(to io.Writer, chain *recorded.Chain, matched recorded.Matched, sample *quotes.DistanceSample, reaches []recorded.TradeThrough, edges []float64, bins []fill.Bin, fit fill.Fit) error {
	c.writeFacts(to, matched, sample, fit)
	if err := c.writeBins(to, bins, fit); err != nil {
		return err
	}
	return c.writeGroups(to, chain, reaches, edges)
}

// writeJSON writes the fit and its bins.
func (c *Calibration) writeJSON(to io.Writer, matched recorded.Matched, sample *quotes.DistanceSample, bins []fill.Bin, fit fill.Fit) error {
	return text.WriteJSON(to, map[string]any{
		"minutes": sample.Minutes, "sides_traded": len(sample.Reached), "from": c.origin(), "unit": c.unit(), "trades": text.Plain(matched), "bins": text.Plain(bins),
		"arrival_rate": math.Exp(fit.LogRate), "log_rate_standard_error": text.Number(math.Sqrt(fit.LogRateVariance)), "intensity_decay": fit.Decay, "intensity_decay_standard_error": text.Number(math.Sqrt(fit.DecayVariance)),
		"correlation": text.Number(fit.Covariance / math.Sqrt(fit.LogRateVariance*fit.DecayVariance)), "deviance": fit.Deviance, "degrees_of_freedom": fit.Degrees, "p_of_deviance": text.Number(fit.TailProbability()),
		"decay_distinguishable_from_0": fit.HasDecay(),
	})
}

// chooseSeries reads STRIKE:EXPIRY:RIGHT entries, of which each must be there.
func chooseSeries(chain *recorded.Chain, series []string) (func(*recorded.Option) bool, error) {
	if len(series) == 0 {
		return func(*recorded.Option) bool { return true }, nil
	}
	names := map[string]bool{}
	for i := range chain.Options {
		names[optionName(chain, &chain.Options[i])] = true
	}
	wanted := map[string]bool{}
	for _, entry := range series {
		if !names[entry] {
			return nil, &fault.Option{Name: "series", Value: entry, Err: fmt.Errorf("the quotes have no such option; write it as in %s", optionName(chain, &chain.Options[0]))}
		}
		wanted[entry] = true
	}
	return func(o *recorded.Option) bool { return wanted[optionName(chain, o)] }, nil
}

func optionName(chain *recorded.Chain, o *recorded.Option) string {
	right := "call"
	if o.Put {
		right = "put"
	}
	return strconv.FormatFloat(o.Strike, 'f', -1, 64) + ":" + time.Unix(chain.Expiries[o.Expiry].Seconds, 0).UTC().Format(time.DateOnly) + ":" + right
}

func (c *Calibration) unit() string {
	if c.Currency {
		return "price"
	}
	return "half-spread"
}

func (c *Calibration) origin() string {
	if c.FromTouch {
		return "touch"
	}
	return "mid"
}

func (c *Calibration) writeFacts(to io.Writer, matched recorded.Matched, sample *quotes.DistanceSample, fit fill.Fit) {
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintf(table, "quotes\t%d minutes of exposure, each side of a quote by itself\n", sample.Minutes)
	fmt.Fprintf(table, "trades\t%d, of which %d of options without quotes and %d without a usable quote in the minute before\n", matched.Trades, matched.Unknown, matched.Unquoted)
	fmt.Fprintf(table, "reach\t%d sides of quotes were traded at or beyond the %s; a trade at the mid counts half on each\n", len(sample.Reached), c.origin())
	if lost := matched.Unknown + matched.Unquoted; 2*lost > matched.Trades {
		fmt.Fprintf(table, "warning\tmost trades match no quote: do both files hold the same options, and write times and expiries in the same way?\n")
	}
	fmt.Fprintf(table, "arrival_rate\t%s a minute\n", logInterval(fit.LogRate, fit.LogRateVariance))
	fmt.Fprintf(table, "intensity_decay\t%s per %s from the %s\n", logInterval(math.Log(fit.Decay), fit.LogDecayVariance()), c.unit(), c.origin())
	if !fit.HasDecay() {
		fmt.Fprintf(table, "warning\tintensity_decay is not distinguishable from 0: its standard error is %s\n", text.Significant(math.Sqrt(fit.DecayVariance)))
	}
	fmt.Fprintf(table, "correlation\t%.2f of ln A and k\n", fit.Covariance/math.Sqrt(fit.LogRateVariance*fit.DecayVariance))
	fmt.Fprintf(table, "deviance\t%.1f of %d degrees of freedom, p %s\n", fit.Deviance, fit.Degrees, tail(&fit))
	table.Flush()
}

// logInterval writes e^x with the 95% interval of x.
func logInterval(x, variance float64) string {
	half := 1.96 * math.Sqrt(variance)
	return text.Estimate(math.Exp(x), math.Exp(x-half), math.Exp(x+half))
}

// tail writes the probability of the fit's deviance, and says so where it leaves no doubt.
func tail(fit *fill.Fit) string {
	p := fit.TailProbability()
	if p < text.LeastProbability {
		return text.TailProbability(p) + ": the law does not fit"
	}
	return text.TailProbability(p)
}

// wrongBin is how many standard deviations a bin's trades may be from the fit's
// before it is called wrong there.
const wrongBin = 3

func (c *Calibration) writeBins(to io.Writer, bins []fill.Bin, fit fill.Fit) error {
	fmt.Fprintf(to, "\nby distance from the %s, in %ss\n", c.origin(), c.unit())
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "  from\tto\ttrades\tfitted\tstandardized")
	wrong := 0
	for _, b := range bins {
		expected := b.Expected(math.Exp(fit.LogRate), fit.Decay)
		z := (b.Events - expected) / math.Sqrt(expected*(1-expected/b.AtRisk))
		mark := ""
		if math.Abs(z) > wrongBin {
			mark, wrong = "  wrong here", wrong+1
		}
		high := "…"
		if !math.IsInf(b.High, 1) {
			high = fmt.Sprintf("%.4g", b.High)
		}
		fmt.Fprintf(table, "  %.4g\t%s\t%.4g\t%.1f\t%+.1f%s\n", b.Low, high, b.Events, expected, z, mark)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if wrong > 0 {
		fmt.Fprintf(to, "  the fit over this range is wrong in %s; a narrower range may serve where quotes will be\n", text.Count(wrong, "bin"))
	}
	return nil
}

// writeGroups fits parts of the data by themselves, over the same bins.
func (c *Calibration) writeGroups(to io.Writer, chain *recorded.Chain, reaches []recorded.TradeThrough, edges []float64) error {
	starts := chain.SessionStarts()
	hours := func(r *recorded.TradeThrough) (since, left int64) {
		session, _ := slices.BinarySearch(starts, r.Minute+1)
		first := starts[session-1]
		end := len(chain.Timestamps)
		if session < len(starts) {
			end = starts[session]
		}
		return chain.Timestamps[r.Minute] - chain.Timestamps[first], chain.Timestamps[end-1] - chain.Timestamps[r.Minute]
	}
	moneyness := func(r *recorded.TradeThrough) float64 { // positive out of the money, in standard deviations of 20% a year
		o := &chain.Options[r.Option]
		x := math.Log(o.Strike/chain.Expiries[o.Expiry].Underlying[r.Minute]) / (0.2 * math.Sqrt(math.Max(chain.Years(r.Minute, o.Expiry), 1.0/365)))
		if o.Put {
			return -x
		}
		return x
	}
	fmt.Fprintf(to, "\nby part, each fitted by itself\n")
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "  part\tminutes\ttrades\tarrival_rate\tintensity_decay\tp of the deviance")
	for _, group := range []struct {
		name   string
		chosen func(*recorded.TradeThrough) bool
	}{
		{"first hour", func(r *recorded.TradeThrough) bool { since, _ := hours(r); return since < 3600 }},
		{"between", func(r *recorded.TradeThrough) bool { since, left := hours(r); return since >= 3600 && left >= 3600 }},
		{"last hour", func(r *recorded.TradeThrough) bool { since, left := hours(r); return since >= 3600 && left < 3600 }},
		{"out of the money", func(r *recorded.TradeThrough) bool { return moneyness(r) > 0.5 }},
		{"at the money", func(r *recorded.TradeThrough) bool { return math.Abs(moneyness(r)) <= 0.5 }},
		{"in the money", func(r *recorded.TradeThrough) bool { return moneyness(r) < -0.5 }},
	} {
		sample := c.Distances.Of(reaches, group.chosen)
		fit, err := fill.FitArrivals(sample.Bins(edges))
		if err != nil {
			fmt.Fprintf(table, "  %s\t%d\t%d\ttoo few\t\t\n", group.name, sample.Minutes, len(sample.Reached))
			continue
		}
		fmt.Fprintf(table, "  %s\t%d\t%d\t%s\t%.4g ± %.2g\t%s\n", group.name, sample.Minutes, len(sample.Reached),
			logInterval(fit.LogRate, fit.LogRateVariance), fit.Decay, math.Sqrt(fit.DecayVariance), tail(&fit))
	}
	return table.Flush()
}

func (c *Calibration) draw(bins []fill.Bin, fit fill.Fit) error {
	drawn := figures.Intensity{
		Rate: math.Exp(fit.LogRate), Decay: fit.Decay, Unit: c.unit(), Origin: c.origin(),
		Caption: fmt.Sprintf("%s, %s, deviance %.1f of %d degrees of freedom", filepath.Base(c.Quotes.Title()), filepath.Base(c.Trades.Title()), fit.Deviance, fit.Degrees),
	}
	for _, b := range bins {
		if b.Events > 0 && b.Events < b.AtRisk && !math.IsInf(b.High, 1) {
			drawn.Rates = append(drawn.Rates, figures.Rate{Low: b.Low, High: b.High, Events: b.Events, AtRisk: b.AtRisk})
		}
	}
	figure, err := figures.DrawIntensity(drawn)
	if err != nil {
		return err
	}
	files := store.NewBatch(filepath.Dir(c.Figure))
	defer files.Discard()
	for _, format := range figures.Formats() {
		if err := files.Add(filepath.Base(c.Figure)+"."+format, func(to io.Writer) error { return figure.Render(to, format) }); err != nil {
			return err
		}
	}
	return files.Commit()
}

// fragment is the part of a study that the estimates are: fixed values, or draws
// from the normal distribution of ln A and ln k together, zipped as one axis.
func (c *Calibration) fragment(fit fill.Fit) []byte {
	var b strings.Builder
	scale := "half_spread"
	if c.Currency {
		scale = "currency"
	}
	fmt.Fprintf(&b, "# Fitted to %s against %s: ln A %.6g ± %.2g, k %.6g ± %.2g, correlation %.2f;\n# deviance %.1f of %d degrees of freedom. A study takes it with include.\n",
		filepath.Base(c.Trades.Title()), filepath.Base(c.Quotes.Title()), fit.LogRate, math.Sqrt(fit.LogRateVariance), fit.Decay, math.Sqrt(fit.DecayVariance),
		fit.Covariance/math.Sqrt(fit.LogRateVariance*fit.DecayVariance), fit.Deviance, fit.Degrees)
	fmt.Fprintf(&b, "engine:\n  fill_model: exponential\n  fill_from: %s\n  price_scale: %s\n", c.origin(), scale)
	if c.Draws == 0 {
		fmt.Fprintf(&b, "  arrival_rate: %.6g\n  intensity_decay: %.6g\n", math.Exp(fit.LogRate), fit.Decay)
		return []byte(b.String())
	}
	var rates, decays []string
	for _, draw := range fit.Draws(c.Draws, c.Seed) {
		rates = append(rates, strconv.FormatFloat(draw.Rate, 'g', 6, 64))
		decays = append(decays, strconv.FormatFloat(draw.Decay, 'g', 6, 64))
	}
	fmt.Fprintf(&b, "zip:                             # the first is the estimate, the rest draws of its uncertainty\n  - arrival_rate:    [%s]\n    intensity_decay: [%s]\n",
		strings.Join(rates, ", "), strings.Join(decays, ", "))
	return []byte(b.String())
}
