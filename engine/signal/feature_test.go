package signal

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// panel is two sessions of made-up minutes.
func panel(minutes, step int) *Panel {
	random := rand.New(rand.NewPCG(1, 2))
	p := &Panel{Strike: 100, Step: step, Sessions: []int{0, minutes / 2}, Quotable: make([]bool, minutes)}
	price := 100.0
	for i := range minutes {
		price *= 1 + 0.001*random.NormFloat64()
		p.Price, p.Mid, p.Vol = append(p.Price, price), append(p.Mid, 3+random.Float64()), append(p.Vol, 0.2+0.1*random.Float64())
		p.Width, p.Residual = append(p.Width, 0.02*random.Float64()), append(p.Residual, 0.01*random.NormFloat64())
		p.Years, p.Delta = append(p.Years, 0.1-float64(i)/1e6), append(p.Delta, 0.5)
		p.Quotable[i] = i%17 != 3
	}
	return p
}

// What comes after a minute changes no feature up to it, and the other session changes none of it.
func TestFeaturesAreCausal(t *testing.T) {
	const minutes, at = 240, 170
	before, after := panel(minutes, 1), panel(minutes, 1)
	for i := range minutes {
		if i <= at && i >= minutes/2 { // the rest of the second session, and all of the first
			continue
		}
		for _, column := range []*[]float64{&after.Price, &after.Mid, &after.Vol, &after.Width, &after.Residual, &after.Years, &after.Delta} {
			(*column)[i] *= 1.5
		}
		after.Quotable[i] = !after.Quotable[i]
	}
	for _, c := range DefaultFeatures() {
		was, is := c.Values(before), c.Values(after)
		for i := minutes / 2; i <= at; i++ {
			if math.Float64bits(was[i]) != math.Float64bits(is[i]) {
				t.Errorf("%s at %d: %v, after the future changed %v", c.Title(), i, was[i], is[i])
				break
			}
		}
		if known := slices.ContainsFunc(was[minutes/2:], func(x float64) bool { return !math.IsNaN(x) }); !known {
			t.Errorf("%s is never known", c.Title())
		}
		if !math.IsNaN(was[0]) && c.Windows != nil || math.IsNaN(was[0]) && c.Windows == nil {
			t.Errorf("%s is %v at first", c.Title(), was[0])
		}
	}
}

// Features of a few minutes, by hand.
func TestFeaturesByHand(t *testing.T) {
	p := &Panel{Price: []float64{100, 101, 99, 102, 100}, Mid: []float64{1, 2, 3, 4, 5}, Vol: []float64{0.2, 0.21, 0.23, 0.26, 0.3}, Residual: []float64{1, 2, 4, 4, 4}, Years: make([]float64, 5), Delta: []float64{0.5, 0.5, 0.25, 0.5, 0.5},
		Width: []float64{0.1, 0.2, 0.1, 0.4, 0.1}, Strike: 50, Sessions: []int{0, 3}, Step: 1}
	nan := math.NaN()
	for title, want := range map[string][]float64{
		"return_1": {nan, 0.01, 99.0/101 - 1, nan, 100.0/102 - 1}, "return_2": {nan, nan, -0.01, nan, nan}, "implied_vol_change_1": {nan, 0.01, 0.02, nan, 0.04}, "width_change_1": {nan, 0.1, -0.1, nan, -0.3},
		"parity_z_2": {nan, 0.5 / math.Sqrt(0.5), 1 / math.Sqrt(2), nan, 0}, "moneyness": {math.Log(2), math.Log(2.02), math.Log(1.98), math.Log(2.04), math.Log(2)}, "session_minute": {0, 1, 2, 0, 1},
		"realized_vol_2": {nan, nan, math.Abs(0.01-(99.0/101-1)) / math.Sqrt2, nan, nan},
	} {
		c, ok := Choose(title)
		if !ok || c.Title() != title {
			t.Fatalf("%s is not a feature", title)
		}
		for i, x := range c.Values(p) {
			if math.Abs(x-want[i]) > 1e-15 || math.IsNaN(x) != math.IsNaN(want[i]) {
				t.Errorf("%s at %d: %v, want %v", title, i, x, want[i])
			}
		}
	}
	for i, x := range p.Label(1) {
		if want := []float64{0.5, 2, nan, 2, nan}[i]; math.Abs(x-want) > 1e-15 || math.IsNaN(x) != math.IsNaN(want) {
			t.Errorf("label at %d: %v, want %v", i, x, want)
		}
	}
	for _, title := range []string{"return", "return_0", "return_01", "return_1001", "width_5", "nothing", "nothing_5", "_5", ""} {
		if c, ok := Choose(title); ok {
			t.Errorf("%q is %s", title, c.Title())
		}
	}
	if c, _ := Choose("width"); c.Missing(&Panel{}) == "" || c.Missing(p) != "" {
		t.Error("a history without widths has the feature width")
	}
}

// Entries that are several minutes apart: windows are of minutes.
func TestFeaturesOfSteps(t *testing.T) {
	p := panel(100, 5)
	c, _ := Choose("return_15")
	if got, want := c.Values(p)[10], p.Price[10]/p.Price[7]-1; got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if got, want := p.Label(10)[10], p.Mid[12]-p.Mid[10]-0.5*(p.Price[12]-p.Price[10]); math.Abs(got-want) > 1e-15 {
		t.Errorf("label %v, want %v", got, want)
	}
}
