package quote

import "optmm/engine/portable"

// Intensity is what the models of optimal quoting believe about the market: the
// rate of fills decays as A·e^{−kδ} with the distance δ, and the price moves by
// Vol. Decay and RiskAversion are per unit of Scale.
type Intensity struct {
	RiskAversion float64   // γ, of exponential utility; positive
	Decay        float64   // k; positive
	Rate         float64   // A, fills per minute; positive
	Vol          []float64 // σ by minute, price units per square-root minute
	Scale        []float64 // price units that count as one, by minute; nil is one throughout
	Lot          float64   // contracts that count as one, the size of a quote
}

func (m *Intensity) scale(minute int) float64 {
	if m.Scale == nil {
		return 1
	}
	return m.Scale[minute]
}

// myopic returns ln(1 + γ/k)/γ, half the spread of a maker who does not mind the
// inventory, in units of scale.
func (m *Intensity) myopic() float64 {
	return portable.Log1p(m.RiskAversion/m.Decay) / m.RiskAversion
}

// AvellanedaStoikov quotes around a reservation price that falls with the
// inventory q (Avellaneda and Stoikov 2008, equations 29 and 30):
//
//	center = fair − q·γσ²τ,  ask − bid = γσ²τ + (2/γ)·ln(1 + γ/k)
//
// τ is the time left of a horizon, which begins again when it ends. Symmetric, the
// paper's comparison, quotes the average of that spread over the horizon's minutes
// around the fair price whatever the inventory.
type AvellanedaStoikov struct {
	Fair
	Intensity
	Horizon
	Symmetric bool

	halfMyopic float64
}

// Prepare computes what is the same in every minute.
func (m *AvellanedaStoikov) Prepare() { m.halfMyopic = m.myopic() }

func (m *AvellanedaStoikov) term(minute int) Term {
	scale, vol := m.scale(minute), m.Vol[minute]
	risk := float64(m.RiskAversion/scale*vol) * vol // γσ², per minute left
	half := float64(scale * m.halfMyopic)
	if m.Symmetric {
		return Term{m.at(minute), 0, half + float64(float64(risk*float64(m.Minutes+1))/4)}
	}
	slope := float64(risk * float64(m.left(minute)))
	return Term{m.at(minute), slope, half + float64(slope/2)}
}

// Terms sets the terms of the minutes from first on.
func (m *AvellanedaStoikov) Terms(first int, terms []Term) {
	for i := range terms {
		terms[i] = m.term(first + i)
	}
}

func (m *AvellanedaStoikov) Quote(minute int, held Held) Quote {
	t := m.term(minute)
	return quoteAround(t.Center-float64(held.Inventory/m.Lot*t.Slope), t.Half)
}
