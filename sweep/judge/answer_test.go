package judge

import (
	"math"
	"strings"
	"testing"

	"optmm/sweep/plan"
	"optmm/sweep/spec/spectest"
	"optmm/sweep/verdict"
)

// The answer follows from the figures by the rules of Answer, one by one, and where the two sets of
// seeds lead to other answers that is said once, without a sentence that contradicts it.
func TestAnswerFollowsFromTheFigures(t *testing.T) {
	study := plan.New(spectest.Small(t, "baseline.k_fill=20", "verdict.holdout_seeds=8"))
	alone := plan.New(spectest.Parse(t, "grid: {skew: [0.02]}\nseeds: {first: 1, count: 6}\n"))
	nan := math.NaN()
	none := verdict.Interval{Low: nan, High: nan}
	interval := func(low, high float64) verdict.Interval { return verdict.Interval{Low: low, High: high} }
	difference := func(n int, mean float64, interval verdict.Interval) verdict.Difference {
		return verdict.Difference{Estimate: verdict.Estimate{N: n, Mean: mean, StandardError: 1}, Interval: interval}
	}
	for name, c := range map[string]struct {
		plan          *plan.Plan
		best          int
		d             verdict.Difference
		adjusted      float64
		holdout       *verdict.Difference
		want, further string // of the answer; of the words, none where it begins with !
	}{
		"no best":                  {study, -1, difference(0, nan, none), nan, nil, "No: there is no best setting", ""},
		"one point":                {alone, 0, difference(6, 0, none), nan, nil, "Nothing to compare: one setting was run", ""},
		"the baseline":             {study, 0, difference(6, 0, none), nan, nil, "No: none of 6 settings is better than the baseline on average", ""},
		"no baseline":              {study, 1, difference(0, nan, none), nan, nil, "Inconclusive: the baseline has no net_pnl under any seed", ""},
		"worse":                    {study, 1, difference(6, -2, interval(-3, -1)), nan, nil, "No: the best of the other settings is 2 worse than the baseline on 6 seeds (net_pnl in currency; 95% CI -3 to -1)", ""},
		"few seeds":                {study, 1, difference(4, 2, none), nan, nil, "Inconclusive: the best is 2 better than the baseline on 4 seeds (net_pnl in currency); at least 5 are needed", ""},
		"holdout seeds say yes":    {study, 1, difference(6, 3, interval(1, 5)), 0.01, &verdict.Difference{Estimate: verdict.Estimate{N: 8, Mean: 2}, Interval: interval(1, 3)}, "Yes: the best is 2 better than the baseline on 8 holdout seeds (net_pnl in currency; 95% CI 1 to 3)", "family-wise adjusted p = 0.01 (Romano–Wolf, 5 comparisons); 2 settings beat the baseline at a level of 5%"},
		"holdout seeds alone":      {study, 1, difference(6, 3, interval(1, 5)), 0.3, &verdict.Difference{Estimate: verdict.Estimate{N: 8, Mean: 2}, Interval: interval(1, 3)}, "Yes: the best is 2 better", "the seeds that it was picked by would not have shown it (family-wise adjusted p = 0.3, Romano–Wolf, 5 comparisons); the holdout seeds decide"},
		"one way alone":            {study, 1, difference(6, 3, interval(1, 5)), 0.3, &verdict.Difference{Estimate: verdict.Estimate{N: 8, Mean: 2}, Interval: interval(1, 3)}, "Yes", "!beat the baseline at a level"},
		"holdout seeds say no":     {study, 1, difference(6, 3, interval(1, 5)), 0.01, &verdict.Difference{Estimate: verdict.Estimate{N: 8, Mean: -2}, Interval: interval(-3, -1)}, "No: the best is 2 worse than the baseline on 8 holdout seeds (net_pnl in currency; 95% CI -3 to -1)", "the seeds that it was picked by seemed to show it (family-wise adjusted p = 0.01"},
		"holdout seeds do not say": {study, 1, difference(6, 3, interval(1, 5)), 0.01, &verdict.Difference{Estimate: verdict.Estimate{N: 8, Mean: 2}, Interval: interval(-1, 5)}, "Inconclusive: the best is 2 better than the baseline on 8 holdout seeds (net_pnl in currency; 95% CI -1 to 5), which may be chance", "the seeds that it was picked by seemed to show it"},
		"few holdout seeds":        {study, 1, difference(6, 3, interval(1, 5)), 0.01, &verdict.Difference{Estimate: verdict.Estimate{N: 3, Mean: 2}, Interval: none}, "Yes: the best is 3 better than the baseline on 6 seeds (net_pnl in currency; 95% CI 1 to 5), on which it was picked (adjusted p = 0.01)", ""},
		"zero inside":              {study, 1, difference(6, 3, interval(-1, 7)), 0.4, nil, "Inconclusive: the best is 3 better than the baseline on 6 seeds (net_pnl in currency; 95% CI -1 to 7), which may be chance (adjusted p = 0.4)", ""},
		"luck of many":             {study, 1, difference(6, 3, interval(1, 5)), 0.2, nil, "Inconclusive", ""},
		"halving without holdout":  {study, 1, difference(6, 3, interval(1, 5)), nan, nil, "Inconclusive: the best is 3 better than the baseline on 6 seeds (net_pnl in currency; 95% CI 1 to 5), on which it was picked, and no holdout seeds ran it", ""},
	} {
		points := c.plan.Grid.Points()
		j := &Findings{activity: busy(), Plan: c.plan, Scores: &verdict.Scores{Points: points, Values: make([]float64, 6*points)},
			Judgment: verdict.Judgment{Best: c.best, Difference: c.d, Adjusted: c.adjusted, Compared: 5, Replicates: 999, Better: []int{1, 2}}}
		if c.holdout != nil {
			j.Finalists = []verdict.Finalist{{Point: c.best, Holdout: *c.holdout, Selected: c.d, BiasT: interval(-1, 1)}}
		}
		if got := j.Answer().String(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		words := strings.Join(j.Words(), "\n")
		if unwanted, not := strings.CutPrefix(c.further, "!"); not && strings.Contains(words, unwanted) || !not && !strings.Contains(words, c.further) {
			t.Errorf("%s: %q, want %q", name, words, c.further)
		}
	}
}
