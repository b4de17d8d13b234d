package engine

import (
	"math"
	"slices"

	"optmm/engine/hedge"
	"optmm/engine/market"
	"optmm/engine/quote"
)

// book is everything that is held while a run goes: the options, each by its maker,
// the hedges, and the ledger. Minute by minute it stands in the record.
type book struct {
	ledger
	record *Record
	makers []maker
	under  []exposure // in each underlying
	hedger hedge.Model

	settling []int // the options that expire within the history, by minute
	settled  int   // how many of them have been paid for

	growth []float64 // what cash earns up to each minute since the one before, of itself; nil: nothing is financed

	trades []trade // of the stretch, by minute and then by option; of one option none
	starts []int   // of a stretch's minutes in trades, to sort by

	// Of the minute that weighNow weighed last.
	gross  float64 // contracts held, without sign
	curved float64 // dollar gamma of everything held, as quote.Held has it
}

// trade says that an option was filled in a minute.
type trade struct{ minute, option int32 }

// exposure is what the hedger of an underlying sees, and how long it has something to
// hedge.
type exposure struct {
	hedge.Exposure
	dead     int       // the first minute without an option
	dividend []float64 // of a share by minute; nil where there is none
	discount []float64 // the memory of Discount, where it is of several options
}

func (b *book) open(m *market.Market, p *Params, record *Record, makers []maker, hedger hedge.Model, growth []float64) {
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
	b.under = market.Resize(b.under, len(m.Underlyings))
	for u := range b.under {
		b.expose(m, p, u)
	}
}

// expose readies what the hedger of an underlying sees.
func (b *book) expose(m *market.Market, p *Params, u int) {
	x, h, n := &b.under[u], &b.record.Hedges[u], m.Minutes()
	x.Filled, x.Delta, x.Gamma = market.Resize(x.Filled, n), h.Delta, h.Gamma
	x.Spot, x.dividend, x.Discount, x.Lot, x.dead = m.Underlyings[u].Price, m.Underlyings[u].Dividend, nil, p.HedgeLot, 0
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
		case last > x.dead && x.dead < n: // it takes over from those before it that have settled
			x.discount = market.Resize(x.discount, n)
			copy(x.discount[:x.dead], x.Discount)
			copy(x.discount[x.dead:], maker.series.Discount[x.dead:])
			x.Discount = x.discount
		}
		x.dead = max(x.dead, last)
	}
}

// weigh sums up what is held at the Greeks of the minutes from first to end. The
// sums of a minute go through the options in their order.
func (b *book) weigh(first, end int) {
	r := b.record
	clear(r.Vega[first:end])
	clear(r.Theta[first:end])
	for u := range r.Hedges {
		clear(r.Hedges[u].Delta[first:end])
		clear(r.Hedges[u].Gamma[first:end])
	}
	for j := range b.makers {
		m := &b.makers[j]
		from := max(first, m.holdsFrom())
		if from >= end {
			continue
		}
		h, o := &r.Hedges[m.series.Underlying], m.series
		vega, theta, delta, gamma, held := r.Vega[from:end], r.Theta[from:end], h.Delta[from:end], h.Gamma[from:end], m.out.held[from:end]
		perDelta, perGamma, perVega, perTheta := o.Delta[from:end], o.Gamma[from:end], o.Vega[from:end], o.Theta[from:end]
		for i, n := range held {
			delta[i] += b.worth(n, perDelta[i])
			gamma[i] += b.worth(n, perGamma[i])
			vega[i] += b.worth(n, perVega[i])
			theta[i] += b.worth(n, perTheta[i])
		}
	}
}

