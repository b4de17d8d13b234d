package quote

// StoikovSaglam quotes options whose delta is hedged, against what hedging leaves:
// the risk of gamma and of the implied volatility until a horizon (Stoikov and
// Sağlam 2009, "Option market making under inventory risk"). Orders arrive at a rate
// of C − D·δ at the distance δ, and the maker weighs the variance of the book's P&L
// by γ. Of an option alone,
//
//	δ_ask = C/(2D) + γk/2·(1 − 2q),  δ_bid = C/(2D) + γk/2·(1 + 2q)
//	k = (vega·α)²·τ + ½·Γ²·S⁴·σ⁴·τ²
//
// that is, a half-width of C/(2D) + γk/2 around fair − γkq. In a book whose implied
// volatilities move together, kq becomes the covariance of the option with all that
// is held,
//
//	α²τ·vega·Σ qⱼ·vegaⱼ + ½τ²·ΓS²σ²·Σ qⱼ·ΓⱼS²σⱼ²
//
// Premiums are held to where the law has a meaning, 0 ≤ δ ≤ C/D: at C/D orders stop.
//
// The time left τ counts down over a horizon, which begins again when it ends.
// RiskAversion and Slope are per unit of Scale.
type StoikovSaglam struct {
	Fair
	RiskAversion float64   // γ; positive
	Rate         float64   // C, fills a minute at distance 0; positive
	Slope        float64   // D, fills a minute less per unit of distance; positive
	Vega         []float64 // by minute, price per unit of volatility
	DollarGamma  []float64 // dollar gamma Γ·S²·σ² by minute, price a year
	VolOfVol     float64   // α, a year's standard deviation of the implied volatility
	MinuteYears  float64   // a minute in years
	Horizon
	Scale []float64 // price units that count as one, by minute; nil is one throughout
	Lot   float64   // contracts that count as one, the size of a quote
}

func (m *StoikovSaglam) Quote(minute int, held Held) Quote {
	scale := 1.0
	if m.Scale != nil {
		scale = m.Scale[minute]
	}
	left := float64(float64(m.left(minute)) * m.MinuteYears)
	byVega := float64(float64(float64(m.VolOfVol*m.VolOfVol)*left) * m.Vega[minute])
	byGamma := float64(float64(float64(left*left)/2) * m.DollarGamma[minute])
	aversion := m.RiskAversion / scale
	own := float64(aversion * (float64(byVega*m.Vega[minute]) + float64(byGamma*m.DollarGamma[minute])))
	held.Vega, held.DollarGamma = held.Vega/m.Lot, held.DollarGamma/m.Lot
	tilt := float64(aversion * (float64(byVega*held.Vega) + float64(byGamma*held.DollarGamma)))
	half := float64(m.Rate/float64(2*m.Slope)*scale) + float64(own/2)
	// A premium below 0 gives the option away, and beyond reach no one trades.
	fair, reach := m.at(minute), float64(m.Rate/m.Slope*scale)
	return Quote{Bid: fair - min(max(half+tilt, 0), reach), Ask: fair + min(max(half-tilt, 0), reach)}
}
