package verdict

import (
	"math"

	"optmm/engine/random"
)

// Days follow one another, and what one brings may depend on the days before it. Resampling
// them one by one would lose that; in blocks it stays.

// blockLength returns the mean length of the blocks of a stationary bootstrap of the mean of
// values in the order of time, at least 1 (Politis and White 2004, with the correction of
// Patton, Politis and White 2009). With the autocovariances γ_k, divisor n, the window
// λ(s) = 1 up to ½ and then 2(1 − |s|), and M twice the lag m̂ after which the
// autocorrelations are negligible,
//
//	G = Σ λ(k/M)·|k|·γ_k,  g = Σ λ(k/M)·γ_k over |k| ≤ M
//	b = (G²/g²)^⅓ · n^⅓, at most ⌈min(3√n, n/3)⌉
//
// It takes a change of the mean for dependence. It is 1 for fewer than MinimumPairs values and
// for equal ones.
func blockLength(values []float64) float64 {
	n := len(values)
	if n < MinimumPairs {
		return 1
	}
	size := float64(n)
	_, away := centered(values)
	atOnce := max(5, int(math.Log10(size))) // lags in a row that have to be negligible
	most := int(math.Ceil(math.Sqrt(size))) + atOnce
	window := most
	if lag := negligibleFrom(away, atOnce, most); lag > 0 {
		window = min(2*lag, most)
	}
	spectrum, slope := autocovariance(away, 0), 0.0
	if spectrum == 0 {
		return 1
	}
	for k := 1; k <= min(window, n-1); k++ {
		weight := 2.0
		if 2*k > window {
			weight = 4 * (1 - float64(k)/float64(window))
		}
		covariance := weight * autocovariance(away, k)
		spectrum += covariance
		slope += float64(k) * covariance
	}
	longest := math.Ceil(min(3*math.Sqrt(size), size/3))
	length := min(math.Cbrt(slope*slope/(spectrum*spectrum)*size), longest)
	if math.IsNaN(length) {
		return longest // a spectrum of 0
	}
	return max(1, length)
}

// negligibleFrom returns the first of lags from 1 on that are all negligible, several in a row;
// 0 where there is none.
func negligibleFrom(away []float64, atOnce, most int) int {
	n := len(away)
	critical := 2 * math.Sqrt(math.Log10(float64(n))/float64(n))
	row := 0
	for lag := 1; lag < most && lag+1 < n; lag++ {
		head, tail := away[:n-lag-1], away[lag+1:]
		correlation := autocovariance(away, lag) * float64(n) / math.Sqrt(squares(head)*squares(tail))
		if row++; !(math.Abs(correlation) < critical) {
			row = 0
		}
		if row == atOnce {
			return lag - atOnce + 1
		}
	}
	return 0
}

// autocovariance is that of values about their mean, at a lag, with divisor n.
func autocovariance(away []float64, lag int) float64 {
	sum := 0.0
	for i := lag; i < len(away); i++ {
		sum += float64(away[i] * away[i-lag])
	}
	return sum / float64(len(away))
}

func squares(values []float64) float64 {
	sum := 0.0
	for _, x := range values {
		sum += float64(x * x)
	}
	return sum
}

// centered returns the mean of values, and the values less their mean.
func centered(values []float64) (mean float64, away []float64) {
	mean = estimate(len(values), func(i int) float64 { return values[i] }).Mean
	away = make([]float64, len(values))
	for i, x := range values {
		away[i] = x - mean
	}
	return mean, away
}

// draw fills in the rows of a replicate of a bootstrap.
type draw func(rows []int)

// independently draws every row by itself.
func independently(source *random.PCG64) draw {
	return func(rows []int) {
		for i := range rows {
			rows[i] = int(source.Float64() * float64(len(rows)))
		}
	}
}

// inBlocks draws rows by the stationary bootstrap (Politis and Romano 1994): a block begins
// anywhere and goes on, around the end to the beginning, for a geometric number of rows whose
// mean is given.
func inBlocks(source *random.PCG64, length float64) draw {
	return func(rows []int) {
		n := len(rows)
		for i := range rows {
			if i > 0 && source.Float64() >= 1/length {
				rows[i] = (rows[i-1] + 1) % n
				continue
			}
			rows[i] = int(source.Float64() * float64(n))
		}
	}
}
