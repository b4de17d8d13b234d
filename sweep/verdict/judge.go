package verdict

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"

	"optmm/engine/random"
)

// Judgment is what the scores say of the best point against the baseline, all
// taken from the runs that it was picked by.
type Judgment struct {
	Best, Baseline int // points; Best is −1 where no score is defined
	Difference     Difference
	Bootstrap      Interval // of the difference, studentized
	P              float64  // of the difference by Student's t, two-sided, as if nothing had been picked
	Adjusted       float64  // of so large an advantage over the baseline if no point had any, by Romano–Wolf; NaN where unknown

	Compared   int     // points in the adjusted comparison
	Replicates int     // of its bootstrap
	Block      float64 // mean length of the blocks that it draws, days; 0: seeds one by one
	Better     []int   // points whose adjusted probability is at most Level, the most certain first
	Found      []int   // points that differ from the baseline, either way, at a false discovery rate of Level
	Tied       []int   // points that are statistically tied with the best, by the paired interval, the best mean first

	Overfitting   Overfitting
	Noise         Noise   // what its probability is where no point is better than another
	Trials        int     // N of the deflated Sharpe ratio
	TrialsSpread  float64 // V: variance over points of the ratio of the difference from the baseline, over seeds
	Ratio         float64 // of the best: mean over standard deviation of the difference, a seed
	Probabilistic float64 // probability that the true ratio is above 0
	Deflated      float64 // probability that the true ratio is above the expected best of N trials that have none
	MinimumSeeds  float64 // that it takes to be sure, to Level, that the true ratio is above 0, if it is what was seen
}

// Level is the probability below which an advantage counts.
const Level = 0.05

// What is resampled is of all points that may be the best: they are what the best was
// picked of. Where they are very many the replicates are fewer, and what a probability
// can be at least is more.
const (
	mostReplicates  = 999
	leastReplicates = 199
	resampledScores = 2_000_000_000 // over all replicates, about
	blocksOfSeeds   = 8
)

// stepReplicates returns how many replicates are drawn for that many scores.
func stepReplicates(scores int) int {
	return max(leastReplicates, min(mostReplicates, resampledScores/scores))
}

// Judge compares the points of a study by its objective.
func Judge(s *Scores, baseline int) Judgment {
	j := Judgment{Best: s.Best(baseline), Baseline: baseline, P: math.NaN(), Adjusted: math.NaN(), Ratio: math.NaN(), TrialsSpread: math.NaN(), Probabilistic: math.NaN(), Deflated: math.NaN(), MinimumSeeds: math.NaN(), Bootstrap: noInterval()}
	j.Overfitting, j.Noise = noOverfitting(), noNoise()
	if j.Best < 0 {
		return j
	}
	j.Difference = s.Compare(j.Best, baseline)
	var group sync.WaitGroup // each draws from a stream of its own
	if j.Best != baseline {
		group.Go(func() { j.Bootstrap = s.bootstrap(j.Best, baseline) })
		j.P = j.Difference.p()
	}
	comparable := s.comparable(baseline)
	if s.Rows() >= MinimumPairs && len(comparable) > 0 {
		differences := make([][]float64, len(comparable))
		for k, r := range comparable {
			differences[k] = s.Paired(r.point, baseline)
		}
		if s.Rows() >= 2*blocksOfSeeds {
			group.Go(func() {
				j.Overfitting = CrossValidate(differences, blocksOfSeeds)
				j.Noise = NoiseOfOverfitting(differences, blocksOfSeeds)
			})
		}
		s.adjust(&j, comparable, differences)
		j.deflate(comparable, differences, s.Tried)
	}
	j.Tied = s.tied(j.Best)
	group.Wait()
	return j
}

// OfHalving is the judgment without what needs the scores of every point under every
// seed: points that were left out on the way count for the picking too.
func (j Judgment) OfHalving() Judgment {
	j.P, j.Adjusted, j.Compared, j.Better, j.Found = math.NaN(), math.NaN(), 0, nil, nil
	j.Trials, j.TrialsSpread, j.Ratio, j.Probabilistic, j.Deflated, j.MinimumSeeds = 0, math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN()
	j.Overfitting, j.Noise = noOverfitting(), noNoise()
	return j
}

// p is the two-sided probability of the difference by Student's t.
func (d Difference) p() float64 {
	if d.N < MinimumPairs || !(d.StandardError > 0) {
		return math.NaN()
	}
	t := math.Abs(d.Mean / d.StandardError)
	return 2 * distuv.StudentsT{Sigma: 1, Nu: float64(d.Degrees)}.Survival(t)
}

// bootstrap returns the studentized interval of the difference of two points.
func (s *Scores) bootstrap(point, baseline int) Interval {
	if s.days != nil {
		return studentizedBlocks(s.Paired(point, baseline), 1-Level, 0)
	}
	return Studentized(s.Paired(point, baseline), 1-Level, 0)
}

