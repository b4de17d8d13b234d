// Package fill decides who trades with the market maker: a Model, one file each,
// says which sides are hit, by a law or by recorded Trades, Informed who of them knows better,
// and Orders how much they want.
package fill

import "optmm/engine/quote"

// Model says which sides of a quote are hit within a minute. A model is made for one run: it
// knows its market, its parameters and the run's uniforms, two for each arrival and the bid's
// first, whatever becomes of them. Each minute of time has one arrival, whose number is the
// minute's where the entries of the market are minutes.
type Model interface {
	Hits(minute, arrival int, q quote.Quote) (bid, ask bool)
}

// None never fills.
type None struct{}

func (None) Hits(int, int, quote.Quote) (bid, ask bool) { return false, false }
