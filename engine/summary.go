package engine

import (
	"math"

	"optmm/engine/market"
)

// Summary is what one run comes to.
type Summary struct {
	NetPnL        float64
	Sharpe        float64 // undefined where SharpeDefined is false
	SharpeDefined bool
	TotalFills    int
	AvgInventory  float64
}

// Statistic describes one figure of a Summary. Value's second result is false
// where the figure is undefined.
type Statistic struct {
	Name     string
	Unit     string
	Sentence string
	Integer  bool
	Value    func(*Summary) (float64, bool)
}

// Statistics returns the figures of a run, in file order.
func Statistics() []Statistic {
	return []Statistic{
		{Name: "net_pnl", Unit: "currency", Sentence: "P&L at the last minute, everything marked.",
			Value: func(s *Summary) (float64, bool) { return s.NetPnL, true }},
		{Name: "annualized_sharpe_est", Unit: "1/√year", Sentence: "Mean of the minute P&L steps over their standard deviation, times √(252·390).",
			Value: func(s *Summary) (float64, bool) { return s.Sharpe, s.SharpeDefined }},
		{Name: "total_fills", Unit: "contract", Integer: true, Sentence: "Contracts bought and sold.",
			Value: func(s *Summary) (float64, bool) { return float64(s.TotalFills), true }},
		{Name: "avg_inventory", Unit: "contract", Sentence: "Mean absolute inventory.",
			Value: func(s *Summary) (float64, bool) { return s.AvgInventory, true }},
	}
}

// summarise computes the figures from the minutes.
//
//	annualized_sharpe_est = mean(step)/(sd(step) + 1e-12) · √(252·390)
//
// over the differences of the P&L with a first step of 0, sd with n−1; one
// minute has none.
func (s *Series) summarise() Summary {
	n := len(s.PnL)
	summary := Summary{NetPnL: s.PnL[n-1]}
	held := 0
	for i, inventory := range s.Inventory {
		summary.TotalFills += int(s.BidFills[i] + s.AskFills[i])
		held += int(max(inventory, -inventory))
	}
	summary.AvgInventory = float64(held) / float64(n)
	if n < 2 {
		return summary
	}
	mean := (s.PnL[n-1] - s.PnL[0]) / float64(n) // the steps telescope
	squares := float64(mean * mean)              // of the first step, which is 0
	for i := 1; i < n; i++ {
		deviation := s.PnL[i] - s.PnL[i-1] - mean
		squares += float64(deviation * deviation)
	}
	deviation := math.Sqrt(squares / float64(n-1))
	summary.Sharpe = float64(mean / (deviation + 1e-12) * math.Sqrt(market.SessionsPerYear*market.MinutesPerSession))
	summary.SharpeDefined = true
	return summary
}
