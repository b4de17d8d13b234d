package quotes

import (
	"strings"
	"testing"
	"time"

	"optmm/engine/market/recorded"
)

// Quantiles are those of NumPy, pandas and R: the median of five is the third.
func TestQuantilesAreType7(t *testing.T) {
	if got, want := quantiles([]float64{1, 2, 4, 8, 16}), "4.000 (1.200 … 14.400)"; got != want {
		t.Errorf("%s, want %s", got, want) // np.quantile([1, 2, 4, 8, 16], [.5, .05, .95])
	}
	if got := quantiles(nil); got != "none" {
		t.Errorf("%s of nothing", got)
	}
}

// A file as a vendor writes it is the same chain as in our own columns, and where its strikes
// are not scaled, the check asks about them.
func TestVendorsFileIsTheSameChain(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	const vendor = "../../testdata/cells/vendor.csv"
	layout := recorded.Layout{Zone: newYork, Columns: map[string]recorded.Source{"strike": {From: "strike_price", Scale: 0.001}}}
	same(t, vendor, layout, "../../testdata/chain/small.csv")
	for scaled, want := range map[bool]bool{true: false, false: true} {
		read := layout
		if !scaled {
			read.Columns = nil
		}
		var out strings.Builder
		if err := Check(&out, vendor, read, recorded.CheckSettings{}); err != nil {
			t.Fatal(err)
		}
		if asks := strings.Contains(out.String(), "times the underlying: are both in the same unit?"); asks != want {
			t.Errorf("scaled %v: %s", scaled, out.String())
		}
	}
}

// same compares the options of two files.
func same(t *testing.T, path string, layout recorded.Layout, want string) {
	t.Helper()
	got, err := ReadChain(path, layout)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ReadChain(want, recorded.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Options) != len(other.Options) || len(got.Timestamps) != len(other.Timestamps) {
		t.Fatalf("%d options in %d minutes, want %d in %d", len(got.Options), len(got.Timestamps), len(other.Options), len(other.Timestamps))
	}
	number := func(x float64) float64 { // NaN is like NaN
		if x != x {
			return -1
		}
		return x
	}
	for i := range got.Options {
		a, b := &got.Options[i], &other.Options[i]
		if a.Strike != b.Strike || a.Put != b.Put {
			t.Errorf("option %d is of strike %v, want %v", i, a.Strike, b.Strike)
		}
		for minute, at := range got.Timestamps {
			if at != other.Timestamps[minute] || number(a.Bid[minute]) != number(b.Bid[minute]) || number(a.Ask[minute]) != number(b.Ask[minute]) {
				t.Errorf("option %d at %d: %v %v, want %v %v at %d", i, at, a.Bid[minute], a.Ask[minute], b.Bid[minute], b.Ask[minute], other.Timestamps[minute])
			}
		}
	}
}
