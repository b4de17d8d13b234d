// Package fill decides who trades with the market maker: a Model, one file each.
package fill

import "optmm/engine/quote"

// Model gives the probability that each side of a quote is hit within the
// minute. A model is made for one run: it knows its market and its parameters.
type Model interface {
	Probabilities(minute int, q quote.Quote) (bid, ask float64)
}
