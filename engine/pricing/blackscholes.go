package pricing

import (
	"math"

	"optmm/engine/portable"
)

// European is a European option on an underlying with a continuous dividend
// yield. Spot and Strike are positive, Vol and Years not negative.
type European struct {
	Spot          float64 // price of the underlying
	Strike        float64
	Rate          float64 // continuously compounded, per year
	DividendYield float64 // continuously compounded, per year
	Vol           float64 // per square-root year
	Years         float64 // to expiry
}

// Call returns the Black–Scholes price and delta of the call,
//
//	C = S·e^{−qT}·Φ(d1) − K·e^{−rT}·Φ(d2),  Δ = e^{−qT}·Φ(d1)
//	d1 = (ln(S/K) + (r − q + σ²/2)·T) / (σ√T),  d2 = d1 − σ√T
//
// (Black and Scholes 1973, Merton 1973; notation of Haug 1998). Δ is in shares
// per option. Where σ√T is 0 the price is the discounted intrinsic value and Δ
// its slope, taken as half of e^{−qT} at the kink.
func (o European) Call() (price, delta float64) { return o.call(portable.NormalCDF) }

// SeedCall is Call with the seed model's Φ(x) = (1 + erf(x/√2))/2 in float64,
// which keeps 2⁻⁵⁴ of the lower tail and no more. A price far out of the money
// is then rounding noise of either sign, and the seed's fills depend on that
// noise: a mid below zero is always hit. For the seed's market alone.
func (o European) SeedCall() (price, delta float64) {
	return o.call(func(x float64) float64 {
		erf := float64(2*portable.NormalCDF(x)) - 1
		return (1 + erf) / 2
	})
}

func (o European) call(phi func(float64) float64) (price, delta float64) {
	carry := portable.Exp(-float64(o.DividendYield * o.Years))
	spot := float64(o.Spot * carry)
	strike := DiscountedStrike(o.Strike, o.Rate, o.Years)
	deviation := float64(o.Vol * math.Sqrt(o.Years))
	if deviation == 0 {
		switch {
		case spot > strike:
			return spot - strike, carry
		case spot == strike:
			return 0, carry / 2
		}
		return 0, 0
	}
	drift := float64((o.Rate - o.DividendYield + float64(float64(o.Vol*o.Vol)/2)) * o.Years)
	d1 := (portable.Log(o.Spot/o.Strike) + drift) / deviation
	delta = float64(carry * phi(d1))
	price = float64(o.Spot*delta) - float64(strike*phi(d1-deviation))
	return price, delta
}
