package synthetic

import (
	"math"

	"optmm/engine/market"
	"optmm/engine/portable"
	"optmm/engine/pricing"
	"optmm/engine/random"
)

// contracts lists the calls, by expiry and strike.
func (s *history) contracts() []market.Contract {
	h := &s.Shape
	lowest := h.LowestStrike(s.Strike)
	var all []market.Contract
	for e := range h.Expiries {
		sessions := s.ExpirySessions + e*h.ExpiryStep
		for k := range h.Strikes {
			all = append(all, market.Contract{Strike: lowest + float64(float64(k)*h.StrikeStep), Expires: int64(sessions * s.MinutesPerSession)})
		}
	}
	return all
}

// lastLife is the minutes from the first one to the last expiry.
func (s *history) lastLife() int {
	return s.life() + (s.Shape.Expiries-1)*s.Shape.ExpiryStep*s.MinutesPerSession
}

// smile returns the implied volatility of an option, whose Vol is that at the money,
// by the surface SSVI (Gatheral and Jacquier 2014, "Arbitrage-free SVI volatility
// surfaces"). With total variance θ = σ²T at the money, k = ln(K/F) and
// φ = η/√(θ(1+θ)),
//
//	w = θ/2·(1 + ρφk + √((φk + ρ)² + 1 − ρ²)),  vol = √(w/T)
//
// There is neither butterfly nor calendar arbitrage where η·(1 + |ρ|) ≤ 2 (their
// remark 4.4).
func (s *history) smile(o pricing.European) float64 {
	skew, curvature := s.Shape.Skew, s.Shape.Curvature
	theta := float64(float64(o.Vol*o.Vol) * o.Years)
	if curvature == 0 || theta == 0 || o.Strike == 0 {
		return o.Vol
	}
	away := portable.Log(o.Strike/o.Spot) - float64((o.Rate-o.DividendYield)*o.Years)
	away = float64(curvature * away / math.Sqrt(float64(theta*(1+theta)))) // φk
	root := math.Sqrt(float64((away+skew)*(away+skew)) + (1 - float64(skew*skew)))
	return float64(o.Vol * math.Sqrt(float64((1+float64(skew*away)+root)/2)))
}

// levels returns the implied volatility at the money at each minute, a martingale
//
//	σ·exp(ν·W_t − ν²t/2)
//
// of a stream of its own, t in years of the clock and 0 at the first minute.
func (s *history) levels(seed uint32, minutes int) []float64 {
	levels := make([]float64, minutes)
	if s.VolOfVol == 0 {
		for i := range levels {
			levels[i] = s.ImpliedVol.Value
		}
		return levels
	}
	random.NewPCG64(uint64(seed), uint32(random.Level)).Normals(levels)
	log := 0.0
	for i, dt := range s.steps(minutes) {
		if i > 0 {
			log += float64(float64(s.VolOfVol*math.Sqrt(dt))*levels[i]) - float64(float64(float64(s.VolOfVol*s.VolOfVol)*dt)/2)
		}
		levels[i] = float64(s.ImpliedVol.Value * portable.Exp(log))
	}
	return levels
}

// noises are the normals of the mispricings. The first pair's are drawn with the
// path, as those of a single option; each other pair has a stream of its own.
type noises struct {
	seed  uint32
	first [2][]float64
}

func (n noises) of(pair, minutes int) [2][]float64 {
	if pair == 0 {
		return n.first
	}
	stream := random.NewPCG64(uint64(n.seed), uint32(random.Mispricing), uint32(pair))
	call, put := make([]float64, minutes), make([]float64, minutes)
	stream.Normals(call)
	stream.Normals(put)
	return [2][]float64{call, put}
}
