package hedge

import "math"

// Band trades when the net delta leaves ±Width, back to the edge or to zero.
type Band struct {
	Width  float64 // shares, not negative
	ToZero bool
}

func (b Band) Shares(s *State) float64 {
	if b.ToZero && math.Abs(s.Delta+s.Shares) > b.Width {
		return -s.Delta
	}
	return s.into(b.Width)
}
