package account

import (
	"fmt"
	"slices"

	"optmm/engine/market"
)

// Record is one run, minute by minute. Market columns are shared with every run on
// the same market.
type Record struct {
	Market     *market.Market
	Multiplier float64 // shares per contract

	Options []OptionRecord // of each of the market's series
	Hedges  []HedgeRecord  // in each of its underlyings

	Inventory              []int32   // contracts, after the minute, over all options
	Gross                  []int32   // the same without signs; nil of one option
	Vega, Theta            []float64 // of everything held, currency per unit of volatility, per year
	Cash                   []float64
	PnL                    []float64
	OptionFees, HedgeCosts []float64 // paid so far
	Carry                  []float64 // interest and dividends received so far

	Breaches      int // minutes that ended beyond a limit, that of the loss included
	HaltedMinutes int // minutes without quotes since the loss limit was reached
	InformedFills int // contracts traded with the informed

	opening                       int     // contracts of each option held before the first minute
	fee                           float64 // per contract
	sums                          sums
	optionTurnover, hedgeTurnover float64
	markouts                      [len(markoutMinutes)]Markout
	attributed                    Attribution
	attributedMade                bool
	detail                        optionDetail

	sessions []float64 // the P&L at the end of each whole one
	floats   []float64 // the memory of the columns
	integers []int32
}

// OptionRecord is one option's part of a run. Where the market has no good quote
// nothing is posted, and Bid and Ask are the mid.
type OptionRecord struct {
	Spread             []float64 // quoted width, the seed's before skew
	Bid, Ask           []float64
	BidSize, AskSize   []int32 // contracts posted; 0 where the side is not quoted
	BidFills, AskFills []int32 // contracts bought, sold
	InformedFills      []int32 // of them, traded with the informed
	Inventory          []int32 // contracts, after the minute

	Total OptionTotal

	Held        []float64 // Inventory as a number
	FillMinutes []int32   // the minutes with fills
}

// FillsFrom returns the minutes with fills from a minute on.
func (o *OptionRecord) FillsFrom(minute int) []int32 {
	if minute == 0 {
		return o.FillMinutes
	}
	at, _ := slices.BinarySearch(o.FillMinutes, int32(minute))
	return o.FillMinutes[at:]
}

// HedgeRecord is the trades in one underlying, and what they hedge.
type HedgeRecord struct {
	Shares       []float64 // held after the minute
	Error        []float64 // net delta after the hedge, shares
	Delta, Gamma []float64 // of the options held, shares and shares per price unit
}

// Before returns the shares held as a minute begins.
func (h *HedgeRecord) Before(minute int) float64 {
	if minute == 0 {
		return 0
	}
	return h.Shares[minute-1]
}

// Reset makes room for a run on a market: with multiplier shares per contract, a fee per
// contract, and contracts of each option held before the first minute. But for the fills,
// every entry will be written.
func (r *Record) Reset(m *market.Market, multiplier, fee float64, opening int) {
	r.Market, r.Multiplier, r.opening, r.fee = m, multiplier, opening, fee
	r.detail.made = false
	if n := m.Minutes(); len(r.PnL) != n || len(r.Options) != len(m.Series) || len(r.Hedges) != len(m.Underlyings) {
		r.makeRoom(n, len(m.Series), len(m.Underlyings))
	}
	for j := range r.Options {
		o := &r.Options[j]
		o.FillMinutes = o.FillMinutes[:0]
		clear(o.BidFills) // and then the minutes with fills are written
		clear(o.AskFills)
		clear(o.InformedFills)
	}
	clear(r.Carry) // and then written where there is any
}

func (r *Record) makeRoom(minutes, options, underlyings int) {
	r.Options, r.Hedges = market.Resize(r.Options, options), market.Resize(r.Hedges, underlyings)
	a := &r.attributed
	floats := []*[]float64{
		&r.Vega, &r.Theta, &r.Cash, &r.PnL, &r.OptionFees, &r.HedgeCosts, &r.Carry,
		&a.Spread, &a.Inventory, &a.Hedge, &a.Delta, &a.Gamma, &a.Theta, &a.Vega, &a.Unexplained,
	}
	integers := []*[]int32{&r.Inventory, &r.Gross}
	if options == 1 { // it is the option's
		integers = nil
	}
	for j := range r.Options {
		o := &r.Options[j]
		floats = append(floats, &o.Spread, &o.Bid, &o.Ask, &o.Held)
		integers = append(integers, &o.BidSize, &o.AskSize, &o.BidFills, &o.AskFills, &o.InformedFills, &o.Inventory)
	}
	for u := range r.Hedges {
		h := &r.Hedges[u]
		floats = append(floats, &h.Shares, &h.Error, &h.Delta, &h.Gamma)
	}
	r.floats, r.integers = market.Allocate(r.floats, minutes, floats), market.Allocate(r.integers, minutes, integers)
}

// total adds up what is held of all options. The contracts of many may be more than
// a record can hold.
func (r *Record) total() error {
	if len(r.Options) == 1 {
		r.Inventory, r.Gross = r.Options[0].Inventory, nil
		return nil
	}
	n := len(r.PnL)
	clear(r.Inventory)
	clear(r.Gross)
	inventory, gross := r.Inventory[:n], r.Gross[:n]
	for j := range r.Options {
		held := r.Options[j].Inventory[:n]
		for i := range n {
			inventory[i] += held[i]
			gross[i] += max(held[i], -held[i])
			if gross[i] < 0 {
				return fmt.Errorf("inventory at minute %d is more contracts than a run can hold", i)
			}
		}
	}
	return nil
}

// notFinite is 0, and NaN where some P&L is infinite or no number.
func (r *Record) notFinite() float64 {
	nothing := 0.0
	for _, x := range r.PnL {
		nothing += x - x
	}
	return nothing
}

// finite returns an error that names the first quote or P&L that is not finite.
func (r *Record) finite() error {
	nothing := r.notFinite()
	for j := range r.Options {
		bid := r.Options[j].Bid
		ask := r.Options[j].Ask[:len(bid)]
		for i := range bid {
			width := ask[i] - bid[i]
			nothing += width - width
		}
	}
	if nothing == 0 {
		return nil
	}
	for i := range r.PnL {
		for j := range r.Options {
			o := &r.Options[j]
			for _, column := range []struct {
				name  string
				value float64
			}{{"bid", o.Bid[i]}, {"ask", o.Ask[i]}, {"pnl", r.PnL[i]}} {
				if column.value-column.value != 0 {
					return fmt.Errorf("%s at minute %d is %v: the parameters are too extreme", column.name, i, column.value)
				}
			}
		}
	}
	return nil
}
