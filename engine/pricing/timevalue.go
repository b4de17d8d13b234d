package pricing

import (
	"math"

	"optmm/engine/portable"
)

// shortDeviation is the σ√T below which the two terms of the Black–Scholes
// formula cancel so far that a series takes their place.
const shortDeviation = 0.25

// timeValue returns what the option out of the money is worth, on the discounted
// spot and strike; by parity it is the time value of the other option too. The
// deviation σ√T is positive; moneyness is the logarithm of their ratio, a parameter
// of its own since near the money spot and strike have lost its digits.
//
// With F the smaller of the two, K the other, m = ln(F/K) ≤ 0 and a = −d1 = −m/s − s/2, where
// s = σ√T, the value is
//
//	F·φ(a)·[R(a) − R(a + s)],  R(x) = Φ(−x)/φ(x)  (Mills' ratio)
//
// which for small s is summed as a Taylor series in s, so that neither the
// rounding of d1 − d2 nor the cancellation of the two terms costs digits:
// R' = xR − 1, and r_{n+1} = (a·r_n + r_{n−1})/(n+1) for its coefficients.
func timeValue(spot, strike, moneyness, deviation float64) float64 {
	low, high := min(spot, strike), max(spot, strike)
	a := math.Abs(moneyness)/deviation - float64(deviation/2)
	if deviation >= shortDeviation {
		return max(0, float64(low*portable.NormalCDF(-a))-float64(high*portable.NormalCDF(-a-deviation)))
	}
	density := portable.NormalDensity(a)
	if density == 0 {
		return 0 // beyond the range of float64
	}
	ratio := portable.MillsRatio(a)
	previous, current := ratio, float64(a*ratio)-1
	power, sum := deviation, 0.0
	for n := 1; n < 40; n++ {
		term := float64(current * power)
		sum -= term
		if math.Abs(term) < 1e-17*sum {
			break
		}
		previous, current = current, (float64(a*current)+previous)/float64(n+1)
		power = float64(power * deviation)
	}
	return float64(float64(low*density) * sum)
}

// logRatio returns ln(a/b), by the difference near 1, which is exact there as the ratio
// is not, and without underflow or overflow.
func logRatio(a, b float64) float64 {
	if above := (a - b) / b; above > -0.25 && above < 0.4 {
		return portable.Log1p(above)
	}
	if ratio := a / b; ratio > 1e-300 && ratio < 1e300 {
		return portable.Log(ratio)
	}
	return portable.Log(a) - portable.Log(b)
}
