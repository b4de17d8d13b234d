package pricing

import (
	"math"

	"optmm/engine/portable"
)

// Why there is no implied volatility.
type VolError string

func (e VolError) Error() string { return string(e) }

// The cases in which ImpliedVol is not defined.
const (
	ErrBelowIntrinsic = VolError("the price is below the discounted intrinsic value")
	ErrAboveBound     = VolError("the price is at or above what no volatility reaches")
	ErrNoTime         = VolError("there is no time to expiry")
)

// ImpliedVol returns the volatility at which the option's Black–Scholes value is
// price; the option's own Vol is not used. At the discounted intrinsic value
// exactly it is 0. Outside the no-arbitrage bounds, or without time to expiry,
// it is not defined and an error says why.
//
// What is sought is the σ√T that gives the time value, the price of the option out
// of the money, whose logarithm is smooth and increasing in σ. Newton's method on
// the logarithm, kept inside a bracket that halves when a step would leave it, needs
// a handful of steps and never more than maxVolSteps. A price deep in the money
// carries its time value in its last digits, and the result cannot be better
// than those.
func (o European) ImpliedVol(price float64) (float64, error) {
	o.Vol = 0
	t := o.terms()
	spot, strike := t.spot, t.strike
	intrinsic, bound := spot-strike, spot
	if o.Put {
		intrinsic, bound = strike-spot, strike
	}
	timeValue := price - max(0, intrinsic)
	switch {
	case !(o.Years > 0):
		return 0, ErrNoTime
	case timeValue < 0:
		return 0, ErrBelowIntrinsic
	case !(price < bound):
		return 0, ErrAboveBound
	case timeValue == 0:
		return 0, nil
	}
	return impliedDeviation(spot, strike, -math.Abs(t.moneyness), timeValue) / math.Sqrt(o.Years), nil
}

// maxVolSteps bounds the iteration of ImpliedVol.
const maxVolSteps = 128

// impliedDeviation returns the σ√T at which the option out of the money on
// discounted spot and strike is worth value, 0 < value < its bound; moneyness is minus
// the logarithm of their ratio, without sign.
func impliedDeviation(spot, strike, moneyness, value float64) float64 {
	smaller := min(spot, strike)
	target := portable.Log(value)
	low, high := 0.0, 64.0
	x := math.Sqrt(-2 * moneyness) // where vega is largest
	if x == 0 {
		x = value / (0.4 * smaller)
	}
	for range maxVolSteps {
		next := math.NaN()
		if worth := timeValue(spot, strike, moneyness, x); worth > 0 {
			gap := portable.Log(worth) - target
			if gap == 0 {
				return x
			}
			if gap > 0 {
				high = x
			} else {
				low = x
			}
			vega := float64(smaller * portable.NormalDensity(moneyness/x+float64(x/2)))
			next = x - float64(gap*worth)/vega
		} else {
			low = x // so far out of the money that nothing is left
		}
		if !(next > low && next < high) {
			next = low + float64((high-low)/2)
		}
		if math.Abs(next-x) <= 1e-16*x {
			return next
		}
		x = next
	}
	return x
}
