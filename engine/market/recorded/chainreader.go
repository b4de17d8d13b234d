package recorded

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// chainColumns are the columns of a chain: of a row per strike the sides of call and put, of
// a row per right the right and its sides. The contract's name may hold strike, expiry and
// right.
type chainColumns struct {
	timestamp, underlying, strike, expiry column
	callBid, callAsk, putBid, putAsk      column
	right, bid, ask, contract             column
}

// perRight reports whether each right has a row of its own.
func (c *chainColumns) perRight() bool { return c.bid.present() }

func findChainColumns(header []string, layout *Layout) (chainColumns, error) {
	h, err := newHeader(header, layout)
	if err != nil {
		return chainColumns{}, err
	}
	c := chainColumns{
		timestamp: h.find("timestamp"), underlying: h.find("underlying", "S"), strike: h.find("strike", "K"), expiry: h.find("expiry"),
		callBid: h.find("call_bid"), callAsk: h.find("call_ask"), putBid: h.find("put_bid"), putAsk: h.find("put_ask"),
		right: absent(), bid: absent(), ask: absent(), contract: absent(),
	}
	needed := []column{c.timestamp, c.underlying, c.strike, c.expiry, c.callBid, c.callAsk, c.putBid, c.putAsk}
	if !c.callBid.present() && !c.putBid.present() {
		bid, ask := h.find("bid"), h.find("ask")
		right, name := h.find("right"), h.find("contract")
		if bid.present() && ask.present() && (right.present() || name.present()) {
			c.bid, c.ask, c.right, c.contract = bid, ask, right, name
			needed = []column{c.timestamp, c.underlying}
			if c.contract.present() && !(c.strike.present() && c.expiry.present() && c.right.present()) {
				c.strike, c.expiry, c.right = absent(), absent(), absent()
			} else {
				c.contract = absent()
				needed = append(needed, c.strike, c.expiry, c.right)
			}
		}
	}
	if h.err != nil {
		return c, h.err
	}
	return c, h.require(needed...)
}

// absent is a column that a table does not have.
func absent() column { return column{index: -1} }

// chainReader gathers rows, by the moments of which minutes are made when all are known.
type chainReader struct {
	timeline
	columns  chainColumns
	row      *tableRow
	feed     bool // an option has several moments in a minute
	expiries map[int64]*chainExpiry
	dates    map[string]*chainExpiry // by how the date is written
	rows     int
	marks    int // prices too large to be any, taken for no price
}

type chainExpiry struct {
	Expiry
	strikes map[float64]*chainStrike
	at      []int32 // the moments of its rows
	prices  []float64
	place   string // of its first row
}

type chainStrike struct {
	call, put chainOption
}

// chainOption is the quotes of an option, of which Bid and Ask are those of its moments until
// minutes are made of them.
type chainOption struct {
	Option
	at []int32 // the moments of its rows
}

func (b *chainReader) add() {
	row, c := b.row, b.columns
	b.rows++
	b.read(row, c.timestamp)
	var name contract
	if c.contract.present() && !row.failed {
		name = row.contract(c.contract)
	}
	if row.failed {
		return
	}
	expiry := b.expiry(name)
	if row.failed {
		return
	}
	price := name.strike
	if c.strike.present() {
		price = row.number(c.strike, 0, true)
	}
	put := c.perRight() && (name.put || c.right.present() && row.right(c.right))
	spot := b.underlying(expiry)
	if row.failed {
		return
	}
	strike := expiry.strikes[price]
	if strike == nil {
		strike = &chainStrike{}
		strike.call.Strike, strike.put.Strike, strike.put.Put = price, price, true
		expiry.strikes[price] = strike
	}
	switch {
	case !c.perRight():
		b.side(&strike.call, spot, c.callBid, c.callAsk)
		b.side(&strike.put, spot, c.putBid, c.putAsk)
	case put:
		b.side(&strike.put, spot, c.bid, c.ask)
	default:
		b.side(&strike.call, spot, c.bid, c.ask)
	}
}

// contract reads the name of an option.
func (r *tableRow) contract(c column) contract {
	name, ok := parseContract(r.text(c))
	if !ok {
		r.fail(c, "%q is not the name of an option; want one as SPXW  210108C03700000", r.text(c))
	}
	return name
}

// expiry returns the expiry of the row.
func (b *chainReader) expiry(name contract) *chainExpiry {
	row, c := b.row, b.columns.expiry
	written := ""
	if c.present() {
		written = row.text(c)
	} else {
		c, written = b.columns.contract, name.expiry.Format(time.DateOnly)
	}
	if known := b.dates[written]; known != nil {
		return known
	}
	seconds, bareDate := name.expiry.Unix(), true
	if b.columns.expiry.present() {
		seconds, bareDate = row.expiry(c)
	}
	if row.failed {
		return nil
	}
	if b.notExpired(row, c, written, seconds, bareDate); row.failed {
		return nil
	}
	known := b.expiries[seconds]
	if known == nil {
		known = &chainExpiry{Expiry: Expiry{Seconds: seconds, BareDate: bareDate}, strikes: map[float64]*chainStrike{}, place: row.rows.Place(c.index)}
		b.expiries[seconds] = known
	}
	b.dates[written] = known
	return known
}

