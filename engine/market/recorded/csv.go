package recorded

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"optmm/engine/market"
)

// ReadSeries reads one option series, a row a minute. Column names are matched
// without regard to case, and columns beyond these are ignored:
//
//	underlying | S        price of the underlying; required
//	strike | K            required, the same in every row
//	call_mid              the call's mid; required, or both of the next
//	call_bid, call_ask    the call's quote
//	put_mid, or put_bid and put_ask
//	timestamp             increasing; in any form of a time, or date with time or ms_of_day
//	spread                quoted width; else ask less bid, at least 1e-6; else 0.05
//	r, iv, dividend_yield | q, pv_div
//
// Time to expiry in years is the first of these that is present:
//
//	T_years
//	time_to_expiry_days   ÷ 252
//	expiry and timestamp  calendar seconds ÷ (86400·252); a bare date is midnight UTC
//	expiry alone          falls evenly from 30/252 at the first row to 0 at the last
//	none of them          30/252 throughout
//
// The last three are at least 1e-6. Settings.Clock may count the days otherwise. Rows that
// are closer than a minute become minutes, of which each has the last quotes at or before
// its end. Errors name the line and the column, and are all in one, a *Faults.
func ReadSeries(rows Rows, layout Layout) (*Quotes, error) { return readSeries(rows, layout, false) }

// ReadPartialSeries is ReadSeries of rows that may lack quotes, or have crossed ones or prices
// that are no option's, as a chain may: the call is not quoted in such a row, and its mid stays.
func ReadPartialSeries(rows Rows, layout Layout) (*Quotes, error) {
	return readSeries(rows, layout, true)
}

func readSeries(rows Rows, layout Layout, partial bool) (*Quotes, error) {
	faults := &Faults{}
	row, header, err := openTable(Table{Rows: rows}, &layout, faults)
	if err != nil {
		return nil, err
	}
	columns, err := header.series()
	if err != nil {
		return nil, err
	}
	quotes := &Quotes{}
	if partial {
		quotes.bad = []market.State{}
	}
	times := &clock{}
	err = row.each(func() {
		quotes.append(columns, row, times)
		times.append(&columns, row)
	})
	if err = cmp.Or(err, faults.err()); err != nil {
		return nil, err
	}
	if quotes.Minutes() == 0 {
		return nil, errors.New("the file has a header but no rows")
	}
	if !quotes.fill() {
		return nil, errors.New("no row has a quote of the call, or some column has no number in any row")
	}
	if quotes.width == nil {
		quotes.width = slices.Repeat([]float64{defaultWidth}, quotes.Minutes())
	}
	quotes.rows, quotes.zone, quotes.unit = quotes.Minutes(), times.zone, times.unit
	if columns.when.present() {
		if layout.Starts {
			times.shift()
		}
		minutes := minutesOf(times.moments, true, false)
		last := minutes.last()
		quotes.keep(last)
		times.keep(last)
		quotes.timestamps = minutes.ends
	}
	quotes.time = times.toExpiry(quotes.timestamps, quotes.Minutes())
	return quotes, nil
}

// SeveralSeriesError says that a file does not hold one option series.
type SeveralSeriesError struct{ Cause error }

func (e *SeveralSeriesError) Error() string { return e.Cause.Error() }

func (e *SeveralSeriesError) Unwrap() error { return e.Cause }

// MissingColumn says that required columns are not in the header.
type MissingColumn struct {
	Names  []string   // of one column, any of which would have served
	Others [][]string // the same of the other columns that are missing
	Header []string   // what is there
	Beside string     // the other side of a quote, which is there; empty where none is
}

func (e *MissingColumn) Error() string {
	header := shortened(strings.Join(onOneLine(e.Header), ", "), shownHeader)
	if e.Beside != "" {
		return fmt.Sprintf("line 1: column %s without %s: give both sides of the quote or neither; the header has %s", e.Beside, e.Names[0], header)
	}
	missing := "column " + strings.Join(e.Names, " or ")
	for i, names := range e.Others {
		between := ", "
		if i == len(e.Others)-1 {
			between = " and "
		}
		missing += between + strings.Join(names, " or ")
	}
	return fmt.Sprintf("line 1: no %s; the header has %s", missing, header)
}

