package fill

import "optmm/engine/quote"

// Distance measures how far a posted quote is from the market: below its mid
// or its bid for the bid, above its mid or its ask for the ask; negative inside.
type Distance struct {
	Mid   []float64 // by minute
	Width []float64 // of the market's quote, which measures from its bid and ask; nil measures from the mid
	Scale []float64 // price units that count as one, by minute; nil is one throughout
}

func (d *Distance) of(minute int, q quote.Quote) (bid, ask float64) {
	mid := d.Mid[minute]
	bid, ask = mid-q.Bid, q.Ask-mid
	if d.Width != nil {
		half := float64(d.Width[minute] / 2)
		bid, ask = bid-half, ask-half
	}
	if d.Scale != nil {
		bid, ask = bid/d.Scale[minute], ask/d.Scale[minute]
	}
	return bid, ask
}

// Distant fills by the distance of the quote, and by who sends the orders.
type Distant struct {
	Distance
	ArrivalLaw
	Intercept  float64   // ln A, or the log odds at distance 0
	Slope      float64   // per unit of distance
	Thresholds []float64 // of the law, the bid's first of each arrival
	Informed   *Informed // those who stay away where trading does not pay; nil: no one does
}

func (m *Distant) Hits(minute, arrival int, q quote.Quote) (bid, ask bool) {
	toBid, toAsk := m.of(minute, q)
	byBid, byAsk := m.Intercept-float64(m.Slope*toBid), m.Intercept-float64(m.Slope*toAsk)
	forBid, forAsk := m.Thresholds[2*arrival], m.Thresholds[2*arrival+1]
	bid, ask = forBid < byBid, forAsk < byAsk
	if m.Informed == nil {
		return bid, ask
	}
	// With fewer orders a side is hit by fewer of the same uniforms.
	if bid && !m.Informed.Sells(minute, q.Bid) {
		bid = forBid < m.thinned(byBid, m.Informed.Share)
	}
	if ask && !m.Informed.Buys(minute, q.Ask) {
		ask = forAsk < m.thinned(byAsk, m.Informed.Share)
	}
	return bid, ask
}
