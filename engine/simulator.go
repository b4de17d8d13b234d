package engine

import (
	"fmt"
	"math"

	"optmm/engine/fill"
	"optmm/engine/hedge"
	"optmm/engine/market"
	"optmm/engine/quote"
	"optmm/engine/random"
)

// Simulator runs a market maker over markets, one run at a time, and reuses its
// buffers from run to run. The zero value is ready; each worker has its own.
type Simulator struct {
	series    Series
	columns   scratch
	width     []float64 // before any skew; nil where the quote model has none
	late      []post
	state     hedge.State
	solutions map[quote.Problem]*quote.Solution

	arrivals, knowledge, sizes draws
	laws                       map[fill.Law]*draws // thresholds of the arrivals
}

// draws are two uniforms a minute, the bid's first, of one seed.
type draws struct {
	values []float64
	seed   uint64
}

// The streams of a fill seed. Each feature has its own, so that runs of one seed
// stay paired whatever the parameters.
const (
	knowledgeStream = 1
	sizesStream     = 2
)

func (d *draws) of(minutes int, seed uint64, keys ...uint32) []float64 {
	if d.renew(minutes, seed) {
		random.NewPCG64(seed, keys...).Floats(d.values)
	}
	return d.values
}

// renew reports whether the draws are of something else and must be made.
func (d *draws) renew(minutes int, seed uint64) bool {
	if len(d.values) == 2*minutes && d.seed == seed {
		return false
	}
	d.values, d.seed = resize(d.values, 2*minutes), seed
	return true
}

// thresholds are the arrivals as a law's thresholds, made once for all runs of a
// seed.
func (s *Simulator) thresholds(law fill.Law, minutes int, seed uint64) []float64 {
	if s.laws == nil {
		s.laws = map[fill.Law]*draws{}
	}
	kept, ok := s.laws[law]
	if !ok {
		kept = &draws{}
		s.laws[law] = kept
	}
	if kept.renew(minutes, seed) {
		law.Thresholds(s.arrivals.of(minutes, seed), kept.values)
	}
	return kept.values
}

// post is a quote with what it is good for; a side of size 0 is not quoted.
type post struct {
	quote.Quote
	bidSize, askSize int32
}

