package recorded

import (
	"errors"
	"math"
	"slices"

	"optmm/engine/market"
	"optmm/engine/portable"
	"optmm/engine/pricing"
)

// What the data does not say.
const (
	defaultYears = 30.0 / market.SessionsPerYear // to expiry
	defaultWidth = 0.05                          // of the quote, where only the mid is known
)

// Quotes is a recorded history of one option, as ReadSeries found it. It is a
// Source: what the data lacks comes from the settings.
type Quotes struct {
	timestamps []int64 // seconds since 1970 UTC; nil where the data has none
	zone       string  // of the timestamps, as Chain.Zone
	unit       string  // as Chain.Unit
	rows       int     // of the file
	underlying []float64
	strike     []float64
	mid        []float64
	width      []float64      // of the market's quote
	put        []float64      // nil where no put is quoted
	bad        []market.State // of rows whose call has no good quote, whose mid is the last one; nil: all have one
	time       expiryTimes
	rate       []float64 // nil: the settings'
	vol        []float64 // nil: the settings'
	dividend   []float64 // yield; nil: the settings'
	payouts    []float64 // present value of cash dividends; nil: none
}

// Prices returns the prices of the underlying.
func (q *Quotes) Prices() []float64 { return q.underlying }

// expiryTimes is the time to expiry as the data has it.
type expiryTimes struct {
	values   []float64
	perYear  float64 // values in a year, by the seed's calendar of 252 days
	calendar bool    // values count calendar time
	bareDate bool    // expiry is a date without an hour
	least    float64 // years
	seconds  int64   // of expiry, since 1970 UTC; 0 where it is unknown
}

// years returns the time to expiry by a clock. By act/365 a bare date expires at
// its end, UTC, and nothing is left once it has; by the seed's it expires as it
// begins, and a little is always left.
func (t expiryTimes) years(clock string) []float64 {
	perYear, least, more := t.perYear, t.least, 0.0
	if t.calendar && clock == market.Act365Clock {
		perYear, least = t.perYear/market.SessionsPerYear*market.DaysPerYear, 0
		if t.bareDate {
			more = 86400
		}
	}
	years := make([]float64, len(t.values))
	for i, value := range t.values {
		years[i] = max((value+more)/perYear, least)
	}
	return years
}

// Minutes returns the number of rows.
func (q *Quotes) Minutes() int { return len(q.underlying) }

// StepMinutes returns the minutes that a row is taken for.
func (q *Quotes) StepMinutes() int { return stepOf(q.timestamps) }

// keep leaves some of the rows.
func (q *Quotes) keep(rows []int) {
	for _, column := range []*[]float64{&q.underlying, &q.strike, &q.mid, &q.width, &q.put, &q.rate, &q.vol, &q.dividend, &q.payouts} {
		*column = some(*column, rows)
	}
	q.bad = some(q.bad, rows)
}

// HasPut reports whether a put is quoted, without which there is no parity.
func (q *Quotes) HasPut() bool { return q.put != nil }

// WidthVaries reports whether the market's width is not the same in every row.
func (q *Quotes) WidthVaries() bool {
	return slices.ContainsFunc(q.width, func(width float64) bool { return width != q.width[0] })
}

// Series returns the number of options: one.
func (q *Quotes) Series() int { return 1 }

// IsChain is false.
func (q *Quotes) IsChain() bool { return false }

// Provides returns what the columns provide.
func (q *Quotes) Provides() market.Fields {
	_, whole := recordedSessions(q.timestamps, q.Minutes())
	return market.Fields{
		Timestamps: q.timestamps != nil, Sessions: whole,
		Rate: q.rate != nil, ImpliedVol: q.vol != nil, DividendYield: q.dividend != nil,
		Years: q.time.values != nil && !q.time.calendar, Forward: q.findsForward(),
	}
}

// findsForward reports whether implied finds the forward, by parity.
func (q *Quotes) findsForward() bool { return q.put != nil && q.payouts == nil }

