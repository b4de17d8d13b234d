package verdict

import (
	"math"
	"testing"
)

// Student's sleep data (Student 1908), the difference of the two drugs: t
// −4.062128, 95% interval −2.459886 … −0.700114, recomputed with SciPy.
func TestCompareOnStudentsSleepData(t *testing.T) {
	first := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}
	second := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	scores := Scores{Points: 2}
	for i := range first {
		scores.Values = append(scores.Values, first[i], second[i])
	}
	d := scores.Compare(0, 1)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"t", d.Mean / d.StandardError, -4.062128},
		{"low", d.Low, -2.459886}, {"high", d.High, -0.700114},
		{"mean of the first", scores.Of(0).Mean, 0.75}, {"mean of the second", scores.Of(1).Mean, 2.33},
	} {
		if math.Abs(c.got-c.want) > 5e-7 {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
	if best := scores.Best(0); best != 1 {
		t.Errorf("best is point %d, want 1", best)
	}
}

func TestUndefinedScoresAreLeftOut(t *testing.T) {
	nan := math.NaN()
	// Three points under two seeds; the second point's mean is over one seed only.
	scores := Scores{Points: 3, Values: []float64{1, 9, 2, 3, nan, 4}}
	if e := scores.Of(1); e.N != 1 || e.Mean != 9 || !math.IsNaN(e.StandardError) {
		t.Errorf("point 1 is %+v", e)
	}
	if best := scores.Best(0); best != 2 {
		t.Errorf("best is point %d, want 2: point 1 lacks a seed", best)
	}
	if d := scores.Compare(2, 0); d.N != 2 || d.Mean != 1 || !math.IsNaN(d.Low) {
		t.Errorf("two pairs give %+v, want a mean without an interval", d)
	}
	if best := (&Scores{Points: 1, Values: []float64{nan}}).Best(0); best != -1 {
		t.Errorf("best of nothing is %d, want -1", best)
	}
}

func TestMedianUnit(t *testing.T) {
	scores := Scores{Points: 1, Values: []float64{5, math.NaN(), 1, 3, 9}}
	if seed := scores.MedianUnit(0); seed != 3 {
		t.Errorf("median of 1, 3, 5, 9 is at seed %d, want 3", seed)
	}
}
