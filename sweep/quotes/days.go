package quotes

import (
	"errors"
	"fmt"
	"time"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
)

// Day is one history of recorded quotes: a trading day, or what a file holds.
type Day struct {
	Name    string `json:"name"`            // the date, or the file's name
	First   int64  `json:"first,omitempty"` // seconds since 1970 UTC
	Last    int64  `json:"last,omitempty"`
	Minutes int    `json:"minutes"` // entries
	Options int    `json:"options"`
	Broken  string `json:"broken,omitempty"` // why it cannot be simulated; empty where it can

	// Sketch identifies its minutes in other files and time zones: see sketchOf.
	Sketch []uint64 `json:"sketch,omitempty"`

	facts market.Fields
	step  int
	chain bool
	put   bool
	wide  bool   // the market's width varies
	root  string // of the options; empty where the rows name none

	open func() (market.Recorded, error)
	key  string // of its content, in the cache; empty: it is not kept there
}

// Days are recorded quotes as histories, which are to a study on recorded quotes what market
// seeds are to one on a synthetic market. As a market.Source the seed is the index of a day.
// Nothing of it changes once it is made, and several goroutines may use it at once; the quotes
// of a day are in memory while its market is made.
type Days struct {
	List    []Day
	Chain   bool   // of many options each
	Files   []File // that were read
	Sorted  bool   // the files were not named in the order of time
	example market.Recorded
	trades  *tradeDays // nil: none are given
	cache   *cache

	// What became of the trades, in all days.
	TradeCounts recorded.TradeCounts
}

// File is a file that was read, with its content.
type File struct {
	Named
	SHA256 string // empty where the file could not be read
	Bytes  int64

	modified time.Time
}

// Listed returns the days of a study that is looked at without its data: nothing of them can
// be simulated.
func Listed(list []Day, chain, trades bool) *Days {
	d := &Days{Chain: chain}
	for _, day := range list {
		day.facts = market.Fields{Forward: chain, Trades: trades}
		day.open = func() (market.Recorded, error) { return nil, errors.New("the quotes were not read") }
		d.List = append(d.List, day)
	}
	return d
}

// single returns one history as days.
func single(data market.Recorded) *Days {
	day := Day{Minutes: data.Minutes()}
	day.describe(data)
	day.open = func() (market.Recorded, error) { return data, nil }
	return &Days{List: []Day{day}, Chain: data.IsChain(), example: data}
}

// describe notes what the data provides.
func (d *Day) describe(data market.Recorded) {
	d.Minutes, d.Options, d.step = data.Minutes(), data.Series(), data.StepMinutes()
	d.Sketch = sketchOf(pricesOf(data))
	d.facts, d.chain, d.put, d.wide = data.Provides(), data.IsChain(), data.HasPut(), data.WidthVaries()
	if chain, ok := data.(*recorded.Chain); ok {
		d.root = chain.Root
	}
}

// Times says when a day was, in seconds since 1970 UTC; 0 where the quotes have no times.
func (d *Days) Times(day int) (first, last int64) {
	at := &d.List[day]
	if times := timesOf(d.example); at.First == 0 && len(d.List) == 1 && len(times) > 0 { // all days are one history
		return times[0], times[len(times)-1]
	}
	return at.First, at.Last
}

// Example returns the quotes of the first day that can be read; nil where the days are listed
// alone.
func (d *Days) Example() market.Recorded { return d.example }

// Broken counts the days that cannot be simulated.
func (d *Days) Broken() int {
	broken := 0
	for i := range d.List {
		if d.List[i].Broken != "" {
			broken++
		}
	}
	return broken
}

// whole returns the first day that can be simulated, or the first where none can.
func (d *Days) whole() *Day {
	for i := range d.List {
		if d.List[i].Broken == "" {
			return &d.List[i]
		}
	}
	return &d.List[0]
}

// most returns the most that something of a day comes to.
func (d *Days) most(of func(*Day) int) int {
	most := 0
	for i := range d.List {
		most = max(most, of(&d.List[i]))
	}
	return most
}

// Minutes returns the entries of the longest day.
func (d *Days) Minutes() int { return d.most(func(day *Day) int { return day.Minutes }) }

// StepMinutes returns the minutes from one entry to the next, the same on all days.
func (d *Days) StepMinutes() int { return max(1, d.whole().step) }

// IsChain reports whether there are many options, in long form.
func (d *Days) IsChain() bool { return d.Chain }

// Series returns the most options that a day has.
func (d *Days) Series() int { return d.most(func(day *Day) int { return day.Options }) }

// Provides returns what every day provides.
func (d *Days) Provides() market.Fields { return d.whole().facts }

// HasPut reports whether a put is quoted.
func (d *Days) HasPut() bool { return d.whole().put }

// WidthVaries reports whether the market's width is not the same throughout.
func (d *Days) WidthVaries() bool { return d.whole().wide }

// Market makes the market of a day, whose index is the seed; of a single one whatever the seed
// is. What the cache has of it is not made again.
func (d *Days) Market(settings market.Settings, seed uint32) (*market.Market, error) {
	at := int(seed)
	if len(d.List) == 1 {
		at = 0
	}
	if at >= len(d.List) {
		return nil, fmt.Errorf("there are %d days, and none of number %d", len(d.List), at)
	}
	day := &d.List[at]
	if day.Broken != "" {
		return nil, fmt.Errorf("%s: %s", day.Name, day.Broken)
	}
	m, err := d.prepared(day, settings)
	if err == nil {
		err = m.Finish(settings.Signal)
	}
	if err != nil && len(d.List) > 1 {
		err = fmt.Errorf("%s: %w", day.Name, err)
	}
	return m, err
}

// prepared makes the market but for what Finish adds.
func (d *Days) prepared(day *Day, settings market.Settings) (*market.Market, error) {
	key := d.cache.marketKey(day, d.trades, settings)
	if packed, ok := d.cache.get(key); ok {
		if m, err := market.Unpack(packed); err == nil {
			return m, nil
		}
	}
	data, err := d.opened(day)
	if err != nil {
		return nil, err
	}
	chain, ok := data.(*recorded.Chain)
	if !ok {
		return data.Market(settings, 0)
	}
	m, err := chain.Prepare(settings)
	if err != nil {
		return nil, err
	}
	if key != "" {
		if packed, err := m.Pack(); err == nil {
			d.cache.put(key, packed)
		}
	}
	return m, nil
}

// opened reads the quotes of a day, with its trades.
func (d *Days) opened(day *Day) (market.Recorded, error) {
	data, err := day.open()
	if err != nil || d.trades == nil || d.trades.dates == nil { // which one history has
		return data, err
	}
	chain, ok := data.(*recorded.Chain)
	if !ok {
		return nil, errors.New("trades need quotes in long form")
	}
	with := *chain
	with.Trades, err = d.trades.between(day.First, day.Last+int64(60*max(1, day.step)))
	return &with, err
}

// dayOf names a day by the date of its middle, UTC: a session that begins on an evening is the
// next day's.
func dayOf(first, last int64) string {
	return time.Unix(first+(last-first)/2, 0).UTC().Format(time.DateOnly)
}
