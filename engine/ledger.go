package engine

import "optmm/engine/hedge"

// ledger is the market maker's account: shares held, cash, and what was paid for
// trading. The contracts held are each option's own matter.
type ledger struct {
	multiplier float64 // shares per contract
	fee        float64 // per contract traded
	costs      *hedge.Costs
	costly     bool // costs are not zero

	shares  []float64 // of each underlying
	cash    float64
	fees    float64 // paid so far
	hedging float64 // costs paid so far
}

// open empties the account.
func (l *ledger) open(p *Params, underlyings int) {
	shares := resize(l.shares, underlyings)
	clear(shares)
	*l = ledger{multiplier: p.Multiplier, fee: p.OptionFee, costs: &p.HedgeCosts, costly: p.HedgeCosts != hedge.Costs{}, shares: shares}
}

// pay pays for contracts at a price, free of fees; it is paid where their number is
// negative.
func (l *ledger) pay(contracts, price float64) {
	l.cash -= float64(float64(contracts*price) * l.multiplier)
}

// trade is pay with the fee of the contracts.
func (l *ledger) trade(contracts, price float64) {
	l.pay(contracts, price)
	if l.fee != 0 {
		paid := float64(max(contracts, -contracts) * l.fee)
		l.cash -= paid
		l.fees += paid
	}
}

// hold trades an underlying until that many shares of it are held.
func (l *ledger) hold(underlying int, shares, price float64) {
	traded := shares - l.shares[underlying]
	l.cash -= float64(traded * price)
	l.shares[underlying] = shares
	if !l.costly {
		return
	}
	paid := l.costs.Of(traded, price)
	l.cash -= paid
	l.hedging += paid
}
