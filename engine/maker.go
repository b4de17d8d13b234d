package engine

import (
	"fmt"
	"math"

	"optmm/engine/account"
	"optmm/engine/fill"
	"optmm/engine/lanes"
	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/engine/quote"
	"optmm/engine/random"
)

// maker makes the market in one option. It is kept from run to run for its draws.
type maker struct {
	series *market.Series
	out    *account.OptionRecord
	traded []bool // by minute, whether its underlying's options had a fill; shared with them
	models
	kept        modelMemory
	width       []float64 // before any skew; nil where the quote model has none
	dollarGamma []float64 // dollar gamma of a contract, by minute; nil where no model asks for the book's
	vol         []float64 // σ by minute, price units per square-root minute; nil until a quote model asks for it
	scale       []float64 // price units that count as one, by minute; nil is one throughout
	size        int32     // contracts a side, where limits allow it
	step        int       // minutes of an entry of the market, each with an arrival of orders

	opening    float64 // contracts held before the first minute
	inventory  float64 // contracts
	settled    float64 // contracts that were settled at expiry
	now        post
	late       []post // on their way; nil where none is
	lateMemory []post

	index            int
	knowledge, sizes draws
	laws             map[fill.ArrivalLaw]*draws // the arrivals, as a law's thresholds
}

// post is a quote with what it is good for; a side of size 0 is not quoted.
type post struct {
	quote.Quote
	bidSize, askSize int32
}

// open readies the maker for a run on an option of a market.
func (m *maker) open(history *market.Market, index int, out *account.OptionRecord, p *param.Params) {
	m.series, m.out, m.index, m.step = &history.Series[index], out, index, history.StepMinutes()
	m.width, m.vol, m.dollarGamma, m.late = nil, nil, nil, nil
	m.opening = float64(p.OpeningInventory)
	m.size, m.inventory, m.settled = int32(p.ContractsPerSide()), m.opening, 0
	if latency := history.Steps(p.Latency()); latency > 0 {
		m.late = market.Resize(m.lateMemory, latency+1)
		clear(m.late)
		m.lateMemory = m.late
	}
}

// holdsFrom returns the first minute after which contracts may have been held.
func (m *maker) holdsFrom() int {
	switch {
	case m.opening != 0:
		return 0
	case len(m.out.FillMinutes) > 0:
		return int(m.out.FillMinutes[0])
	}
	return math.MaxInt
}

// trade settles, quotes and fills the minutes from first to end, one after another
// or, where the models know beforehand, all at once.
func (m *maker) trade(g *guard, b *book, first, end int) error {
	from := first
	if m.vectorizable {
		from = m.schedule(first, end)
	}
	for i := from; i < end; i++ {
		m.settle(i)
		m.quote(g, b, i)
		if _, err := m.fill(g, b, i); err != nil {
			return err
		}
	}
	m.carry(from, end)
	return nil
}

// carry records what was held after the minutes from first to end. It is done for
// many minutes at once, since a minute of many options is many places in memory.
func (m *maker) carry(first, end int) {
	o, held := m.out, m.opening
	if first > 0 {
		held = o.Held[first-1]
	}
	fills := o.FillsFrom(first)
	for i := first; i < end; i++ {
		if len(fills) > 0 && int(fills[0]) == i {
			held += float64(o.BidFills[i] - o.AskFills[i])
			fills = fills[1:]
		}
		if i == m.series.Expiry {
			held = 0
		}
		o.Held[i], o.Inventory[i] = held, int32(held)
	}
}

// settle turns the contracts of an option that expires at a minute into cash at its
// mid, the intrinsic value.
func (m *maker) settle(minute int) {
	if m.series.Expiry == minute && m.inventory != 0 {
		m.settled, m.inventory = m.inventory, 0
		m.traded[minute] = true // its hedge has nothing to hedge any more
	}
}

// idle reports whether there is nothing to quote by: the option has settled, or the
// market has no good quote. A quote on its way is withdrawn then.
func (m *maker) idle(minute int) bool {
	if expiry := m.series.Expiry; expiry >= 0 && minute >= expiry {
		return true
	}
	if m.series.Quotable == nil || m.series.Quotable[minute] {
		return false
	}
	clear(m.late)
	return true
}

