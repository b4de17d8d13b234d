package recorded

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"optmm/engine/market"
	"optmm/engine/pricing"
)

// CheckSettings are what a check of a chain takes as given.
type CheckSettings struct {
	Rate         float64 // per year, continuously compounded; NaN where it is not known
	StaleMinutes int     // without a change, after which a quote is stale
}

// Check is what a chain holds and what may be wrong with it.
type Check struct {
	Sessions       []Session
	Expiries       []ExpiryCheck
	States         [market.States]int // option-minutes in each State
	StatesOfQuoted [market.States]int // of them, those of options that have a quote in any minute

	Arbitrage []Violation // among quotes that are good by themselves, one of each kind that there is

	NeverQuoted int // options that have no quote in any minute: their strikes have calls or puts only

	// Slope is how much call less put of a strike moves with its underlying, by
	// least squares over all changes of pairs that are quoted: 1 for an option on one
	// share, its multiplier where prices include it. NaN where nothing moves.
	Slope float64
}

// Session is a stretch of minutes without a long gap.
type Session struct {
	First, Last int64 // timestamps, seconds
	Minutes     int
	Gaps        int // minutes inside it that are missing, or steps of several
}

// ExpiryCheck is one expiry's part.
type ExpiryCheck struct {
	Seconds       int64
	Strikes       int
	Years         float64 // to expiry at the first minute, by act/365
	Underlying    Range
	States        [market.States]int // option-minutes in each State
	OptionMinutes int
	Residual      Moments   // C − P − (S − K·e^{−rT}) of pairs that are quoted, price units
	Forward       Moments   // the forward that parity implies at the given rate, less the underlying
	RealizedVol   float64   // of the underlying's changes inside sessions, per square-root year of 252 sessions of 390 minutes; NaN where there are none
	ImpliedVols   []float64 // of out-of-the-money mids, rising
	NoImpliedVol  int       // out-of-the-money mids for which there is none
	WidthShares   []float64 // ask less bid over the mid, of out-of-the-money quotes, rising
}

// Range is least and most.
type Range struct{ Low, High float64 }

func (r Range) with(x float64) Range { return Range{min(r.Low, x), max(r.High, x)} }

// Moments are mean and standard deviation; NaN where nothing, or one value, was
// seen.
type Moments struct {
	N         int
	Mean      float64
	Deviation float64
}

func momentsOf(values []float64) Moments {
	m := Moments{N: len(values), Mean: math.NaN(), Deviation: math.NaN()}
	if m.N > 0 {
		m.Mean = stat.Mean(values, nil)
	}
	if m.N > 1 {
		m.Deviation = stat.StdDev(values, nil)
	}
	return m
}

// Check looks at every quote.
func (c *Chain) Check(settings CheckSettings) *Check {
	check := &Check{Sessions: c.sessions()}
	states, violations := c.judge(settings.StaleMinutes, settings.Rate)
	var across, together float64
	for index := range c.Expiries {
		part, a, t := c.checkExpiry(index, states, settings)
		across, together = across+a, together+t
		for state, n := range part.States {
			check.States[state] += n
		}
		check.Expiries = append(check.Expiries, part)
	}
	check.StatesOfQuoted = c.countStates(states)
	check.Arbitrage = violations
	check.NeverQuoted = len(c.Options) - c.Series()
	check.Slope = math.NaN()
	if across > 0 {
		check.Slope = together / across
	}
	return check
}

// StatesOfQuoted counts the option-minutes until expiry in each State, of those options that have
// a quote in any minute, at another age of stale quotes than a Check's.
func (c *Chain) StatesOfQuoted(stale int) [market.States]int {
	states, _ := c.judge(stale, math.NaN())
	return c.countStates(states)
}

// countStates counts the option-minutes until expiry in each State, of those options that have
// a quote in any minute.
func (c *Chain) countStates(all [][]market.State) (counts [market.States]int) {
	for i, states := range all {
		option := &c.Options[i]
		if !option.hasQuote() {
			continue
		}
		for minute, state := range states {
			if c.Timestamps[minute] <= c.Expiries[option.Expiry].Ends {
				counts[state]++
			}
		}
	}
	return counts
}

// SessionStarts returns the minutes at which sessions begin.
func (c *Chain) SessionStarts() []int {
	starts, _ := recordedSessions(c.Timestamps, len(c.Timestamps))
	return starts
}

func (c *Chain) sessions() []Session {
	var sessions []Session
	starts, step := c.SessionStarts(), c.StepMinutes()
	for i, first := range starts {
		end := len(c.Timestamps)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		s := Session{First: c.Timestamps[first], Last: c.Timestamps[end-1], Minutes: end - first}
		s.Gaps = max(0, int((s.Last-s.First)/int64(60*step))+1-s.Minutes)
		sessions = append(sessions, s)
	}
	return sessions
}

