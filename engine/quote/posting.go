package quote

import "math"

// Posting makes of the quote that a realistic model wants the one that it posts:
// widened by the score, at least MinWidth wide, not through the market's own quote
// where that is known, on the tick, and never crossed.
type Posting struct {
	Score    []float64 // by minute
	Widen    float64   // relative widening per unit of score; the width never falls below 0
	MinWidth float64   // price units
	Tick     float64   // price units; 0 posts any price
	Mid      []float64 // the market's, by minute
	Width    []float64 // the market's, by minute; nil where it has none
}

// Post rounds outward: the bid down, the ask up.
func (p *Posting) Post(minute int, q Quote) Quote {
	if p.Widen != 0 {
		center := float64((q.Bid + q.Ask) / 2)
		half := float64(float64((q.Ask-q.Bid)/2) * max(0, 1+float64(p.Widen*p.Score[minute])))
		q = quoteAround(center, half)
	}
	if lack := p.MinWidth - (q.Ask - q.Bid); lack > 0 {
		q.Bid -= float64(lack / 2)
		q.Ask += float64(lack / 2)
	}
	if p.Width != nil {
		half := float64(p.Width[minute] / 2)
		q.Bid = min(q.Bid, p.Mid[minute]+half-p.Tick)
		q.Ask = max(q.Ask, p.Mid[minute]-half+p.Tick)
	}
	if p.Tick > 0 {
		const slack = 1e-9 // of a tick: a price on the tick stays there
		low, high := math.Floor(q.Bid/p.Tick+slack), math.Ceil(q.Ask/p.Tick-slack)
		if high <= low {
			high = low + 1
		}
		return Quote{Bid: float64(low * p.Tick), Ask: float64(high * p.Tick)}
	}
	if q.Ask < q.Bid {
		q.Ask = q.Bid
	}
	return q
}
