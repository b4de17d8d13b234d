package verdict

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"optmm/engine/random"
)

// Judgement is what the scores say of the best point against the baseline, all
// taken from the runs that it was picked by.
type Judgement struct {
	Best, Baseline int // points; Best is −1 where no score is defined
	Difference     Difference
	Bootstrap      Interval // of the difference, BCa
	P              float64  // of the difference by Student's t, two-sided, as if nothing had been picked
	Adjusted       float64  // of so large an advantage over the baseline if no point had any, by Romano–Wolf; NaN where unknown

	Compared int   // points in the adjusted comparison
	Better   []int // points whose adjusted probability is at most Level, the most certain first
	Found    []int // points that differ from the baseline, either way, at a false discovery rate of Level
	Tied     []int // points that the best is not told apart from, by the paired interval, the best mean first

	Overfitting  Overfitting
	Trials       int     // N of the deflated Sharpe ratio
	TrialsSpread float64 // V: variance over points of the ratio of the difference from the baseline, over seeds
	Ratio        float64 // of the best: mean over standard deviation of the difference, a seed
	Deflated     float64 // probability that the true ratio is above the expected best of N trials that have none
	MinimumSeeds float64 // that it takes to be sure, to Level, that the true ratio is above 0, if it is what was seen
}

// Level is the probability below which an advantage counts.
const Level = 0.05

// The bounds of what is compared: beyond them the points with the largest t are
// taken, of which there are so many, and the best; a rule that the result tells.
const (
	mostCompared   = 2_000
	stepReplicates = 999
	mostCrossed    = 2_000
	blocksOfSeeds  = 8
)

// Judge compares the points of a study by its objective.
func Judge(s *Scores, baseline int) Judgement {
	j := Judgement{Best: s.Best(), Baseline: baseline, P: math.NaN(), Adjusted: math.NaN(), Ratio: math.NaN(), TrialsSpread: math.NaN(), Deflated: math.NaN(), MinimumSeeds: math.NaN(), Bootstrap: noInterval()}
	j.Overfitting = Overfitting{Probability: math.NaN(), MeanLogit: math.NaN(), Loss: math.NaN(), Slope: math.NaN()}
	if j.Best < 0 {
		return j
	}
	j.Difference = s.Compare(j.Best, baseline)
	if j.Best != baseline {
		values := s.paired(j.Best, baseline)
		j.Bootstrap = BCa(values, 1-Level, 0)
		j.P = j.Difference.p()
	}
	compared := s.comparable(baseline)
	if s.Seeds() >= MinimumPairs && len(compared) > 0 {
		s.adjust(&j, compared)
		s.deflate(&j, compared)
	}
	if s.Seeds() >= 2*blocksOfSeeds {
		j.Overfitting = CrossValidate(s.columns(append([]int{baseline}, compared[:min(len(compared), mostCrossed)]...), -1), blocksOfSeeds)
	}
	j.Tied = s.tied(j.Best)
	return j
}

// p is the two-sided probability of the difference by Student's t.
func (d Difference) p() float64 {
	if d.N < MinimumPairs || !(d.StandardError > 0) {
		return math.NaN()
	}
	t := math.Abs(d.Mean / d.StandardError)
	return 2 * distuv.StudentsT{Sigma: 1, Nu: float64(d.N - 1)}.Survival(t)
}

// paired are the differences of two points over the seeds that define both.
func (s *Scores) paired(point, baseline int) []float64 {
	var values []float64
	for seed := range s.Seeds() {
		if x := s.at(point, seed) - s.at(baseline, seed); !math.IsNaN(x) {
			values = append(values, x)
		}
	}
	return values
}

// comparable are the points other than the baseline whose every score, and the
// baseline's, is defined, those with the largest ratio of the difference first.
func (s *Scores) comparable(baseline int) []int {
	type ranked struct {
		point int
		ratio float64
	}
	var points []ranked
	for point := range s.Points {
		if d := s.Compare(point, baseline); point != baseline && d.N == s.Seeds() && d.StandardError > 0 {
			points = append(points, ranked{point, d.Mean / d.StandardError})
		}
	}
	slices.SortStableFunc(points, func(a, b ranked) int { return cmp.Compare(b.ratio, a.ratio) })
	order := make([]int, len(points))
	for i, p := range points {
		order[i] = p.point
	}
	return order
}

