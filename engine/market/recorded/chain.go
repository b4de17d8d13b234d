package recorded

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// Chain is a recorded history of many options, as ReadChain found it. Its
// columns have one entry per minute that the data has, NaN where the data has nothing.
type Chain struct {
	Timestamps   []int64 // seconds since 1970 UTC, increasing
	Zone         string  // of the timestamps as they were written, as in +02:00; empty where none was
	NoTimestamps bool    // the data has no timestamps: its minutes follow one another from 0
	Expiries     []Expiry
	Options      []Option // by expiry, strike, and the call before the put
	Rows         int      // of the data
	Moments      int      // times of the rows: more than there are minutes where rows are closer than a minute
	Marks        int      // prices too large for any option, taken for no price
}

// Expiry is one date of expiry, with the underlying that its options are on: every
// expiry may have a future of its own.
//
// Trading ends with the last minute up to it that the data has, where the data goes
// on beyond. A bare date is up to the end of that day, UTC, and ends with the last
// minute that the data has of it, or of the days before (old monthly options are
// dated on a Saturday), once the data reaches it; with the day, where it does not.
type Expiry struct {
	Seconds    int64 // since 1970 UTC
	BareDate   bool  // written without an hour
	Ends       int64 // trading, seconds since 1970 UTC
	Underlying []float64
}

// end finds when trading ends.
func (e *Expiry) end(timestamps []int64) {
	e.Ends = e.Seconds
	last := timestamps[len(timestamps)-1]
	if e.BareDate {
		e.Ends += 86400
	}
	if last <= e.Seconds {
		return
	}
	after, _ := slices.BinarySearch(timestamps, e.Ends+1)
	if after > 0 {
		e.Ends = timestamps[after-1]
	}
}

// Option is the quotes of one option.
type Option struct {
	Expiry   int // place in Chain.Expiries
	Strike   float64
	Put      bool
	Bid, Ask []float64
}

// mid returns the middle of the quote, NaN where there is none.
func (o *Option) mid(minute int) float64 { return float64((o.Bid[minute] + o.Ask[minute]) / 2) }

// ReadChain reads options in long form, a row for each minute, expiry and strike:
//
//	timestamp, underlying, strike, expiry, call_bid, call_ask, put_bid, put_ask
//
// in any order of columns, matched without regard to case; others are ignored.
// Rows are sorted by timestamp; the keys of a time come in any order, each once. Rows that
// are closer than a minute become minutes, dated by their ends: of a feed, in which a key
// repeats within a minute, the last quotes at or before that; of a snapshot, in which the
// keys of a minute are written one after another, all of them.
// A cell that is empty, or says NaN, NA, null or -1, is a side without a quote, and so is
// a price beyond any that an option can have, a vendor's mark. Of an expiry's rows at one
// time all have the same underlying. Timestamps all carry a zone, or none does and
// layout.Zone says it. An expiry at midnight is a date. Rows per right are read as well,
//
//	timestamp, underlying, strike, expiry, right, bid, ask
//
// with C, call or CE, and P, put or PE; contract, with the name of an option as OPRA writes
// it, may be in place of strike, expiry and right. Errors name the line and the column, and
// are all in one, a *Faults.
//
// Rows are read one by one; what is kept is 32 bytes a row where each minute has
// every key.
func ReadChain(rows Rows, layout Layout) (*Chain, error) {
	row, header, err := openTable(rows, &layout)
	if err != nil {
		return nil, err
	}
	columns, err := findChainColumns(header, &layout)
	if err != nil {
		return nil, err
	}
	b := chainReader{columns: columns, row: row, expiries: map[int64]*chainExpiry{}, dates: map[string]*chainExpiry{}}
	if err := row.each(b.add); err != nil {
		return nil, err
	}
	return b.chain()
}

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
	short := map[string]string{"underlying": "S", "strike": "K"}
	var missing [][]string
	for _, column := range needed {
		if !column.present() {
			names := []string{column.name}
			if alias, ok := short[column.name]; ok {
				names = append(names, alias)
			}
			missing = append(missing, names)
		}
	}
	return c, h.missing(missing)
}

// absent is a column that a table does not have.
func absent() column { return column{index: -1} }

// chainReader gathers rows.
type chainReader struct {
	columns  chainColumns
	row      *tableRow
	minutes  minutes
	now      moment // of the row
	written  string // the last timestamp, to parse each one once
	zone     string
	expiries map[int64]*chainExpiry
	dates    map[string]*chainExpiry // by how the date is written
	rows     int
	marks    int // prices too large to be any, taken for no price
}

type chainExpiry struct {
	Expiry
	strikes map[float64]*chainStrike
	seen    moment // of its last row
	place   string // of its first row
}

type chainStrike struct {
	call, put chainOption
}

type chainOption struct {
	Option
	rows bool   // there was one
	seen moment // of its last row
}

