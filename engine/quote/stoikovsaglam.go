package quote

// StoikovSaglam quotes an option whose delta is hedged, against what hedging leaves:
// the risk of gamma and of the implied volatility until a horizon (Stoikov and
// Sağlam 2009, "Option market making under inventory risk"). Orders arrive at a rate
// of C − D·δ at the distance δ, and the maker weighs the variance k of an option's
// P&L by γ:
//
//	δ_ask = C/(2D) + γk/2·(1 − 2q),  δ_bid = C/(2D) + γk/2·(1 + 2q)
//	k = (vega·α)²·τ + ½·Γ²·S⁴·σ⁴·τ²
//
// that is, a half-width of C/(2D) + γk/2 around fair − γkq. The time left τ counts
// down over a horizon, which begins anew when it ends. RiskAversion and Slope are
// per unit of Scale.
type StoikovSaglam struct {
	Fair
	RiskAversion float64   // γ; positive
	Rate         float64   // C, fills a minute at distance 0; positive
	Slope        float64   // D, fills a minute less per unit of distance; positive
	VegaVariance []float64 // (vega·α)² by minute, price² a year
	GammaSquares []float64 // ½·Γ²·S⁴·σ⁴ by minute, price² a year²
	MinuteYears  float64   // a minute in years
	Horizon      int       // minutes
	Scale        []float64 // price units that count as one, by minute; nil is one throughout
	Lot          float64   // contracts that count as one, the size of a quote
}

func (m *StoikovSaglam) Quote(minute int, inventory float64) Quote {
	scale := 1.0
	if m.Scale != nil {
		scale = m.Scale[minute]
	}
	left := float64(float64(m.Horizon-minute%m.Horizon) * m.MinuteYears)
	variance := float64(m.VegaVariance[minute]*left) + float64(float64(m.GammaSquares[minute]*left)*left)
	risk := float64(m.RiskAversion / scale * variance)
	half := float64(m.Rate/float64(2*m.Slope)*scale) + float64(risk/2)
	return around(m.at(minute)-float64(inventory/m.Lot*risk), half)
}
