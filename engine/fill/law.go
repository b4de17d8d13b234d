package fill

import "optmm/engine/portable"

// ArrivalLaw is how the probability of a fill follows from a number x, which falls with
// the distance δ of the quote, x = intercept − slope·δ, or, for the seed, with the
// market's width.
type ArrivalLaw int

const (
	// Poisson has orders arrive at a rate of λ = e^x = A·e^{−kδ} a minute, and fills
	// with the probability that one or more come, 1 − e^{−λ} (Avellaneda and Stoikov
	// 2008).
	Poisson ArrivalLaw = iota
	// FirstOrder fills with min(λ, 1) instead, as the paper's simulation does.
	FirstOrder
	// Logistic fills with 1/(1 + e^{−x}), as hit ratios of requests for quotes are
	// modeled.
	Logistic
	// Linear has orders arrive at a rate of x itself, C − D·δ, none where it is
	// negative, and fills with 1 − e^{−x} (Stoikov and Sağlam 2009).
	Linear
	// Half fills with e^x/2, as the seed does.
	Half
)

// thinned returns the x of the law when a share s of the orders stays away, each by
// itself. Where orders arrive at a rate it is the rate that falls, to λ(1 − s): an order
// that stays away takes nothing from those after it. Where the law is a probability of
// one request it is the probability, to p(1 − s):
//
//	Poisson, FirstOrder:  x + ln(1 − s)
//	Linear:               x·(1 − s)
//	Half:                 x + ln(1 − s)
//	Logistic:             ln(1 − s) − ln(e^{−x} + s)
//
// s is in [0, 1]; at 1 nothing fills.
func (l ArrivalLaw) thinned(x, s float64) float64 {
	switch by, how := l.Thinning(s); {
	case s == 0:
		return x
	case how == Multiplied:
		return float64(x * by)
	case how == OfOdds:
		return by - portable.Log(portable.Exp(-x)+s)
	default:
		return x + by
	}
}

// Thinning is how the x of a law falls when orders stay away.
type Thinning int

// What becomes of x.
const (
	Added      Thinning = iota // a number is added to it
	Multiplied                 // it is multiplied by a number
	OfOdds                     // ln(e^{−x} + s) is taken from a number
)

// Thinning returns how x falls when a share s of the orders stays away, and by which number.
func (l ArrivalLaw) Thinning(s float64) (by float64, how Thinning) {
	switch l {
	case Linear:
		return 1 - s, Multiplied
	case Logistic:
		return portable.Log1p(-s), OfOdds
	}
	return portable.Log1p(-s), Added
}

// Thresholds turns uniforms u into the x above which they fill, so that
//
//	u < probability of x  ⟺  threshold(u) < x
//
// and nothing has to be exponentiated minute by minute: ln(−ln(1−u)), ln u,
// ln(u/(1−u)), −ln(1−u) and ln 2u. Where u is 0 it is −Inf, or 0 by the linear law.
// They may be written over the uniforms. logs is portable.Logs, or what has the same bits.
func (l ArrivalLaw) Thresholds(uniforms, thresholds []float64, logs func([]float64)) {
	for i, u := range uniforms {
		switch l {
		case Poisson, Linear:
			thresholds[i] = -portable.Log1p(-u)
		case FirstOrder:
			thresholds[i] = u
		case Half:
			thresholds[i] = 2 * u
		default:
			thresholds[i] = portable.Log(u) - portable.Log1p(-u)
		}
	}
	switch l {
	case Poisson, FirstOrder, Half:
		logs(thresholds)
	}
}
