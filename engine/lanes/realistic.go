package lanes

import (
	"math"

	"optmm/engine/portable"
)

// realistic quotes by Terms, posts, fills and hedges the minutes of a block with the steps of Shape, and marks what is held: the
// engine's loop over the minutes of one run. Decisions of a run are numbers, 0 or 1, not branches.
func realistic(b *Batch) {
	n := len(b.Mid)
	score, perDelta, perVega, thresholds := b.Score[:n], b.Delta[:n], b.Vega[:n], b.Thresholds[:2*n]
	minutes, terms := b.Minutes[:n], b.Terms[:n]
	shape, before := &b.Shape, b.HedgeShares
	for i, mid := range b.Mid {
		at, t := &minutes[i], &terms[i]
		quoted := b.Quotable == nil || b.Quotable[i]
		if !quoted {
			clear(b.Late)
		}
		for j := range b.Runs {
			held, vega := b.Contracts[j], float64(perVega[i]*b.Multiplier[j])
			bid, ask, bidSize, askSize := mid, mid, 0.0, 0.0
			if quoted {
				center := t.Center[j] - float64(held/b.Lot[j]*t.Slope[j])
				bid, ask = b.post(i, j, mid, center-t.Half[j], center+t.Half[j], score[i])
				bidSize, askSize = b.Size[j]*above(bid, 0), b.Size[j]*above(ask, 0)
				if shape.Limited {
					bidSize *= b.allows(j, held, bidSize, vega)
					askSize *= b.allows(j, held, -askSize, vega)
				}
				if shape.Latency > 0 {
					bid, ask, bidSize, askSize = b.delay(i, j, bid, ask, bidSize, askSize)
				}
				bidSize, askSize = bidSize*(1-b.Halted[j]), askSize*(1-b.Halted[j])
			}
			bids, asks := b.fill(i, j, mid, bid, ask, thresholds[2*i], thresholds[2*i+1])
			bids, asks = float64(bids*bidSize), float64(asks*askSize)
			if shape.Informed {
				b.InformedFills[j] += float64(bids*above(bid, b.Ahead[i])*above(b.InformedShare[j], b.Knowledge[2*i])) +
					float64(asks*above(b.Ahead[i], ask)*above(b.InformedShare[j], b.Knowledge[2*i+1]))
			}
			b.HaltedMinutes[j] += b.Halted[j]
			held += bids - asks
			at.Bid[j], at.Ask[j], at.Bids[j], at.Asks[j], at.Held[j] = bid, ask, bids, asks, held
			b.Contracts[j] = held
			if !shape.TradesOnly {
				delta := 0 + float64(float64(held*perDelta[i])*b.Multiplier[j])
				b.HedgeShares[j] = b.hedge(i, j, delta, b.HedgeShares[j], bids+asks > 0)
				at.Shares[j] = b.HedgeShares[j]
			}
		}
		if shape.TradesOnly {
			continue
		}
		if shape.Losable { // so the next minute depends on the P&L
			b.account(i, i+1, &before)
			before = b.HedgeShares
		}
		if shape.Limited || shape.Losable {
			b.watch(at, perVega[i], &b.PnL[i])
		}
	}
	if !shape.Losable && !shape.TradesOnly {
		b.account(0, n, &before)
	}
}

// watch counts the runs that end a minute beyond a limit, and halts those that lost too much.
func (b *Batch) watch(at *Minute, perVega float64, pnl *Lane) {
	for j := range b.Runs {
		beyond := 0.0
		if b.Shape.Limited {
			vega := float64(float64(at.Held[j]*perVega) * b.Multiplier[j])
			beyond = max(above(math.Abs(at.Held[j]), b.InventoryLimit[j]), above(math.Abs(vega), b.VegaLimit[j]))
		}
		if b.Shape.Losable {
			lost := 1 - above(pnl[j], -b.LossLimit[j])
			beyond, b.Halted[j] = max(beyond, lost), max(b.Halted[j], lost)
		}
		b.Breaches[j] += beyond
	}
}

// above is 1 if a > b, and 0 otherwise.
func above(a, b float64) float64 {
	is := 0
	if a > b {
		is = 1
	}
	return float64(is)
}

