package fill

// Informed is the share of the orders whose sender knows the mid some minutes
// ahead and trades only where that pays (after Glosten and Milgrom 1985): they
// buy at the ask if the mid will be above it, and sell at the bid if it will be
// below. The rest trade whatever comes.
type Informed struct {
	Share   float64   // of the orders, 0 to 1
	Minutes int       // they see ahead; at most to the last minute
	Mid     []float64 // by minute
}

// Sells reports whether an order that draws u hits the bid.
func (f *Informed) Sells(minute int, u, bid float64) (informed, trades bool) {
	if u >= f.Share {
		return false, true
	}
	return true, f.ahead(minute) < bid
}

// Buys reports whether an order that draws u lifts the ask.
func (f *Informed) Buys(minute int, u, ask float64) (informed, trades bool) {
	if u >= f.Share {
		return false, true
	}
	return true, f.ahead(minute) > ask
}

func (f *Informed) ahead(minute int) float64 {
	return f.Mid[min(minute+f.Minutes, len(f.Mid)-1)]
}
