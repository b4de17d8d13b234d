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

// arbitrage finds trades that cannot lose among quotes that are good by themselves, neither
// stale nor missing. The intrinsic value is that of a European option without dividends; all
// kinds but that one need no rate.
func (c *Chain) arbitrage(states [][]market.State, rate float64) []Violation {
	found := make([]Violation, arbitrageKinds)
	note := func(kind ArbitrageKind, option, minute int) {
		if found[kind].Count == 0 {
			found[kind] = Violation{Kind: kind, Option: &c.Options[option], Time: c.Timestamps[minute]}
		}
		found[kind].Count++
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
			if c.belowIntrinsic(o, minute, rate) {
				note(BelowIntrinsic, i, minute)
			}
			lower := append(ladder[o.Put], i)
			ladder[o.Put] = lower
			if n := len(lower); n > 1 && vertical(&c.Options[lower[n-2]], o, minute) {
				note(Vertical, i, minute)
			}
			if n := len(lower); n > 2 && butterfly(&c.Options[lower[n-3]], &c.Options[lower[n-2]], o, minute) {
				note(Butterfly, lower[n-2], minute)
			}
			if j := later[i]; j >= 0 && states[j][minute] == market.Quoted && o.Bid[minute] > c.Options[j].Ask[minute] &&
				c.Expiries[expiry].Underlying[minute] == c.Expiries[c.Options[j].Expiry].Underlying[minute] {
				note(Calendar, i, minute)
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

func (c *Chain) belowIntrinsic(o *Option, minute int, rate float64) bool {
	value := c.Expiries[o.Expiry].Underlying[minute] - pricing.DiscountedStrike(o.Strike, rate, c.Years(minute, o.Expiry))
	if o.Put {
		value = -value
	}
	return o.Ask[minute]+(o.Ask[minute]-o.Bid[minute]) < value
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