// Run simulates one run. Each minute, in this order:
//
//  1. observe: the market's minute, its features and the score (made beforehand, from the past alone but for the seed's);
//  2. quote: the model's bid and ask, posted as far as limits allow, latency_minutes late;
//  3. fills: two uniforms are drawn whatever happens; a hit ask sells, then a hit bid buys;
//  4. hedge: the underlying is traded as the hedge model asks;
//  5. costs: the option fee with each fill, the hedge's cost with each hedge;
//  6. mark everything to the mid and the underlying;
//  7. record.
//
// At the option's expiry nothing is quoted: contracts settle to intrinsic value
// and shares are sold. The params have passed Validate; figures that overflow all
// the same are an error, and so is a P&L that its attribution does not add up to.
func (s *Simulator) Run(m *market.Market, p *Params, fillSeed uint64) (Summary, error) {
	n := m.Minutes()
	option := &m.Series[0]
	out := &s.series
	out.reset(m, p)
	s.columns.lent = 0
	model, err := s.chooseModels(m, p, fillSeed)
	if err != nil {
		return Summary{}, err
	}
	take := taker{informed: model.informed, orders: model.orders}
	if model.informed != nil {
		take.knowledge = s.knowledge.of(n, fillSeed, knowledgeStream)
	}
	if model.orders != nil {
		take.sizes = s.sizes.of(n, fillSeed, sizesStream)
	}
	guard := newGuard(p, option)
	if s.late = nil; p.LatencyMinutes > 0 && model.posting != nil {
		s.late = make([]post, p.LatencyMinutes+1)
	}
	size := int32(p.quoteSize())
	state := &s.state
	book := newLedger(p, option.Mid[0])

	for i := range n {
		q := post{Quote: model.quotes.Quote(i, book.inventory), bidSize: size, askSize: size}
		if model.posting != nil {
			q.Quote = model.posting.Post(i, q.Quote)
			if q.Bid <= 0 {
				q.bidSize = 0
			}
			if q.Ask <= 0 {
				q.askSize = 0
			}
		}
		if guard.any {
			q = guard.cap(i, q, &book)
		}
		if s.late != nil {
			s.late[i%len(s.late)] = q
			if q.bidSize, q.askSize = 0, 0; i >= p.LatencyMinutes {
				q = s.late[(i+1)%len(s.late)]
			}
		}
		if guard.halted {
			guard.haltedMinutes++
			q.bidSize, q.askSize = 0, 0
		}
		settled := option.Expiry >= 0 && i >= option.Expiry
		if settled {
			q.bidSize, q.askSize = 0, 0
		}

		bidHit, askHit := model.fills.Hits(i, q.Quote)
		bidFills, askFills := int32(0), int32(0)
		if askHit {
			askFills = q.askSize
		}
		if bidHit {
			bidFills = q.bidSize
		}
		if bidFills+askFills > 0 && take.chooses() {
			bidFills, askFills = take.of(i, q.Quote, bidFills, askFills)
		}
		book.buyOption(-askFills, q.Ask)
		book.buyOption(bidFills, q.Bid)
		if settled {
			book.settle(option.Mid[i])
		}

		spot := m.Underlying[i]
		delta := float64(float64(book.inventory*option.Delta[i]) * p.Multiplier)
		if settled {
			book.holdShares(0, spot)
		} else {
			state.Minute, state.Filled = i, bidFills+askFills > 0
			state.Delta, state.Gamma = delta, float64(float64(book.inventory*option.Gamma[i])*p.Multiplier)
			state.Shares, state.Spot, state.Discount = book.shares, spot, option.Discount[i]
			book.holdShares(hedge.Whole(model.hedger.Shares(state), p.HedgeLot), spot)
		}

		if math.Abs(book.inventory) > math.MaxInt32 {
			return Summary{}, fmt.Errorf("inventory at minute %d is %v contracts, more than a run can hold", i, book.inventory)
		}
		pnl := book.value(option.Mid[i], spot)
		if guard.any {
			guard.watch(i, &book, pnl)
		}
		out.Bid[i], out.Ask[i] = q.Bid, q.Ask
		out.BidSize[i], out.AskSize[i] = q.bidSize, q.askSize
		out.BidFills[i], out.AskFills[i] = bidFills, askFills
		out.Inventory[i] = int32(book.inventory)
		out.Shares[i], out.Cash[i] = book.shares, book.cash
		out.OptionFees[i], out.HedgeCosts[i] = book.fees, book.hedging
		out.PnL[i] = pnl
		out.HedgeError[i] = delta + book.shares
	}
	out.Breaches, out.HaltedMinutes, out.InformedFills = guard.breaches, guard.haltedMinutes, take.byInformed
	out.spreads(s.width, p.QuoteModel == seedQuotes)
	if err := out.finite(); err != nil {
		return Summary{}, err
	}
	if err := out.attribute(); err != nil {
		return Summary{}, err
	}
	summary := out.summarise()
	return summary, summary.finite()
}

// Series returns the minutes of the last run, valid until the next.
func (s *Simulator) Series() *Series { return &s.series }

// taker decides what becomes of an order that reached the quote, where orders
// are informed or have a size of their own.
type taker struct {
	informed         *fill.Informed
	orders           *fill.Orders
	knowledge, sizes []float64 // uniforms, the bid's first in each minute
	byInformed       int       // contracts that the informed traded
}

func (t *taker) chooses() bool { return t.informed != nil || t.orders != nil }

// of returns the contracts that trade of those that were reached.
func (t *taker) of(minute int, q quote.Quote, bid, ask int32) (bidFills, askFills int32) {
	if t.orders != nil {
		bid, ask = t.orders.Contracts(t.sizes[2*minute], bid), t.orders.Contracts(t.sizes[2*minute+1], ask)
	}
	if t.informed == nil {
		return bid, ask
	}
	bidInformed, bidTrades := t.informed.Sells(minute, t.knowledge[2*minute], q.Bid)
	askInformed, askTrades := t.informed.Buys(minute, t.knowledge[2*minute+1], q.Ask)
	if !bidTrades {
		bid = 0
	}
	if !askTrades {
		ask = 0
	}
	if bidInformed {
		t.byInformed += int(bid)
	}
	if askInformed {
		t.byInformed += int(ask)
	}
	return bid, ask
}
