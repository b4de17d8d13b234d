package pricing

import (
	"math"

	"optmm/engine/portable"
)

// European is a European option on an underlying with a continuous dividend
// yield. Spot is positive; Strike, Vol and Years are not negative. A call of
// strike 0 is the underlying itself, less its dividends.
type European struct {
	Spot          float64 // price of the underlying
	Strike        float64
	Rate          float64 // continuously compounded, per year
	DividendYield float64 // continuously compounded, per year
	Vol           float64 // per square-root year
	Years         float64 // to expiry
	Put           bool
}

// terms are what every formula of the option is made of.
type terms struct {
	spot, strike float64 // discounted: S·e^{−qT}, K·e^{−rT}
	carry        float64 // e^{−qT}
	discount     float64 // e^{−rT}
	moneyness    float64 // ln(F/K), F = S·e^{(r−q)T}
	root         float64 // √T
	deviation    float64 // σ√T
	d1, d2       float64
}

func (o European) terms() terms {
	t := terms{
		carry:    portable.Exp(-float64(o.DividendYield * o.Years)),
		discount: DiscountedStrike(1, o.Rate, o.Years),
		root:     math.Sqrt(o.Years),
	}
	t.deviation = float64(o.Vol * t.root)
	t.spot, t.strike = float64(o.Spot*t.carry), float64(o.Strike*t.discount)
	t.moneyness = logRatio(o.Spot, o.Strike) + float64((o.Rate-o.DividendYield)*o.Years)
	if t.deviation > 0 {
		t.d1 = t.moneyness/t.deviation + float64(t.deviation/2)
		t.d2 = t.d1 - t.deviation
	}
	return t
}

// Value returns the Black–Scholes price and delta. Of the call,
//
//	C = S·e^{−qT}·Φ(d1) − K·e^{−rT}·Φ(d2),  Δ = e^{−qT}·Φ(d1)
//	d1 = ln(F/K)/(σ√T) + σ√T/2,  d2 = d1 − σ√T,  F = S·e^{(r−q)T}
//
// and of the put P = K·e^{−rT}·Φ(−d2) − S·e^{−qT}·Φ(−d1), Δ = −e^{−qT}·Φ(−d1)
// (Black and Scholes 1973, Merton 1973; notation of Haug 1998). Δ is in shares
// per option. Where σ√T is 0 the price is the discounted intrinsic value and Δ
// its slope, taken as half of e^{−qT} at the kink.
//
// The price is the intrinsic value and the time value (timevalue.go), which
// keeps its digits however far out of the money the option is, and however little
// time is left near the money.
func (o European) Value() (price, delta float64) {
	price, delta, _ = o.value(o.terms())
	return price, delta
}

// value returns also φ(d1), where σ√T > 0.
func (o European) value(t terms) (price, delta, density float64) {
	sign := 1.0
	if o.Put {
		sign = -1
	}
	intrinsic := sign * (t.spot - t.strike)
	price = max(0, intrinsic)
	switch {
	case t.deviation > 0:
		cdf, density := portable.Normal(sign * t.d1)
		return price + timeValue(t.spot, t.strike, t.moneyness, t.deviation), float64(sign * float64(t.carry*cdf)), density
	case intrinsic > 0:
		return price, sign * t.carry, 0
	case intrinsic == 0:
		return price, sign * t.carry / 2, 0
	}
	return price, 0, 0
}

// SeedCall returns the Greeks of the call with price and delta as the seed model
// computes them: the difference of the two terms, with Φ(x) = (1 + erf(x/√2))/2
// in float64, which keeps 2⁻⁵⁴ of the lower tail and no more. A price far out of
// the money is then rounding noise of either sign, and the seed's fills depend on
// that noise: a mid below zero is always hit. For the seed's market alone.
func (o European) SeedCall() Greeks {
	phi := func(cdf float64) float64 {
		erf := float64(2*cdf) - 1
		return (1 + erf) / 2
	}
	t := o.terms()
	if t.deviation == 0 {
		return o.Greeks()
	}
	cdf, density := portable.Normal(t.d1)
	delta := float64(t.carry * phi(cdf))
	return o.greeks(t, float64(o.Spot*delta)-float64(t.strike*phi(portable.NormalCDF(t.d2))), delta, density)
}
