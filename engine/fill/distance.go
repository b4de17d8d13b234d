package fill

import "optmm/engine/quote"

// Distance measures how far a posted quote stands from the market: below its mid
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

// Distant fills by the distance of the quote.
type Distant struct {
	Distance
	Intercept  float64   // ln A, or the log odds at distance 0
	Slope      float64   // per unit of distance
	Thresholds []float64 // of the law, the bid's first in each minute
}

func (m *Distant) Hits(minute int, q quote.Quote) (bid, ask bool) {
	toBid, toAsk := m.of(minute, q)
	return m.Thresholds[2*minute] < m.Intercept-float64(m.Slope*toBid),
		m.Thresholds[2*minute+1] < m.Intercept-float64(m.Slope*toAsk)
}
