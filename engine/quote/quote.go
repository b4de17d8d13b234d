// Package quote decides the bid and the ask: a Model, one file each.
package quote

// Quote is what the market maker shows for one minute, in price units.
type Quote struct {
	Bid, Ask float64
}

// Model quotes minute by minute. A model is made for one run: it knows its
// market and its parameters. Inventory is in contracts, before the minute.
type Model interface {
	Quote(minute int, inventory float64) Quote
}
