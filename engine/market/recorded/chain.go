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
// Rows are sorted by timestamp; the keys of a minute come in any order, each once.
// An empty cell is a side without a quote. Of an expiry's rows in one
// minute all have the same underlying. Timestamps all carry a zone, the same one,
// or none does, which is UTC. An error names the line and the column.
//
// Rows are read one by one; what is kept is 32 bytes a row where each minute has
// every key.
func ReadChain(rows Rows) (*Chain, error) {
	row, header, err := openTable(rows)
	if err != nil {
		return nil, err
	}
	columns, err := findChainColumns(header)
	if err != nil {
		return nil, err
	}
	b := chainReader{columns: columns, row: row, expiries: map[int64]*chainExpiry{}, dates: map[string]*chainExpiry{}}
	if err := row.each(b.add); err != nil {
		return nil, err
	}
	return b.chain()
}

type chainColumns struct {
	timestamp, underlying, strike, expiry column
	callBid, callAsk, putBid, putAsk      column
}

func findChainColumns(header []string) (chainColumns, error) {
	h, err := newHeader(header)
	if err != nil {
		return chainColumns{}, err
	}
	c := chainColumns{
		timestamp: h.find("timestamp"), underlying: h.find("underlying", "S"), strike: h.find("strike", "K"), expiry: h.find("expiry"),
		callBid: h.find("call_bid"), callAsk: h.find("call_ask"), putBid: h.find("put_bid"), putAsk: h.find("put_ask"),
	}
	if h.err != nil {
		return c, h.err
	}
	for _, needed := range []struct {
		column
		alias string
	}{{c.timestamp, ""}, {c.underlying, "S"}, {c.strike, "K"}, {c.expiry, ""}, {c.callBid, ""}, {c.callAsk, ""}, {c.putBid, ""}, {c.putAsk, ""}} {
		if !needed.present() {
			names := []string{needed.name}
			if needed.alias != "" {
				names = append(names, needed.alias)
			}
			return c, &MissingColumn{Names: names, Header: h.names}
		}
	}
	return c, nil
}

// chainReader gathers rows.
type chainReader struct {
	columns    chainColumns
	row        *tableRow
	timestamps []int64
	written    string // the last timestamp, to parse each one once
	zone       string
	expiries   map[int64]*chainExpiry
	dates      map[string]*chainExpiry // by how the date is written
	rows       int
}

type chainExpiry struct {
	Expiry
	strikes map[float64]*chainStrike
	written string // the underlying as it was last written
	place   string // of its first row
}

type chainStrike struct {
	call, put Option
}

func (b *chainReader) add() {
	row, c := b.row, b.columns
	b.rows++
	if written := row.text(c.timestamp); written != b.written || len(b.timestamps) == 0 {
		b.minute(written)
	}
	if row.err != nil {
		return
	}
	expiry := b.expiry()
	if row.err != nil {
		return
	}
	minute := len(b.timestamps) - 1
	extend(&expiry.Underlying, minute)
	if cell := row.text(c.underlying); len(expiry.Underlying) == minute {
		price := math.NaN()
		if cell != "" {
			price = row.number(c.underlying, 0, true)
		}
		expiry.Underlying = append(expiry.Underlying, price)
		expiry.written = cell
	} else if cell != expiry.written {
		row.fail(c.underlying, "%q differs from %q in another row of the same minute and expiry", cell, expiry.written)
	}
	price := row.number(c.strike, 0, true)
	strike := expiry.strikes[price]
	if strike == nil {
		strike = &chainStrike{call: Option{Strike: price}, put: Option{Strike: price, Put: true}}
		expiry.strikes[price] = strike
	}
	if row.err == nil && len(strike.call.Bid) > minute {
		row.fail(c.strike, "duplicate key %s, expiry %s, strike %s", b.written, row.text(c.expiry), row.text(c.strike))
		return
	}
	row.side(&strike.call, minute, c.callBid, c.callAsk)
	row.side(&strike.put, minute, c.putBid, c.putAsk)
}

