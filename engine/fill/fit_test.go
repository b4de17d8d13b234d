package fill

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// simulateReach draws how far trading reaches within each minute: the largest of
// Poisson many exponential reaches, whose distribution is exp(−A·e^{−kδ}).
func simulateReach(random *rand.Rand, minutes int, rate, decay float64) []TradeDistance {
	var reaches []TradeDistance
	for range minutes {
		if reach := (math.Log(rate) - math.Log(-math.Log(random.Float64()))) / decay; reach >= 0 {
			reaches = append(reaches, TradeDistance{reach, 1})
		}
	}
	return reaches
}

var testEdges = []float64{0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4}

// Intervals of the fit cover what the reaches were drawn with as often as they
// claim: 200 repetitions; the standard deviation of the share is 1.5%.
func TestFitCoversTheTruth(t *testing.T) {
	for _, truth := range []struct{ rate, decay float64 }{{0.02, 1.5}, {0.7, 1.5}, {2, 0.8}} {
		random := rand.New(rand.NewPCG(9, uint64(1000*truth.rate)))
		const repetitions = 200
		coveredRate, coveredDecay, deviances, degrees := 0, 0, 0.0, 0
		for range repetitions {
			minutes := 20_000
			fit, err := FitArrivals(CountEvents(simulateReach(random, minutes, truth.rate, truth.decay), minutes, testEdges))
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(fit.LogRate-math.Log(truth.rate)) < 1.96*math.Sqrt(fit.LogRateVariance) {
				coveredRate++
			}
			if math.Abs(math.Log(fit.Decay/truth.decay)) < 1.96*math.Sqrt(fit.LogDecayVariance()) {
				coveredDecay++
			}
			deviances += fit.Deviance / repetitions
			degrees = fit.Degrees
		}
		t.Logf("A %v, k %v: ln A covered %.1f%%, k %.1f%%; mean deviance %.2f of %d degrees", truth.rate, truth.decay,
			100*float64(coveredRate)/repetitions, 100*float64(coveredDecay)/repetitions, deviances, degrees)
		for name, covered := range map[string]int{"ln A": coveredRate, "k": coveredDecay} {
			if covered < 181 || covered > 199 {
				t.Errorf("A %v, k %v: the interval of %s covers %d of 200, want about 190", truth.rate, truth.decay, name, covered)
			}
		}
		if math.Abs(deviances-float64(degrees)) > 1 {
			t.Errorf("A %v, k %v: mean deviance %v, want its degrees of freedom, %d", truth.rate, truth.decay, deviances, degrees)
		}
	}
}

// A law that is not exponential shows in the deviance.
func TestDevianceTellsAWrongLaw(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	var reaches []TradeDistance
	for range 2000 {
		reaches = append(reaches, TradeDistance{math.Sqrt(4 * random.Float64()), 1}) // reaches grow denser outward, to a sharp end
	}
	fit, err := FitArrivals(CountEvents(reaches, 20_000, testEdges[:7]))
	if err != nil {
		t.Fatal(err)
	}
	if fit.Deviance < 100 {
		t.Errorf("deviance %v of %d degrees", fit.Deviance, fit.Degrees)
	}
}

func whole(distances ...float64) []TradeDistance {
	var reaches []TradeDistance
	for _, distance := range distances {
		reaches = append(reaches, TradeDistance{distance, 1})
	}
	return reaches
}

func TestCountReach(t *testing.T) {
	bins := CountEvents(whole(0.1, 0.6, 0.7, 5, -1), 10, []float64{0, 0.5, 1})
	want := []Bin{{0, 0.5, 7, 1}, {0.5, 1, 9, 2}, {1, math.Inf(1), 10, 1}}
	for i := range bins {
		if bins[i] != want[i] {
			t.Errorf("bin %d is %+v, want %+v", i, bins[i], want[i])
		}
	}
}

func TestFitRefuses(t *testing.T) {
	if _, err := FitArrivals(CountEvents(whole(0.1, 0.1), 10, testEdges)); err != errFewBins {
		t.Errorf("one distance: error %v", err)
	}
	if _, err := FitArrivals(CountEvents(nil, 10, testEdges)); err != errFewBins {
		t.Errorf("no trades: error %v", err)
	}
	if fit, err := FitArrivals(CountEvents(whole(0.1, 3.5, 3.5, 3.5, 3.5, 3.6, 3.7, 3.8), 10, testEdges[:8])); err == nil && !(fit.Decay > 0) {
		t.Errorf("a rate that grows with the distance gives decay %v", fit.Decay)
	}
}

// Draws are the estimate first, then of the normal error of ln A and ln k: mean, deviations
// and correlation are the fit's.
func TestDraws(t *testing.T) {
	fit := Fit{LogRate: -1, Decay: 2, LogRateVariance: 0.04, DecayVariance: 0.09, Covariance: 0.03}
	const n = 50_000
	draws := fit.Draws(n, 3)
	if len(draws) != n || draws[0].Decay != 2 || math.Abs(draws[0].Rate-math.Exp(-1)) > 1e-15 {
		t.Fatalf("%d draws, the first %+v", len(draws), draws[0])
	}
	var a, k, aa, kk, ak float64
	for _, draw := range draws {
		x, y := math.Log(draw.Rate)+1, math.Log(draw.Decay/2)
		a, k, aa, kk, ak = a+x/n, k+y/n, aa+x*x/n, kk+y*y/n, ak+x*y/n
	}
	for name, off := range map[string]float64{"mean of ln A": a, "mean of ln k": k, "variance of ln A": aa - 0.04, "variance of ln k": kk - 0.09/4, "covariance": ak - 0.03/2} {
		if math.Abs(off) > 0.005 {
			t.Errorf("%s is %v off", name, off)
		}
	}
}

// Of a handful of trades k is hardly known: its draws stay positive without being cut, their
// median is the estimate, and it is not distinguishable from 0.
func TestDrawsOfAHandfulOfTrades(t *testing.T) {
	fit := Fit{LogRate: -3, Decay: 0.51, LogRateVariance: 1, DecayVariance: 0.51 * 0.51, Covariance: 0.3}
	if fit.HasDecay() {
		t.Error("0.51 ± 0.51 is distinguished from 0")
	}
	draws := fit.Draws(20_001, 1)
	var decays []float64
	for _, draw := range draws {
		if !(draw.Decay > 0) {
			t.Fatalf("k is %v", draw.Decay)
		}
		decays = append(decays, draw.Decay)
	}
	slices.Sort(decays)
	if median := decays[10_000]; math.Abs(median/0.51-1) > 0.03 {
		t.Errorf("the median k is %v, want 0.51", median)
	}
	if precise := (&Fit{Decay: 0.51, DecayVariance: 0.01}); !precise.HasDecay() {
		t.Error("0.51 ± 0.1 is not distinguishable from 0")
	}
}
