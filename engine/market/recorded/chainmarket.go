package recorded

import (
	"errors"
	"math"
	"slices"

	"optmm/engine/market"
	"optmm/engine/portable"
	"optmm/engine/pricing"
)

// Minutes returns the number of distinct timestamps.
func (c *Chain) Minutes() int { return len(c.Timestamps) }

// StepMinutes returns the minutes that a timestamp is taken for.
func (c *Chain) StepMinutes() int { return stepOf(c.Timestamps) }

// IsChain is true.
func (c *Chain) IsChain() bool { return true }

// Provides returns that parity implies the forward; the rest is the settings'.
func (c *Chain) Provides() market.Fields {
	return market.Fields{Forward: true, Timestamps: true, Trades: c.Trades != nil, Sessions: len(c.SessionStarts())}
}

// HasPut reports whether some put is quoted.
func (c *Chain) HasPut() bool {
	return slices.ContainsFunc(c.Options, func(o Option) bool { return o.Put && o.hasQuote() })
}

// WidthVaries is true: of many options the widths are not all the same.
func (c *Chain) WidthVaries() bool { return true }

// hasQuote reports whether there is a quote of both sides, not crossed, in some minute.
func (o *Option) hasQuote() bool {
	for i, ask := range o.Ask {
		if o.Bid[i] < ask {
			return true
		}
	}
	return false
}

// Series returns the number of options that have a quote in some minute.
func (c *Chain) Series() int {
	quoted := 0
	for i := range c.Options {
		if c.Options[i].hasQuote() {
			quoted++
		}
	}
	return quoted
}

// Underlyings returns the number of underlyings that are not the same.
func (c *Chain) Underlyings() int {
	prices, _ := c.underlyings()
	return len(prices)
}

// Market computes the columns of every option that is quoted at all. A quote is good
// where its state is Quoted, bid below ask and neither older than StaleMinutes, and
// its underlying is known; elsewhere the option is not quotable, and its mid, width
// and residual stay as they were last good (before the first good one, as it is).
//
// The forward F and the discount D of each minute and expiry come from put–call
// parity over the strikes with two good quotes (fitParityLine): D too where Rate is
// unset. The residual is what the line leaves,
//
//	C − P − D·(F − K),  of the put its negative
//
// Where ImpliedVol is unset, each strike's is that of its mid out of the money; call
// and put share it, and where there is none the last one stays, or, before the
// first, that of the nearest strike. Otherwise it is as given, and the forward, for
// the values, follows from Rate and DividendYield. The seed is not used. An option
// settles to its intrinsic value at its expiry; one that is a bare date is the last
// minute of that day, UTC, that the data has, or the end of the day where the data
// ends before it. Minutes are counted as in Quotes.Market. Exercise is taken as
// European.
func (c *Chain) Market(settings market.Settings, _ uint32) (*market.Market, error) {
	m, err := c.Prepare(settings)
	if err != nil {
		return nil, err
	}
	return m, m.Finish(settings.Signal)
}

// Prepare makes the market but for what Finish adds.
func (c *Chain) Prepare(settings market.Settings) (*market.Market, error) {
	n := c.Minutes()
	sessions := c.SessionStarts()
	step, own := c.StepMinutes(), calendarOf(c.Timestamps, n)
	m := &market.Market{Step: step, Timestamps: c.Timestamps, Sessions: sessions, WholeSessions: len(sessions), MinuteYears: own.minuteYears(), PerYear: own.rowsPerYear()}
	groups, of := c.underlyings()
	for _, prices := range groups {
		underlying, err := market.NewUnderlying(prices, step)
		if err != nil {
			return nil, err
		}
		m.Underlyings = append(m.Underlyings, underlying)
	}
	m.Pass(recordedSteps(c.Timestamps, n, own.rowYears(), settings.Clock), func(int) float64 { return settings.DividendYield })
	states, _ := c.judge(settings.StaleMinutes, math.NaN())
	for index := range c.Expiries {
		first, end := c.options(index)
		e := expiryMarket{chain: c, settings: &settings, place: index, spot: m.Underlyings[of[index]].Price, options: c.Options[first:end], states: states[first:end]}
		for _, series := range e.series() {
			series.Underlying = of[index]
			m.Series = append(m.Series, series)
		}
	}
	if len(m.Series) == 0 {
		return nil, errors.New("no option has a quote")
	}
	if c.Trades != nil {
		c.addPrints(m)
	}
	return m, nil
}

