package quote

import "math"

// VegaControl quotes the options of a book whose delta is hedged by its vega alone
// (Baldacci, Bergault and Guéant 2021, "Algorithmic market making for options"),
// with the value of a vega V taken as −aV² far from the horizon, and the Hamiltonian
// H of exponential intensities A·e^{−kδ} to second order in closed form (Bergault,
// Evangelista, Guéant and Vieira 2021). The maker minds the variance that the
// implied volatilities, which move together by ξ per square-root minute, give the
// book, by γ/2:
//
//	δ_bid = 1/k + a·(2V·vega + vega²),  δ_ask = 1/k − a·(2V·vega − vega²)
//	a = √(γξ²/(8·Σⱼ H″ⱼ·vegaⱼ²)),  H″ = A·k/e
//
// that is, a half-width of 1/k + a·vega² around fair − 2aV·vega; the sum is over the
// options that can be quoted. Of one option it is GLFT's approximation for small γ
// with σ = ξ·vega. RiskAversion and Decay are per unit of Scale.
type VegaControl struct {
	Fair
	RiskAversion float64   // γ; positive
	Decay        float64   // k; positive
	Vega         []float64 // of the option, by minute, price per unit of volatility
	Pull         []float64 // ξ²/(8·Σ H″·vega²) by minute
	Scale        []float64 // price units that count as one, by minute; nil is one throughout
	Lot          float64   // contracts that count as one, the size of a quote
}

// Curvature returns H″ at 0, fills a minute per price unit: A·k/e.
func Curvature(rate, decay float64) float64 { return float64(rate*decay) / math.E }

func (m *VegaControl) Quote(minute int, held Held) Quote {
	scale := 1.0
	if m.Scale != nil {
		scale = m.Scale[minute]
	}
	vega := m.Vega[minute]
	pull := float64(math.Sqrt(m.RiskAversion/scale*m.Pull[minute]) * vega)
	half := scale/m.Decay + float64(pull*vega)
	return quoteAround(m.at(minute)-float64(2*float64(pull*(held.Vega/m.Lot))), half)
}
