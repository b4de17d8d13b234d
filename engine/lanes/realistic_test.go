package lanes

import (
	"math"
	"math/rand/v2"
	"slices"
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
	return Kernels(cpu.X86)
}

// The logarithms of any number of values are those of one at a time, at the ends of their range too.
func TestLogsToTheLastBit(t *testing.T) {
	random := rand.New(rand.NewPCG(25, 2))
	numbers := []float64{0, 1, 2, 0.5, math.Sqrt2, math.Nextafter(math.Sqrt2, 2), 0x1p-53, 1 - 0x1p-53, 0x1p-1022, 0x1p-1074, math.MaxFloat64, math.Inf(1)}
	for len(numbers) < 20_000 {
		numbers = append(numbers, random.Float64(), math.Exp2(2100*random.Float64()-1075))
	}
	for _, kernel := range kernels() {
		for first, n := 0, 0; first+n < len(numbers); first, n = first+n, (n+1)%40 {
			got := slices.Clone(numbers[first : first+n+1])
			kernel.Logs(got[:n])
			for i, x := range numbers[first : first+n] {
				if want := portable.Log(x); math.Float64bits(got[i]) != math.Float64bits(want) {
					t.Fatalf("%s: ln %v: %v, want %v", kernel.Name, x, got[i], want)
				}
			}
			if got[n] != numbers[first+n] {
				t.Fatalf("%s: the number after the last of %d was replaced", kernel.Name, n)
			}
		}
	}
}
