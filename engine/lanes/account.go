package lanes

import "math"

// account pays for the trades of the minutes from first to end, with fees and costs, and computes the P&L: cash, and the contracts and
// shares that are held after each, at its prices. before is the shares that are held as the first begins.
func (b *Batch) account(first, end int, before *Lane) {
	mids, prices, minutes, pnl := b.Mid[first:end], b.Price[first:end], b.Minutes[first:end], b.PnL[first:end]
	for j := range b.Runs {
		multiplier, cash, fees, costs, held := b.Multiplier[j], b.Cash[j], b.Fees[j], b.Costs[j], before[j]
		for i := range minutes {
			at, mid, price := &minutes[i], mids[i], prices[i]
			bids, asks, shares := at.Bids[j], at.Asks[j], at.Shares[j]
			cash += float64(float64(asks*at.Ask[j]) * multiplier)
			if b.Costly {
				fee := float64(asks * b.Fee[j])
				cash, fees = cash-fee, fees+fee
			}
			cash -= float64(float64(bids*at.Bid[j]) * multiplier)
			if b.Costly {
				fee := float64(bids * b.Fee[j])
				cash, fees = cash-fee, fees+fee
			}
			traded := shares - held
			cash -= float64(traded * price)
			if b.Costly && traded != 0 {
				cost := float64(math.Abs(traded)*(b.CostPerShare[j]+float64(b.CostPerValue[j]*price))) + b.CostPerTrade[j]
				cash, costs = cash-cost, costs+cost
			}
			held = shares
			pnl[i][j] = cash + float64(float64(at.Held[j]*mid)*multiplier) + float64(shares*price)
		}
		b.Cash[j], b.Fees[j], b.Costs[j] = cash, fees, costs
	}
}
