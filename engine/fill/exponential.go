package fill

import (
	"optmm/engine/portable"
	"optmm/engine/quote"
)

// Exponential has orders arrive at a rate that decays with the distance δ of the
// quote (Avellaneda and Stoikov 2008),
//
//	λ = A·e^{−kδ} a minute
//
// and fills with the probability that one or more arrive, 1 − e^{−λ}. FirstOrder
// fills with min(λ, 1) instead, as the paper's simulation does.
type Exponential struct {
	Distance
	Rate       float64 // A
	Decay      float64 // k, per unit of distance
	FirstOrder bool
}

func (m *Exponential) Probabilities(minute int, q quote.Quote) (bid, ask float64) {
	bid, ask = m.of(minute, q)
	return m.probability(bid), m.probability(ask)
}

func (m *Exponential) probability(distance float64) float64 {
	rate := float64(m.Rate * portable.Exp(-float64(m.Decay*distance)))
	if m.FirstOrder {
		return min(rate, 1)
	}
	return -portable.Expm1(-rate)
}