// underlyings returns the distinct underlyings, their gaps filled with the price
// before (at the beginning with the first), and which of them each expiry is on.
// Expiries whose prices agree wherever both are known, and are known together, are on
// one.
func (c *Chain) underlyings() (prices [][]float64, of []int) {
	for _, expiry := range c.Expiries {
		at := slices.IndexFunc(prices, func(known []float64) bool { return agree(known, expiry.Underlying) })
		if at < 0 {
			at = len(prices)
			prices = append(prices, slices.Clone(expiry.Underlying))
		}
		for i, price := range expiry.Underlying {
			if !math.IsNaN(price) {
				prices[at][i] = price
			}
		}
		of = append(of, at)
	}
	for _, column := range prices {
		fillGaps(column)
	}
	return prices, of
}

// agree reports whether two columns have the same price wherever both have one, and
// do so somewhere.
func agree(a, b []float64) bool {
	together := false
	for i := range a {
		if math.IsNaN(a[i]) || math.IsNaN(b[i]) {
			continue
		}
		if a[i] != b[i] {
			return false
		}
		together = true
	}
	return together
}

// fillGaps puts the value before in place of each NaN, at the beginning the first
// known value.
func fillGaps(column []float64) {
	first := slices.IndexFunc(column, func(x float64) bool { return !math.IsNaN(x) })
	last := math.NaN()
	if first >= 0 {
		last = column[first]
	}
	for i, x := range column {
		if math.IsNaN(x) {
			column[i] = last
		} else {
			last = x
		}
	}
}

// expiryMarket makes the series of one expiry.
type expiryMarket struct {
	chain    *Chain
	settings *market.Settings
	place    int
	spot     []float64
	options  []Option // call and put of each strike in turn
	states   [][]market.State
	years    []float64
	parity   []parityLine // by minute
	rates    []float64
	yields   []float64
	vols     [][]float64
}

func (e *expiryMarket) series() []market.Series {
	e.countYears()
	e.fitParity()
	e.findVols()
	e.findRates()
	var all []market.Series
	for k := range e.options {
		if e.options[k].hasQuote() {
			all = append(all, e.one(k))
		}
	}
	return all
}

// countYears finds the time to expiry.
func (e *expiryMarket) countYears() {
	e.years = make([]float64, len(e.spot))
	for i := range e.years {
		e.years[i] = e.chain.Years(i, e.place)
		if e.settings.Clock != market.Act365Clock {
			e.years[i] = e.years[i] * market.DaysPerYear / market.SessionsPerYear
		}
	}
}

// fitParity finds forward and discount. Without a fit the last rate stays, and so
// does the carry ln(F/S)/T.
func (e *expiryMarket) fitParity() {
	e.parity = make([]parityLine, len(e.spot))
	rate := e.settings.Rate.Value // 0 where it is unset
	carry := rate - e.settings.DividendYield
	var pairs []parityPair
	for i, spot := range e.spot {
		years := e.years[i]
		pairs = e.pairs(i, pairs[:0])
		discount := 0.0
		if e.settings.Rate.Set {
			discount = pricing.DiscountedStrike(1, rate, years)
		}
		fit, ok := fitParityLine(pairs, discount)
		if ok = ok && fit.Forward > 0 && years > 0; ok {
			carry = portable.Log(fit.Forward/spot) / years
			if !e.settings.Rate.Set {
				rate = -portable.Log(fit.Discount) / years
			}
		} else {
			fit = parityLine{Forward: float64(spot * portable.Exp(float64(carry*years))), Discount: pricing.DiscountedStrike(1, rate, years)}
		}
		e.parity[i] = fit
	}
}

// findRates finds the rates with which an option of any strike has the minute's
// forward and discount; none are needed at expiry.
func (e *expiryMarket) findRates() {
	e.rates, e.yields = make([]float64, len(e.spot)), make([]float64, len(e.spot))
	for i, spot := range e.spot {
		if years := e.years[i]; years > 0 {
			e.rates[i], e.yields[i] = -portable.Log(e.parity[i].Discount)/years, e.settings.DividendYield
			if !e.settings.ImpliedVol.Set {
				e.yields[i] = e.rates[i] - portable.Log(e.parity[i].Forward/spot)/years
			}
		}
	}
}

