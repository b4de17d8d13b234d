package fill

import (
	"optmm/engine/portable"
	"optmm/engine/quote"
)

// Logistic fills with a probability that is logistic in the distance δ of the
// quote, as hit ratios of requests for quotes are modelled:
//
//	1 / (1 + e^{−(a − bδ)})
type Logistic struct {
	Distance
	Intercept float64 // a
	Slope     float64 // b, per unit of distance
}

func (m *Logistic) Probabilities(minute int, q quote.Quote) (bid, ask float64) {
	bid, ask = m.of(minute, q)
	return m.probability(bid), m.probability(ask)
}

func (m *Logistic) probability(distance float64) float64 {
	return 1 / (1 + portable.Exp(float64(m.Slope*distance)-m.Intercept))
}
