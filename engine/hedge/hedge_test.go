package hedge

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Whalley and Wilmott 1997: S = K = 100, σ = .2, T = .25, r = 0, λ = .001, γ = 1 →
// Γ = .03984439141, H = .06198337475; eight times the cost doubles it.
func TestWhalleyWilmott(t *testing.T) {
	x := &Exposure{Delta: []float64{0}, Gamma: []float64{.03984439141}, Spot: []float64{100}, Discount: []float64{1}}
	model := WhalleyWilmott{Costs: &Costs{BasisPoints: 10}, RiskAversion: 1}
	half := model.halfWidth(x, 0)
	if math.Abs(half-0.06198337475) > 1e-11 {
		t.Errorf("H is %v, want 0.06198337475", half)
	}
	model.Costs = &Costs{BasisPoints: 80}
	if got := model.halfWidth(x, 0); math.Abs(got-2*half) > 1e-12 {
		t.Errorf("eight times the cost gives %v, want %v", got, 2*half)
	}
	model.Costs = &Costs{HalfSpread: 0.1} // 10 basis points of 100
	if got := model.halfWidth(x, 0); math.Abs(got-half) > 1e-12 {
		t.Errorf("the same cost as a half-spread gives %v, want %v", got, half)
	}
	x.Discount[0] = math.Exp(-0.05)
	if got := model.halfWidth(x, 0); math.Abs(got-half*math.Exp(-0.05/3)) > 1e-12 {
		t.Errorf("discounted, H is %v, want %v", got, half*math.Exp(-0.05/3))
	}
	model.Costs, model.RiskAversion = &Costs{Fixed: 5}, 0
	x.Delta[0] = 0.5
	shares := make([]float64, 1)
	if model.Hold(x, shares, 0, 1); shares[0] != -0.5 {
		t.Errorf("without proportional costs %v shares, want −0.5", shares[0])
	}
}

func TestModels(t *testing.T) {
	for _, c := range []struct {
		name        string
		model       Model
		minute      int
		delta, held float64
		filled      bool
		lot         float64
		want        float64
	}{
		{"off holds none", Off{}, 1, 3, 0, true, 0, 0},
		{"on fill, filled", OnFill{}, 1, 3, 1, true, 0, -3},
		{"on fill, not filled", OnFill{}, 1, 3, 1, false, 0, 1},
		{"on fill, in lots", OnFill{}, 1, 3, 1, true, 2, -4},
		{"every 5, minute 0", Every{5}, 0, 3, 0, false, 0, -3},
		{"every 5, minute 4", Every{5}, 4, 3, 1, false, 0, 1},
		{"every 5, minute 10", Every{5}, 10, 3, 1, false, 0, -3},
		{"every 5, in lots", Every{5}, 10, 3, 1, false, 2, -4},
		{"band, inside", Band{Width: 2}, 1, 3, -1.5, false, 0, -1.5},
		{"band, at the edge", Band{Width: 2}, 1, 3, -1, false, 0, -1},
		{"band, above, to the edge", Band{Width: 2}, 1, 3, 1, false, 0, -1},
		{"band, below, to the edge", Band{Width: 2}, 1, -3, -1, false, 0, 1},
		{"band, above, to zero", Band{Width: 2, ToZero: true}, 1, 3, 1, false, 0, -3},
		{"band, inside, to zero", Band{Width: 2, ToZero: true}, 1, 3, -2, false, 0, -2},
		{"band, to the edge, in lots", Band{Width: 2}, 1, 3, 1, false, 2, -2},
	} {
		n := c.minute + 1
		x := &Exposure{Filled: make([]bool, n), Delta: make([]float64, n), Lot: c.lot}
		x.Filled[c.minute], x.Delta[c.minute] = c.filled, c.delta
		shares := make([]float64, n)
		if c.minute > 0 {
			shares[c.minute-1] = c.held
		}
		if c.model.Hold(x, shares, c.minute, n); shares[c.minute] != c.want {
			t.Errorf("%s: %v shares, want %v", c.name, shares[c.minute], c.want)
		}
	}
}

// What a model holds in a stretch of minutes does not depend on how it is cut.
func TestStretches(t *testing.T) {
	const minutes = 200
	random := rand.New(rand.NewPCG(1, 2))
	x := &Exposure{Filled: make([]bool, minutes), Lot: 0.5}
	for i := range minutes {
		x.Filled[i] = random.IntN(3) == 0
		x.Delta, x.Gamma = append(x.Delta, 5*random.NormFloat64()), append(x.Gamma, random.NormFloat64())
		x.Spot, x.Discount = append(x.Spot, 100+random.Float64()), append(x.Discount, 0.99)
	}
	for _, model := range []Model{Off{}, OnFill{}, Every{7}, Band{Width: 2}, Band{Width: 2, ToZero: true}, WhalleyWilmott{Costs: &Costs{BasisPoints: 10}, RiskAversion: 0.01}} {
		whole, cut := make([]float64, minutes), make([]float64, minutes)
		model.Hold(x, whole, 0, minutes)
		for first, end := 0, 0; first < minutes; first = end {
			end = min(minutes, first+1+random.IntN(5))
			model.Hold(x, cut, first, end)
		}
		if !slices.Equal(whole, cut) {
			t.Errorf("%T holds %v at once, %v in stretches", model, whole, cut)
		}
	}
}

func TestCosts(t *testing.T) {
	costs := Costs{HalfSpread: 0.01, BasisPoints: 2, Fixed: 1}
	if got, want := costs.Of(-30, 100), 30*(0.01+0.02)+1; math.Abs(got-want) > 1e-12 {
		t.Errorf("selling 30 shares at 100 costs %v, want %v", got, want)
	}
	if costs.Of(0, 100) != 0 {
		t.Error("trading nothing has a cost")
	}
}

func TestWhole(t *testing.T) {
	for _, c := range []struct{ shares, lot, want float64 }{{2.6, 1, 3}, {-2.6, 1, -3}, {2.6, 0, 2.6}, {149, 100, 100}, {151, 100, 200}} {
		if got := wholeLots(c.shares, c.lot); got != c.want {
			t.Errorf("%v shares in lots of %v are %v, want %v", c.shares, c.lot, got, c.want)
		}
	}
}
