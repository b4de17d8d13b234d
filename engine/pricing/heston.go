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

// HestonValue returns the price of a European option under Heston's model, to about
// 1e-12 of the spot; o.Vol is not used. It is a reference for tests and is not part of
// any digest, since complex functions round differently from one processor to the next; it
// is no method, so that programs are not linked with it.
//
//	C = S·e^{−qT} − √(SK)·e^{−(r+q)T/2}/π · ∫₀^∞ Re[e^{iuk} ψ(u − i/2)] du/(u² + ¼)
//
// with k = ln(S/K) + (r − q)T and ψ the characteristic function of the
// log-return without drift, in the form that does not cross its branch cut
// (Lewis 2000; Albrecher et al. 2007). The put follows by parity.
//
// The integral is summed over panels that are shorter than a wave of e^{iuk}, than the
// scale on which ψ falls, 1/√(variance to expiry), and than that of u² + ¼, until ψ is
// gone. Where it takes
// more than maxHestonPanels, as for a variance near 0 that is very volatile, the price
// is NaN. Strike, Years, Reversion and VolOfVol are positive.
func HestonValue(o European, h Heston) float64 {
	forward := math.Log(o.Spot/o.Strike) + (o.Rate-o.DividendYield)*o.Years
	variance := h.LongRun*o.Years + (h.Variance-h.LongRun)*-math.Expm1(-h.Reversion*o.Years)/h.Reversion
	longest := min(1/math.Sqrt(variance), math.Pi/math.Abs(forward))
	integral, low := 0.0, 0.0
	for n := 0; ; n++ {
		if n == maxHestonPanels || math.IsNaN(integral) {
			return math.NaN()
		}
		panel := min(longest, 0.5+low)
		if high := h.characteristic(complex(low, -0.5), o.Years); cmplx.Abs(high) < 1e-17*max(low, 1) {
			break // what is left is less than |ψ|/u
		}
		integral += quad.Fixed(func(u float64) float64 {
			value := cmplx.Exp(complex(0, u*forward)) * h.characteristic(complex(u, -0.5), o.Years)
			return real(value) / (u*u + 0.25)
		}, low, low+panel, 24, quad.Legendre{}, 1)
		low += panel
	}
	spot := o.Spot * math.Exp(-o.DividendYield*o.Years)
	strike := o.Strike * math.Exp(-o.Rate*o.Years)
	call := spot - math.Sqrt(spot*strike)*integral/math.Pi
	if o.Put {
		return call - spot + strike
	}
	return call
}

// maxHestonPanels bounds the work of HestonValue.
const maxHestonPanels = 10_000

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
