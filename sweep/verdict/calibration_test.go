package verdict

import (
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"optmm/engine"
	"optmm/engine/account"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
	"optmm/engine/random"
)

// The machinery on made-up scores whose truth is known. scripts/calibration repeats
// these tests more often than the suite can.

// repetitions is how often a made-up study is made.
func repetitions(t *testing.T, otherwise int) int {
	t.Helper()
	text := os.Getenv("OPTMM_REPETITIONS")
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("OPTMM_REPETITIONS=%s is no number of repetitions", text)
	}
	return n
}

// normals draws standard normals.
func normals(seed uint64) func() float64 {
	source := random.NewPCG64(seed)
	var one [1]float64
	return func() float64 { source.Normals(one[:]); return one[0] }
}

// madeUp are scores of points with the given truths under seeds that share a part.
func madeUp(truth []float64, seeds int, shared, own float64, normal func() float64) *Scores {
	s := &Scores{Points: len(truth)}
	for range seeds {
		together := shared * normal()
		for _, mean := range truth {
			s.Values = append(s.Values, mean+together+own*normal())
		}
	}
	return s
}

// within fails where a share of the repetitions is not what it should be, beyond
// four standard errors of such a share.
func within(t *testing.T, what string, got float64, n int, low, high float64) {
	t.Helper()
	t.Logf("calibration: %s %.4f of %d", what, got, n)
	room := 4 * math.Sqrt(0.25*0.25/float64(n))
	if got < low-room || got > high+room {
		t.Errorf("%s is %v, want %v to %v", what, got, low, high)
	}
}

// Under the null, and with one point that is better, the judgment is right about as
// often as it says.
func TestCalibrationOfTheJudgment(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	normal := normals(11)
	const points, seeds = 30, 16
	n := repetitions(t, 30)
	var wrong, found, differ, covered, coveredT float64
	for range n {
		for _, advantage := range []float64{0, 1.6} {
			truth := make([]float64, points)
			truth[17] = advantage
			s := madeUp(truth, seeds, 3, 1, normal)
			j := Judge(s, 0)
			if advantage == 0 && len(j.Better) > 0 {
				wrong++
			}
			if j.Best == 17 && slices.Contains(j.Found, 17) {
				differ++
				if seeds < j.MinimumSeeds {
					t.Errorf("it takes %v seeds to be sure, and it is with %d", j.MinimumSeeds, seeds)
				}
			}
			if advantage > 0 && j.Best == 17 && j.Adjusted <= Level {
				found++
			}
			if d := s.Compare(3, 0); advantage == 0 {
				if Studentized(s.Paired(3, 0), 0.95, 0).Contains(0) {
					covered++
				}
				if (Interval{d.Low, d.High}).Contains(0) {
					coveredT++
				}
			}
		}
	}
	share := func(x float64) float64 { return x / float64(n) }
	within(t, "family-wise error", share(wrong), n, 0, 0.06)
	within(t, "a point better by 1.6 found", share(found), n, 0.7, 1)
	within(t, "the same by false discovery rate", share(differ), n, 0.6, 1)
	within(t, "coverage of the studentized bootstrap", share(covered), n, 0.92, 0.96)
	within(t, "coverage of Student's t", share(coveredT), n, 0.93, 0.97)
}

// What holdout seeds say is lost of the best point's advantage is what is lost: the
// advantage that it was picked by, less the truth. Where all points are equal the whole
// of it is luck; where they differ a part is. Their intervals cover the truth.
func TestCalibrationOfHoldoutSeeds(t *testing.T) {
	for name, spread := range map[string]float64{"equal settings": 0, "settings that differ by 0.3": 0.3} {
		normal := normals(23)
		const points, seeds, holdout = 200, 32, 32
		n := repetitions(t, 30)
		var bias, measured, coveredT, coveredBootstrap, folds float64
		for range n {
			truth := make([]float64, points)
			for i := range truth {
				truth[i] = spread * normal()
			}
			selection := madeUp(truth, seeds, 2, 1, normal)
			best := selection.Best(0)
			if best == 0 {
				best = 1 // the baseline itself has no advantage to lose
			}
			chosen := []int{0, best}
			f := OnHoldout(selection, madeUp([]float64{truth[0], truth[best]}, holdout, 2, 1, normal), chosen, 0)[0]
			real := truth[best] - truth[0]
			bias += (f.Selected.Mean - real) / float64(n)
			measured += f.Bias / float64(n)
			folds += CrossFit(selection, 0).Bias() / float64(n)
			if (Interval{f.Holdout.Low, f.Holdout.High}).Contains(real) != f.BiasT.Contains(f.Selected.Mean-real) {
				t.Fatal("the interval of the bias is not that of the advantage")
			}
			if f.BiasT.Contains(f.Selected.Mean - real) {
				coveredT++
			}
			if f.BiasBootstrap.Contains(f.Selected.Mean - real) {
				coveredBootstrap++
			}
		}
		t.Logf("calibration: %s: bias %.4f, measured by holdout seeds %.4f, by five folds %.4f", name, bias, measured, folds)
		if math.Abs(bias-measured) > 4*math.Sqrt(2.0/holdout/float64(n)) || bias < 0.1 {
			t.Errorf("%s: bias %v, measured %v", name, bias, measured)
		}
		within(t, name+", coverage of the bias by t", coveredT/float64(n), n, 0.93, 0.97)
		within(t, name+", coverage of the bias by the studentized bootstrap", coveredBootstrap/float64(n), n, 0.92, 0.97)
	}
}

