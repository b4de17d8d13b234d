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

	AvgInventory               float64 // mean of the absolute
	MeanInventory              float64
	MaxInventory, EndInventory int // of the absolute; as it is

	GrossPnL                                              float64
	SpreadPnL, InventoryPnL, HedgePnL                     float64
	OptionFees, HedgeCosts                                float64
	DeltaPnL, GammaPnL, ThetaPnL, VegaPnL, UnexplainedPnL float64

	MaxDrawdown                   float64
	OptionTurnover, HedgeTurnover float64
	MeanEdge                      Optional
	Markouts                      [len(markoutMinutes)]Optional
	HedgeErrorRMS                 float64
	Breaches, HaltedMinutes       int
	MartingaleError               Optional
}

// markoutMinutes are the times after a fill at which the mid is looked at.
var markoutMinutes = [...]int{1, 5, 30}

// summarise computes the figures from the minutes.
func (s *Series) summarise() Summary {
	n := len(s.PnL)
	last := n - 1
	a := &s.Attributed
	summary := Summary{
		NetPnL: s.PnL[last], GrossPnL: s.PnL[last] + s.OptionFees[last] + s.HedgeCosts[last],
		SpreadPnL: a.Spread[last], InventoryPnL: a.Inventory[last], HedgePnL: a.Hedge[last],
		OptionFees: s.OptionFees[last], HedgeCosts: s.HedgeCosts[last],
		DeltaPnL: a.Delta[last], GammaPnL: a.Gamma[last], ThetaPnL: a.Theta[last], VegaPnL: a.Vega[last], UnexplainedPnL: a.Unexplained[last],
		EndInventory:   int(s.Inventory[last]),
		OptionTurnover: s.optionTurnover, HedgeTurnover: s.hedgeTurnover,
		Breaches: s.Breaches, HaltedMinutes: s.HaltedMinutes, InformedFills: s.InformedFills,
		Sharpe: s.sharpe(), SessionSharpe: s.sessionSharpe(), MaxDrawdown: s.drawdown(),
	}
	var held, sum int
	var bids, asks int64
	var most int32
	squares := 0.0
	for i, inventory := range s.Inventory {
		bids += int64(s.BidFills[i])
		asks += int64(s.AskFills[i])
		size := max(inventory, -inventory)
		held += int(size)
		sum += int(inventory)
		most = max(most, size)
		squares += float64(s.HedgeError[i] * s.HedgeError[i])
	}
	summary.BidFills, summary.AskFills, summary.TotalFills = int(bids), int(asks), int(bids)+int(asks)
	summary.AvgInventory, summary.MeanInventory = float64(held)/float64(n), float64(sum)/float64(n)
	summary.MaxInventory = int(most)
	summary.HedgeErrorRMS = math.Sqrt(squares / float64(n))
	if fills := summary.TotalFills; fills > 0 {
		summary.MeanEdge = Optional{Value: summary.SpreadPnL / float64(float64(fills)*s.Multiplier), Set: true}
		for i, minutes := range markoutMinutes {
			summary.Markouts[i] = s.markout(minutes)
		}
	}
	if growth := s.Market.Growth; growth != 0 {
		summary.MartingaleError = Optional{Value: growth - 1, Set: true}
	}
	return summary
}

// finite returns an error that names the first figure that is not finite.
func (s *Summary) finite() error {
	nothing := 0.0
	for _, x := range [...]float64{
		s.Sharpe.Value, s.SessionSharpe.Value, s.GammaPnL, s.ThetaPnL, s.VegaPnL, s.DeltaPnL, s.UnexplainedPnL,
		s.MaxDrawdown, s.OptionTurnover, s.HedgeTurnover, s.MeanEdge.Value, s.HedgeErrorRMS, s.MartingaleError.Value,
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
func (s *Series) sharpe() Optional {
	n := len(s.PnL)
	if n < 2 {
		return Optional{}
	}
	mean := (s.PnL[n-1] - s.PnL[0]) / float64(n) // the steps telescope
	squares := float64(mean * mean)              // of the first step, which is 0
	for i := 1; i < n; i++ {
		deviation := s.PnL[i] - s.PnL[i-1] - mean
		squares += float64(deviation * deviation)
	}
	deviation := math.Sqrt(squares / float64(n-1))
	return Optional{Value: float64(mean / (deviation + 1e-12) * math.Sqrt(market.SessionsPerYear*market.MinutesPerSession)), Set: true}
}

// sessionSharpe is mean over sd of the sessions' P&L, not annualised; it takes two
// sessions that differ.
func (s *Series) sessionSharpe() Optional {
	starts := s.Market.Sessions
	count := float64(len(starts))
	if count < 2 {
		return Optional{}
	}
	mean := s.PnL[len(s.PnL)-1] / count
	squares, before := 0.0, 0.0
	for i := range starts {
		end := len(s.PnL)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		deviation := s.PnL[end-1] - before - mean
		squares += float64(deviation * deviation)
		before = s.PnL[end-1]
	}
	if squares == 0 {
		return Optional{}
	}
	return Optional{Value: mean / math.Sqrt(squares/(count-1)), Set: true}
}

// drawdown is the largest fall of the P&L from a height before it, the 0 of the
// beginning included.
func (s *Series) drawdown() float64 {
	highest, deepest := 0.0, 0.0
	for _, pnl := range s.PnL {
		if pnl > highest {
			highest = pnl
		} else if highest-pnl > deepest {
			deepest = highest - pnl
		}
	}
	return deepest
}

// turnover is the value traded, of options and of the underlying.
func (s *Series) turnover() (options, hedges float64) {
	n := len(s.PnL)
	bid, ask, bidFills, askFills := s.Bid[:n], s.Ask[:n], s.BidFills[:n], s.AskFills[:n]
	shares, underlying := s.Shares[:n], s.Market.Underlying[:n]
	before := 0.0
	for i := range n {
		options += float64(float64(bidFills[i])*bid[i]) + float64(float64(askFills[i])*ask[i])
		hedges += float64(math.Abs(shares[i]-before) * underlying[i])
		before = shares[i]
	}
	return float64(options * s.Multiplier), hedges
}

// markout is what a contract had earned so many minutes after its fill, by the
// mid and before costs: mid less bid, ask less mid. Fills with fewer minutes to go
// are left out.
func (s *Series) markout(minutes int) Optional {
	mid := s.Market.Series[0].Mid
	n := max(0, len(mid)-minutes)
	bid, ask, bidFills, askFills, later := s.Bid[:n], s.Ask[:n], s.BidFills[:n], s.AskFills[:n], mid[len(mid)-n:]
	contracts, earned := int64(0), 0.0
	for i := range n {
		contracts += int64(bidFills[i]) + int64(askFills[i])
		earned += float64(float64(bidFills[i])*(later[i]-bid[i])) + float64(float64(askFills[i])*(ask[i]-later[i]))
	}
	if contracts == 0 {
		return Optional{}
	}
	return Optional{Value: earned / float64(contracts), Set: true}
}
