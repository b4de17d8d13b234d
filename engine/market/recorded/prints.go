package recorded

import (
	"math"
	"slices"

	"optmm/engine/market"
)

// TradeCounts says what became of trades when they were tested against the quotes of their
// minute.
type TradeCounts struct {
	Trades     int
	Unknown    int // of options that the quotes do not have
	Unquoted   int // without a quote in the minute before
	OutOfRange int // further than the quote's width beyond every bid and ask of their minute
}

// Add adds the counts of other trades.
func (t *TradeCounts) Add(other TradeCounts) {
	t.Trades += other.Trades
	t.Unknown += other.Unknown
	t.Unquoted += other.Unquoted
	t.OutOfRange += other.OutOfRange
}

// optionKey is what a trade says of its option.
type optionKey struct {
	expiry int64
	strike float64
	put    bool
}

func (t *Trade) option() optionKey { return optionKey{t.Expiry, t.Strike, t.Put} }

// onDate is the option without the hour of its expiry.
func (k optionKey) onDate() optionKey {
	k.expiry = k.expiry / 86400 * 86400
	return k
}

// optionIndexes are where the options of a chain are.
type optionIndexes struct {
	exact  map[optionKey]int
	onDate map[optionKey]int // −1 of several that expire on the same date
}

func (c *Chain) indexes() optionIndexes {
	indexes := optionIndexes{map[optionKey]int{}, map[optionKey]int{}}
	for i := range c.Options {
		o := &c.Options[i]
		key := optionKey{c.Expiries[o.Expiry].Seconds, o.Strike, o.Put}
		indexes.exact[key] = i
		if _, several := indexes.onDate[key.onDate()]; several {
			i = -1
		}
		indexes.onDate[key.onDate()] = i
	}
	return indexes
}

// of returns the option that a trade is of: the one that expires then, or the only one that
// expires on that date, since one file may write dates and the other hours.
func (x *optionIndexes) of(t *Trade) (index int, found bool) {
	if index, found = x.exact[t.option()]; !found {
		index, found = x.onDate[t.option().onDate()]
		found = found && index >= 0
	}
	return index, found
}

// TestTrades tests the chain's trades against the quotes of their minute.
func (c *Chain) TestTrades() TradeCounts {
	return c.eachPrint(func(int, int, float64, int32) {})
}

// eachPrint calls a function with what printed of each option, in the order of time: the
// arrival, the minute of time after a quote. A trade belongs to the last quote before it, no
// further ahead of it than the rows are apart. A minute's lowest and highest price are two
// prints, of half of what was traded each, since more is not known: of one contract at least, as
// two prices are of two trades, and an odd one is at the low in even minutes and at the high in odd ones.
func (c *Chain) eachPrint(use func(option, arrival int, price float64, size int32)) (counts TradeCounts) {
	indexes, step := c.indexes(), c.StepMinutes()
	for i := range c.Trades {
		trade := &c.Trades[i]
		counts.Trades++
		option, known := indexes.of(trade)
		if !known {
			counts.Unknown++
			continue
		}
		minute := c.before(trade.Seconds)
		if minute < 0 || trade.Seconds > c.until(minute, int64(60*step)) {
			counts.Unquoted++
			continue
		}
		low, high := c.Options[option].around(minute)
		if math.IsNaN(high - low) {
			counts.Unquoted++
			continue
		}
		if trade.Low < low || trade.High > high {
			counts.OutOfRange++
			continue
		}
		arrival := minute*step + min(step, int(trade.Seconds-c.Timestamps[minute]+59)/60) - 1
		if trade.Low == trade.High {
			use(option, arrival, trade.Low, trade.Size)
			continue
		}
		size := max(2, trade.Size)
		below, above := size-size/2, size/2
		if arrival%2 != 0 {
			below, above = above, below
		}
		use(option, arrival, trade.Low, below)
		use(option, arrival, trade.High, above)
	}
	return counts
}

// before returns the minute whose quotes are the last that were known before a time, seconds, and
// none of its own: −1 where there is none.
func (c *Chain) before(seconds int64) int {
	known := c.Timestamps
	if c.Known != nil {
		known = c.Known
	}
	after, _ := slices.BinarySearch(known, seconds) // the first that is not before it
	return after - 1
}

// until is how long the quotes of a minute are posted, seconds: for a step, and until the next row
// is known where that is some seconds late.
func (c *Chain) until(minute int, step int64) int64 {
	until := c.known(minute) + step
	if next := minute + 1; next < len(c.Timestamps) && c.Timestamps[next]-c.Timestamps[minute] <= step+fewSeconds {
		until = max(until, c.known(next))
	}
	return until
}

// known is when the quotes of a minute were known.
func (c *Chain) known(minute int) int64 {
	if c.Known != nil {
		return c.Known[minute]
	}
	return c.Timestamps[minute]
}

// around returns the prices that a trade after a minute's quote may have: from the lowest bid
// of that quote and the next less the wider one's width, to the highest ask and it; NaN where
// neither has both sides.
func (o *Option) around(minute int) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	width := math.Inf(-1)
	for at := minute; at < min(minute+2, len(o.Bid)); at++ {
		if bid, ask := o.Bid[at], o.Ask[at]; ask >= bid {
			low, high, width = min(low, bid), max(high, ask), max(width, ask-bid)
		}
	}
	if width < 0 {
		return math.NaN(), math.NaN()
	}
	return low - width - priceGrid, high + width + priceGrid
}

// priceGrid is how far two prices that are meant to be equal may be apart.
const priceGrid = 1e-9

// addPrints gives the market's options what printed of them.
func (c *Chain) addPrints(m *market.Market) {
	series := map[optionKey]int{}
	for j := range m.Series {
		contract := &m.Series[j].Contract
		series[optionKey{contract.Expires, contract.Strike, contract.Put}] = j
	}
	arrivals := m.Minutes() * m.StepMinutes()
	counts := make([][]int32, len(m.Series)) // of each arrival
	c.eachPrint(func(option, arrival int, price float64, size int32) {
		o := &c.Options[option]
		j, ok := series[optionKey{c.Expiries[o.Expiry].Seconds, o.Strike, o.Put}]
		if !ok {
			return
		}
		prints := &m.Series[j].Prints
		if counts[j] == nil {
			counts[j] = make([]int32, arrivals)
		}
		counts[j][arrival]++
		prints.Price, prints.Size = append(prints.Price, price), append(prints.Size, size)
	})
	for j := range m.Series {
		if counts[j] == nil {
			continue // nothing printed of it
		}
		starts := make([]int32, arrivals+1)
		for arrival, count := range counts[j] {
			starts[arrival+1] = starts[arrival] + count
		}
		m.Series[j].Prints.Starts = starts
	}
}
