package fill

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"optmm/engine/portable"
	"optmm/engine/random"
)

// Bin counts how far trading reached within a minute of exposure. Reach is the
// largest distance at which a quote would have been hit.
type Bin struct {
	Low, High float64 // of the reach; the last bin's High may be +Inf
	AtRisk    float64 // minutes that reached less than High
	Events    float64 // of them, those that reached Low
}

// TradeDistance is how far one minute reached; Weight is 1, or a share where it is not
// clear which side of the quote was traded at.
type TradeDistance struct{ Distance, Weight float64 }

// CountEvents sorts reaches, of minutes minutes in all, into the bins between the
// edges and one beyond the last. A minute that reached less than the first edge,
// or had no trade, is at risk in every bin.
func CountEvents(reaches []TradeDistance, minutes int, edges []float64) []Bin {
	bins := make([]Bin, len(edges))
	for i, low := range edges {
		bins[i] = Bin{Low: low, High: math.Inf(1)}
		if i+1 < len(edges) {
			bins[i].High = edges[i+1]
		}
	}
	for _, reach := range reaches {
		for i := range bins {
			if reach.Distance >= bins[i].Low && reach.Distance < bins[i].High {
				bins[i].Events += reach.Weight
			}
		}
	}
	beyond := 0.0
	for i := len(bins) - 1; i >= 0; i-- {
		bins[i].AtRisk = float64(minutes) - beyond
		beyond += bins[i].Events
	}
	return bins
}

// Expected returns the events that an intensity A·e^{−kδ} expects in the bin:
// orders that reach it but not beyond come at the rate of
//
//	μ = A·(e^{−k·low} − e^{−k·high}),  and one or more with probability 1 − e^{−μ}
func (b Bin) Expected(rate, decay float64) float64 {
	return float64(b.AtRisk * -portable.Expm1(-b.mean(portable.Log(rate), decay)))
}

func (b Bin) mean(logRate, decay float64) float64 {
	return portable.Exp(logRate-float64(decay*b.Low)) - b.beyond(logRate, decay)
}

func (b Bin) beyond(logRate, decay float64) float64 {
	if math.IsInf(b.High, 1) {
		return 0
	}
	return portable.Exp(logRate - float64(decay*b.High))
}

// Fit is the intensity A·e^{−kδ} that fits counts best.
type Fit struct {
	LogRate, Decay float64 // ln A, A a minute; k per unit of distance

	// The inverse of Fisher's information: variances of both and their covariance.
	LogRateVariance, DecayVariance, Covariance float64

	Deviance float64 // against a model with a rate of its own for each bin
	Degrees  int     // of freedom of the deviance
	Events   float64
}

// TailProbability is that of a deviance at least as large where the law is right, by the
// chi-squared distribution; NaN without degrees of freedom.
func (f *Fit) TailProbability() float64 {
	if f.Degrees < 1 {
		return math.NaN()
	}
	return distuv.ChiSquared{K: float64(f.Degrees)}.Survival(f.Deviance)
}

// Why there is no fit.
var (
	errFewBins   = errors.New("trades reach fewer than two distances: the decay cannot be estimated")
	errNoMaximum = errors.New("trades reach further more often than nearer: no decay fits")
)

// FitArrivals finds the maximum of the likelihood of the bins, which are independent
// given who is at risk, by Fisher scoring: a regression with Poisson arrivals, of
// which a minute shows whether there were any (McCullagh and Nelder 1989, section
// 4.3, complementary log-log).
func FitArrivals(bins []Bin) (Fit, error) {
	var events, weighted, filled float64
	for _, b := range bins {
		events += b.Events
		weighted += float64(b.Events * (b.Low - bins[0].Low))
		if b.Events > 0 {
			filled++
		}
	}
	if filled < 2 {
		return Fit{}, errFewBins
	}
	decay := events / weighted
	fit := Fit{Decay: decay, LogRate: portable.Log(events/bins[0].AtRisk) + float64(decay*bins[0].Low), Events: events}
	likelihood := logLikelihood(bins, fit.LogRate, fit.Decay)
	for range maxScoring {
		stepRate, stepDecay, err := fit.score(bins)
		if err != nil {
			return Fit{}, err
		}
		improved := false
		for range maxHalving {
			next := logLikelihood(bins, fit.LogRate+stepRate, fit.Decay+stepDecay)
			if next >= likelihood {
				fit.LogRate, fit.Decay = fit.LogRate+stepRate, fit.Decay+stepDecay
				improved = next > likelihood
				likelihood = next
				break
			}
			stepRate, stepDecay = stepRate/2, stepDecay/2
		}
		if !improved || math.Abs(stepRate)+math.Abs(stepDecay/fit.Decay) < 1e-12 {
			break
		}
	}
	if !(fit.Decay > 0) {
		return Fit{}, errNoMaximum
	}
	if _, _, err := fit.score(bins); err != nil { // variances at the maximum
		return Fit{}, err
	}
	fit.Deviance, fit.Degrees = deviance(bins, &fit), len(bins)-2
	return fit, nil
}

