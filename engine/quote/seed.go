package quote

// Seed is the seed model's quote:
//
//	shift = skew · score · mid
//	bid = mid − width/2 − shift,  ask = mid + width/2 + shift
//
// The score widens or narrows the quote instead of shifting it, and a strongly
// negative one crosses it: kept as it was, for comparison.
type Seed struct {
	Bid, Ask []float64 // by minute
}

// NewSeed quotes every minute at once, since the inventory does not matter.
func NewSeed(skew float64, mid, score, width, bid, ask []float64) Seed {
	mid, score, width, ask = mid[:len(bid)], score[:len(bid)], width[:len(bid)], ask[:len(bid)]
	for i := range bid {
		shift := float64(float64(skew*score[i]) * mid[i])
		half := float64(width[i] / 2)
		bid[i], ask[i] = mid[i]-half-shift, mid[i]+half+shift
	}
	return Seed{Bid: bid, Ask: ask}
}

func (s *Seed) Quote(minute int, _ Held) Quote {
	return Quote{Bid: s.Bid[minute], Ask: s.Ask[minute]}
}
