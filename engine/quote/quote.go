// Package quote decides the bid and the ask: a Model, one file each. Posting turns
// what a realistic model wants into what can be posted.
package quote

// Quote is what the market maker shows for one minute, in price units.
type Quote struct {
	Bid, Ask float64
}

// Model quotes minute by minute, from what is known at that minute. A model is
// made for one run: it knows its market and its parameters. Inventory is in
// contracts, before the minute.
type Model interface {
	Quote(minute int, inventory float64) Quote
}

// Fair is what the realistic models quote around: the anchor, shifted by the
// score,
//
//	anchor · (1 + shift·score)
type Fair struct {
	Anchor, Score []float64 // by minute
	Shift         float64   // share of the anchor per unit of score
}

func (f *Fair) at(minute int) float64 {
	anchor := f.Anchor[minute]
	return anchor + float64(float64(f.Shift*f.Score[minute])*anchor)
}

func around(centre, half float64) Quote { return Quote{Bid: centre - half, Ask: centre + half} }