// weighOne is weigh of one option, of which nobody asks for the theta.
func (b *book) weighOne(first, end int) {
	r, m, h := b.record, &b.makers[0], &b.record.Hedges[0]
	from := max(first, min(m.holdsFrom(), end))
	for _, column := range [...][]float64{r.Vega, h.Delta, h.Gamma} {
		clear(column[first:from])
	}
	held, o, multiplier := m.out.held[from:end], m.series, b.multiplier
	vega, delta, gamma := r.Vega[from:][:len(held)], h.Delta[from:][:len(held)], h.Gamma[from:][:len(held)]
	perVega, perDelta, perGamma := o.Vega[from:][:len(held)], o.Delta[from:][:len(held)], o.Gamma[from:][:len(held)]
	for i, n := range held { // a sum begins with 0: there is no −0
		delta[i] = 0 + float64(float64(n*perDelta[i])*multiplier)
		gamma[i] = 0 + float64(float64(n*perGamma[i])*multiplier)
		vega[i] = 0 + float64(float64(n*perVega[i])*multiplier)
	}
}

// weighNow is weigh of one minute, by what is held at the moment.
func (b *book) weighNow(minute int) {
	r := b.record
	r.Vega[minute], r.Theta[minute], b.gross, b.curved = 0, 0, 0, 0
	for u := range r.Hedges {
		r.Hedges[u].Delta[minute], r.Hedges[u].Gamma[minute] = 0, 0
	}
	for j := range b.makers {
		m := &b.makers[j]
		n := m.inventory
		if n == 0 {
			continue
		}
		h, o := &r.Hedges[m.series.Underlying], m.series
		h.Delta[minute] += b.worth(n, o.Delta[minute])
		h.Gamma[minute] += b.worth(n, o.Gamma[minute])
		r.Vega[minute] += b.worth(n, o.Vega[minute])
		r.Theta[minute] += b.worth(n, o.Theta[minute])
		b.gross += math.Abs(n)
		if m.curve != nil {
			b.curved += float64(n * m.curve[minute])
		}
	}
}

// add adds contracts of an option to the sums that limits go by.
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

// held is what a quote of an option goes by.
func (b *book) held(m *maker, minute int) quote.Held {
	return quote.Held{
		Inventory: m.inventory, Vega: b.record.Vega[minute] / b.multiplier, Curved: b.curved,
		Delta: b.net(m.series.Underlying, minute) / b.multiplier,
	}
}

// hedge decides the shares of each underlying. With no option left, none are held.
func (b *book) hedge(first, end int) {
	for u := range b.under {
		x, h := &b.under[u], &b.record.Hedges[u]
		alive := max(first, min(end, x.dead))
		b.hedger.Hold(&x.Exposure, h.Shares, first, alive)
		clear(h.Shares[alive:end])
		shares, delta, net := h.Shares[first:end], h.Delta[first:end], h.Error[first:end]
		for i := range net {
			net[i] = delta[i] + shares[i]
		}
	}
}

