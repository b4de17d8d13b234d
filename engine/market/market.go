package market

import (
	"fmt"
	"slices"

	"optmm/engine/portable"
	"optmm/engine/pricing"
	"optmm/engine/signal"
)

// Source is where markets come from. Market returns the history that belongs to
// the settings and, where histories are drawn, to the seed.
type Source interface {
	Market(settings Settings, seed uint32) (*Market, error)
}

// Recorded is a Source that was recorded, with what it provides by itself.
type Recorded interface {
	Source
	Minutes() int
	StepMinutes() int  // from one entry to the next
	IsChain() bool     // many options, in long form
	Series() int       // that its markets have
	Provides() Fields  // what settings need not replace
	HasPut() bool      // a put is quoted, without which there is no parity
	WidthVaries() bool // the market's width is not the same throughout
}

// Fields are what recorded data provides, so that no setting replaces it.
type Fields struct {
	Rate, ImpliedVol, DividendYield bool
	Years                           bool // time to expiry without a date: there is nothing for a clock to count
	Forward                         bool // by parity, wherever the implied volatility is found
	Timestamps                      bool
	Trades                          bool // that really printed
	Sessions                        int  // whole ones
}

// Settings are the tunables of the sources. On recorded quotes Rate, ImpliedVol
// and DividendYield replace what the data lacks, StaleMinutes, Clock and
// Signal apply, and the rest does not. The zero value is not usable;
// engine.Defaults gives a whole one.
type Settings struct {
	Model   string // of the synthetic history: one of Models()
	Minutes int    // length of the synthetic history

	Spot          float64 // underlying before the first minute
	Strike        float64
	Rate          Optional // per year, continuously compounded; unset finds it in a recorded chain, by parity
	ImpliedVol    Optional // per square-root year; unset finds it in recorded quotes, minute by minute
	DividendYield float64  // per year, continuously compounded

	DailyVol float64 // seed: of the log return, per square-root session
	MidNoise float64 // seed: standard deviation of the mid around theo, relative
	PutNoise float64 // seed: standard deviation of the put around parity, relative to the call's mid

	RealizedVol        float64        // gbm, merton: of the log return between jumps, per square-root year
	PriceVol           float64        // walk: size of a step, price units
	Drift              float64        // gbm, merton, heston: growth of the underlying, per year
	Jumps              pricing.Jumps  // merton
	Variance           pricing.Heston // heston
	Mispricing         float64        // standard deviation of ln(mid/theo), of call and put each
	MispricingHalfLife float64        // minutes in which half of it decays; 0 draws it again each minute
	Width              Optional       // of the market's own quote, price units; unset has none

	ExpirySessions    int // from the first minute to expiry
	MinutesPerSession int
	SessionsPerYear   int
	Clock             string  // how time to expiry is counted: one of Clocks()
	ClosedWeight      float64 // by act/365: of a minute of nights and weekends, compared with one of a session; 0 to 1

	Shape        Shape   // of a synthetic chain
	VolOfVol     float64 // of the synthetic implied volatility's logarithm, per square-root year
	StaleMinutes int     // without a change, after which a recorded quote is stale; 0: never

	Signal signal.Signal
}

// Optional is a number that may be unset.
type Optional struct {
	Value float64
	Set   bool
}

// Market is one realized history. Every column has one entry per minute, or, where rows are
// further apart, per step of some minutes; an entry is called a minute all the same.
type Market struct {
	Step          int     // minutes from one entry to the next; 0 is 1
	Timestamps    []int64 // seconds since 1970 UTC; nil where the history has no clock
	Sessions      []int   // the minutes at which sessions begin, the first 0
	WholeSessions int     // of them: all, or all but the last, which lacks more than its close
	MinuteYears   float64 // a minute of trading in years, of which an entry is Step
	PerYear       float64 // entries a year, where they are at irregular times; 0: 252 sessions of 390 minutes have them

	// Passed is the years that pass since the minute before, by the history's clock; 0
	// at the first.
	Passed []float64

	Underlyings []Underlying // each hedged by itself
	Series      []Series     // the options

	// Growth is the last underlying over its expectation, spot·e^{drift·t}; 0 where
	// the history has none. Its mean over seeds is 1 for a martingale.
	Growth float64
}

// Underlying is what options are on.
type Underlying struct {
	Price     []float64 // per share
	RecentVol []float64 // standard deviation of the last minutes' returns
	Move      []float64 // change since the minute before, 0 at the first
	Dividend  []float64 // what a share held since the minute before is paid; nil where there is none
}

