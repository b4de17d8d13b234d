package judge

import (
	"math"
	"strings"
	"testing"

	"optmm/sweep/plan"
	"optmm/sweep/spec/spectest"
	"optmm/sweep/verdict"
)

// What is said follows from the figures, and claims no more than they bear.
func TestWordsFollowFromTheFigures(t *testing.T) {
	study := plan.New(spectest.Small(t, "baseline.k_fill=20"))
	scores := &verdict.Scores{Points: 6, Values: make([]float64, 36)}
	difference := func(mean, low, high float64) verdict.Difference {
		return verdict.Difference{Estimate: verdict.Estimate{N: 6, Mean: mean, StandardError: 1}, Interval: verdict.Interval{Low: low, High: high}}
	}
	nan := math.NaN()
	for name, c := range map[string]struct {
		judgment  verdict.Judgment
		want, not string
	}{
		"nothing defined":     {verdict.Judgment{Best: -1}, "net_pnl is undefined in every run", "better"},
		"the baseline":        {verdict.Judgment{Best: 0}, "no setting beat the baseline: none of 6 settings is better on average", "luck"},
		"few seeds":           {verdict.Judgment{Best: 1, Difference: difference(2, nan, nan)}, "6 seeds: too few seeds to distinguish anything from chance; at least 5 are needed", "better"},
		"zero inside":         {verdict.Judgment{Best: 1, Difference: difference(2, -1, 5), Adjusted: 0.3}, "no setting is known to beat the baseline: over 6 seeds the best is 2 better (95% CI -1 to 5), which may be chance", "tried"},
		"others are better":   {verdict.Judgment{Best: 1, Difference: difference(2, -1, 5), Adjusted: 0.3, Compared: 5, Better: []int{3}}, "the best did not beat the baseline: it is 2 better (95% CI -1 to 5); 1 other setting does at a level of 5% (Romano–Wolf, 5 comparisons)", "no setting beat"},
		"luck of many":        {verdict.Judgment{Best: 1, Difference: difference(2, 1, 3), Adjusted: 0.2, Compared: 5}, "no setting is known to beat the baseline: the best looks 2 better, but of 5 settings compared one would look so good by chance with probability 0.2", "tried"},
		"better":              {verdict.Judgment{Best: 1, Difference: difference(2, 1, 3), Adjusted: 0.003, Replicates: 999, Compared: 5, Better: []int{1, 2}}, "6 settings were tried; the best looked 2 better than the baseline (95% CI 1 to 3)\nfamily-wise adjusted p = 0.003 (Romano–Wolf, 5 comparisons); 2 settings beat the baseline at a level of 5%\nit was picked by the same runs", "no setting beat"},
		"as sure as can be":   {verdict.Judgment{Best: 1, Difference: difference(2, 1, 3), Adjusted: 0.001, Compared: 5, Replicates: 999}, "family-wise adjusted p ≤ 0.001 (Romano–Wolf, 5 comparisons)", "no setting beat"},
		"tied":                {verdict.Judgment{Best: 1, Difference: difference(2, 1, 3), Adjusted: 0.01, Replicates: 999, Tied: []int{3}}, "1 other setting is statistically tied with the best", "no setting beat"},
		"several that tie":    {verdict.Judgment{Best: 1, Difference: difference(2, 1, 3), Adjusted: 0.01, Replicates: 999, Tied: []int{3, 4}}, "2 other settings are statistically tied", "no setting beat"},
		"no adjusted chances": {verdict.Judgment{Best: 1, Difference: difference(2, 1, 3), Adjusted: nan}, "6 settings were tried", "chance"},
	} {
		words := strings.Join((&Findings{activity: busy(), Judgment: c.judgment, Plan: study, Scores: scores}).Words(), "\n")
		if !strings.Contains(words, c.want) || strings.Contains(words, c.not) {
			t.Errorf("%s: %q, want %q and not %q", name, words, c.want, c.not)
		}
	}
}

// busy is six points that trade a lot.
func busy() activity { return activity{contracts: []float64{100, 100, 100, 100, 100, 100}} }

// trading are fills of points under six seeds, each always as many.
func trading(fills ...float64) *verdict.Scores {
	s := &verdict.Scores{Points: len(fills)}
	for range 6 {
		s.Values = append(s.Values, fills...)
	}
	return s
}

