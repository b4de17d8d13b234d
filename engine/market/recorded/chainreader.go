package recorded

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// chainColumns are the columns of a chain: of a row per strike the sides of call and put, of
// a row per right the right and its sides. The contract's name, or its id, may hold strike,
// expiry and right.
type chainColumns struct {
	when                                     timeColumns
	underlying, underlyingBid, underlyingAsk column
	strike, expiry, root                     column
	callBid, callAsk, putBid, putAsk         column
	right, bid, ask, contract, id            column
}

// perRight reports whether each right has a row of its own.
func (c *chainColumns) perRight() bool { return c.bid.present() }

// named reports whether the option is known by its name or its id.
func (c *chainColumns) named() bool { return c.contract.present() || c.id.present() }

// chain finds the columns of a chain, with what is known from files of their own.
func (h *header) chain(own Own) (chainColumns, error) {
	c := chainColumns{
		when: h.timeColumns(), underlying: h.find("underlying", "S"), strike: h.find("strike", "K"), expiry: h.find("expiry"), root: h.find("root"),
		callBid: h.find("call_bid"), callAsk: h.find("call_ask"), putBid: h.find("put_bid"), putAsk: h.find("put_ask"),
		underlyingBid: absent(), underlyingAsk: absent(), right: absent(), bid: absent(), ask: absent(), contract: absent(), id: absent(),
	}
	var spot []column
	switch {
	case own.prices != nil:
		c.underlying = absent()
	case c.underlying.present():
	default:
		if bid, ask := h.find("underlying_bid"), h.find("underlying_ask"); bid.present() && ask.present() {
			c.underlyingBid, c.underlyingAsk = bid, ask
		} else {
			spot = []column{c.underlying}
		}
	}
	needed := append([]column{c.when.first()}, append(spot, c.strike, c.expiry, c.callBid, c.callAsk, c.putBid, c.putAsk)...)
	if bid, ask := h.find("bid"), h.find("ask"); bid.present() && ask.present() && !c.callBid.present() && !c.putBid.present() {
		right, name, id := h.find("right"), h.find("contract"), h.find("id")
		whole := c.strike.present() && c.expiry.present() && right.present()
		needed = append([]column{c.when.first()}, spot...)
		c.bid, c.ask = bid, ask
		switch {
		case whole || !name.present() && !(id.present() && own.contracts != nil):
			c.right = right
			needed = append(needed, c.strike, c.expiry, c.right)
		case id.present() && own.contracts != nil:
			c.id = id
		default:
			c.contract = name
		}
		if c.named() {
			c.strike, c.expiry = absent(), absent()
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

// read adds the rows of a table.
func (b *chainReader) read(table Table) error {
	row, header, err := openTable(table, b.layout, b.faults)
	if err != nil {
		return err
	}
	if b.columns, err = header.chain(b.own); err != nil {
		return row.named(err)
	}
	b.row, b.written = row, ""
	return row.each(b.add)
}

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

// isRoot reports whether a text names a share or an index, as SPXW, rather than an option.
func isRoot(text string) bool {
	return len(text) <= 6 && strings.Trim(strings.ToUpper(text), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.^/$") == ""
}

// mostRoots is how many roots of options a message may need to show.
const mostRoots = 20

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

// rootStrikes says whether a root has options of several strikes or expiries: what has one alone
// may be the id of an option.
type rootStrikes struct {
	expiry  int64
	strike  float64
	several bool
}

// noteRoot notes the root of a row, as far as a message shows roots.
func (b *chainReader) noteRoot(root string, expiry int64, strike float64) {
	known := b.roots[root]
	switch {
	case root == "":
	case known != nil:
		known.several = known.several || known.expiry != expiry || known.strike != strike
	case len(b.roots) < mostRoots:
		b.roots[strings.Clone(root)] = &rootStrikes{expiry: expiry, strike: strike}
	}
}

// refuseRoots refuses options of several shares that nobody chose from.
func (b *chainReader) refuseRoots() {
	roots := slices.Sorted(maps.Keys(b.roots))
	ofShares := !b.column || slices.ContainsFunc(roots, func(root string) bool { return b.roots[root].several })
	if b.layout.Roots == nil && len(roots) > 1 && ofShares {
		b.faults.add("roots", "", func() error {
			return fmt.Errorf("the options have the roots %s: choose those that are meant by root", strings.Join(roots, ", "))
		})
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
		return nil, b.noRows()
	}
	b.refuseRoots()
	b.refuseExpired()
	if err := b.faults.err(); err != nil {
		return nil, err
	}
	feed := b.sort()
	if err := b.faults.err(); err != nil {
		return nil, err
	}
	if b.layout.Starts {
		b.shift()
	}
	minutes := minutesOf(b.moments, feed, b.layout.Carry)
	if b.layout.Carry {
		minutes.fill()
	}
	chain := &Chain{Timestamps: minutes.ends, Zone: b.zone, Rows: b.rows, Marks: b.marks, Moments: len(b.moments), Sorted: b.falls, Unit: b.unit}
	if b.own.prices != nil {
		chain.OwnPrices, chain.PriceZone = true, b.own.prices.zone
	}
	if options := b.options(); tooSparse(int64(options), int64(len(minutes.ends)), int64(b.rows)) {
		return nil, fmt.Errorf("%d options in %d minutes from %d rows: too few are quoted in the same minute to be a chain; take fewer strikes or a shorter time", options, len(minutes.ends), b.rows)
	}
	for _, second := range slices.Sorted(maps.Keys(b.expiries)) {
		b.addExpiry(chain, &minutes, b.expiries[second])
	}
	if err := b.faults.err(); err != nil {
		return nil, err
	}
	return chain, nil
}

// options returns the number of options, a call and a put of each strike.
func (b *chainReader) options() (options int) {
	for _, expiry := range b.expiries {
		options += 2 * len(expiry.strikes)
	}
	return options
}

// addExpiry makes minutes of an expiry's rows; without an underlying it is a fault.
func (b *chainReader) addExpiry(chain *Chain, m *minutes, expiry *chainExpiry) {
	if expiry.Underlying = b.prices(m, expiry); !slices.ContainsFunc(expiry.Underlying, func(price float64) bool { return !math.IsNaN(price) }) {
		b.faults.add("no underlying", expiry.place, func() error { return b.noUnderlying(expiry) })
		return
	}
	expiry.end(chain.Timestamps)
	for _, price := range slices.Sorted(maps.Keys(expiry.strikes)) {
		strike := expiry.strikes[price]
		for _, option := range []*chainOption{&strike.call, &strike.put} {
			if b.layout.Carry {
				option.Seen = m.seen(option.at, b.moments)
			}
			option.Bid, option.Ask = b.spread(m, option.at, option.Bid, false), b.spread(m, option.at, option.Ask, false)
			option.at = nil
			option.Expiry = len(chain.Expiries)
			chain.Options = append(chain.Options, option.Option)
		}
	}
	chain.Expiries = append(chain.Expiries, expiry.Expiry)
}

// noUnderlying says that an expiry has no price of its underlying.
func (b *chainReader) noUnderlying(expiry *chainExpiry) error {
	column, where := "", "in any row"
	switch {
	case b.own.prices != nil:
		where = "within an hour before any row"
	case b.columns.underlying.present():
		column = ", column " + b.columns.underlying.name
	}
	return fmt.Errorf("%s%s: expiry %s has no underlying %s", expiry.place, column, time.Unix(expiry.Seconds, 0).UTC().Format(time.DateOnly), where)
}

// shift dates rows that are dated by their starts by their ends: later by what most are apart,
// of an hour at most, or else by a minute.
func (t *timeline) shift() {
	gaps := make([]int64, 0, len(t.moments))
	for i := 1; i < len(t.moments); i++ {
		gaps = append(gaps, t.moments[i].seconds-t.moments[i-1].seconds)
	}
	slices.Sort(gaps)
	step := int64(60)
	if len(gaps) > 0 {
		if median := gaps[(len(gaps)-1)/2]; median > 0 && median <= 3600 {
			step = median
		}
	}
	for i := range t.moments {
		t.moments[i].seconds += step
	}
}

// refuseExpired refuses expiries of which even the earliest row is after the end of trading.
func (b *chainReader) refuseExpired() {
	for _, second := range slices.Sorted(maps.Keys(b.expiries)) {
		if e := b.expiries[second]; e.first.seconds > e.last {
			b.faults.add("expired", e.place, func() error {
				return fmt.Errorf("%s, column %s: "+expiredText, e.place, e.column, e.written, e.when)
			})
		}
	}
}

// noRows says why nothing was read.
func (b *chainReader) noRows() error {
	if err := b.faults.err(); err != nil {
		return err
	}
	if b.layout.Roots != nil {
		return fmt.Errorf("no row is of the root %s", strings.Join(b.layout.Roots, " or "))
	}
	return errors.New("the file has a header but no rows")
}

// sort puts moments, and the rows of every option, in the order of time, and reports whether
// an option has several of them in a minute.
func (b *chainReader) sort() (feed bool) {
	places := b.timeline.sort()
	for _, second := range slices.Sorted(maps.Keys(b.expiries)) {
		expiry := b.expiries[second]
		if places != nil {
			b.sortPrices(expiry, places)
		}
		for _, price := range slices.Sorted(maps.Keys(expiry.strikes)) {
			strike := expiry.strikes[price]
			for _, o := range []*chainOption{&strike.call, &strike.put} {
				if places != nil {
					b.sortQuotes(o, second, places)
				}
				for i := 1; i < len(o.at) && !feed; i++ {
					feed = b.moments[o.at[i]].minute() == b.moments[o.at[i-1]].minute()
				}
			}
		}
	}
	return feed
}

// sortQuotes puts the quotes of an option in the order of time; a time that repeats is a fault.
func (b *chainReader) sortQuotes(o *chainOption, expiry int64, places []int32) {
	order := sortedBy(o.at, places)
	o.Bid, o.Ask = some(o.Bid, order), some(o.Ask, order)
	for i := 1; i < len(o.at); i++ {
		if at := b.moments[o.at[i]]; o.at[i] == o.at[i-1] {
			b.faults.add("duplicate", "", func() error {
				return fmt.Errorf("the %s %v of %s has several quotes at %s: leave one in; roots of one date that expire at different hours need expiry_time, "+
					"and hours that the clocks repeat a zone", map[bool]string{false: "call", true: "put"}[o.Put], o.Strike,
					time.Unix(expiry, 0).UTC().Format(time.DateOnly), time.Unix(at.seconds, at.nanoseconds).UTC().Format(time.RFC3339Nano))
			})
		}
	}
}

// sortPrices puts the prices of an expiry's underlying in the order of time, each time once.
func (b *chainReader) sortPrices(expiry *chainExpiry, places []int32) {
	prices := some(expiry.prices, sortedBy(expiry.at, places))
	last := 0
	for i := 1; i < len(prices); i++ {
		if expiry.at[i] != expiry.at[last] {
			last++
			expiry.at[last], prices[last] = expiry.at[i], prices[i]
			continue
		}
		if at := b.moments[expiry.at[i]]; differ(prices[i], prices[last]) {
			first, second := prices[last], prices[i]
			b.faults.add("underlying differs", "", func() error {
				return fmt.Errorf("expiry %s has the underlyings %v and %v at %s", time.Unix(expiry.Seconds, 0).UTC().Format(time.DateOnly), first, second,
					time.Unix(at.seconds, at.nanoseconds).UTC().Format(time.RFC3339Nano))
			})
		}
	}
	if len(prices) > 0 {
		expiry.at, prices = expiry.at[:last+1], prices[:last+1]
	}
	expiry.prices = prices
}

// sortedBy puts indexes of moments, replaced by their places, in order, and returns where each
// was before.
func sortedBy(at, places []int32) (order []int) {
	order = make([]int, len(at))
	for i := range at {
		order[i], at[i] = i, places[at[i]]
	}
	slices.SortStableFunc(order, func(i, j int) int { return int(at[i]) - int(at[j]) })
	copy(at, some(slices.Clone(at), order))
	return order
}

// prices returns an expiry's underlying by minute.
func (b *chainReader) prices(m *minutes, expiry *chainExpiry) []float64 {
	if b.own.prices == nil {
		return b.spread(m, expiry.at, expiry.prices, true)
	}
	prices := make([]float64, len(m.ends))
	for i, end := range m.ends {
		prices[i] = b.own.prices.at(moment{seconds: end})
	}
	return prices
}

// spread gives every minute its last value, which in a feed that leaves out what did not
// change holds on.
func (b *chainReader) spread(m *minutes, at []int32, values []float64, keep bool) []float64 {
	column := m.spread(at, values, keep)
	if b.layout.Carry {
		m.carry(at, column)
	}
	return column
}
