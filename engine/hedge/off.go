package hedge

// Off never trades the underlying: the inventory's delta is left open.
type Off struct{}

func (Off) Hold(_ *Exposure, shares []float64, first, end int) {
	clear(shares[first:end])
}
