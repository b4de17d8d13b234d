package fill

// Orders have a size of their own, geometric on 1, 2, … contracts:
//
//	P(size > n) = (1 − 1/Mean)ⁿ
type Orders struct {
	Mean float64 // contracts, at least 1
}

// Contracts returns how much an order that draws u takes of what is posted, which
// may be nothing.
func (o Orders) Contracts(u float64, posted int32) int32 {
	beyond, size := 1-u, min(1, posted)
	for more := 1 - 1/o.Mean; size < posted && beyond <= more; size++ {
		beyond /= more
	}
	return size
}
