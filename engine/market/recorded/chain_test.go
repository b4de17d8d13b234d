package recorded

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"optmm/engine/market"
	"optmm/engine/pricing"
	"optmm/engine/signal"
)

const chainHeader = "timestamp,underlying,strike,expiry,call_bid,call_ask,put_bid,put_ask\n"

func readChain(rows Rows, layout Layout) (*Chain, error) {
	return ReadChain(func(yield func(Table, error) bool) { yield(Table{Rows: rows}, nil) }, Own{}, layout)
}

func TestReadChain(t *testing.T) {
	chain, err := readChain(NewCSV(strings.NewReader("expiry,K,S,put_ask,put_bid,call_ask,call_bid,timestamp,volume\n"+
		"2024-07-20,105,100,6,5,1.2,1,2024-07-01T13:31:00Z,7\n"+
		"2024-07-20,95,100,,,6,5.5,2024-07-01T13:31:00Z,7\n"+
		"2024-09-20 20:00,100,101,4,3,4,3,2024-07-01T13:31:00Z,7\n"+
		"2024-07-20,95,100.5,0.5,0.4,6.5,6,2024-07-01T13:33:00Z,7\n")), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	if len(chain.Timestamps) != 2 || chain.Rows != 4 || len(chain.Expiries) != 2 || len(chain.Options) != 6 || chain.Zone != "Z" {
		t.Fatalf("%d minutes, %d rows, %d expiries, %d options, zone %q", len(chain.Timestamps), chain.Rows, len(chain.Expiries), len(chain.Options), chain.Zone)
	}
	first, second := &chain.Expiries[0], &chain.Expiries[1]
	if !first.BareDate || second.BareDate || first.Underlying[1] != 100.5 || second.Underlying[0] != 101 || !math.IsNaN(second.Underlying[1]) {
		t.Errorf("expiries %+v and %+v", first, second)
	}
	call, put := &chain.Options[0], &chain.Options[1]
	if call.Strike != 95 || call.Put || !put.Put || call.mid(0) != 5.75 || !math.IsNaN(put.Bid[0]) || put.Ask[1] != 0.5 {
		t.Errorf("options of the lowest strike: %+v, %+v", call, put)
	}
	if other := &chain.Options[2]; other.Strike != 105 || !math.IsNaN(other.Bid[1]) {
		t.Errorf("strike 105: %+v", other)
	}
	if years := chain.Years(0, 0); math.Abs(years-(18*86400+10*3600+29*60+86400)/(365.0*86400)) > 1e-15 {
		t.Errorf("years %v", years)
	}
}

func TestReadChainRefuses(t *testing.T) {
	const row = "2024-07-01T13:31:00Z,100,100,2024-07-20,1,2,1,2\n"
	for _, c := range []struct{ name, csv, want string }{
		{"no bytes", "", "the file is empty"},
		{"no rows", chainHeader, "a header but no rows"},
		{"missing column", "timestamp,underlying,strike,expiry,call_bid,call_ask,put_bid\n", "line 1: no column put_ask; the header has timestamp"},
		{"duplicate key", chainHeader + row + row, "line 3, column call_bid: duplicate quote of the call 100 at 2024-07-01T13:31:00Z"},
		{"a zone and none", chainHeader + row + "2024-07-01 13:32,100,100,2024-07-20,1,2,1,2\n", `line 3, column timestamp: "2024-07-01 13:32" has the zone none, the rows before "Z"`},
		{"two underlyings", chainHeader + row + "2024-07-01T13:31:00Z,101,105,2024-07-20,1,2,1,2\n", `line 3, column underlying: "101" differs from 100 in another row of the same time and expiry`},
		{"no underlying", chainHeader + "2024-07-01T13:31:00Z,,100,2024-07-20,1,2,1,2\n", "line 2, column underlying: expiry 2024-07-20 has no underlying in any row"},
		{"negative price", chainHeader + "2024-07-01T13:31:00Z,100,100,2024-07-20,1,2,-2,2\n", "line 2, column put_bid: -2 is below 0"},
		{"expired", chainHeader + "2024-07-21T13:31:00Z,100,100,2024-07-20,1,2,1,2\n", "line 2, column expiry: expiry 2024-07-20 is before timestamp"},
		{"zero strike", chainHeader + "2024-07-01T13:31:00Z,100,0,2024-07-20,1,2,1,2\n", "line 2, column strike: 0 must be above 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readChain(NewCSV(strings.NewReader(c.csv)), Layout{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// The defects of testdata/chain/small.csv are found, and the volatilities that it
// was made with.
func TestCheckSmallChain(t *testing.T) {
	file, err := os.Open("../../../testdata/chain/small.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	chain, err := readChain(NewCSV(file), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	check := chain.Check(CheckSettings{Rate: 0.01, StaleMinutes: 5})
	if check.NeverQuoted != 1 || check.States[market.Locked] != 1 || check.States[market.Crossed] != 1 || check.States[market.Stale] != 14 || check.States[market.Missing] != 39 {
		t.Errorf("%d options without quotes, states %v", check.NeverQuoted, check.States)
	}
	if len(check.Sessions) != 2 || check.Sessions[0].Gaps != 1 || check.Sessions[1].Gaps != 0 {
		t.Errorf("sessions %+v", check.Sessions)
	}
	if second := check.Expiries[1]; math.Abs(second.Residual.Mean) > 0.005 || math.Abs(second.ImpliedVols[len(second.ImpliedVols)/2]-0.2) > 0.005 || math.Abs(second.Forward.Mean-100*0.0022) > 0.02 {
		t.Errorf("the second expiry: %+v", second)
	}
	if math.Abs(check.Slope-1) > 0.2 {
		t.Errorf("call less put moves %v times the underlying", check.Slope)
	}
}

// Parity is exact for Black–Scholes values: forward, discount and volatility come
// back, whether the discount is given or fitted.
func TestFitParityLine(t *testing.T) {
	residual := func(fit parityLine, pairs []parityPair) (largest float64) {
		for _, pair := range pairs {
			largest = max(largest, math.Abs(pair.Difference-fit.Discount*(fit.Forward-pair.Strike)))
		}
		return largest
	}
	const rate, dividend, years, vol = 0.03, 0.01, 0.5, 0.25
	var pairs []parityPair
	for _, strike := range []float64{90, 95, 100, 110} {
		call := pricing.European{Spot: 100, Strike: strike, Rate: rate, DividendYield: dividend, Vol: vol, Years: years}
		put := call
		put.Put = true
		c, _ := call.Value()
		p, _ := put.Value()
		pairs = append(pairs, parityPair{Strike: strike, Difference: c - p, Width: 0.1 + strike/1000})
	}
	forward, discount := 100*math.Exp((rate-dividend)*years), math.Exp(-rate*years)
	for _, given := range []float64{0, discount} {
		fit, ok := fitParityLine(pairs, given)
		if !ok || math.Abs(fit.Forward-forward) > 1e-9 || math.Abs(fit.Discount-discount) > 1e-12 || residual(fit, pairs) > 1e-10 {
			t.Errorf("given discount %v: %+v, want forward %v, discount %v", given, fit, forward, discount)
		}
		otm := pricing.European{Spot: 100, Strike: 110, Rate: rate, DividendYield: dividend, Vol: vol, Years: years}
		price, _ := otm.Value()
		if got := fit.impliedVol(110, years, price, false); math.Abs(got-vol) > 1e-9 {
			t.Errorf("implied volatility %v, want %v", got, vol)
		}
	}
	if _, ok := fitParityLine(pairs[:1], 0); ok {
		t.Error("a discount is fitted to one strike")
	}
	if fit, ok := fitParityLine(pairs[:1], discount); !ok || math.Abs(fit.Forward-forward) > 1e-9 {
		t.Errorf("one strike with a given discount: %+v", fit)
	}
	if _, ok := fitParityLine(nil, 1); ok {
		t.Error("a forward is fitted to nothing")
	}
}

func TestStates(t *testing.T) {
	nan := math.NaN()
	o := Option{
		Bid: []float64{1, 1, 1, 1, nan, 2, 3, 2, 2, 2},
		Ask: []float64{2, 2, 2, 2, nan, 2, 2, 3, 3, 3},
	}
	want := []market.State{market.Quoted, market.Quoted, market.Quoted, market.Stale, market.Missing, market.Locked, market.Crossed, market.Quoted, market.Quoted, market.Quoted}
	underlying := slices.Repeat([]float64{100}, len(o.Bid))
	for i, got := range o.states([]int{0, 8}, nil, underlying, 2) {
		if got != want[i] {
			t.Errorf("minute %d is in state %d, want %d", i, got, want[i])
		}
	}
	if never := o.states([]int{0}, nil, underlying, 0); never[3] != market.Quoted {
		t.Error("0 minutes make a quote stale")
	}
	// Age is by the clock: over a hole of twenty minutes a quote that has not changed is stale.
	hole := Option{Bid: []float64{1, 1, 1, 2}, Ask: []float64{2, 2, 2, 3}}
	if got := hole.states([]int{0}, []int64{0, 60, 1260, 1320}, underlying, 5); !slices.Equal(got, []market.State{market.Quoted, market.Quoted, market.Stale, market.Quoted}) {
		t.Errorf("over a hole the states are %v", got)
	}
	// No call is worth more than its underlying, no put more than its strike.
	call, put := Option{Strike: 90, Bid: []float64{100, 101}, Ask: []float64{102, 102}}, Option{Strike: 90, Put: true, Bid: []float64{90, 91}, Ask: []float64{95, 95}}
	for _, o := range []Option{call, put} {
		if got := o.states([]int{0}, nil, underlying, 0); !slices.Equal(got, []market.State{market.Quoted, market.Impossible}) {
			t.Errorf("%+v is in states %v", o, got)
		}
	}
}

// Whatever the bytes, ReadChain gives an error or columns of one length that a
// check can go through.
func FuzzReadChain(f *testing.F) {
	f.Add(chainHeader+"2024-07-01T13:31:00Z,100,100,2024-07-20,1,2,1,2\n2024-07-01T13:32:00Z,100,100,2024-07-20,1,1,,\n", byte(0))
	f.Add("S,K,timestamp,expiry,call_bid,call_ask,put_bid,put_ask\n1,1,2024-07-01T13:31:00Z,2024-07-01,0,0,0,0\n", byte(1))
	f.Add("date,ms_of_day,underlying_bid,underlying_ask,symbol,bid,ask\n1/7/2024,34260000,99,101,XYZ241115C00095000,0.05,0.06\n", byte(7))
	f.Add("date,time,S,strike,expiry,right,bid,ask,root\n20240702,09:31,100,95,20240816,C,5,6,X\n20240701,09:31,100,95,20240816,P,5,6,X\n", byte(9))
	f.Fuzz(func(t *testing.T, data string, bits byte) {
		layout := Layout{Carry: bits&1 != 0, Coin: bits&2 != 0, Starts: bits&16 != 0, NoHeader: bits&32 != 0, Dates: DateOrder(bits >> 2 % 3)}
		if bits&8 != 0 {
			layout.Roots, layout.Expires = []string{"X"}, map[string]time.Duration{"": 16 * time.Hour}
		}
		chain, err := readChain(NewCSV(strings.NewReader(data)), layout)
		if err != nil {
			return
		}
		n := len(chain.Timestamps)
		for i := range chain.Options {
			if len(chain.Options[i].Bid) != n || len(chain.Options[i].Ask) != n || len(chain.Expiries[chain.Options[i].Expiry].Underlying) != n {
				t.Fatalf("columns of %d and %d in %d minutes", len(chain.Options[i].Bid), len(chain.Options[i].Ask), n)
			}
		}
		chain.Check(CheckSettings{StaleMinutes: 5})
	})
}

// An implied volatility that is unset is found in the quotes, from the side out of
// the money and with the forward of parity; where there is none the last stays.
func TestImpliedVolOfQuotes(t *testing.T) {
	const rate, dividend = 0.02, 0.05
	var b strings.Builder
	b.WriteString("S,K,T_years,call_mid,put_mid\n")
	vols := []float64{0.2, 0.3, 0.3, 0.15}
	for i, spot := range []float64{95, 105, 105, 100} {
		call := pricing.European{Spot: spot, Strike: 100, Rate: rate, DividendYield: dividend, Vol: vols[i], Years: 0.25}
		put := call
		put.Put = true
		c, _ := call.Value()
		p, _ := put.Value()
		if i == 2 {
			c, p = c-p, 0 // no time value: no volatility
		}
		fmt.Fprintf(&b, "%v,100,0.25,%v,%v\n", spot, c, p)
	}
	quotes, err := ReadSeries(NewCSV(strings.NewReader(b.String())), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := quotes.Market(market.Settings{Rate: known(rate), Signal: signal.Signal{Model: signal.SeedSignal}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	option := &m.Series[0]
	for i, want := range vols {
		if math.Abs(option.Vol[i]-want) > 1e-9 {
			t.Errorf("minute %d: implied volatility %v, want %v", i, option.Vol[i], want)
		}
		if i != 2 && math.Abs(option.Theo[i]-option.Mid[i]) > 1e-9 {
			t.Errorf("minute %d: the value at its own volatility is %v, the mid %v", i, option.Theo[i], option.Mid[i])
		}
	}
}