// require returns the required columns that a header lacks as an error; nil where it has all.
func (h *header) require(columns ...column) error {
	var missing [][]string
	for _, c := range columns {
		if !c.present() {
			missing = append(missing, c.names)
		}
	}
	if missing == nil {
		return nil
	}
	return &MissingColumn{Names: missing[0], Others: missing[1:], Header: h.names}
}

type csvColumns struct {
	when                             timeColumns
	underlying, strike               column
	callMid, callBid, callAsk        column
	putMid, putBid, putAsk           column
	spread, rate, vol, yield, payout column
	years, days, expiry              column
}

// header finds columns by their names; the first error stays.
type header struct {
	names  []string
	places map[string]int
	layout *Layout
	values map[string]string // as Table.Values
	err    error
}

func newHeader(cells []string, layout *Layout, values map[string]string) (*header, error) {
	h := &header{names: make([]string, len(cells)), places: map[string]int{}, layout: layout, values: values}
	for i, name := range cells {
		h.names[i] = strings.TrimSpace(name)
		key := PlainName(name)
		if _, twice := h.places[key]; twice && key != "" {
			return nil, fmt.Errorf("line 1: duplicate column %s", shortened(onOneLine(h.names[i : i+1])[0], shownCell))
		}
		h.places[key] = i
	}
	return h, nil
}

// PlainName is the name of a column as it is matched: in small letters, without the brackets in
// which some write it.
func PlainName(name string) string {
	return strings.ToLower(strings.Trim(strings.TrimSpace(name), "[]"))
}

// find returns the column of a meaning: the one that the layout says, else that of one of the
// names, of which a table has one, else the first of the usual ones.
func (h *header) find(meaning string, aliases ...string) column {
	names := append([]string{meaning}, aliases...)
	source := h.layout.Columns[meaning]
	found := column{name: meaning, names: names, index: -1, scale: source.Scale, upTo: source.UpTo}
	if value, ok := h.values[meaning]; ok || source.Value != "" {
		if source.Value != "" {
			value = source.Value
		}
		found.value, found.known = value, true
		return found
	}
	if source.From != "" {
		i, ok := h.places[PlainName(source.From)]
		if !ok && h.err == nil {
			h.err = &MissingColumn{Names: []string{source.From}, Header: h.names}
		}
		if ok {
			found.name, found.index = h.names[i], i
		}
		return found
	}
	for _, alias := range names {
		i, ok := h.places[strings.ToLower(alias)]
		switch {
		case ok && found.present() && h.err == nil:
			h.err = fmt.Errorf("line 1: columns %s and %s mean the same; keep one", found.name, h.names[i])
		case ok:
			found.name, found.index = h.names[i], i
		}
	}
	for _, alias := range usual(meaning) {
		if i, ok := h.places[alias]; ok && !found.present() {
			found.name, found.index = h.names[i], i
		}
	}
	return found
}

// series finds the columns of one option.
func (h *header) series() (csvColumns, error) {
	find, names := h.find, h.names
	c := csvColumns{
		when: h.timeColumns(), underlying: find("underlying", "S"), strike: find("strike", "K"),
		callMid: find("call_mid"), callBid: find("call_bid"), callAsk: find("call_ask"),
		putMid: find("put_mid"), putBid: find("put_bid"), putAsk: find("put_ask"),
		spread: find("spread"), rate: find("r"), vol: find("iv"), yield: find("dividend_yield", "q"), payout: find("pv_div"),
		years: find("T_years"), days: find("time_to_expiry_days"), expiry: find("expiry"),
	}
	call := column{names: []string{"call_mid", "call_bid"}, index: max(c.callMid.index, c.callBid.index, c.callAsk.index)}
	missing := h.require(c.underlying, c.strike, call)
	switch {
	case h.err != nil:
		return c, h.err
	case missing != nil:
		return c, missing
	case c.callBid.present() != c.callAsk.present():
		return c, halfQuote(c.callBid, c.callAsk, names)
	case c.putBid.present() != c.putAsk.present():
		return c, halfQuote(c.putBid, c.putAsk, names)
	}
	return c, nil
}

