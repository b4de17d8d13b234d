package recorded

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	"optmm/engine/market"
)

// Trade is the trades of one option in one minute, or a single one.
type Trade struct {
	Seconds   int64 // of the trade, rounded up, or the end of the minute, since 1970 UTC
	Strike    float64
	Expiry    int64 // seconds since 1970 UTC
	Put       bool
	Low, High float64 // prices
	Size      int32   // contracts
}

// Trades are recorded trades of options.
type Trades struct {
	All       []Trade // rising in time
	Zone      string  // of the times as they are written, as Chain.Zone
	Root      string  // of the options; empty where the rows name none
	NoSizes   bool    // no column says how many contracts: each trade is taken for one
	Fractions int     // trades whose size is not whole, and is rounded down
	Late      int     // prints that the condition says are late or out of sequence, which are left out
	Canceled  int     // trades that were taken back, which are left out
	Unmatched int     // cancels of trades that are not there

	barSeconds int64           // to be added to the times of bars that are dated by their starts
	open       map[Trade][]int // trades that a cancel may take back, without their times; nil until one comes
	roots      map[string]bool
}

// ReadTrades reads trades of options, a row for each minute (or trade) and option, in any order:
//
//	timestamp   of the trade, or the end of the minute; RFC 3339, or UTC where no zone is given
//	strike | K, expiry, right (call or put, or C or P); or contract, as OPRA writes it
//	low, high   of the minute's prices; or price, of a single trade
//	size        contracts, also volume or quantity; 1 of each trade where there is none
//	root        of the options, of which layout.Roots are read
//	condition   letters or words of OPRA, one or several: B, D, H (OSEQ, LATE, OPNL) are late, and left
//	            out; A, C, E, G (CANC, CNCL, CNCO, CNOL) take the last such trade back
//
// Bars that layout.Starts dates by their starts are a minute long. Columns beyond these are
// ignored. An error names the line and the column.
func ReadTrades(tables iter.Seq2[Table, error], layout Layout) (*Trades, error) {
	faults := &Faults{}
	trades := &Trades{roots: map[string]bool{}}
	if layout.Starts {
		trades.barSeconds = 60
	}
	read := false
	open := func(row *tableRow, h *header) (func(), error) {
		c := h.trades()
		trades.NoSizes = trades.NoSizes || !c.size.present()
		return func() { read = true; trades.add(row, &c) }, cmp.Or(h.err, h.require(c.needed()...))
	}
	if err := cmp.Or(eachTable(tables, &layout, faults, open), faults.err()); err != nil {
		return nil, err
	}
	trades.All = slices.DeleteFunc(trades.All, func(t Trade) bool { return t.Size == 0 }) // taken back, or less than a contract
	roots := slices.Sorted(maps.Keys(trades.roots))
	switch {
	case !read:
		return nil, errors.New("the file has a header but no rows")
	case len(roots) == 0 && layout.Roots != nil && len(trades.All)+trades.Late+trades.Canceled == 0:
		return nil, fmt.Errorf("no trade is of the root %s", strings.Join(layout.Roots, " or "))
	case len(roots) > 1 && layout.Roots == nil:
		return nil, fmt.Errorf("the trades have the roots %s: choose those that are meant by root", strings.Join(roots, ", "))
	case len(roots) == 1:
		trades.Root = roots[0]
	}
	slices.SortStableFunc(trades.All, func(a, b Trade) int { return cmp.Compare(a.Seconds, b.Seconds) })
	trades.open, trades.roots = nil, nil
	return trades, nil
}

// tradeColumns are the columns of trades.
type tradeColumns struct {
	when                                  timeColumns
	strike, expiry, right, contract, root column
	low, high, size, condition            column
}

func (h *header) trades() tradeColumns {
	c := tradeColumns{
		when: h.timeColumns(), strike: h.find("strike", "K"), expiry: h.find("expiry"), right: h.find("right"), contract: absent(), root: h.find("root"),
		low: h.find("low"), high: h.find("high"), size: h.find("size", "volume", "quantity"), condition: h.find("condition", "conditions"),
	}
	if name := h.find("contract"); name.present() && !(c.strike.present() && c.expiry.present() && c.right.present()) {
		c.contract = name
	}
	if price := h.find("price"); price.present() && !c.low.present() && !c.high.present() {
		c.low, c.high = price, price
	}
	return c
}

// needed are the columns that have to be there.
func (c *tradeColumns) needed() []column {
	needed := []column{c.when.first(), c.low, c.high}
	if c.contract.present() {
		return append(needed, c.contract)
	}
	return append(needed, c.strike, c.expiry, c.right)
}

// The conditions of OPRA's trades that are none of their time, and that take one back.
const (
	lateConditions   = " B D H OSEQ LATE OPNL "
	cancelConditions = " A C E G CANC CNCL CNCO CNOL "
)

// hasCondition reports whether one of the conditions in a cell is one of some.
func hasCondition(cell, some string) bool {
	words := strings.FieldsFunc(strings.ToUpper(cell), func(r rune) bool { return strings.ContainsRune(" ,;|@/", r) })
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(some, " "+word+" ") })
}

