package quotes

import (
	"math/rand/v2"
	"testing"
)

// Histories that share minutes share hashes; other histories, and flat prices, do not.
func TestSketch(t *testing.T) {
	walk := func(seed uint64) []float64 {
		random := rand.New(rand.NewPCG(seed, 1))
		prices := []float64{100}
		for range 389 {
			prices = append(prices, prices[len(prices)-1]+0.01*float64(random.IntN(9)-4))
		}
		return prices
	}
	shared := func(a, b []uint64) (n int) {
		in := map[uint64]bool{}
		for _, x := range a {
			in[x] = true
		}
		for _, x := range b {
			if in[x] {
				n++
			}
		}
		return n
	}
	day := walk(1)
	whole := sketchOf(day)
	if len(whole) < 20 || len(whole) > 90 || shared(whole, sketchOf(day)) != len(whole) {
		t.Errorf("%d hashes", len(whole))
	}
	if shared(whole, sketchOf(day[1:389])) < len(whole)-2 || shared(whole, sketchOf(append(walk(2)[:100], day[200:300]...))) == 0 {
		t.Error("a part of the day is not recognized")
	}
	for seed := range uint64(100) {
		if shared(whole, sketchOf(walk(2+seed))) > 0 {
			t.Errorf("day %d shares a hash", seed)
		}
	}
	if still := sketchOf(make([]float64, 390)); still != nil || sketchOf(day[:7]) != nil {
		t.Errorf("still prices have %v", still)
	}
}
