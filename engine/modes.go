package engine

import (
	"math"

	"optmm/engine/market"
)

// The minutes of a run are taken in one of three modes. They do the same arithmetic and
// come to the same bits (TestBlocksAreMinutes); which one is taken is only a matter of
// speed:
//
//	block    no quote and no limit depends on the book: each step is taken for all minutes
//	         before the next step
//	single   block of one option, with the loops joined
//	minute   quotes or limits depend on the book: all steps of a minute before the next
//
// Here are the steps that have a function for each mode: aggregate Greeks, account, mark,
// and watch limits.

// aggregateBlock sums up what is held at the Greeks of the minutes from first to end. The
// sums of a minute go through the options in their order.
func (b *book) aggregateBlock(first, end int) {
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
		vega, theta, delta, gamma, held := r.Vega[from:end], r.Theta[from:end], h.Delta[from:end], h.Gamma[from:end], m.out.Held[from:end]
		perDelta, perGamma, perVega, perTheta := o.Delta[from:end], o.Gamma[from:end], o.Vega[from:end], o.Theta[from:end]
		for i, n := range held {
			delta[i] += b.worth(n, perDelta[i])
			gamma[i] += b.worth(n, perGamma[i])
			vega[i] += b.worth(n, perVega[i])
			theta[i] += b.worth(n, perTheta[i])
		}
	}
}

// aggregateSingle is aggregateBlock of one option, whose theta is not used.
func (b *book) aggregateSingle(first, end int) {
	r, m, h := b.record, &b.makers[0], &b.record.Hedges[0]
	from := max(first, min(m.holdsFrom(), end))
	for _, column := range [...][]float64{r.Vega, h.Delta, h.Gamma} {
		clear(column[first:from])
	}
	held, o, multiplier := m.out.Held[from:end], m.series, b.multiplier
	vega, delta, gamma := r.Vega[from:][:len(held)], h.Delta[from:][:len(held)], h.Gamma[from:][:len(held)]
	perVega, perDelta, perGamma := o.Vega[from:][:len(held)], o.Delta[from:][:len(held)], o.Gamma[from:][:len(held)]
	for i, n := range held { // a sum begins with 0: there is no −0
		delta[i] = 0 + float64(float64(n*perDelta[i])*multiplier)
		gamma[i] = 0 + float64(float64(n*perGamma[i])*multiplier)
		vega[i] = 0 + float64(float64(n*perVega[i])*multiplier)
	}
}

// aggregateMinute is aggregateBlock of one minute, by what is held at the moment.
func (b *book) aggregateMinute(minute int) {
	r := b.record
	r.Vega[minute], r.Theta[minute], b.gross, b.dollarGamma = 0, 0, 0, 0
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
		if m.dollarGamma != nil {
			b.dollarGamma += float64(n * m.dollarGamma[minute])
		}
	}
}

// accountBlock books the minutes from first to end, whose fills are listed in trades. Cash
// flows in the order of a minute's carry, settlements, trades and hedges, each in the
// order of the options or underlyings.
func (b *book) accountBlock(first, end int) {
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
			b.exchange(h.Shares[i]-h.Before(i), b.exposures[u].Spot[i])
		}
		r.Cash[i], r.OptionFees[i], r.HedgeCosts[i], r.Carry[i] = b.cash, b.fees, b.hedging, b.carried
	}
	b.trades = b.trades[:0]
}

// accountAndMarkSingle is accountBlock and markBlock of one option, whose fills are not known
// beforehand: it asks no minute whether it has any.
func (b *book) accountAndMarkSingle(first, end int) {
	r, m, h, x := b.record, &b.makers[0], &b.record.Hedges[0], &b.exposures[0]
	mid, spot, held, shares := m.series.Mid[first:end], x.Spot[first:end], m.out.Held[first:end], h.Shares[first:end]
	bid, ask, bought, sold := m.out.Bid[first:end], m.out.Ask[first:end], m.out.BidFills[first:end], m.out.AskFills[first:end]
	cashes, pnl := r.Cash[first:end], r.PnL[first:end]
	cash, fees, hedging, before := b.cash, b.fees, b.hedging, h.Before(first)
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

// markBlock marks everything held to the prices of the minutes from first to end.
func (b *book) markBlock(first, end int) {
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
		for i, n := range m.out.Held[from:end] {
			pnl[i] += b.worth(n, mid[i])
		}
	}
	for u := range r.Hedges {
		spot := b.exposures[u].Spot[first:end]
		for i, shares := range r.Hedges[u].Shares[first:end] {
			pnl[i] += float64(shares * spot[i])
		}
	}
}

// markMinute is markBlock of one minute, by what is held at the moment.
func (b *book) markMinute(minute int) {
	r := b.record
	value := r.Cash[minute]
	for j := range b.makers {
		if m := &b.makers[j]; m.inventory != 0 {
			value += b.worth(m.inventory, m.series.Mid[minute])
		}
	}
	for u := range r.Hedges {
		value += float64(r.Hedges[u].Shares[minute] * b.exposures[u].Spot[minute])
	}
	r.PnL[minute] = value
}

// watchBlock counts the minutes from first to end that end beyond a limit of an option,
// where there are no others: moving prices or a late quote can take what is held there.
func (g *guard) watchBlock(b *book, first, end int) {
	broken := market.Resize(g.broken, end-first)
	clear(broken)
	for j := range b.makers {
		m := &b.makers[j]
		for i := max(0, m.holdsFrom()-first); i < len(broken); i++ {
			broken[i] = broken[i] || g.beyond(b, m, first+i, m.out.Held[first+i])
		}
	}
	for _, beyond := range broken {
		if beyond {
			g.breaches++
		}
	}
	g.broken = broken
}

// watchMinute is watch of one minute and of every limit, by what is held at the moment.
func (g *guard) watchMinute(b *book, minute int) {
	lost := b.record.PnL[minute] <= -g.loss
	if g.any() && (lost || g.brokenAt(b, minute)) {
		g.breaches++
	}
	g.halted = g.halted || lost
}
