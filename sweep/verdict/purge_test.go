package verdict

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"optmm/sweep/text"
)

// What is left of the training rows of each fold is what purgedcv leaves.
func TestPurge(t *testing.T) {
	known := readKnown(t, "folds/purged_kfold.csv")
	for _, row := range known {
		var first, last int
		if _, err := fmt.Sscanf(row["test_rows"], "%d-%d", &first, &last); err != nil {
			t.Fatal(err)
		}
		p := Purge{first, last, int(numberOf(t, row, "label_span")), int(numberOf(t, row, "embargo"))}
		var kept []int
		for i := range int(numberOf(t, row, "n")) {
			if (i < first || i > last) && p.Keeps(i) {
				kept = append(kept, i)
			}
		}
		if got := strings.ReplaceAll(text.Ranges(kept), ",", " "); got != row["train_rows_kept"] {
			t.Errorf("%+v of %s: %s, want %s", p, row["n"], got, row["train_rows_kept"])
		}
	}
	if len(known) < 20 {
		t.Errorf("%d folds", len(known))
	}
}

// sumOfNumPy adds 8 to 15 values in the order of NumPy, which goes by eights.
func sumOfNumPy(v []float64) float64 {
	sum := ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]))
	for _, x := range v[8:] {
		sum += x
	}
	return sum
}

// A feature that is made of labels near in time has an IC on a null panel, which falls to nothing as the rows are
// purged and embargoed: the gap shows the leak.
func TestLeakShowsInTheGap(t *testing.T) {
	panel := panelOf(t, "panel_null", "f", 15)
	y, time := panel.label, panel.time
	returns := readKnown(t, "signals/panel_null.csv")
	for i := range y { // to the bit, since equal encodings have equal ranks
		var values []float64
		for _, row := range returns[time[i]+1 : time[i]+16] {
			values = append(values, numberOf(t, row, "ret"))
		}
		y[i] = sumOfNumPy(values)
	}
	for _, row := range readKnown(t, "signals/leak.csv") {
		embargo := map[string]int{"none": -1, "purged": 0, "purged_embargo_15": 15}[row["training_rows"]]
		encoded := make([]float64, len(y))
		for first := 0; first < len(y); first += 50 {
			last := min(first+50, len(y)) - 1
			p := Purge{int(time[first]), int(time[last]), 15, embargo}
			var training []int
			for i := range y {
				if (i < first || i > last) && (embargo < 0 || p.Keeps(int(time[i]))) {
					training = append(training, i)
				}
			}
			for i := first; i <= last; i++ {
				near := slices.DeleteFunc(slices.Clone(training), func(k int) bool { return k < i-150 || k > i+150 })
				slices.SortStableFunc(near, func(a, b int) int { // the earlier first, of two that are as near
					return int(math.Abs(float64(time[a]-time[i]))) - int(math.Abs(float64(time[b]-time[i])))
				})
				for _, k := range near[:5] {
					encoded[i] += y[k]
				}
				encoded[i] /= 5
			}
		}
		p := Pair(encoded, y, time, panel.session)
		for name, got := range map[string]float64{"ic": p.Pearson(30).Value, "rank_ic": p.Rank(30).Value} {
			if want := numberOf(t, row, name); math.Abs(got-want) > 1e-9 {
				t.Errorf("%s, %s: %v, want %v", row["training_rows"], name, got, want)
			}
		}
	}
}
