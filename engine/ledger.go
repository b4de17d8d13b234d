package engine

import (
	"optmm/engine/hedge"
	"optmm/engine/param"
)

// ledger is the market maker's account: cash, and what was paid for trading.
type ledger struct {
	multiplier float64 // shares per contract
	fee        float64 // per contract traded
	costs      hedge.Costs
	costly     bool // costs are not zero

	cash    float64
	fees    float64 // paid so far
	hedging float64 // costs paid so far
	carried float64 // interest and dividends received so far
}

func newLedger(p *param.Params) ledger {
	return ledger{multiplier: p.Multiplier, fee: p.OptionFee, costs: p.HedgeCosts, costly: p.HedgeCosts != hedge.Costs{}}
}

// worth is the value of contracts at a price, in currency.
func (l *ledger) worth(contracts, price float64) float64 {
	return float64(float64(contracts*price) * l.multiplier)
}

// feeOf is the fee of contracts bought, or sold where their number is negative.
func (l *ledger) feeOf(contracts float64) float64 {
	return float64(max(contracts, -contracts) * l.fee)
}

// trade buys contracts of an option, which is negative where they are sold.
func (l *ledger) trade(contracts, price float64) {
	l.cash -= l.worth(contracts, price)
	if l.fee != 0 {
		paid := l.feeOf(contracts)
		l.cash -= paid
		l.fees += paid
	}
}

// receive adds interest and dividends to the cash.
func (l *ledger) receive(amount float64) {
	l.cash += amount
	l.carried += amount
}

// exchange buys shares of an underlying, which is negative where they are sold.
func (l *ledger) exchange(shares, price float64) {
	l.cash -= float64(shares * price)
	if l.costly {
		paid := l.costs.Of(shares, price)
		l.cash -= paid
		l.hedging += paid
	}
}
