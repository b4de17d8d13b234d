package judge

import (
	"fmt"
	"math"
	"slices"

	"optmm/sweep/plan"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// A point that does not trade has a score all the same, and among points that lose it is
// the best: the reader of the verdict must know.

// fewFills is the mean number of contracts a run below which a point hardly trades.
const fewFills = 10

// activity is how much the points trade.
type activity struct {
	contracts []float64 // of each point, mean per run; NaN where its parameters fill no order, and where no run succeeded
	idle      []int     // the points that could trade and have no fill in any run
}

func newActivity(p *plan.Plan, fills *verdict.Scores) (a activity) {
	for point := range fills.Points {
		if !p.IsCandidate(point) {
			a.contracts = append(a.contracts, math.NaN())
			continue
		}
		contracts := fills.Of(point).Mean // NaN of no runs
		if contracts == 0 {
			if params := p.Grid.Params(point); params.CanFill() {
				a.idle = append(a.idle, point)
			} else {
				contracts = math.NaN()
			}
		}
		a.contracts = append(a.contracts, contracts)
	}
	return a
}

// nobodyTrades reports whether every candidate is idle.
func (j *Findings) nobodyTrades() bool { return len(j.idle) == j.Plan.Candidates() }

// comparedPoint is one of the two points that a verdict is about.
type comparedPoint struct {
	name  string
	point int
}

// compared lists the best, where it is another point, and the baseline.
func (j *Findings) compared() []comparedPoint {
	points := []comparedPoint{{"the baseline", j.Baseline}}
	if j.Best >= 0 && j.Best != j.Baseline {
		points = append([]comparedPoint{{"the best", j.Best}}, points...)
	}
	return points
}

// tradingWords say, before everything else, where the best or the baseline does not trade or
// hardly does, and where the best trades at a loss.
func (j *Findings) tradingWords() (words []string) {
	say := func(format string, arguments ...any) { words = append(words, fmt.Sprintf(format, arguments...)) }
	if j.nobodyTrades() {
		say("no setting ever trades: every run has 0 fills")
		return words
	}
	for _, c := range j.compared() {
		switch contracts := j.contracts[c.point]; {
		case contracts == 0:
			say("%s never trades: 0 fills in every run of point %d", c.name, c.point)
		case contracts < fewFills:
			say("%s hardly trades: %s contracts a run", c.name, text.Significant(contracts))
		}
	}
	if j.Best < 0 {
		return words
	}
	if j.contracts[j.Best] > 0 && j.profit.Mean < 0 {
		otherwise := ""
		if len(j.idle) > 0 {
			otherwise = fmt.Sprintf("; point %d (%s) never trades", j.idle[0], j.Plan.Setting(j.idle[0]))
		}
		say("the best loses money: its net_pnl is %s%s", FormatEstimate(j.profit), otherwise)
	}
	return words
}

// tradingWarnings say what such points mean for the comparison.
func (j *Findings) tradingWarnings() (warnings []string) {
	warn := func(format string, arguments ...any) { warnings = append(warnings, fmt.Sprintf(format, arguments...)) }
	if j.nobodyTrades() {
		return nil // which the first line says
	}
	for _, c := range j.compared() {
		switch contracts := j.contracts[c.point]; {
		case contracts == 0:
			warn("%s has no fills: its figures are those of not quoting at all", c.name)
		case contracts < fewFills:
			warn("the figures of %s depend on a handful of fills", c.name)
		}
	}
	others := slices.DeleteFunc(slices.Clone(j.idle), func(point int) bool { return point == j.Best || point == j.Baseline })
	if len(others) > 0 {
		warn("%s: 0 fills in every run; the first is point %d (%s)", text.Plural(len(others), "other point never trades", "other points never trade"), others[0], j.Plan.Setting(others[0]))
	}
	return warnings
}
