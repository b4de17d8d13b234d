package judge

import (
	"fmt"
	"math"
	"slices"

	"optmm/engine/account"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// Answer is what a study comes to: whether its best point is better than its baseline.
type Answer struct {
	Word string // one of the four below
	Why  string // a sentence, which goes on after the word
}

// The words of an answer.
const (
	answerYes          = "Yes"
	answerNo           = "No"
	answerInconclusive = "Inconclusive"
	answerNothing      = "Nothing to compare"
)

func (a Answer) String() string { return a.Word + ": " + a.Why }

// Answer answers by the first of these rules that applies.
//
//  1. There is one point: Nothing to compare.
//  2. There is no best point, or the best is the baseline, or no better on average: No.
//  3. Holdout seeds ran it at least five times: they decide, since nothing was picked by them. Their
//     95% interval lies above zero: Yes; below: No; around it: Inconclusive.
//  4. Otherwise the seeds that it was picked by decide. Yes, where the 95% interval lies above zero
//     and the family-wise adjusted p is at most 5%; Inconclusive, where either fails or is unknown.
func (j *Findings) Answer() Answer {
	a := j.answer()
	for i := range j.Signals {
		if j.Signals[i].InSample {
			a.Why += fmt.Sprintf("; in sample: %s may have been trained on what it trades", j.Signals[i].Kind)
		}
	}
	return a
}

func (j *Findings) answer() Answer {
	d := j.Difference
	switch {
	case j.Plan.Candidates() == 1 || j.noneReached():
		return Answer{answerNothing, j.oneSetting()}
	case j.Best < 0:
		return Answer{answerNo, "there is no best setting"}
	case j.Best == j.Baseline:
		return Answer{answerNo, fmt.Sprintf("none of %s is better than the baseline on average", j.settings())}
	case d.N == 0:
		return Answer{answerInconclusive, fmt.Sprintf("the baseline has no %s under any %s", j.Plan.Objective, j.Plan.Unit())}
	case !(d.Mean > 0):
		return Answer{answerNo, fmt.Sprintf("the best of the other settings is %s", j.measured(d.Mean, d.Interval, text.Count(d.N, j.Plan.Unit())))}
	}
	if winner := j.Winner(); winner != nil && !math.IsNaN(winner.Holdout.Low) {
		h := winner.Holdout
		why := j.measured(h.Mean, h.Interval, j.onHoldout(winner))
		switch {
		case h.Low > 0:
			return Answer{answerYes, "the best is " + why}
		case h.High < 0:
			return Answer{answerNo, "the best is " + why}
		}
		return Answer{answerInconclusive, "the best is " + why + ", which may be chance"}
	}
	why := "the best is " + j.measured(d.Mean, d.Interval, text.Count(d.N, j.Plan.Unit()))
	switch {
	case math.IsNaN(d.Low):
		return Answer{answerInconclusive, why + fmt.Sprintf("; at least %d are needed", verdict.MinimumPairs)}
	case math.IsNaN(j.Adjusted):
		return Answer{answerInconclusive, why + ", on which it was picked, and no holdout " + j.Plan.Unit() + "s ran it"}
	case d.Low <= 0 || j.Adjusted > verdict.Level:
		return Answer{answerInconclusive, why + fmt.Sprintf(", which may be chance (adjusted p %s)", atMost(j.Adjusted, j.Replicates))}
	}
	return Answer{answerYes, why + fmt.Sprintf(", on which it was picked (adjusted p %s)", atMost(j.Adjusted, j.Replicates))}
}

// settings counts what is compared, of how many where a condition leaves some.
func (j *Findings) settings() string {
	if j.Plan.Where() == "" {
		return text.Count(j.Plan.Candidates(), "setting")
	}
	return fmt.Sprintf("%s (of %d)", text.Count(j.Plan.Candidates(), "setting"), j.Plan.Grid.Points())
}

// noneReached reports whether no candidate but the baseline reached the last rung of halving.
func (j *Findings) noneReached() bool {
	stages := j.Plan.SelectionStages()
	last := &stages[len(stages)-1]
	return j.Plan.Where() != "" && last.Points != nil && !slices.ContainsFunc(last.Points, func(point int) bool { return point != j.Baseline && j.Plan.IsCandidate(point) })
}

func (j *Findings) oneSetting() string {
	switch {
	case j.Plan.Where() == "":
		return "one setting was run"
	case j.Plan.Candidates() > 1:
		return "no setting that meets the condition was kept to the last rung"
	}
	return "no setting but the baseline meets the condition"
}

// measured says by how much the best is better, of what, and on which seeds.
func (j *Findings) measured(mean float64, interval verdict.Interval, on string) string {
	what := j.Plan.Objective.String()
	if name, plain := j.Plan.Objective.Statistic(); plain {
		for _, statistic := range account.Statistics() {
			if statistic.Name == name && statistic.Unit != "1" {
				what += " in " + statistic.Unit
			}
		}
	}
	certain := ""
	if !math.IsNaN(interval.Low) {
		certain = fmt.Sprintf("; 95%% CI %s to %s", text.Significant(interval.Low), text.Significant(interval.High))
	}
	return fmt.Sprintf("%s than the baseline on %s (%s%s)", betterBy(mean), on, what, certain)
}

// disagreement says so where the seeds that the best was picked by and the holdout seeds, which
// decide, lead to other answers; empty where they agree.
func (j *Findings) disagreement() string {
	winner := j.Winner()
	if winner == nil || math.IsNaN(winner.Holdout.Low) || math.IsNaN(j.Adjusted) {
		return ""
	}
	unit := j.Plan.Unit()
	byPicking, byHoldout := j.Adjusted <= verdict.Level && j.Difference.Low > 0, winner.Holdout.Low > 0
	switch {
	case byHoldout && !byPicking:
		return fmt.Sprintf("the %ss that it was picked by would not have shown it (family-wise adjusted p %s, Romano–Wolf, %s); the holdout %ss decide, since nothing was picked by them", unit, atMost(j.Adjusted, j.Replicates), text.Count(j.Compared, "comparison"), unit)
	case byPicking && !byHoldout:
		return fmt.Sprintf("the %ss that it was picked by seemed to show it (family-wise adjusted p %s, Romano–Wolf, %s); the holdout %ss decide, since nothing was picked by them", unit, atMost(j.Adjusted, j.Replicates), text.Count(j.Compared, "comparison"), unit)
	}
	return ""
}
