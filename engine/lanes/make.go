package lanes

import "math"

// make quotes the block's minutes by Terms, posts, fills and hedges them as Shape says, and marks what is held. It is the engine's
// loop over the minutes of one run, but that what a run decides is a number, 0 or 1, and no branch.
func makeMinutes(w *Walk) {
	n := len(w.Mid)
	score, price, perDelta, perVega, thresholds := w.Score[:n], w.Price[:n], w.Delta[:n], w.Vega[:n], w.Thresholds[:2*n]
	made, pnl, terms := w.Made[:n], w.PnL[:n], w.Terms[:n]
	shape := &w.Shape
	for i, mid := range w.Mid {
		at, minute, t := &made[i], w.First+i, &terms[i]
		quoted := w.Quotable == nil || w.Quotable[i]
		if !quoted {
			clear(w.Late)
		}
		for j := range Count {
			held, vega := w.Contracts[j], float64(perVega[i]*w.Multiplier[j])
			bid, ask, bidSize, askSize := mid, mid, 0.0, 0.0
			if quoted {
				center := t.Center[j] - float64(held/w.Lot[j]*t.Slope[j])
				bid, ask = w.post(i, j, mid, center-t.Half[j], center+t.Half[j], score[i])
				bidSize, askSize = w.Size[j]*above(bid, 0), w.Size[j]*above(ask, 0)
				if shape.Limited {
					bidSize *= w.allows(j, held, bidSize, vega)
					askSize *= w.allows(j, held, -askSize, vega)
				}
				if shape.Latency > 0 {
					bid, ask, bidSize, askSize = w.delay(minute, j, bid, ask, bidSize, askSize)
				}
				bidSize, askSize = bidSize*(1-w.Halted[j]), askSize*(1-w.Halted[j])
			}
			bids, asks := w.fill(i, j, mid, bid, ask, thresholds[2*i], thresholds[2*i+1])
			bids, asks = float64(bids*bidSize), float64(asks*askSize)
			if shape.Informed {
				w.InformedFills[j] += float64(bids*above(bid, w.Ahead[i])*above(w.InformedShare[j], w.Knowledge[2*i])) +
					float64(asks*above(w.Ahead[i], ask)*above(w.InformedShare[j], w.Knowledge[2*i+1]))
			}
			w.HaltedMinutes[j] += w.Halted[j]
			held += bids - asks
			delta := 0 + float64(float64(held*perDelta[i])*w.Multiplier[j])
			before := w.HedgeShares[j]
			shares := w.hedge(minute, j, delta, before, bids+asks > 0)
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
			worth := cash + float64(float64(held*mid)*w.Multiplier[j]) + float64(shares*price[i])
			at.Bid[j], at.Ask[j], at.Bids[j], at.Asks[j], at.Held[j], at.Shares[j], pnl[i][j] = bid, ask, bids, asks, held, shares, worth
			beyond := 0.0
			if shape.Limited {
				beyond = max(above(math.Abs(held), w.InventoryLimit[j]), above(math.Abs(float64(float64(held*perVega[i])*w.Multiplier[j])), w.VegaLimit[j]))
			}
			if shape.Losable {
				lost := 1 - above(worth, -w.LossLimit[j])
				beyond, w.Halted[j] = max(beyond, lost), max(w.Halted[j], lost)
			}
			w.Breaches[j] += beyond
		}
	}
}

// above is 1 where a > b, and 0 elsewhere.
func above(a, b float64) float64 {
	is := 0
	if a > b {
		is = 1
	}
	return float64(is)
}

