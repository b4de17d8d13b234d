package fill

import (
	"math"
	"testing"

	"optmm/engine/quote"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, tolerance)
	}
}

// λ = A·e^{−kδ} of Avellaneda and Stoikov 2008 with A·dt = .7, k = 1.5.
func TestExponential(t *testing.T) {
	distance := Distance{Mid: []float64{100}}
	exact := Exponential{Distance: distance, Rate: 0.7, Decay: 1.5}
	first := Exponential{Distance: distance, Rate: 0.7, Decay: 1.5, FirstOrder: true}
	q := quote.Quote{Bid: 99, Ask: 100.5}
	bid, ask := first.Probabilities(0, q)
	near(t, "λ of the bid", bid, 0.7*math.Exp(-1.5), 1e-15)
	near(t, "λ of the ask", ask, 0.7*math.Exp(-0.75), 1e-15)
	bid, ask = exact.Probabilities(0, q)
	near(t, "probability of the bid", bid, 1-math.Exp(-0.7*math.Exp(-1.5)), 1e-15)
	near(t, "probability of the ask", ask, 1-math.Exp(-0.7*math.Exp(-0.75)), 1e-15)
	inside := quote.Quote{Bid: 110, Ask: 90} // far through the mid: certain
	if bid, ask = first.Probabilities(0, inside); bid != 1 || ask != 1 {
		t.Errorf("first order through the mid gives %v and %v, want 1", bid, ask)
	}
	if bid, _ = exact.Probabilities(0, inside); !(bid > 0.999 && bid <= 1) {
		t.Errorf("exact through the mid gives %v", bid)
	}
	if bid, _ = exact.Probabilities(0, quote.Quote{Bid: 40, Ask: 160}); !(bid > 0 && math.Abs(bid/(0.7*math.Exp(-90))-1) < 1e-12) {
		t.Errorf("far away the probability is %v: it has lost its digits", bid)
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

func TestLogistic(t *testing.T) {
	model := Logistic{Distance: Distance{Mid: []float64{10}}, Intercept: 1, Slope: 2}
	bid, ask := model.Probabilities(0, quote.Quote{Bid: 9.5, Ask: 12})
	near(t, "at even odds", bid, 0.5, 1e-15)
	near(t, "at log odds −3", ask, 1/(1+math.Exp(3)), 1e-15)
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
