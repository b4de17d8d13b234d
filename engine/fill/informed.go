package fill

// Informed is the share of the orders whose sender knows the mid some minutes
// ahead and trades only where that pays (after Glosten and Milgrom 1985): they
// buy at the ask if the mid will be above it, and sell at the bid if it will be
// below. The rest trade whatever comes, so where trading does not pay a side sees
// 1 − Share of the orders (Law.Thinned).
type Informed struct {
	Share   float64   // of the orders, 0 to 1
	Entries int       // of Mid that they see ahead; at most to the last
	Mid     []float64 // by minute
}

// Sells reports whether it pays the informed to sell at the bid.
func (f *Informed) Sells(minute int, bid float64) bool { return f.ahead(minute) < bid }

// Buys reports whether it pays the informed to buy at the ask.
func (f *Informed) Buys(minute int, ask float64) bool { return f.ahead(minute) > ask }

// Sent reports whether the order that filled a side where trading pays the informed,
// and that draws u, is one of theirs: of the orders that come, any is with probability
// Share, whichever is first.
func (f *Informed) Sent(u float64) bool { return u < f.Share }

func (f *Informed) ahead(minute int) float64 {
	return f.Mid[min(minute+f.Entries, len(f.Mid)-1)]
}
