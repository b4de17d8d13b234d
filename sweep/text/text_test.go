package text

import (
	"math"
	"testing"
)

// What is undefined is said, and an interval that is not known is left out.
func TestEstimate(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		x, low, high float64
		want         string
	}{{1.2345, 1, 1.5, "1.23 (95% CI 1 to 1.5)"}, {1234.5, nan, nan, "1235"}, {nan, nan, nan, "undefined"}} {
		if got := Estimate(c.x, c.low, c.high); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