// Years returns the time from a minute to an expiry by act/365, 0 once it is past.
func (c *Chain) Years(minute, expiry int) float64 {
	return chainYears(&c.Expiries[expiry], c.Timestamps[minute])
}

// states returns what each option's quotes are good for, as Option.states.
func (c *Chain) states(stale int) [][]market.State {
	starts := c.SessionStarts()
	states := make([][]market.State, len(c.Options))
	for i := range c.Options {
		o := &c.Options[i]
		states[i] = o.states(starts, c.Timestamps, c.Expiries[o.Expiry].Underlying, stale)
	}
	return states
}

// checkExpiry looks at an expiry, given the states of all options.
func (c *Chain) checkExpiry(index int, all [][]market.State, settings CheckSettings) (part ExpiryCheck, across, together float64) {
	expiry := &c.Expiries[index]
	first, end := c.options(index)
	options, states := c.Options[first:end], all[first:end]
	part = ExpiryCheck{RealizedVol: c.realizedVol(expiry.Underlying), Seconds: expiry.Seconds, Strikes: len(options) / 2, Years: c.Years(0, index), Underlying: Range{math.Inf(1), math.Inf(-1)}}
	for _, price := range expiry.Underlying {
		if !math.IsNaN(price) {
			part.Underlying = part.Underlying.with(price)
		}
	}
	for i := range states {
		for minute, state := range states[i] {
			if c.Timestamps[minute] <= expiry.Ends {
				part.States[state]++
				part.OptionMinutes++
			}
		}
	}
	var residual, forward, vols, widths []float64
	before := make([]float64, len(options)/2) // call less put when last quoted
	beforeAt := make([]float64, len(options)/2)
	for i := range before {
		before[i] = math.NaN()
	}
	var pairs []parityPair
	rate := settings.Rate
	if math.IsNaN(rate) {
		rate = 0
	}
	for minute, spot := range expiry.Underlying {
		years := c.Years(minute, index)
		discount := pricing.DiscountedStrike(1, rate, years)
		pairs = pairs[:0]
		for k := range before {
			call, put := &options[2*k], &options[2*k+1]
			if !priced(states[2*k][minute]) || !priced(states[2*k+1][minute]) || math.IsNaN(spot) {
				continue
			}
			difference := call.mid(minute) - put.mid(minute)
			if usable(states[2*k][minute]) && usable(states[2*k+1][minute]) {
				residual = append(residual, difference-(spot-float64(call.Strike*discount)))
				width := call.Ask[minute] - call.Bid[minute] + put.Ask[minute] - put.Bid[minute]
				if width > 0 {
					pairs = append(pairs, parityPair{Strike: call.Strike, Difference: difference, Width: width})
				}
			}
			if !math.IsNaN(before[k]) {
				move := spot - beforeAt[k]
				across += float64(move * move)
				together += float64(move * (difference - before[k]))
			}
			before[k], beforeAt[k] = difference, spot
		}
		fit, ok := fitParityLine(pairs, discount)
		if !ok {
			continue
		}
		forward = append(forward, fit.Forward-spot)
		for k := range options {
			o := &options[k]
			if states[k][minute] != market.Quoted || o.Put != (o.Strike < fit.Forward) {
				continue
			}
			mid := o.mid(minute)
			widths = append(widths, (o.Ask[minute]-o.Bid[minute])/mid)
			if vol := fit.impliedVol(o.Strike, years, mid, o.Put); math.IsNaN(vol) {
				part.NoImpliedVol++
			} else {
				vols = append(vols, vol)
			}
		}
	}
	part.Residual, part.Forward = momentsOf(residual), momentsOf(forward)
	slices.Sort(vols)
	slices.Sort(widths)
	part.ImpliedVols, part.WidthShares = vols, widths
	return part, across, together
}

// realizedVol is the volatility of prices by the clock, from their changes inside sessions.
func (c *Chain) realizedVol(prices []float64) float64 {
	starts := c.SessionStarts()
	squares, seconds, last := 0.0, int64(0), -1
	for i, price := range prices {
		if _, begins := slices.BinarySearch(starts, i); begins {
			last = -1
		}
		if math.IsNaN(price) {
			continue
		}
		if last >= 0 {
			change := math.Log(price / prices[last])
			squares += float64(change * change)
			seconds += c.Timestamps[i] - c.Timestamps[last]
		}
		last = i
	}
	return math.Sqrt(squares / float64(seconds) * (60 * market.SessionsPerYear * market.MinutesPerSession)) // NaN of nothing
}

// priced reports whether a quote says how its option moves, even where it is in another unit.
func priced(state market.State) bool { return usable(state) || state == market.Impossible }

// options returns where the options of an expiry are, call and put of each strike in turn.
func (c *Chain) options(expiry int) (first, end int) {
	first = slices.IndexFunc(c.Options, func(o Option) bool { return o.Expiry == expiry })
	end = first
	for end < len(c.Options) && c.Options[end].Expiry == expiry {
		end++
	}
	return first, end
}
