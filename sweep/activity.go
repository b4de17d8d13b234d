package sweep

import (
	"fmt"
	"slices"
)

// A point that does not trade has a score all the same, and among points that lose it is
// the best: whoever reads the verdict is to know.

// fewFills is the mean number of contracts a run below which a point hardly trades.
const fewFills = 10

// trades returns the mean contracts that a point trades in a run; able is false where its
// parameters fill no order at all, and where no run of it succeeded.
func (j *judged) trades(point int) (contracts float64, able bool) {
	e := j.fills.Of(point)
	params := j.study.Grid.Params(point)
	return e.Mean, e.N > 0 && params.CanFill()
}

// idlePoints counts the points that could trade and have no fill in any run, but for some,
// and returns the first of them.
func (j *judged) idlePoints(but ...comparedPoint) (count, first int) {
	for point := range j.fills.Points {
		contracts, able := j.trades(point)
		if !able || contracts != 0 || slices.ContainsFunc(but, func(c comparedPoint) bool { return c.point == point }) {
			continue
		}
		if count++; count == 1 {
			first = point
		}
	}
	return count, first
}

// comparedPoint is one of the two points that a verdict is about.
type comparedPoint struct {
	name  string
	point int
}

// compared lists the best, where it is another point, and the baseline.
func (j *judged) compared() []comparedPoint {
	points := []comparedPoint{{"the baseline", j.Baseline}}
	if j.Best >= 0 && j.Best != j.Baseline {
		points = append([]comparedPoint{{"the best", j.Best}}, points...)
	}
	return points
}

// activity says, before everything else, where the best or the baseline does not trade or
// hardly does, and where the best trades at a loss.
func (j *judged) activity() (words []string) {
	say := func(format string, arguments ...any) { words = append(words, fmt.Sprintf(format, arguments...)) }
	idle, first := j.idlePoints()
	if idle == j.fills.Points {
		say("no setting ever trades: every run has 0 fills")
		return words
	}
	for _, c := range j.compared() {
		contracts, able := j.trades(c.point)
		switch {
		case !able:
		case contracts == 0:
			say("%s never trades: 0 fills in every run of point %d", c.name, c.point)
		case contracts < fewFills:
			say("%s hardly trades: %s contracts a run", c.name, significant(contracts))
		}
	}
	if j.Best < 0 {
		return words
	}
	if contracts, able := j.trades(j.Best); able && contracts > 0 && j.profit.Mean < 0 {
		otherwise := ""
		if idle > 0 {
			otherwise = fmt.Sprintf("; point %d (%s) never trades", first, j.study.setting(first))
		}
		say("the best loses money: its net_pnl is %s%s", formatEstimate(j.profit), otherwise)
	}
	return words
}

// activityWarnings say what such points mean for the comparison.
func (j *judged) activityWarnings() (warnings []string) {
	warn := func(format string, arguments ...any) { warnings = append(warnings, fmt.Sprintf(format, arguments...)) }
	if idle, _ := j.idlePoints(); idle == j.fills.Points {
		return nil // which the first line says
	}
	for _, c := range j.compared() {
		contracts, able := j.trades(c.point)
		switch {
		case !able:
		case contracts == 0:
			warn("%s has no fills: its figures are those of not quoting at all", c.name)
		case contracts < fewFills:
			warn("the figures of %s depend on a handful of fills", c.name)
		}
	}
	if idle, first := j.idlePoints(j.compared()...); idle > 0 {
		warn("%s: 0 fills in every run; the first is point %d (%s)", pluralOf(idle, "other point never trades", "other points never trade"), first, j.study.setting(first))
	}
	return warnings
}
