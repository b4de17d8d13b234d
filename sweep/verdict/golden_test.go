package verdict

import (
	"math"
	"slices"
	"testing"
)

// Known answers of ../../testdata/README.md: recomputed with SciPy and, where said
// there, with gonum.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// The fixture: a table of residues.
func fixture() [][]float64 {
	columns := make([][]float64, 10)
	for n := range columns {
		for row := range 96 {
			columns[n] = append(columns[n], float64((7919*row+104729*n+31*row*row*(n+1))%1009)/1009-0.5+0.01*float64(n))
		}
	}
	return columns
}

// Of five values all 3,125 replicates can be listed: the interval is that of the list, but
// for the drawing.
func TestStudentized(t *testing.T) {
	values := []float64{1, 2, 4, 7, 11}
	var ts []float64
	for index := range 3125 {
		var drawn []float64
		for rest := index; len(drawn) < 5; rest /= 5 {
			drawn = append(drawn, values[rest%5])
		}
		e := estimate(5, func(i int) float64 { return drawn[i] })
		ts = append(ts, (e.Mean-5)/e.StandardError)
	}
	slices.Sort(ts)
	e := estimate(5, func(i int) float64 { return values[i] })
	i := Studentized(values, 0.8, 1) // of so few values the outer quantiles are far apart
	near(t, "low", i.Low, 5-Quantile(ts, 0.9)*e.StandardError, 0.25)
	near(t, "high", i.High, 5-Quantile(ts, 0.1)*e.StandardError, 0.5)
	if few := Studentized(values[:4], 0.95, 1); !math.IsNaN(few.Low) {
		t.Errorf("four values have the interval %v", few)
	}
	for few := 1; few < 4; few++ { // of eight values hardly any differ
		values := make([]float64, 8)
		for i := range few {
			values[i] = 1 + float64(i)
		}
		if i := Studentized(values, 0.95, 1); math.IsNaN(i.Low) != math.IsNaN(i.High) || math.IsInf(i.Low, 0) || math.IsInf(i.High, 0) {
			t.Errorf("of %v the interval is %v", values, i)
		}
	}
	if same := Studentized([]float64{2, 2, 2, 2, 2, 2}, 0.95, 1); !math.IsNaN(same.Low) {
		t.Errorf("values without deviation have the interval %v", same)
	}
}

func TestProbabilisticSharpe(t *testing.T) {
	track := Track{Sharpe: 1.585 / math.Sqrt(12), Observations: 24, Skewness: -2.448, Kurtosis: 10.164}
	near(t, "probabilistic Sharpe", track.Probabilistic(0), 0.913234, 5e-7)
	for _, c := range []struct{ perYear, sharpe, benchmark, skewness, kurtosis, years float64 }{
		{250, 2, 1, 0, 3, 2.731188}, {52, 2, 1, 0, 3, 2.828834}, {12, 3, 2.5, -0.72, 5.78, 27.352920},
	} {
		root := math.Sqrt(c.perYear)
		track := Track{Sharpe: c.sharpe / root, Skewness: c.skewness, Kurtosis: c.kurtosis}
		near(t, "minimum track record", track.MinimumLength(c.benchmark/root, 0.95)/c.perYear, c.years, 5e-6)
	}
	if length := track.MinimumLength(1, 0.95); !math.IsInf(length, 1) {
		t.Errorf("a benchmark above what was seen takes %v observations", length)
	}
}

func TestDeflatedSharpe(t *testing.T) {
	track := Track{Sharpe: 2.5 / math.Sqrt(250), Observations: 1250, Skewness: -3, Kurtosis: 10}
	near(t, "expected best of 100", ExpectedBest(100, 0.5/250), 0.113172, 5e-7)
	near(t, "deflated Sharpe of 100", track.Probabilistic(ExpectedBest(100, 0.5/250)), 0.900397, 5e-7)
	near(t, "deflated Sharpe of 46", track.Probabilistic(ExpectedBest(46, 0.5/250)), 0.950502, 5e-7)
	near(t, "expected best of one", ExpectedBest(1, 3), 0, 0)
}

func TestCrossValidation(t *testing.T) {
	o := CrossValidate(fixture(), 8)
	near(t, "probability", o.Probability, 20.0/70, 1e-15)
	near(t, "mean logit", o.MeanLogit, 0.886834, 5e-7)
	near(t, "loss", o.Loss, 0.1, 1e-15)
	near(t, "slope", o.Slope, -0.465362, 5e-7)
	if o.Splits != 70 {
		t.Errorf("%d splits", o.Splits)
	}
}

