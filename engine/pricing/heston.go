package pricing

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/integrate/quad"
)

// Heston is a square-root process of the variance:
//
//	dS = (r − q)S dt + √v S dW,  dv = κ(θ − v)dt + ξ√v dB,  dW·dB = ρ dt
type Heston struct {
	Variance    float64 // v0, per year
	Reversion   float64 // κ, per year
	LongRun     float64 // θ, per year
	VolOfVol    float64 // ξ
	Correlation float64 // ρ
}

// HestonValue returns the price of a European option under Heston's model; o.Vol
// is not used. It is a reference for tests and is not part of any digest: complex
// functions round differently from one processor to the next.
//
//	C = S·e^{−qT} − √(SK)·e^{−(r+q)T/2}/π · ∫₀^∞ Re[e^{iuk} ψ(u − i/2)] du/(u² + ¼)
//
// with k = ln(S/K) + (r − q)T and ψ the characteristic function of the
// log-return without drift, in the form that does not cross its branch cut
// (Lewis 2000; Albrecher et al. 2007). The put follows by parity.
func (o European) HestonValue(h Heston) float64 {
	forward := math.Log(o.Spot/o.Strike) + (o.Rate-o.DividendYield)*o.Years
	integrand := func(u float64) float64 {
		value := cmplx.Exp(complex(0, u*forward)) * h.characteristic(complex(u, -0.5), o.Years)
		return real(value) / (u*u + 0.25)
	}
	// u = x/(1−x) takes [0, 1) to [0, ∞).
	integral := quad.Fixed(func(x float64) float64 {
		if x >= 1 {
			return 0
		}
		return integrand(x/(1-x)) / ((1 - x) * (1 - x))
	}, 0, 1, 512, quad.Legendre{}, 1)
	spot := o.Spot * math.Exp(-o.DividendYield*o.Years)
	strike := o.Strike * math.Exp(-o.Rate*o.Years)
	call := spot - math.Sqrt(spot*strike)*integral/math.Pi
	if o.Put {
		return call - spot + strike
	}
	return call
}

// characteristic returns E[e^{iuX}] of X = ln(S_T/S_0) − (r − q)T.
func (h Heston) characteristic(u complex128, years float64) complex128 {
	i := complex(0, 1)
	xi, rho := complex(h.VolOfVol, 0), complex(h.Correlation, 0)
	kappa, t := complex(h.Reversion, 0), complex(years, 0)
	beta := kappa - rho*xi*i*u
	d := cmplx.Sqrt(beta*beta + xi*xi*(i*u+u*u))
	g := (beta - d) / (beta + d)
	decay := cmplx.Exp(-d * t)
	c := kappa * complex(h.LongRun, 0) / (xi * xi) * ((beta-d)*t - 2*cmplx.Log((1-g*decay)/(1-g)))
	v := (beta - d) / (xi * xi) * (1 - decay) / (1 - g*decay)
	return cmplx.Exp(c + v*complex(h.Variance, 0))
}