// A point that does not trade, or hardly, is named before anything is said of how good it
// is, and in the warnings; so is a best one that trades at a loss.
func TestWordsOfPointsThatDoNotTrade(t *testing.T) {
	study := plan.New(spectest.Small(t, "baseline.k_fill=20", "baseline.skew=0"))
	unable := plan.New(spectest.Parse(t, "engine: {fill_model: none, quote_model: shift, opening_inventory: 1}\ngrid: {hedge_lot: [0, 1]}\n"+"seeds: {first: 1, count: 2}\n"))
	better := verdict.Difference{Estimate: verdict.Estimate{N: 6, Mean: 2, StandardError: 1}, Interval: verdict.Interval{Low: 1, High: 3}}
	for name, c := range map[string]struct {
		study               *plan.Plan
		best                int
		fills               *verdict.Scores
		profit              float64
		first, warning, not string
	}{
		"the best never trades":     {study, 2, trading(50, 50, 0, 50, 50, 50), 0, "the best never trades: 0 fills in every run of point 2", "the best has no fills", "loses"},
		"the baseline never trades": {study, 2, trading(0, 50, 60, 50, 50, 50), 1, "the baseline never trades: 0 fills in every run of point 0", "the baseline has no fills", "the best never"},
		"the best is the baseline":  {study, 0, trading(0, 50, 60, 50, 50, 50), 0, "the baseline never trades", "the baseline has no fills", "the best never"},
		"a handful":                 {study, 2, trading(50, 50, 2.5, 50, 50, 50), 1, "the best hardly trades: 2.5 contracts a run", "the figures of the best depend on a handful of fills", "never"},
		"nobody trades":             {study, -1, trading(0, 0, 0, 0, 0, 0), 0, "no setting ever trades: every run has 0 fills", "", "the best"},
		"at a loss":                 {study, 2, trading(50, 0, 60, 0, 50, 50), -3, "the best loses money: its net_pnl is -3 ± 1; point 1 (skew 0, k_fill 50) never trades", "2 other points never trade: 0 fills in every run; the first is point 1", "the best never"},
		"all is well":               {study, 2, trading(100, 100, 100, 100, 100, 100), 1, "6 settings were tried", "", "trade"},
		"no order is ever filled":   {unable, 1, trading(0, 0), 1, "2 settings were tried", "", "fills"},
	} {
		points := c.study.Grid.Points()
		j := &Findings{activity: newActivity(c.study, c.fills), Judgment: verdict.Judgment{Best: c.best, Difference: better, Adjusted: 0.01, Replicates: 999, Compared: points - 1}, Plan: c.study,
			Scores: &verdict.Scores{Points: points, Values: make([]float64, 6*points)}, profit: verdict.Estimate{N: 6, Mean: c.profit, StandardError: 1}}
		words, warnings := j.Words(), strings.Join(j.Warnings(), "\n")
		if !strings.HasPrefix(words[0], c.first) || !strings.Contains(warnings, c.warning) || strings.Contains(words[0], c.not) {
			t.Errorf("%s: %q and warnings %q", name, words, warnings)
		}
		if c.warning == "" && strings.Contains(warnings, "never trade") {
			t.Errorf("%s: warnings %q", name, warnings)
		}
	}
}