// Rows that do not divide into the blocks count too: of 23 the first seven blocks have
// three, the last has two, as numpy.array_split cuts them.
func TestCrossValidationUsesEveryRow(t *testing.T) {
	h := newHalves(1, 23, 8)
	var blocks []int
	for row := range 23 {
		blocks = append(blocks, h.block(row))
	}
	if want := []int{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7}; !slices.Equal(blocks, want) {
		t.Errorf("rows are in blocks %v, want %v", blocks, want)
	}
	columns := [][]float64{make([]float64, 23), make([]float64, 23), make([]float64, 23)}
	normal := normals(31)
	for _, column := range columns {
		for row := range column {
			column[row] = normal()
		}
	}
	before := CrossValidate(columns, 8)
	columns[1][22] += 50 // the last row, which 16 rows would leave out
	if after := CrossValidate(columns, 8); after == before {
		t.Error("the last row has no effect")
	}
}

// Permuted within seeds, points that are all equal have the probability of overfitting
// that holdout equal points have, on average and in its spread. Next to a point that is far
// better the probability is far below that of noise.
func TestNoiseOfOverfitting(t *testing.T) {
	normal := normals(17)
	const seeds, points, repeats = 16, 11, 60
	probability := make([]float64, repeats)
	var mean, deviation float64
	for i := range repeats {
		columns := make([][]float64, points)
		for k := range columns {
			for range seeds {
				columns[k] = append(columns[k], normal())
			}
		}
		probability[i] = CrossValidate(columns, 8).Probability
		noise := NoiseOfOverfitting(columns, 8)
		mean, deviation = mean+noise.Mean/repeats, deviation+noise.Deviation/repeats
	}
	e := estimate(repeats, func(i int) float64 { return probability[i] })
	t.Logf("calibration: overfitting of %d × %d equal points %.3f ± %.3f, by permutation %.3f ± %.3f", seeds, points, e.Mean, e.StandardError*math.Sqrt(repeats), mean, deviation)
	near(t, "mean of noise", mean, e.Mean, 4*e.StandardError)
	near(t, "deviation of noise", deviation, e.StandardError*math.Sqrt(repeats), 0.08)
	better := make([][]float64, points)
	for k := range better {
		for range seeds {
			better[k] = append(better[k], normal())
			if k == 3 {
				better[k][len(better[k])-1] += 4
			}
		}
	}
	if p, noise := CrossValidate(better, 8).Probability, NoiseOfOverfitting(better, 8); !(p < noise.Mean-noise.Deviation) {
		t.Errorf("next to a far better point the probability is %v, that of noise %+v", p, noise)
	}
	if many := NoiseOfOverfitting(make([][]float64, 10_000), 8); many.Permutations != 0 || !math.IsNaN(many.Mean) {
		t.Errorf("of ten thousand points %+v", many)
	}
}

func TestStepDown(t *testing.T) {
	columns := fixture()
	differences := make([][]float64, 9)
	for k := range differences {
		for row := range columns[0] {
			differences[k] = append(differences[k], columns[k+1][row]-columns[0][row])
		}
	}
	state := uint64(12345)
	p := StepDown(differences, OfSample, 999, func(rows []int) {
		for i := range rows {
			state = state*6364136223846793005 + 1442695040888963407
			rows[i] = int(float64(state>>11) / (1 << 53) * 96)
		}
	})
	for k, want := range []float64{0.084, 0.166, 0.345, 0.132, 0.132, 0.003, 0.027, 0.029, 0.132} {
		near(t, "adjusted p", p[k], want, 1e-12)
	}
	if p := StepDown([][]float64{{1, 1, 1}, {1, 2, 3}}, OfReplicate, 9, func([]int) {}); !math.IsNaN(p[0]) || math.IsNaN(p[1]) {
		t.Errorf("p %v, want none for a column that does not deviate", p)
	}
}

// The example of Benjamini and Hochberg 1995: of 15 hypotheses four are discoveries.
func TestDiscoveries(t *testing.T) {
	p := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	found := 0
	for i, discovered := range Discoveries(append(p, math.NaN()), 0.05) {
		if discovered {
			found++
			if i >= 4 {
				t.Errorf("%v is a discovery", p[i])
			}
		}
	}
	if found != 4 {
		t.Errorf("%d discoveries", found)
	}
}

