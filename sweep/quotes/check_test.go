package quotes

import (
	"os"
	"path/filepath"
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
	request := func() *Request {
		r := OfFile(vendor)
		r.Layout = recorded.Layout{Zone: newYork, Columns: map[string]recorded.Source{"strike": {From: "strike_price", Scale: 0.001}}}
		return r
	}
	same(t, request(), "../../testdata/chain/small.csv")
	for scaled, want := range map[bool]bool{true: false, false: true} {
		read := request()
		if !scaled {
			read.Layout.Columns = nil
		}
		var out strings.Builder
		if err := Check(&out, read, recorded.CheckSettings{}, false); err != nil {
			t.Fatal(err)
		}
		if asks := strings.Contains(out.String(), "times the underlying: are both in the same unit?"); asks != want {
			t.Errorf("scaled %v: %s", scaled, out.String())
		}
	}
}

// same compares the options of two files.
func same(t *testing.T, request *Request, want string) {
	t.Helper()
	got, err := ReadChain(request)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ReadChain(OfFile(want))
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

// Quotes that can be traded against others without loss are named with the first of them.
func TestCheckNamesArbitrage(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("timestamp,underlying,strike,expiry,call_bid,call_ask,put_bid,put_ask\n")
	for _, row := range []string{"95,2024-08-16,5.0,5.1,1.9,2", "100,2024-08-16,6.1,6.2,2.8,2.9", "105,2024-08-16,0.9,1,6,6.1", "90,2024-08-16,8,8.1,0.4,0.5",
		"100,2024-12-20,5.8,5.9,5,5.1", "105,2024-12-20,3.8,3.9,7.6,7.7"} {
		rows.WriteString("2024-07-01T13:30:00Z,100," + row + "\n")
	}
	path := filepath.Join(t.TempDir(), "quotes.csv")
	if err := os.WriteFile(path, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := Check(&out, OfFile(path), recorded.CheckSettings{}, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"1 ask is below the intrinsic value by more than the width, first the 90 call of 2024-08-16 at 2024-07-01 13:30 UTC",
		"1 quote makes a vertical spread that costs less than nothing, first the 100 call",
		"butterfly that costs less than nothing", "1 bid is above the ask of the next expiry, first the 100 call of 2024-08-16",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}
