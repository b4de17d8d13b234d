package hedge

import (
	"math"
	"testing"
)

// Whalley and Wilmott 1997: S = K = 100, σ = .2, T = .25, r = 0, λ = .001, γ = 1 →
// Γ = .03984439141, H = .06198337475; eight times the cost doubles it.
func TestWhalleyWilmott(t *testing.T) {
	state := &State{Gamma: 0.03984439141, Spot: 100, Discount: 1}
	model := WhalleyWilmott{Costs: &Costs{BasisPoints: 10}, RiskAversion: 1}
	half := model.HalfWidth(state)
	if math.Abs(half-0.06198337475) > 1e-11 {
		t.Errorf("H is %v, want 0.06198337475", half)
	}
	model.Costs = &Costs{BasisPoints: 80}
	if got := model.HalfWidth(state); math.Abs(got-2*half) > 1e-12 {
		t.Errorf("eight times the cost gives %v, want %v", got, 2*half)
	}
	model.Costs = &Costs{HalfSpread: 0.1} // 10 basis points of 100
	if got := model.HalfWidth(state); math.Abs(got-half) > 1e-12 {
		t.Errorf("the same cost as a half-spread gives %v, want %v", got, half)
	}
	state.Discount = math.Exp(-0.05)
	if got := model.HalfWidth(state); math.Abs(got-half*math.Exp(-0.05/3)) > 1e-12 {
		t.Errorf("discounted, H is %v, want %v", got, half*math.Exp(-0.05/3))
	}
	model.Costs, model.RiskAversion = &Costs{Fixed: 5}, 0
	state.Delta = 0.5
	if got := model.Shares(state); got != -0.5 {
		t.Errorf("without proportional costs %v shares, want −0.5", got)
	}
}

func TestModels(t *testing.T) {
	for _, c := range []struct {
		name  string
		model Model
		state State
		want  float64
	}{
		{"off holds", Off{}, State{Delta: 3, Shares: 1, Filled: true}, 1},
		{"on fill, filled", OnFill{}, State{Delta: 3, Shares: 1, Filled: true}, -3},
		{"on fill, not filled", OnFill{}, State{Delta: 3, Shares: 1}, 1},
		{"every 5, minute 0", Every{5}, State{Delta: 3, Shares: 1}, -3},
		{"every 5, minute 4", Every{5}, State{Delta: 3, Shares: 1, Minute: 4}, 1},
		{"every 5, minute 10", Every{5}, State{Delta: 3, Shares: 1, Minute: 10}, -3},
		{"band, inside", Band{Width: 2}, State{Delta: 3, Shares: -1.5}, -1.5},
		{"band, at the edge", Band{Width: 2}, State{Delta: 3, Shares: -1}, -1},
		{"band, above, to the edge", Band{Width: 2}, State{Delta: 3, Shares: 1}, -1},
		{"band, below, to the edge", Band{Width: 2}, State{Delta: -3, Shares: -1}, 1},
		{"band, above, to zero", Band{Width: 2, ToZero: true}, State{Delta: 3, Shares: 1}, -3},
		{"band, inside, to zero", Band{Width: 2, ToZero: true}, State{Delta: 3, Shares: -2}, -2},
	} {
		if got := c.model.Shares(&c.state); got != c.want {
			t.Errorf("%s: %v shares, want %v", c.name, got, c.want)
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
		if got := Whole(c.shares, c.lot); got != c.want {
			t.Errorf("%v shares in lots of %v are %v, want %v", c.shares, c.lot, got, c.want)
		}
	}
}
