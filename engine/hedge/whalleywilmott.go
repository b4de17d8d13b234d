package hedge

import (
	"math"

	"optmm/engine/portable"
)

// WhalleyWilmott trades to the edge of a band around neutrality, whose half-width
// balances cost against risk (Whalley and Wilmott 1997, for small proportional
// costs):
//
//	H = (3/2 · e^{−rτ}·λ·S·Γ²/γ)^{1/3} shares
//
// λ is the cost as a share of the value traded (Costs without its fixed part), Γ
// the gamma of the options held, γ the risk aversion.
type WhalleyWilmott struct {
	Costs        *Costs
	RiskAversion float64 // γ, 1/currency; positive
}

func (w WhalleyWilmott) Hold(x *Exposure, shares []float64, first, end int) {
	held := before(shares, first)
	for i := first; i < end; i++ {
		delta := x.Delta[i]
		net := math.Abs(delta + held)
		if float64(float64(net*net)*net) > w.cubed(x, i) { // seldom, and only then the root is taken
			held = into(w.halfWidth(x, i), delta, held)
		}
		held = wholeLots(held, x.Lot)
		shares[i] = held
	}
}

// halfWidth returns H at a minute.
func (w WhalleyWilmott) halfWidth(x *Exposure, minute int) float64 {
	return portable.Cbrt(w.cubed(x, minute))
}

func (w WhalleyWilmott) cubed(x *Exposure, minute int) float64 {
	cost := float64(float64(1.5*x.Discount[minute]) * w.Costs.proportional(x.Spot[minute]))
	if cost == 0 {
		return 0 // whatever the risk aversion, which may then be left out
	}
	gamma := x.Gamma[minute]
	return float64(float64(cost*gamma)*gamma) / w.RiskAversion
}