// quote decides what is posted in a minute.
func (m *maker) quote(g *guard, b *book, minute int) {
	if m.idle(minute) {
		mid := m.series.Mid[minute]
		m.now = post{Quote: quote.Quote{Bid: mid, Ask: mid}}
		return
	}
	held := quote.Held{Inventory: m.inventory}
	if m.readsBook {
		held = b.held(m, minute)
	}
	q := post{Quote: m.quotes.Quote(minute, held), bidSize: m.size, askSize: m.size}
	if m.posting != nil {
		q.Quote = m.posting.Post(minute, q.Quote)
		if q.Bid <= 0 {
			q.bidSize = 0
		}
		if q.Ask <= 0 {
			q.askSize = 0
		}
	}
	if g.any() {
		q = g.cap(b, m, minute, q)
	}
	if m.late != nil {
		q = m.delay(minute, q)
	}
	if g.halted {
		q.bidSize, q.askSize = 0, 0
	}
	m.now = q
}

// fill trades what a minute's orders hit, and records it; carry records what is held.
func (m *maker) fill(g *guard, b *book, minute int) (filled bool, err error) {
	bidFills, askFills := int32(0), int32(0)
	if m.now.bidSize+m.now.askSize > 0 {
		for arrival := minute * m.step; arrival < (minute+1)*m.step; arrival++ {
			bought, sold := m.arrive(g, b, minute, arrival)
			bidFills, askFills = bidFills+bought, askFills+sold
		}
	}
	o := m.out
	if filled = bidFills+askFills > 0; filled {
		m.traded[minute] = true
		o.FillMinutes = append(o.FillMinutes, int32(minute))
		o.BidFills[minute], o.AskFills[minute] = bidFills, askFills
		if math.Abs(m.inventory) > math.MaxInt32 {
			return false, fmt.Errorf("inventory at minute %d is %v contracts, more than a run can hold", minute, m.inventory)
		}
	}
	o.Bid[minute], o.Ask[minute] = m.now.Bid, m.now.Ask
	o.BidSize[minute], o.AskSize[minute] = m.now.bidSize, m.now.askSize
	return filled, nil
}

// arrive trades what the orders of one arrival hit.
func (m *maker) arrive(g *guard, b *book, minute, arrival int) (bought, sold int32) {
	q := m.now
	bidHit, askHit := m.fills.Hits(minute, arrival, q.Quote)
	if !bidHit && !askHit {
		return 0, 0
	}
	if g.cancelsWithinMinute {
		q = g.cap(b, m, minute, q)
	}
	bought, sold = m.filled(minute, arrival, q, bidHit, askHit)
	if g.cancelsWithinMinute && bought+sold > 0 {
		b.add(m, minute, float64(bought-sold))
	}
	m.inventory += float64(bought - sold)
	return bought, sold
}

// schedule trades the minutes from first to the end of quoting at once: the quotes
// are in the record, and what is held changes neither them nor the fills. It
// returns the first minute that it has not traded.
func (m *maker) schedule(first, end int) int {
	if m.series.Expiry >= 0 {
		end = max(first, min(end, m.series.Expiry))
	}
	o := m.out
	bidFills, askFills := o.BidFills[first:end], o.AskFills[first:end]
	m.fills.(*fill.Seed).Fills(first, m.size, bidFills, askFills)
	constant(o.BidSize[first:end], m.size)
	constant(o.AskSize[first:end], m.size)
	inventories, held := o.Inventory[first:end], o.Held[first:end]
	inventory, count := int32(m.inventory), len(o.FillMinutes)
	fills := market.Resize(o.FillMinutes, count+end-first+1) // one more than there can be: the next is written before it is known to count
	for i := range held {
		bids, asks := bidFills[i], askFills[i]
		inventory += bids - asks
		inventories[i], held[i] = inventory, float64(inventory)
		fills[count] = int32(first + i)
		if bids|asks != 0 {
			count++
		}
	}
	for _, minute := range fills[len(o.FillMinutes):count] {
		m.traded[minute] = true
	}
	o.FillMinutes, m.inventory = fills[:count], float64(inventory)
	return end
}

