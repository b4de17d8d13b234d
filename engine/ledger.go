package engine

import "optmm/engine/hedge"

// ledger is the market maker's account: contracts and shares held, cash, and what
// was paid for trading.
type ledger struct {
	multiplier float64 // shares per contract
	fee        float64 // per contract traded
	costs      *hedge.Costs
	costly     bool // costs are not zero

	inventory float64 // contracts
	shares    float64 // of the underlying
	cash      float64
	fees      float64 // paid so far
	hedging   float64 // costs paid so far
}

// newLedger opens the account with the opening inventory, paid for at the price.
func newLedger(p *Params, price float64) ledger {
	l := ledger{multiplier: p.Multiplier, fee: p.OptionFee, costs: &p.HedgeCosts, costly: p.HedgeCosts != hedge.Costs{}}
	l.inventory = float64(p.OpeningInventory)
	l.cash = -float64(float64(l.inventory*price) * l.multiplier)
	return l
}

// buyOption buys contracts at a price; sells them where the number is negative.
func (l *ledger) buyOption(contracts int32, price float64) {
	n := float64(contracts)
	l.inventory += n
	l.cash -= float64(float64(n*price) * l.multiplier)
	if l.fee != 0 {
		paid := float64(max(n, -n) * l.fee)
		l.cash -= paid
		l.fees += paid
	}
}

// settle turns the contracts into cash at the price, free of fees.
func (l *ledger) settle(price float64) {
	l.cash += float64(float64(l.inventory*price) * l.multiplier)
	l.inventory = 0
}

// holdShares trades the underlying until that many shares are held.
func (l *ledger) holdShares(shares, price float64) {
	traded := shares - l.shares
	l.cash -= float64(traded * price)
	l.shares = shares
	if !l.costly {
		return
	}
	paid := l.costs.Of(traded, price)
	l.cash -= paid
	l.hedging += paid
}

// value marks everything held to the given prices.
func (l *ledger) value(optionPrice, sharePrice float64) float64 {
	return l.cash + float64(float64(l.inventory*optionPrice)*l.multiplier) + float64(l.shares*sharePrice)
}
