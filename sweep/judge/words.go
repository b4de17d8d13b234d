package judge

import (
	"fmt"
	"math"
	"strings"

	"optmm/engine/market"
	"optmm/sweep/spec"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// FormatEstimate writes mean ± standard error, or that there is none.
func FormatEstimate(e verdict.Estimate) string {
	switch {
	case e.N == 0:
		return "undefined"
	case math.IsNaN(e.StandardError):
		return text.Significant(e.Mean)
	}
	return text.Significant(e.Mean) + " ± " + text.Significant(e.StandardError)
}

// What the figures mean, in plain language: every sentence follows from them by a rule
// that a test holds.

// Words says what is known of the best point.
func (j *Findings) Words() []string {
	words := j.tradingWords()
	say := func(format string, arguments ...any) { words = append(words, fmt.Sprintf(format, arguments...)) }
	points := j.Plan.Candidates()
	if j.noneReached() {
		points = 1
	}
	switch {
	case j.Best < 0 && j.Scores.Infeasible != nil:
		say("no setting meets the constraints and has %s: there is no best point", j.Plan.Objective)
		return words
	case j.Best < 0:
		say("%s is undefined in every run: there is no best point", j.Plan.Objective)
		return words
	case points == 1:
		say("%s: there is nothing to compare", j.oneSetting())
		return append(words, j.signalWords()...)
	case j.Best == j.Baseline:
		var conditions []string
		if j.Scores.Infeasible != nil {
			conditions = append(conditions, "meets the constraints")
		}
		switch {
		case j.Plan.Halving != nil:
			conditions = append(conditions, "was kept to the last rung")
		case j.undefined > 0:
			conditions = append(conditions, "has every score")
		}
		which := ""
		if conditions != nil {
			which = " that " + strings.Join(conditions, " and ")
		}
		say("no setting beat the baseline: none of %s%s is better on average", j.settings(), which)
		if len(j.Finalists) > 0 && j.Finalists[0].Holdout.N > 0 {
			next := &j.Finalists[0]
			say("on %s the next best, point %d, was %s%s", j.onHoldout(next), next.Point, betterBy(next.Holdout.Mean), within(next.Holdout.Interval))
		}
		words = append(words, j.walkWords()...)
		return append(words, j.signalWords()...)
	}
	words = append(words, j.headline()...)
	words = append(words, j.walkWords()...)
	if !math.IsNaN(j.Difference.Low) && len(j.Tied) > 0 {
		say("%s statistically tied with the best, each compared by itself", text.Are(len(j.Tied), "other setting"))
	}
	if j.NeighborMean.N > 0 {
		sign := j.Plan.Objective.Sign()
		say("mean of its %s %s, itself %s", text.Count(j.NeighborMean.N, "grid neighbor"), text.Significant(sign*j.NeighborMean.Mean), text.Significant(sign*j.Scores.Of(j.Best).Mean))
	}
	if winner := j.Winner(); winner != nil && winner.Holdout.N > 0 {
		say("%s", j.whatHoldoutTests())
	}
	return append(words, j.signalWords()...)
}

// headline says how good the best point looked and what is left of it.
func (j *Findings) headline() (words []string) {
	say := func(format string, arguments ...any) { words = append(words, fmt.Sprintf(format, arguments...)) }
	if !(j.Difference.Mean > 0) && j.Difference.N > 0 {
		return j.noAdvantage()
	}
	tried := text.Were(j.Plan.Candidates(), "setting") + " tried"
	if j.Plan.Where() != "" {
		tried = j.settings() + " were compared"
	}
	if n := j.Scores.Tried; n > 0 {
		tried += fmt.Sprintf(", after %s of their signals", text.Count(n, "model"))
	}
	looked := fmt.Sprintf("%s; the best looked %s better than the baseline%s", tried, text.Significant(j.Difference.Mean), within(j.Difference.Interval))
	winner := j.Winner()
	tested := winner != nil && !math.IsNaN(winner.Holdout.Low)
	switch {
	case tested && winner.Holdout.Low <= 0:
		others := j.othersOnHoldout()
		switch {
		case others == 0 && winner.Holdout.High >= 0:
			say("no setting is known to beat the baseline: %s, but holdout %ss do not show it", looked, j.Plan.Unit())
		case others == 0:
			say("no setting beat the baseline: %s, but not on holdout %ss", looked, j.Plan.Unit())
		default:
			say("the best %s the baseline on holdout %ss: %s", map[bool]string{true: "is not known to beat", false: "did not beat"}[winner.Holdout.High >= 0], j.Plan.Unit(), looked)
		}
		nothing := map[bool]string{true: ", not distinguishable from zero"}[winner.Holdout.High >= 0]
		say("on %s it was %s%s%s: %s", j.onHoldout(winner), betterBy(winner.Holdout.Mean), within(winner.Holdout.Interval), nothing, j.selectionBias(winner))
		words = append(words, j.daysNeeded(winner.Holdout)...)
		if others > 0 {
			say("%s it there, taken one by one; to take one of them is to pick again, which needs new holdout %ss", text.Plural(others, "other finalist beats", "other finalists beat"), j.Plan.Unit())
		}
	case tested:
		say("%s", looked)
		say("on %s it was %s%s: %s", j.onHoldout(winner), betterBy(winner.Holdout.Mean), within(winner.Holdout.Interval), j.selectionBias(winner))
	case j.Difference.N == 0:
		say("the baseline has no %s under any %s: nothing can be compared with it", j.Plan.Objective, j.Plan.Unit())
	case math.IsNaN(j.Difference.Low):
		say("%s: too few %ss to distinguish anything from chance; at least %d are needed", text.Count(j.Difference.N, j.Plan.Unit()), j.Plan.Unit(), verdict.MinimumPairs)
	case j.Difference.Low <= 0 && len(j.Better) > 0:
		say("the best did not beat the baseline: it is %s better%s; %s at a level of 5%% (Romano–Wolf, %s)", text.Significant(j.Difference.Mean), within(j.Difference.Interval), text.Plural(len(j.Better), "other setting does", "other settings do"), text.Count(j.Compared, "comparison"))
	case j.Difference.Low <= 0:
		say("no setting is known to beat the baseline: over %s the best is %s better%s, which may be chance", text.Count(j.Difference.N, j.Plan.Unit()), text.Significant(j.Difference.Mean), within(j.Difference.Interval))
		words = append(words, j.daysNeeded(j.Difference)...)
	case j.Adjusted > verdict.Level:
		say("no setting is known to beat the baseline: the best looks %s better, but of %d settings compared one would look so good by chance with probability %s", text.Significant(j.Difference.Mean), j.Compared, text.Significant(j.Adjusted))
		words = append(words, j.daysNeeded(j.Difference)...)
	default:
		say("%s", looked)
	}
	if disagreement := j.disagreement(); disagreement != "" {
		say("%s", disagreement)
	} else if beaten := tested && winner.Holdout.Low > 0 || !tested && j.Difference.Low > 0 && j.Adjusted <= verdict.Level; beaten && !math.IsNaN(j.Adjusted) {
		say("family-wise adjusted p %s (Romano–Wolf, %s); %s the baseline at a level of 5%%", atMost(j.Adjusted, j.Replicates), text.Count(j.Compared, "comparison"), text.Plural(len(j.Better), "setting beats", "settings beat"))
	}
	switch {
	case winner != nil && winner.Holdout.N == 0:
		say("on the holdout %ss it is undefined throughout, or the baseline is", j.Plan.Unit())
	case winner != nil && !tested:
		say("on %s it was %s: too few for an interval, at least %d with both defined are needed", j.onHoldout(winner), betterBy(winner.Holdout.Mean), verdict.MinimumPairs)
	case !tested && j.Difference.Low > 0:
		say("it was picked by the same runs, so its lead is too high: only holdout %ss would show by how much", j.Plan.Unit())
	}
	return words
}

// othersOnHoldout counts the finalists but the best whose advantage on holdout seeds is
// distinguishable from none.
func (j *Findings) othersOnHoldout() int {
	others := 0
	for i := range j.Finalists {
		if f := &j.Finalists[i]; f.Point != j.Best && f.Holdout.Low > 0 {
			others++
		}
	}
	return others
}

// noAdvantage says of a best point that is no better than the baseline, which is not the
// best because it may not be: it does not meet the constraints, or lacks scores.
func (j *Findings) noAdvantage() []string {
	why := "has scores under fewer " + j.Plan.Unit() + "s"
	if j.Scores.Infeasible != nil && j.Scores.Infeasible[j.Baseline] {
		why = "does not meet the constraints"
	}
	words := []string{fmt.Sprintf("no setting beat the baseline, which %s: the best of the others is %s worse%s", why, text.Significant(-j.Difference.Mean), within(verdict.Interval{Low: -j.Difference.High, High: -j.Difference.Low}))}
	if winner := j.Winner(); winner != nil && winner.Holdout.N > 0 {
		words = append(words, fmt.Sprintf("on %s it was %s%s", j.onHoldout(winner), betterBy(winner.Holdout.Mean), within(winner.Holdout.Interval)))
	}
	return words
}

// within writes a 95% interval, where there is one.
func within(i verdict.Interval) string {
	if math.IsNaN(i.Low) {
		return ""
	}
	return fmt.Sprintf(" (95%% CI %s to %s)", text.Significant(i.Low), text.Significant(i.High))
}

func betterBy(x float64) string {
	if x < 0 {
		return text.Significant(-x) + " worse"
	}
	return text.Significant(x) + " better"
}

// selectionBias says how large a share of the headline is selection bias, where holdout seeds
// distinguish it from zero.
func (j *Findings) selectionBias(f *verdict.Finalist) string {
	if f.BiasT.Contains(0) {
		return fmt.Sprintf("selection bias is not distinguishable from zero with %s (%s, 95%% CI %s to %s)", j.onHoldout(f), text.Significant(f.Bias), text.Significant(f.BiasT.Low), text.Significant(f.BiasT.High))
	}
	share := f.Bias / f.Selected.Mean
	switch {
	case share < 0:
		return "they favor it more than the " + j.Plan.Unit() + "s it was picked by"
	case share >= 0.95:
		return "all of the headline was selection bias"
	}
	for _, part := range []struct {
		below float64
		text  string
	}{{0.07, "little"}, {0.15, "about a tenth"}, {0.29, "about a fifth"}, {0.42, "about a third"}, {0.58, "about half"}, {0.71, "about two thirds"}} {
		if share < part.below {
			return part.text + " of the headline was selection bias"
		}
	}
	return "most of the headline was selection bias"
}

// Warnings says what a reader of the figures should know.
func (j *Findings) Warnings() []string {
	warnings := []string{}
	warn := func(format string, arguments ...any) { warnings = append(warnings, fmt.Sprintf(format, arguments...)) }
	p := j.Plan
	if units := p.Units(); units < verdict.MinimumPairs {
		warn("%s: no intervals and no probabilities; at least %d are needed", text.Count(units, p.Unit()), verdict.MinimumPairs)
	}
	if units := p.HoldoutUnits(); p.Holdout != nil && units < verdict.MinimumPairs {
		warn("%s: what it is on them has no interval; at least %d are needed", text.Count(units, "holdout "+p.Unit()), verdict.MinimumPairs)
	}
	if o := p.Objective; o.MaximizesUndesired() {
		warn("the objective maximizes %s, of which less is better: {minimize: %s}", o, o)
	}
	warnings = append(warnings, j.signalWarnings()...)
	warnings = append(warnings, j.dayWarnings()...)
	if where := p.Where(); where != "" {
		warn("the settings compared are those where %s; the adjusted probability is over all of the study, since a condition may be chosen by results", where)
	}
	if j.others > 0 {
		warn("%s made of this study: the probabilities do not account for choosing among them", text.Were(j.others, "other judgment"))
	}
	if j.used > 0 {
		warn("%s in this folder used the holdout %ss before: after their outcome is seen, they select too; choose others with verdict: {%s}", text.Count(j.used, "other selection"), p.Unit(), map[bool]string{true: "holdout_days: […, …]", false: "holdout_seeds: {first: …, count: …}"}[p.OverDays()])
	}
	if j.failed > 0 {
		warn("%s failed: their scores are missing", text.Count(j.failed, "run"))
	}
	if j.undefined > 0 {
		warn("the objective is undefined in %s: a point that lacks a score which another has is not picked, and is compared over the %ss that define both", text.Count(j.undefined, "run"), p.Unit())
	}
	if p.Halving != nil {
		warn("halving: the points that were left out have few %ss, and the scores of those that were kept are picked at every rung; only the holdout %ss are fair", p.Unit(), p.Unit())
	}
	if p.BaselineUnnamed() {
		warn("the study names no baseline: it is the grid's first point, %s", p.Setting(j.Baseline))
	}
	if j.Scores.Infeasible != nil && j.Scores.Infeasible[j.Baseline] {
		warn("the baseline does not meet the constraints")
	}
	switch {
	case p.HoldoutLacksBaseline():
		warn("no holdout %s ran this baseline: what they say of the others is left out", p.Unit())
	case p.Holdout != nil && j.Best >= 0 && j.Best != j.Baseline && j.Winner() == nil:
		warn("no holdout %s ran the best, which was no finalist of the study's own objective", p.Unit())
	}
	if winner := j.Winner(); winner != nil && !j.MeetsOnHoldout(j.Best) {
		warn("on the holdout %ss the best does not meet the constraints", p.Unit())
	}
	warnings = append(warnings, j.tradingWarnings()...)
	if at := j.edge(); len(at) > 0 {
		warn("the best lies at the end of %s (%s): better may lie beyond", text.Count(len(at), "axis"), strings.Join(at, ", "))
	}
	if text := j.repeatsWarning(); text != "" {
		warn("%s", text)
	}
	if p.Recorded() && !p.OverDays() {
		warn("one recorded history: seeds change only the fills, and no interval covers what another day would bring")
	}
	if name, plain := p.Objective.Statistic(); plain && name == spec.SeedSharpe {
		minutes := p.Minutes() * p.StepMinutes()
		warn("%s assumes i.i.d. returns and 252 · 390 minutes a year; over %s its sampling error is about ±%s in each run", name, text.Count(minutes, "minute"), text.Significant(math.Sqrt(market.SessionsPerYear*market.MinutesPerSession/float64(minutes))))
	}
	if j.Compared > 0 && j.Compared < p.Grid.Points()-1 {
		warn("the adjusted probabilities are over %d of %d points: those that may be the best, have every score and differ from the baseline", j.Compared, p.Grid.Points()-1)
	}
	return warnings
}

// atMost writes a p-value, which a bootstrap of N replicates cannot put below 1/(N+1).
func atMost(p float64, replicates int) string {
	if least := 1 / float64(replicates+1); p <= least {
		return "≤ " + text.Significant(least)
	}
	return "= " + text.Significant(p)
}
