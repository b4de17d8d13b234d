package engine

import (
	"fmt"

	"optmm/engine/market"
)

// Series is one run, minute by minute. Market columns are shared with every run
// on the same market.
type Series struct {
	Market *market.Market

	Spread             []float64 // quoted width before skew
	Bid, Ask           []float64
	BidFills, AskFills []int32 // contracts bought, sold
	Inventory          []int32 // contracts, after the minute
	Shares             []float64
	Cash               []float64
	PnL                []float64
	HedgeError         []float64
}

// reset makes room for a run on m; every entry will be written.
func (s *Series) reset(m *market.Market) {
	s.Market = m
	n := m.Minutes()
	for _, column := range []*[]float64{&s.Spread, &s.Bid, &s.Ask, &s.Shares, &s.Cash, &s.PnL, &s.HedgeError} {
		*column = resize(*column, n)
	}
	for _, column := range []*[]int32{&s.BidFills, &s.AskFills, &s.Inventory} {
		*column = resize(*column, n)
	}
}

// finite returns an error that names the first quote or P&L that is not finite.
func (s *Series) finite() error {
	for _, column := range []struct {
		name   string
		values []float64
	}{{"bid", s.Bid}, {"ask", s.Ask}, {"pnl", s.PnL}} {
		for minute, value := range column.values {
			if value-value != 0 { // infinite, or no number
				return fmt.Errorf("%s at minute %d is %v: the parameters are too extreme", column.name, minute, value)
			}
		}
	}
	return nil
}

func resize[T any](values []T, n int) []T {
	if cap(values) < n {
		return make([]T, n)
	}
	return values[:n]
}

// Column describes one column of a run: what it is and where it comes from. At
// most one of Floats, Integers and Seconds is set; none is for the minute itself,
// which counts from 0.
type Column struct {
	Name     string
	Unit     string
	Sentence string
	Present  func(*market.Market) bool // whether the market has it; nil: always

	Floats   func(*Series) []float64
	Integers func(*Series) []int32
	Seconds  func(*Series) []int64 // since 1970 UTC
}

// Columns returns every column that a run can have, in file order.
func Columns() []Column {
	option := func(values func(*market.Series) []float64) func(*Series) []float64 {
		return func(s *Series) []float64 { return values(&s.Market.Series[0]) }
	}
	return []Column{
		{Name: "minute", Unit: "minute", Sentence: "Minutes since the first row, from 0."},
		{Name: "timestamp", Unit: "UTC", Sentence: "Time of the recorded quote.",
			Present: func(m *market.Market) bool { return m.Timestamps != nil },
			Seconds: func(s *Series) []int64 { return s.Market.Timestamps }},
		{Name: "underlying", Unit: "price", Sentence: "Price of the underlying.",
			Floats: func(s *Series) []float64 { return s.Market.Underlying }},
		{Name: "years_to_expiry", Unit: "year", Sentence: "Time to expiry.",
			Floats: option(func(o *market.Series) []float64 { return o.Years })},
		{Name: "theo", Unit: "price", Sentence: "Black–Scholes value of the call.",
			Floats: option(func(o *market.Series) []float64 { return o.Theo })},
		{Name: "delta", Unit: "share/contract", Sentence: "Black–Scholes delta of the call.",
			Floats: option(func(o *market.Series) []float64 { return o.Delta })},
		{Name: "mid", Unit: "price", Sentence: "Middle of the market's quote of the call.",
			Floats: option(func(o *market.Series) []float64 { return o.Mid })},
		{Name: "put_mid", Unit: "price", Sentence: "Middle of the market's quote of the put.",
			Present: func(m *market.Market) bool { return m.Series[0].PutMid != nil },
			Floats:  option(func(o *market.Series) []float64 { return o.PutMid })},
		{Name: "parity_residual", Unit: "price", Sentence: "Call mid less what put–call parity says it is worth; 0 where no put is quoted.",
			Floats: option(func(o *market.Series) []float64 { return o.ParityResidual })},
		{Name: "ml_score", Unit: "1", Sentence: "Standardised short-horizon score.",
			Floats: option(func(o *market.Series) []float64 { return o.Score })},
		{Name: "spread", Unit: "price", Sentence: "Quoted width before skew.",
			Floats: func(s *Series) []float64 { return s.Spread }},
		{Name: "bid", Unit: "price", Sentence: "Posted bid.",
			Floats: func(s *Series) []float64 { return s.Bid }},
		{Name: "ask", Unit: "price", Sentence: "Posted ask.",
			Floats: func(s *Series) []float64 { return s.Ask }},
		{Name: "bid_fills", Unit: "contract", Sentence: "Contracts bought at the bid in this minute.",
			Integers: func(s *Series) []int32 { return s.BidFills }},
		{Name: "ask_fills", Unit: "contract", Sentence: "Contracts sold at the ask in this minute.",
			Integers: func(s *Series) []int32 { return s.AskFills }},
		{Name: "inventory", Unit: "contract", Sentence: "Contracts held after the minute.",
			Integers: func(s *Series) []int32 { return s.Inventory }},
		{Name: "shares", Unit: "share", Sentence: "Shares of the underlying held after the hedge.",
			Floats: func(s *Series) []float64 { return s.Shares }},
		{Name: "cash", Unit: "currency", Sentence: "Cash after the minute's trades.",
			Floats: func(s *Series) []float64 { return s.Cash }},
		{Name: "pnl", Unit: "currency", Sentence: "Cash plus options at mid plus shares at the underlying.",
			Floats: func(s *Series) []float64 { return s.PnL }},
		{Name: "hedge_error", Unit: "share", Sentence: "Delta of everything held; 0 is neutral.",
			Floats: func(s *Series) []float64 { return s.HedgeError }},
	}
}