// constant fills a column with one number.
func constant(column []int32, x int32) {
	for done := copy(column, []int32{x}); done > 0 && done < len(column); done *= 2 {
		copy(column[done:], column[:done])
	}
}

// moreGross is what further contracts add to the contracts held without sign.
func (m *maker) moreGross(contracts float64) float64 {
	return math.Abs(m.inventory+contracts) - math.Abs(m.inventory)
}

// delay keeps a quote on its way and returns the one that arrives. Before the first
// arrives nothing is posted.
func (m *maker) delay(minute int, q post) post {
	m.late[minute%len(m.late)] = q
	if arrived := m.late[(minute+1)%len(m.late)]; arrived != (post{}) {
		return arrived
	}
	q.bidSize, q.askSize = 0, 0
	return q
}

// filled returns the contracts that trade of the sides that were reached.
func (m *maker) filled(minute, arrival int, q post, bidHit, askHit bool) (bid, ask int32) {
	if bidHit {
		bid = q.bidSize
	}
	if askHit {
		ask = q.askSize
	}
	if m.trades != nil {
		bought, sold := m.trades.Contracts(arrival, q.Quote)
		return min(bid, bought), min(ask, sold)
	}
	if m.orders != nil {
		sizes := m.sizes.values
		bid, ask = m.orders.Contracts(sizes[2*arrival], bid), m.orders.Contracts(sizes[2*arrival+1], ask)
	}
	if m.informed == nil {
		return bid, ask
	}
	informed, knowledge := int32(0), m.knowledge.values[2*arrival:]
	if bid > 0 && m.informed.Sells(minute, q.Bid) && m.informed.Sent(knowledge[0]) {
		informed += bid
	}
	if ask > 0 && m.informed.Buys(minute, q.Ask) && m.informed.Sent(knowledge[1]) {
		informed += ask
	}
	m.out.InformedFills[minute] += informed
	return bid, ask
}

// draws are two uniforms for each arrival, the bid's first, of one seed.
type draws struct {
	values []float64
	seed   uint64
}

// draw makes the uniforms of a stream, unless they are there.
func (m *maker) draw(d *draws, arrivals int, seed uint64, stream random.Stream) {
	if d.renew(arrivals, seed) {
		m.uniforms(d.values, seed, stream)
	}
}

// uniforms draws from a stream. Each feature and each option has its own, so that runs
// of one seed stay paired whatever the parameters. Those of the first option are the
// seed's own and its children; of the option at place j they are the children's
// children j.
func (m *maker) uniforms(values []float64, seed uint64, stream random.Stream) {
	var keys []uint32
	switch {
	case m.index > 0:
		keys = []uint32{uint32(stream), uint32(m.index)}
	case stream != random.Arrivals:
		keys = []uint32{uint32(stream)}
	}
	random.NewPCG64(seed, keys...).Floats(values)
}

// renew reports whether the draws are of something else and must be made.
func (d *draws) renew(arrivals int, seed uint64) bool {
	if len(d.values) == 2*arrivals && d.seed == seed {
		return false
	}
	d.values, d.seed = market.Resize(d.values, 2*arrivals), seed
	return true
}

// thresholds are the arrivals as a law's thresholds, made once for all runs of a
// seed, with the logarithms of a kernel.
func (m *maker) thresholds(law fill.ArrivalLaw, arrivals int, seed uint64, k lanes.Kernel) []float64 {
	if m.laws == nil {
		m.laws = map[fill.ArrivalLaw]*draws{}
	}
	kept, ok := m.laws[law]
	if !ok {
		kept = &draws{}
		m.laws[law] = kept
	}
	if kept.renew(arrivals, seed) {
		m.uniforms(kept.values, seed, random.Arrivals)
		law.Thresholds(kept.values, kept.values, k.Logs)
	}
	return kept.values
}
