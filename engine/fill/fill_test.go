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
func (l Law) probability(x float64) float64 {
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
	for _, law := range []Law{Poisson, FirstOrder, Logistic, Linear, Half} {
		uniforms := make([]float64, 20_000)
		for i := range uniforms {
			uniforms[i] = random.Float64()
		}
		uniforms[0], uniforms[1], uniforms[2] = 0, 1-0x1p-53, 0x1p-53
		thresholds := make([]float64, len(uniforms))
		law.Thresholds(uniforms, thresholds)
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
	if bid, ask := model.Hits(0, quote.Quote{Bid: 99, Ask: 101}); bid || ask {
		t.Error("thresholds of 9 are hit")
	}
	// x is ln 0.7 − 1.5 = −1.857 on both sides.
	if bid, ask := model.Hits(1, quote.Quote{Bid: 99, Ask: 101}); !bid || ask {
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
	informed := Informed{Share: 0.3, Minutes: 2, Mid: []float64{10, 10, 11, 9}}
	for _, c := range []struct {
		minute      int
		u           float64
		knows, buys bool // at an ask of 10.5
		sells       bool // at a bid of 9.5
	}{
		{0, 0.3, false, true, true}, {0, 0.29, true, true, false}, {1, 0, true, false, true}, {3, 0, true, false, true},
	} {
		knows, buys := informed.Buys(c.minute, c.u, 10.5)
		_, sells := informed.Sells(c.minute, c.u, 9.5)
		if knows != c.knows || buys != c.buys || sells != c.sells {
			t.Errorf("minute %d, u %v: knows %v, buys %v, sells %v", c.minute, c.u, knows, buys, sells)
		}
	}
}
