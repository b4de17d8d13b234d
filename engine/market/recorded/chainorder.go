package recorded

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// sort puts moments, and the rows of every option, in the order of time, and reports whether
// an option has several of them in a minute.
func (b *chainReader) sort() (feed bool) {
	sorted := b.timeline.sort()
	for _, second := range slices.Sorted(maps.Keys(b.expiries)) {
		expiry := b.expiries[second]
		if sorted != nil {
			b.sortPrices(expiry, sorted)
		}
		for _, price := range slices.Sorted(maps.Keys(expiry.strikes)) {
			strike := expiry.strikes[price]
			for _, o := range []*chainOption{&strike.call, &strike.put} {
				if sorted != nil {
					b.sortQuotes(o, second, sorted)
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
func (b *chainReader) sortQuotes(o *chainOption, expiry int64, sorted []int32) {
	order := sortedBy(o.at, sorted)
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
func (b *chainReader) sortPrices(expiry *chainExpiry, sorted []int32) {
	prices := some(expiry.prices, sortedBy(expiry.at, sorted))
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

// sortedBy replaces indexes of moments by their sorted indexes and puts those in order; it returns
// where each was before.
func sortedBy(at, sorted []int32) (order []int) {
	order = make([]int, len(at))
	for i := range at {
		order[i], at[i] = i, sorted[at[i]]
	}
	slices.SortStableFunc(order, func(i, j int) int { return int(at[i]) - int(at[j]) })
	copy(at, some(slices.Clone(at), order))
	return order
}
