package portable

import "math"

// Cbrt returns the cube root of x, within two units in the last place: a line
// through the fraction's range, two steps of Halley's iteration
//
//	y ← y·(y³ + 2x)/(2y³ + x)
//
// which triple the digits each, and a step of Newton's to round.
//
// Cbrt(−x) = −Cbrt(x); Cbrt(±Inf) = ±Inf, Cbrt(NaN) = NaN.
func Cbrt(x float64) float64 {
	if x == 0 || x != x || math.IsInf(x, 0) {
		return x
	}
	if x < 0 {
		return -Cbrt(-x)
	}
	k := 0
	if x < 0x1p-1022 { // subnormal
		x *= 0x1p54
		k = -18
	}
	bits := math.Float64bits(x)
	third := (int(bits>>52) - 1023 + 1023*3) / 3 // rounds down, for all exponents
	k += third - 1023
	m := math.Float64frombits(bits - uint64(3*(third-1023))<<52) // x = m·2^(3k), m in [1, 8)
	y := 0.9 + float64(m*0.15)
	for range 2 {
		cube := float64(float64(y*y) * y)
		y = float64(y*(cube+float64(2*m))) / (float64(2*cube) + m)
	}
	y -= (y - m/float64(y*y)) / 3
	return float64(y * powerOfTwo(k))
}
