package learn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"optmm/sweep/verdict"
)

// madeUp are rows of sessions of two options, whose label has some of a feature in it, and of nothing else.
func madeUp(seed uint64, share float64) *rows {
	random := rand.New(rand.NewPCG(seed, 1))
	const sessions, minutes = 40, 60
	r := &rows{of: make([]int, sessions), ahead: 1}
	for session := range sessions + 1 {
		r.begins = append(r.begins, minutes*session)
	}
	r.Features = make([][]float64, 3)
	for range 2 {
		for session := range sessions {
			for minute := range minutes {
				y := random.NormFloat64()
				for k := range r.Features {
					x := random.NormFloat64()
					if k == 1 {
						y += share * x
					}
					r.Features[k] = append(r.Features[k], 5+2*x)
				}
				r.Target = append(r.Target, y)
				r.time, r.session = append(r.time, int32(minutes*session+minute)), append(r.session, int32(session))
			}
		}
	}
	r.unit = r.session
	return r
}

// walked is the rank IC of later sessions, by a model of those before.
func walked(t *testing.T, r *rows, l1 float64) verdict.IC {
	t.Helper()
	m, _, tried, err := r.fit(0, len(r.of)/2, Settings{L1: l1, Folds: 2})
	if err != nil || tried != len(penaltyShares(l1)) {
		t.Fatal(err, tried)
	}
	test := r.test(m, len(r.of)/2, len(r.of))
	return test.pair().Rank(2)
}

// A planted signal is recovered out of sample, by ridge and by the elastic net.
func TestPlantedSignalIsFound(t *testing.T) {
	for _, l1 := range []float64{0, 0.5, 1} {
		for seed := range uint64(5) {
			c := walked(t, madeUp(seed, 0.2), l1)
			if interval := c.Interval(); interval.Low <= 0 || math.Abs(c.Value-0.19) > 0.06 {
				t.Errorf("l1 %v, seed %d: the rank IC is %v ± %v", l1, seed, c.Value, c.Error)
			}
		}
	}
}

// Where there is no signal the interval of what training finds covers 0 about as often as it says.
func TestNoSignalIsNotFound(t *testing.T) {
	alarms := 0
	const markets = 100
	for seed := range uint64(markets) {
		c := walked(t, madeUp(100+seed, 0), 0)
		if interval := c.Interval(); interval.Low > 0 || interval.High < 0 {
			alarms++
		}
	}
	if alarms > 12 { // 5 are expected; of a binomial number 12 is exceeded once in 700
		t.Errorf("%d of %d markets without a signal alarm", alarms, markets)
	}
}

// What comes after the training changes no model: the penalty is chosen within it.
func TestTrainingDoesNotSeeLaterSessions(t *testing.T) {
	before, after := madeUp(3, 0.2), madeUp(3, 0.2)
	for i, session := range after.session {
		if session >= 20 {
			after.Target[i] *= -3
			after.Features[0][i] += 100
		}
	}
	for _, l1 := range []float64{0, 0.5} {
		a, penalty, _, err := before.fit(0, 20, Settings{L1: l1})
		if err != nil {
			t.Fatal(err)
		}
		b, other, _, err := after.fit(0, 20, Settings{L1: l1})
		if err != nil {
			t.Fatal(err)
		}
		for k := range a.Coefficients {
			if a.Coefficients[k] != b.Coefficients[k] || a.Mean[k] != b.Mean[k] || a.Scale[k] != b.Scale[k] || penalty != other {
				t.Errorf("l1 %v: feature %d: %v and %v", l1, k, a, b)
			}
		}
	}
	if before.hash() == after.hash() || before.hash() != madeUp(3, 0.2).hash() {
		t.Error("the hash of what was seen does not follow it")
	}
}

// Labels that are shuffled among the rows have nothing left to find, however strong the signal was.
func TestShuffledLabelsHaveNoSignal(t *testing.T) {
	alarms := 0
	const markets = 40
	for seed := range uint64(markets) {
		r := madeUp(200+seed, 0.5)
		random := rand.New(rand.NewPCG(seed, 2))
		random.Shuffle(len(r.Target), func(i, j int) { r.Target[i], r.Target[j] = r.Target[j], r.Target[i] })
		c := walked(t, r, 0)
		if interval := c.Interval(); interval.Low > 0 || interval.High < 0 {
			alarms++
		}
	}
	if alarms > 7 { // 2 are expected; of a binomial number 7 is exceeded once in 2,000
		t.Errorf("%d of %d shuffled markets alarm", alarms, markets)
	}
}

// Where sessions are too few the time is cut into parts, and no label of the training reaches into the test.
func TestTrainingWithinASession(t *testing.T) {
	r := madeUp(5, 0.2)
	r.of, r.session, r.unit, r.begins, r.ahead = make([]int, 1), make([]int32, r.Rows()), make([]int32, r.Rows()), []int{0, 2400}, 15
	if err := r.cut(100); err != nil {
		t.Fatal(err)
	}
	if r.units() != 100 || r.minute != 24 || r.begins[99] != 2376 {
		t.Fatalf("%d parts of %d minutes, the last from %d", r.units(), r.minute, r.begins[r.units()-1])
	}
	for _, first := range []int{1, 50, 99} {
		on, test := r.training(0, first), r.part(first, first+1)
		if last, begins := slices.Max(on.time), slices.Min(test.time); last+15 >= begins || last+15 < begins-1 {
			t.Errorf("the training ends at minute %d, the test begins at %d: labels look 15 ahead", last, begins)
		}
	}
	if all := r.training(0, 100); all.Rows() != r.Rows() {
		t.Errorf("%d of %d rows before nothing", all.Rows(), r.Rows())
	}
	if err := r.cut(200); err == nil {
		t.Error("parts are shorter than a label")
	}
}
