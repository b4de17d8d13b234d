package verdict

import (
	"math"
	"slices"

	"optmm/engine/random"
)

// Interval is a range that covers what is estimated with a stated confidence; both
// ends are NaN where there are too few values for one.
type Interval struct{ Low, High float64 }

func noInterval() Interval { return Interval{math.NaN(), math.NaN()} }

// Contains reports whether x lies in the interval.
func (i Interval) Contains(x float64) bool { return i.Low <= x && x <= i.High }

// replicates of a bootstrap interval.
const replicates = 9_999

// Studentized returns the studentized bootstrap interval of the mean of the values (Efron
// 1979; DiCiccio and Efron 1996, section 4): with t* = (mean* − mean)/se* of each
// replicate, se* its own standard error, and its quantiles,
//
//	mean − t*(1−α)·se … mean − t*(α)·se
//
// The replicates are drawn from default_rng(seed). A replicate whose values are all the
// same says nothing of its error and counts as infinitely far off, on its side. There
// is no interval for fewer than MinimumPairs values, for equal values, and where ties would
// make an end infinite.
//
// Of three figures of four studies of the engine, eight differences a time and 500 times
// each, it covered the mean in 92 to 95%, Student's interval in 91 to 97%
// (TestCalibrationOnTheEngine repeats a part of this).
//
// Note: the bias-corrected and accelerated interval (BCa, Efron 1987) covered in 84 to 88%
// of the same.
func Studentized(values []float64, confidence float64, seed uint64) Interval {
	n := len(values)
	e := estimate(n, func(i int) float64 { return values[i] })
	if n < MinimumPairs || e.StandardError == 0 {
		return noInterval()
	}
	source := random.NewPCG64(seed)
	ts := make([]float64, replicates)
	for b := range ts {
		sum, squares := 0.0, 0.0
		low, high := math.Inf(1), math.Inf(-1)
		for range values {
			u := values[int(source.Float64()*float64(n))] - e.Mean
			sum += u
			squares += float64(u * u)
			low, high = min(low, u), max(high, u)
		}
		off := sum / float64(n)
		variance := max(0, squares/float64(n)-float64(off*off))
		if same(low, high, e.StandardError) {
			variance = 0
		}
		ts[b] = off / math.Sqrt(variance/float64(n-1))
		if off == 0 {
			ts[b] = 0
		}
	}
	slices.Sort(ts)
	tail := (1 - confidence) / 2
	low, high := Quantile(ts, tail), Quantile(ts, 1-tail)
	if math.IsNaN(low-high) || math.IsInf(low-high, 0) {
		return noInterval()
	}
	return Interval{e.Mean - float64(high*e.StandardError), e.Mean - float64(low*e.StandardError)}
}

// Quantile interpolates linearly between order statistics (Hyndman and Fan 1996, type 7), as
// NumPy, pandas and R do, with which users compare. The values are rising and not empty.
//
// Note: gonum/stat.Quantile has types 1 and 4 alone.
func Quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	below := max(0, int(at))
	if below+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[below] + float64((at-float64(below))*(sorted[below+1]-sorted[below]))
}
