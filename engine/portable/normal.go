package portable

import "math"

// Beyond normalTail, Φ(−x) is less than half of the smallest float64.
const normalTail = 38.6

// NormalCDF returns Φ(x) = ∫ φ(t) dt from −∞ to x, the standard normal
// distribution function, within one unit in the last place on both sides.
//
// The lower tail is the density times Mills' ratio,
//
//	Φ(−a) = e^{−a²/2} · R(a)/√(2π),  a ≥ 0,
//
// where R comes from a Taylor polynomial around the nearest of a fixed set of
// centers (mills_table.go) and both factors carry more than 53 bits.
// Φ(x) = 1 − Φ(−x) for x > 0. Φ(−∞) = 0, Φ(+∞) = 1, Φ(NaN) = NaN.
func NormalCDF(x float64) float64 {
	switch {
	case x != x:
		return x
	case x < -normalTail:
		return 0
	case x > normalTail:
		return 1
	}
	return gauss(math.Abs(x)).cdf(x)
}

// NormalDensity returns φ(x) = e^{−x²/2}/√(2π), within one unit in the last
// place. φ(±∞) = 0, φ(NaN) = NaN.
func NormalDensity(x float64) float64 {
	switch {
	case x != x:
		return x
	case math.Abs(x) > normalTail:
		return 0
	}
	return gauss(math.Abs(x)).density()
}

// Normal returns NormalCDF and NormalDensity, which have an exponential in common.
func Normal(x float64) (cdf, density float64) {
	if !(math.Abs(x) <= normalTail) {
		return NormalCDF(x), NormalDensity(x)
	}
	e := gauss(math.Abs(x))
	return e.cdf(x), e.density()
}

// MillsRatio returns R(x) = Φ(−x)/φ(x), within two units in the last place, for x
// from −normalTail on; +Inf below and 0 beyond normalTail, where nothing is left
// of Φ(−x). It decreases and stays between 1/(x + 1/x) and 1/x for x > 0.
func MillsRatio(x float64) float64 {
	switch {
	case x != x:
		return x
	case x < 0:
		return NormalCDF(-x) / NormalDensity(x)
	case x > normalTail:
		return 0
	}
	const sqrt2Pi = 2.5066282746310007
	high, low := mills(x)
	return (high + low) * sqrt2Pi
}

// gaussian is e^{−a²/2} = (high + low)·2^exponent, 0 ≤ a ≤ normalTail.
type gaussian struct {
	high, low float64
	exponent  int
}

// cdf returns Φ(x), |x| being a.
func (e gaussian) cdf(x float64) float64 {
	ratioHigh, ratioLow := mills(math.Abs(x))
	high, low := multiply(e.high, e.low, ratioHigh, ratioLow) // Φ(−a)
	if x <= 0 {
		return scale(high+low, e.exponent)
	}
	high, low = scale(high, e.exponent), scale(low, e.exponent)
	sum := 1 - high
	return sum + (((1 - sum) - high) - low)
}

func (e gaussian) density() float64 {
	const (
		invSqrt2PiHigh = 0.3989422804014327
		invSqrt2PiLow  = -2.492327202777003e-17
	)
	high, low := multiply(e.high, e.low, invSqrt2PiHigh, invSqrt2PiLow)
	return scale(high+low, e.exponent)
}

// mills returns R(a)/√(2π) as a sum of two for 0 ≤ a ≤ normalTail.
func mills(a float64) (high, low float64) {
	row, center := millsRow(a)
	coefficients := &millsTable[row]
	h := a - center // exact: a and its center are within a factor of two, or center is a small multiple of 1/8
	p := coefficients[len(coefficients)-1]
	for n := len(coefficients) - 2; n >= 2; n-- {
		p = math.FMA(p, h, coefficients[n])
	}
	ratioHigh := coefficients[0]
	ratioLow := math.FMA(p, h, coefficients[1])
	high = ratioHigh + ratioLow
	return high, (ratioHigh - high) + ratioLow
}

func gauss(a float64) gaussian {
	square := float64(a * a)
	lost := math.FMA(a, a, -square)
	high, low, exponent := exp(-0.5 * square)
	low -= float64(float64(0.5*lost) * high)
	return gaussian{high, low, exponent}
}

// multiply returns (aHigh+aLow)·(bHigh+bLow) as a sum of two.
func multiply(aHigh, aLow, bHigh, bLow float64) (high, low float64) {
	high = float64(aHigh * bHigh)
	low = math.FMA(aHigh, bHigh, -high)
	low = math.FMA(aHigh, bLow, low)
	low = math.FMA(aLow, bHigh, low)
	return high, low
}

// millsRow returns the row of millsTable that serves a and the row's center.
// [0, 1) is cut into four, each [2^e, 2^(e+1)) into eight equal intervals.
func millsRow(a float64) (row int, center float64) {
	if a < 1 {
		row = int(4 * a)
		return row, float64(row)/4 + 0.125
	}
	bits := math.Float64bits(a)
	row = 4 + int(bits>>49) - 1023*8
	return row, math.Float64frombits(bits&^(1<<49-1) | 1<<48)
}
