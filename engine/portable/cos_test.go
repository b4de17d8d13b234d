package portable

import (
	"math"
	"testing"
)

// The cosine agrees with the standard library's, and is exact where it must be.
func TestCos(t *testing.T) {
	for q := 1; q < 400; q += 3 {
		for p := -q; p <= 2*q; p++ {
			if got, want := Cos(p, q), math.Cos(2*math.Pi*float64(p)/float64(q)); math.Abs(got-want) > 4e-15 {
				t.Fatalf("cos of %d/%d turns is %v, want %v", p, q, got, want)
			}
		}
	}
	for p, want := range []float64{1, 0, -1, 0} {
		if got := Cos(p, 4); got != want {
			t.Errorf("cos of %d quarter turns is %v, want %v", p, got, want)
		}
	}
}