// What holdout seeds say of the best is said in words: the example of verdict.md, and the
// cases around it.
func TestWordsOfHoldoutSeeds(t *testing.T) {
	study := plan.New(spectest.Small(t, "baseline.k_fill=20"))
	for name, c := range map[string]struct {
		selected, mean, low, high float64
		want, not                 string
	}{
		"the example of verdict.md": {0.42, 0.21, 0.08, 0.34, "6 settings were tried; the best looked 0.42 better than the baseline (95% CI 0.12 to 0.72)\non 32 holdout seeds it was 0.21 better (95% CI 0.08 to 0.34): about half of the headline was selection bias", "no setting beat"},
		"zero inside":               {0.42, 0.05, -0.1, 0.2, "no setting is known to beat the baseline: 6 settings were tried; the best looked 0.42 better than the baseline (95% CI 0.12 to 0.72), but holdout seeds do not show it\non 32 holdout seeds it was 0.05 better (95% CI -0.1 to 0.2), not distinguishable from zero: most of the headline", "tied"},
		"all of it":                 {0.42, 0, -0.1, 0.1, "not distinguishable from zero: all of the headline was selection bias", "most"},
		"worse":                     {0.42, -0.3, -0.4, -0.2, "it was 0.3 worse (95% CI -0.4 to -0.2): all of the headline", "not distinguishable from zero"},
		"a tenth":                   {1, 0.9, 0.85, 0.95, "about a tenth of the headline was selection bias", "no setting beat"},
		"little":                    {1, 0.96, 0.94, 0.98, "little of the headline was selection bias", "no setting beat"},
		"a third":                   {1, 0.65, 0.6, 0.7, "about a third of the headline", "no setting beat"},
		"two thirds":                {1, 0.35, 0.3, 0.4, "about two thirds of the headline", "no setting beat"},
		"not known":                 {0.42, 0.3, 0.1, 0.5, "selection bias is not distinguishable from zero with 32 holdout seeds (0.12, 95% CI -0.08 to 0.32)", "about"},
		"too few":                   {0.42, 0.3, math.NaN(), math.NaN(), "6 settings were tried; the best looked 0.42 better than the baseline (95% CI 0.12 to 0.72)\nfamily-wise adjusted p = 0.003 (Romano–Wolf, 5 comparisons); 0 settings beat the baseline at a level of 5%\non 32 holdout seeds it was 0.3 better: too few for an interval, at least 5 with both defined are needed", "selection bias"},
		"kinder":                    {0.42, 0.8, 0.7, 0.9, "they favor it more", "selection bias"},
	} {
		d := func(mean, low, high float64, n int) verdict.Difference {
			return verdict.Difference{Estimate: verdict.Estimate{N: n, Mean: mean, StandardError: 1}, Interval: verdict.Interval{Low: low, High: high}}
		}
		selected := d(c.selected, c.selected-0.3, c.selected+0.3, 6)
		j := &Findings{activity: busy(), Judgment: verdict.Judgment{Best: 1, Difference: selected, Adjusted: 0.003, Replicates: 999, Compared: 5}, Plan: study, Scores: &verdict.Scores{Points: 6, Values: make([]float64, 36)}, Holdout: &verdict.Scores{}}
		j.Finalists = []verdict.Finalist{{Point: 3}, {Point: 1, Selected: selected, Holdout: d(c.mean, c.low, c.high, 32), Bias: c.selected - c.mean, BiasT: verdict.Interval{Low: c.selected - c.high, High: c.selected - c.low}}}
		words := strings.Join(j.Words(), "\n")
		for _, want := range []string{c.want, "holdout seeds test luck, not whether the simulator resembles the market"} {
			if !strings.Contains(words, want) || strings.Contains(words, c.not) || strings.Contains(words, "picked by the same runs") ||
				strings.HasPrefix(words, "no setting ") == strings.Contains(words, "settings beat the baseline at a level of 5%") {
				t.Errorf("%s: %q, want %q and not %q", name, words, want, c.not)
			}
		}
	}
}

// A best point that is no better than a baseline that may not be the best is not said
// to look better.
func TestWordsOfAnInfeasibleBaseline(t *testing.T) {
	study := plan.New(spectest.Small(t, "baseline.k_fill=20"))
	worse := verdict.Difference{Estimate: verdict.Estimate{N: 6, Mean: -0.2}, Interval: verdict.Interval{Low: -0.5, High: 0.1}}
	j := &Findings{activity: busy(), Judgment: verdict.Judgment{Best: 1, Difference: worse, Adjusted: 1, Compared: 5, Better: []int{3}}, Plan: study,
		Scores: &verdict.Scores{Points: 6, Values: make([]float64, 36), Infeasible: []bool{true, false, false, false, false, false}}, Holdout: &verdict.Scores{Infeasible: []bool{true, true}}}
	j.Finalists = []verdict.Finalist{{Point: 1, Selected: worse, Holdout: verdict.Difference{Estimate: verdict.Estimate{N: 8, Mean: -0.1}, Interval: verdict.Interval{Low: -0.3, High: 0.1}}}}
	words := strings.Join(j.Words(), "\n")
	for _, want := range []string{"no setting beat the baseline, which does not meet the constraints: the best of the others is 0.2 worse (95% CI -0.1 to 0.5)", "on 8 holdout seeds it was 0.1 worse (95% CI -0.3 to 0.1)"} {
		if !strings.Contains(words, want) || strings.Contains(words, "selection bias") || strings.Contains(words, "looked") || strings.Contains(words, "adjusted p") {
			t.Errorf("%q, want %q", words, want)
		}
	}
}

