package portable

import "math"

const (
	log2e = 1.4426950408889634    // log2(e)
	ln2Hi = 0x1.62e42feep-1       // the leading 32 bits of ln 2: k·ln2Hi is exact for |k| < 2^21
	ln2Lo = 0x1.a39ef35793c76p-33 // ln 2 − ln2Hi

	// Adding and subtracting 1.5·2^52 rounds a small number to an integer.
	roundShift = 0x1.8p52

	expOverflow  = 709.782712893384   // ln(2^1024)
	expUnderflow = -745.1332191019412 // ln(2^-1075)
)

// Exp returns e^x, within one unit in the last place.
//
//	x = k·ln2 + r, |r| ≤ ln2/2;  e^x = 2^k · (1 + r + r²/2! + … + r¹³/13!)
//
// Exp(+Inf) = +Inf, Exp(−Inf) = 0, Exp(NaN) = NaN; beyond the range of float64
// the result is +Inf or 0.
func Exp(x float64) float64 {
	switch {
	case x == 0: // often: no rate, no yield
		return 1
	case x != x:
		return x
	case x > expOverflow:
		return math.Inf(1)
	case x < expUnderflow:
		return 0
	}
	high, low, exponent := exp(x)
	return scale(high+low, exponent)
}

// Expm1 returns e^x − 1, within two units in the last place also where e^x is
// near 1.
//
// Expm1(+Inf) = +Inf, Expm1(−Inf) = −1, Expm1(NaN) = NaN.
func Expm1(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > expOverflow:
		return math.Inf(1)
	case x < -40:
		return -1
	}
	high, low, exponent := exp(x)
	return (scale(high, exponent) - 1) + scale(low, exponent)
}

// exp returns e^x = (high + low)·2^exponent with high in [0.70, 1.42] and low
// below half a unit in the last place of high, so that a caller may go on with
// more than 53 bits. x is finite and within the range of Exp.
func exp(x float64) (high, low float64, exponent int) {
	k := (float64(x*log2e) + roundShift) - roundShift
	a := x - float64(k*ln2Hi) // exact
	b := float64(k * ln2Lo)
	r := a - b
	rest := (a - r) - b // what r lost

	r2 := float64(r * r)
	p := 1.0 / 6227020800 // 1/13!
	p = math.FMA(p, r, 1.0/479001600)
	p = math.FMA(p, r, 1.0/39916800)
	p = math.FMA(p, r, 1.0/3628800)
	p = math.FMA(p, r, 1.0/362880)
	p = math.FMA(p, r, 1.0/40320)
	p = math.FMA(p, r, 1.0/5040)
	p = math.FMA(p, r, 1.0/720)
	p = math.FMA(p, r, 1.0/120)
	p = math.FMA(p, r, 1.0/24)
	p = math.FMA(p, r, 1.0/6)
	p = math.FMA(p, r, 0.5)

	one := 1 + r
	lost := (1 - one) + r // exact, since |r| < 1
	low = lost + math.FMA(r2, p, math.FMA(rest, r, rest))
	high = one + low
	low = (one - high) + low
	return high, low, int(k)
}

// scale returns y·2^k for y in [0.25, 4] and any k that Exp can produce.
func scale(y float64, k int) float64 {
	switch {
	case k > 1022:
		return y * 0x1p1022 * powerOfTwo(k-1022)
	case k < -1020:
		return y * powerOfTwo(k+1020) * 0x1p-1020
	}
	return y * powerOfTwo(k)
}

// powerOfTwo returns 2^k for −1022 ≤ k ≤ 1023.
func powerOfTwo(k int) float64 { return math.Float64frombits(uint64(k+1023) << 52) }
