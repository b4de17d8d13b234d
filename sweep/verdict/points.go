package verdict

import (
	"cmp"
	"math"
	"slices"
	"sync/atomic"

	"gonum.org/v1/gonum/stat/distuv"
)

// Scores is one statistic of every run of a study, in the order of the runs: all
// points of the first seed, then of the second. NaN where undefined.
type Scores struct {
	Values     []float64
	Points     int
	Infeasible []bool // points that may not be the best; nil: none
	Units      []int  // the seed or day of each row, where some are left out; nil: none are
	Tried      int    // models that were fitted before, which are trials too

	days *cosine // rows are days, of which there are as many as it is for; nil: independent seeds

	quantile atomic.Pointer[studentQuantile] // the last one; nil: none
}

// OverDays takes the rows for days in the order of time, which may depend
// on one another: standard errors and intervals allow for it.
func (s *Scores) OverDays() *Scores {
	s.days = newCosine(s.Rows())
	return s
}

// at returns the score of a point under seed s.
func (s *Scores) at(point, seed int) float64 { return s.Values[seed*s.Points+point] }

// Rows returns the number of seeds, or of days that have a score.
func (s *Scores) Rows() int { return len(s.Values) / s.Points }

// Head returns the scores of the first N points.
func (s *Scores) Head(points int) *Scores {
	if points == s.Points {
		return s
	}
	first := &Scores{Points: points, days: s.days}
	for seed := range s.Rows() {
		first.Values = append(first.Values, s.Values[seed*s.Points:seed*s.Points+points]...)
	}
	if s.Infeasible != nil {
		first.Infeasible = s.Infeasible[:points]
	}
	return first
}

// Matching returns the rows of these scores of the units that others have; both leave some out.
func (s *Scores) Matching(others *Scores) *Scores {
	if slices.Equal(s.Units, others.Units) {
		return s
	}
	matching := &Scores{Points: s.Points, Units: others.Units}
	for _, unit := range others.Units {
		row, found := slices.BinarySearch(s.Units, unit)
		for point := range s.Points {
			x := math.NaN()
			if found {
				x = s.at(point, row)
			}
			matching.Values = append(matching.Values, x)
		}
	}
	return matching
}

// Estimate is a mean over seeds.
type Estimate struct {
	N             int     // seeds with a defined score
	Mean          float64 // NaN where N is 0
	StandardError float64 // s/√N with N−1 degrees of freedom, of days by cosine; NaN where N is below 2
	Degrees       int     // of freedom of the standard error
}

// Of returns the estimate of a point.
func (s *Scores) Of(point int) Estimate {
	return s.estimate(func(seed int) float64 { return s.at(point, seed) })
}

// First returns the mean of a point under the first seeds, or over the first days, without its error.
func (s *Scores) First(rows, point int) Estimate {
	if s.Units != nil { // some are left out
		rows, _ = slices.BinarySearch(s.Units, rows)
	}
	e := estimate(min(rows, s.Rows()), func(seed int) float64 { return s.at(point, seed) })
	e.StandardError, e.Degrees = math.NaN(), 0
	return e
}

// estimate averages what is defined of one value a seed.
func (s *Scores) estimate(value func(seed int) float64) Estimate {
	e := estimate(s.Rows(), value)
	if s.days == nil || e.N < 2 {
		return e
	}
	defined := make([]float64, 0, e.N)
	for seed := range s.Rows() {
		if x := value(seed); !math.IsNaN(x) {
			defined = append(defined, x-e.Mean) // so that equal values have no error at all
		}
	}
	error := s.days
	if e.N < s.Rows() {
		error = newCosine(e.N)
	}
	e.StandardError, e.Degrees = error.error(defined), error.degrees()
	return e
}

// estimate averages the defined among n values.
//
// Note: gonum/stat.MeanStdDev sums by vector kernels that differ between architectures, and
// takes no undefined values; points.csv is to be the same file everywhere.
func estimate(n int, value func(int) float64) Estimate {
	count, sum := 0, 0.0
	for i := range n {
		if x := value(i); !math.IsNaN(x) {
			count++
			sum += x
		}
	}
	e := Estimate{N: count, Mean: sum / float64(count), StandardError: math.NaN(), Degrees: count - 1}
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
	Interval // of 95%, by Student's t with the error's degrees of freedom; NaN where N is below MinimumPairs
}

// MinimumPairs is the least number of pairs that gives an interval.
const MinimumPairs = 5

// Compare pairs a point with the baseline over the seeds where both are defined.
//
//	d̄ ± t(0.975, N−1)·s_d/√N
//
// (Student 1908), of days with the error and the degrees of freedom of cosine.
func (s *Scores) Compare(point, baseline int) Difference {
	d := Difference{Estimate: s.estimate(func(seed int) float64 { return s.at(point, seed) - s.at(baseline, seed) })}
	half := d.halfWidth(s.student)
	d.Interval = Interval{d.Mean - half, d.Mean + half}
	return d
}