// add reads a trade.
func (t *Trades) add(row *tableRow, c *tradeColumns) {
	var trade Trade
	root := ""
	if c.root.present() {
		root = row.text(c.root)
	}
	if c.contract.present() {
		read := row.contract(c.contract)
		trade.Strike, trade.Put = read.strike, read.put
		trade.Expiry, _ = row.layout.expires(read.expiry, read.root)
		root = read.root
	}
	if row.failed || row.layout.Roots != nil && root != "" && !slices.Contains(row.layout.Roots, root) {
		return
	}
	if !c.contract.present() {
		trade.Expiry, _ = row.expiry(c.expiry, root)
		trade.Strike, trade.Put = row.number(c.strike, 0, true), row.right(c.right)
	}
	at := row.moment(&c.when)
	if row.sameZone(c.when.first(), at, &t.Zone, t.All == nil); row.failed {
		return
	}
	if trade.Seconds = at.seconds + t.barSeconds; at.nanoseconds > 0 {
		trade.Seconds++
	}
	trade.Low, trade.High, trade.Size = row.number(c.low, 0, true), row.number(c.high, 0, true), 1
	if trade.High < trade.Low {
		row.fail(c.high, "%s is below low %s", row.text(c.high), row.text(c.low))
	}
	fraction := false
	if c.size.present() {
		size := row.number(c.size, 0, false)
		trade.Size = int32(min(size, math.MaxInt32/2))
		fraction = size != math.Floor(size)
	}
	if row.failed {
		return
	}
	if root != "" && len(t.roots) < mostRoots {
		t.roots[strings.Clone(root)] = true
	}
	if c.condition.present() {
		switch cell := row.text(c.condition); {
		case hasCondition(cell, cancelConditions):
			t.cancel(trade)
			return
		case hasCondition(cell, lateConditions):
			t.Late++
			return
		}
	}
	if fraction {
		t.Fractions++
	}
	if t.open != nil {
		t.open[trade.untimed()] = append(t.open[trade.untimed()], len(t.All))
	}
	t.All = append(t.All, trade)
}

// untimed is the trade without its time.
func (t Trade) untimed() Trade {
	t.Seconds = 0
	return t
}

// cancel takes back the last trade that a cancel repeats.
func (t *Trades) cancel(trade Trade) {
	if t.open == nil {
		t.open = map[Trade][]int{}
		for i, other := range t.All {
			t.open[other.untimed()] = append(t.open[other.untimed()], i)
		}
	}
	key := trade.untimed()
	indexes := t.open[key]
	if len(indexes) == 0 {
		t.Unmatched++
		return
	}
	last := indexes[len(indexes)-1]
	t.open[key] = indexes[:len(indexes)-1]
	t.All[last].Size = 0
	t.Canceled++
}

// TradeThrough is how far trading reached from an option's quote within the minute after
// it: what a quote posted then would have been hit by.
type TradeThrough struct {
	Option, Minute int
	Below, Above   float64 // the mid less the lowest price, the highest price less the mid; −Inf without a trade
	HalfWidth      float64 // of the quote
}

// Matched counts what became of the trades.
type Matched struct {
	Trades   int
	Unknown  int // of options that the quotes do not have
	Unquoted int // without a usable quote in the minute before
}

// TradeThroughs pairs each minute of each option that chosen takes, where its quote is
// usable, with the trades of the minute that follows at once. A trade belongs to
// the last quote before it, at most a minute: minutes of trades are dated by their
// end, and so are quotes, and nothing is seen ahead. Stale is as in Option.States.
func (c *Chain) TradeThroughs(trades []Trade, stale int, chosen func(*Option) bool) ([]TradeThrough, Matched) {
	indexes := c.indexes()
	type prices struct{ low, high float64 }
	traded := make([]map[int]prices, len(c.Options)) // by the minute before
	var matched Matched
	states, _ := c.judge(stale, math.NaN())
	for i := range c.Options {
		if !chosen(&c.Options[i]) {
			states[i] = nil
		}
	}
	for i := range trades {
		trade := &trades[i]
		index, ok := indexes.of(trade)
		if ok && states[index] == nil {
			continue // not chosen
		}
		matched.Trades++
		if !ok {
			matched.Unknown++
			continue
		}
		minute := c.before(trade.Seconds)
		if minute < 0 || trade.Seconds > c.until(minute, 60) || states[index][minute] != market.Quoted {
			matched.Unquoted++
			continue
		}
		if traded[index] == nil {
			traded[index] = map[int]prices{}
		}
		seen, again := traded[index][minute]
		if !again {
			seen = prices{math.Inf(1), math.Inf(-1)}
		}
		traded[index][minute] = prices{min(seen.low, trade.Low), max(seen.high, trade.High)}
	}
	var reaches []TradeThrough
	for i := range c.Options {
		o := &c.Options[i]
		for minute, state := range states[i] {
			next := minute + 1
			if state != market.Quoted || next == len(c.Timestamps) || c.Timestamps[next]-c.Timestamps[minute] != 60 {
				continue
			}
			reach := TradeThrough{Option: i, Minute: minute, Below: math.Inf(-1), Above: math.Inf(-1), HalfWidth: float64((o.Ask[minute] - o.Bid[minute]) / 2)}
			if seen, ok := traded[i][minute]; ok {
				mid := o.mid(minute)
				reach.Below, reach.Above = mid-seen.low, seen.high-mid
			}
			reaches = append(reaches, reach)
		}
	}
	return reaches, matched
}