const (
	maxScoring = 200
	maxHalving = 60
)

// score computes the step of Fisher scoring, and the inverse information.
func (f *Fit) score(bins []Bin) (stepRate, stepDecay float64, err error) {
	var u1, u2, i11, i12, i22 float64
	for _, b := range bins {
		mean := b.mean(f.LogRate, f.Decay)
		if !(mean > 0) || b.AtRisk == 0 {
			continue
		}
		byDecay := -float64(b.Low * portable.Exp(f.LogRate-float64(f.Decay*b.Low)))
		if beyond := b.beyond(f.LogRate, f.Decay); beyond > 0 {
			byDecay += float64(b.High * beyond)
		}
		odds := 1 / portable.Expm1(mean) // p/(1−p) = e^μ − 1
		gradient := float64(b.Events*odds) - (b.AtRisk - b.Events)
		information := float64(b.AtRisk * odds)
		u1 += float64(gradient * mean)
		u2 += float64(gradient * byDecay)
		i11 += float64(float64(information*mean) * mean)
		i12 += float64(float64(information*mean) * byDecay)
		i22 += float64(float64(information*byDecay) * byDecay)
	}
	determinant := float64(i11*i22) - float64(i12*i12)
	if !(determinant > 0) {
		return 0, 0, errNoMaximum
	}
	f.LogRateVariance, f.DecayVariance, f.Covariance = i22/determinant, i11/determinant, -i12/determinant
	stepRate = float64(f.LogRateVariance*u1) + float64(f.Covariance*u2)
	stepDecay = float64(f.Covariance*u1) + float64(f.DecayVariance*u2)
	return stepRate, stepDecay, nil
}

func logLikelihood(bins []Bin, logRate, decay float64) float64 {
	sum := 0.0
	for _, b := range bins {
		mean := b.mean(logRate, decay)
		if !(mean > 0) {
			if b.Events > 0 {
				return math.Inf(-1)
			}
			continue
		}
		if b.Events > 0 {
			sum += float64(b.Events * portable.Log(-portable.Expm1(-mean)))
		}
		sum -= float64((b.AtRisk - b.Events) * mean)
	}
	return sum
}

func deviance(bins []Bin, fit *Fit) float64 {
	sum := 0.0
	part := func(seen, expected float64) float64 {
		if seen == 0 {
			return 0
		}
		return float64(seen * portable.Log(seen/expected))
	}
	rate := portable.Exp(fit.LogRate)
	for _, b := range bins {
		expected := b.Expected(rate, fit.Decay)
		sum += part(b.Events, expected) + part(b.AtRisk-b.Events, b.AtRisk-expected)
	}
	return 2 * sum
}

// Estimate is one value of both parameters.
type Estimate struct{ Rate, Decay float64 }

// LogDecayVariance is the variance of ln k: on its scale k needs no bound at 0, and its
// error is nearer to a normal one.
func (f *Fit) LogDecayVariance() float64 { return f.DecayVariance / float64(f.Decay*f.Decay) }

// HasDecay reports whether k is distinguishable from 0: more than 1.96 of its standard
// errors above it.
func (f *Fit) HasDecay() bool { return f.Decay > float64(1.96*math.Sqrt(f.DecayVariance)) }

// Draws returns the estimate and, after it, n−1 draws of its error by a seed of NumPy's
// RandomState: ln A and ln k together are normal, with the variances of the fit, so that
// every k is positive and none has to be drawn again. The median of the draws is the
// estimate; their mean k is larger, by half of LogDecayVariance where that is small.
func (f *Fit) Draws(n int, seed uint32) []Estimate {
	stream := random.NewLegacy(seed)
	estimates := []Estimate{{portable.Exp(f.LogRate), f.Decay}}
	deviation := math.Sqrt(f.LogDecayVariance())
	slope := f.Covariance / f.Decay / f.LogDecayVariance() // of ln A on ln k
	rest := math.Sqrt(max(0, f.LogRateVariance-float64(slope*f.Covariance/f.Decay)))
	for len(estimates) < n {
		off := float64(deviation * stream.Normal())
		logRate := f.LogRate + float64(slope*off) + float64(rest*stream.Normal())
		estimates = append(estimates, Estimate{portable.Exp(logRate), float64(f.Decay * portable.Exp(off))})
	}
	return estimates
}
