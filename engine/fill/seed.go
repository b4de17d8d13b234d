package fill

import (
	"optmm/engine/portable"
	"optmm/engine/quote"
)

// Seed is the seed model's fill probability, the same for both sides:
//
//	p = exp(−k·width/mid) / 2
//
// It depends on the market's width and not on how far the posted quote stands
// from the market, so skewing is free: kept as it was, for comparison.
type Seed struct {
	Probability []float64 // by minute
}

// NewSeed fills in the probability of every minute at once, since the quote does
// not matter. k is dimensionless and not negative; 0 gives one half, also where a
// worthless option's mid is 0.
func NewSeed(k float64, mid, width, probability []float64) *Seed {
	for i := range probability {
		probability[i] = 0.5
		if k != 0 {
			probability[i] = portable.Exp(-float64(k*width[i])/mid[i]) / 2
		}
	}
	return &Seed{Probability: probability}
}

func (s *Seed) Probabilities(minute int, _ quote.Quote) (bid, ask float64) {
	p := s.Probability[minute]
	return p, p
}