// Ishigami's function with a = 7, b = 0.1 on a grid of midpoints.
func TestSensitivities(t *testing.T) {
	const n = 40
	var values []float64
	at := func(i int) float64 { return -math.Pi + 2*math.Pi*(float64(i)+0.5)/n }
	for i := range n {
		for j := range n {
			for k := range n {
				values = append(values, math.Sin(at(i))+7*math.Pow(math.Sin(at(j)), 2)+0.1*math.Pow(at(k), 4)*math.Sin(at(i)))
			}
		}
	}
	got, pairs := Sensitivities(&Scores{Points: len(values), Values: values}, []int{n, n, n})
	for i, want := range []Sensitivity{{First: 0.314028, Total: 0.556195}, {First: 0.443805, Total: 0.443805}, {Total: 0.242167}} {
		near(t, "first order", got[i].First, want.First, 5e-7)
		near(t, "total", got[i].Total, want.Total, 5e-7)
	}
	for i, want := range []float64{0, 0.242167, 0} { // of 1 and 2, 1 and 3, 2 and 3: by theory V13 alone
		near(t, "interaction", pairs[i].Share, want, 5e-7)
	}
	flat, _ := Sensitivities(&Scores{Points: 4, Values: []float64{1, 1, 1, 1}}, []int{2, 2})
	if flat[0].First != 0 || flat[0].Total != 0 || flat[1].First != 0 || flat[1].Total != 0 || !math.IsNaN(flat[0].FirstError) {
		t.Errorf("of equal means %v", flat)
	}
	// Of two seeds, by hand: means 1, 2, 5, 6, residuals ±½ along the second axis.
	two := &Scores{Points: 4, Values: []float64{0.5, 2.5, 4.5, 6.5, 1.5, 1.5, 5.5, 5.5}}
	noisy, _ := Sensitivities(two, []int{2, 2})
	total := 4.25 - 8*0.25/(4*2)
	near(t, "first order without noise", noisy[0].First, 4/total, 1e-12)
	near(t, "first order of the noisy axis", noisy[1].First, (0.25-4*0.25/(2*2))/total, 1e-12)
}

// Seeds that move all points together are no noise between points; what moves them
// apart is, also where it moves points with the same value of an axis together. The
// indices of an axis that does nothing are 0 on average, and of the only one 1.
func TestSensitivitiesTakeTheSeedsAway(t *testing.T) {
	normal := normals(7)
	const seeds, repeats = 12, 400
	for name, along := range map[string]func(own, first, second float64) float64{
		"independent":             func(own, _, _ float64) float64 { return own },
		"shared along the first":  func(_, first, _ float64) float64 { return first },
		"shared along the second": func(_, _, second float64) float64 { return second },
	} {
		var idle, idleFirst, real float64
		for range repeats {
			s := Scores{Points: 6}
			for range seeds {
				shared := 10 * normal()
				first, second := [3]float64{normal(), normal(), normal()}, [2]float64{normal(), normal()}
				for point := range 6 {
					s.Values = append(s.Values, shared+float64(point/2)+0.5*along(normal(), first[point/2], second[point%2]))
				}
			}
			indices, _ := Sensitivities(&s, []int{3, 2})
			idle += indices[1].Total / repeats
			idleFirst += indices[1].First / repeats
			real += indices[0].First / repeats
		}
		near(t, name+": total index of an idle axis", idle, 0, 0.008)
		near(t, name+": first index of an idle axis", idleFirst, 0, 0.008)
		near(t, name+": first index of the only axis", real, 1, 0.008)
	}
	if means := (&Scores{Points: 2, Values: []float64{1, 2, math.NaN(), 4}}).Means(); means != nil {
		t.Errorf("with an undefined score the means are %v", means)
	}
}

// A lonely peak has neighbors that are lower.
func TestNeighborhood(t *testing.T) {
	means := []float64{0, 1, 2, 3, 100, 5} // 2 × 3
	if e := Neighborhood(means, []int{2, 3}, 4); e.N != 3 || e.Mean != (1.0+3+5)/3 {
		t.Errorf("%+v", e)
	}
}

// Of very many points all are compared, with fewer replicates: where none is better, none
// is said to be, although the largest of many t are large.
func TestVeryManyPointsAreAllCompared(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	normal := normals(3)
	wrong := 0
	const repeats = 3
	for range repeats {
		truth := make([]float64, 20_000)
		j := Judge(madeUp(truth, 8, 0, 1, normal), 0)
		if j.Compared != len(truth)-1 || j.Replicates != mostReplicates {
			t.Fatalf("%d compared with %d replicates", j.Compared, j.Replicates)
		}
		if len(j.Better) > 0 {
			wrong++
		}
	}
	if wrong > 1 {
		t.Errorf("%d of %d studies name a point that is better", wrong, repeats)
	}
	if stepReplicates(1_000_000) != mostReplicates || stepReplicates(5_000_000) != 400 || stepReplicates(1_000_000_000) != leastReplicates {
		t.Errorf("replicates %d, %d, %d", stepReplicates(1_000_000), stepReplicates(5_000_000), stepReplicates(1_000_000_000))
	}
}
