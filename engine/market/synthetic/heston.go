package synthetic

import (
	"fmt"
	"math"

	"optmm/engine/portable"
	"optmm/engine/pricing"
	"optmm/engine/random"
)

// heston draws Heston's model by Andersen's quadratic-exponential scheme with
// martingale correction (Andersen 2008, "Simple and efficient simulation of the
// Heston stochastic volatility model"). The variance v stays at or above 0: with
// m and s² its conditional mean and variance and ψ = s²/m²,
//
//	ψ ≤ 1.5:  v' = a(b + z_v)²,  b² = 2/ψ − 1 + √(2/ψ)·√(2/ψ − 1),  a = m/(1 + b²)
//	ψ > 1.5:  v' = 0 with probability p = (ψ−1)/(ψ+1), else ln((1−p)/(1−u))/β,  β = (1−p)/m
//
//	ln S' = ln S + μ·dt + K0* + K1·v + K2·v' + √(K3·v + K4·v')·z
//
// K0* makes E[S'] = S·e^{μ·dt} exactly. A normal and a uniform a minute are drawn
// besides z, whatever the parameters. A step so coarse that the expectation does not
// exist is an error. dt is what passes by the clock, over a night by act/365 a night.
func (s *history) heston(z []float64, stream *random.Legacy) ([]float64, error) {
	zv, u := make([]float64, len(z)), make([]float64, len(z))
	stream.Normals(zv)
	stream.Floats(u)

	underlying := make([]float64, len(z))
	h := s.Variance
	logReturn, v := 0.0, h.Variance
	var w hestonStep
	for i, dt := range s.steps(len(z)) {
		if dt != w.dt {
			w = newHestonStep(h, dt)
		}
		m := h.LongRun + float64((v-h.LongRun)*w.kept)
		psi := (float64(v*w.perVariance) + w.constant) / float64(m*m)
		var next, expected float64 // v', and ln E[e^{w.a4·v'}]
		if psi <= 1.5 {
			half := 2 / psi
			b2 := half - 1 + float64(math.Sqrt(half)*math.Sqrt(half-1))
			a := m / (1 + b2)
			shifted := math.Sqrt(b2) + zv[i]
			next = float64(float64(a*shifted) * shifted)
			room := 1 - float64(2*float64(w.a4*a))
			if room <= 0 {
				return nil, w.tooCoarse(h)
			}
			expected = float64(float64(w.a4*b2)*a)/room - float64(0.5*portable.Log(room))
		} else {
			p := (psi - 1) / (psi + 1)
			beta := (1 - p) / m
			if u[i] > p {
				next = portable.Log((1-p)/(1-u[i])) / beta
			}
			if w.a4 >= beta {
				return nil, w.tooCoarse(h)
			}
			expected = portable.Log(p + float64(beta*(1-p))/(beta-w.a4))
		}
		k0 := -expected - float64((w.k1+float64(0.5*w.k3))*v)
		logReturn += float64(s.Drift*dt) + k0 + float64(w.k1*v) + float64(w.k2*next) + float64(math.Sqrt(float64(w.k3*(v+next)))*z[i])
		underlying[i] = float64(s.Spot * portable.Exp(logReturn))
		v = next
	}
	return underlying, nil
}

// hestonStep is what the scheme needs of a time that passes.
type hestonStep struct {
	dt                    float64
	kept                  float64 // e^{−κdt}
	perVariance, constant float64 // of s², with v and without
	k1, k2, k3, a4        float64 // K1, K2, K3 = K4, and K2 + K4/2
}

func newHestonStep(h pricing.Heston, dt float64) hestonStep {
	w := hestonStep{dt: dt, kept: portable.Exp(-float64(h.Reversion * dt))}
	gone := -portable.Expm1(-float64(h.Reversion * dt))
	xi2 := float64(h.VolOfVol * h.VolOfVol)
	w.perVariance = float64(float64(xi2*w.kept)*gone) / h.Reversion
	w.constant = float64(float64(float64(h.LongRun*xi2)*gone)*gone) / float64(2*h.Reversion)

	// The weights of v and v', each half of the step.
	slope := float64(0.5 * float64(dt*(float64(h.Reversion*h.Correlation)/h.VolOfVol-0.5)))
	tilt := h.Correlation / h.VolOfVol
	w.k1, w.k2 = slope-tilt, slope+tilt
	w.k3 = float64(0.5 * float64(dt*(1-float64(h.Correlation*h.Correlation))))
	w.a4 = w.k2 + float64(0.5*w.k3)
	return w
}

func (w *hestonStep) tooCoarse(h pricing.Heston) error {
	return fmt.Errorf("heston_vol_of_vol %v with heston_correlation %v: %.3g years are too coarse a step", h.VolOfVol, h.Correlation, w.dt)
}
