package lanes

import "math"

// The sums over the minutes of a block, in Go. Each lane has a loop of its own, so that its sums stay in registers.

func gains(b *Batch) {
	n := len(b.Mid)
	minutes := b.Minutes[:n]
	price, move, byMid, byDelta, byGamma, byTheta, byVega := b.Price[:n], b.Move[:n], b.ByMid[:n], b.ByDelta[:n], b.ByGamma[:n], b.ByTheta[:n], b.ByVega[:n]
	for j := range b.Runs {
		value, before, multiplier := b.Value[j], b.SharesBefore[j], b.Multiplier[j]
		inventory, gamma, theta, vega, delta, hedge, turnover := b.Inventory[j], b.Gamma[j], b.Theta[j], b.VegaPnL[j], b.DeltaPnL[j], b.HedgePnL[j], b.HedgeTurnover[j]
		for i := range minutes {
			ofDelta, ofHedge := float64(value*byDelta[i]), float64(before*move[i])
			inventory += float64(value * byMid[i])
			gamma += float64(value * byGamma[i])
			theta += float64(value * byTheta[i])
			vega += float64(value * byVega[i])
			hedge += ofHedge
			delta += ofDelta + ofHedge
			shares := minutes[i].Shares[j]
			turnover += float64(math.Abs(shares-before) * price[i])
			value, before = float64(minutes[i].Held[j]*multiplier), shares
		}
		b.Value[j], b.SharesBefore[j] = value, before
		b.Inventory[j], b.Gamma[j], b.Theta[j], b.VegaPnL[j], b.DeltaPnL[j], b.HedgePnL[j], b.HedgeTurnover[j] = inventory, gamma, theta, vega, delta, hedge, turnover
	}
}

func fills(b *Batch) {
	mids := b.Mid
	n := len(mids)
	minutes, later0, later1, later2 := b.Minutes[:n], b.Later[0][:n], b.Later[1][:n], b.Later[2][:n]
	for j := range b.Runs {
		multiplier := b.Multiplier[j]
		spread, turnover, cash := b.SpreadPnL[j], b.Turnover[j], b.OptionCash[j]
		earned0, earned1, earned2 := b.Earned[0][j], b.Earned[1][j], b.Earned[2][j]
		for i, mid := range mids {
			at := &minutes[i]
			bids, asks, bid, ask := at.Bids[j], at.Asks[j], at.Bid[j], at.Ask[j]
			paid, received := float64(bids*bid), float64(asks*ask)
			spread += float64(earned(bids, asks, bid, ask, mid) * multiplier)
			turnover += paid + received
			cash -= float64((paid - received) * multiplier)
			earned0 += earned(bids, asks, bid, ask, later0[i])
			earned1 += earned(bids, asks, bid, ask, later1[i])
			earned2 += earned(bids, asks, bid, ask, later2[i])
		}
		b.SpreadPnL[j], b.Turnover[j], b.OptionCash[j] = spread, turnover, cash
		b.Earned[0][j], b.Earned[1][j], b.Earned[2][j] = earned0, earned1, earned2
	}
}

// earned is what the trades of a minute have earned by a mid.
func earned(bids, asks, bid, ask, mid float64) float64 {
	return float64(bids*(mid-bid)) + float64(asks*(ask-mid))
}

func hold(b *Batch) {
	n := len(b.Mid)
	minutes, perDelta, perVega := b.Minutes[:n], b.Delta[:n], b.Vega[:n]
	for j := range b.Runs {
		multiplier := b.Multiplier[j]
		bought, sold := b.Bought[j], b.Sold[j]
		net, gross, most, vegas, errors := b.Net[j], b.Gross[j], b.Most[j], b.VegaSquares[j], b.ErrorSquares[j]
		for i := range minutes {
			held := minutes[i].Held[j]
			bought += minutes[i].Bids[j]
			sold += minutes[i].Asks[j]
			size := math.Abs(held)
			net += held
			gross += size
			if size > most {
				most = size
			}
			vega := float64(float64(held*perVega[i]) * multiplier)
			vegas += float64(vega * vega)
			miss := (0 + float64(float64(held*perDelta[i])*multiplier)) + minutes[i].Shares[j]
			errors += float64(miss * miss)
		}
		b.Bought[j], b.Sold[j] = bought, sold
		b.Net[j], b.Gross[j], b.Most[j], b.VegaSquares[j], b.ErrorSquares[j] = net, gross, most, vegas, errors
	}
}

func steps(b *Batch, pnl []Lane) {
	for len(pnl) > 0 {
		now := pnl[:min(Block, len(pnl))]
		for j := range b.Runs {
			b.step(j, now)
		}
		pnl = pnl[len(now):]
	}
}

// step is steps of a lane.
func (b *Batch) step(j int, pnl []Lane) {
	mean, before, squares, highest, drawdown := b.Mean[j], b.Before[j], b.StepSquares[j], b.Highest[j], b.Drawdown[j]
	for i := range pnl {
		now := pnl[i][j]
		deviation := now - before - mean
		squares += float64(deviation * deviation)
		before = now
		if now > highest {
			highest = now
		}
		if fall := highest - now; fall > drawdown {
			drawdown = fall
		}
	}
	b.Before[j], b.StepSquares[j], b.Highest[j], b.Drawdown[j] = before, squares, highest, drawdown
}
