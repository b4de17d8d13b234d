package portable

import "math"

// Cbrt returns the cube root of x, within two units in the last place: e^(ln x/3)
// and one step of Newton's iteration
//
//	y ← y − (y − x/y²)/3
//
// Cbrt(−x) = −Cbrt(x); Cbrt(±Inf) = ±Inf, Cbrt(NaN) = NaN.
func Cbrt(x float64) float64 {
	if x == 0 || x != x || math.IsInf(x, 0) {
		return x
	}
	if x < 0 {
		return -Cbrt(-x)
	}
	y := Exp(Log(x) / 3)
	return y - (y-x/y/y)/3
}