// Given data, of Ishigami's function at scattered points, the first-order indices are
// found, and noise that the seeds would give is taken away.
func TestGivenData(t *testing.T) {
	source := random.NewPCG64(5)
	normal := normals(6)
	const n = 20_000
	columns := make([][]float64, 3)
	var means []float64
	noisy := &Scores{Points: n, Values: make([]float64, 2*n)}
	for point := range n {
		var x [3]float64
		for i := range x {
			x[i] = math.Pi * (2*source.Float64() - 1)
			columns[i] = append(columns[i], x[i])
		}
		y := math.Sin(x[0]) + 7*math.Pow(math.Sin(x[1]), 2) + 0.1*math.Pow(x[2], 4)*math.Sin(x[0])
		means = append(means, y)
		noisy.Values[point], noisy.Values[n+point] = y+3*normal(), y+3*normal()
	}
	for i, want := range []float64{0.313905, 0.442411, 0} { // verdict.md
		found, _ := GivenData(&Scores{Points: n, Values: means}, columns[i])
		near(t, "first order of given data", found, want, 0.02)
		found, _ = GivenData(noisy, columns[i])
		near(t, "first order of noisy data", found, want, 0.03)
	}
	if x, _ := GivenData(&Scores{Points: 3, Values: []float64{1, 2, 3}}, []float64{1, 1, 1}); !math.IsNaN(x) {
		t.Errorf("one class explains %v", x)
	}
	if x, _ := GivenData(&Scores{Points: 4, Values: []float64{1, 1, 1, 1}}, []float64{1, 1, 2, 2}); x != 0 {
		t.Errorf("of nothing it explains %v", x)
	}
}

// Cells average over what is not theirs, and their error is that of the seeds.
func TestCells(t *testing.T) {
	s := &Scores{Points: 5, Values: []float64{1, 2, 3, 4, 99, 3, 4, 5, 10, 99}} // 2 × 2, and one behind
	means, errors := Cells(s, []int{2, 2}, 0, 1)
	if means[0][0] != 2 || means[1][1] != 7 || errors[0][0] != 1 || errors[1][1] != 3 {
		t.Errorf("means %v, errors %v", means, errors)
	}
	if _, errors := Cells(&Scores{Points: 4, Values: []float64{1, 2, 3, 4}}, []int{2, 2}, 0, 1); errors != nil {
		t.Errorf("of one seed the errors are %v", errors)
	}
	three := &Scores{Points: 8, Values: []float64{0, 1, 2, 3, 4, 5, 6, 7}} // 2 × 2 × 2
	if means, _ := Cells(three, []int{2, 2, 2}, 0, 2); means[0][1] != 2 || means[1][0] != 5 {
		t.Errorf("over the axis between: %v", means)
	}
}

// Survivors are the best and the baseline; undefined and infeasible points come last.
func TestSurvivors(t *testing.T) {
	nan := math.NaN()
	s := &Scores{Points: 6, Values: []float64{0, 5, 3, 9, 4, 8, 0, 5, 3, 9, nan, 8}, Infeasible: []bool{false, false, false, true, false, false}}
	for most, want := range [][]int{1: {0, 5}, 2: {0, 1, 5}, 3: {0, 1, 2, 5}, 4: {0, 1, 2, 4, 5}, 5: {0, 1, 2, 3, 4, 5}} {
		if most > 0 && !slices.Equal(Survivors(s, 0, most, nil), want) {
			t.Errorf("%d survivors: %v, want %v", most, Survivors(s, 0, most, nil), want)
		}
	}
	// Who was left out before does not come back, whatever those that were kept are.
	if got := Survivors(s, 0, 2, []int{0, 3, 4}); !slices.Equal(got, []int{0, 3, 4}) {
		t.Errorf("of 3 and 4 the survivors are %v", got)
	}
	if got := Survivors(s, 0, 3, []int{0, 3, 4}); !slices.Equal(got, []int{0, 3, 4, 5}) {
		t.Errorf("beyond 3 and 4 the survivors are %v", got)
	}
	if s.Best(0) != 5 {
		t.Errorf("best %d", s.Best(0))
	}
	// An infeasible point with more scores than any other does not make the others too few.
	full := &Scores{Points: 2, Values: []float64{1, 2, 1, nan}, Infeasible: []bool{true, false}}
	if full.Best(0) != 1 {
		t.Errorf("next to a fuller one that is infeasible the best is %d", full.Best(0))
	}
	if w := s.WinRate(1, 2); w != 1 {
		t.Errorf("win rate %v", w)
	}
	if w := s.WinRate(4, 4); w != 0.5 {
		t.Errorf("win rate against itself %v", w)
	}
	if q := s.Quantiles(4, []float64{0, 1}); q[0] != 4 || q[1] != 4 {
		t.Errorf("quantiles %v", q)
	}
}

