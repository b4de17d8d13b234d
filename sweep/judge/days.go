package judge

import (
	"fmt"

	"optmm/sweep/scores"
	"optmm/sweep/tables"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// What only recorded days can say, and what they cannot.

// coveredFrom is from how many days on it was measured what the intervals cover.
const coveredFrom = 20

// onHoldout counts the holdout seeds or days of a finalist.
func (j *Findings) onHoldout(f *verdict.Finalist) string {
	return text.Count(f.Holdout.N, "holdout "+j.Plan.Unit())
}

// whatHoldoutTests says what holdout seeds or days cannot show.
func (j *Findings) whatHoldoutTests() string {
	if j.Plan.OverDays() {
		return "holdout days test the picking on days like these, not other times, nor what our own orders would have changed"
	}
	return "holdout seeds test luck, not whether the simulator resembles the market"
}

// daysNeeded says how many days it would take to distinguish an advantage from zero; empty
// where days are not what is compared, or nothing is to be distinguished.
func (j *Findings) daysNeeded(d verdict.Difference) string {
	if !j.Plan.OverDays() || !(d.Mean > 0) {
		return ""
	}
	needed := d.DaysNeeded()
	if needed == 0 {
		return "days differ so much that even a million would not distinguish it from zero"
	}
	return fmt.Sprintf("were it true, and days as different as these, it would take about %s to distinguish it from zero", text.Count(needed, j.Plan.Unit()))
}

// dayWarnings say what a reader must know of intervals over days.
func (j *Findings) dayWarnings() (warnings []string) {
	p := j.Plan
	if !p.OverDays() {
		return nil
	}
	warn := func(format string, arguments ...any) { warnings = append(warnings, fmt.Sprintf(format, arguments...)) }
	for i := range p.Days.List {
		if day := &p.Days.List[i]; day.Broken != "" {
			warn("%s of %d cannot be simulated, and their runs failed; the first is %s: %s", text.Count(p.Days.Broken(), p.Unit()), len(p.Days.List), day.Name, day.Broken)
			break
		}
	}
	if n := j.Difference.N; n >= verdict.MinimumPairs && n < coveredFrom {
		warn("%s: the intervals are nominal 95%%; what they cover was measured from %d days on (93%% to 95%%, of days that depend on one another), not of fewer", text.Count(n, p.Unit()), coveredFrom)
	}
	if p.Holdout == nil && p.Grid.Points() > 1 && p.TooFewToSplit() {
		warn("%s are too few to keep some from the picking, unless holdout_days says which", text.Count(len(p.Days.List), p.Unit()))
	}
	if j.Walk != nil && j.Walk.Err != nil {
		warn("there is no walk-forward: of the days that could be simulated %v", j.Walk.Err)
	}
	return warnings
}

// WalkForward is what picking on past days comes to on the days after them.
type WalkForward struct {
	*verdict.Walk
	Objective *verdict.Scores // two columns: of what was picked, and of the baseline
	Profit    *verdict.Scores // the same of net_pnl
	Names     []string        // of all days, those that the walk knows
	Err       error           // why there is none
}

// Advantage is what picking had over the baseline, a day.
func (w *WalkForward) Advantage() verdict.Difference { return w.Objective.Compare(0, 1) }

// walkForward picks on each training window and joins the days after it.
func walkForward(s *tables.Runs, objective *verdict.Scores, baseline int) (*WalkForward, error) {
	p := s.Plan
	w := &WalkForward{}
	all := p.DayNames(p.Seeds)
	for _, unit := range objective.Units {
		w.Names = append(w.Names, all[unit])
	}
	infeasible := scores.InfeasibleDays(s.Scores(), objective)
	w.Walk, w.Err = verdict.WalkForward(objective, baseline, *p.Walk, infeasible)
	if w.Err != nil {
		return w, nil
	}
	profit, err := s.Figure("net_pnl")
	if err != nil {
		return nil, err
	}
	w.Objective, w.Profit = w.Joined(objective, baseline), w.Joined(profit.Matching(objective), baseline)
	return w, nil
}

// walkWords say what the walk-forward showed.
func (j *Findings) walkWords() (words []string) {
	w := j.Walk
	if w == nil || w.Err != nil {
		return nil
	}
	say := func(format string, arguments ...any) { words = append(words, fmt.Sprintf(format, arguments...)) }
	d := w.Advantage()
	unit := j.Plan.Unit()
	nothing := ""
	if d.Low <= 0 && d.High >= 0 {
		nothing = ", not distinguishable from zero"
	}
	say("walk-forward: picking on the past was %s than the baseline over %s that it had not seen%s%s", betterBy(d.Mean), text.Count(d.N, unit), within(d.Interval), nothing)
	if d.Low <= 0 {
		if needed := j.daysNeeded(d); needed != "" {
			say("%s", needed)
		}
	}
	kept := ""
	if len(w.Folds) > 1 {
		kept = fmt.Sprintf("; %.0f%% kept the point of the fold before", 100*w.Kept())
	}
	say("%s picked %s%s", text.Count(len(w.Folds), "fold"), text.Count(w.Distinct(), "point"), kept)
	return words
}
