package lanes

import "math"

// seed is the pass of the seed's models, in Go. Every product is rounded before it is added: float64(x*y) + z is not fused.
func seed(b *Batch) {
	mids, own := b.Mid, b.Own
	n := len(mids)
	score, vol, perDelta, thresholds, minutes := b.Score[:n], b.RecentVol[:n], b.Delta[:n], b.Thresholds[:2*n], b.Minutes[:n]
	for j := range b.Runs {
		skew, minusK, size := b.Skew[j], b.MinusK[j], math.Float64bits(b.Size[j])
		for i, mid := range mids {
			width := b.Spread[j] + float64(b.VolCoef[j]*vol[i])
			if width < b.Floor[j] {
				width = b.Floor[j]
			}
			if own != nil {
				width = own[i]
			}
			width = float64(b.Mult[j] * width)
			shift, half := float64(float64(skew*score[i])*mid), float64(width/2)
			x := float64(minusK*width) / mid
			// Hits are random, so they are no branches: 0 or 1.
			var bidHit, askHit uint64
			if thresholds[2*i] < x {
				bidHit = 1
			}
			if thresholds[2*i+1] < x {
				askHit = 1
			}
			at := &minutes[i]
			at.Bid[j], at.Ask[j] = mid-half-shift, mid+half+shift
			at.Bids[j], at.Asks[j] = math.Float64frombits(size&-bidHit), math.Float64frombits(size&-askHit)
		}
	}
	before := b.HedgeShares
	for j := range b.Runs {
		held, shares := b.Contracts[j], math.Float64bits(b.HedgeShares[j])
		for i := range minutes {
			at := &minutes[i]
			bids, asks := at.Bids[j], at.Asks[j]
			held += bids - asks
			neutral := math.Float64bits(-(0 + float64(float64(held*perDelta[i])*b.Multiplier[j])))
			if bids+asks > 0 {
				shares = neutral
			}
			at.Held[j], at.Shares[j] = held, math.Float64frombits(shares)
		}
		b.Contracts[j], b.HedgeShares[j] = held, math.Float64frombits(shares)
	}
	b.account(0, n, &before)
}