// Contract says which option a series is.
type Contract struct {
	Strike  float64
	Put     bool
	Expires int64 // seconds since 1970 UTC, or, where the history has no clock, minutes from its first
}

// Right is call or put.
func (c *Contract) Right() string {
	if c.Put {
		return "put"
	}
	return "call"
}

// Series is one option's columns.
type Series struct {
	Contract
	Underlying int // its place in Market.Underlyings

	Years          []float64 // to expiry
	Discount       []float64 // e^{−rT}
	Vol            []float64 // implied, per square-root year
	Theo           []float64 // Black–Scholes value
	Delta          []float64 // shares per option
	Gamma          []float64 // shares per option and price unit
	Vega           []float64 // price per unit of volatility
	Theta          []float64 // price per year that passes
	Mid            []float64 // middle of the market's quote, the last good one where there is none
	Width          []float64 // of the market's quote; nil where the history has none
	PutMid         []float64 // of the put that belongs to the one call of a history; nil where none is quoted
	ParityResidual []float64 // mid less what parity says it is worth; 0 where the other side is not quoted
	Score          []float64 // of the signal
	Explained      Explained
	Expiry         int // the minute at which the option settles to its mid, the intrinsic value; −1 beyond the history

	// Quotable is false at minutes without a good quote, when the market maker has
	// none either; nil where every minute has one. Lacks counts those before expiry by
	// the State of the quote.
	Quotable  []bool
	BadQuotes [States]int

	Prints Prints // recorded trades of the option
}

// Prints are recorded trades of one option, by the minute of time in which they printed: those
// of arrival a, of which an entry of the market has Step, are from Starts[a] to Starts[a+1].
type Prints struct {
	Starts []int32 // nil: there are none
	Price  []float64
	Size   []int32 // contracts
}

// Of returns where the prints of an arrival are.
func (p *Prints) Of(arrival int) (first, end int) {
	if p.Starts == nil {
		return 0, 0
	}
	return int(p.Starts[arrival]), int(p.Starts[arrival+1])
}

// Explained is what a contract that is held gains from the minute before to this
// one, per share: by its mid, and as the Greeks of the minute before explain it, to
// second order in the underlying and first in time and volatility; 0 at the first.
type Explained struct {
	Mid   []float64 // change of the mid
	Delta []float64 // delta · move
	Gamma []float64 // ½ · gamma · move²
	Theta []float64 // theta · time that passed
	Vega  []float64 // vega · change of the implied volatility
}

// Minutes returns the length of the history.
func (m *Market) Minutes() int { return len(m.Underlyings[0].Price) }

// SessionEnd returns the minute after the last of a session.
func (m *Market) SessionEnd(session int) int {
	if session+1 < len(m.Sessions) {
		return m.Sessions[session+1]
	}
	return m.Minutes()
}

// StepMinutes returns the minutes from one entry of the columns to the next.
func (m *Market) StepMinutes() int { return max(1, m.Step) }

// Steps returns the number of entries in the given minutes, rounded up.
func (m *Market) Steps(minutes int) int { return signal.Entries(minutes, m.StepMinutes()) }

// EntriesPerYear returns how many entries a year has.
func (m *Market) EntriesPerYear() float64 {
	if m.PerYear > 0 {
		return m.PerYear
	}
	return SessionsPerYear * MinutesPerSession / float64(m.StepMinutes())
}

// Finish adds the score of every option, and what looks over several minutes.
func (m *Market) Finish(score signal.Signal) error {
	for j := range m.Series {
		if err := m.Series[j].Finish(&m.Underlyings[m.Series[j].Underlying], score, m.StepMinutes()); err != nil {
			return err
		}
	}
	return nil
}

// IsChain reports whether the history has more than one option.
func (m *Market) IsChain() bool { return len(m.Series) > 1 }

// NewUnderlying returns the underlying of prices that are step minutes apart. A price of 0 is
// an error.
func NewUnderlying(prices []float64, step int) (Underlying, error) {
	u := Underlying{Price: prices, Move: make([]float64, len(prices))}
	for i, price := range prices {
		if price == 0 || price-price != 0 {
			return u, fmt.Errorf("the underlying is %v at minute %d: the market's parameters are too extreme", price, i)
		}
		if i > 0 {
			u.Move[i] = price - prices[i-1]
		}
	}
	u.RecentVol = signal.RecentVol(prices, step)
	return u, nil
}

