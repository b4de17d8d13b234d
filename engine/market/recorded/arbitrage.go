package recorded

import (
	"math"
	"slices"

	"optmm/engine/market"
	"optmm/engine/pricing"
)

// ArbitrageKind is a kind of trades at the quotes, bought at asks and sold at bids, that
// cannot lose.
type ArbitrageKind int

const (
	TooDear        ArbitrageKind = iota // a bid above what the option can be worth: a call its underlying, a put its strike
	BelowIntrinsic                      // an ask below the discounted intrinsic value by more than the quote's width
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

// The most that an underlying may yield, and a rate be, per year, and the most that it may pay
// at once, of its price: what an unknown one may excuse.
const (
	mostYearly = 0.5
	mostAtOnce = 0.02
)

// judge says of every minute of every option what its quote is good for: as states, and
// Impossible where the quote is the one to blame for a trade that cannot lose. Such trades are
// returned: where rate is NaN those that cannot lose whatever rates and dividends are.
func (c *Chain) judge(stale int, rate float64) (states [][]market.State, found []Violation) {
	states = c.states(stale)
	v := &violations{chain: c, found: make([]Violation, arbitrageKinds), blame: make([]int, len(c.Options))}
	later := c.sameLater()
	ladder := map[bool][]int{}
	for minute := range c.Timestamps {
		v.minute = minute
		expiry := -1
		for i := range c.Options {
			o := &c.Options[i]
			if o.Expiry != expiry {
				expiry = o.Expiry
				ladder[false], ladder[true] = ladder[false][:0], ladder[true][:0]
			}
			if states[i][minute] == market.Impossible {
				v.note(TooDear, i)
			}
			if !usable(states[i][minute]) || c.Timestamps[minute] > c.Expiries[expiry].Ends {
				continue
			}
			v.intrinsic(i, rate)
			lower := append(ladder[o.Put], i)
			ladder[o.Put] = lower
			if n := len(lower); n > 1 && vertical(&c.Options[lower[n-2]], o, minute) {
				v.note(Vertical, i)
				v.trade(i, lower[n-2])
			}
			if n := len(lower); n > 2 && butterfly(&c.Options[lower[n-3]], &c.Options[lower[n-2]], o, minute) {
				v.note(Butterfly, lower[n-2])
				v.trade(lower[n-2], lower[n-3], i)
			}
			if j := later[i]; j >= 0 && states[j][minute] == market.Quoted {
				v.calendar(i, j, rate)
			}
		}
		for _, option := range v.toBlame() {
			states[option][minute] = market.Impossible
		}
	}
	return states, slices.DeleteFunc(v.found, func(v Violation) bool { return v.Count == 0 })
}

// violations gathers the trades of a minute that cannot lose.
type violations struct {
	chain  *Chain
	found  []Violation
	minute int
	trades [][]int // the options of each, the one that is sold first
	blame  []int   // by option, the trades that it is part of
}

// note counts a violation, which is named after an option.
func (v *violations) note(kind ArbitrageKind, option int) {
	if v.found[kind].Count == 0 {
		v.found[kind] = Violation{Kind: kind, Option: &v.chain.Options[option], Time: v.chain.Timestamps[v.minute]}
	}
	v.found[kind].Count++
}

// trade notes a trade that cannot lose whatever rates and dividends are.
func (v *violations) trade(options ...int) {
	v.trades = append(v.trades, options)
	for _, option := range options {
		v.blame[option]++
	}
}

// toBlame returns the fewest options without which no trade is left, as far as taking the one
// of most trades first finds them; of several the one that is sold in the first of the trades.
// The trades are gone then.
func (v *violations) toBlame() (options []int) {
	for len(v.trades) > 0 {
		most := v.trades[0][0]
		for _, trade := range v.trades {
			for _, option := range trade {
				if v.blame[option] > v.blame[most] {
					most = option
				}
			}
		}
		options = append(options, most)
		v.trades = slices.DeleteFunc(v.trades, func(trade []int) bool {
			if !slices.Contains(trade, most) {
				return false
			}
			for _, option := range trade {
				v.blame[option]--
			}
			return true
		})
	}
	return options
}

// intrinsic looks whether an ask is below the intrinsic value.
func (v *violations) intrinsic(option int, rate float64) {
	o := &v.chain.Options[option]
	spot, years := v.chain.Expiries[o.Expiry].Underlying[v.minute], v.chain.Years(v.minute, o.Expiry)
	dividends := columnOr(v.chain.dividends, v.minute, 0)
	impossible := o.impossiblyLow(v.minute, spot, years, dividends)
	if impossible {
		v.trade(option)
	}
	if math.IsNaN(rate) && impossible || !math.IsNaN(rate) && o.below(v.minute, spot-dividends, years, rate) {
		v.note(BelowIntrinsic, option)
	}
}

// calendar looks whether an option is dearer than the same one of a later expiry: by a rate, or,
// where it is not known, by more than rates and yields can take from a deep one.
func (v *violations) calendar(option, later int, rate float64) {
	c := v.chain
	o, other := &c.Options[option], &c.Options[later]
	spot := c.Expiries[o.Expiry].Underlying[v.minute]
	gained := o.Bid[v.minute] - other.Ask[v.minute]
	if gained <= 0 || spot != c.Expiries[other.Expiry].Underlying[v.minute] {
		return
	}
	years := c.Years(v.minute, other.Expiry) - c.Years(v.minute, o.Expiry)
	most := max(spot, o.Strike)
	impossible := gained > most-least(most, years)
	if impossible {
		v.trade(option, later)
	}
	excused := 0.0 // of a put the interest on its strike
	if o.Put && !math.IsNaN(rate) {
		excused = o.Strike - pricing.DiscountedStrike(o.Strike, rate, years)
	}
	if math.IsNaN(rate) && impossible || !math.IsNaN(rate) && gained > excused {
		v.note(Calendar, option)
	}
}

// least is what an amount is worth at least today that is paid in some years, whatever rates and
// dividends are.
func least(amount, years float64) float64 {
	return min(pricing.DiscountedStrike(amount, mostYearly, years), float64((1-mostAtOnce)*amount))
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

// asked is the ask and the width of the quote on top.
func (o *Option) asked(minute int) float64 { return o.Ask[minute] + (o.Ask[minute] - o.Bid[minute]) }

// below reports whether the ask is below the intrinsic value of a European option without
// dividends by more than the width, at a rate.
func (o *Option) below(minute int, spot, years, rate float64) bool {
	value := spot - pricing.DiscountedStrike(o.Strike, rate, years)
	if o.Put {
		value = -value
	}
	return o.asked(minute) < value
}

// impossiblyLow reports whether the ask is below the intrinsic value by more than the width,
// whatever rates and dividends are, of which some may be known.
func (o *Option) impossiblyLow(minute int, spot, years, dividends float64) bool {
	gained, paid := spot, o.Strike
	if o.Put {
		gained, paid = o.Strike, spot
	}
	asked := o.asked(minute)
	return asked < gained-paid && asked < least(gained, years)-dividends-paid
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
