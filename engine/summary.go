package engine

import (
	"fmt"
	"math"

	"optmm/engine/market"
)

// Summary is what one run comes to. Option prices are per share; money is in
// currency.
type Summary struct {
	NetPnL        float64
	Sharpe        Optional // the seed's, annualised
	SessionSharpe Optional

	TotalFills, BidFills, AskFills, InformedFills int

	AvgInventory               float64 // mean of the gross, signs left out
	MeanInventory              float64
	MaxInventory, EndInventory int // of the gross; as it is

	GrossPnL                                              float64
	SpreadPnL, InventoryPnL, HedgePnL                     float64
	OptionFees, HedgeCosts                                float64
	DeltaPnL, GammaPnL, ThetaPnL, VegaPnL, UnexplainedPnL float64

	MaxDrawdown                   float64
	OptionTurnover, HedgeTurnover float64
	MeanEdge                      Optional
	Markouts                      [len(markoutMinutes)]Optional
	HedgeErrorRMS, VegaRMS        float64
	Lacks                         [market.Stale + 1]int // option-minutes by the state of the market's quote
	Breaches, HaltedMinutes       int
	MartingaleError               Optional
}

// markoutMinutes are the times after a fill at which the mid is looked at.
var markoutMinutes = [...]int{1, 5, 30}

// summarise computes the figures from the minutes.
func (r *Record) summarise() Summary {
	n := len(r.PnL)
	last := n - 1
	a := &r.Attributed
	summary := Summary{
		NetPnL: r.PnL[last], GrossPnL: r.PnL[last] + r.OptionFees[last] + r.HedgeCosts[last],
		SpreadPnL: a.Spread[last], InventoryPnL: a.Inventory[last], HedgePnL: a.Hedge[last],
		OptionFees: r.OptionFees[last], HedgeCosts: r.HedgeCosts[last],
		DeltaPnL: a.Delta[last], GammaPnL: a.Gamma[last], ThetaPnL: a.Theta[last], VegaPnL: a.Vega[last], UnexplainedPnL: a.Unexplained[last],
		EndInventory:   int(r.Inventory[last]),
		OptionTurnover: r.optionTurnover, HedgeTurnover: r.hedgeTurnover,
		Breaches: r.Breaches, HaltedMinutes: r.HaltedMinutes, InformedFills: r.InformedFills,
		Sharpe: r.sharpe(), SessionSharpe: r.sessionSharpe(), MaxDrawdown: r.drawdown(),
	}
	for j := range r.Options {
		total := &r.Options[j].Total
		summary.BidFills += total.BidFills
		summary.AskFills += total.AskFills
		for state, minutes := range r.Market.Series[j].Lacks {
			summary.Lacks[state] += minutes
		}
	}
	var held, sum int
	var most int32
	vegas := 0.0
	for i, gross := range r.Gross {
		held += int(gross)
		sum += int(r.Inventory[i])
		most = max(most, gross)
		vegas += float64(r.Vega[i] * r.Vega[i])
	}
	squares := 0.0
	for u := range r.Hedges {
		for _, net := range r.Hedges[u].Error {
			squares += float64(net * net)
		}
	}
	summary.TotalFills = summary.BidFills + summary.AskFills
	summary.AvgInventory, summary.MeanInventory = float64(held)/float64(n), float64(sum)/float64(n)
	summary.MaxInventory = int(most)
	summary.HedgeErrorRMS = math.Sqrt(squares / float64(n))
	summary.VegaRMS = math.Sqrt(vegas / float64(n))
	if fills := summary.TotalFills; fills > 0 {
		summary.MeanEdge = Optional{Value: summary.SpreadPnL / float64(float64(fills)*r.Multiplier), Set: true}
		for i, minutes := range markoutMinutes {
			summary.Markouts[i] = r.markout(minutes)
		}
	}
	if growth := r.Market.Growth; growth != 0 {
		summary.MartingaleError = Optional{Value: growth - 1, Set: true}
	}
	return summary
}

