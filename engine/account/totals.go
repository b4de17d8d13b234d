package account

import (
	"math"

	"optmm/engine/market"
	"optmm/engine/param"
)

// Totals are the sums of a run, from which its summary is computed. Money is in currency.
type Totals struct {
	PnL, OptionFees, HedgeCosts, Carry                  float64
	Spread, Inventory, Hedge, Delta, Gamma, Theta, Vega float64 // as Attribution has them
	OptionTurnover, HedgeTurnover                       float64
	BidFills, AskFills, InformedFills                   int
	MaxInventory, EndInventory                          int
	Breaches, HaltedMinutes                             int
	Moments                                             Moments
	Markouts                                            [len(markoutMinutes)]Markout
	SessionPnL                                          []float64 // at the end of each whole session
}

// Moments are the moments of the positions and of the P&L's steps.
type Moments struct {
	Gross, Net  int     // contracts held
	Vegas       float64 // squares of the vega
	Errors      float64 // squares of the hedge errors
	Mean, Steps float64 // of the P&L's steps, and the squares around it
	Drawdown    float64 // largest fall from a height before it, the 0 of the beginning included
}

// AddUp reports whether the parts of the P&L of a run on one option add up to it, and likewise those of the option. The run had no
// opening position. option is the option's P&L before fees: the cash of its trades and its position at the last mid; fee is a contract's.
func (t *Totals) AddUp(m *market.Market, option, fee, multiplier float64) bool {
	parts := t.Spread + t.Inventory + t.Hedge + t.Carry - t.OptionFees - t.HedgeCosts
	sum := math.Abs(t.Spread) + math.Abs(t.Inventory) + math.Abs(t.Hedge) + math.Abs(t.Carry) + math.Abs(t.OptionFees) + t.HedgeCosts
	opened := float64(m.Underlyings[0].Price[0] * multiplier)
	fees := float64(float64(t.BidFills+t.AskFills) * fee)
	return addUp(t.PnL, parts, sum, t.OptionTurnover+t.HedgeTurnover+opened) &&
		addUp(option-fees, t.Spread+t.Inventory-fees, math.Abs(t.Spread)+math.Abs(t.Inventory)+math.Abs(fees), t.OptionTurnover)
}

// Summary returns the figures of a run on a market, with multiplier shares per contract.
func (t *Totals) Summary(m *market.Market, multiplier float64) Summary {
	n, moments := float64(m.Minutes()), &t.Moments
	attributed := sums{inventory: t.Inventory, hedge: t.Hedge, delta: t.Delta, gamma: t.Gamma, theta: t.Theta, vega: t.Vega}
	summary := Summary{
		NetPnL: t.PnL, GrossPnL: t.PnL + t.OptionFees + t.HedgeCosts,
		SpreadPnL: t.Spread, InventoryPnL: t.Inventory, HedgePnL: t.Hedge,
		OptionFees: t.OptionFees, HedgeCosts: t.HedgeCosts, CarryPnL: t.Carry,
		DeltaPnL: t.Delta, GammaPnL: t.Gamma, ThetaPnL: t.Theta, VegaPnL: t.Vega, UnexplainedPnL: attributed.unexplained(),
		TotalFills: t.BidFills + t.AskFills, BidFills: t.BidFills, AskFills: t.AskFills, InformedFills: t.InformedFills,
		MaxInventory: t.MaxInventory, EndInventory: t.EndInventory,
		OptionTurnover: t.OptionTurnover, HedgeTurnover: t.HedgeTurnover,
		Breaches: t.Breaches, HaltedMinutes: t.HaltedMinutes,
		Sharpe: moments.sharpe(m.Minutes(), m.EntriesPerYear()), SessionSharpe: t.sessionSharpe(), MaxDrawdown: moments.Drawdown,
		AvgInventory: float64(moments.Gross) / n, MeanInventory: float64(moments.Net) / n,
		HedgeErrorRMS: math.Sqrt(moments.Errors / n), VegaRMS: math.Sqrt(moments.Vegas / n),
	}
	for j := range m.Series {
		for state, minutes := range m.Series[j].BadQuotes {
			summary.BadQuotes[state] += minutes * m.StepMinutes()
		}
	}
	if fills := summary.TotalFills; fills > 0 {
		summary.MeanEdge = param.Optional{Value: summary.SpreadPnL / float64(float64(fills)*multiplier), Set: true}
		for i := range t.Markouts {
			summary.Markouts[i] = t.Markouts[i].mean()
		}
	}
	if growth := m.Growth; growth != 0 {
		summary.MartingaleError = param.Optional{Value: growth - 1, Set: true}
	}
	return summary
}

// sharpe is the seed's figure,
//
//	mean(change)/(sd(change) + 1e-12) · √(changes a year)
//
// over the n changes of the P&L, with a first one of 0; sd with n−1. One entry has none, nor
// has a P&L that does not move.
func (m *Moments) sharpe(n int, perYear float64) param.Optional {
	if n < 2 {
		return param.Optional{}
	}
	if m.Steps == 0 { // a P&L that does not move has no ratio
		return param.Optional{}
	}
	deviation := math.Sqrt(m.Steps / float64(n-1))
	return param.Optional{Value: float64(m.Mean / (deviation + 1e-12) * math.Sqrt(perYear)), Set: true}
}

// sessionSharpe is mean over sd of the whole sessions' P&L, not annualized; it takes
// two sessions that differ.
func (t *Totals) sessionSharpe() param.Optional {
	if len(t.SessionPnL) < 2 {
		return param.Optional{}
	}
	count := float64(len(t.SessionPnL))
	mean := t.SessionPnL[len(t.SessionPnL)-1] / count
	squares, before := 0.0, 0.0
	for _, pnl := range t.SessionPnL {
		deviation := pnl - before - mean
		squares += float64(deviation * deviation)
		before = pnl
	}
	if squares == 0 {
		return param.Optional{}
	}
	return param.Optional{Value: mean / math.Sqrt(squares/(count-1)), Set: true}
}

// Markout is what contracts had earned some minutes after their fills, by the mid
// and before costs: mid less bid, ask less mid. Fills with less time to go are left out.
type Markout struct {
	Contracts int64
	Earned    float64
}

// add adds the fills of an option, and their mids the given number of entries later.
func (m *Markout) add(o *OptionRecord, mid []float64, entries int) {
	contracts, earned := m.Contracts, m.Earned
	later := mid[min(entries, len(mid)):]
	bid, ask, bidFills, askFills := o.Bid[:len(later)], o.Ask[:len(later)], o.BidFills[:len(later)], o.AskFills[:len(later)]
	for _, minute := range o.FillMinutes {
		i := int(minute)
		if i >= len(later) {
			break
		}
		contracts += int64(bidFills[i]) + int64(askFills[i])
		earned += float64(float64(bidFills[i])*(later[i]-bid[i])) + float64(float64(askFills[i])*(ask[i]-later[i]))
	}
	m.Contracts, m.Earned = contracts, earned
}

func (m *Markout) mean() param.Optional {
	if m.Contracts == 0 {
		return param.Optional{}
	}
	return param.Optional{Value: m.Earned / float64(m.Contracts), Set: true}
}
