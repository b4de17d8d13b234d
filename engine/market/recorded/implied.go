package recorded

import (
	"math"

	"optmm/engine/market"
	"optmm/engine/portable"
	"optmm/engine/pricing"
)

// states says of every minute of an option on an underlying what its quote is good for; one
// that has not changed for more than stale minutes by the clock is Stale (0: never), which
// begins again with each session. Without timestamps a row is a minute. A quote that was carried on
// is as old as its row.
func (o *Option) states(sessions []int, timestamps []int64, underlying []float64, stale int) []market.State {
	states := make([]market.State, len(o.Bid))
	since, session := 0, 0 // the row at which the quote changed last
	for i := range states {
		bid, ask := o.Bid[i], o.Ask[i]
		if session < len(sessions) && sessions[session] == i {
			session++
			since = i
		} else if bid != o.Bid[i-1] || ask != o.Ask[i-1] {
			since = i
		}
		age := int64(60 * (i - since)) // seconds
		if timestamps != nil {
			age = timestamps[i] - timestamps[since]
		}
		if o.Seen != nil {
			age = timestamps[i] - o.Seen[i]
		}
		switch {
		case math.IsNaN(bid) || math.IsNaN(ask) || ask == 0 || math.IsNaN(underlying[i]): // nothing is quoted on an unknown price
			states[i] = market.Missing
		case bid > ask:
			states[i] = market.Crossed
		case bid > o.most(underlying[i]):
			states[i] = market.Impossible
		case bid == ask:
			states[i] = market.Locked
		case stale > 0 && age > int64(60*stale):
			states[i] = market.Stale
		}
	}
	return states
}

// most is what the option is worth at most without arbitrage: a call its underlying, a put its
// strike (Merton 1973). Nothing is known of it where the underlying is unknown.
func (o *Option) most(underlying float64) float64 {
	if o.Put {
		return o.Strike
	}
	return underlying
}

// parityLine is what put–call parity says of one expiry at one minute.
type parityLine struct {
	Forward  float64 // of the underlying at expiry
	Discount float64 // e^{−rT}
}

// parityPair is call and put of one strike.
type parityPair struct {
	Strike     float64
	Difference float64 // call mid less put mid
	Width      float64 // of both quotes together; positive
}

// fitParityLine fits C − P = D·(F − K) to the pairs, each weighted by 1/width². Where
// discount is positive D is that, and F the weighted mean of K + (C − P)/D; else D
// is fitted too, by weighted least squares, which takes two strikes. ok is false
// where there are too few, or the fitted D is not positive.
func fitParityLine(pairs []parityPair, discount float64) (fit parityLine, ok bool) {
	var weights, strikes, differences float64
	for _, pair := range pairs {
		w := 1 / float64(pair.Width*pair.Width)
		weights += w
		strikes += float64(w * pair.Strike)
		differences += float64(w * pair.Difference)
	}
	if len(pairs) == 0 {
		return fit, false
	}
	meanStrike, meanDifference := strikes/weights, differences/weights
	if discount <= 0 {
		var across, together float64
		for _, pair := range pairs {
			w := 1 / float64(pair.Width*pair.Width)
			away := pair.Strike - meanStrike
			across += float64(float64(w*away) * away)
			together += float64(float64(w*away) * (pair.Difference - meanDifference))
		}
		if across == 0 || together >= 0 {
			return fit, false
		}
		discount = -together / across
	}
	return parityLine{Discount: discount, Forward: meanStrike + meanDifference/discount}, true
}

// impliedVol returns the volatility at which an option of the strike is worth the
// price, with forward and discount in place of spot and rates; NaN where there is
// none.
func (p parityLine) impliedVol(strike, years, price float64, put bool) float64 {
	option := pricing.European{
		Spot: float64(p.Forward * p.Discount), Strike: strike, Years: years, Put: put,
		Rate: -portable.Log(p.Discount) / years,
	}
	vol, err := option.ImpliedVol(price)
	if err != nil {
		return math.NaN()
	}
	return vol
}
