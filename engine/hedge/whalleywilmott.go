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

func (w WhalleyWilmott) Shares(s *State) float64 {
	net := math.Abs(s.Delta + s.Shares)
	if float64(float64(net*net)*net) <= w.cubed(s) {
		return s.Shares // the common case, without the root
	}
	return s.into(w.HalfWidth(s))
}

// HalfWidth returns H.
func (w WhalleyWilmott) HalfWidth(s *State) float64 { return portable.Cbrt(w.cubed(s)) }

func (w WhalleyWilmott) cubed(s *State) float64 {
	cost := float64(float64(1.5*s.Discount) * w.Costs.Proportional(s.Spot))
	if cost == 0 {
		return 0 // whatever the risk aversion, which may then be left out
	}
	return float64(float64(cost*s.Gamma)*s.Gamma) / w.RiskAversion
}