func (b *chainReader) add() {
	row, c := b.row, b.columns
	b.rows++
	if written := row.text(c.timestamp); written != b.written || written == "" {
		b.moment(written)
	}
	if row.failed {
		return
	}
	var name contract
	if c.contract.present() {
		var err error
		if name, err = parseContract(row.text(c.contract)); err != nil {
			row.fail(c.contract, "%v", err)
			return
		}
	}
	expiry := b.expiry(name)
	if row.failed {
		return
	}
	price := name.strike
	if c.strike.present() {
		price = row.number(c.strike, 0, true)
	}
	if row.failed {
		return
	}
	strike := expiry.strikes[price]
	if strike == nil {
		strike = &chainStrike{}
		strike.call.Strike, strike.put.Strike, strike.put.Put = price, price, true
		expiry.strikes[price] = strike
	}
	option := &strike.call
	if c.perRight() && (name.put || c.right.present() && row.right(c.right)) {
		option = &strike.put
	}
	if row.failed {
		return
	}
	b.minutes.add(b.now, option.rows && option.seen != b.now && option.seen.minute() == b.now.minute())
	minute := len(b.minutes.last) - 1
	b.underlying(expiry, minute)
	if row.failed {
		return
	}
	spot := expiry.Underlying[minute]
	if c.perRight() {
		b.side(option, minute, spot, c.bid, c.ask)
		return
	}
	b.side(&strike.call, minute, spot, c.callBid, c.callAsk)
	b.side(&strike.put, minute, spot, c.putBid, c.putAsk)
}

// underlying reads the price of an expiry's underlying at a moment, which all rows of both
// have the same.
func (b *chainReader) underlying(expiry *chainExpiry, minute int) {
	row, c := b.row, b.columns.underlying
	extend(&expiry.Underlying, minute)
	price := math.NaN()
	if !nothing(row.text(c)) {
		price = row.number(c, 0, true)
	}
	later := expiry.seen != b.now
	expiry.seen = b.now
	switch {
	case len(expiry.Underlying) == minute:
		expiry.Underlying = append(expiry.Underlying, price)
		return
	case later:
		if !math.IsNaN(price) {
			expiry.Underlying[minute] = price
		}
		return
	}
	if before := expiry.Underlying[minute]; price != before && !(math.IsNaN(price) && math.IsNaN(before)) {
		row.fail(c, "%q differs from %v in another row of the same minute and expiry", row.text(c), before)
	}
}

// moment reads the time of the row.
func (b *chainReader) moment(written string) {
	row, c := b.row, b.columns
	at := row.instant(c.timestamp)
	if row.sameZone(c.timestamp, at, &b.zone, b.written == ""); row.failed {
		return
	}
	if b.written != "" && at.compare(b.now) < 0 {
		row.fail(c.timestamp, "%s is before the row above it: sort the file by time", written)
		return
	}
	b.now, b.written = at.moment, written
}

// expiry returns the expiry of the row.
func (b *chainReader) expiry(name contract) *chainExpiry {
	row, c := b.row, b.columns.expiry
	written := name.expiry.Format(time.DateOnly)
	if c.present() {
		written = row.text(c)
	} else {
		c = b.columns.contract
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
	last := seconds
	if bareDate {
		last += 86400 - 1
	}
	if b.now.seconds > last {
		row.fail(c, "expiry %s is before timestamp %s", written, b.written)
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

// right reads call or put.
func (r *tableRow) right(c column) (put bool) {
	put, ok := isPut(r.text(c))
	if !ok {
		r.fail(c, "%q is neither call nor put", r.text(c))
	}
	return put
}

// side reads bid and ask of an option in a minute, on an underlying at a price; where a cell
// says that there is none, that side has no quote. A later moment of the minute counts.
func (b *chainReader) side(o *chainOption, minute int, spot float64, bid, ask column) {
	if o.rows && o.seen == b.now {
		right := map[bool]string{false: "call", true: "put"}[o.Put]
		b.row.fail(bid, "duplicate quote of the %s %v at %s", right, o.Strike, b.written)
		return
	}
	for _, side := range []struct {
		to *[]float64
		c  column
	}{{&o.Bid, bid}, {&o.Ask, ask}} {
		extend(side.to, minute)
		price := b.row.price(side.c)
		if tooLarge(price, spot, o.Strike) {
			price = math.NaN()
			b.marks++
		}
		*side.to = append((*side.to)[:minute], price)
	}
	o.rows, o.seen = true, b.now
}

// extend fills a column up to a minute with NaN.
func extend(column *[]float64, minute int) {
	for len(*column) < minute {
		*column = append(*column, math.NaN())
	}
}

func (b *chainReader) chain() (*Chain, error) {
	if b.rows == 0 {
		return nil, errors.New("the file has a header but no rows")
	}
	chain := &Chain{Timestamps: b.minutes.timestamps(), Zone: b.zone, Rows: b.rows, Marks: b.marks, Moments: b.minutes.moments}
	minutes := len(chain.Timestamps)
	var seconds []int64
	for second := range b.expiries {
		seconds = append(seconds, second)
	}
	slices.Sort(seconds)
	for index, second := range seconds {
		expiry := b.expiries[second]
		extend(&expiry.Underlying, minutes)
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
			for _, option := range []*Option{&strike.call.Option, &strike.put.Option} {
				extend(&option.Bid, minutes)
				extend(&option.Ask, minutes)
				option.Expiry = index
				chain.Options = append(chain.Options, *option)
			}
		}
	}
	if err := b.row.faults.err(); err != nil {
		return nil, err
	}
	return chain, nil
}

func named(zone string) string {
	if zone == "" {
		return "none"
	}
	return strconv.Quote(zone)
}
