package engine

import (
	"math"

	"optmm/engine/fill"
	"optmm/engine/market"
	"optmm/engine/quote"
	"optmm/engine/random"
)

// maker makes the market in one option. It is kept from run to run for its draws.
type maker struct {
	series *market.Series
	models
	width []float64 // before any skew; nil where the quote model has none
	curve []float64 // dollar gamma of a contract, by minute; nil where no model asks for the book's
	scale []float64 // price units that count as one, by minute; nil is one throughout

	inventory  float64 // contracts
	settled    bool
	now        post
	late       []post
	byInformed int // contracts that the informed traded

	place                      int
	arrivals, knowledge, sizes draws
	laws                       map[fill.Law]*draws // thresholds of the arrivals
}

// post is a quote with what it is good for; a side of size 0 is not quoted.
type post struct {
	quote.Quote
	bidSize, askSize int32
}

// begin readies the maker for a run on a series.
func (m *maker) begin(series *market.Series, place, latency int) {
	m.series, m.place = series, place
	m.width, m.curve, m.late = nil, nil, nil
	m.settled, m.byInformed = false, 0
	if latency > 0 {
		m.late = make([]post, latency+1)
	}
}

// idle reports whether there is nothing to quote by: the option has settled, or the
// market has no good quote. A quote on its way is withdrawn then.
func (m *maker) idle(minute int) bool {
	if m.settled {
		return true
	}
	if m.series.Quotable == nil || m.series.Quotable[minute] {
		return false
	}
	clear(m.late)
	return true
}

// decide is what the model wants to post.
func (m *maker) decide(minute int, size int32, b *book) post {
	held := quote.Held{Inventory: m.inventory}
	if m.readsBook {
		held = b.held(m)
	}
	q := post{Quote: m.quotes.Quote(minute, held), bidSize: size, askSize: size}
	if m.posting != nil {
		q.Quote = m.posting.Post(minute, q.Quote)
		if q.Bid <= 0 {
			q.bidSize = 0
		}
		if q.Ask <= 0 {
			q.askSize = 0
		}
	}
	return q
}

// moreGross is what so many contracts more add to the contracts held without sign.
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
func (m *maker) filled(minute int, q post, bidHit, askHit bool) (bid, ask int32) {
	if bidHit {
		bid = q.bidSize
	}
	if askHit {
		ask = q.askSize
	}
	if m.orders != nil {
		sizes := m.sizes.values
		bid, ask = m.orders.Contracts(sizes[2*minute], bid), m.orders.Contracts(sizes[2*minute+1], ask)
	}
	if m.informed == nil {
		return bid, ask
	}
	knowledge := m.knowledge.values
	bidInformed, bidTrades := m.informed.Sells(minute, knowledge[2*minute], q.Bid)
	askInformed, askTrades := m.informed.Buys(minute, knowledge[2*minute+1], q.Ask)
	if !bidTrades {
		bid = 0
	}
	if !askTrades {
		ask = 0
	}
	if bidInformed {
		m.byInformed += int(bid)
	}
	if askInformed {
		m.byInformed += int(ask)
	}
	return bid, ask
}

// draws are two uniforms a minute, the bid's first, of one seed.
type draws struct {
	values []float64
	seed   uint64
}

// draw makes the uniforms of a stream, unless they are there. Each feature and each
// option has its own, so that runs of one seed stay paired whatever the parameters.
// Those of the first option are the seed's own and its children; of the option at
// place j they are the children's children j.
func (m *maker) draw(d *draws, minutes int, seed uint64, stream random.Stream) []float64 {
	if !d.renew(minutes, seed) {
		return d.values
	}
	var keys []uint32
	switch {
	case m.place > 0:
		keys = []uint32{uint32(stream), uint32(m.place)}
	case stream != random.Arrivals:
		keys = []uint32{uint32(stream)}
	}
	random.NewPCG64(seed, keys...).Floats(d.values)
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
func (m *maker) thresholds(law fill.Law, minutes int, seed uint64) []float64 {
	if m.laws == nil {
		m.laws = map[fill.Law]*draws{}
	}
	kept, ok := m.laws[law]
	if !ok {
		kept = &draws{}
		m.laws[law] = kept
	}
	if kept.renew(minutes, seed) {
		law.Thresholds(m.draw(&m.arrivals, minutes, seed, random.Arrivals), kept.values)
	}
	return kept.values
}
