package lanes

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"golang.org/x/sys/cpu"

	"optmm/engine/portable"
)

// Where the informed stay away by the logistic law, a side fills below ln(1 − s) − ln(e^{−x} + s) and not at it, to the last bit.
func TestOddsToTheLastBit(t *testing.T) {
	random := rand.New(rand.NewPCG(25, 10))
	one := []float64{1}
	for range 20_000 {
		x := random.NormFloat64() * math.Pow(10, 4*random.Float64()-1)
		if random.IntN(4) == 0 {
			x = []float64{0, 709.7, 709.79, -709.7, -709.79, 744, 745.1, 745.2, -745.2, math.Inf(1), math.Inf(-1)}[random.IntN(11)] + random.NormFloat64()/100
		}
		share := []float64{random.Float64(), math.Pow(10, -300*random.Float64()), 1e-310 * random.Float64(), 5e-324, 1}[random.IntN(5)]
		thinned := portable.Log1p(-share) - portable.Log(portable.Exp(-x)+share)
		below, fills := math.Nextafter(thinned, math.Inf(-1)), Lane{1, 1, 1, 1, 1, 1, 1, 1}
		switch {
		case math.IsInf(thinned, -1):
			below, fills = -1e308, Lane{}
		case thinned >= x: // the side does not fill anyway
			continue
		}
		for _, kernel := range kernels() {
			b := Batch{
				Runs: Count,
				Mid:  one, Score: one, Price: one, Delta: one, Vega: one, Ahead: one, // where no trade pays the informed
				Knowledge: []float64{0, 0}, Thresholds: []float64{thinned, below},
				Terms: make([]Terms, 1), Late: make([]Post, 1), Minutes: make([]Minute, 1), PnL: make([]Lane, 1),
				Shape: Shape{Informed: true, OfOdds: true},
			}
			for j := range Count {
				b.Terms[0].Center[j], b.Terms[0].Half[j] = 1, 0.1
				b.Size[j], b.Multiplier[j], b.Lot[j], b.Intercept[j], b.Thin[j], b.InformedShare[j] = 1, 1, 1, x, portable.Log1p(-share), share
			}
			kernel.Realistic(&b)
			if at := &b.Minutes[0]; at.Bids != (Lane{}) || at.Asks != fills {
				t.Fatalf("%s: x %v, share %v: %v fill at %v, %v at %v", kernel.Name, x, share, at.Bids, thinned, at.Asks, below)
			}
		}
	}
}

// kernels lists those that this machine has.
func kernels() []Kernel {
	return Kernels(func(feature string) bool { return reflect.ValueOf(cpu.X86).FieldByName("Has" + feature).Bool() })
}
