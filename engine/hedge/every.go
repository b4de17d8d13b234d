package hedge

// Every makes the book delta-neutral at the first entry of its market, and at every N-th after
// it.
type Every struct {
	Entries int // N, at least 1
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
