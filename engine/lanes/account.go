package lanes

import "math"

// account pays for the trades of a minute, with fees and costs, and computes the P&L: cash, and the contracts and shares that are
// held after it, at the minute's prices.
func (b *Batch) account(at *Minute, mid, price float64, pnl *Lane) {
	costly := b.Costly
	for j := range Count {
		bids, asks, shares := at.Bids[j], at.Asks[j], at.Shares[j]
		cash := b.Cash[j] + float64(float64(asks*at.Ask[j])*b.Multiplier[j])
		if costly {
			fee := float64(asks * b.Fee[j])
			cash -= fee
			b.Fees[j] += fee
		}
		cash -= float64(float64(bids*at.Bid[j]) * b.Multiplier[j])
		if costly {
			fee := float64(bids * b.Fee[j])
			cash -= fee
			b.Fees[j] += fee
		}
		traded := shares - b.HedgeShares[j]
		cash -= float64(traded * price)
		if costly && traded != 0 {
			cost := float64(math.Abs(traded)*(b.CostPerShare[j]+float64(b.CostPerValue[j]*price))) + b.CostPerTrade[j]
			cash -= cost
			b.Costs[j] += cost
		}
		b.Contracts[j], b.HedgeShares[j], b.Cash[j] = at.Held[j], shares, cash
		pnl[j] = cash + float64(float64(at.Held[j]*mid)*b.Multiplier[j]) + float64(shares*price)
	}
}