// post makes a quote one that can be posted, as quote.Posting.
func (b *Batch) post(i, j int, mid, bid, ask, score float64) (float64, float64) {
	if b.Shape.Widens {
		center := float64((bid + ask) / 2)
		half := float64(float64((ask-bid)/2) * max(0, 1+float64(b.Widen[j]*score)))
		bid, ask = center-half, center+half
	}
	if lack := b.MinWidth[j] - (ask - bid); lack > 0 {
		bid -= float64(lack / 2)
		ask += float64(lack / 2)
	}
	if b.Width != nil {
		half := float64(b.Width[i] / 2)
		bid, ask = min(bid, mid+half-b.Tick[j]), max(ask, mid-half+b.Tick[j])
	}
	if b.Shape.Ticks {
		const slack = 1e-9
		low, high := math.Floor(bid/b.Tick[j]+slack), math.Ceil(ask/b.Tick[j]-slack)
		if high <= low {
			high = low + 1
		}
		return float64(low * b.Tick[j]), float64(high * b.Tick[j])
	}
	return bid, max(ask, bid)
}

// allows is 1 if further contracts of the option stay within its limits, and 0 otherwise.
func (b *Batch) allows(j int, held, contracts, vega float64) float64 {
	within := func(held, more, limit float64) float64 {
		after, before := math.Abs(held+more), math.Abs(held)
		return max(1-above(after, limit), above(before, after))
	}
	return within(held, contracts, b.InventoryLimit[j]) * within(float64(held*vega), float64(vega*contracts), b.VegaLimit[j])
}

// delay keeps a quote on its way and returns the one that arrives, with no contracts before the first does.
func (b *Batch) delay(i, j int, bid, ask, bidSize, askSize float64) (float64, float64, float64, float64) {
	now, then := &b.Late[(b.LateAt+i)%len(b.Late)], &b.Late[(b.LateAt+i+1)%len(b.Late)]
	now.Bid[j], now.Ask[j], now.BidSize[j], now.AskSize[j] = bid, ask, bidSize, askSize
	if then.Bid[j] != 0 || then.Ask[j] != 0 || then.BidSize[j] != 0 || then.AskSize[j] != 0 {
		return then.Bid[j], then.Ask[j], then.BidSize[j], then.AskSize[j]
	}
	return bid, ask, 0, 0
}

// fill is 1 for each side that is hit, as fill.Distant.
func (b *Batch) fill(i, j int, mid, bid, ask, forBid, forAsk float64) (bidHit, askHit float64) {
	toBid, toAsk := mid-bid, ask-mid
	if b.Shape.Touch {
		half := float64(b.Width[i] / 2)
		toBid, toAsk = toBid-half, toAsk-half
	}
	if b.Shape.Scaled {
		toBid, toAsk = toBid/b.Terms[i].Scale[j], toAsk/b.Terms[i].Scale[j]
	}
	byBid, byAsk := b.Intercept[j]-float64(b.Slope[j]*toBid), b.Intercept[j]-float64(b.Slope[j]*toAsk)
	bidHit, askHit = above(byBid, forBid), above(byAsk, forAsk)
	if !b.Shape.Informed {
		return bidHit, askHit
	}
	byBid, byAsk = b.thinned(j, byBid), b.thinned(j, byAsk)
	return bidHit * max(above(bid, b.Ahead[i]), above(byBid, forBid)), askHit * max(above(b.Ahead[i], ask), above(byAsk, forAsk))
}

// thinned is the x of a fill where the informed stay away.
func (b *Batch) thinned(j int, x float64) float64 {
	switch {
	case b.Shape.Proportional:
		return float64(x * b.Thin[j])
	case b.Shape.OfOdds:
		return b.Thin[j] - portable.Log(portable.Exp(-x)+b.InformedShare[j])
	}
	return x + b.Thin[j]
}

// hedge is the shares to hold, as the models of package hedge.
func (b *Batch) hedge(i, j int, delta, before float64, filled bool) float64 {
	shares := before
	switch b.Shape.Hedge {
	case HedgeOff:
		return 0
	case HedgeOnFill:
		if filled {
			shares = -delta
		}
	case HedgeEvery:
		if (b.EveryAt+i)%b.Shape.Every == 0 {
			shares = -delta
		}
	default:
		band, net := b.Band[j], delta+before
		switch {
		case b.Shape.Hedge == HedgeBandToZero && math.Abs(net) > band:
			shares = -delta
		case net > band:
			shares = band - delta
		case net < -band:
			shares = -band - delta
		}
	}
	if b.Shape.Lots {
		shares = float64(math.Round(shares/b.HedgeLot[j]) * b.HedgeLot[j])
	}
	return shares
}