// Pass notes the years that pass before each minute, and the dividends of a yield, known
// as they begin: over the time t a share is paid S·(e^{qt} − 1), S at its end. What it
// was paid and what it is worth then grow by q more than its price.
func (m *Market) Pass(steps []float64, yield func(minute int) float64) {
	steps[0] = 0
	m.Passed = steps
	for u := range m.Underlyings {
		underlying := &m.Underlyings[u]
		for i := 1; i < len(steps); i++ {
			q := yield(i - 1)
			if q == 0 {
				continue
			}
			if underlying.Dividend == nil {
				underlying.Dividend = make([]float64, len(steps))
			}
			underlying.Dividend[i] = float64(underlying.Price[i] * portable.Expm1(float64(q*steps[i])))
		}
	}
}

// NewSeries returns the columns that every source fills minute by minute.
func NewSeries(minutes int) Series {
	series := Series{Expiry: -1}
	Allocate(nil, minutes, []*[]float64{&series.Years, &series.Discount, &series.Vol, &series.Theo, &series.Delta, &series.Gamma, &series.Vega, &series.Theta, &series.Mid, &series.ParityResidual})
	return series
}

// Price writes the minute's value and Greeks.
func (s *Series) Price(minute int, option pricing.European, g pricing.Greeks) {
	s.Years[minute], s.Vol[minute], s.Discount[minute] = option.Years, option.Vol, g.Discount
	s.Theo[minute], s.Delta[minute] = g.Price, g.Delta
	s.Gamma[minute], s.Vega[minute], s.Theta[minute] = g.Gamma, g.Vega, g.Theta
}

// Finish adds what looks over several minutes, entries being step minutes apart. A score of a trained model
// needs a Scored source.
func (s *Series) Finish(underlying *Underlying, score signal.Signal, step int) error {
	if err := s.finite(); err != nil {
		return err
	}
	if slices.Contains(signal.Trained(), score.Model) {
		return fmt.Errorf("score_model %s needs the file of a model, which a study names", score.Model)
	}
	n := len(s.Mid)
	for i := s.Expiry + 1; s.Expiry >= 0 && i < n; i++ {
		s.Mid[i] = s.Mid[s.Expiry] // what it settled to
	}
	s.Score = score.Score(signal.Inputs{Price: underlying.Price, RecentVol: underlying.RecentVol, Width: s.Width, Residual: s.ParityResidual, Put: s.Put, Step: step})
	e := &s.Explained
	Allocate(nil, n, []*[]float64{&e.Mid, &e.Delta, &e.Gamma, &e.Theta, &e.Vega})
	for i := 1; i < n; i++ {
		moved := underlying.Move[i]
		e.Mid[i] = s.Mid[i] - s.Mid[i-1]
		e.Delta[i] = float64(s.Delta[i-1] * moved)
		e.Gamma[i] = float64(float64(float64(s.Gamma[i-1]*moved)*moved) / 2)
		e.Theta[i] = float64(s.Theta[i-1] * (s.Years[i-1] - s.Years[i]))
		e.Vega[i] = float64(s.Vega[i-1] * (s.Vol[i] - s.Vol[i-1]))
	}
	return nil
}

// Single is the history of one option, with prices that are step minutes apart.
func (s Series) Single(prices []float64, score signal.Signal, step int) (*Market, error) {
	underlying, err := NewUnderlying(prices, step)
	if err != nil {
		return nil, err
	}
	if err := s.Finish(&underlying, score, step); err != nil {
		return nil, err
	}
	return &Market{Step: step, Underlyings: []Underlying{underlying}, Series: []Series{s}}, nil
}

// finite returns an error where a price or a Greek is no number: figures made of
// it would be none either.
func (s *Series) finite() error {
	nothing := 0.0
	for i := range s.Mid {
		nothing += (s.Mid[i] - s.Mid[i]) + (s.Gamma[i] - s.Gamma[i]) + (s.Vega[i] - s.Vega[i]) +
			(s.Theta[i] - s.Theta[i]) + (s.ParityResidual[i] - s.ParityResidual[i])
	}
	if nothing == 0 {
		return nil
	}
	for i := range s.Mid {
		for _, column := range []struct {
			name  string
			value float64
		}{{"mid", s.Mid[i]}, {"gamma", s.Gamma[i]}, {"vega", s.Vega[i]}, {"theta", s.Theta[i]}, {"parity_residual", s.ParityResidual[i]}} {
			if column.value-column.value != 0 {
				return fmt.Errorf("%s is %v at minute %d: the market's parameters are too extreme", column.name, column.value, i)
			}
		}
	}
	return nil
}

// MarkQuotable notes where there is a good quote.
func (s *Series) MarkQuotable(states []State) {
	s.Quotable = make([]bool, len(states))
	for i, state := range states {
		s.Quotable[i] = state == Quoted
		if s.Expiry < 0 || i < s.Expiry {
			s.BadQuotes[state]++
		}
	}
}
