package fill

import (
	"math"
	"math/rand/v2"
	"testing"

	"optmm/engine/portable"
	"optmm/engine/quote"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, tolerance)
	}
}

// probability is what each law says of itself; its thresholds are to agree with it.
func (l ArrivalLaw) probability(x float64) float64 {
	switch l {
	case Poisson:
		return -portable.Expm1(-portable.Exp(x))
	case FirstOrder:
		return min(portable.Exp(x), 1)
	case Linear:
		return -portable.Expm1(-max(0, x))
	case Half:
		return portable.Exp(x) / 2
	}
	return 1 / (1 + portable.Exp(-x))
}

// λ = A·e^{−kδ} of Avellaneda and Stoikov 2008 with A·dt = .7, k = 1.5, and the
// logistic law at log odds of 0 and −3.
func TestLaws(t *testing.T) {
	x := math.Log(0.7) - 1.5*1
	near(t, "first order", FirstOrder.probability(x), 0.7*math.Exp(-1.5), 1e-15)
	near(t, "Poisson", Poisson.probability(x), 1-math.Exp(-0.7*math.Exp(-1.5)), 1e-15)
	near(t, "linear", Linear.probability(0.3), 1-math.Exp(-0.3), 1e-15)
	near(t, "linear beyond its end", Linear.probability(-0.3), 0, 0)
	near(t, "half", Half.probability(-1), math.Exp(-1)/2, 1e-16)
	near(t, "even odds", Logistic.probability(0), 0.5, 0)
	near(t, "log odds of −3", Logistic.probability(-3), 1/(1+math.Exp(3)), 1e-16)
	if FirstOrder.probability(15) != 1 || Poisson.probability(15) != 1 {
		t.Error("far through the mid a fill is not certain")
	}
	if far := Poisson.probability(-90); math.Abs(far/math.Exp(-90)-1) > 1e-12 {
		t.Errorf("far away the probability is %v: it has lost its digits", far)
	}
}

// A uniform fills where it is below the probability, and so says its threshold.
func TestThresholds(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	for _, law := range []ArrivalLaw{Poisson, FirstOrder, Logistic, Linear, Half} {
		uniforms := make([]float64, 20_000)
		for i := range uniforms {
			uniforms[i] = random.Float64()
		}
		uniforms[0], uniforms[1], uniforms[2] = 0, 1-0x1p-53, 0x1p-53
		thresholds := make([]float64, len(uniforms))
		law.Thresholds(uniforms, thresholds, portable.Logs)
		filled := 0
		for i, u := range uniforms {
			x := 4*random.Float64() - 3
			if p := law.probability(x); math.Abs(u-p) > 1e-14 && (u < p) != (thresholds[i] < x) {
				t.Fatalf("law %d: u %v, probability %v, threshold %v, x %v", law, u, p, thresholds[i], x)
			}
			if thresholds[i] < x {
				filled++
			}
		}
		if filled < 1000 || filled > 19_000 {
			t.Errorf("law %d: %d of 20,000 fill: the test shows little", law, filled)
		}
	}
}

func TestDistantHits(t *testing.T) {
	model := Distant{Distance: Distance{Mid: []float64{100, 100}}, Intercept: math.Log(0.7), Slope: 1.5, Thresholds: []float64{9, 9, -1.9, -1.1}}
	if bid, ask := model.Hits(0, 0, quote.Quote{Bid: 99, Ask: 101}); bid || ask {
		t.Error("thresholds of 9 are hit")
	}
	// x is ln 0.7 − 1.5 = −1.857 on both sides.
	if bid, ask := model.Hits(1, 1, quote.Quote{Bid: 99, Ask: 101}); !bid || ask {
		t.Errorf("hits %v and %v, want the bid alone", bid, ask)
	}
}

// Distance from the touch and in half-spreads.
func TestDistance(t *testing.T) {
	q := quote.Quote{Bid: 99.5, Ask: 100.9}
	touch := Distance{Mid: []float64{100}, Width: []float64{0.6}}
	bid, ask := touch.of(0, q)
	near(t, "behind the bid", bid, 0.2, 1e-12)
	near(t, "behind the ask", ask, 0.6, 1e-12)
	scaled := Distance{Mid: []float64{100}, Scale: []float64{0.25}}
	bid, ask = scaled.of(0, q)
	near(t, "half-spreads below the mid", bid, 2, 1e-12)
	near(t, "half-spreads above the mid", ask, 3.6, 1e-12)
}

// P(size > n) = (1 − 1/m)ⁿ, cut at what is posted: expected min(size, posted) is
// m·(1 − (1 − 1/m)^posted).
func TestOrdersAreGeometric(t *testing.T) {
	const draws = 200_000
	for _, mean := range []float64{1, 1.5, 4} {
		orders := Orders{Mean: mean}
		for _, posted := range []int32{1, 3, 50} {
			sum := 0.0
			for i := range draws {
				size := orders.Contracts((float64(i)+0.5)/draws, posted)
				if size < 1 || size > posted {
					t.Fatalf("an order takes %d of %d", size, posted)
				}
				sum += float64(size)
			}
			near(t, "mean size", sum/draws, mean*(1-math.Pow(1-1/mean, float64(posted))), 1e-3)
		}
		if orders.Contracts(0.5, 0) != 0 {
			t.Error("an order takes from an empty quote")
		}
	}
}