// studentQuantile is the 97.5% quantile of Student's t with some degrees of freedom.
type studentQuantile struct {
	degrees int
	t       float64
}

// student returns the 97.5% quantile of Student's t. The last one is kept, since nearly all points
// have the same degrees of freedom, and the quantile takes longer than all the rest of a comparison.
func (s *Scores) student(degrees int) float64 {
	last := s.quantile.Load()
	if last == nil || last.degrees != degrees {
		last = &studentQuantile{degrees, student(degrees)}
		s.quantile.Store(last)
	}
	return last.t
}

func student(degrees int) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: float64(degrees)}.Quantile(0.975)
}

// interval returns the mean's 95% interval by Student's t.
func (e Estimate) interval() Interval {
	half := e.HalfWidth()
	return Interval{e.Mean - half, e.Mean + half}
}

// HalfWidth returns half of the width of the mean's 95% interval by Student's t; NaN
// where N is below MinimumPairs.
func (e Estimate) HalfWidth() float64 { return e.halfWidth(student) }

func (e Estimate) halfWidth(quantile func(degrees int) float64) float64 {
	if e.N < MinimumPairs {
		return math.NaN()
	}
	return float64(quantile(e.Degrees) * e.StandardError)
}

// Best returns the point with the highest mean; where several have it the baseline if it
// is one of them, else the first.
// Points with fewer defined scores than the fullest are passed over: a mean over
// other seeds is no comparison. It returns −1 where no score is defined, or every
// point is infeasible.
func (s *Scores) Best(baseline int) int {
	most := 0
	for point := range s.Points {
		if !s.infeasible(point) {
			most = max(most, s.Of(point).N)
		}
	}
	best, highest := -1, math.Inf(-1)
	for point := range s.Points {
		if e := s.Of(point); !s.infeasible(point) && e.N == most && e.N > 0 && (e.Mean > highest || e.Mean == highest && point == baseline) {
			best, highest = point, e.Mean
		}
	}
	return best
}

func (s *Scores) infeasible(point int) bool { return s.Infeasible != nil && s.Infeasible[point] }

// Survivors returns the baseline and N of the other points, rising: the best by
// the mean, after them those with fewer defined scores, then those that are infeasible; and
// last those that are not among the rising points, of which nil is all. There are no
// fewer other points.
func Survivors(s *Scores, baseline, most int, among []int) []int {
	type candidate struct {
		point, class int
		Estimate
	}
	var candidates []candidate
	for point := range s.Points {
		if point == baseline {
			continue
		}
		c := candidate{point: point, Estimate: s.Of(point)}
		if s.infeasible(point) {
			c.class = 1
		}
		if _, in := slices.BinarySearch(among, point); among != nil && !in {
			c.class += 2
		}
		candidates = append(candidates, c)
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(b.N, a.N), cmp.Compare(b.Mean, a.Mean))
	})
	points := []int{baseline}
	for _, c := range candidates[:most] {
		points = append(points, c.point)
	}
	slices.Sort(points)
	return points
}

// MedianUnit returns the seed, or the day, under which the point's score is the median, the
// lower of the two middle ones; the first where no score is defined.
func (s *Scores) MedianUnit(point int) int {
	var defined []int
	for seed := range s.Rows() {
		if !math.IsNaN(s.at(point, seed)) {
			defined = append(defined, seed)
		}
	}
	if len(defined) == 0 {
		return 0
	}
	slices.SortStableFunc(defined, func(a, b int) int { return cmp.Compare(s.at(point, a), s.at(point, b)) })
	return s.Unit(defined[(len(defined)-1)/2])
}

// Unit is the place of the seed, or day, of a row.
func (s *Scores) Unit(row int) int {
	if s.Units == nil {
		return row
	}
	return s.Units[row]
}

// WinRate returns the share of the seeds in which a point is better than the
// baseline, and half of those in which it is the same; NaN where no seed defines both.
func (s *Scores) WinRate(point, baseline int) float64 {
	won, pairs := 0.0, 0
	for seed := range s.Rows() {
		switch d := s.at(point, seed) - s.at(baseline, seed); {
		case math.IsNaN(d):
			continue
		case d > 0:
			won++
		case d == 0:
			won += 0.5
		}
		pairs++
	}
	return won / float64(pairs)
}

// Quantiles returns quantiles of a point's defined scores; NaN where there are none.
func (s *Scores) Quantiles(point int, at []float64) []float64 {
	var defined []float64
	for seed := range s.Rows() {
		if x := s.at(point, seed); !math.IsNaN(x) {
			defined = append(defined, x)
		}
	}
	slices.Sort(defined)
	result := make([]float64, len(at))
	for i, p := range at {
		if result[i] = math.NaN(); len(defined) > 0 {
			result[i] = Quantile(defined, p)
		}
	}
	return result
}
