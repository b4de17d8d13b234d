package portable

import "math"

// Log returns the natural logarithm of x, within one unit in the last place.
//
//	x = 2^k·(1+f), √½ ≤ 1+f < √2;  s = f/(2+f)
//	ln(1+f) = 2·atanh(s) = f − s·(f − R),  R = 2s²/3 + 2s⁴/5 + … + 2s²²/23
//
// Log(+Inf) = +Inf, Log(0) = −Inf, and NaN for x < 0 or NaN.
func Log(x float64) float64 {
	switch {
	case x != x || math.IsInf(x, 1):
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	f, k := fraction(x)
	s := f / (2 + f)
	r := atanhRest(float64(s * s))

	kf := float64(k)
	return float64(kf*ln2Hi) + (f - math.FMA(s, f-r, -float64(kf*ln2Lo)))
}

// Logs replaces each number by its Log.
func Logs(numbers []float64) {
	for i, x := range numbers {
		numbers[i] = Log(x)
	}
}

// fraction returns f and k of a positive, finite x = 2^k·(1+f), √½ ≤ 1+f < √2.
func fraction(x float64) (f float64, k int) {
	if x < 0x1p-1022 { // subnormal
		x *= 0x1p54
		k = -54
	}
	bits := math.Float64bits(x)
	k += int(bits>>52) - 1023
	m := math.Float64frombits(bits&(1<<52-1) | 1023<<52) // in [1, 2)
	if m > math.Sqrt2 {
		m /= 2
		k++
	}
	return m - 1, k
}

// atanhRest returns the R of Log's series, z being s².
func atanhRest(z float64) float64 {
	p := 2.0 / 23
	p = math.FMA(p, z, 2.0/21)
	p = math.FMA(p, z, 2.0/19)
	p = math.FMA(p, z, 2.0/17)
	p = math.FMA(p, z, 2.0/15)
	p = math.FMA(p, z, 2.0/13)
	p = math.FMA(p, z, 2.0/11)
	p = math.FMA(p, z, 2.0/9)
	p = math.FMA(p, z, 2.0/7)
	p = math.FMA(p, z, 2.0/5)
	p = math.FMA(p, z, 2.0/3)
	return float64(z * p)
}
