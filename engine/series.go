package engine

import (
	"fmt"

	"optmm/engine/market"
)

// Series is one run, minute by minute. Market columns are shared with every run
// on the same market.
type Series struct {
	Market     *market.Market
	Multiplier float64 // shares per contract

	Spread                 []float64 // quoted width, the seed's before skew
	Bid, Ask               []float64
	BidSize, AskSize       []int32 // contracts posted; 0 where the side is not quoted
	BidFills, AskFills     []int32 // contracts bought, sold
	Inventory              []int32 // contracts, after the minute
	Shares                 []float64
	Cash                   []float64
	PnL                    []float64
	HedgeError             []float64 // net delta after the hedge, shares
	OptionFees, HedgeCosts []float64 // paid so far
	Attributed             Attributed

	Breaches      int // minutes that ended beyond a limit
	HaltedMinutes int // minutes without quotes since the loss limit was reached
	InformedFills int // contracts traded with the informed

	opening                       int // contracts held before the first minute
	optionTurnover, hedgeTurnover float64
}

// reset makes room for a run on m; every entry will be written.
func (s *Series) reset(m *market.Market, p *Params) {
	s.Market, s.Multiplier, s.opening = m, p.Multiplier, p.OpeningInventory
	n := m.Minutes()
	a := &s.Attributed
	for _, column := range []*[]float64{
		&s.Spread, &s.Bid, &s.Ask, &s.Shares, &s.Cash, &s.PnL, &s.HedgeError, &s.OptionFees, &s.HedgeCosts,
		&a.Spread, &a.Inventory, &a.Hedge, &a.Delta, &a.Gamma, &a.Theta, &a.Vega, &a.Unexplained,
	} {
		*column = resize(*column, n)
	}
	for _, column := range []*[]int32{&s.BidSize, &s.AskSize, &s.BidFills, &s.AskFills, &s.Inventory} {
		*column = resize(*column, n)
	}
}

// spreads fills Spread: the width that the seed skews, or what was posted.
func (s *Series) spreads(width []float64, seed bool) {
	if seed {
		copy(s.Spread, width)
		return
	}
	for i := range s.Spread {
		s.Spread[i] = s.Ask[i] - s.Bid[i]
	}
}

