package synthetic

import (
	"fmt"
	"math"

	"optmm/engine/portable"
	"optmm/engine/random"
)

// diffusion is geometric Brownian motion, exact at each minute, with the sum of
// a minute's log jumps where there are any; dt is what passes by the clock:
//
//	ln S_i = ln S_{i−1} + (μ − σ²/2 − λκ)·dt + σ√dt·z_i + jumps_i
//
// κ = e^{m+δ²/2} − 1 is the mean jump, so that S grows by μ on average (Merton
// 1976).
func (s *history) diffusion(z, jumps []float64) []float64 {
	drift := s.Drift - float64(float64(s.RealizedVol*s.RealizedVol)/2)
	if jumps != nil {
		mean := portable.Expm1(s.Jumps.Mean + float64(float64(s.Jumps.Vol*s.Jumps.Vol)/2))
		drift -= float64(s.Jumps.Intensity * mean)
	}
	underlying := make([]float64, len(z))
	logReturn := 0.0
	for i, dt := range s.steps(len(z)) {
		logReturn += float64(drift*dt) + float64(float64(s.RealizedVol*math.Sqrt(dt))*z[i])
		if jumps != nil {
			logReturn += jumps[i]
		}
		underlying[i] = float64(s.Spot * portable.Exp(logReturn))
	}
	return underlying
}

// jumps draws the sum of each minute's log jumps: their number N by inverting the
// Poisson distribution, their sum as normal with mean N·m and deviation √N·δ. A
// uniform and a normal a minute are drawn whatever the parameters.
func (s *history) jumps(stream *random.Legacy, minutes int) []float64 {
	u, z := make([]float64, minutes), make([]float64, minutes)
	stream.Floats(u)
	stream.Normals(z)
	for i, dt := range s.steps(minutes) {
		mean := float64(s.Jumps.Intensity * dt)
		none := portable.Exp(-mean)
		count, below, weight := 0.0, none, none
		for u[i] >= below && weight > 0 {
			count++
			weight = float64(weight*mean) / count
			below += weight
		}
		u[i] = float64(count*s.Jumps.Mean) + float64(float64(math.Sqrt(count)*s.Jumps.Vol)*z[i])
	}
	return u
}

// walk is the arithmetic random walk of Avellaneda and Stoikov (2008): each
// minute the price moves up or down by PriceVol, by the sign of z, and over a night
// by as much as the root of its minutes says.
func (s *history) walk(z []float64) ([]float64, error) {
	underlying := make([]float64, len(z))
	price := s.Spot
	for i := range underlying {
		price += math.Copysign(float64(s.PriceVol*math.Sqrt(s.stepMinutes(i))), z[i])
		if price <= 0 {
			return nil, fmt.Errorf("the underlying falls to %v at minute %d: price_vol %v is too large for spot %v", price, i, s.PriceVol, s.Spot)
		}
		underlying[i] = price
	}
	return underlying, nil
}