// Of points that are all the same nothing is lost by picking, and a lone lucky seed is
// lost out of its fold.
func TestCrossFit(t *testing.T) {
	s := &Scores{Points: 2}
	for seed := range 10 {
		lucky := 0.0
		if seed == 3 {
			lucky = 10
		}
		s.Values = append(s.Values, 0, lucky)
	}
	f := CrossFit(s, 0)
	// In four of five folds the lucky seed is in sample: 10/8 there, 0 out. In the other
	// the baseline, which is first of two equal, is picked.
	if f.Folds != 5 || math.Abs(f.InSample-1) > 1e-12 || f.OutOfSample != 0 {
		t.Errorf("%+v", f)
	}
	if f := CrossFit(&Scores{Points: 2, Values: make([]float64, 18)}, 0); f.Folds != 0 || !math.IsNaN(f.Bias()) {
		t.Errorf("of nine seeds %+v", f)
	}
}

// Noise gives neither an idle parameter nor a pair of axes a share, on average: with
// few points to a class the classes' own spread is taken away, as the seeds' is.
func TestNoiseExplainsNothing(t *testing.T) {
	normal := normals(8)
	const repeats, points = 400, 40
	var idle, pair float64
	values := make([]float64, points)
	for i := range values {
		values[i] = float64(i % 8)
	}
	for range repeats {
		made := &Scores{Points: points}
		scattered := make([]float64, points)
		for i := range scattered {
			scattered[i] = 2 * normal()
		}
		for range 6 { // seeds that also move the points of a class together
			var together [8]float64
			for i := range together {
				together[i] = normal()
			}
			for i := range points {
				made.Values = append(made.Values, scattered[i]+together[i%8]+normal())
			}
		}
		idle += givenData(made, values) / repeats
		truth := make([]float64, 12)
		for i := range truth {
			truth[i] = float64(i / 4)
		}
		scores := madeUp(truth, 16, 5, 1, normal)
		_, pairs := Sensitivities(scores, []int{3, 2, 2})
		pair += pairs[0].Share / repeats
	}
	near(t, "first order of an idle parameter", idle, 0, 0.02)
	near(t, "interaction of two axes that add up", pair, 0, 0.01)
}

// The probabilistic ratio of the judgment is that of the formula against 0.
func TestProbabilisticOfTheJudgment(t *testing.T) {
	s := madeUp([]float64{0, 0.5, 0.2}, 20, 1, 1, normals(4))
	j := Judge(s, 0)
	values := s.Paired(j.Best, 0)
	skewness, kurtosis := shape(values)
	want := Track{Sharpe: j.Ratio, Observations: 20, Skewness: skewness, Kurtosis: kurtosis}.Probabilistic(0)
	if j.Best == 0 || !(j.Probabilistic > 0.5) || j.Probabilistic != want || j.Deflated >= j.Probabilistic {
		t.Errorf("best %d, probability %v, want %v, deflated %v", j.Best, j.Probabilistic, want, j.Deflated)
	}
	if h := j.OfHalving(); !math.IsNaN(h.Probabilistic) || !math.IsNaN(h.Adjusted) || h.Best != j.Best || h.Difference != j.Difference {
		t.Errorf("of halving %+v", h)
	}
}

