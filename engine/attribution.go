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

// OptionTotal is what one option came to, in currency but for the counts. It
// holds exactly, and is checked in every run, that
//
//	PnL = Spread + Inventory − Fees
//
// and the options' PnL with the hedges' is the run's. The Greeks explain Inventory.
type OptionTotal struct {
	PnL, Spread, Inventory, Fees           float64
	Delta, Gamma, Theta, Vega, Unexplained float64

	BidFills, AskFills int
	Turnover           float64
	MaxInventory       int // of the absolute
	EndInventory       int
}

// relativeTolerance is how far the parts may add up to something else than the
// P&L, of their sum without signs; roundings of the value traded come on top.
const (
	relativeTolerance = 1e-9
	roundings         = 64 * 0x1p-53
)

// attribute fills Attributed and the options' totals from the recorded quotes, fills
// and shares, beside the ledger, from which it takes fees and costs alone. That both
// come to the same P&L is checked in every run.
func (r *Record) attribute() error {
	a := &r.Attributed
	for _, column := range [][]float64{a.Spread, a.Inventory, a.Hedge, a.Delta, a.Gamma, a.Theta, a.Vega} {
		clear(column)
	}
	r.optionTurnover = 0
	opened := 0.0 // value, without signs
	for j := range r.Options {
		if err := r.attributeOption(j); err != nil {
			return err
		}
		r.optionTurnover += r.Options[j].Total.Turnover
		opened += math.Abs(float64(float64(r.opening)*r.Market.Series[j].Mid[0]) * r.Multiplier)
	}
	r.hedgeTurnover = 0
	for u := range r.Hedges {
		r.attributeHedge(u)
		opened += float64(r.Market.Underlyings[u].Price[0] * r.Multiplier)
	}

	var spread, inventory, hedge, delta, gamma, theta, vega float64
	for i := range a.Spread {
		spread += a.Spread[i]
		inventory += a.Inventory[i]
		hedge += a.Hedge[i]
		delta += a.Delta[i]
		gamma += a.Gamma[i]
		theta += a.Theta[i]
		vega += a.Vega[i]
		a.Spread[i], a.Inventory[i], a.Hedge[i] = spread, inventory, hedge
		a.Delta[i], a.Gamma[i], a.Theta[i], a.Vega[i] = delta, gamma, theta, vega
		a.Unexplained[i] = inventory + hedge - (delta + gamma + theta + vega)
	}
	last := len(r.PnL) - 1
	fees, costs := r.OptionFees[last], r.HedgeCosts[last]
	parts := spread + inventory + hedge - fees - costs
	sum := math.Abs(spread) + math.Abs(inventory) + math.Abs(hedge) + math.Abs(fees) + costs
	return r.addsUp("pnl", r.PnL[last], parts, sum, r.optionTurnover+r.hedgeTurnover+opened)
}

// addsUp returns an error if the parts do not add up to the whole; sum is that of
// the parts without signs, traded the value that was rounded.
func (r *Record) addsUp(what string, whole, parts, sum, traded float64) error {
	if math.Abs(parts-whole) <= float64(relativeTolerance*sum)+float64(roundings*traded) {
		return nil
	}
	return fmt.Errorf("%s is %v, its parts add up to %v: the parameters are too extreme to account for", what, whole, parts)
}

// attributeOption adds each minute's part of an option, and totals it.
func (r *Record) attributeOption(j int) error {
	n := len(r.PnL)
	option, o, a := &r.Market.Series[j], &r.Options[j], &r.Attributed
	e := &option.Explained
	multiplier := r.Multiplier

	// Every slice has n entries; saying so takes the bounds checks out of the loops.
	mid, change, bid, ask := option.Mid[:n], e.Mid[:n], o.Bid[:n], o.Ask[:n]
	bidFills, askFills, inventory := o.BidFills[:n], o.AskFills[:n], o.Inventory[:n]
	spreads, inventories := a.Spread[:n], a.Inventory[:n]
	var t OptionTotal
	var most int32
	var bought, sold int64
	opening := float64(float64(r.opening) * multiplier)
	held, cash := opening, -float64(opening*mid[0])
	for i := range n {
		gained := float64(held * change[i])
		t.Inventory += gained
		inventories[i] += gained
		bids, asks := float64(bidFills[i]), float64(askFills[i])
		edge := float64((float64(bids*(mid[i]-bid[i])) + float64(asks*(ask[i]-mid[i]))) * multiplier)
		t.Spread += edge
		spreads[i] += edge
		paid, received := float64(bids*bid[i]), float64(asks*ask[i])
		t.Turnover += paid + received
		cash -= float64((paid - received) * multiplier)
		bought += int64(bidFills[i])
		sold += int64(askFills[i])
		most = max(most, inventory[i], -inventory[i])
		held = float64(float64(inventory[i]) * multiplier)
	}
	if option.Expiry >= 0 { // nothing is traded from then on
		cash += float64(float64(float64(r.beforeExpiry(j))*mid[option.Expiry]) * multiplier)
	}

	deltas, gammas, thetas, vegas := a.Delta[:n], a.Gamma[:n], a.Theta[:n], a.Vega[:n]
	perDelta, perGamma, perTheta, perVega := e.Delta[:n], e.Gamma[:n], e.Theta[:n], e.Vega[:n]
	held = opening
	for i := range n {
		byDelta, byGamma := float64(held*perDelta[i]), float64(held*perGamma[i])
		byTheta, byVega := float64(held*perTheta[i]), float64(held*perVega[i])
		t.Delta += byDelta
		t.Gamma += byGamma
		t.Theta += byTheta
		t.Vega += byVega
		deltas[i] += byDelta
		gammas[i] += byGamma
		thetas[i] += byTheta
		vegas[i] += byVega
		held = float64(float64(inventory[i]) * multiplier)
	}
	t.Turnover = float64(t.Turnover * multiplier)
	t.BidFills, t.AskFills, t.MaxInventory = int(bought), int(sold), int(most)
	t.EndInventory = int(inventory[n-1])
	t.Fees = float64(float64(bought+sold) * r.fee)
	t.Unexplained = t.Inventory - (t.Delta + t.Gamma + t.Theta + t.Vega)
	t.PnL = cash + float64(float64(float64(inventory[n-1])*mid[n-1])*multiplier) - t.Fees
	o.Total = t
	return r.addsUp("pnl of an option", t.PnL, t.Spread+t.Inventory-t.Fees, math.Abs(t.Spread)+math.Abs(t.Inventory)+math.Abs(t.Fees),
		t.Turnover+math.Abs(float64(opening*mid[0])))
}

// beforeExpiry is what is held of an option as the minute of its expiry begins.
func (r *Record) beforeExpiry(j int) int32 {
	if expiry := r.Market.Series[j].Expiry; expiry > 0 {
		return r.Options[j].Inventory[expiry-1]
	}
	return int32(r.opening)
}

// attributeHedge adds each minute's part of the shares in an underlying.
func (r *Record) attributeHedge(u int) {
	n := len(r.PnL)
	a, underlying := &r.Attributed, &r.Market.Underlyings[u]
	shares, move, price := r.Hedges[u].Shares[:n], underlying.Move[:n], underlying.Price[:n]
	hedges, deltas := a.Hedge[:n], a.Delta[:n]
	before, turnover := 0.0, 0.0
	for i := range n {
		gained := float64(before * move[i])
		hedges[i] += gained
		deltas[i] += gained
		turnover += float64(math.Abs(shares[i]-before) * price[i])
		before = shares[i]
	}
	r.hedgeTurnover += turnover
}
