package verdict

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Track is a record of returns, per observation.
type Track struct {
	Sharpe       float64 // mean over standard deviation
	Observations int
	Skewness     float64 // γ3
	Kurtosis     float64 // γ4, 3 for a normal
}

// variance is that of the estimate of the Sharpe ratio, times the observations less one:
// D at the ratio that was seen, as the papers of 2012 and 2014 have it. (Under the null,
// as later papers prefer, it is D at the benchmark: 1 for a normal and a benchmark of 0.)
func (t Track) variance() float64 {
	return 1 - t.Skewness*t.Sharpe + (t.Kurtosis-1)/4*t.Sharpe*t.Sharpe
}

// Probabilistic returns the probability that the true Sharpe ratio is above a
// benchmark, both per observation, with the variance of the estimate at the ratio that was
// seen and not at the benchmark (Bailey and López de Prado 2012):
//
//	Φ((SR − SR*)·√(T−1)/√D),  D = 1 − γ3·SR + (γ4−1)/4·SR²
//
// NaN where D is not positive or there are fewer than two observations.
func (t Track) Probabilistic(benchmark float64) float64 {
	d := t.variance()
	if d <= 0 || t.Observations < 2 {
		return math.NaN()
	}
	return distuv.UnitNormal.CDF((t.Sharpe - benchmark) * math.Sqrt(float64(t.Observations-1)) / math.Sqrt(d))
}

// MinimumLength returns the observations that it takes to be confident that the true
// Sharpe ratio is above a benchmark below the one seen (Bailey and López de Prado
// 2012): 1 + D·(z/(SR − SR*))², D at the one seen, as in Probabilistic. +Inf where the one
// seen is not above it.
func (t Track) MinimumLength(benchmark, confidence float64) float64 {
	if t.Sharpe <= benchmark {
		return math.Inf(1)
	}
	ratio := distuv.UnitNormal.Quantile(confidence) / (t.Sharpe - benchmark)
	return 1 + t.variance()*ratio*ratio
}

// eulerMascheroni is γ.
const eulerMascheroni = 0.57721566490153286

// ExpectedBest returns the expected largest Sharpe ratio of N trials that have
// none, whose ratios have a variance V (Bailey and López de Prado 2014):
//
//	√V·((1−γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e)))
//
// 0 for a single trial. The deflated Sharpe ratio is Probabilistic of it.
func ExpectedBest(trials int, variance float64) float64 {
	if trials < 2 {
		return 0
	}
	n := float64(trials)
	return math.Sqrt(variance) * ((1-eulerMascheroni)*distuv.UnitNormal.Quantile(1-1/n) + eulerMascheroni*distuv.UnitNormal.Quantile(1-1/(n*math.E)))
}