func halfQuote(bid, ask column, header []string) error {
	if !bid.present() {
		bid, ask = ask, bid
	}
	return &MissingColumn{Names: []string{ask.name}, Header: header, Beside: bid.name}
}

// append adds the row's prices.
func (q *Quotes) append(c csvColumns, row *tableRow, times *clock) {
	const anything = -math.MaxFloat64
	strike := row.number(c.strike, 0, true)
	var underlying float64
	if q.bad == nil {
		underlying = row.number(c.underlying, 0, true)
	} else {
		underlying = row.spot(c.underlying)
	}
	q.underlying, q.strike = append(q.underlying, underlying), append(q.strike, strike)
	if !row.failed && times.strike.differs(strike) {
		row.several(c.strike, "strike %s differs from %v in the rows above: a file holds one option series", row.text(c.strike), times.strike.value)
	}
	call, state := q.side(row, c.callMid, c.callBid, c.callAsk, 0, underlying, strike)
	if math.IsNaN(underlying) {
		state = market.Missing
	}
	if q.bad != nil {
		q.bad = append(q.bad, state)
	}
	q.mid = append(q.mid, call.middle)
	switch {
	case c.spread.present():
		q.width = append(q.width, q.optional(row, c.spread, 0))
	case c.callBid.present():
		q.width = append(q.width, max(call.width, 1e-6)) // NaN is more
	}
	if c.putMid.present() || c.putBid.present() {
		put, _ := q.side(row, c.putMid, c.putBid, c.putAsk, -1, underlying, strike)
		q.put = append(q.put, put.middle)
	}
	for _, optional := range []struct {
		column column
		low    float64
		values *[]float64
	}{{c.rate, anything, &q.rate}, {c.vol, 0, &q.vol}, {c.yield, anything, &q.dividend}, {c.payout, anything, &q.payouts}} {
		if optional.column.present() {
			*optional.values = append(*optional.values, q.optional(row, optional.column, optional.low))
		}
	}
}

// sides are the middle and the width of a quote; NaN where there is none.
type sides struct{ middle, width float64 }

// side reads the quote of a right, of which a middle must be above least; where rows may lack
// quotes, its state too.
func (q *Quotes) side(row *tableRow, middle, bid, ask column, least, underlying, strike float64) (sides, market.State) {
	none := sides{math.NaN(), math.NaN()}
	read := func(c column) float64 {
		if price := row.price(c); price > 0 && !isMark(price, underlying, strike) {
			return price
		}
		return math.NaN()
	}
	switch {
	case q.bad == nil:
		return row.quote(middle, bid, ask, least, underlying, strike), market.Quoted
	case bid.present():
		low, high := read(bid), read(ask)
		switch {
		case row.failed || math.IsNaN(low) || math.IsNaN(high) || noOffer(low, high, underlying, strike, least < 0):
			return none, market.Missing
		case low > high:
			return none, market.Crossed
		case !middle.present():
			return sides{(low + high) / 2, high - low}, market.Quoted
		}
		none.width = high - low
	}
	if none.middle = read(middle); math.IsNaN(none.middle) {
		return none, market.Missing
	}
	return none, market.Quoted
}

// optional reads a number that rows may lack where they may lack quotes.
func (q *Quotes) optional(row *tableRow, c column, low float64) float64 {
	if q.bad != nil && nothing(row.text(c)) {
		return math.NaN()
	}
	return row.number(c, low, false)
}

// fill gives rows without a quote the last one, and reports whether there is any.
func (q *Quotes) fill() bool {
	if q.bad == nil {
		return true
	}
	for _, column := range [][]float64{q.underlying, q.mid, q.width, q.put, q.rate, q.vol, q.dividend, q.payouts} {
		fillGaps(column)
	}
	for _, column := range [][]float64{q.underlying, q.mid, q.width, q.put, q.rate, q.vol, q.dividend, q.payouts} {
		if column != nil && math.IsNaN(column[0]) {
			return false
		}
	}
	return true
}