// Paired returns the differences of two points over the seeds that define both.
func (s *Scores) Paired(point, baseline int) []float64 {
	var values []float64
	for seed := range s.Rows() {
		if x := s.at(point, seed) - s.at(baseline, seed); !math.IsNaN(x) {
			values = append(values, x)
		}
	}
	return values
}

// meanBlock returns the mean of the lengths of blocks of some columns, evenly chosen.
func meanBlock(columns [][]float64) float64 {
	const most = 256
	every, sum, count := (len(columns)+most-1)/most, 0.0, 0.0
	for k := 0; k < len(columns); k += every {
		sum, count = sum+blockLength(columns[k]), count+1
	}
	return sum / count
}

// comparablePoint is a point other than the baseline with its difference from it.
type comparablePoint struct {
	point int
	Difference
}

// comparable are the points that may be the best, whose every score and the baseline's is
// defined and not always the same, those with the largest t first.
func (s *Scores) comparable(baseline int) []comparablePoint {
	var comparable []comparablePoint
	for point := range s.Points {
		if d := s.Compare(point, baseline); point != baseline && !s.infeasible(point) && d.N == s.Rows() && d.StandardError > 0 {
			comparable = append(comparable, comparablePoint{point, d})
		}
	}
	slices.SortStableFunc(comparable, func(a, b comparablePoint) int { return cmp.Compare(b.Mean/b.StandardError, a.Mean/a.StandardError) })
	return comparable
}

// adjust finds the adjusted probabilities.
func (s *Scores) adjust(j *Judgment, compared []comparablePoint, differences [][]float64) {
	work := len(compared) * s.Rows()
	if s.days != nil {
		work *= s.days.degrees()
	}
	j.Compared, j.Replicates = len(compared), stepReplicates(work)
	unadjusted := make([]float64, len(compared))
	for k, r := range compared {
		unadjusted[k] = r.p()
	}
	source := random.NewPCG64(0)
	by, next := OfReplicate, independently(source)
	if s.days != nil {
		j.Block = meanBlock(differences)
		by, next = OfDays, inBlocks(source, j.Block)
	}
	p := StepDown(differences, by, j.Replicates, next)
	found := Discoveries(unadjusted, Level)
	for k, r := range compared {
		if r.point == j.Best {
			j.Adjusted = p[k]
		}
		if p[k] <= Level {
			j.Better = append(j.Better, r.point)
		}
		if found[k] {
			j.Found = append(j.Found, r.point)
		}
	}
}

// Widened returns the judgment with its best point's adjusted probability, and what it was compared with,
// taken over all points of other scores: of a study of which the judgment is about some points.
func (j Judgment) Widened(all *Scores) Judgment {
	if j.Best < 0 || j.Best == j.Baseline || all.Rows() < MinimumPairs {
		return j
	}
	wide := Judgment{Best: j.Best, Adjusted: math.NaN()}
	compared := all.comparable(j.Baseline)
	if len(compared) == 0 {
		return j
	}
	differences := make([][]float64, len(compared))
	for k, r := range compared {
		differences[k] = all.Paired(r.point, j.Baseline)
	}
	all.adjust(&wide, compared, differences)
	j.Adjusted, j.Compared, j.Replicates = wide.Adjusted, wide.Compared, wide.Replicates
	j.Better = slices.DeleteFunc(j.Better, func(point int) bool { return !slices.Contains(wide.Better, point) })
	return j
}

// deflate finds the deflated Sharpe ratio of the best point's difference over seeds, or over
// days, which its formulas assume to be independent; models that were tried elsewhere are trials too.
func (j *Judgment) deflate(comparable []comparablePoint, differences [][]float64, tried int) {
	ratio := func(k int) float64 {
		values := differences[k]
		e := estimate(len(values), func(i int) float64 { return values[i] })
		return e.Mean / (e.StandardError * math.Sqrt(float64(e.N)))
	}
	spread := estimate(len(comparable), ratio)
	j.Trials = len(comparable) + tried
	j.TrialsSpread = spread.StandardError * spread.StandardError * float64(spread.N)
	at := slices.IndexFunc(comparable, func(r comparablePoint) bool { return r.point == j.Best })
	if at < 0 || !(j.TrialsSpread > 0) {
		return
	}
	j.Ratio = ratio(at)
	values := differences[at]
	skewness, kurtosis := shape(values)
	track := Track{Sharpe: j.Ratio, Observations: len(values), Skewness: skewness, Kurtosis: kurtosis}
	j.Probabilistic = track.Probabilistic(0)
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

// tied are the points that may be the best and that the paired interval does not distinguish from it, the
// highest mean first.
func (s *Scores) tied(best int) []int {
	means := map[int]float64{}
	var points []int
	for point := range s.Points {
		if d := s.Compare(point, best); point != best && !s.infeasible(point) && d.N >= MinimumPairs && d.Low <= 0 && d.High >= 0 {
			points, means[point] = append(points, point), s.Of(point).Mean
		}
	}
	slices.SortStableFunc(points, func(a, b int) int { return cmp.Compare(means[b], means[a]) })
	return points
}
