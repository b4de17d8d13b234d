package recorded

import (
	"slices"

	"optmm/engine/market"
	"optmm/engine/pricing"
)

// ArbitrageKind is a kind of trades at the quotes, bought at asks and sold at bids, that
// cannot lose.
type ArbitrageKind int

const (
	BelowIntrinsic ArbitrageKind = iota // an ask below the discounted intrinsic value by more than the quote's width
	Vertical                            // a call dearer than one of a lower strike, or a put than one of a higher
	Butterfly                           // three strikes' wings that cost less than their middle brings
	Calendar                            // an option dearer than that of a later expiry on the same underlying price
	arbitrageKinds
)

// Violation counts the quotes of a kind; the first is of an option at a time.
type Violation struct {
	Kind   ArbitrageKind
	Count  int
	Option *Option
	Time   int64 // seconds
}

// judge says of every minute of every option what its quote is good for: as states, and
// Impossible where it is part of a trade that cannot lose, which it returns too. The rate is
// that of the intrinsic values that are returned; for the states any up to mostRate is allowed for.
func (c *Chain) judge(stale int, rate float64) (states [][]market.State, found []Violation) {
	states = c.states(stale)
	var parts [][2]int // of such trades: option and minute
	found = c.arbitrage(states, rate, func(option, minute int) { parts = append(parts, [2]int{option, minute}) })
	for _, part := range parts { // when all are found, so that none hides another
		states[part[0]][part[1]] = market.Impossible
	}
	return states, found
}

// arbitrage finds trades that cannot lose among quotes that are good by themselves, neither
// stale nor missing, and calls a function with each quote of one.
func (c *Chain) arbitrage(states [][]market.State, rate float64, part func(option, minute int)) []Violation {
	found := make([]Violation, arbitrageKinds)
	note := func(kind ArbitrageKind, minute, option int) {
		if found[kind].Count == 0 {
			found[kind] = Violation{Kind: kind, Option: &c.Options[option], Time: c.Timestamps[minute]}
		}
		found[kind].Count++
	}
	parts := func(minute int, options ...int) {
		for _, option := range options {
			part(option, minute)
		}
	}
	later := c.sameLater()
	ladder := map[bool][]int{}
	for minute := range c.Timestamps {
		expiry := -1
		for i := range c.Options {
			o := &c.Options[i]
			if o.Expiry != expiry {
				expiry = o.Expiry
				ladder[false], ladder[true] = ladder[false][:0], ladder[true][:0]
			}
			if !usable(states[i][minute]) || c.Timestamps[minute] > c.Expiries[expiry].Ends {
				continue
			}
			spot, years := c.Expiries[expiry].Underlying[minute], func() float64 { return c.Years(minute, expiry) }
			if o.belowIntrinsic(minute, spot, years, rate, 0) {
				note(BelowIntrinsic, minute, i)
			}
			if o.impossiblyLow(minute, spot, years) {
				parts(minute, i)
			}
			lower := append(ladder[o.Put], i)
			ladder[o.Put] = lower
			if n := len(lower); n > 1 && vertical(&c.Options[lower[n-2]], o, minute) {
				note(Vertical, minute, i)
				parts(minute, i, lower[n-2])
			}
			if n := len(lower); n > 2 && butterfly(&c.Options[lower[n-3]], &c.Options[lower[n-2]], o, minute) {
				note(Butterfly, minute, lower[n-2])
				parts(minute, lower[n-2], lower[n-3], i)
			}
			if j := later[i]; j >= 0 && states[j][minute] == market.Quoted && o.Bid[minute] > c.Options[j].Ask[minute] &&
				c.Expiries[expiry].Underlying[minute] == c.Expiries[c.Options[j].Expiry].Underlying[minute] {
				note(Calendar, minute, i)
				parts(minute, i, j)
			}
		}
	}
	return slices.DeleteFunc(found, func(v Violation) bool { return v.Count == 0 })
}

// usable reports whether a quote says what its option is worth.
func usable(state market.State) bool { return state == market.Quoted || state == market.Locked }

// sameLater returns for each option the one of the same strike and right at the next expiry
// that has it, −1 where none has.
func (c *Chain) sameLater() []int {
	type key struct {
		strike float64
		put    bool
	}
	next := map[key]int{}
	later := make([]int, len(c.Options))
	for i := len(c.Options) - 1; i >= 0; i-- {
		k := key{c.Options[i].Strike, c.Options[i].Put}
		later[i] = -1
		if j, ok := next[k]; ok {
			later[i] = j
		}
		next[k] = i
	}
	return later
}

// belowIntrinsic reports whether the ask is below the intrinsic value of a European option by
// more than the width, at a rate and a yield of the underlying.
func (o *Option) belowIntrinsic(minute int, spot float64, years func() float64, rate, yield float64) bool {
	least := o.Ask[minute] + (o.Ask[minute] - o.Bid[minute])
	if o.Put {
		return least < o.Strike && least < pricing.DiscountedStrike(o.Strike, rate, years())-pricing.DiscountedStrike(spot, yield, years())
	}
	return least < spot && least < pricing.DiscountedStrike(spot, yield, years())-pricing.DiscountedStrike(o.Strike, rate, years())
}

// mostRate is the largest rate, and the largest yield of an underlying, per year, that a quote
// may allow for.
const mostRate = 0.1

// impossiblyLow reports whether the ask is below the intrinsic value by more than the width
// whatever rate and yield are, from 0 to mostRate.
func (o *Option) impossiblyLow(minute int, spot float64, years func() float64) bool {
	if o.Put {
		return o.belowIntrinsic(minute, spot, years, mostRate, 0)
	}
	return o.belowIntrinsic(minute, spot, years, 0, mostRate)
}

// vertical reports whether the spread of two strikes is worth less than nothing.
func vertical(low, high *Option, minute int) bool {
	if low.Put {
		return low.Bid[minute] > high.Ask[minute]
	}
	return high.Bid[minute] > low.Ask[minute]
}

// butterfly reports whether prices are not convex in the strike: the wings, as many of each
// as make the middle's strike, cost less than the middle brings.
func butterfly(low, middle, high *Option, minute int) bool {
	share := (high.Strike - middle.Strike) / (high.Strike - low.Strike)
	return float64(share*low.Ask[minute])+float64((1-share)*high.Ask[minute]) < middle.Bid[minute]
}