// quote reads a middle, or a bid and an ask, where the file has them.
func (r *tableRow) quote(middle, bid, ask column, least, underlying, strike float64) (q sides) {
	if bid.present() {
		low, high := r.number(bid, 0, false), r.number(ask, 0, false)
		switch {
		case high < low:
			r.fail(ask, "%s is below %s %s", r.text(ask), bid.name, r.text(bid))
		case isMark(high, underlying, strike) || noOffer(low, high, underlying, strike, least < 0):
			r.fail(ask, "%s is too large for any option, a vendor's mark for no price", r.text(ask))
		}
		if low == 0 && high > 0 && least == 0 && !middle.present() {
			r.fail(bid, "a bid of 0 is no bid")
		}
		q = sides{(low + high) / 2, high - low}
	}
	switch {
	case middle.present():
		q.middle = r.number(middle, max(least, 0), least == 0)
	case q.middle == 0 && least == 0:
		r.fail(ask, "bid and ask are both 0")
	}
	return q
}

// first is the first value that was read well.
type first struct {
	value float64
	known bool
}

// differs reports whether a value is not the first; the first is.
func (f *first) differs(value float64) bool {
	if !f.known {
		f.value, f.known = value, true
	}
	return value != f.value
}

// clock gathers what the rows say of time.
type clock struct {
	timeline
	strike   first
	expiry   first
	expiries []int64
	years    []float64
	days     []float64
	bareDate bool
}

func (k *clock) append(c *csvColumns, row *tableRow) {
	if row.failed {
		return
	}
	if c.when.present() && k.read(row, &c.when, true) {
		row.several(c.when.first(), "%s repeats the row before: a file holds one option series, one row a time", row.when(&c.when))
	}
	if row.failed {
		return
	}
	switch {
	case c.years.present():
		k.years = append(k.years, row.number(c.years, 0, false))
	case c.days.present():
		k.days = append(k.days, row.number(c.days, 0, false))
	case c.expiry.present():
		expiry, bareDate := row.expiry(c.expiry, "")
		k.bareDate = bareDate
		if c.when.present() && !row.failed {
			if last := row.layout.lastOf(expiry, bareDate); k.moments[k.now()].seconds > last {
				row.fail(c.expiry, expiredText, row.text(c.expiry), k.written)
			}
		}
		k.expiries = append(k.expiries, expiry)
		if !row.failed && k.expiry.differs(float64(expiry)) {
			row.several(c.expiry, "expiry %s differs from that of the rows above: a file holds one option series", row.text(c.expiry))
		}
	}
}

// keep leaves some of the rows.
func (k *clock) keep(rows []int) {
	k.years, k.days, k.expiries = some(k.years, rows), some(k.days, rows), some(k.expiries, rows)
}

// some returns those values that have the indexes; nil of nil.
func some[T any](values []T, indexes []int) []T {
	if values == nil {
		return nil
	}
	kept := make([]T, len(indexes))
	for i, index := range indexes {
		kept[i] = values[index]
	}
	return kept
}

func (k *clock) toExpiry(timestamps []int64, rows int) expiryTimes {
	switch {
	case k.years != nil:
		return expiryTimes{values: k.years, perYear: 1}
	case k.days != nil:
		return expiryTimes{values: k.days, perYear: market.SessionsPerYear, calendar: true}
	}
	values := make([]float64, rows)
	if k.expiries != nil && timestamps != nil {
		for i := range values {
			values[i] = float64(k.expiries[i] - timestamps[i])
		}
		return expiryTimes{values: values, perYear: 86400 * market.SessionsPerYear, calendar: true, bareDate: k.bareDate, least: market.MinimumYears, seconds: k.expiries[0]}
	}
	for i := range values {
		values[i] = defaultYears
		if k.expiries != nil && rows > 1 {
			values[i] = float64(defaultYears * (1 - float64(i)/float64(rows-1)))
		}
	}
	return expiryTimes{values: values, perYear: 1, least: market.MinimumYears}
}
