package recorded

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"optmm/engine/market"
)

// Trade is the trades of one option in one minute, or a single one.
type Trade struct {
	Seconds   int64 // of the trade, or the end of the minute, since 1970 UTC
	Strike    float64
	Expiry    int64 // seconds since 1970 UTC
	Put       bool
	Low, High float64 // prices
}

// Trades are recorded trades of options.
type Trades struct {
	All  []Trade
	Zone string // of the times as they are written, as Chain.Zone
}

// ReadTrades reads trades of options, a row for each minute (or trade) and option:
//
//	timestamp   of the trade, or the end of the minute; RFC 3339, or UTC where no zone is given
//	strike | K, expiry
//	right       call or put, or C or P
//	low, high   of the minute's prices; or price, of a single trade
//
// Columns beyond these are ignored. An error names the line and the column.
func ReadTrades(rows Rows, layout Layout) (*Trades, error) {
	faults := &Faults{}
	row, h, err := openTable(Table{Rows: rows}, &layout, faults)
	if err != nil {
		return nil, err
	}
	when := h.timeColumns()
	strike, expiry, right := h.find("strike", "K"), h.find("expiry"), h.find("right")
	low, high, price := h.find("low"), h.find("high"), h.find("price")
	if h.err != nil {
		return nil, h.err
	}
	if price.present() && !low.present() && !high.present() {
		low, high = price, price
	}
	if err := h.require(when.first(), strike, expiry, right, low, high); err != nil {
		return nil, err
	}
	trades := &Trades{}
	err = row.each(func() {
		ends, _ := row.expiry(expiry, "")
		at := row.moment(&when)
		if row.sameZone(when.first(), at, &trades.Zone, trades.All == nil); row.failed {
			return
		}
		trade := Trade{Seconds: at.seconds, Strike: row.number(strike, 0, true), Expiry: ends, Low: row.number(low, 0, true), High: row.number(high, 0, true)}
		trade.Put = row.right(right)
		if trade.High < trade.Low {
			row.fail(high, "%s is below low %s", row.text(high), row.text(low))
		}
		trades.All = append(trades.All, trade)
	})
	if err = cmp.Or(err, faults.err()); err != nil {
		return nil, err
	}
	if len(trades.All) == 0 {
		return nil, errors.New("the file has a header but no rows")
	}
	return trades, nil
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
	type key struct {
		expiry int64
		strike float64
		put    bool
	}
	places := map[key]int{}
	for i := range c.Options {
		o := &c.Options[i]
		places[key{c.Expiries[o.Expiry].Seconds, o.Strike, o.Put}] = i
	}
	type prices struct{ low, high float64 }
	traded := make([]map[int]prices, len(c.Options)) // by the minute before
	var matched Matched
	states, _ := c.judge(stale, math.NaN())
	for i := range c.Options {
		if !chosen(&c.Options[i]) {
			states[i] = nil
		}
	}
	for _, trade := range trades {
		index, ok := places[key{trade.Expiry, trade.Strike, trade.Put}]
		if ok && states[index] == nil {
			continue // not chosen
		}
		matched.Trades++
		if !ok {
			matched.Unknown++
			continue
		}
		after, _ := slices.BinarySearch(c.Timestamps, trade.Seconds) // the first quote that is not before the trade
		minute := after - 1
		if minute < 0 || trade.Seconds-c.Timestamps[minute] > 60 || states[index][minute] != market.Quoted {
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
