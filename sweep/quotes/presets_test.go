package quotes

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"optmm/engine/market/recorded"
)

const layouts = "../../testdata/layouts/"

// rowsOf reads the rows of a file of known answers, the header first.
func rowsOf(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var plain io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if plain, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(plain).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// canonical reads what the files of a layout must be read as, by instant, expiry, strike and
// right.
func canonical(t *testing.T, layout string) map[string][]string {
	t.Helper()
	rows := rowsOf(t, layouts+"canonical.csv")
	want := map[string][]string{}
	for _, row := range rows {
		if row[0] == layout {
			want[strings.Join([]string{row[1], row[3], row[4], row[5]}, " ")] = row[6:9]
		}
	}
	return want
}

// number is the number of a cell, NaN of an empty one.
func number(t *testing.T, cell string) float64 {
	if cell == "" {
		return math.NaN()
	}
	x, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Made-up files of every vendor are recognized, and read as what they must be read as; the
// samples and where their layouts were confirmed are described beside them.
func TestVendorsLayouts(t *testing.T) {
	type keys = map[string]any
	constant := filepath.Join(t.TempDir(), "spot.csv") // of vendors whose underlying is not at hand
	if err := os.WriteFile(constant, []byte("timestamp,price\n2024-11-01T14:00:00Z,100\n2024-11-01T19:45:00Z,100\n2024-11-01T20:00:00Z,100\n2024-11-04T15:00:00Z,100\n2024-11-04T20:45:00Z,100\n2024-11-04T21:00:00Z,100\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		canonical, preset string
		values            keys
	}{
		{"optionsdx", "optionsdx", keys{"files": layouts + "optionsdx/xyz_eod_202411.txt"}},
		{"optionmetrics", "optionmetrics", keys{"files": layouts + "optionmetrics/opprcd_xyz_2024.csv", "underlying": constant}},
		{"cboe_intervals", "cboe_intervals", keys{"files": layouts + "cboe_intervals/*.csv"}},
		{"polygon_quotes", "polygon", keys{"files": layouts + "polygon_quotes/us_options_opra_quotes_v1_sample.csv.gz", "underlying": layouts + "polygon_quotes/us_stocks_sip_quotes_v1_sample.csv.gz"}},
		{"databento_cbbo_1m", "databento", keys{"files": layouts + "databento/cbbo-1m_raw.csv", "underlying": layouts + "databento/underlying_mbp-1_raw.csv"}},
		{"databento_cbbo_1m", "databento_pretty", keys{"files": layouts + "databento/cbbo-1m_pretty.csv", "underlying": layouts + "databento/underlying_mbp-1_raw.csv"}},
		{"databento_cbbo_1m", "databento", keys{"files": layouts + "databento/cbbo-1m_raw.csv", "underlying": layouts + "databento/underlying_mbp-1_raw.csv", "contracts": layouts + "databento/definition_raw.csv"}},
		{"databento_cbbo_1m", "databento_pretty", keys{"files": layouts + "databento/cbbo-1m_pretty.csv", "underlying": layouts + "databento/underlying_mbp-1_raw.csv", "contracts": layouts + "databento/definition_pretty.csv"}},
		{"thetadata_v3", "thetadata", keys{"files": layouts + "thetadata/v3_option_history_quote.csv", "underlying": constant}},
		{"thetadata_v2_one_contract", "thetadata_v2", keys{"files": layouts + "thetadata/v2_hist_option_quote_XYZ_20241115_95000_P.csv", "underlying": constant,
			"columns": keys{"strike": keys{"value": 95}, "expiry": keys{"value": "2024-11-15"}, "right": keys{"value": "put"}}}},
		{"thetadata_v2_one_contract", "thetadata_v2", keys{"files": layouts + "thetadata/v2_hist_option_quote_XYZ_20241115_95000_P.csv", "underlying": constant,
			"file_name": `_(?P<expiry>\d{8})_(?P<strike>\d+)_(?P<right>[CP])`, "columns": keys{"strike": keys{"scale": 0.001}}}},
		{"orats", "orats", keys{"files": []any{layouts + "orats/ORATS_SMV_Strikes_20241104.zip", layouts + "orats/ORATS_SMV_Strikes_20241101.zip"}}},
		{"tardis_deribit_usd", "tardis", keys{"files": layouts + "tardis/deribit_options_chain_2024-11_OPTIONS.csv.gz"}},
		{"tardis_deribit_coin", "tardis", keys{"files": layouts + "tardis/deribit_options_chain_2024-11_OPTIONS.csv.gz", "prices": "currency"}},
		{"lean", "lean", keys{"files": layouts + "lean/option/usa/minute/xyz/*.zip", "underlying": layouts + "lean/equity/usa/minute/xyz/*.zip"}},
	} {
		request, err := NewRequest(c.values)
		if err != nil {
			t.Fatal(err)
		}
		chain, err := ReadChain(request)
		if err != nil {
			t.Errorf("%s: %v", c.canonical, err)
			continue
		}
		if request.Preset != c.preset {
			t.Errorf("%s is taken for %q", c.canonical, request.Preset)
		}
		compareWithCanonical(t, c.canonical, chain)
	}
}

func compareWithCanonical(t *testing.T, layout string, chain *recorded.Chain) {
	t.Helper()
	want := canonical(t, layout)
	if len(want) == 0 {
		t.Fatalf("nothing is known of %s", layout)
	}
	seen := 0
	for k := range chain.Options {
		o := &chain.Options[k]
		expiry := &chain.Expiries[o.Expiry]
		date := time.Unix(expiry.Seconds, 0).UTC().Format(time.DateOnly)
		if !expiry.BareDate {
			date = time.Unix(expiry.Seconds, 0).UTC().Format(time.RFC3339)
		}
		for minute, at := range chain.Timestamps {
			right := map[bool]string{false: "call", true: "put"}[o.Put]
			key := fmt.Sprintf("%s %s %g %s", time.Unix(at, 0).UTC().Format(time.RFC3339), date, o.Strike, right)
			row, ok := want[key]
			if !ok {
				if !math.IsNaN(o.Bid[minute]) || !math.IsNaN(o.Ask[minute]) {
					t.Errorf("%s: %s is quoted, and is not known", layout, key)
				}
				continue
			}
			seen++
			got := []float64{o.Bid[minute], o.Ask[minute], expiry.Underlying[minute]}
			for i, cell := range row {
				x := number(t, cell)
				if i == 2 && math.IsNaN(x) {
					continue // it is not in these files
				}
				if math.IsNaN(x) != math.IsNaN(got[i]) || math.Abs(x-got[i]) > 1e-8 {
					t.Errorf("%s: %s: %v, want %v", layout, key, got, row)
				}
			}
		}
	}
	if seen != len(want) {
		t.Errorf("%s: %d of %d quotes are there", layout, seen, len(want))
	}
}

// A file that holds no quotes is named.
func TestFilesWithoutQuotesAreNamed(t *testing.T) {
	_, err := Read(OfFile(layouts + "nse_bhavcopy/BhavCopy_NSE_FO_0_0_0_20241101_F_0000.csv.zip"))
	if err == nil || !strings.Contains(err.Error(), "neither bids nor asks: no quotes can be made of it") {
		t.Errorf("error %v", err)
	}
}

// Presets that are found by the first rows read the later ones too, and a file of several shares
// or coins is refused until a root chooses one.
func TestSeveralSharesInAFile(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	type keys = map[string]any
	spot := write("spot.csv", "timestamp,price\n2024-11-01T14:00:00Z,100\n2024-11-01T14:01:00Z,100\n")
	pretty := write("pretty.csv", "ts_recv,instrument_id,bid_px_00,ask_px_00,symbol\n"+
		"2024-11-01T14:00:00.000000000Z,1,,,XYZ   241115C00095000\n2024-11-01T14:01:00.000000000Z,1,5.39,5.44,XYZ   241115C00095000\n")
	stocks := write("stocks.csv", "ticker,sip_timestamp,bid_price,ask_price\nAAA,1730469600000000000,1,3\nXYZ,1730469600000000000,99,101\n")
	options := write("options.csv", "ticker,sip_timestamp,bid_price,ask_price\nO:XYZ241115C00095000,1730469600000000000,5.39,5.44\n")
	deribit := "exchange,symbol,timestamp,local_timestamp,type,strike_price,expiration,bid_price,ask_price,underlying_index,underlying_price\n"
	for _, of := range []string{"BTC", "ETH"} {
		deribit += "deribit," + of + "-15NOV24-57000-C,1730469600000000,1730469600080000,call,57000,1731657600000000,0.05,0.06,SYN." + of + "-15NOV24,60000\n"
	}
	coins := write("deribit.csv", deribit)
	for _, c := range []struct {
		values keys
		bid    float64 // of the first option in the last minute; NaN: refused
		want   string
	}{
		{keys{"files": pretty, "underlying": spot}, 5.39, ""},
		{keys{"files": options, "underlying": stocks}, math.NaN(), "the prices are of AAA, XYZ: choose the underlying's by root"},
		{keys{"files": options, "underlying": keys{"files": stocks, "root": "XYZ"}}, 5.39, ""},
		{keys{"files": coins}, math.NaN(), "the options have the roots BTC, ETH: choose"},
		{keys{"files": coins, "root": "ETH"}, 3000, ""},
	} {
		request, err := NewRequest(c.values)
		if err != nil {
			t.Fatal(err)
		}
		chain, err := ReadChain(request)
		if math.IsNaN(c.bid) {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v: error %v, want %q", c.values, err, c.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%v: %v", c.values, err)
		} else if bids := chain.Options[0].Bid; math.Abs(bids[len(bids)-1]-c.bid) > 1e-9 {
			t.Errorf("%v: bids %v, want %v", c.values, bids, c.bid)
		}
	}
}
