package lanes

import "math"

// seed is the pass of the seed's models, in Go. Every product is rounded before it is added: float64(x*y) + z is not fused.
func seed(b *Batch) {
	n := len(b.Mid)
	score, vol, price, perDelta, thresholds := b.Score[:n], b.RecentVol[:n], b.Price[:n], b.Delta[:n], b.Thresholds[:2*n]
	minutes, pnl := b.Minutes[:n], b.PnL[:n]
	for i, mid := range b.Mid {
		forBid, forAsk := thresholds[2*i], thresholds[2*i+1]
		own, at := 0.0, &minutes[i]
		if b.Own != nil {
			own = b.Own[i]
		}
		for j := range Count {
			width := b.Spread[j] + float64(b.VolCoef[j]*vol[i])
			if width < b.Floor[j] {
				width = b.Floor[j]
			}
			if b.Own != nil {
				width = own
			}
			width = float64(b.Mult[j] * width)
			shift, half := float64(float64(b.Skew[j]*score[i])*mid), float64(width/2)
			bid, ask := mid-half-shift, mid+half+shift
			x := float64(b.MinusK[j]*width) / mid
			// Hits are random, so they are no branches.
			bidHit, askHit := 0, 0
			if forBid < x {
				bidHit = 1
			}
			if forAsk < x {
				askHit = 1
			}
			bids, asks := float64(float64(bidHit)*b.Size[j]), float64(float64(askHit)*b.Size[j])
			held := b.Contracts[j] + (bids - asks)
			bits, neutral := math.Float64bits(b.HedgeShares[j]), math.Float64bits(-(0 + float64(float64(held*perDelta[i])*b.Multiplier[j])))
			if bidHit|askHit != 0 {
				bits = neutral
			}
			shares := math.Float64frombits(bits)
			at.Bid[j], at.Ask[j], at.Bids[j], at.Asks[j], at.Held[j], at.Shares[j] = bid, ask, bids, asks, held, shares
		}
		b.account(at, mid, price[i], &pnl[i])
	}
}
