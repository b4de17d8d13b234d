package portable

import "math"

// LogNearest returns the natural logarithm of x as the nearest float64, but where the
// exact value lies within 2⁻⁴⁰ of a unit in the last place of the middle between two:
// 0.500000000001 units at most. It sums the series of Log,
//
//	ln(1+f) = 2s + s·z·P(z),  s = f/(2+f),  z = s²,  P(z) = 2/3 + 2z/5 + 2z²/7 + …
//
// with P in float64, and where the error of that could make it another float64, once in
// 26 times on (0, 1), with twice the digits (Ziv 1991).
//
// Domain and special cases are those of Log.
func LogNearest(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		return Log(x)
	}
	f, k := fraction(x)
	d := 2 + f
	s := float64(f / d)
	sLow := (math.FMA(-s, d, f) - float64(s*(f-(d-2)))) / d

	rest := float64(s * atanhRest(float64(s*s)))
	kf, twice := float64(k), float64(2*s)
	ln2 := float64(kf * ln2Hi) // exact
	sum := ln2 + twice
	low := (twice - (sum - ln2)) + (rest + (float64(2*sLow) + float64(kf*ln2Lo)))
	// The roundings of rest come to less than 11·2⁻⁵³ of it, those of low to 3·2⁻⁵³ more and less than 2⁻⁷⁹ of the sum.
	off := float64(math.Abs(rest)*0x1p-49) + float64(math.Abs(sum)*0x1p-79)
	if nearest := sum + (low - off); nearest == sum+(low+off) {
		return nearest
	}
	return logPair(s, sLow, kf)
}

// logPair is LogNearest of 2^k·(1+f), with all sums in twice the digits.
func logPair(s, sLow, k float64) float64 {
	z, zLow := timesPair(s, sLow, s, sLow)
	p, pLow := 0.0, 0.0
	for n := 31; n > 9; n -= 2 { // together below 2⁻¹⁵ of the first
		p = 2/float64(n) + float64(p*z)
	}
	for _, c := range [...][2]float64{{2.0 / 9, ninthLow}, {2.0 / 7, seventhLow}, {2.0 / 5, fifthLow}, {2.0 / 3, thirdLow}} {
		p, pLow = timesPair(p, pLow, z, zLow)
		p, pLow = plusPair(c[0], c[1], p, pLow)
	}
	p, pLow = timesPair(p, pLow, z, zLow)
	p, pLow = timesPair(p, pLow, s, sLow)
	sum, low := plusPair(2*s, 2*sLow, p, pLow)
	ln2, ln2Rest := timesPair(k, 0, math.Ln2, ln2Low)
	sum, low = plusPair(ln2, ln2Rest, sum, low)
	return sum + low
}

// What float64 leaves of 2/3, 2/5, 2/7, 2/9 and ln 2.
const (
	thirdLow   = 2.0/3 - 0x1.5555555555555p-01
	fifthLow   = 2.0/5 - 0x1.999999999999ap-02
	seventhLow = 2.0/7 - 0x1.2492492492492p-02
	ninthLow   = 2.0/9 - 0x1.c71c71c71c71cp-03
	ln2Low     = math.Ln2 - 0x1.62e42fefa39efp-01
)

// timesPair multiplies two numbers, each a float64 and what it leaves.
func timesPair(a, aLow, b, bLow float64) (product, low float64) {
	product = float64(a * b)
	low = math.FMA(a, b, -product) + (float64(a*bLow) + float64(aLow*b))
	return quickSum(product, low)
}

// plusPair adds two such numbers.
func plusPair(a, aLow, b, bLow float64) (sum, low float64) {
	if math.Abs(a) < math.Abs(b) {
		a, aLow, b, bLow = b, bLow, a, aLow
	}
	sum = a + b
	return quickSum(sum, (b-(sum-a))+(aLow+bLow))
}

// quickSum adds to a number one that is far smaller.
func quickSum(a, b float64) (sum, low float64) {
	sum = a + b
	return sum, b - (sum - a)
}