// finite returns an error that names the first quote or P&L that is not finite.
func (s *Series) finite() error {
	n := len(s.PnL)
	bid, ask, pnl := s.Bid[:n], s.Ask[:n], s.PnL[:n]
	nothing := 0.0
	for i := range n {
		nothing += (bid[i] - bid[i]) + (ask[i] - ask[i]) + (pnl[i] - pnl[i]) // NaN where one is infinite or no number
	}
	if nothing == 0 {
		return nil
	}
	for i := range n {
		for _, column := range []struct {
			name  string
			value float64
		}{{"bid", bid[i]}, {"ask", ask[i]}, {"pnl", pnl[i]}} {
			if column.value-column.value != 0 {
				return fmt.Errorf("%s at minute %d is %v: the parameters are too extreme", column.name, i, column.value)
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
		{Name: "delta", Unit: "1", Sentence: "Black–Scholes delta of the call, per share of the contract.",
			Floats: option(func(o *market.Series) []float64 { return o.Delta })},
		{Name: "gamma", Unit: "share/price", Sentence: "Black–Scholes gamma of the call, per share of the contract.",
			Floats: option(func(o *market.Series) []float64 { return o.Gamma })},
		{Name: "vega", Unit: "price", Sentence: "Black–Scholes vega of the call, per unit of volatility.",
			Floats: option(func(o *market.Series) []float64 { return o.Vega })},
		{Name: "theta", Unit: "price/year", Sentence: "Black–Scholes theta of the call, per year that passes.",
			Floats: option(func(o *market.Series) []float64 { return o.Theta })},
		{Name: "mid", Unit: "price", Sentence: "Middle of the market's quote of the call.",
			Floats: option(func(o *market.Series) []float64 { return o.Mid })},
		{Name: "put_mid", Unit: "price", Sentence: "Middle of the market's quote of the put.",
			Present: func(m *market.Market) bool { return m.Series[0].PutMid != nil },
			Floats:  option(func(o *market.Series) []float64 { return o.PutMid })},
		{Name: "parity_residual", Unit: "price", Sentence: "Call mid less what put–call parity says it is worth; 0 where no put is quoted.",
			Floats: option(func(o *market.Series) []float64 { return o.ParityResidual })},
		{Name: "ml_score", Unit: "1", Sentence: "Score of score_model.",
			Floats: option(func(o *market.Series) []float64 { return o.Score })},
		{Name: "spread", Unit: "price", Sentence: "Quoted width; the seed's before skew.",
			Floats: func(s *Series) []float64 { return s.Spread }},
		{Name: "bid", Unit: "price", Sentence: "Posted bid.",
			Floats: func(s *Series) []float64 { return s.Bid }},
		{Name: "ask", Unit: "price", Sentence: "Posted ask.",
			Floats: func(s *Series) []float64 { return s.Ask }},
		{Name: "bid_size", Unit: "contract", Sentence: "Contracts posted at the bid; 0 where it is not quoted.",
			Integers: func(s *Series) []int32 { return s.BidSize }},
		{Name: "ask_size", Unit: "contract", Sentence: "Contracts posted at the ask; 0 where it is not quoted.",
			Integers: func(s *Series) []int32 { return s.AskSize }},
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
		{Name: "pnl", Unit: "currency", Sentence: "Net P&L: cash plus options at mid plus shares at the underlying.",
			Floats: func(s *Series) []float64 { return s.PnL }},
		{Name: "hedge_error", Unit: "share", Sentence: "Delta of everything held, after the hedge; 0 is neutral.",
			Floats: func(s *Series) []float64 { return s.HedgeError }},
		{Name: "spread_pnl", Unit: "currency", Sentence: "Spread captured so far: at each fill the mid less the bid, or the ask less the mid.",
			Floats: func(s *Series) []float64 { return s.Attributed.Spread }},
		{Name: "inventory_pnl", Unit: "currency", Sentence: "P&L so far of the contracts held as their mid moved.",
			Floats: func(s *Series) []float64 { return s.Attributed.Inventory }},
		{Name: "hedge_pnl", Unit: "currency", Sentence: "P&L so far of the shares held as the underlying moved, before costs.",
			Floats: func(s *Series) []float64 { return s.Attributed.Hedge }},
		{Name: "option_fees", Unit: "currency", Sentence: "Option fees paid so far. spread_pnl + inventory_pnl + hedge_pnl − option_fees − hedge_costs is pnl.",
			Floats: func(s *Series) []float64 { return s.OptionFees }},
		{Name: "hedge_costs", Unit: "currency", Sentence: "Costs of trading the underlying paid so far.",
			Floats: func(s *Series) []float64 { return s.HedgeCosts }},
		{Name: "delta_pnl", Unit: "currency", Sentence: "Of inventory_pnl + hedge_pnl, what the net delta explains.",
			Floats: func(s *Series) []float64 { return s.Attributed.Delta }},
		{Name: "gamma_pnl", Unit: "currency", Sentence: "Of inventory_pnl + hedge_pnl, what gamma explains.",
			Floats: func(s *Series) []float64 { return s.Attributed.Gamma }},
		{Name: "theta_pnl", Unit: "currency", Sentence: "Of inventory_pnl + hedge_pnl, what theta explains.",
			Floats: func(s *Series) []float64 { return s.Attributed.Theta }},
		{Name: "vega_pnl", Unit: "currency", Sentence: "Of inventory_pnl + hedge_pnl, what changes of the implied volatility explain.",
			Floats: func(s *Series) []float64 { return s.Attributed.Vega }},
		{Name: "unexplained_pnl", Unit: "currency", Sentence: "Of inventory_pnl + hedge_pnl, what the Greeks leave.",
			Floats: func(s *Series) []float64 { return s.Attributed.Unexplained }},
	}
}
