package judge

import (
	"fmt"
	"strings"

	"optmm/sweep/scores"
	"optmm/sweep/tables"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// What only recorded days can say, and what they cannot.

// onHoldout counts the holdout seeds or days of a finalist.
func (j *Findings) onHoldout(f *verdict.Finalist) string {
	return text.Count(f.Holdout.N, "holdout "+j.Plan.Unit())
}

// whatHoldoutTests says what holdout seeds or days cannot show.
func (j *Findings) whatHoldoutTests() string {
	if j.Plan.OverDays() {
		return "holdout days test luck on days like these: not other market conditions, and not how the market would have reacted to our own orders"
	}
	return "holdout seeds test luck, not whether the simulator resembles the market"
}

// fewDays are too few to say well how much days vary.
const fewDays = 20

// daysNeeded says how many days it would take to distinguish an advantage from zero; nothing
// where days are not what is compared, or nothing is to be distinguished.
func (j *Findings) daysNeeded(d verdict.Difference) []string {
	if !j.Plan.OverDays() || !(d.Mean > 0) || d.N < verdict.MinimumPairs {
		return nil
	}
	needed := d.DaysNeeded()
	if needed == 0 {
		return []string{fmt.Sprintf("if %s is the true advantage and %ss vary as these do, a million would not show it", text.Significant(d.Mean), j.Plan.Unit())}
	}
	rough := ""
	if d.N < fewDays {
		rough = fmt.Sprintf("; of %s that is a rough guess", text.Count(d.N, j.Plan.Unit()))
	}
	return []string{fmt.Sprintf("if %s is the true advantage and %ss vary as these do, about %s needed to show it (80%% power)%s", text.Significant(d.Mean), j.Plan.Unit(), text.Are(needed, j.Plan.Unit()), rough)}
}

// coverage writes the measured coverage of intervals over that many days.
func coverage(days int) string {
	low, high := verdict.CoverageOverDays(days)
	return fmt.Sprintf("%.0f%% to %.0f%%", 100*low, 100*high)
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
	var covered []string
	if n := j.Scores.Rows(); n >= verdict.MinimumPairs {
		covered = append(covered, fmt.Sprintf("in %s with %s", coverage(n), text.Count(n, p.Unit())))
	}
	if j.Holdout != nil && j.Holdout.Rows() >= verdict.MinimumPairs {
		covered = append(covered, fmt.Sprintf("in %s with %s", coverage(j.Holdout.Rows()), text.Count(j.Holdout.Rows(), "holdout "+p.Unit())))
	}
	if covered != nil {
		warn("95%% intervals over %ss are nominal: they covered %s, measured on %ss whose correlation with the one before is 0 to 0.6", p.Unit(), strings.Join(covered, " and "), p.Unit())
	}
	if p.Holdout == nil && p.Grid.Points() > 1 && p.TooFewToSplit() {
		warn("%s too few to keep some from the picking, unless holdout_days says which", text.Are(len(p.Days.List), p.Unit()))
	}
	if j.Walk != nil && j.Walk.Err != nil {
		warn("there is no walk-forward over the %s whose objective is defined: %v", text.Count(len(j.Walk.Names), p.Unit()), j.Walk.Err)
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
	switch {
	case d.N < verdict.MinimumPairs:
		nothing = ": too few for an interval"
	case d.Low <= 0 && d.High >= 0:
		nothing = ", not distinguishable from zero"
	}
	say("walk-forward: picking on the past was %s than the baseline over %s that it had not seen%s%s", betterBy(d.Mean), text.Count(d.N, unit), within(d.Interval), nothing)
	if d.Low <= 0 {
		words = append(words, j.daysNeeded(d)...)
	}
	none := ""
	if n := w.Without(); n > 0 {
		none = fmt.Sprintf("; %s picked none, as no point was feasible with a defined objective, and did not trade", text.Count(n, "fold"))
	}
	switch folds := text.Count(len(w.Folds), "fold"); {
	case len(w.Folds) > 1 && w.Distinct() == 1 && w.Kept() == 1:
		say("its %s all picked point %d", folds, w.Picked[0])
	case len(w.Folds) > 1 && w.Distinct() > 1:
		say("its %s picked %d different points; %.0f%% kept the point of the fold before%s", folds, w.Distinct(), 100*w.Kept(), none)
	default:
		say("its %s picked %s%s", folds, text.Count(w.Distinct(), "point"), none)
	}
	return words
}
