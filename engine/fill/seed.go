package fill

import "optmm/engine/quote"

// Seed is the seed model's fill probability, the same for both sides:
//
//	p = exp(−k·width/mid) / 2
//
// It depends on the market's width and not on how far the posted quote is
// from the market, so skewing is free: kept as it was, for comparison.
type Seed struct {
	Exponents  []float64 // ln 2p, by minute
	Thresholds []float64 // of the law Half, the bid's first of each arrival
}

// NewSeed fills in the exponent of every minute at once, since the quote does not
// matter. k is dimensionless and not negative; 0 gives one half, also where a
// worthless option's mid is 0.
func NewSeed(k float64, mid, width, exponents, thresholds []float64) Seed {
	if k == 0 {
		clear(exponents)
		return Seed{Exponents: exponents, Thresholds: thresholds}
	}
	mid, width = mid[:len(exponents)], width[:len(exponents)]
	for i := range exponents {
		exponents[i] = -float64(k*width[i]) / mid[i]
	}
	return Seed{Exponents: exponents, Thresholds: thresholds}
}

func (s *Seed) Hits(minute, arrival int, _ quote.Quote) (bid, ask bool) {
	x := s.Exponents[minute]
	return s.Thresholds[2*arrival] < x, s.Thresholds[2*arrival+1] < x
}

// Fills writes the contracts that are traded in the minutes from first on: size on
// each side that is hit.
func (s *Seed) Fills(first int, size int32, bid, ask []int32) {
	exponents := s.Exponents[first:][:len(bid)]
	thresholds := s.Thresholds[2*first:][:2*len(bid)]
	ask = ask[:len(bid)]
	for i, x := range exponents {
		// Hits are random, so they are no branches but all ones or all zeros.
		bidHit, askHit := int32(0), int32(0)
		if thresholds[2*i] < x {
			bidHit = 1
		}
		if thresholds[2*i+1] < x {
			askHit = 1
		}
		bid[i], ask[i] = size&-bidHit, size&-askHit
	}
}