// finite returns an error that names the first figure that is not finite.
func (s *Summary) finite() error {
	nothing := 0.0
	for _, x := range [...]float64{
		s.Sharpe.Value, s.SessionSharpe.Value, s.GammaPnL, s.ThetaPnL, s.VegaPnL, s.DeltaPnL, s.UnexplainedPnL,
		s.MaxDrawdown, s.OptionTurnover, s.HedgeTurnover, s.MeanEdge.Value, s.HedgeErrorRMS, s.VegaRMS, s.MartingaleError.Value,
	} {
		nothing += x - x // NaN where x is infinite or no number
	}
	if nothing == 0 {
		return nil
	}
	for _, statistic := range Statistics() {
		if value, defined := statistic.Value(s); defined && value-value != 0 {
			return fmt.Errorf("%s is %v: the parameters are too extreme", statistic.Name, value)
		}
	}
	return nil
}

// sharpe is the seed's figure,
//
//	mean(step)/(sd(step) + 1e-12) · √(252·390)
//
// over the differences of the P&L with a first step of 0, sd with n−1; one
// minute has none.
func (r *Record) sharpe() Optional {
	n := len(r.PnL)
	if n < 2 {
		return Optional{}
	}
	mean := (r.PnL[n-1] - r.PnL[0]) / float64(n) // the steps telescope
	squares := float64(mean * mean)              // of the first step, which is 0
	for i := 1; i < n; i++ {
		deviation := r.PnL[i] - r.PnL[i-1] - mean
		squares += float64(deviation * deviation)
	}
	deviation := math.Sqrt(squares / float64(n-1))
	return Optional{Value: float64(mean / (deviation + 1e-12) * math.Sqrt(market.SessionsPerYear*market.MinutesPerSession)), Set: true}
}

// sessionSharpe is mean over sd of the sessions' P&L, not annualised; it takes two
// sessions that differ.
func (r *Record) sessionSharpe() Optional {
	starts := r.Market.Sessions
	count := float64(len(starts))
	if count < 2 {
		return Optional{}
	}
	mean := r.PnL[len(r.PnL)-1] / count
	squares, before := 0.0, 0.0
	for i := range starts {
		end := len(r.PnL)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		deviation := r.PnL[end-1] - before - mean
		squares += float64(deviation * deviation)
		before = r.PnL[end-1]
	}
	if squares == 0 {
		return Optional{}
	}
	return Optional{Value: mean / math.Sqrt(squares/(count-1)), Set: true}
}

// drawdown is the largest fall of the P&L from a height before it, the 0 of the
// beginning included.
func (r *Record) drawdown() float64 {
	highest, deepest := 0.0, 0.0
	for _, pnl := range r.PnL {
		if pnl > highest {
			highest = pnl
		} else if highest-pnl > deepest {
			deepest = highest - pnl
		}
	}
	return deepest
}

// markout is what a contract had earned so many minutes after its fill, by the
// mid and before costs: mid less bid, ask less mid. Fills with fewer minutes to go
// are left out.
func (r *Record) markout(minutes int) Optional {
	contracts, earned := int64(0), 0.0
	for j := range r.Options {
		o, mid := &r.Options[j], r.Market.Series[j].Mid
		n := max(0, len(mid)-minutes)
		bid, ask, bidFills, askFills, later := o.Bid[:n], o.Ask[:n], o.BidFills[:n], o.AskFills[:n], mid[len(mid)-n:]
		for i := range n {
			contracts += int64(bidFills[i]) + int64(askFills[i])
			earned += float64(float64(bidFills[i])*(later[i]-bid[i])) + float64(float64(askFills[i])*(ask[i]-later[i]))
		}
	}
	if contracts == 0 {
		return Optional{}
	}
	return Optional{Value: earned / float64(contracts), Set: true}
}
