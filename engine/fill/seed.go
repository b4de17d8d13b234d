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
	K          float64   // dimensionless, not negative
	Mid, Width []float64 // by minute
}

func (s *Seed) Probabilities(minute int, _ quote.Quote) (bid, ask float64) {
	if s.K == 0 {
		return 0.5, 0.5 // also where a worthless option's mid is 0
	}
	p := portable.Exp(-float64(s.K*s.Width[minute])/s.Mid[minute]) / 2
	return p, p
}
