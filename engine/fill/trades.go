package fill

import (
	"math"

	"optmm/engine/market"
	"optmm/engine/quote"
)

// Trades fills a quote by what really printed in the minute after it: a recorded trade below
// the bid would have come to it, and so would one above the ask; of what printed at the quote's
// own price it has the share of its position in the queue. Nothing is drawn. That our own size
// changes what others do is left out.
type Trades struct {
	Prints *market.Prints
	Share  float64 // of what printed at the price: 1 in front of the queue, 0 at its back
}

// samePrice is how far two prices that are meant to be equal are apart at most, price units.
const samePrice = 1e-9

// Hits reports whether some contract would trade.
func (t *Trades) Hits(_, arrival int, q quote.Quote) (bid, ask bool) {
	bought, sold := t.Contracts(arrival, q)
	return bought > 0, sold > 0
}

// Contracts returns how many contracts of the prints of an arrival a bid and an ask would have
// traded.
func (t *Trades) Contracts(arrival int, q quote.Quote) (bid, ask int32) {
	var below, above, atBid, atAsk float64
	first, end := t.Prints.Of(arrival)
	for i := first; i < end; i++ {
		price, size := t.Prints.Price[i], float64(t.Prints.Size[i])
		switch {
		case price < q.Bid-samePrice:
			below += size
		case price <= q.Bid+samePrice:
			atBid += size
		}
		switch {
		case price > q.Ask+samePrice:
			above += size
		case price >= q.Ask-samePrice:
			atAsk += size
		}
	}
	return contracts(below + math.Floor(float64(t.Share*atBid)+samePrice)), contracts(above + math.Floor(float64(t.Share*atAsk)+samePrice))
}

func contracts(x float64) int32 { return int32(min(x, math.MaxInt32/2)) }
