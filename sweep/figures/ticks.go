package figures

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// roundTicks marks an axis at about six round numbers, with all the digits that
// their step needs and no more.
type roundTicks struct{ integers bool } // the numbers are integers

// Ticks implements plot.Ticker.
func (t roundTicks) Ticks(low, high float64) []plot.Tick {
	step := roundStep((high - low) / 6)
	if t.integers {
		step = math.Ceil(step) // 2.5 is 3
	}
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	if scaled := step * math.Pow10(decimals); math.Abs(scaled-math.Round(scaled)) > 1e-9 {
		decimals++ // a step of 2.5
	}
	var ticks []plot.Tick
	for i := math.Ceil(low / step); i*step <= high; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: strconv.FormatFloat(i*step+0, 'f', decimals, 64)})
	}
	return ticks
}

// roundStep returns the least of 1, 2, 2.5, 5 × 10^k that is not below x.
func roundStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, factor := range []float64{1, 2, 2.5, 5} {
		if factor*power >= x*(1-1e-9) {
			return factor * power
		}
	}
	return 10 * power
}
