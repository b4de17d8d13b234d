package engine

import (
	"slices"

	"optmm/engine/account"
	"optmm/engine/hedge"
	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/engine/quote"
)

// book is everything that is held while a run goes: the options, each by its maker,
// the hedges, and the ledger. The record has it minute by minute.
type book struct {
	ledger
	record    *account.Record
	makers    []maker
	exposures []exposure // in each underlying
	hedger    hedge.Model

	settling []int // the options that expire within the history, by minute
	settled  int   // how many of them have been paid for

	growth []float64 // what cash earns up to each minute since the one before, of itself; nil: nothing is financed

	trades []trade // of the block, by minute and then by option; of one option none
	starts []int   // of a block's minutes in trades, to sort by

	// Of the minute that aggregateMinute looked at last.
	gross       float64 // contracts held, without sign
	dollarGamma float64 // dollar gamma of everything held, as quote.Held has it
}

// trade says that an option was filled in a minute.
type trade struct{ minute, option int32 }

// exposure is what the hedger of an underlying sees, and how long it has something to
// hedge.
type exposure struct {
	hedge.Exposure
	liveUntil int       // the first minute without an option
	dividend  []float64 // of a share by minute; nil where there is none
	discount  []float64 // the memory of Discount, where it is of several options
}

func (b *book) open(m *market.Market, p *param.Params, record *account.Record, makers []maker, hedger hedge.Model, growth []float64) {
	b.ledger, b.record, b.makers, b.hedger = newLedger(p), record, makers, hedger
	b.settling, b.settled, b.trades, b.growth = b.settling[:0], 0, b.trades[:0], growth
	for j := len(makers) - 1; j >= 0; j-- {
		maker := &makers[j]
		b.cash -= b.worth(maker.inventory, maker.series.Mid[0])
	}
	for j := range makers {
		if makers[j].series.Expiry >= 0 {
			b.settling = append(b.settling, j)
		}
	}
	slices.SortStableFunc(b.settling, func(j, k int) int { return makers[j].series.Expiry - makers[k].series.Expiry })
	b.exposures = market.Resize(b.exposures, len(m.Underlyings))
	for u := range b.exposures {
		b.expose(m, p, u)
	}
}

// expose readies what the hedger of an underlying sees.
func (b *book) expose(m *market.Market, p *param.Params, u int) {
	x, h, n := &b.exposures[u], &b.record.Hedges[u], m.Minutes()
	x.Filled, x.Delta, x.Gamma = market.Resize(x.Filled, n), h.Delta, h.Gamma
	x.Spot, x.dividend, x.Discount, x.Lot, x.liveUntil = m.Underlyings[u].Price, m.Underlyings[u].Dividend, nil, p.HedgeLot, 0
	clear(x.Filled)
	for j := range b.makers {
		maker := &b.makers[j]
		if maker.series.Underlying != u {
			continue
		}
		maker.traded = x.Filled
		last := n
		if maker.series.Expiry >= 0 {
			last = maker.series.Expiry
		}
		switch {
		case x.Discount == nil:
			x.Discount = maker.series.Discount
		case last > x.liveUntil && x.liveUntil < n: // it takes over from those before it that have settled
			x.discount = market.Resize(x.discount, n)
			copy(x.discount[:x.liveUntil], x.Discount)
			copy(x.discount[x.liveUntil:], maker.series.Discount[x.liveUntil:])
			x.Discount = x.discount
		}
		x.liveUntil = max(x.liveUntil, last)
	}
}

// add adds contracts of an option to the sums that limits are held against.
func (b *book) add(m *maker, minute int, contracts float64) {
	r, s := b.record, m.series
	h := &r.Hedges[s.Underlying]
	size := float64(contracts * b.multiplier)
	h.Delta[minute] += float64(size * s.Delta[minute])
	h.Gamma[minute] += float64(size * s.Gamma[minute])
	b.gross += m.moreGross(contracts)
	r.Vega[minute] += float64(size * s.Vega[minute])
}

// net is the delta of an underlying's options and of its hedge as a minute begins.
func (b *book) net(u, minute int) float64 {
	h := &b.record.Hedges[u]
	if minute == 0 {
		return h.Delta[0]
	}
	return h.Delta[minute] + h.Shares[minute-1]
}

// held is what a quote of an option depends on.
func (b *book) held(m *maker, minute int) quote.Held {
	return quote.Held{
		Inventory: m.inventory, Vega: b.record.Vega[minute] / b.multiplier, DollarGamma: b.dollarGamma,
		Delta: b.net(m.series.Underlying, minute) / b.multiplier,
	}
}

// hedge decides the shares of each underlying. With no option left, none are held.
func (b *book) hedge(first, end int) {
	for u := range b.exposures {
		x, h := &b.exposures[u], &b.record.Hedges[u]
		alive := max(first, min(end, x.liveUntil))
		b.hedger.Hold(&x.Exposure, h.Shares, first, alive)
		clear(h.Shares[alive:end])
		shares, delta, net := h.Shares[first:end], h.Delta[first:end], h.Error[first:end]
		for i := range net {
			net[i] = delta[i] + shares[i]
		}
	}
}

// sortTrades lists the fills of a block in which option was traded after option.
func (b *book) sortTrades(first, end int) {
	starts := market.Resize(b.starts, end-first+1)
	clear(starts)
	for j := range b.makers {
		for _, minute := range b.makers[j].out.FillsFrom(first) {
			starts[int(minute)-first+1]++
		}
	}
	for i := range end - first {
		starts[i+1] += starts[i]
	}
	b.trades = market.Resize(b.trades, starts[end-first])
	for j := range b.makers {
		for _, minute := range b.makers[j].out.FillsFrom(first) {
			at := &starts[int(minute)-first]
			b.trades[*at] = trade{minute, int32(j)}
			*at++
		}
	}
	b.starts = starts
}

// finance receives what cash and shares held since the minute before have earned.
func (b *book) finance(minute int) {
	received := float64(b.cash * b.growth[minute])
	for u := range b.exposures {
		if dividend := b.exposures[u].dividend; dividend != nil {
			received += float64(b.record.Hedges[u].Before(minute) * dividend[minute])
		}
	}
	b.receive(received)
}
