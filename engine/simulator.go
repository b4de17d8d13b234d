package engine

import (
	"fmt"
	"math"

	"optmm/engine/hedge"
	"optmm/engine/market"
	"optmm/engine/quote"
)

// Simulator runs a market maker over markets, one run at a time, and reuses its
// buffers from run to run. The zero value is ready; each worker has its own.
type Simulator struct {
	record    Record
	book      book
	makers    []maker
	columns   scratch
	state     hedge.State
	solutions map[quote.Problem]*quote.Solution
}

// Run simulates one run. Each minute, in this order:
//
//  1. observe: the market's minute, its features and the score (made beforehand, from the past alone but for the seed's), and
//     settle the options that expire;
//  2. quote: each model's bid and ask, by what is held as the minute begins, posted as far as limits allow, latency_minutes late;
//  3. fills: of each option two uniforms are drawn whatever happens; a hit ask sells, then a hit bid buys. Where the fills
//     of other options in the same minute have used up a limit, the quote has been pulled, unless it is late;
//  4. hedge: each underlying is traded as the hedge model asks;
//  5. costs: the option fee with each fill, the hedge's cost with each hedge;
//  6. mark everything to the mid and the underlying;
//  7. record.
//
// Nothing is quoted where the market has no good quote, nor from an option's expiry
// on, when its contracts settle to intrinsic value; with the last option on it, the
// shares of an underlying are sold. The params have passed Validate; figures that
// overflow all the same are an error, and so is a P&L that its attribution does not
// add up to.
func (s *Simulator) Run(m *market.Market, p *Params, fillSeed uint64) (Summary, error) {
	out := &s.record
	out.reset(m, p)
	s.columns.lent = 0
	if err := s.makeMakers(m, p, fillSeed); err != nil {
		return Summary{}, err
	}
	hedger, err := hedgeModel(p)
	if err != nil {
		return Summary{}, err
	}
	b := &s.book
	b.open(m, p, s.makers)
	guard := guard{limits: newLimits(p)}
	beforehand := guard.any || readsBook(p)
	pulls := guard.any && m.IsChain() && p.latency() == 0
	size := int32(p.quoteSize())

	for i := range m.Minutes() {
		b.begin(i)
		if beforehand {
			b.weigh(i)
		}
		for j := range s.makers {
			maker := &s.makers[j]
			if maker.idle(i) {
				maker.now = post{Quote: quote.Quote{Bid: maker.series.Mid[i], Ask: maker.series.Mid[i]}}
				continue
			}
			q := maker.decide(i, size, b)
			if guard.any {
				q = guard.cap(b, maker, i, q)
			}
			if maker.late != nil {
				q = maker.delay(i, q)
			}
			if guard.halted {
				q.bidSize, q.askSize = 0, 0
			}
			maker.now = q
		}
		if guard.halted {
			guard.haltedMinutes++
		}

		traded := false
		for j := range s.makers {
			maker, option := &s.makers[j], &out.Options[j]
			bidFills, askFills := int32(0), int32(0)
			if maker.now.bidSize+maker.now.askSize > 0 {
				q := maker.now
				if bidHit, askHit := maker.fills.Hits(i, q.Quote); bidHit || askHit {
					if pulls {
						q = guard.cap(b, maker, i, q)
					}
					bidFills, askFills = maker.filled(i, q, bidHit, askHit)
				}
			}
			if bidFills+askFills > 0 {
				if pulls {
					b.add(maker, i, float64(bidFills-askFills))
				}
				b.buy(maker, -askFills, maker.now.Ask)
				b.buy(maker, bidFills, maker.now.Bid)
				b.under[maker.series.Underlying].filled, traded = true, true
			}
			if math.Abs(maker.inventory) > math.MaxInt32 {
				return Summary{}, fmt.Errorf("inventory at minute %d is %v contracts, more than a run can hold", i, maker.inventory)
			}
			option.Bid[i], option.Ask[i] = maker.now.Bid, maker.now.Ask
			option.BidSize[i], option.AskSize[i] = maker.now.bidSize, maker.now.askSize
			option.BidFills[i], option.AskFills[i] = bidFills, askFills
			option.Inventory[i] = int32(maker.inventory)
		}

		if traded || !beforehand {
			b.weigh(i)
		}
		for u := range b.under {
			s.hedge(hedger, p.HedgeLot, i, u)
		}
		pnl := b.value(i)
		if guard.any {
			guard.watch(b, i, pnl)
		}
		out.Vega[i], out.Theta[i] = b.vega, b.theta
		out.Cash[i], out.OptionFees[i], out.HedgeCosts[i] = b.cash, b.fees, b.hedging
		out.PnL[i] = pnl
	}
	out.Breaches, out.HaltedMinutes, out.InformedFills = guard.breaches, guard.haltedMinutes, 0
	for j := range s.makers {
		out.InformedFills += s.makers[j].byInformed
		out.Options[j].spreads(s.makers[j].width, p.QuoteModel == seedQuotes)
	}
	for _, step := range []func() error{out.total, out.finite, out.attribute} {
		if err := step(); err != nil {
			return Summary{}, err
		}
	}
	summary := out.summarise()
	return summary, summary.finite()
}

// hedge trades an underlying as the model asks, and records it. With no option
// left, nothing is held.
func (s *Simulator) hedge(model hedge.Model, lot float64, minute, u int) {
	b, under := &s.book, &s.book.under[u]
	spot := under.price[minute]
	if under.live < 0 {
		b.hold(u, 0, spot)
	} else {
		state := &s.state
		state.Minute, state.Filled = minute, under.filled
		state.Delta, state.Gamma = under.delta, under.gamma
		state.Shares, state.Spot, state.Discount = b.shares[u], spot, under.discount[minute]
		b.hold(u, hedge.Whole(model.Shares(state), lot), spot)
	}
	h := &s.record.Hedges[u]
	h.Delta[minute], h.Gamma[minute] = under.delta, under.gamma
	h.Shares[minute], h.Error[minute] = b.shares[u], under.delta+b.shares[u]
}

// Record returns the minutes of the last run, valid until the next.
func (s *Simulator) Record() *Record { return &s.record }
