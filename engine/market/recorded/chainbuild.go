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
	chain.Known = minutes.known(b.moments)
	if len(b.roots) == 1 {
		for chain.Root = range b.roots {
		}
	}
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
