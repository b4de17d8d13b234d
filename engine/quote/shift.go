package quote

// Shift quotes a width around the fair price, moved against the inventory:
//
//	centre = fair − inventorySkew·inventory,  bid, ask = centre ∓ width/2
type Shift struct {
	Fair
	Width         []float64 // by minute
	InventorySkew float64   // price per contract
}

func (s *Shift) Quote(minute int, inventory float64) Quote {
	centre := s.at(minute) - float64(s.InventorySkew*inventory)
	return around(centre, float64(s.Width[minute]/2))
}
