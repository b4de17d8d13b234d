package market

import (
	"fmt"
	"math"

	"optmm/engine/portable"
	"optmm/engine/pricing"
	"optmm/engine/random"
)

// Synthetic draws the seed's market: a lognormal underlying, a call whose mid is
// its Black–Scholes value with independent noise, and a put made from the call's
// mid by parity, with noise.
type Synthetic struct{}

// Market draws the history of the seed, from NumPy's RandomState(seed): first
// the normals z1 of the returns, then z2 of the mid, then z3 of the put.
//
//	S_i   = spot · exp(Σ_{j≤i} daily_vol·√(1/390)·z1_j)
//	mid_i = theo_i · (1 + mid_noise·z2_i)
//	put_i = mid_i − S_i·e^{−qT} + K·e^{−rT} + put_noise·z3_i·mid_i
//
// The option expires after ExpirySessions; asking for more minutes is an error.
func (Synthetic) Market(settings Settings, seed uint32) (*Market, error) {
	life := settings.ExpirySessions * MinutesPerSession
	n := settings.Minutes
	if n > life {
		return nil, fmt.Errorf("minutes %d is beyond expiry: %d sessions of %d minutes are %d", n, settings.ExpirySessions, MinutesPerSession, life)
	}
	stream := random.NewLegacy(seed)
	normals := make([]float64, 3*n)
	stream.Normals(normals)
	z1, z2, z3 := normals[:n], normals[n:2*n], normals[2*n:]

	underlying := make([]float64, n)
	perMinute := float64(settings.DailyVol * math.Sqrt(1.0/MinutesPerSession))
	logReturn := 0.0
	for i := range underlying {
		logReturn += float64(perMinute * z1[i])
		underlying[i] = float64(settings.Spot * portable.Exp(logReturn))
	}

	series := newSeries(n)
	series.PutMid = make([]float64, n)
	for i, spot := range underlying {
		years := max(float64(life-i)/(SessionsPerYear*MinutesPerSession), minimumYears)
		series.Years[i] = years
		series.Theo[i], series.Delta[i] = pricing.European{
			Spot: spot, Strike: settings.Strike, Rate: settings.Rate,
			DividendYield: settings.DividendYield, Vol: settings.ImpliedVol, Years: years,
		}.SeedCall()
		mid := float64(series.Theo[i] * (1 + float64(settings.MidNoise*z2[i])))
		series.Mid[i] = mid

		strike := pricing.DiscountedStrike(settings.Strike, settings.Rate, years)
		carried := float64(spot * portable.Exp(-float64(settings.DividendYield*years)))
		series.PutMid[i] = mid - carried + strike + float64(float64(settings.PutNoise*z3[i])*mid)
		series.ParityResidual[i] = mid - pricing.SyntheticCall(series.PutMid[i], carried, strike, 0)
	}
	changes := returns(underlying)
	series.Score = seedScore(changes, series.ParityResidual)
	return &Market{Underlying: underlying, RecentVol: recentVol(changes), Series: []Series{series}}, nil
}

// newSeries returns the columns that every source fills minute by minute.
func newSeries(minutes int) Series {
	return Series{
		Years:          make([]float64, minutes),
		Theo:           make([]float64, minutes),
		Delta:          make([]float64, minutes),
		Mid:            make([]float64, minutes),
		ParityResidual: make([]float64, minutes),
	}
}