// Market computes the engine's columns. The parity residual is the seed's,
//
//	mid − (put + S − K·e^{−rT} − D)
//
// and 0 throughout where no put is quoted. An implied volatility that is unset is
// found in the quotes of each minute (implied). Quotes that are missing, crossed, impossible or
// older than StaleMinutes are not quoted on; locked ones are, as by the seed. Where time to
// expiry is 0 the option settles to its intrinsic value. The seed is not used: recorded history
// is what it is. A minute is its share of a trading day of the data, of 252 a year. An option that
// has expired at the first row is an error.
func (q *Quotes) Market(settings market.Settings, _ uint32) (*market.Market, error) {
	n := len(q.underlying)
	series := market.NewSeries(n)
	series.Contract = market.Contract{Strike: q.strike[0], Expires: q.time.seconds}
	years := q.time.years(settings.Clock)
	if years[0] == 0 {
		return nil, errors.New("the option has expired at the first row")
	}
	sessions, whole := recordedSessions(q.timestamps, n)
	states := q.states(sessions, settings.StaleMinutes, years)
	q = q.possible(states)
	series.Width, series.PutMid = q.width, q.put
	vol := settings.ImpliedVol.Value
	if !settings.ImpliedVol.Set {
		vol = firstVol
	}
	for i, spot := range q.underlying {
		option := pricing.European{
			Spot: spot, Strike: q.strike[i], Years: years[i],
			Rate:          columnOr(q.rate, i, settings.Rate.Value),
			Vol:           columnOr(q.vol, i, vol),
			DividendYield: columnOr(q.dividend, i, settings.DividendYield),
		}
		if q.vol == nil && !settings.ImpliedVol.Set {
			option, vol = q.implied(option, i, vol)
		}
		series.Price(i, option, option.Greeks())
		series.Mid[i] = q.mid[i]
		if years[i] == 0 && series.Expiry < 0 {
			series.Expiry = i
			series.Mid[i] = series.Theo[i]
		}
		if q.put != nil {
			strike := float64(option.Strike * series.Discount[i])
			series.ParityResidual[i] = q.mid[i] - pricing.SyntheticCall(q.put[i], spot, strike, columnOr(q.payouts, i, 0))
		}
	}
	if slices.ContainsFunc(states, func(s market.State) bool { return s != market.Quoted }) {
		series.MarkQuotable(states)
	}
	step := q.StepMinutes()
	m, err := series.Single(q.underlying, settings.Signal, step)
	if err != nil {
		return nil, err
	}
	m.Timestamps = q.timestamps
	m.Sessions, m.WholeSessions = sessions, whole
	own := calendarOf(q.timestamps, n)
	m.MinuteYears, m.PerYear = own.minuteYears(), own.rowsPerYear()
	steps := recordedSteps(q.timestamps, n, own.rowYears(), settings.Clock)
	if q.time.values != nil { // the clock that the option decays by
		steps = fallingSteps(years, steps)
	}
	m.Pass(steps, func(i int) float64 { return columnOr(q.dividend, i, settings.DividendYield) })
	return m, nil
}

// possible returns the quotes with the last that were possible in place of those that are not.
func (q *Quotes) possible(states []market.State) *Quotes {
	if !slices.Contains(states, market.Impossible) {
		return q
	}
	clean := *q
	clean.mid, clean.width = slices.Clone(q.mid), slices.Clone(q.width)
	for i, state := range states {
		if state == market.Impossible {
			clean.mid[i], clean.width[i] = math.NaN(), math.NaN()
		}
	}
	fillGaps(clean.mid)
	fillGaps(clean.width)
	if math.IsNaN(clean.mid[0]) { // none is possible
		return q
	}
	return &clean
}

// states finds which quotes are good, given the years to expiry.
func (q *Quotes) states(sessions []int, stale int, years []float64) []market.State {
	call := q.call()
	states := call.states(sessions, q.timestamps, q.underlying, stale)
	for i, state := range states {
		switch {
		case q.bad != nil && q.bad[i] != market.Quoted:
			states[i] = q.bad[i]
		case usable(state) && call.impossiblyLow(i, q.underlying[i], years[i], q.dividends(i, years[i])):
			states[i] = market.Impossible
		}
	}
	return states
}