func TestInformedTradeWhereItPays(t *testing.T) {
	informed := Informed{Share: 0.3, Entries: 2, Mid: []float64{10, 10, 11, 9}}
	for _, c := range []struct {
		minute int
		buys   bool // at an ask of 10.5
		sells  bool // at a bid of 9.5
	}{{0, true, false}, {1, false, true}, {3, false, true}} {
		if buys, sells := informed.Buys(c.minute, 10.5), informed.Sells(c.minute, 9.5); buys != c.buys || sells != c.sells {
			t.Errorf("minute %d: buys %v, sells %v", c.minute, buys, sells)
		}
	}
	if !informed.Sent(0.29) || informed.Sent(0.3) {
		t.Error("an order is one of theirs with another probability than their share")
	}
}

// Of orders that come at a rate λ, of which a share s stays away, one or more come
// with probability 1 − e^{−λ(1−s)}; a request that comes with p and stays away with s
// comes with p(1 − s).
func TestThinned(t *testing.T) {
	for _, s := range []float64{0, 0.2, 0.9} {
		for _, x := range []float64{-3, -0.5, 0.4, 2} {
			near(t, "Poisson", Poisson.probability(Poisson.thinned(x, s)), 1-math.Exp(-math.Exp(x)*(1-s)), 1e-15)
			near(t, "first order", FirstOrder.probability(FirstOrder.thinned(x, s)), min(math.Exp(x)*(1-s), 1), 1e-15)
			near(t, "linear", Linear.probability(Linear.thinned(x, s)), 1-math.Exp(-max(0, x)*(1-s)), 1e-15)
			near(t, "logistic", Logistic.probability(Logistic.thinned(x, s)), (1-s)/(1+math.Exp(-x)), 1e-15)
			near(t, "half", Half.probability(Half.thinned(x, s)), math.Exp(x)*(1-s)/2, 1e-15)
		}
	}
	for _, law := range []ArrivalLaw{Poisson, FirstOrder, Linear, Logistic, Half} {
		threshold := make([]float64, 1)
		if law.Thresholds(threshold, threshold, portable.Logs); threshold[0] < law.thinned(5, 1) {
			t.Errorf("law %d fills where everybody stays away", law)
		}
	}
}

// How often each law fills, by share of the informed and by whether trading pays them:
// Pearson's chi-square over the twenty cells of a law, 99.9% of which lie below 45.3
// (20 degrees of freedom).
func TestFillFrequencies(t *testing.T) {
	const minutes, reject = 50_000, 45.31
	random := rand.New(rand.NewPCG(15, 1))
	mid := make([]float64, minutes) // rises and falls by 1 in turn: those who see one minute ahead know
	for i := range mid {
		mid[i] = 100 + float64(i%2)
	}
	for _, law := range []ArrivalLaw{Poisson, FirstOrder, Logistic, Linear} {
		thresholds := make([]float64, 2*minutes)
		chi2 := 0.0
		for _, share := range []float64{0, 0.1, 0.2, 0.5, 1} {
			for i := range thresholds { // others for each share, so that the cells are independent
				thresholds[i] = random.Float64()
			}
			law.Thresholds(thresholds, thresholds, portable.Logs)
			model := Distant{
				Distance: Distance{Mid: mid}, ArrivalLaw: law, Intercept: 0.5, Slope: 0.4, Thresholds: thresholds,
				Informed: &Informed{Share: share, Entries: 1, Mid: mid},
			}
			x := 0.5 - 0.4*0.25
			var filled [2][2]float64 // by side, and by whether it pays
			for i := range minutes - 1 {
				bid, ask := model.Hits(i, i, quote.Quote{Bid: mid[i] - 0.25, Ask: mid[i] + 0.25})
				rises := 1 - i%2 // it pays to buy at the ask
				if bid {
					filled[0][1-rises]++
				}
				if ask {
					filled[1][rises]++
				}
			}
			for side := range filled {
				for pays, count := range filled[side] {
					p, expected := law.probability(x), float64(minutes)/2
					if pays == 0 {
						p = thinnedProbability(law, x, share)
					}
					if p == 0 {
						if count > 0 {
							t.Errorf("law %d, share %v: %v fills, want none", law, share, count)
						}
						continue
					}
					off := count - expected*p
					chi2 += off * off / (expected * p * (1 - p))
				}
			}
		}
		if chi2 > reject {
			t.Errorf("law %d: chi-square of the frequencies is %.1f, above %v", law, chi2, reject)
		}
	}
}

// thinnedProbability is what the laws promise of the orders that stay, in their own
// words and not by Thinned.
func thinnedProbability(law ArrivalLaw, x, share float64) float64 {
	switch law {
	case Poisson:
		return 1 - math.Exp(-math.Exp(x)*(1-share))
	case FirstOrder:
		return min(1, math.Exp(x)*(1-share))
	case Linear:
		return 1 - math.Exp(-max(0, x)*(1-share))
	}
	return (1 - share) / (1 + math.Exp(-x))
}
