package hedge

import "math"

// OnFill makes the book delta-neutral after a fill, and only then (the seed's).
type OnFill struct{}

func (OnFill) Hold(x *Exposure, shares []float64, first, end int) {
	// Fills are random, so a branch on them would be mispredicted half of the time: the
	// bits are chosen without one, and stay bits, since turning them takes longer.
	bits := math.Float64bits(before(shares, first))
	shares = shares[first:end]
	filled, delta := x.Filled[first:][:len(shares)], x.Delta[first:][:len(shares)]
	for i := range shares {
		neutral := math.Float64bits(-delta[i])
		if filled[i] {
			bits = neutral
		}
		if x.Lot != 0 {
			bits = math.Float64bits(wholeLots(math.Float64frombits(bits), x.Lot))
		}
		shares[i] = math.Float64frombits(bits)
	}
}