// sortTrades lists the fills of a stretch in which option was traded after option.
func (b *book) sortTrades(first, end int) {
	starts := market.Resize(b.starts, end-first+1)
	clear(starts)
	for j := range b.makers {
		for _, minute := range b.makers[j].out.fillsFrom(first) {
			starts[int(minute)-first+1]++
		}
	}
	for i := range end - first {
		starts[i+1] += starts[i]
	}
	b.trades = market.Resize(b.trades, starts[end-first])
	for j := range b.makers {
		for _, minute := range b.makers[j].out.fillsFrom(first) {
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
	for u := range b.under {
		if dividend := b.under[u].dividend; dividend != nil {
			received += float64(b.record.Hedges[u].before(minute) * dividend[minute])
		}
	}
	b.receive(received)
}

// account books the minutes from first to end, whose fills are listed in trades. Cash
// flows in the order of a minute's carry, settlements, trades and hedges, each in the
// order of the options or underlyings.
func (b *book) account(first, end int) {
	r, next := b.record, 0
	for i := first; i < end; i++ {
		if b.growth != nil {
			b.finance(i)
		}
		for ; b.settled < len(b.settling) && b.makers[b.settling[b.settled]].series.Expiry == i; b.settled++ {
			m := &b.makers[b.settling[b.settled]]
			b.cash += b.worth(m.settled, m.series.Mid[i])
		}
		for ; next < len(b.trades) && int(b.trades[next].minute) == i; next++ {
			o := &r.Options[b.trades[next].option]
			b.trade(-float64(o.AskFills[i]), o.Ask[i])
			b.trade(float64(o.BidFills[i]), o.Bid[i])
		}
		for u := range r.Hedges {
			h := &r.Hedges[u]
			b.exchange(h.Shares[i]-h.before(i), b.under[u].Spot[i])
		}
		r.Cash[i], r.OptionFees[i], r.HedgeCosts[i], r.Carry[i] = b.cash, b.fees, b.hedging, b.carried
	}
	b.trades = b.trades[:0]
}

// mark marks everything held to the prices of the minutes from first to end.
func (b *book) mark(first, end int) {
	r := b.record
	pnl := r.PnL[first:end]
	copy(pnl, r.Cash[first:end])
	for j := range b.makers {
		m := &b.makers[j]
		from := max(first, m.holdsFrom())
		if from >= end {
			continue
		}
		mid, pnl := m.series.Mid[from:end], pnl[from-first:]
		for i, n := range m.out.held[from:end] {
			pnl[i] += b.worth(n, mid[i])
		}
	}
	for u := range r.Hedges {
		spot := b.under[u].Spot[first:end]
		for i, shares := range r.Hedges[u].Shares[first:end] {
			pnl[i] += float64(shares * spot[i])
		}
	}
}

// markNow is mark of one minute, by what is held at the moment.
func (b *book) markNow(minute int) {
	r := b.record
	value := r.Cash[minute]
	for j := range b.makers {
		if m := &b.makers[j]; m.inventory != 0 {
			value += b.worth(m.inventory, m.series.Mid[minute])
		}
	}
	for u := range r.Hedges {
		value += float64(r.Hedges[u].Shares[minute] * b.under[u].Spot[minute])
	}
	r.PnL[minute] = value
}

// accountOne is account and mark of one option, whose fills cannot be foreseen: it asks
// no minute whether it has any.
func (b *book) accountOne(first, end int) {
	r, m, h, x := b.record, &b.makers[0], &b.record.Hedges[0], &b.under[0]
	mid, spot, held, shares := m.series.Mid[first:end], x.Spot[first:end], m.out.held[first:end], h.Shares[first:end]
	bid, ask, bought, sold := m.out.Bid[first:end], m.out.Ask[first:end], m.out.BidFills[first:end], m.out.AskFills[first:end]
	cashes, pnl := r.Cash[first:end], r.PnL[first:end]
	cash, fees, hedging, before := b.cash, b.fees, b.hedging, h.before(first)
	for i := range pnl {
		if b.growth != nil {
			b.cash = cash
			b.finance(first + i)
			cash = b.cash
			r.Carry[first+i] = b.carried
		}
		if first+i == m.series.Expiry {
			cash += b.worth(m.settled, mid[i])
		}
		asks, bids := float64(sold[i]), float64(bought[i])
		cash += b.worth(asks, ask[i])
		if b.fee != 0 {
			cash, fees = cash-b.feeOf(asks), fees+b.feeOf(asks)
		}
		cash -= b.worth(bids, bid[i])
		if b.fee != 0 {
			cash, fees = cash-b.feeOf(bids), fees+b.feeOf(bids)
		}
		traded := shares[i] - before
		before = shares[i]
		cash -= float64(traded * spot[i])
		if b.costly {
			cost := b.costs.Of(traded, spot[i])
			cash, hedging = cash-cost, hedging+cost
		}
		cashes[i] = cash
		r.OptionFees[first+i], r.HedgeCosts[first+i] = fees, hedging
		pnl[i] = cash + b.worth(held[i], mid[i]) + float64(shares[i]*spot[i])
	}
	b.cash, b.fees, b.hedging = cash, fees, hedging
}
