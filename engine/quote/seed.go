package quote

// Seed is the seed model's quote:
//
//	shift = skew · score · mid
//	bid = mid − width/2 − shift,  ask = mid + width/2 + shift
//
// The score widens or narrows the quote instead of shifting it, and a strongly
// negative one crosses it: kept as it was, for comparison.
type Seed struct {
	Skew              float64
	Mid, Score, Width []float64 // by minute
}

func (s *Seed) Quote(minute int, _ float64) Quote {
	mid := s.Mid[minute]
	shift := float64(float64(s.Skew*s.Score[minute]) * mid)
	half := float64(s.Width[minute] / 2)
	return Quote{Bid: mid - half - shift, Ask: mid + half + shift}
}
