package market

import (
	"fmt"
	"math"
	"slices"

	"optmm/engine/portable"
	"optmm/engine/pricing"
	"optmm/engine/random"
)

// The models of the synthetic history.
const (
	SeedModel   = "seed"
	GBMModel    = "gbm"
	MertonModel = "merton"
	HestonModel = "heston"
	WalkModel   = "walk"
	FlatModel   = "flat"
)

// Models lists the choices of Settings.Model.
func Models() []string {
	return []string{SeedModel, GBMModel, MertonModel, HestonModel, WalkModel, FlatModel}
}

// Synthetic draws a history from a seed.
type Synthetic struct{}

// Market draws the history of the seed from NumPy's RandomState(seed): first the
// normals z1 of the returns, then z2 of the call's mid, then z3 of the put's, for
// every model the same; then what the model needs beside them.
//
// The option expires after ExpirySessions. The seed's market ends a minute before
// that; the others may include it, at the intrinsic value. Asking for more is an
// error.
func (Synthetic) Market(settings Settings, seed uint32) (*Market, error) {
	if err := settings.CheckLength(); err != nil {
		return nil, err
	}
	n := settings.Minutes
	stream := random.NewLegacy(seed)
	normals := make([]float64, 3*n)
	stream.Normals(normals)
	z1, z2, z3 := normals[:n], normals[n:2*n], normals[2*n:]
	var m *Market
	var err error
	if settings.Model == SeedModel {
		m, err = settings.seedMarket(z1, z2, z3)
	} else {
		var underlying []float64
		if underlying, err = settings.path(z1, stream); err == nil {
			m, err = settings.fairMarket(underlying, z2, z3)
		}
	}
	if err != nil {
		return nil, err
	}
	m.Sessions = everySession(min(n, settings.Life()), settings.MinutesPerSession) // the minute of expiry ends the last one
	m.MinuteYears = settings.MinuteYears()
	return m, nil
}

// CheckLength returns an error that begins with the name of a parameter if the
// synthetic history would go on after expiry.
func (s *Settings) CheckLength() error {
	last, note := s.Life(), ""
	if s.Model != SeedModel {
		last, note = last+1, " and the minute of expiry"
	}
	if s.Minutes > last {
		return fmt.Errorf("minutes %d is beyond expiry: expiry_sessions %d × %d minutes = %d%s",
			s.Minutes, s.ExpirySessions, s.MinutesPerSession, s.Life(), note)
	}
	return nil
}

// path draws the underlying.
func (s *Settings) path(z []float64, stream *random.Legacy) ([]float64, error) {
	switch s.Model {
	case GBMModel:
		return s.diffusion(z, nil), nil
	case MertonModel:
		return s.diffusion(z, s.jumps(stream, len(z))), nil
	case HestonModel:
		return s.heston(z, stream)
	case WalkModel:
		return s.walk(z)
	case FlatModel:
		underlying := make([]float64, len(z))
		for i := range underlying {
			underlying[i] = s.Spot
		}
		return underlying, nil
	}
	return nil, fmt.Errorf("market_model %q has no implementation", s.Model)
}

// fairMarket quotes a call and a put around their Black–Scholes values at the
// implied volatility. Each has a mispricing of its own that fades,
//
//	mid = theo·e^x,  x_i = ρ·x_{i−1} + mispricing·√(1−ρ²)·z_i,  ρ = 2^(−1/half-life)
//
// so that the parity residual tells something of what the mid will do.
func (s *Settings) fairMarket(underlying, z2, z3 []float64) (*Market, error) {
	n := len(underlying)
	series := newSeries(n)
	series.PutMid = make([]float64, n)
	if s.Width.Set {
		series.Width = slices.Repeat([]float64{s.Width.Value}, n)
	}
	s.mispricing(z2)
	s.mispricing(z3)
	for i, spot := range underlying {
		option := s.option(spot, s.yearsToExpiry(i))
		greeks := option.Greeks()
		series.price(i, option, greeks)
		carried, strike := float64(spot*greeks.Carry), float64(option.Strike*greeks.Discount)
		put := max(0, series.Theo[i]-carried+strike)
		series.Mid[i], series.PutMid[i] = series.Theo[i], put
		if option.Years == 0 {
			series.Expiry = i
		} else if s.Mispricing > 0 {
			series.Mid[i] = float64(series.Theo[i] * portable.Exp(z2[i]))
			series.PutMid[i] = float64(put * portable.Exp(z3[i]))
		}
		series.ParityResidual[i] = series.Mid[i] - pricing.SyntheticCall(series.PutMid[i], carried, strike, 0)
	}
	m, err := series.finish(underlying, s.Signal)
	if err != nil {
		return nil, err
	}
	expected := s.Spot
	if s.Model != WalkModel && s.Model != FlatModel {
		expected = float64(s.Spot * portable.Exp(float64(s.Drift*float64(float64(n)*s.MinuteYears()))))
	}
	m.Growth = underlying[n-1] / expected
	return m, nil
}

func (s *Settings) option(spot, years float64) pricing.European {
	return pricing.European{
		Spot: spot, Strike: s.Strike, Rate: s.Rate,
		DividendYield: s.DividendYield, Vol: s.ImpliedVol.Value, Years: years,
	}
}

// mispricing turns independent normals into the mispricing of each minute.
func (s *Settings) mispricing(z []float64) {
	kept := 0.0
	if s.MispricingHalfLife > 0 {
		kept = portable.Exp(-math.Ln2 / s.MispricingHalfLife)
	}
	fresh := float64(s.Mispricing * math.Sqrt(1-float64(kept*kept)))
	for i := range z {
		if i == 0 {
			z[0] = float64(s.Mispricing * z[0])
			continue
		}
		z[i] = float64(kept*z[i-1]) + float64(fresh*z[i])
	}
}
