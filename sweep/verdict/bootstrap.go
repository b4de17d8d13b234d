package verdict

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

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

// BCa returns the bias-corrected and accelerated bootstrap interval of the mean of
// the values (Efron 1987). With z0 the normal quantile of the share of replicates
// below the mean and a the acceleration of the jackknife,
//
//	a = Σu³/(6·(Σu²)^1.5),  u = x − mean
//
// its ends are the replicates' quantiles at Φ(z0 + (z0+z)/(1 − a(z0+z))). The
// replicates are drawn from default_rng(seed). Fewer than MinimumPairs values, or
// values that are all the same, have none.
func BCa(values []float64, confidence float64, seed uint64) Interval {
	n := len(values)
	if n < MinimumPairs {
		return noInterval()
	}
	mean := estimate(n, func(i int) float64 { return values[i] }).Mean
	var squares, cubes float64
	for _, x := range values {
		u := x - mean
		squares += float64(u * u)
		cubes += float64(float64(u*u) * u)
	}
	if squares == 0 {
		return noInterval()
	}
	means := bootstrapMeans(values, random.NewPCG64(seed))
	below := 0.0
	for _, m := range means {
		switch {
		case m < mean:
			below++
		case m == mean: // of scores that repeat
			below += 0.5
		}
	}
	normal := distuv.UnitNormal
	z0 := normal.Quantile((below + 0.5) / (replicates + 1))
	acceleration := cubes / (6 * math.Pow(squares, 1.5))
	at := func(p float64) float64 {
		z := z0 + normal.Quantile(p)
		return Quantile(means, normal.CDF(z0+z/(1-acceleration*z)))
	}
	tail := (1 - confidence) / 2
	return Interval{at(tail), at(1 - tail)}
}

// bootstrapMeans returns the means of replicates of the values, sorted.
func bootstrapMeans(values []float64, source *random.PCG64) []float64 {
	means := make([]float64, replicates)
	for b := range means {
		sum := 0.0
		for range values {
			sum += values[int(source.Float64()*float64(len(values)))]
		}
		means[b] = sum / float64(len(values))
	}
	slices.Sort(means)
	return means
}

// Quantile interpolates linearly between order statistics (Hyndman and Fan's type 7).
func Quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	below := max(0, int(at))
	if below+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[below] + float64((at-float64(below))*(sorted[below+1]-sorted[below]))
}
