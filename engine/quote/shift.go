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

// term is without what the quote moves against the book.
func (s *Shift) term(minute int) Term {
	return Term{s.at(minute), s.InventorySkew, float64(s.Width[minute] / 2)}
}

// Terms sets the terms of the minutes from first on.
func (s *Shift) Terms(first int, terms []Term) {
	for i := range terms {
		terms[i] = s.term(first + i)
	}
}

func (s *Shift) Quote(minute int, held Held) Quote {
	t := s.term(minute)
	center := t.Center - float64(t.Slope*held.Inventory)
	if s.VegaSkew != 0 {
		center -= float64(float64(s.VegaSkew*s.Vega[minute]) * held.Vega)
	}
	if s.DeltaSkew != 0 {
		center -= float64(float64(s.DeltaSkew*s.Delta[minute]) * held.Delta)
	}
	return quoteAround(center, t.Half)
}
