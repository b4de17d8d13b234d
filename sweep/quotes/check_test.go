package quotes

import "testing"

// Quantiles are those of NumPy, pandas and R: the median of five is the third.
func TestQuantilesAreType7(t *testing.T) {
	if got, want := quantiles([]float64{1, 2, 4, 8, 16}), "4.000 (1.200 … 14.400)"; got != want {
		t.Errorf("%s, want %s", got, want) // np.quantile([1, 2, 4, 8, 16], [.5, .05, .95])
	}
	if got := quantiles(nil); got != "none" {
		t.Errorf("%s of nothing", got)
	}
}
