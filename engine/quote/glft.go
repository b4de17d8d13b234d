package quote

import (
	"math"

	"optmm/engine/portable"
)

// GLFT is the closed approximation, far from the horizon, of the optimal quotes
// under inventory limits (Guéant, Lehalle and Fernandez-Tapia 2013, section 4):
//
//	δ_bid = (1/γ)·ln(1+γ/k) + (2q+1)/2·s,  δ_ask = (1/γ)·ln(1+γ/k) − (2q−1)/2·s
//	s = √(σ²γ/(2kA)·(1+γ/k)^{1+k/γ})
//
// that is, a half-width of (1/γ)·ln(1+γ/k) + s/2 around fair − q·s.
type GLFT struct {
	Fair
	Intensity

	halfMyopic, perVol float64
}

// Prepare computes what is the same in every minute.
func (m *GLFT) Prepare() {
	m.halfMyopic = m.myopic()
	m.perVol = math.Sqrt(m.RiskAversion / float64(float64(2*m.Decay)*m.Rate) * m.power())
}

// power returns (1 + γ/k)^{1 + k/γ}.
func (m *Intensity) power() float64 {
	ratio := m.RiskAversion / m.Decay
	return portable.Exp(float64((1 + 1/ratio) * portable.Log1p(ratio)))
}

func (m *GLFT) term(minute int) Term {
	slope := float64(m.Vol[minute] * m.perVol)
	return Term{m.at(minute), slope, float64(m.scale(minute)*m.halfMyopic) + float64(slope/2)}
}

// Terms sets the terms of the minutes from first on.
func (m *GLFT) Terms(first int, terms []Term) {
	for i := range terms {
		terms[i] = m.term(first + i)
	}
}

func (m *GLFT) Quote(minute int, held Held) Quote {
	t := m.term(minute)
	return quoteAround(t.Center-float64(held.Inventory/m.Lot*t.Slope), t.Half)
}
