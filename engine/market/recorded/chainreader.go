package recorded

import (
	"math"
	"slices"
	"strings"
	"time"
)

// chainReader gathers rows, by the moments of which minutes are made when all are known.
type chainReader struct {
	timeline
	own      Own
	layout   *Layout
	columns  chainColumns
	row      *tableRow
	faults   *Faults
	expiries map[int64]*chainExpiry
	dates    map[rootDate]*chainExpiry
	roots    map[string]*rootStrikes // of the rows
	column   bool                    // the roots come from a column that nobody said has them
	rows     int
	marks    int // prices too large to be any, taken for no price
}

// rootDate is an expiry as it is written, of a root.
type rootDate struct{ root, date string }

type chainExpiry struct {
	Expiry
	strikes map[float64]*chainStrike
	at      []int32 // the moments of its rows
	prices  []float64
	column  string // that has the expiry
	written string // as the first row that was read has it
	last    int64  // when trading ends at the latest
	first   moment // of the earliest row
	when    string // its time as it is written
	place   string // where it is
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

// open finds the columns of a table.
func (b *chainReader) open(row *tableRow, columns *header) (add func(), err error) {
	b.columns, err = columns.chain(b.own)
	b.row, b.written = row, ""
	return b.add, err
}

// add adds the row that was read last.
func (b *chainReader) add() {
	row, c := b.row, &b.columns
	name, chosen := b.name()
	if !chosen {
		return
	}
	b.rows++
	if !row.failed {
		b.timeline.read(row, &c.when, false)
	}
	if row.failed {
		return
	}
	expiry := b.expiry(name)
	if row.failed {
		return
	}
	if at := b.moments[b.now()]; at.compare(expiry.first) < 0 {
		expiry.first, expiry.when, expiry.place = at, b.written, row.place(c.expiry)
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
	b.noteRoot(name.root, expiry.Seconds, price)
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

// name reads the option's name, as far as the row has it, and reports whether its root is one
// of those that are read.
func (b *chainReader) name() (name contract, chosen bool) {
	row, c := b.row, &b.columns
	switch {
	case c.contract.present() && b.layout.Roots != nil: // others may not even be options
		if name, chosen = parseContract(row.text(c.contract)); !chosen {
			return name, false
		}
	case c.contract.present():
		name = row.contract(c.contract)
	case c.id.present():
		id := row.text(c.id)
		known, ok := b.own.contracts[id]
		if !ok {
			row.fail(c.id, "%q is not in the file of contracts", id)
		}
		name = known
	}
	if c.root.present() && !(c.contract.present() && c.root.index == c.contract.index) {
		_, said := b.layout.Columns["root"]
		b.column = !said
		if root := row.text(c.root); said || isRoot(root) {
			name.root = root
		}
	}
	return name, b.layout.Roots == nil || slices.Contains(b.layout.Roots, name.root)
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
	written := rootDate{}
	if len(b.layout.Expires) > 0 {
		written.root = name.root
	}
	if c.present() {
		written.date = row.text(c)
	} else {
		c, written.date = b.columns.contract, name.expiry.Format(time.DateOnly)
	}
	if known := b.dates[written]; known != nil {
		return known
	}
	var seconds int64
	var bareDate bool
	if b.columns.expiry.present() {
		seconds, bareDate = row.expiry(c, name.root)
	} else {
		seconds, bareDate = b.layout.expires(name.expiry, name.root)
	}
	if row.failed {
		return nil
	}
	known := b.expiries[seconds]
	if known == nil {
		known = &chainExpiry{
			Expiry:  Expiry{Seconds: seconds, BareDate: bareDate},
			strikes: map[float64]*chainStrike{},
			place:   row.place(c), column: c.name, written: strings.Clone(written.date),
			last: b.layout.lastOf(seconds, bareDate), first: b.moments[b.now()], when: b.written,
		}
		b.expiries[seconds] = known
	}
	written.root, written.date = strings.Clone(written.root), strings.Clone(written.date)
	b.dates[written] = known
	return known
}

// underlying reads the price of an expiry's underlying, which all rows of both at a moment
// have the same.
func (b *chainReader) underlying(expiry *chainExpiry) float64 {
	row, c := b.row, b.columns.underlying
	if b.own.prices != nil {
		return b.own.prices.at(b.moments[b.now()])
	}
	var price float64
	if c.present() {
		price = row.spot(c)
	} else {
		c = b.columns.underlyingBid
		price = (row.spot(c) + row.spot(b.columns.underlyingAsk)) / 2
	}
	if row.failed {
		return price
	}
	last := len(expiry.at) - 1
	if last < 0 || expiry.at[last] != b.now() {
		expiry.at, expiry.prices = append(expiry.at, b.now()), append(expiry.prices, price)
		return price
	}
	if before := expiry.prices[last]; differ(price, before) {
		row.fail(c, "%q differs from %v in another row of the same time and expiry", row.text(c), before)
	}
	return price
}

// differ reports whether two prices are not the same; NaN is NaN.
func differ(a, b float64) bool { return a != b && !(math.IsNaN(a) && math.IsNaN(b)) }

// spot reads the price of an underlying, NaN where the cell says that there is none; 0 is none.
func (r *tableRow) spot(c column) float64 {
	if nothing(r.text(c)) {
		return math.NaN()
	}
	price := r.number(c, 0, false)
	if price == 0 {
		return math.NaN()
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
	}
	low, high := b.price(bid, spot, o.Strike), b.price(ask, spot, o.Strike)
	if noOffer(low, high, spot, o.Strike, o.Put) {
		b.marks++
		high = math.NaN()
	}
	o.at = append(o.at, b.now())
	o.Bid, o.Ask = append(o.Bid, low), append(o.Ask, high)
}

// price reads one side of a quote, NaN where there is none, which 0 says too.
func (b *chainReader) price(c column, spot, strike float64) float64 {
	price := b.row.price(c)
	if b.layout.Coin {
		price = float64(price * spot)
	}
	if price == 0 {
		return math.NaN()
	}
	if isMark(price, spot, strike) {
		b.marks++
		return math.NaN()
	}
	return price
}
