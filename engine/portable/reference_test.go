package portable

import (
	"math"
	"math/big"
)

// References in big floats, by the defining series alone.

// precision holds Φ(−38.6) ≈ 2^−1080 to some 300 bits after 1/2 is subtracted.
const precision = 1500

func number(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

func newFloat() *big.Float { return new(big.Float).SetPrec(precision) }

// bigExp sums the exponential series at x/2^m and squares m times.
func bigExp(x *big.Float) *big.Float {
	const halvings = 40
	y := newFloat().SetMantExp(x, -halvings)
	sum, term := number(1), number(1)
	for n := 1; n < 60; n++ {
		term.Mul(term, y)
		term.Quo(term, number(float64(n)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// bigLog is Newton's iteration y ← y + 2(x−e^y)/(x+e^y) from the library's
// value at the fraction of x (at 5e-324 itself, Go 1.26 on amd64 is 35 off).
func bigLog(x float64) *big.Float {
	fraction, exponent := math.Frexp(x)
	y := number(math.Log(fraction) + float64(exponent)*math.Ln2)
	for range 4 {
		e := bigExp(y)
		step := newFloat().Quo(newFloat().Sub(number(x), e), newFloat().Add(number(x), e))
		y.Add(y, step.Mul(step, number(2)))
	}
	return y
}

// bigLog1p is Newton's iteration on e^y = 1+x from the library's value.
func bigLog1p(x float64) *big.Float {
	sum := newFloat().Add(number(1), number(x))
	y := number(math.Log1p(x))
	for range 4 {
		e := bigExp(y)
		step := newFloat().Quo(newFloat().Sub(sum, e), newFloat().Add(sum, e))
		y.Add(y, step.Mul(step, number(2)))
	}
	return y
}

// bigCbrt is Newton's iteration on y³ = x from the library's value.
func bigCbrt(x float64) *big.Float {
	y := number(math.Cbrt(x))
	for range 6 {
		square := newFloat().Mul(y, y)
		excess := newFloat().Sub(newFloat().Mul(square, y), number(x))
		y.Sub(y, excess.Quo(excess, square.Mul(square, number(3))))
	}
	return y
}

// bigSqrt2Pi comes from φ: the series for Φ(∞) − ½ = ½ would do, but Machin's
// formula for π is shorter.
func bigSqrt2Pi() *big.Float {
	arctanInverse := func(n float64) *big.Float {
		sum, power := newFloat(), newFloat().Quo(number(1), number(n))
		square := number(n * n)
		for k := 0; k < 2200; k++ {
			term := newFloat().Quo(power, number(float64(2*k+1)))
			if k%2 == 0 {
				sum.Add(sum, term)
			} else {
				sum.Sub(sum, term)
			}
			power.Quo(power, square)
		}
		return sum
	}
	quarter := newFloat().Sub(newFloat().Mul(number(4), arctanInverse(5)), arctanInverse(239))
	return newFloat().Sqrt(newFloat().Mul(number(8), quarter))
}

// bigLowerTail is Φ(−a) = ½ − φ(a)·Σ a^(2n+1)/(2n+1)!!, a ≥ 0.
func bigLowerTail(a float64, sqrt2Pi *big.Float) *big.Float {
	x := number(a)
	square := newFloat().Mul(x, x)
	sum, term := newFloat().Set(x), newFloat().Set(x)
	for n := 1; n < 20000; n++ {
		term.Mul(term, square)
		term.Quo(term, number(float64(2*n+1)))
		if term.Sign() == 0 || term.MantExp(nil) < sum.MantExp(nil)-precision {
			break
		}
		sum.Add(sum, term)
	}
	density := bigDensity(a, sqrt2Pi)
	return newFloat().Sub(number(0.5), newFloat().Mul(density, sum))
}

func bigDensity(a float64, sqrt2Pi *big.Float) *big.Float {
	square := newFloat().Mul(number(a), number(a))
	return newFloat().Quo(bigExp(square.Mul(square, number(-0.5))), sqrt2Pi)
}

// ulps is |got − want| in units of the last place of want.
func ulps(got float64, want *big.Float) float64 {
	rounded, _ := want.Float64()
	unit := math.Nextafter(math.Abs(rounded), math.Inf(1)) - math.Abs(rounded)
	difference := newFloat().Sub(number(got), want)
	difference.Quo(difference, number(unit))
	u, _ := difference.Float64()
	return math.Abs(u)
}