// underlying reads the price of an expiry's underlying, which all rows of both at a moment
// have the same.
func (b *chainReader) underlying(expiry *chainExpiry) float64 {
	row, c := b.row, b.columns.underlying
	price := math.NaN()
	if !nothing(row.text(c)) {
		price = row.number(c, 0, true)
	}
	if row.failed {
		return price
	}
	last := len(expiry.at) - 1
	if last < 0 || expiry.at[last] != b.now() {
		expiry.at, expiry.prices = append(expiry.at, b.now()), append(expiry.prices, price)
		return price
	}
	if before := expiry.prices[last]; price != before && !(math.IsNaN(price) && math.IsNaN(before)) {
		row.fail(c, "%q differs from %v in another row of the same time and expiry", row.text(c), before)
	}
	return price
}

// right reads call or put.
func (r *tableRow) right(c column) (put bool) {
	put, ok := isPut(r.text(c))
	if !ok {
		r.fail(c, "%q is neither call nor put", r.text(c))
	}
	return put
}

// side reads bid and ask of an option, on an underlying at a price; where a cell says that
// there is none, that side has no quote.
func (b *chainReader) side(o *chainOption, spot float64, bid, ask column) {
	if last := len(o.at) - 1; last >= 0 {
		if o.at[last] == b.now() {
			b.row.fail(bid, "duplicate quote of the %s %v at %s", map[bool]string{false: "call", true: "put"}[o.Put], o.Strike, b.written)
			return
		}
		b.feed = b.feed || b.moments[o.at[last]].minute() == b.moments[b.now()].minute()
	}
	o.at = append(o.at, b.now())
	o.Bid, o.Ask = append(o.Bid, b.price(bid, spot, o.Strike)), append(o.Ask, b.price(ask, spot, o.Strike))
}

// price reads one side of a quote, NaN where there is none.
func (b *chainReader) price(c column, spot, strike float64) float64 {
	price := b.row.price(c)
	if tooLarge(price, spot, strike) {
		b.marks++
		return math.NaN()
	}
	return price
}

// The most quotes of a chain, by how many times its rows they may be, and how many they may be
// in any case: the options of a chain are quoted in most of its minutes.
const (
	mostQuotesPerRow = 100
	smallChain       = 1 << 24
)

// tooSparse reports whether a chain is too large for what its rows quote of it.
func tooSparse(options, minutes, rows int64) bool {
	quotes := options * minutes
	return quotes > smallChain && quotes > mostQuotesPerRow*rows
}

// chain makes minutes of the moments.
func (b *chainReader) chain() (*Chain, error) {
	if b.rows == 0 {
		return nil, errors.New("the file has a header but no rows")
	}
	minutes := minutesOf(b.moments, b.feed)
	chain := &Chain{Timestamps: minutes.ends, Zone: b.zone, Rows: b.rows, Marks: b.marks, Moments: len(b.moments)}
	var seconds []int64
	options := 0
	for second, expiry := range b.expiries {
		seconds = append(seconds, second)
		options += 2 * len(expiry.strikes)
	}
	slices.Sort(seconds)
	if tooSparse(int64(options), int64(len(minutes.ends)), int64(b.rows)) {
		return nil, fmt.Errorf("%d options in %d minutes from %d rows: too few are quoted in the same minute to be a chain; take fewer strikes or a shorter time", options, len(minutes.ends), b.rows)
	}
	for index, second := range seconds {
		expiry := b.expiries[second]
		expiry.Underlying = minutes.spread(expiry.at, expiry.prices, true)
		if !slices.ContainsFunc(expiry.Underlying, func(price float64) bool { return !math.IsNaN(price) }) {
			b.row.faults.add("no underlying", expiry.place, func() error {
				return fmt.Errorf("%s, column %s: expiry %s has no underlying in any row", expiry.place, b.columns.underlying.name, time.Unix(second, 0).UTC().Format(time.DateOnly))
			})
			continue
		}
		expiry.end(chain.Timestamps)
		chain.Expiries = append(chain.Expiries, expiry.Expiry)
		var strikes []float64
		for strike := range expiry.strikes {
			strikes = append(strikes, strike)
		}
		slices.Sort(strikes)
		for _, price := range strikes {
			strike := expiry.strikes[price]
			for _, option := range []*chainOption{&strike.call, &strike.put} {
				option.Bid, option.Ask = minutes.spread(option.at, option.Bid, false), minutes.spread(option.at, option.Ask, false)
				option.at = nil
				option.Expiry = index
				chain.Options = append(chain.Options, option.Option)
			}
		}
	}
	if err := b.row.faults.err(); err != nil {
		return nil, err
	}
	return chain, nil
}

// spread gives every minute its last value of those at some moments, NaN where it has none;
// what is missing may leave an earlier one.
func (m *minutes) spread(at []int32, values []float64, keep bool) []float64 {
	column := make([]float64, len(m.ends))
	for i := range column {
		column[i] = math.NaN()
	}
	for i, moment := range at {
		if !keep || !math.IsNaN(values[i]) {
			column[m.of[moment]] = values[i]
		}
	}
	return column
}
