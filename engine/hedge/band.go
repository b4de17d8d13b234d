package hedge

import "math"

// Band trades when the net delta leaves ±Width, back to the edge or to zero.
type Band struct {
	Width  float64 // shares, not negative
	ToZero bool
}

func (b Band) Hold(x *Exposure, shares []float64, first, end int) {
	held := before(shares, first)
	for i := first; i < end; i++ {
		if delta := x.Delta[i]; b.ToZero && math.Abs(delta+held) > b.Width {
			held = -delta
		} else {
			held = into(b.Width, delta, held)
		}
		held = wholeLots(held, x.Lot)
		shares[i] = held
	}
}