// pairs lists the strikes with two good quotes.
func (e *expiryMarket) pairs(minute int, pairs []parityPair) []parityPair {
	for k := 0; k < len(e.options); k += 2 {
		if e.states[k][minute] != market.Quoted || e.states[k+1][minute] != market.Quoted {
			continue
		}
		call, put := &e.options[k], &e.options[k+1]
		pairs = append(pairs, parityPair{
			Strike: call.Strike, Difference: call.mid(minute) - put.mid(minute),
			Width: call.Ask[minute] - call.Bid[minute] + put.Ask[minute] - put.Bid[minute],
		})
	}
	return pairs
}

// findVols finds the implied volatility of each strike.
func (e *expiryMarket) findVols() {
	e.vols = make([][]float64, len(e.options)/2)
	for k := range e.vols {
		e.vols[k] = make([]float64, len(e.spot))
		if e.settings.ImpliedVol.Set {
			for i := range e.vols[k] {
				e.vols[k][i] = e.settings.ImpliedVol.Value
			}
			continue
		}
		call := &e.options[2*k]
		last := math.NaN()
		for i := range e.spot {
			put := 0
			if call.Strike < e.parity[i].Forward {
				put = 1
			}
			if side := 2*k + put; e.states[side][i] == market.Quoted && e.years[i] > 0 {
				if vol := e.parity[i].impliedVol(call.Strike, e.years[i], e.options[side].mid(i), put == 1); vol > 0 {
					last = vol
				}
			}
			e.vols[k][i] = last
		}
	}
	for i := range e.spot {
		e.borrowVols(i)
	}
}

// borrowVols gives strikes that have had no volatility so far that of the nearest
// strike that has, the lower of two.
func (e *expiryMarket) borrowVols(minute int) {
	nearest := func(k int) float64 {
		for away := 1; away < len(e.vols); away++ {
			for _, other := range []int{k - away, k + away} {
				if other >= 0 && other < len(e.vols) && !math.IsNaN(e.vols[other][minute]) {
					return e.vols[other][minute]
				}
			}
		}
		return firstVol
	}
	var borrowed []int
	for k := range e.vols {
		if math.IsNaN(e.vols[k][minute]) {
			borrowed = append(borrowed, k)
		}
	}
	found := make([]float64, len(borrowed))
	for i, k := range borrowed {
		found[i] = nearest(k)
	}
	for i, k := range borrowed {
		e.vols[k][minute] = found[i]
	}
}

// one makes the columns of an option.
func (e *expiryMarket) one(k int) market.Series {
	option, twin := &e.options[k], &e.options[k^1]
	series := market.NewSeries(len(e.spot))
	series.Contract = market.Contract{Strike: option.Strike, Put: option.Put, Expires: e.chain.Expiries[e.place].Seconds}
	series.Width = make([]float64, len(e.spot))
	for i, spot := range e.spot {
		fit := e.parity[i]
		priced := pricing.European{
			Spot: spot, Strike: option.Strike, Years: e.years[i], Vol: e.vols[k/2][i], Put: option.Put,
			Rate: e.rates[i], DividendYield: e.yields[i],
		}
		if priced.Years == 0 && series.Expiry < 0 {
			series.Expiry = i
		}
		series.Price(i, priced, priced.Greeks())
		mid, width, residual := math.NaN(), math.NaN(), math.NaN()
		switch {
		case priced.Years == 0:
			mid, width, residual = series.Theo[i], 0, 0
		case e.states[k][i] == market.Quoted:
			mid, width = option.mid(i), option.Ask[i]-option.Bid[i]
			if e.states[k^1][i] == market.Quoted {
				residual = mid - twin.mid(i) - float64(sign(option)*float64(fit.Discount*(fit.Forward-option.Strike)))
			}
		}
		series.Mid[i], series.Width[i], series.ParityResidual[i] = mid, width, residual
	}
	if !slices.Contains(e.states[k], market.Quoted) { // it is never traded
		copy(series.Mid, series.Theo)
	}
	if math.IsNaN(series.ParityResidual[0]) {
		series.ParityResidual[0] = 0 // nothing is known yet
	}
	fillGaps(series.Mid)
	fillGaps(series.Width)
	if math.IsNaN(series.Width[0]) {
		clear(series.Width)
	}
	fillGaps(series.ParityResidual)
	series.MarkQuotable(e.states[k])
	return series
}

func sign(o *Option) float64 {
	if o.Put {
		return -1
	}
	return 1
}
