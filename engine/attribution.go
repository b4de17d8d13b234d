package engine

import (
	"fmt"
	"math"
)

// Attributed is where the P&L comes from, cumulative at each minute, in currency.
// The first three with fees and costs are exact,
//
//	pnl = spread + inventory + hedge − option fees − hedge costs
//
// the Greeks explain inventory and hedge together to second order in the
// underlying and first in time and volatility, and Unexplained is the rest: what
// the mid did that its Black–Scholes value did not, jumps and higher orders.
type Attributed struct {
	Spread    []float64 // edge at the fill: the mid less the bid, the ask less the mid
	Inventory []float64 // contracts held × change of the mid
	Hedge     []float64 // shares held × change of the underlying

	Delta       []float64 // net delta × change of the underlying
	Gamma       []float64 // ½ · gamma × its square
	Theta       []float64 // theta × time that passed
	Vega        []float64 // vega × change of the implied volatility
	Unexplained []float64
}

// relativeTolerance is how far the parts may add up to something else than the
// P&L, of their sum without signs; roundings of the value traded come on top.
const (
	relativeTolerance = 1e-9
	roundings         = 64 * 0x1p-53
)

// attribute fills Attributed from the recorded quotes, fills and shares, beside the
// ledger, from which it takes fees and costs alone. That both come to the same P&L
// is checked in every run.
func (s *Series) attribute() error {
	n := len(s.PnL)
	option, a := &s.Market.Series[0], &s.Attributed
	e := &option.Explained
	multiplier := s.Multiplier

	// Every slice has n entries; saying so takes the bounds checks out of the loops.
	mid, move, change := option.Mid[:n], s.Market.Move[:n], e.Mid[:n]
	bid, ask, bidFills, askFills := s.Bid[:n], s.Ask[:n], s.BidFills[:n], s.AskFills[:n]
	inventory, shares := s.Inventory[:n], s.Shares[:n]
	spreads, inventories, hedges := a.Spread[:n], a.Inventory[:n], a.Hedge[:n]
	var spread, byInventory, byHedge float64
	held, hedged := float64(float64(s.opening)*multiplier), 0.0
	for i := range n {
		byInventory += float64(held * change[i])
		byHedge += float64(hedged * move[i])
		edge := float64(float64(bidFills[i])*(mid[i]-bid[i])) + float64(float64(askFills[i])*(ask[i]-mid[i]))
		spread += float64(edge * multiplier)
		spreads[i], inventories[i], hedges[i] = spread, byInventory, byHedge
		held, hedged = float64(float64(inventory[i])*multiplier), shares[i]
	}

	deltas, gammas, thetas, vegas, rest := a.Delta[:n], a.Gamma[:n], a.Theta[:n], a.Vega[:n], a.Unexplained[:n]
	perDelta, perGamma, perTheta, perVega := e.Delta[:n], e.Gamma[:n], e.Theta[:n], e.Vega[:n]
	var byDelta, byGamma, byTheta, byVega float64
	held, hedged = float64(float64(s.opening)*multiplier), 0.0
	for i := range n {
		byDelta += float64(held*perDelta[i]) + float64(hedged*move[i])
		byGamma += float64(held * perGamma[i])
		byTheta += float64(held * perTheta[i])
		byVega += float64(held * perVega[i])
		deltas[i], gammas[i], thetas[i], vegas[i] = byDelta, byGamma, byTheta, byVega
		rest[i] = inventories[i] + hedges[i] - (byDelta + byGamma + byTheta + byVega)
		held, hedged = float64(float64(inventory[i])*multiplier), shares[i]
	}

	fees, costs, pnl := s.OptionFees[n-1], s.HedgeCosts[n-1], s.PnL[n-1]
	parts := spread + byInventory + byHedge - fees - costs
	sum := math.Abs(spread) + math.Abs(byInventory) + math.Abs(byHedge) + math.Abs(fees) + costs
	s.optionTurnover, s.hedgeTurnover = s.turnover()
	traded := float64(s.Market.Underlying[n-1]*multiplier) + s.optionTurnover + s.hedgeTurnover + math.Abs(float64(float64(s.opening)*mid[0])*multiplier)
	if difference := math.Abs(parts - pnl); !(difference <= float64(relativeTolerance*sum)+float64(roundings*traded)) {
		return fmt.Errorf("pnl is %v, its parts add up to %v: the parameters are too extreme to account for", pnl, parts)
	}
	return nil
}
