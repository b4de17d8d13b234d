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

func TestRanges(t *testing.T) {
	for want, numbers := range map[string][]int{"": nil, "4": {4}, "0-2,5,7-8": {0, 1, 2, 5, 7, 8}} {
		if got := Ranges(numbers); got != want {
			t.Errorf("%v: %q, want %q", numbers, got, want)
		}
	}
}
