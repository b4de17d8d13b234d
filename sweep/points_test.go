package sweep

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"optmm/sweep/verdict"
)

// The table of points has of a minimized objective the figures in its own sign, and of
// differences the advantage; all as the tables of runs have them.
func TestPointsOfAMinimizedObjective(t *testing.T) {
	root := filepath.Join(t.TempDir(), "study")
	study := mustPlan(t, tested, "objective={minimize: 0 + max_drawdown, subject_to: [max_inventory < 1000, total_fills > 41]}")
	if _, err := runStudy(t, study, root, 1); err != nil {
		t.Fatal(err)
	}
	s := openedSummary(t, study, root)
	drawdown, err := s.Figure("max_drawdown")
	if err != nil {
		t.Fatal(err)
	}
	fills, err := s.Figure("total_fills")
	if err != nil {
		t.Fatal(err)
	}
	holdout, err := s.Scores().HoldoutFigure("max_drawdown")
	if err != nil {
		t.Fatal(err)
	}
	points, err := openPoints(study, root)
	if err != nil {
		t.Fatal(err)
	}
	defer points.Close()
	const baseline = 4
	lower, infeasible := &verdict.Scores{Points: 6}, 0 // more is better
	for _, x := range drawdown.Values {
		lower.Values = append(lower.Values, -x)
	}
	mean := func(points ...int) (m float64) {
		for _, point := range points {
			m += drawdown.Of(point).Mean / float64(len(points))
		}
		return m
	}
	around := [][]int{{1, 3}, {0, 2, 4}, {1, 5}, {0, 4}, {1, 3, 5}, {2, 4}} // 2 × 3
	for point := range 6 {
		d := lower.Compare(point, baseline)
		met := 0.0
		if fills.Of(point).Mean > 41 {
			met = 1
		} else {
			infeasible++
		}
		want := map[string]float64{
			"objective_mean": mean(point), "objective_q05": drawdown.Quantiles(point, []float64{0.05})[0], "objective_q95": drawdown.Quantiles(point, []float64{0.95})[0],
			"diff_mean": d.Mean, "diff_low95": d.Low, "diff_high95": d.High, "win_rate": lower.WinRate(point, baseline), "meets_constraints": met,
			"neighbor_mean": mean(around[point]...), "max_drawdown_worst": drawdown.Quantiles(point, []float64{1})[0],
			"holdout_mean": math.NaN(), "holdout_diff_mean": math.NaN(),
		}
		if place, in := slices.BinarySearch(study.HoldoutStage().Points, point); in {
			reference, _ := slices.BinarySearch(study.HoldoutStage().Points, baseline)
			want["holdout_mean"] = holdout.Of(place).Mean
			want["holdout_diff_mean"] = holdout.Of(reference).Mean - holdout.Of(place).Mean
		}
		for name, x := range want {
			column, err := points.Column(name)
			if err != nil || column == nil {
				t.Fatal(name, err)
			}
			if got := column.Number(point); math.IsNaN(got) != math.IsNaN(x) || math.Abs(got-x) > 1e-12 {
				t.Errorf("point %d: %s is %v, want %v", point, name, got, x)
			}
		}
	}
	if infeasible == 0 || infeasible == 6 {
		t.Errorf("%d points are infeasible: the test shows little", infeasible)
	}
}