// A reader is warned of what the figures do not show.
func TestWarnings(t *testing.T) {
	study := plan.New(spectest.Small(t, "baseline.k_fill=20", "seeds.count=3", "verdict.holdout_seeds=2"))
	infeasible := make([]bool, 6)
	infeasible[0] = true
	j := &Findings{activity: busy(), Judgment: verdict.Judgment{Best: 5, Baseline: 0, Compared: 3}, Plan: study, Scores: &verdict.Scores{Points: 6, Values: make([]float64, 18), Infeasible: infeasible}, used: 2, failed: 1, repeats: Repeats{Points: 1, First: 0, Second: 2}}
	warnings := strings.Join(j.Warnings(), "\n")
	for _, want := range []string{
		"3 seeds: no intervals", "2 holdout seeds: ", "2 other selections in this folder used the holdout seeds before", "1 run failed", "the baseline does not meet the constraints",
		"the end of 1 axis (k_fill 60): better may lie beyond", "1 point has the figures of another", "over 3 of 5 points: those that may be the best",
	} {
		if !strings.Contains(warnings, want) {
			t.Errorf("the warnings lack %q:\n%s", want, warnings)
		}
	}
	calm := &Findings{activity: busy(), Judgment: verdict.Judgment{Best: 0, Baseline: 0, Compared: 5}, Plan: plan.New(spectest.Small(t, "baseline.k_fill=20")), Scores: &verdict.Scores{Points: 6, Values: make([]float64, 36)}}
	if warnings := calm.Warnings(); len(warnings) > 0 {
		t.Errorf("warnings without a cause: %q", warnings)
	}
	calm.others = 1
	for objective, want := range map[string]int{"max_drawdown": 2, "{minimize: max_drawdown}": 1, "{maximize: avg_inventory}": 2, "0 - max_drawdown": 1} {
		calm.Plan = plan.New(spectest.Small(t, "baseline.k_fill=20", "objective="+objective))
		warnings := calm.Warnings()
		if len(warnings) != want || !strings.Contains(strings.Join(warnings, "\n"), "1 other judgment was made of this study") || (want == 2) != strings.Contains(strings.Join(warnings, "\n"), "of which less is better: {minimize: ") {
			t.Errorf("%s: %q", objective, warnings)
		}
	}
}

// The best point at the end of an axis is named, unless the axis can go no further, has
// no inside, or steps together with one before it.
func TestEdges(t *testing.T) {
	for name, c := range map[string]struct {
		axes string
		best int
		want string
	}{
		"the highest":            {"grid: {hedge_cost_bps: [1, 2, 3]}", 2, "hedge_cost_bps 3"},
		"the lowest":             {"grid: {hedge_cost_bps: [3, 1, 2]}", 1, "hedge_cost_bps 1"},
		"inside":                 {"grid: {hedge_cost_bps: [1, 2, 3]}", 1, ""},
		"a bound of its domain":  {"grid: {hedge_cost_bps: [1, 0, 2]}", 1, ""},
		"two values":             {"grid: {hedge_cost_bps: [1, 2]}", 1, ""},
		"names":                  {"grid: {hedge_model: [on_fill, off]}", 1, ""},
		"axes that step as one":  {"zip: [{hedge_cost_bps: [1, 2, 3], option_fee_per_contract: [1, 2, 3]}]", 2, "hedge_cost_bps 3"},
		"two axes, one of names": {"grid: {hedge_model: [on_fill, off], option_fee_per_contract: [1, 2, 3]}", 5, "option_fee_per_contract 3"},
		"the baseline itself":    {"grid: {hedge_cost_bps: [1, 2, 3]}", 0, ""},
	} {
		study := plan.New(spectest.Parse(t, "name: edges\nmarket: {synthetic: {minutes: 50}}\nseeds: {first: 0, count: 5}\n"+c.axes+"\n"))
		j := &Findings{Judgment: verdict.Judgment{Best: c.best}, Plan: study}
		if got := strings.Join(j.edge(), ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
