package market

import "optmm/engine/pricing"

// What the data does not say.
const (
	defaultYears = 30.0 / SessionsPerYear // to expiry
	defaultWidth = 0.05                   // of the quote, where only the mid is known
)

// Quotes is a recorded history of one option, as ReadCSV found it. It is a
// Source: what the data lacks comes from the settings.
type Quotes struct {
	timestamps []int64 // seconds since 1970 UTC; nil where the data has none
	underlying []float64
	strike     []float64
	mid        []float64
	width      []float64 // of the market's quote
	put        []float64 // nil where no put is quoted
	years      []float64
	rate       []float64 // nil: the settings'
	vol        []float64 // nil: the settings'
	dividend   []float64 // yield; nil: the settings'
	payouts    []float64 // present value of cash dividends; nil: none
}

// Minutes returns the number of rows.
func (q *Quotes) Minutes() int { return len(q.underlying) }

// Has reports which columns the data has, so that the settings do not stand in
// for them.
func (q *Quotes) Has() (rate, impliedVol, dividendYield bool) {
	return q.rate != nil, q.vol != nil, q.dividend != nil
}

// Market computes the engine's columns. The parity residual is the seed's,
//
//	mid − (put + S − K·e^{−rT} − D)
//
// and 0 throughout where no put is quoted. The seed is not used: recorded
// history is what it is.
func (q *Quotes) Market(settings Settings, _ uint32) (*Market, error) {
	n := len(q.underlying)
	series := newSeries(n)
	series.Years, series.Mid, series.Width, series.PutMid = q.years, q.mid, q.width, q.put
	for i, spot := range q.underlying {
		option := pricing.European{
			Spot: spot, Strike: q.strike[i], Years: q.years[i],
			Rate:          columnOr(q.rate, i, settings.Rate),
			Vol:           columnOr(q.vol, i, settings.ImpliedVol),
			DividendYield: columnOr(q.dividend, i, settings.DividendYield),
		}
		series.Theo[i], series.Delta[i] = option.Value()
		if q.put != nil {
			strike := pricing.DiscountedStrike(option.Strike, option.Rate, option.Years)
			series.ParityResidual[i] = q.mid[i] - pricing.SyntheticCall(q.put[i], spot, strike, columnOr(q.payouts, i, 0))
		}
	}
	changes := returns(q.underlying)
	series.Score = seedScore(changes, series.ParityResidual)
	return &Market{
		Timestamps: q.timestamps, Underlying: q.underlying,
		RecentVol: recentVol(changes), Series: []Series{series},
	}, nil
}

func columnOr(column []float64, i int, otherwise float64) float64 {
	if column == nil {
		return otherwise
	}
	return column[i]
}
