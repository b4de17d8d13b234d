package lanes

import "math"

// The passes in Go. Every product is rounded before it is added: float64(x*y) + z is not fused.

func trade(w *Walk) {
	n := len(w.Mid)
	score, vol, price, perDelta, thresholds := w.Score[:n], w.RecentVol[:n], w.Price[:n], w.Delta[:n], w.Thresholds[:2*n]
	made, pnl := w.Made[:n], w.PnL[:n]
	for i, mid := range w.Mid {
		forBid, forAsk := thresholds[2*i], thresholds[2*i+1]
		own, at := 0.0, &made[i]
		if w.Own != nil {
			own = w.Own[i]
		}
		for j := range Count {
			width := w.Spread[j] + float64(w.VolCoef[j]*vol[i])
			if width < w.Floor[j] {
				width = w.Floor[j]
			}
			if w.Own != nil {
				width = own
			}
			width = float64(w.Mult[j] * width)
			shift, half := float64(float64(w.Skew[j]*score[i])*mid), float64(width/2)
			bid, ask := mid-half-shift, mid+half+shift
			x := float64(w.MinusK[j]*width) / mid
			// Hits are random, so they are no branches.
			bidHit, askHit := 0, 0
			if forBid < x {
				bidHit = 1
			}
			if forAsk < x {
				askHit = 1
			}
			bids, asks := float64(float64(bidHit)*w.Size[j]), float64(float64(askHit)*w.Size[j])
			held := w.Contracts[j] + (bids - asks)
			before := w.HedgeShares[j]
			bits, neutral := math.Float64bits(before), math.Float64bits(-(0 + float64(float64(held*perDelta[i])*w.Multiplier[j])))
			if bidHit|askHit != 0 {
				bits = neutral
			}
			shares := math.Float64frombits(bits)
			cash := w.Cash[j] + float64(float64(asks*ask)*w.Multiplier[j])
			if w.Costly {
				fee := float64(asks * w.Fee[j])
				cash -= fee
				w.Fees[j] += fee
			}
			cash -= float64(float64(bids*bid) * w.Multiplier[j])
			if w.Costly {
				fee := float64(bids * w.Fee[j])
				cash -= fee
				w.Fees[j] += fee
			}
			traded := shares - before
			cash -= float64(traded * price[i])
			if w.Costly && traded != 0 {
				cost := float64(math.Abs(traded)*(w.CostPerShare[j]+float64(w.CostPerValue[j]*price[i]))) + w.CostPerTrade[j]
				cash -= cost
				w.Costs[j] += cost
			}
			w.Contracts[j], w.HedgeShares[j], w.Cash[j] = held, shares, cash
			at.Bid[j], at.Ask[j], at.Bids[j], at.Asks[j], at.Held[j], at.Shares[j] = bid, ask, bids, asks, held, shares
			pnl[i][j] = cash + float64(float64(held*mid)*w.Multiplier[j]) + float64(shares*price[i])
		}
	}
}

func gains(w *Walk) {
	n := len(w.Mid)
	made := w.Made[:n]
	price, move, byMid, byDelta, byGamma, byTheta, byVega := w.Price[:n], w.Move[:n], w.ByMid[:n], w.ByDelta[:n], w.ByGamma[:n], w.ByTheta[:n], w.ByVega[:n]
	for i := range made {
		at := &made[i]
		for j := range Count {
			value, before := w.Value[j], w.SharesBefore[j]
			ofDelta, ofHedge := float64(value*byDelta[i]), float64(before*move[i])
			w.Inventory[j] += float64(value * byMid[i])
			w.Gamma[j] += float64(value * byGamma[i])
			w.Theta[j] += float64(value * byTheta[i])
			w.VegaPnL[j] += float64(value * byVega[i])
			w.HedgePnL[j] += ofHedge
			w.DeltaPnL[j] += ofDelta + ofHedge
			shares := at.Shares[j]
			w.HedgeTurnover[j] += float64(math.Abs(shares-before) * price[i])
			w.Value[j], w.SharesBefore[j] = float64(at.Held[j]*w.Multiplier[j]), shares
		}
	}
}

func fills(w *Walk) {
	made := w.Made[:len(w.Mid)]
	for i, mid := range w.Mid {
		at := &made[i]
		for j := range Count {
			bids, asks, bid, ask := at.Bids[j], at.Asks[j], at.Bid[j], at.Ask[j]
			paid, received := float64(bids*bid), float64(asks*ask)
			w.SpreadPnL[j] += float64((float64(bids*(mid-bid)) + float64(asks*(ask-mid))) * w.Multiplier[j])
			w.Turnover[j] += paid + received
			w.OptionCash[j] -= float64((paid - received) * w.Multiplier[j])
			w.Bought[j] += bids
			w.Sold[j] += asks
		}
	}
}

func markout(w *Walk, mark *Mark, later []float64) {
	made := w.Made[:len(later)]
	for i, mid := range later {
		at := &made[i]
		for j := range Count {
			bids, asks := at.Bids[j], at.Asks[j]
			mark.Contracts[j] += bids + asks
			mark.Earned[j] += float64(bids*(mid-at.Bid[j])) + float64(asks*(at.Ask[j]-mid))
		}
	}
}

func hold(w *Walk) {
	n := len(w.Mid)
	made, pnls := w.Made[:n], w.PnL[:n]
	perDelta, perVega := w.Delta[:n], w.Vega[:n]
	for i := range made {
		at := &made[i]
		for j := range Count {
			held, pnl, width := at.Held[j], pnls[i][j], at.Ask[j]-at.Bid[j]
			gross := math.Abs(held)
			w.Net[j] += held
			w.Gross[j] += gross
			if gross > w.Most[j] {
				w.Most[j] = gross
			}
			vega := float64(float64(held*perVega[i]) * w.Multiplier[j])
			w.VegaSquares[j] += float64(vega * vega)
			miss := (0 + float64(float64(held*perDelta[i])*w.Multiplier[j])) + at.Shares[j]
			w.ErrorSquares[j] += float64(miss * miss)
			w.NotFinite[j] += (pnl - pnl) + (width - width)
		}
	}
}

func steps(w *Walk, pnl []Lane) {
	for i := range pnl {
		for j := range Count {
			now := pnl[i][j]
			deviation := now - w.Before[j] - w.Mean[j]
			w.StepSquares[j] += float64(deviation * deviation)
			w.Before[j] = now
			if now > w.Highest[j] {
				w.Highest[j] = now
			}
			if fall := w.Highest[j] - now; fall > w.Drawdown[j] {
				w.Drawdown[j] = fall
			}
		}
	}
}
