// Package fill decides who trades with the market maker: a Model, one file each,
// says which sides are hit, Informed who of them knows better, and Orders
// how much they want.
package fill

import "optmm/engine/quote"

// Model says which sides of a quote are hit within the minute. A model is made
// for one run: it knows its market, its parameters and the run's uniforms, two a
// minute and the bid's first, whatever becomes of them.
type Model interface {
	Hits(minute int, q quote.Quote) (bid, ask bool)
}

// None never fills.
type None struct{}

func (None) Hits(int, quote.Quote) (bid, ask bool) { return false, false }
