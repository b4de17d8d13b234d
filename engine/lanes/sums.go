package lanes

import "math"

// The sums over the minutes of a block, in Go.

func gains(b *Batch) {
	n := len(b.Mid)
	minutes := b.Minutes[:n]
	price, move, byMid, byDelta, byGamma, byTheta, byVega := b.Price[:n], b.Move[:n], b.ByMid[:n], b.ByDelta[:n], b.ByGamma[:n], b.ByTheta[:n], b.ByVega[:n]
	for i := range minutes {
		at := &minutes[i]
		for j := range Count {
			value, before := b.Value[j], b.SharesBefore[j]
			ofDelta, ofHedge := float64(value*byDelta[i]), float64(before*move[i])
			b.Inventory[j] += float64(value * byMid[i])
			b.Gamma[j] += float64(value * byGamma[i])
			b.Theta[j] += float64(value * byTheta[i])
			b.VegaPnL[j] += float64(value * byVega[i])
			b.HedgePnL[j] += ofHedge
			b.DeltaPnL[j] += ofDelta + ofHedge
			shares := at.Shares[j]
			b.HedgeTurnover[j] += float64(math.Abs(shares-before) * price[i])
			b.Value[j], b.SharesBefore[j] = float64(at.Held[j]*b.Multiplier[j]), shares
		}
	}
}

func fills(b *Batch) {
	minutes := b.Minutes[:len(b.Mid)]
	for i, mid := range b.Mid {
		at := &minutes[i]
		for j := range Count {
			bids, asks, bid, ask := at.Bids[j], at.Asks[j], at.Bid[j], at.Ask[j]
			paid, received := float64(bids*bid), float64(asks*ask)
			b.SpreadPnL[j] += float64((float64(bids*(mid-bid)) + float64(asks*(ask-mid))) * b.Multiplier[j])
			b.Turnover[j] += paid + received
			b.OptionCash[j] -= float64((paid - received) * b.Multiplier[j])
			b.Bought[j] += bids
			b.Sold[j] += asks
		}
	}
}

func markout(b *Batch, mark *Mark, later []float64) {
	minutes := b.Minutes[:len(later)]
	for i, mid := range later {
		at := &minutes[i]
		for j := range Count {
			bids, asks := at.Bids[j], at.Asks[j]
			mark.Contracts[j] += bids + asks
			mark.Earned[j] += float64(bids*(mid-at.Bid[j])) + float64(asks*(at.Ask[j]-mid))
		}
	}
}

func hold(b *Batch) {
	n := len(b.Mid)
	minutes, pnls := b.Minutes[:n], b.PnL[:n]
	perDelta, perVega := b.Delta[:n], b.Vega[:n]
	for i := range minutes {
		at := &minutes[i]
		for j := range Count {
			held, pnl, width := at.Held[j], pnls[i][j], at.Ask[j]-at.Bid[j]
			gross := math.Abs(held)
			b.Net[j] += held
			b.Gross[j] += gross
			if gross > b.Most[j] {
				b.Most[j] = gross
			}
			vega := float64(float64(held*perVega[i]) * b.Multiplier[j])
			b.VegaSquares[j] += float64(vega * vega)
			miss := (0 + float64(float64(held*perDelta[i])*b.Multiplier[j])) + at.Shares[j]
			b.ErrorSquares[j] += float64(miss * miss)
			b.NotFinite[j] += (pnl - pnl) + (width - width)
		}
	}
}

func steps(b *Batch, pnl []Lane) {
	for i := range pnl {
		for j := range Count {
			now := pnl[i][j]
			deviation := now - b.Before[j] - b.Mean[j]
			b.StepSquares[j] += float64(deviation * deviation)
			b.Before[j] = now
			if now > b.Highest[j] {
				b.Highest[j] = now
			}
			if fall := b.Highest[j] - now; fall > b.Drawdown[j] {
				b.Drawdown[j] = fall
			}
		}
	}
}
