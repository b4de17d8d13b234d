package portable

import "math"

// Log1p returns ln(1+x), within two units in the last place also where 1+x is
// near 1: the series of Log takes x itself there, and elsewhere what 1+x lost to
// rounding is added back to first order.
//
// Log1p(+Inf) = +Inf, Log1p(−1) = −Inf, and NaN for x < −1 or NaN.
func Log1p(x float64) float64 {
	if x > -0.25 && x < 0.4 {
		s := x / (2 + x)
		return x - float64(s*(x-atanhRest(float64(s*s))))
	}
	sum := 1 + x
	if !(sum > 0) || math.IsInf(sum, 1) {
		return Log(sum)
	}
	return Log(sum) + (x-(sum-1))/sum
}
