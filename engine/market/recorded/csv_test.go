package recorded

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"optmm/engine/market"
)

func TestReadSeriesRefuses(t *testing.T) {
	const header = "timestamp,underlying,strike,expiry,call_bid,call_ask\n"
	const first = "2024-07-01T13:30:00Z,450,450,2024-07-31,12.30,12.40\n"
	for _, c := range []struct{ name, csv, want string }{
		{"no bytes", "", "the file is empty"},
		{"no rows", header, "a header but no rows"},
		{"missing underlying", "strike,call_mid\n450,12\n", "line 1: no column underlying or S; the header has strike, call_mid"},
		{"missing strike", "underlying,call_mid\n450,12\n", "line 1: no column strike or K"},
		{"missing call", "underlying,strike\n450,450\n", "line 1: no column call_mid or call_bid"},
		{"bid alone", "underlying,strike,call_bid\n450,450,12\n", "line 1: column call_bid without call_ask"},
		{"mid and ask alone", "underlying,strike,call_mid,call_ask\n450,450,12,12\n", "line 1: column call_ask without call_bid"},
		{"put bid alone", "underlying,strike,call_mid,put_bid\n450,450,12,12\n", "line 1: column put_bid without put_ask"},
		{"column twice", "underlying,Underlying,strike,call_mid\n450,450,450,12\n", "line 1: duplicate column Underlying"},
		{"two names for one", "underlying,S,strike,call_mid\n450,450,450,12\n", "line 1: columns underlying and S mean the same"},
		{"text in a number", header + "2024-07-01T13:30:00Z,450,450,2024-07-31,abc,12.40\n", `line 2, column call_bid: "abc" is not a number`},
		{"empty cell", header + "2024-07-01T13:30:00Z,,450,2024-07-31,12,12.40\n", "line 2, column underlying: the cell is empty"},
		{"not a number", header + first + "2024-07-01T13:31:00Z,NaN,450,2024-07-31,12,12.40\n", "line 3, column underlying: NaN is not a finite number"},
		{"infinite", header + "2024-07-01T13:30:00Z,450,450,2024-07-31,12,1e999\n", "line 2, column call_ask: 1e999 is not a finite number"},
		{"negative price", header + "2024-07-01T13:30:00Z,-450,450,2024-07-31,12,12.40\n", "line 2, column underlying: -450 is below 0"},
		{"zero strike", header + "2024-07-01T13:30:00Z,450,0,2024-07-31,12,12.40\n", "line 2, column strike: 0 must be above 0"},
		{"crossed", header + "2024-07-01T13:30:00Z,450,450,2024-07-31,12.5,12.40\n", "line 2, column call_ask: 12.40 is below call_bid 12.5"},
		{"worthless", header + "2024-07-01T13:30:00Z,450,450,2024-07-31,0,0\n", "line 2, column call_ask: bid and ask are both 0"},
		{"unsorted", header + first + "2024-07-01T13:29:00Z,450,450,2024-07-31,12.30,12.40\n", "line 3, column timestamp: 2024-07-01T13:29:00Z is before 2024-07-01T13:30:00Z in a row above it"},
		{"duplicate", header + first + first, "line 3, column timestamp: 2024-07-01T13:30:00Z repeats the row before"},
		{"expired", header + "2024-08-01T13:30:00Z,450,450,2024-07-31,12.30,12.40\n", "line 2, column expiry: expiry 2024-07-31 is before timestamp 2024-08-01T13:30:00Z"},
		{"no time", header + "yesterday,450,450,2024-07-31,12.30,12.40\n", `line 2, column timestamp: "yesterday" is not a time`},
		{"two strikes", header + first + "2024-07-01T13:31:00Z,450,455,2024-07-31,12.30,12.40\n", "line 3, column strike: strike 455 differs from 450 in the rows above"},
		{"two expiries", header + first + "2024-07-01T13:31:00Z,450,450,2024-08-31,12.30,12.40\n", "line 3, column expiry: expiry 2024-08-31 differs"},
		{"short row", header + "2024-07-01T13:30:00Z,450\n", "wrong number of fields"},
		{"a name of two lines", "S,K,\"call\nmid\"\n450,450,12\n", `the header has S, K, "call\nmid"`},
		{"a name of two lines, twice", "S,K,\"a\nb\",\"a\nb\"\n450,450,1,1\n", `line 1: duplicate column "a\nb"`},
		{"negative time", "S,K,call_mid,T_years\n450,450,12,-1\n", "line 2, column T_years: -1 is below 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadSeries(NewCSV(strings.NewReader(c.csv)), Layout{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
	var missing *MissingColumn
	if _, err := ReadSeries(NewCSV(strings.NewReader("undrlying,K,call_mid\n1,1,1\n")), Layout{}); !errors.As(err, &missing) {
		t.Errorf("error %v, want a MissingColumn", err)
	}
}

// On the day of expiry, whose bare date is midnight, the option still trades.
func TestReadSeriesOnTheDayOfExpiry(t *testing.T) {
	quotes, err := ReadSeries(NewCSV(strings.NewReader("timestamp,S,K,expiry,call_mid\n2021-01-04 14:31,450,450,2021-01-04,1\n")), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	if quotes.time.years(market.TradingClock)[0] != market.MinimumYears {
		t.Errorf("years to expiry %v, want %v", quotes.time.years(market.TradingClock)[0], market.MinimumYears)
	}
}

func TestReadSeriesTakesSpreadsheetFiles(t *testing.T) {
	quotes, err := ReadSeries(NewCSV(strings.NewReader("\xef\xbb\xbfTimestamp, S ,K,Call_Mid\r\n2024-07-01T15:30:00+02:00,450,450,12\r\n")), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	if quotes.timestamps[0] != 1719840600 || quotes.mid[0] != 12 || quotes.width[0] != defaultWidth {
		t.Errorf("read timestamp %d, mid %v, width %v", quotes.timestamps[0], quotes.mid[0], quotes.width[0])
	}
}

// Whatever the bytes, ReadSeries gives an error or a market whose prices are finite.
func FuzzReadSeries(f *testing.F) {
	files, err := filepath.Glob("../../../testdata/csv/tiny_five_rows.csv")
	if err != nil || len(files) == 0 {
		f.Fatal("no seed inputs", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add("S,K,call_bid,call_ask,put_bid,put_ask,expiry\n1,1,0,1,0,1,2024-01-01\n")
	f.Add("S,K,call_mid,time_to_expiry_days,r,iv,q,pv_div,spread\n1,1,1,0,0,0,0,0,0\n")
	f.Fuzz(func(t *testing.T, data string) {
		quotes, err := ReadSeries(NewCSV(strings.NewReader(data)), Layout{})
		if err != nil {
			return
		}
		m, err := quotes.Market(market.Settings{Rate: known(0.01), ImpliedVol: known(0.25)}, 0)
		if err != nil && (strings.Contains(err.Error(), "expired at the first row") || strings.Contains(err.Error(), "too extreme")) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		n := m.Minutes()
		if n == 0 {
			t.Fatal("a market of no minutes")
		}
		option := &m.Series[0]
		for _, column := range [][]float64{m.Underlyings[0].Price, m.Underlyings[0].RecentVol, option.Years, option.Mid, option.Width, option.Theo, option.Delta, option.ParityResidual, option.Score} {
			if len(column) != n {
				t.Fatalf("a column of %d in a market of %d minutes", len(column), n)
			}
		}
		for i := range n {
			if !(m.Underlyings[0].Price[i] > 0 && (option.Mid[i] > 0 || i == option.Expiry) && option.Width[i] >= 0 && option.Years[i] >= 0) || math.IsInf(option.Mid[i], 0) {
				t.Fatalf("minute %d: underlying %v, mid %v, width %v, years %v", i, m.Underlyings[0].Price[i], option.Mid[i], option.Width[i], option.Years[i])
			}
		}
	})
}
