package hedge

import "math"

// OnFill makes the book delta-neutral after a fill, and only then (the seed's).
type OnFill struct{}

func (OnFill) Hold(x *Exposure, shares []float64, first, end int) {
	held := before(shares, first)
	filled, delta := x.Filled[first:end], x.Delta[first:end]
	shares = shares[first:end]
	for i := range shares {
		// Fills are random, so a branch on them would be mispredicted half of the time:
		// the bits are chosen without one.
		bits, neutral := math.Float64bits(held), math.Float64bits(-delta[i])
		if filled[i] {
			bits = neutral
		}
		held = math.Float64frombits(bits)
		if x.Lot != 0 {
			held = Whole(held, x.Lot)
		}
		shares[i] = held
	}
}