// columns returns the scores of the points, less those of the baseline unless that
// is negative.
func (s *Scores) columns(points []int, baseline int) [][]float64 {
	columns := make([][]float64, len(points))
	for k, point := range points {
		columns[k] = make([]float64, s.Seeds())
		for seed := range columns[k] {
			if columns[k][seed] = s.at(point, seed); baseline >= 0 {
				columns[k][seed] -= s.at(baseline, seed)
			}
		}
	}
	return columns
}

// adjust finds the adjusted probabilities.
func (s *Scores) adjust(j *Judgement, compared []int) {
	if len(compared) > mostCompared {
		beyond := slices.Contains(compared[mostCompared:], j.Best)
		compared = slices.Clone(compared[:mostCompared])
		if beyond { // a high mean with a small t
			compared[mostCompared-1] = j.Best
		}
	}
	j.Compared = len(compared)
	source := random.NewPCG64(0)
	seeds := float64(s.Seeds())
	p := StepDown(s.columns(compared, j.Baseline), OfReplicate, stepReplicates, func() int { return int(source.Float64() * seeds) })
	unadjusted := make([]float64, len(compared))
	for k, point := range compared {
		if point == j.Best {
			j.Adjusted = p[k]
		}
		if p[k] <= Level {
			j.Better = append(j.Better, point)
		}
		unadjusted[k] = s.Compare(point, j.Baseline).p()
	}
	for k, found := range Discoveries(unadjusted, Level) {
		if found {
			j.Found = append(j.Found, compared[k])
		}
	}
}

// deflate finds the deflated Sharpe ratio of the best point's difference over seeds.
func (s *Scores) deflate(j *Judgement, compared []int) {
	var ratios []float64
	for _, point := range compared {
		values := s.paired(point, j.Baseline)
		e := estimate(len(values), func(i int) float64 { return values[i] })
		ratios = append(ratios, e.Mean/(e.StandardError*math.Sqrt(float64(e.N))))
	}
	spread := estimate(len(ratios), func(i int) float64 { return ratios[i] })
	j.Trials = len(compared)
	j.TrialsSpread = spread.StandardError * spread.StandardError * float64(spread.N)
	at := slices.Index(compared, j.Best)
	if at < 0 || !(j.TrialsSpread > 0) {
		return
	}
	j.Ratio = ratios[at]
	values := s.paired(j.Best, j.Baseline)
	skewness, kurtosis := shape(values)
	track := Track{Sharpe: j.Ratio, Observations: len(values), Skewness: skewness, Kurtosis: kurtosis}
	j.Deflated = track.Probabilistic(ExpectedBest(j.Trials, j.TrialsSpread))
	j.MinimumSeeds = track.MinimumLength(0, 1-Level)
}

// shape returns the moment skewness and kurtosis of values.
func shape(values []float64) (skewness, kurtosis float64) {
	mean := estimate(len(values), func(i int) float64 { return values[i] }).Mean
	var second, third, fourth float64
	for _, x := range values {
		u := x - mean
		second += u * u
		third += u * u * u
		fourth += u * u * u * u
	}
	n := float64(len(values))
	second, third, fourth = second/n, third/n, fourth/n
	return third / math.Pow(second, 1.5), fourth / (second * second)
}

// tied are the points that the paired interval does not tell from the best.
func (s *Scores) tied(best int) []int {
	var points []int
	for point := range s.Points {
		d := s.Compare(point, best)
		if point != best && d.N >= MinimumPairs && d.High >= 0 {
			points = append(points, point)
		}
	}
	slices.SortStableFunc(points, func(a, b int) int { return cmp.Compare(s.Of(b).Mean, s.Of(a).Mean) })
	return points
}
