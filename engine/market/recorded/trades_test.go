package recorded

import (
	"math"
	"strings"
	"testing"
)

// readTrades reads trades of one table.
func readTrades(rows Rows, layout Layout) (*Trades, error) {
	return ReadTrades(func(yield func(Table, error) bool) { yield(Table{Rows: rows}, nil) }, layout)
}

const tradesHeader = "timestamp,strike,expiry,right,low,high\n"

func TestReadTradesRefuses(t *testing.T) {
	for _, c := range []struct{ name, csv, want string }{
		{"no bytes", "", "the file is empty"},
		{"no rows", tradesHeader, "a header but no rows"},
		{"no price", "timestamp,strike,expiry,right\n", "line 1: no column low"},
		{"neither", tradesHeader + "2024-07-01T13:32:00Z,100,2024-07-20,x,1,2\n", `line 2, column right: "x" is neither call nor put`},
		{"upside down", tradesHeader + "2024-07-01T13:32:00Z,100,2024-07-20,C,3,2\n", "line 2, column high: 2 is below low 3"},
		{"no time", tradesHeader + "then,100,2024-07-20,C,1,2\n", `line 2, column timestamp: "then" is not a time`},
	} {
		if _, err := readTrades(NewCSV(strings.NewReader(c.csv)), Layout{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
}

// A trade is paired with the quote that stood when its minute began, and with no
// other; what cannot be paired is counted.
func TestReaches(t *testing.T) {
	chain, err := readChain(NewCSV(strings.NewReader(chainHeader+
		"2024-07-01T13:31:00Z,100,100,2024-07-20,1.0,1.2,2.0,2.2\n"+
		"2024-07-01T13:32:00Z,100,100,2024-07-20,1.4,1.6,2.0,2.0\n"+
		"2024-07-01T13:33:00Z,100,100,2024-07-20,1.4,1.6,2.0,2.2\n"+
		"2024-07-01T13:35:00Z,100,100,2024-07-20,1.4,1.6,2.0,2.2\n")), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	trades, err := readTrades(NewCSV(strings.NewReader("timestamp,strike,expiry,right,price\n"+
		"2024-07-01T13:32:00Z,100,2024-07-20,call,1.3\n"+ // against 1.0/1.2 of 13:31
		"2024-07-01T13:31:20Z,100,2024-07-20,C,0.9\n"+ // a print within the minute
		"2024-07-01T13:33:00Z,100,2024-07-20,put,2\n"+ // the quote of 13:32 is locked
		"2024-07-01T13:31:00Z,100,2024-07-20,call,1\n"+ // nothing stood before
		"2024-07-01T13:33:00Z,105,2024-07-20,call,1\n")), Layout{}) // no such option
	if err != nil {
		t.Fatal(err)
	}
	reaches, matched := chain.TradeThroughs(trades.All, 0, func(*Option) bool { return true })
	if matched != (Matched{Trades: 5, Unknown: 1, Unquoted: 2}) {
		t.Errorf("matched %+v", matched)
	}
	// Minutes with a quote and a next minute: call 13:31, 13:32; put 13:31.
	if len(reaches) != 3 {
		t.Fatalf("%d option-minutes of exposure, want 3: %+v", len(reaches), reaches)
	}
	first := reaches[0]
	if first.Option != 0 || first.Minute != 0 || math.Abs(first.Above-0.2) > 1e-12 || math.Abs(first.Below-0.2) > 1e-12 || math.Abs(first.HalfWidth-0.1) > 1e-12 {
		t.Errorf("the first reach is %+v", first)
	}
	for _, reach := range reaches[1:] {
		if !math.IsInf(reach.Above, -1) || !math.IsInf(reach.Below, -1) {
			t.Errorf("a minute without trades reached %+v", reach)
		}
	}
	if puts, _ := chain.TradeThroughs(trades.All, 0, func(o *Option) bool { return o.Put }); len(puts) != 1 || !chain.Options[puts[0].Option].Put {
		t.Errorf("puts alone: %+v", puts)
	}
}

// Whatever the bytes, ReadTrades gives an error or trades with prices.
func FuzzReadTrades(f *testing.F) {
	f.Add(tradesHeader + "2024-07-01T13:32:00Z,100,2024-07-20,call,1,2\n")
	f.Add("right,price,expiry,K,timestamp\nP,1,2024-07-20 16:00,5,2024-07-01 13:32\n")
	f.Fuzz(func(t *testing.T, data string) {
		trades, err := readTrades(NewCSV(strings.NewReader(data)), Layout{})
		if err != nil {
			return
		}
		for _, trade := range trades.All {
			if !(trade.Strike > 0 && trade.Low > 0 && trade.High >= trade.Low) {
				t.Fatalf("a trade of %+v", trade)
			}
		}
	})
}
