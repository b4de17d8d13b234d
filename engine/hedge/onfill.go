package hedge

import "math"

// OnFill makes the book delta-neutral after a fill, and only then (the seed's).
type OnFill struct{}

func (OnFill) Shares(s *State) float64 {
	// Fills are random, so a branch on them would be mispredicted half of the time:
	// the bits are chosen without one.
	bits, neutral := math.Float64bits(s.Shares), math.Float64bits(-s.Delta)
	if s.Filled {
		bits = neutral
	}
	return math.Float64frombits(bits)
}
