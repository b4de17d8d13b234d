package synthetic

import (
	"math"

	"optmm/engine/market"
	"optmm/engine/portable"
	"optmm/engine/pricing"
)

// seedMarket is the seed's: a lognormal underlying, a call whose mid is its
// Black–Scholes value with independent noise, and a put made from the call's mid
// by parity, with noise.
//
//	S_i   = spot · exp(Σ_{j≤i} daily_vol·√(1/390)·z1_j), over a night by act/365 as the root of its minutes
//	mid_i = theo_i · (1 + mid_noise·z2_i)
//	put_i = mid_i − S_i·e^{−qT} + K·e^{−rT} + put_noise·z3_i·mid_i
func (s *history) seedMarket(z1, z2, z3 []float64) (*market.Market, error) {
	n := len(z1)
	underlying := make([]float64, n)
	perMinute := float64(s.DailyVol * math.Sqrt(1/float64(s.MinutesPerSession)))
	logReturn := 0.0
	for i := range underlying {
		logReturn += float64(float64(perMinute*math.Sqrt(s.stepMinutes(i))) * z1[i])
		underlying[i] = float64(s.Spot * portable.Exp(logReturn))
	}
	series := market.NewSeries(n)
	series.Contract = market.Contract{Strike: s.Strike, Expires: int64(s.life())}
	series.PutMid = make([]float64, n)
	for i, spot := range underlying {
		option := s.option(spot, max(s.yearsToExpiry(s.ExpirySessions, i), market.MinimumYears))
		greeks := option.SeedCall()
		series.Price(i, option, greeks)
		carried, strike := float64(spot*greeks.Carry), float64(option.Strike*greeks.Discount)
		mid := float64(series.Theo[i] * (1 + float64(s.MidNoise*z2[i])))
		series.Mid[i] = mid
		series.PutMid[i] = mid - carried + strike + float64(float64(s.PutNoise*z3[i])*mid)
		series.ParityResidual[i] = mid - pricing.SyntheticCall(series.PutMid[i], carried, strike, 0)
	}
	return series.Single(underlying, s.Signal, 1)
}