// dividends is what the data says is paid until expiry, of one minute's price.
func (q *Quotes) dividends(minute int, years float64) float64 {
	spot := q.underlying[minute]
	return columnOr(q.payouts, minute, 0) + spot - pricing.DiscountedStrike(spot, max(0, columnOr(q.dividend, minute, 0)), years)
}

// call is the quotes of the call, never locked.
func (q *Quotes) call() Option { return q.around(q.mid, false) }

func (q *Quotes) around(mids []float64, put bool) Option {
	option := Option{Strike: q.strike[0], Put: put, Bid: make([]float64, len(mids)), Ask: make([]float64, len(mids))}
	for i, mid := range mids {
		half := float64(max(q.width[i], 1e-6) / 2)
		option.Bid[i], option.Ask[i] = mid-half, mid+half
	}
	return option
}

// Chain returns the quotes as a chain of one expiry and strike, for Chain.Check. A
// put, of which the layout has the mid, is taken to be as wide as the call. Without
// a clock minutes follow one another; without a date of expiry it is where the time
// to expiry of the first row says, by the seed's calendar.
func (q *Quotes) Chain() *Chain {
	n := len(q.mid)
	chain := &Chain{Timestamps: q.timestamps, Zone: q.zone, NoTimestamps: q.timestamps == nil, Rows: q.rows}
	if chain.Timestamps == nil {
		for i := range n {
			chain.Timestamps = append(chain.Timestamps, int64(60*i))
		}
	}
	expiry := Expiry{Seconds: q.time.seconds, BareDate: q.time.bareDate, Underlying: q.underlying}
	if expiry.Seconds == 0 {
		expiry.Seconds = chain.Timestamps[0] + int64(float64(q.time.years(market.TradingClock)[0]*market.DaysPerYear)*86400)
	}
	expiry.end(chain.Timestamps)
	put := Option{Strike: q.strike[0], Put: true, Bid: slices.Repeat([]float64{math.NaN()}, n), Ask: slices.Repeat([]float64{math.NaN()}, n)}
	if q.put != nil {
		put = q.around(q.put, true)
	}
	if q.payouts != nil || q.dividend != nil {
		for i := range n {
			chain.dividends = append(chain.dividends, q.dividends(i, chainYears(&expiry, chain.Timestamps[i])))
		}
	}
	call := q.call()
	for i, state := range q.bad {
		switch state {
		case market.Missing:
			call.Bid[i], call.Ask[i] = math.NaN(), math.NaN()
		case market.Crossed:
			call.Bid[i], call.Ask[i] = call.Ask[i], call.Bid[i]
		}
	}
	chain.Expiries, chain.Options = []Expiry{expiry}, []Option{call, put}
	return chain
}

// chainYears is the time to an expiry by act/365, 0 once it is past.
func chainYears(e *Expiry, at int64) float64 {
	return max(0, float64(e.Ends-at)/(86400*market.DaysPerYear))
}

// firstVol is the implied volatility until the quotes imply one.
const firstVol = 0.25

// implied returns the option as the minute's quotes value it: the forward is the
// one that put–call parity implies, whatever the dividend yield, where a put is quoted
// and no cash dividends are, and the volatility that of
// whichever of call and put is out of the money. Where there is none, as below
// intrinsic value, the last one stays.
func (q *Quotes) implied(option pricing.European, minute int, last float64) (pricing.European, float64) {
	option.Vol = last
	if option.Years == 0 {
		return option, last
	}
	price, put := q.mid[minute], false
	if q.findsForward() {
		fit, ok := fitParityLine([]parityPair{{Strike: option.Strike, Difference: price - q.put[minute], Width: 1}}, pricing.DiscountedStrike(1, option.Rate, option.Years))
		if ok && fit.Forward > 0 {
			option.DividendYield = option.Rate - portable.Log(fit.Forward/option.Spot)/option.Years
			if put = option.Strike < fit.Forward; put {
				price = q.put[minute]
			}
		}
	}
	option.Put = put
	vol, err := option.ImpliedVol(price)
	option.Put = false
	if err != nil || vol == 0 {
		return option, last
	}
	option.Vol = vol
	return option, vol
}

func columnOr(column []float64, i int, otherwise float64) float64 {
	if column == nil {
		return otherwise
	}
	return column[i]
}