// minute begins a minute at the timestamp of the row.
func (b *chainReader) minute(written string) {
	row, c := b.row, b.columns
	instant, bareDate := row.instant(c.timestamp)
	if row.err != nil {
		return
	}
	if bareDate {
		row.fail(c.timestamp, "%q is a date without an hour", written)
		return
	}
	if row.sameZone(c.timestamp, &b.zone, len(b.timestamps) == 0); row.err != nil {
		return
	}
	now := instant.Unix()
	if last := len(b.timestamps) - 1; last >= 0 && now <= b.timestamps[last] {
		if now < b.timestamps[last] {
			row.fail(c.timestamp, "%s is before the row above it: sort the file by time", written)
		}
		b.written = written // the same instant, written otherwise
		return
	}
	b.timestamps = append(b.timestamps, now)
	b.written = written
}

func (b *chainReader) expiry() *chainExpiry {
	row, c := b.row, b.columns
	written := row.text(c.expiry)
	if known := b.dates[written]; known != nil {
		return known
	}
	instant, bareDate := row.instant(c.expiry)
	if row.err != nil {
		return nil
	}
	last := instant.Unix()
	if bareDate {
		last += 86400 - 1
	}
	if now := b.timestamps[len(b.timestamps)-1]; now > last {
		row.fail(c.expiry, "expiry %s is before timestamp %s", written, b.written)
		return nil
	}
	known := b.expiries[instant.Unix()]
	if known == nil {
		known = &chainExpiry{Expiry: Expiry{Seconds: instant.Unix(), BareDate: bareDate}, strikes: map[float64]*chainStrike{}, place: row.rows.Place(c.expiry.index)}
		b.expiries[instant.Unix()] = known
	}
	b.dates[written] = known
	return known
}

// side reads bid and ask of an option at a minute; where a cell is empty, that side has
// no quote.
func (r *tableRow) side(o *Option, minute int, bid, ask column) {
	extend(&o.Bid, minute)
	extend(&o.Ask, minute)
	low, high := math.NaN(), math.NaN()
	if r.text(bid) != "" {
		low = r.number(bid, 0, false)
	}
	if r.text(ask) != "" {
		high = r.number(ask, 0, false)
	}
	o.Bid, o.Ask = append(o.Bid, low), append(o.Ask, high)
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
	chain := &Chain{Timestamps: b.timestamps, Zone: b.zone, Rows: b.rows}
	minutes := len(b.timestamps)
	var seconds []int64
	for second := range b.expiries {
		seconds = append(seconds, second)
	}
	slices.Sort(seconds)
	for index, second := range seconds {
		expiry := b.expiries[second]
		extend(&expiry.Underlying, minutes)
		if !slices.ContainsFunc(expiry.Underlying, func(price float64) bool { return !math.IsNaN(price) }) {
			return nil, fmt.Errorf("%s, column %s: expiry %s has no underlying in any row", expiry.place, b.columns.underlying.name, time.Unix(second, 0).UTC().Format(time.DateOnly))
		}
		expiry.end(b.timestamps)
		chain.Expiries = append(chain.Expiries, expiry.Expiry)
		var strikes []float64
		for strike := range expiry.strikes {
			strikes = append(strikes, strike)
		}
		slices.Sort(strikes)
		for _, price := range strikes {
			strike := expiry.strikes[price]
			for _, option := range []*Option{&strike.call, &strike.put} {
				extend(&option.Bid, minutes)
				extend(&option.Ask, minutes)
				option.Expiry = index
				chain.Options = append(chain.Options, *option)
			}
		}
	}
	return chain, nil
}

// zoneOf is the zone that a time is written with, empty where there is none.
func zoneOf(written string) string {
	n := len(written)
	switch {
	case n > 0 && (written[n-1] == 'Z' || written[n-1] == 'z'):
		return "Z"
	case n > 6 && written[n-3] == ':' && (written[n-6] == '+' || written[n-6] == '-'):
		return written[n-6:]
	}
	return ""
}

func named(zone string) string {
	if zone == "" {
		return "none"
	}
	return strconv.Quote(zone)
}
