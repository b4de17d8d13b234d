// Package market holds what happened: one realised history of an underlying and
// its option, minute by minute, with the features that a market maker sees.
//
//  1. A Source is where histories come from: Synthetic draws one from a seed,
//     Quotes (read from CSV) holds one that was recorded.
//  2. Settings are the tunables of a source; Source.Market applies them.
//  3. The Market that results is read-only and shared by every run on it.
package market

// The calendar of the seed model: a session is 390 minutes, a year 252 sessions.
const (
	MinutesPerSession = 390
	SessionsPerYear   = 252
)

// minimumYears is the least time to expiry: the closed formulae need a little.
const minimumYears = 1e-6

// Source is where markets come from. Market returns the history that belongs to
// the settings and, where histories are drawn, to the seed.
type Source interface {
	Market(settings Settings, seed uint32) (*Market, error)
}

// Settings are the tunables of the sources. On recorded quotes Rate, ImpliedVol
// and DividendYield stand in for columns that the data lacks, and the rest does
// not apply. The zero value is not usable; engine.Defaults gives a whole one.
type Settings struct {
	Minutes        int     // length of the synthetic history
	Spot           float64 // underlying before the first minute
	Strike         float64
	Rate           float64 // per year, continuously compounded
	ImpliedVol     float64 // per square-root year
	DividendYield  float64 // per year, continuously compounded
	DailyVol       float64 // of the underlying's log return, per square-root session
	MidNoise       float64 // standard deviation of the mid around theo, relative
	PutNoise       float64 // standard deviation of the put around parity, relative to the call's mid
	ExpirySessions int     // from the first minute to expiry
}

// Market is one realised history. Every column has one entry per minute.
type Market struct {
	Timestamps []int64   // seconds since 1970 UTC; nil where the history has no clock
	Underlying []float64 // price per share
	RecentVol  []float64 // standard deviation of the last minutes' returns
	Series     []Series  // the options; one, until chains come
}

// Series is one option's columns.
type Series struct {
	Years          []float64 // to expiry
	Theo           []float64 // Black–Scholes value
	Delta          []float64 // Black–Scholes delta, shares per option
	Mid            []float64 // middle of the market's quote
	Width          []float64 // of the market's quote; nil where the history has none (synthetic)
	PutMid         []float64 // nil where no put is quoted
	ParityResidual []float64 // call mid less what parity says it is worth; 0 where no put is quoted
	Score          []float64 // the seed's standardised short-horizon score
}

// Minutes returns the length of the history.
func (m *Market) Minutes() int { return len(m.Underlying) }
