package quote

// Shift quotes a width around the fair price, moved against the inventory, and
// against the book in the terms that its options have in common:
//
//	center = fair − inventorySkew·inventory − vegaSkew·vega·(book's vega) − deltaSkew·delta·(net delta)
//	bid, ask = center ∓ width/2
type Shift struct {
	Fair
	Width         []float64 // by minute
	InventorySkew float64   // price per contract

	Vega, Delta         []float64 // of the option, by minute
	VegaSkew, DeltaSkew float64
}

// Terms is what the quote is made of, but for what it moves against the book.
func (s *Shift) Terms(minute int) (center, slope, half float64) {
	return s.at(minute), s.InventorySkew, float64(s.Width[minute] / 2)
}

func (s *Shift) Quote(minute int, held Held) Quote {
	center, slope, half := s.Terms(minute)
	center -= float64(slope * held.Inventory)
	if s.VegaSkew != 0 {
		center -= float64(float64(s.VegaSkew*s.Vega[minute]) * held.Vega)
	}
	if s.DeltaSkew != 0 {
		center -= float64(float64(s.DeltaSkew*s.Delta[minute]) * held.Delta)
	}
	return quoteAround(center, half)
}
