package sweep

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"optmm/sweep/folder"
)

// A run without trades has no Sharpe ratio: by that objective its point is not picked,
// whatever the others lose, and by the P&L it is, and is named.
func TestIdlePointOfAStudy(t *testing.T) {
	for objective, want := range map[string]struct {
		best  int
		words string
	}{
		"annualized_sharpe_est": {1, "the best loses money: its net_pnl is"},
		"net_pnl":               {2, "the best never trades: 0 fills in every run of point 2"},
	} {
		root := filepath.Join(t.TempDir(), "study")
		result, err := runStudy(t, mustPlan(t, small, "grid.skew=[0]", "grid.k_fill=[20, 40, 1000000000]", "baseline.skew=0", "engine.option_fee_per_contract=5", "objective="+objective), root, 1)
		if err != nil {
			t.Fatal(err)
		}
		if result.Best.Point != want.best || !strings.HasPrefix(result.Words[0], want.words) {
			t.Errorf("%s: best %d, words %q", objective, result.Best.Point, result.Words)
		}
		if idle := result.Best.Statistics["annualized_sharpe_est"]; want.best == 2 && idle.N != 0 {
			t.Errorf("without a trade the Sharpe ratio is %v", idle)
		}
	}
}

// A study that names no baseline has the grid's first point as one, never a setting that
// nobody asked for; what a baseline leaves out is as the first point has it.
func TestBaselineThatNobodyNamed(t *testing.T) {
	const unnamed = "market: {synthetic: {minutes: 10}}\ngrid: {skew: [0.05, 0.1], k_fill: [5, 10]}\nseeds: {first: 1, count: 2}\n"
	for source, want := range map[string]int{unnamed: 0, unnamed + "baseline: {k_fill: 10}\n": 1, unnamed + "exclude: skew < 0.1 && k_fill == 5\n": 0} {
		study := mustPlan(t, source)
		baseline, added := study.Grid.Baseline()
		if baseline != want || added || study.Grid.Points() > 4 {
			t.Errorf("%q: the baseline is point %d of %d, added %v; want %d", source, baseline, study.Grid.Points(), added, want)
		}
		var plan strings.Builder
		if err := study.WritePlan(&plan, 1); err != nil {
			t.Fatal(err)
		}
		const note = "the grid's first point: the study names no baseline"
		if strings.Contains(plan.String(), note) == strings.Contains(source, "baseline:") {
			t.Errorf("%q: the plan says\n%s", source, plan.String())
		}
	}
}

// verdict.json holds the figures, is made again when it is gone, and says the same.
func TestVerdictFile(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := mustPlan(t, small, "baseline.k_fill=20")
	if _, err := runStudy(t, study, root, 1); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, folder.VerdictName)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Points, Seeds int
		Words         []string
		Difference    struct {
			Mean     float64
			Interval []float64 `json:"interval_t_95"`
		}
		Sensitivity struct {
			Estimator string
			Axes      []struct {
				Axis  string
				Total float64
			}
		}
		Overfitting struct{ Probability *float64 }
	}
	if err := json.Unmarshal(before, &document); err != nil {
		t.Fatal(err)
	}
	if document.Points != 6 || document.Seeds != 6 || len(document.Words) == 0 || len(document.Sensitivity.Axes) != 2 || document.Sensitivity.Axes[0].Axis != "skew" || document.Overfitting.Probability != nil {
		t.Errorf("%+v", document)
	}
	s := summaryOf(t, study)
	defer s.Close()
	scores, err := s.Figure("net_pnl")
	if err != nil {
		t.Fatal(err)
	}
	baseline, _ := study.Grid.Baseline()
	if want := scores.Compare(scores.Best(baseline), baseline); document.Difference.Mean != want.Mean || document.Difference.Interval[0] != want.Low {
		t.Errorf("difference %+v, want %+v", document.Difference, want)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	result, err := runStudy(t, study, root, 1)
	if err != nil || result.Restored != 1 {
		t.Fatalf("%+v, error %v", result, err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("not made again as it was: %v", err)
	}
}
