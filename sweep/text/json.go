package text

import (
	"math"
)

// Defined is a number, or nil where there is none.
func Defined(x float64) any {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return x
}
