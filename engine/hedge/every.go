package hedge

// Every makes the book delta-neutral once in so many entries of its market, first in the
// first one.
type Every struct {
	Entries int // at least 1
}

func (e Every) Hold(x *Exposure, shares []float64, first, end int) {
	held := before(shares, first)
	for i := first; i < end; i++ {
		if i%e.Entries == 0 {
			held = -x.Delta[i]
		}
		held = wholeLots(held, x.Lot)
		shares[i] = held
	}
}
