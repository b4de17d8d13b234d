package synthetic

import (
	"fmt"
	"math"
	"slices"

	"optmm/engine/market"
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

// Source draws a history from a seed.
type Source struct{}

// Market draws the history of the seed from NumPy's RandomState(seed): first the
// normals z1 of the returns, then z2 of the call's mid, then z3 of the put's, for
// every model the same; then what else the model needs.
//
// The option expires after ExpirySessions. The seed's market ends a minute before
// that; the others may include it, at the intrinsic value, and go on until the last
// option of a chain has expired. Asking for more is an error.
func (Source) Market(settings market.Settings, seed uint32) (*market.Market, error) {
	s := &history{&settings}
	if err := s.checkLength(); err != nil {
		return nil, fmt.Errorf("minutes %w", err)
	}
	n := settings.Minutes
	stream := random.NewLegacy(seed)
	normals := make([]float64, 3*n)
	stream.Normals(normals)
	z1, z2, z3 := normals[:n], normals[n:2*n], normals[2*n:]
	var m *market.Market
	var err error
	if settings.Model == SeedModel {
		m, err = s.seedMarket(z1, z2, z3)
	} else {
		var underlying []float64
		if underlying, err = s.path(z1, stream); err == nil {
			m, err = s.fairMarket(underlying, noises{seed: seed, first: [2][]float64{z2, z3}})
		}
	}
	if err != nil {
		return nil, err
	}
	m.Sessions, m.WholeSessions = s.sessions()
	m.MinuteYears = s.minuteYears()
	m.Pass(s.steps(n), func(int) float64 { return settings.DividendYield })
	return m, nil
}

// checkLength returns an error, which begins with the number of minutes, if the
// synthetic history would go on after expiry.
func (s *history) checkLength() error {
	last, note := s.lastLife(), ""
	if s.Model != SeedModel {
		last, note = last+1, " and the minute of expiry"
	}
	if s.Minutes > last {
		return fmt.Errorf("%d is beyond expiry: expiry_sessions %d × %d minutes = %d%s",
			s.Minutes, s.lastLife()/s.MinutesPerSession, s.MinutesPerSession, s.lastLife(), note)
	}
	return nil
}

// path draws the underlying.
func (s *history) path(z []float64, stream *random.Legacy) ([]float64, error) {
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

// fairMarket quotes calls and puts around their Black–Scholes values at the implied
// volatility. Each has a mispricing of its own that fades,
//
//	mid = theo·e^x,  x_i = ρ·x_{i−1} + mispricing·√(1−ρ²)·z_i,  ρ = 2^(−1/half-life)
//
// so that the parity residual predicts the mid.
func (s *history) fairMarket(prices []float64, noises noises) (*market.Market, error) {
	underlying, err := market.NewUnderlying(prices, 1)
	if err != nil {
		return nil, err
	}
	m := &market.Market{Underlyings: []market.Underlying{underlying}}
	levels := s.levels(noises.seed, len(prices))
	single := !s.Shape.IsChain()
	for i, contract := range s.contracts() {
		call, put := s.pair(prices, levels, contract, noises.of(i, len(prices)))
		if single {
			call.PutMid = put.Mid
		}
		for _, series := range []*market.Series{&call, &put} {
			if series.Put && (single || s.Shape.Sides == market.CallsOnly) {
				continue
			}
			if err := series.Finish(&underlying, s.Signal, 1); err != nil {
				return nil, err
			}
			m.Series = append(m.Series, *series)
		}
	}
	expected := s.Spot
	if s.Model != WalkModel && s.Model != FlatModel {
		expected = float64(s.Spot * portable.Exp(float64(s.Drift*s.elapsed(len(prices)))))
	}
	m.Growth = prices[len(prices)-1] / expected
	return m, nil
}

// pair quotes call and put of a contract at the levels of implied volatility; z are
// their normals, the call's first.
func (s *history) pair(prices, levels []float64, contract market.Contract, z [2][]float64) (call, put market.Series) {
	n := len(prices)
	call, put = market.NewSeries(n), market.NewSeries(n)
	call.Contract, put.Contract = contract, contract
	put.Put = true
	if s.Width.Set {
		call.Width = slices.Repeat([]float64{s.Width.Value}, n)
		put.Width = call.Width
	}
	s.mispricing(z[0])
	s.mispricing(z[1])
	sessions := int(contract.Expires) / s.MinutesPerSession
	for i, spot := range prices {
		option := s.option(spot, s.yearsToExpiry(sessions, i))
		option.Strike = contract.Strike
		option.Vol = levels[i]
		option.Vol = s.smile(option)
		greeks := option.Greeks()
		call.Price(i, option, greeks)
		put.Price(i, option, option.OtherSide(greeks))
		call.Mid[i], put.Mid[i] = call.Theo[i], put.Theo[i]
		if option.Years == 0 {
			if call.Expiry < 0 {
				call.Expiry, put.Expiry = i, i
			}
		} else if s.Mispricing > 0 {
			call.Mid[i] = float64(call.Theo[i] * portable.Exp(z[0][i]))
			put.Mid[i] = float64(put.Theo[i] * portable.Exp(z[1][i]))
		}
		carried, strike := float64(spot*greeks.Carry), float64(option.Strike*greeks.Discount)
		residual := call.Mid[i] - pricing.SyntheticCall(put.Mid[i], carried, strike, 0)
		call.ParityResidual[i], put.ParityResidual[i] = residual, -residual
	}
	return call, put
}

func (s *history) option(spot, years float64) pricing.European {
	return pricing.European{
		Spot: spot, Strike: s.Strike, Rate: s.Rate.Value,
		DividendYield: s.DividendYield, Vol: s.ImpliedVol.Value, Years: years,
	}
}

// mispricing turns independent normals into the mispricing of each minute.
func (s *history) mispricing(z []float64) {
	kept := 0.0
	if s.MispricingHalfLife > 0 {
		kept = portable.Exp(-math.Ln2 / s.MispricingHalfLife)
	}
	innovation := float64(s.Mispricing * math.Sqrt(1-float64(kept*kept)))
	for i := range z {
		if i == 0 {
			z[0] = float64(s.Mispricing * z[0])
			continue
		}
		z[i] = float64(kept*z[i-1]) + float64(innovation*z[i])
	}
}

// history is the settings of a synthetic history, with its calendar.
type history struct{ *market.Settings }

// CheckLength returns an error, which begins with the number of minutes, if the synthetic
// history would go on after expiry.
func CheckLength(s *market.Settings) error { return (&history{s}).checkLength() }

// LongestStep returns the most years that pass between two minutes of the synthetic
// history.
func LongestStep(s *market.Settings) float64 { return (&history{s}).longestStep() }

// Expires reports whether an option of the synthetic history expires in it.
func Expires(s *market.Settings) bool {
	return s.Model != SeedModel && s.Minutes > (&history{s}).life()
}

// WholeSessions returns the number of whole sessions of the synthetic history.
func WholeSessions(s *market.Settings) int { return (&history{s}).wholeSessions() }