// post makes a quote one that can be posted, as quote.Posting.
func (w *Walk) post(i, j int, mid, bid, ask, score float64) (float64, float64) {
	if w.Shape.Widens {
		center := float64((bid + ask) / 2)
		half := float64(float64((ask-bid)/2) * max(0, 1+float64(w.Widen[j]*score)))
		bid, ask = center-half, center+half
	}
	if lack := w.MinWidth[j] - (ask - bid); lack > 0 {
		bid -= float64(lack / 2)
		ask += float64(lack / 2)
	}
	if w.Width != nil {
		half := float64(w.Width[i] / 2)
		bid, ask = min(bid, mid+half-w.Tick[j]), max(ask, mid-half+w.Tick[j])
	}
	if w.Shape.Ticks {
		const slack = 1e-9
		low, high := math.Floor(bid/w.Tick[j]+slack), math.Ceil(ask/w.Tick[j]-slack)
		if high <= low {
			high = low + 1
		}
		return float64(low * w.Tick[j]), float64(high * w.Tick[j])
	}
	return bid, max(ask, bid)
}

// allows is 1 where contracts more of the option would go beyond no limit of it, and 0 elsewhere.
func (w *Walk) allows(j int, held, contracts, vega float64) float64 {
	within := func(held, more, limit float64) float64 {
		after, before := math.Abs(held+more), math.Abs(held)
		return max(1-above(after, limit), above(before, after))
	}
	return within(held, contracts, w.InventoryLimit[j]) * within(float64(held*vega), float64(vega*contracts), w.VegaLimit[j])
}

// delay keeps a quote on its way and returns the one that arrives, with no contracts before the first does.
func (w *Walk) delay(minute, j int, bid, ask, bidSize, askSize float64) (float64, float64, float64, float64) {
	now, then := &w.Late[minute%len(w.Late)], &w.Late[(minute+1)%len(w.Late)]
	now.Bid[j], now.Ask[j], now.BidSize[j], now.AskSize[j] = bid, ask, bidSize, askSize
	if then.Bid[j] != 0 || then.Ask[j] != 0 || then.BidSize[j] != 0 || then.AskSize[j] != 0 {
		return then.Bid[j], then.Ask[j], then.BidSize[j], then.AskSize[j]
	}
	return bid, ask, 0, 0
}

// fill is 1 for each side that is hit, as fill.Distant.
func (w *Walk) fill(i, j int, mid, bid, ask, forBid, forAsk float64) (bidHit, askHit float64) {
	toBid, toAsk := mid-bid, ask-mid
	if w.Shape.Touch {
		half := float64(w.Width[i] / 2)
		toBid, toAsk = toBid-half, toAsk-half
	}
	if w.Shape.Scaled {
		toBid, toAsk = toBid/w.Terms[i].Scale[j], toAsk/w.Terms[i].Scale[j]
	}
	byBid, byAsk := w.Intercept[j]-float64(w.Slope[j]*toBid), w.Intercept[j]-float64(w.Slope[j]*toAsk)
	bidHit, askHit = above(byBid, forBid), above(byAsk, forAsk)
	if !w.Shape.Informed {
		return bidHit, askHit
	}
	if w.Shape.Proportional {
		byBid, byAsk = float64(byBid*w.Thin[j]), float64(byAsk*w.Thin[j])
	} else {
		byBid, byAsk = byBid+w.Thin[j], byAsk+w.Thin[j]
	}
	return bidHit * max(above(bid, w.Ahead[i]), above(byBid, forBid)), askHit * max(above(w.Ahead[i], ask), above(byAsk, forAsk))
}

// hedge is the shares to hold, as the models of package hedge.
func (w *Walk) hedge(minute, j int, delta, before float64, filled bool) float64 {
	shares := before
	switch w.Shape.Hedge {
	case HedgeOff:
		return 0
	case HedgeOnFill:
		if filled {
			shares = -delta
		}
	case HedgeEvery:
		if minute%w.Shape.Every == 0 {
			shares = -delta
		}
	default:
		band, net := w.Band[j], delta+before
		switch {
		case w.Shape.Hedge == HedgeBandToZero && math.Abs(net) > band:
			shares = -delta
		case net > band:
			shares = band - delta
		case net < -band:
			shares = -band - delta
		}
	}
	if w.Shape.Lots {
		shares = float64(math.Round(shares/w.HedgeLot[j]) * w.HedgeLot[j])
	}
	return shares
}
