package verdict

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Scores is one statistic of every run of a study, in the order of the runs: all
// points of the first seed, then of the second. NaN where undefined.
type Scores struct {
	Values []float64
	Points int
}

// at returns the score of a point under seed s.
func (s *Scores) at(point, seed int) float64 { return s.Values[seed*s.Points+point] }

// Seeds returns the number of seeds.
func (s *Scores) Seeds() int { return len(s.Values) / s.Points }

// Estimate is a mean over seeds.
type Estimate struct {
	N             int     // seeds with a defined score
	Mean          float64 // NaN where N is 0
	StandardError float64 // s/√N with N−1 degrees of freedom; NaN where N is below 2
}

// Of returns the estimate of a point.
func (s *Scores) Of(point int) Estimate {
	return estimate(s.Seeds(), func(seed int) float64 { return s.at(point, seed) })
}

// estimate averages the defined among n values.
func estimate(n int, value func(int) float64) Estimate {
	count, sum := 0, 0.0
	for i := range n {
		if x := value(i); !math.IsNaN(x) {
			count++
			sum += x
		}
	}
	e := Estimate{N: count, Mean: sum / float64(count), StandardError: math.NaN()}
	if count < 2 {
		return e
	}
	squares := 0.0
	for i := range n {
		if x := value(i); !math.IsNaN(x) {
			squares += float64((x - e.Mean) * (x - e.Mean))
		}
	}
	e.StandardError = math.Sqrt(squares / float64(count-1) / float64(count))
	return e
}

// Difference is a point's mean advantage over the baseline, paired by seed.
type Difference struct {
	Estimate
	Low, High float64 // 95% interval by Student's t; NaN where N is below MinimumPairs
}

// MinimumPairs is the least number of pairs that gives an interval.
const MinimumPairs = 5

// Compare pairs a point with the baseline over the seeds where both are defined.
//
//	d̄ ± t(0.975, N−1)·s_d/√N
//
// (Student 1908).
func (s *Scores) Compare(point, baseline int) Difference {
	d := Difference{
		Estimate: estimate(s.Seeds(), func(seed int) float64 { return s.at(point, seed) - s.at(baseline, seed) }),
		Low:      math.NaN(), High: math.NaN(),
	}
	if d.N >= MinimumPairs {
		t := distuv.StudentsT{Sigma: 1, Nu: float64(d.N - 1)}.Quantile(0.975)
		d.Low, d.High = d.Mean-float64(t*d.StandardError), d.Mean+float64(t*d.StandardError)
	}
	return d
}

// Best returns the point with the highest mean, the first where several have it.
// Points with fewer defined scores than the fullest are passed over: a mean over
// other seeds is no comparison. It returns −1 where no score is defined.
func (s *Scores) Best() int {
	most := 0
	for point := range s.Points {
		most = max(most, s.Of(point).N)
	}
	best, highest := -1, math.Inf(-1)
	for point := range s.Points {
		if e := s.Of(point); e.N == most && e.N > 0 && e.Mean > highest {
			best, highest = point, e.Mean
		}
	}
	return best
}

// MedianSeed returns the seed under which the point's score is the median, the
// lower of the two middle ones; the first seed where no score is defined.
func (s *Scores) MedianSeed(point int) int {
	var defined []int
	for seed := range s.Seeds() {
		if !math.IsNaN(s.at(point, seed)) {
			defined = append(defined, seed)
		}
	}
	if len(defined) == 0 {
		return 0
	}
	slices.SortStableFunc(defined, func(a, b int) int { return cmp.Compare(s.at(point, a), s.at(point, b)) })
	return defined[(len(defined)-1)/2]
}