// The standard errors of the indices are about what the indices deviate by when the seeds
// are others.
func TestErrorsOfTheIndices(t *testing.T) {
	normal := normals(9)
	const repeats, seeds = 200, 35           // a group has several
	truth := []float64{0, 1.5, 1, 0.5, 2, 4} // with an interaction: of none the jackknife says too much
	var first, total, pair, given []float64
	var firstError, totalError, pairError, givenError float64
	for range repeats {
		s := madeUp(truth, seeds, 3, 1, normal)
		indices, pairs := Sensitivities(s, []int{3, 2})
		index, indexError := GivenData(s, []float64{0, 0, 1, 1, 2, 2})
		first, total = append(first, indices[0].First), append(total, indices[1].Total)
		pair, given = append(pair, pairs[0].Share), append(given, index)
		firstError, totalError = firstError+indices[0].FirstError/repeats, totalError+indices[1].TotalError/repeats
		pairError, givenError = pairError+pairs[0].Error/repeats, givenError+indexError/repeats
	}
	for _, c := range []struct {
		name           string
		values         []float64
		expected, room float64
	}{{"first index", first, firstError, 0.25}, {"total index", total, totalError, 0.25}, {"interaction", pair, pairError, 0.25}, {"index of given data", given, givenError, 0.25}} {
		e := estimate(repeats, func(i int) float64 { return c.values[i] })
		deviation := e.StandardError * math.Sqrt(repeats)
		if math.Abs(c.expected/deviation-1) > c.room {
			t.Errorf("%s deviates by %v, its standard error says %v", c.name, deviation, c.expected)
		}
	}
}

// The errors are the jackknife's of the index that they belong to, recomputed from its
// definition.
func TestErrorsAreOfTheirOwnIndex(t *testing.T) {
	const seeds, points, groups = 35, 6, 10
	s := madeUp([]float64{0, 1.5, 1, 0.5, 2, 4}, seeds, 3, 1, normals(11))
	values := func(s *Scores) []float64 {
		indices, pairs := Sensitivities(s, []int{3, 2})
		given, _ := GivenData(s, []float64{0, 0, 1, 1, 2, 2})
		return []float64{indices[0].First, indices[0].Total, indices[1].First, indices[1].Total, pairs[0].Share, given}
	}
	indices, pairs := Sensitivities(s, []int{3, 2})
	_, given := GivenData(s, []float64{0, 0, 1, 1, 2, 2})
	got := []float64{indices[0].FirstError, indices[0].TotalError, indices[1].FirstError, indices[1].TotalError, pairs[0].Error, given}
	var left [groups][]float64
	for group := range groups {
		without := &Scores{Points: points}
		for seed := range seeds {
			if seed%groups != group {
				without.Values = append(without.Values, s.Values[seed*points:(seed+1)*points]...)
			}
		}
		left[group] = values(without)
	}
	for i := range got {
		mean, squares := 0.0, 0.0
		for group := range groups {
			mean += left[group][i] / groups
		}
		for group := range groups {
			squares += (left[group][i] - mean) * (left[group][i] - mean)
		}
		if want := math.Sqrt(squares * (groups - 1) / groups); math.Abs(got[i]-want) > 1e-12*want {
			t.Errorf("error %d is %v, want %v", i, got[i], want)
		}
	}
}

// On differences of runs of the engine, whose tails and shape nobody made up, eight of
// them a study as holdout seeds have: how often each interval covers the mean of them all.
func TestCalibrationOnTheEngine(t *testing.T) {
	const perStudy = 8
	studies := repetitions(t, 40)
	for name, wider := range map[string]bool{"k_fill 80 against 40": false, "spread 0.06, skew 0.04 against 0.02, 0.02": true} {
		base, other := param.Defaults(param.Synthetic), param.Defaults(param.Synthetic)
		base.Market.Minutes, other.Market.Minutes = 120, 120
		if other.KFill = 80; wider {
			other.KFill, other.Spread.Value, other.Skew = 40, 0.06, 0.04
		}
		figures := map[string][]float64{}
		var simulator engine.Simulator
		for seed := range studies * perStudy {
			m, err := synthetic.Source{}.Market(base.Market, uint32(seed))
			if err != nil {
				t.Fatal(err)
			}
			var summaries [2]account.Summary
			for i, p := range []*param.Params{&base, &other} {
				if summaries[i], err = simulator.Run(m, p, uint64(seed)); err != nil {
					t.Fatal(err)
				}
			}
			figures["net_pnl"] = append(figures["net_pnl"], summaries[1].NetPnL-summaries[0].NetPnL)
			figures["annualized_sharpe_est"] = append(figures["annualized_sharpe_est"], summaries[1].Sharpe.Value-summaries[0].Sharpe.Value)
		}
		for figure, values := range figures {
			truth := estimate(len(values), func(i int) float64 { return values[i] }).Mean
			var byT, byBootstrap float64
			for study := range studies {
				s := Scores{Points: 1, Values: values[study*perStudy : (study+1)*perStudy]}
				if e := s.Of(0); math.Abs(e.Mean-truth) <= e.HalfWidth() {
					byT++
				}
				if Studentized(s.Values, 0.95, 0).Contains(truth) {
					byBootstrap++
				}
			}
			what := "engine, " + name + ", " + figure
			within(t, what+", coverage by t", byT/float64(studies), studies, 0.9, 0.98)
			within(t, what+", coverage by the studentized bootstrap", byBootstrap/float64(studies), studies, 0.9, 0.98)
		}
	}
}
