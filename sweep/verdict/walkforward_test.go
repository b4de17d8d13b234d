package verdict

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The folds are those of testdata/statistics/walk_forward.csv, which purgedcv and skfolio
// confirm.
func TestFolds(t *testing.T) {
	type key struct {
		days, span int
		Windows
	}
	want := map[key][]map[string]string{}
	for _, row := range readKnown(t, "statistics/walk_forward.csv") {
		n := func(name string) int { return int(numberOf(t, row, name)) }
		k := key{n("n"), n("label_span"), Windows{n("train"), n("test"), n("step"), row["anchored"] == "1", n("gap")}}
		want[k] = append(want[k], row)
	}
	for k, rows := range want {
		folds, left, err := k.Folds(k.days, k.span)
		if must := rows[0]["must_say"]; must != "" {
			if err == nil || strings.ReplaceAll(fmt.Sprintf("refuse: %v", err), "training day", "training row") != must {
				t.Errorf("%+v: error %v, want %s", k, err, must)
			}
			continue
		}
		if err != nil || len(folds) != len(rows) {
			t.Errorf("%+v: %d folds, error %v, want %d", k, len(folds), err, len(rows))
			continue
		}
		for i, row := range rows {
			f := folds[i]
			train := strings.TrimSuffix(fmt.Sprintf("%d-%d", f.TrainFirst, f.TrainEnd-1), fmt.Sprintf("-%d", f.TrainFirst)) // one row is written once
			if got := fmt.Sprintf("%s %d-%d", train, f.TestFirst, f.TestEnd-1); got != row["train_rows_kept"]+" "+row["test_rows"] {
				t.Errorf("%+v: fold %d is %s, want %s %s", k, i, got, row["train_rows_kept"], row["test_rows"])
			}
			if left != int(numberOf(t, row, "rows_never_tested")) {
				t.Errorf("%+v: %d days are left, want %s", k, left, row["rows_never_tested"])
			}
		}
	}
}

// A point that is best in the first half of the days and worst in the second is picked until
// the window has seen enough of the second; what is traded is known beforehand.
func TestWalkForward(t *testing.T) {
	s := &Scores{Points: 3}
	for day := range 40 {
		sign := 1.0
		if day >= 20 {
			sign = -1
		}
		s.Values = append(s.Values, 0, sign, -sign)
	}
	walk, err := WalkForward(s, 0, Windows{Train: 10, Test: 5, Step: 5}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if none := (&Walk{Picked: []int{-1, -1, 2, 2}}); none.Without() != 2 || none.Distinct() != 1 || none.Kept() != 1.0/3 {
		t.Errorf("%d folds without a point, %d distinct, %v kept", none.Without(), none.Distinct(), none.Kept())
	}
	if want := []int{1, 1, 1, 0, 2, 2}; !slices.Equal(walk.Picked, want) {
		t.Errorf("picked %v, want %v", walk.Picked, want)
	}
	joined := walk.Joined(s, 0)
	if d := joined.Compare(0, 1); d.N != 30 || d.Mean != (5+5-5+0+5+5)/30.0 {
		t.Errorf("the joined advantage is %+v", d)
	}
	if walk.Distinct() != 3 || walk.Kept() != 3.0/5 || walk.Left != 0 {
		t.Errorf("%d points, %v kept, %d days left", walk.Distinct(), walk.Kept(), walk.Left)
	}
	infeasible := func(first, _ int) ([]bool, error) { return []bool{false, first == 0, true}, nil }
	if walk, err = WalkForward(s, 0, Windows{Train: 10, Test: 5, Step: 5, Anchored: true}, infeasible); err != nil || !slices.Equal(walk.Picked, []int{0, 0, 0, 0, 0, 0}) {
		t.Errorf("picked %v, error %v, want the baseline throughout", walk.Picked, err)
	}
}
