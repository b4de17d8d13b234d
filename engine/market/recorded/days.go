package recorded

import (
	"encoding/json"
	"errors"
	"slices"

	"optmm/engine/market"
)

// Days returns where trading days begin: the first row, and every one that begins a session
// at least 14 hours after the day's. Trading that does not pause for a day is cut at midnight,
// UTC, a row at midnight being the end of the day before. Rows of more than an hour are days of
// their own, too short to trade in, and so are all one; without timestamps nothing is known.
func Days(timestamps []int64) []int {
	starts := []int{0}
	if len(timestamps) == 0 || stepOf(timestamps) > 60 {
		return starts
	}
	sessions, _ := recordedSessions(timestamps, len(timestamps))
	for _, first := range sessions[1:] {
		if !SameDay(timestamps[starts[len(starts)-1]], timestamps[first-1], timestamps[first]) {
			starts = append(starts, first)
		}
	}
	var days []int
	for i, first := range starts {
		end := len(timestamps)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		days = append(days, first)
		for at := first + 1; at < end && timestamps[end-1]-timestamps[first] > 86400; at++ {
			if dateOfEnd(timestamps[at]) != dateOfEnd(timestamps[at-1]) {
				days = append(days, at)
			}
		}
	}
	return days
}

// dateOfEnd is the date, in days since 1970 UTC, of a minute that ends then.
func dateOfEnd(seconds int64) int64 { return (seconds - 1) / 86400 }

// SameDay reports whether a session that begins at a time is of the trading day that began first
// and had its last row before: after lunch, or a morning after the night before it.
func SameDay(first, last, begins int64) bool {
	return begins-first < sameDay || begins-last < sessionGap && last-first < 86400-sessionGap
}

// Between returns the minutes from first to end as a history of its own, as if it alone had
// been read: the options that are quoted then. It is an error where none is.
func (c *Chain) Between(first, end int) (*Chain, error) {
	part := *c
	part.Timestamps = c.Timestamps[first:end]
	if c.dividends != nil {
		part.dividends = c.dividends[first:end]
	}
	if c.Known != nil {
		part.Known = c.Known[first:end]
	}
	part.Expiries, part.Options = nil, nil
	for index := range c.Expiries {
		low, high := c.options(index)
		options := c.Options[low:high]
		var kept []Option
		for k := 0; k+1 < len(options); k += 2 {
			pair := []Option{options[k].between(first, end), options[k+1].between(first, end)}
			if pair[0].everQuoted() || pair[1].everQuoted() {
				kept = append(kept, pair...)
			}
		}
		expiry := c.Expiries[index]
		expiry.Underlying = expiry.Underlying[first:end]
		if kept == nil || !slices.ContainsFunc(expiry.Underlying, func(price float64) bool { return price == price }) {
			continue
		}
		expiry.end(part.Timestamps)
		for i := range kept {
			kept[i].Expiry = len(part.Expiries)
		}
		part.Expiries, part.Options = append(part.Expiries, expiry), append(part.Options, kept...)
	}
	if part.Options == nil {
		return nil, errors.New("no option has a quote")
	}
	part.Rows = c.Rows * (end - first) / len(c.Timestamps) // about
	part.Moments = c.Moments * (end - first) / len(c.Timestamps)
	return &part, nil
}

func (o Option) between(first, end int) Option {
	o.Bid, o.Ask = o.Bid[first:end], o.Ask[first:end]
	if o.Seen != nil {
		o.Seen = o.Seen[first:end]
	}
	return o
}

// everQuoted reports whether some side is quoted in some minute.
func (o *Option) everQuoted() bool {
	known := func(x float64) bool { return x == x }
	return slices.ContainsFunc(o.Bid, known) || slices.ContainsFunc(o.Ask, known)
}

// Between returns the rows from first to end as a history of its own.
func (q *Quotes) Between(first, end int) *Quotes {
	part := *q
	rows := make([]int, end-first)
	for i := range rows {
		rows[i] = first + i
	}
	part.keep(rows)
	part.timestamps = some(q.timestamps, rows)
	part.time.values = some(q.time.values, rows)
	part.rows = len(rows)
	return &part
}

// Timestamps returns the time of each row, seconds since 1970 UTC; nil where the data has
// none.
func (q *Quotes) Timestamps() []int64 { return q.timestamps }

// chainFacts are what a packed chain has besides its columns.
type chainFacts struct {
	Chain     Chain // without what is in columns
	Expiries  []Expiry
	Options   []Option
	Seen      []bool
	Dividends bool
}

// Pack returns the chain, but for its trades, as columns.
func (c *Chain) Pack() (p market.Packed, err error) {
	f := chainFacts{Chain: *c, Dividends: c.dividends != nil}
	f.Chain.Timestamps, f.Chain.Expiries, f.Chain.Options, f.Chain.Trades = nil, nil, nil, nil
	p.Columns = append(p.Columns, market.Floats(c.Timestamps))
	if c.dividends != nil {
		p.Columns = append(p.Columns, c.dividends)
	}
	for _, expiry := range c.Expiries {
		p.Columns = append(p.Columns, expiry.Underlying)
		expiry.Underlying = nil
		f.Expiries = append(f.Expiries, expiry)
	}
	for _, option := range c.Options {
		f.Seen = append(f.Seen, option.Seen != nil)
		if p.Columns = append(p.Columns, option.Bid, option.Ask); option.Seen != nil {
			p.Columns = append(p.Columns, market.Floats(option.Seen))
		}
		option.Bid, option.Ask, option.Seen = nil, nil, nil
		f.Options = append(f.Options, option)
	}
	p.Facts, err = json.Marshal(f)
	return p, err
}

// UnpackChain returns a chain that was packed.
func UnpackChain(p market.Packed) (*Chain, error) {
	var f chainFacts
	if err := json.Unmarshal(p.Facts, &f); err != nil {
		return nil, err
	}
	columns := 1 + len(f.Expiries) + 2*len(f.Options)
	for _, seen := range append(f.Seen, f.Dividends) {
		if seen {
			columns++
		}
	}
	if len(f.Seen) != len(f.Options) || len(p.Columns) != columns {
		return nil, errors.New("the packed chain has other columns than it says")
	}
	next := p.Columns
	take := func() []float64 {
		column := next[0]
		next = next[1:]
		return column
	}
	c := f.Chain
	c.Timestamps, c.Expiries, c.Options = market.Integers[int64](take()), f.Expiries, f.Options
	if f.Dividends {
		c.dividends = take()
	}
	for i := range c.Expiries {
		c.Expiries[i].Underlying = take()
	}
	for i := range c.Options {
		o := &c.Options[i]
		if o.Bid, o.Ask = take(), take(); f.Seen[i] {
			o.Seen = market.Integers[int64](take())
		}
	}
	return &c, nil
}
