// Package fill decides who trades with the market maker: a Model, one file each,
// says how likely each side is hit, Informed who of them knows better, and Orders
// how much they want.
package fill

import "optmm/engine/quote"

// Model gives the probability that each side of a quote is hit within the
// minute. A model is made for one run: it knows its market and its parameters.
type Model interface {
	Probabilities(minute int, q quote.Quote) (bid, ask float64)
}

// None never fills.
type None struct{}

func (None) Probabilities(int, quote.Quote) (bid, ask float64) { return 0, 0 }

// Distance measures how far a posted quote stands from the market: below its mid
// or its bid for the bid, above its mid or its ask for the ask; negative inside.
type Distance struct {
	Mid   []float64 // by minute
	Width []float64 // of the market's quote, which measures from its bid and ask; nil measures from the mid
	Scale []float64 // price units that count as one, by minute; nil is one throughout
}

func (d *Distance) of(minute int, q quote.Quote) (bid, ask float64) {
	mid := d.Mid[minute]
	bid, ask = mid-q.Bid, q.Ask-mid
	if d.Width != nil {
		half := float64(d.Width[minute] / 2)
		bid, ask = bid-half, ask-half
	}
	if d.Scale != nil {
		bid, ask = bid/d.Scale[minute], ask/d.Scale[minute]
	}
	return bid, ask
}
