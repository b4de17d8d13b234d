package pricing

// Greeks are an option's price and its derivatives.
type Greeks struct {
	Price float64
	Delta float64 // ∂/∂S, shares per option
	Gamma float64 // ∂²/∂S², shares per option and price unit
	Vega  float64 // ∂/∂σ, price per unit of volatility (0.01 of it is a vol point)
	Theta float64 // −∂/∂T, price per year that passes
	Rho   float64 // ∂/∂r, price per unit of rate

	Carry    float64 // e^{−qT}, what they were computed with
	Discount float64 // e^{−rT}
}

// Greeks returns the Black–Scholes price and Greeks (Haug 1998):
//
//	Γ = e^{−qT}·φ(d1)/(S·σ√T)    vega = S·e^{−qT}·φ(d1)·√T
//	Θ = −S·e^{−qT}·φ(d1)·σ/(2√T) ± q·S·e^{−qT}·Φ(±d1) ∓ r·K·e^{−rT}·Φ(±d2)
//	ρ = ±T·K·e^{−rT}·Φ(±d2)
//
// the upper sign for the call. Where σ√T is 0, Γ and vega are 0 and the rest are
// of the discounted intrinsic value.
func (o European) Greeks() Greeks {
	t := o.terms()
	price, delta, density := o.value(t)
	return o.greeks(t, price, delta, density)
}

// OtherSide returns the price and Greeks of the put from those of the call of the
// same terms, o, by put–call parity:
//
//	P = C − S·e^{−qT} + K·e^{−rT}
//
// A price that rounding takes below 0 is 0.
func (o European) OtherSide(call Greeks) Greeks {
	put := call
	carried, strike := float64(o.Spot*call.Carry), float64(o.Strike*call.Discount)
	put.Price = max(0, call.Price-carried+strike)
	put.Delta = call.Delta - call.Carry
	put.Theta = call.Theta - float64(o.DividendYield*carried) + float64(o.Rate*strike)
	put.Rho = call.Rho - float64(o.Years*strike)
	return put
}

// greeks adds the other derivatives to price and delta, density being φ(d1).
func (o European) greeks(t terms, price, delta, density float64) Greeks {
	g := Greeks{Price: price, Delta: delta, Carry: t.carry, Discount: t.discount}
	sign := 1.0
	if o.Put {
		sign = -1
	}
	held := float64(sign * (float64(o.Spot*g.Delta) - g.Price)) // ± K·e^{−rT}·Φ(±d2), without its sign
	g.Rho = float64(sign * float64(o.Years*held))
	g.Theta = float64(o.DividendYield*float64(o.Spot*g.Delta)) - float64(o.Rate*float64(sign*held))
	if t.deviation == 0 {
		return g
	}
	density = float64(t.carry * density)
	g.Gamma = density / float64(o.Spot*t.deviation)
	g.Vega = float64(float64(o.Spot*density) * t.root)
	g.Theta -= float64(float64(float64(o.Spot*density)*o.Vol) / (2 * t.root))
	return g
}
