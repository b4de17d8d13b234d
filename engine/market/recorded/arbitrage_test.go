package recorded

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"optmm/engine/market"
	"optmm/engine/pricing"
	"optmm/engine/signal"
)

// modelChain is one minute of a chain by Black and Scholes, two expiries of six strikes,
// quoted width wide, of which change alters the quotes.
func modelChain(t *testing.T, width float64, change func(o *Option)) *Chain {
	t.Helper()
	var rows strings.Builder
	for _, expiry := range []struct {
		date string
		days float64
	}{{"2024-08-16", 46.4}, {"2024-12-20", 172.4}} {
		for _, strike := range []float64{90, 95, 100, 105, 110, 120} {
			fmt.Fprintf(&rows, "2024-07-01T13:30:00Z,100,%v,%s", strike, expiry.date)
			for _, put := range []bool{false, true} {
				value, _ := pricing.European{Spot: 100, Strike: strike, Years: expiry.days / 365, Rate: 0.02, Vol: 0.2, Put: put}.Value()
				fmt.Fprintf(&rows, ",%.4f,%.4f", max(0.01, value-width/2), value+width/2)
			}
			rows.WriteString("\n")
		}
	}
	chain := chainOf(t, rows.String())
	for i := range chain.Options {
		change(&chain.Options[i])
	}
	return chain
}

// Prices of a model admit no arbitrage, and one that is out of line is of the kinds that it
// must be.
func TestArbitrageIsFound(t *testing.T) {
	set := func(expiry int, strike float64, put bool, bid, ask float64) func(o *Option) {
		return func(o *Option) {
			if o.Expiry == expiry && o.Strike == strike && o.Put == put {
				o.Bid[0], o.Ask[0] = bid, ask
			}
		}
	}
	for name, c := range map[string]struct {
		width  float64
		change func(o *Option)
		want   map[ArbitrageKind]int
	}{
		"a model":                          {0.1, func(*Option) {}, nil},
		"no width":                         {0, func(*Option) {}, nil},
		"a call below intrinsic":           {0.1, set(0, 90, false, 9.5, 9.6), map[ArbitrageKind]int{BelowIntrinsic: 1}},
		"as much below as it is wide":      {0.1, set(0, 90, false, 9, 9.65), nil},
		"a call dearer than a lower":       {0.1, set(1, 120, false, 2.4, 2.5), map[ArbitrageKind]int{Vertical: 1}},
		"a put dearer than a higher":       {0.1, set(0, 90, true, 1.2, 1.3), map[ArbitrageKind]int{Vertical: 1}},
		"a middle that is too dear":        {0.1, set(1, 100, false, 7.9, 8), map[ArbitrageKind]int{Butterfly: 1}},
		"less than two low wings of three": {0.1, set(1, 110, false, 2.6, 2.7), nil},
		"more than two low wings of three": {0.1, set(1, 110, true, 12.5, 12.6), map[ArbitrageKind]int{Butterfly: 1}},
		"locked below intrinsic":           {0.1, set(0, 90, false, 9.5, 9.5), map[ArbitrageKind]int{BelowIntrinsic: 1}},
		"a call dearer than next month":    {0.1, set(0, 100, false, 6.0, 6.1), map[ArbitrageKind]int{Butterfly: 1, Calendar: 1}},
	} {
		chain := modelChain(t, c.width, c.change)
		got := map[ArbitrageKind]int{}
		for _, violation := range chain.Check(CheckSettings{Rate: 0.02}).Arbitrage {
			got[violation.Kind] = violation.Count
			if violation.Option == nil || violation.Time != chain.Timestamps[0] {
				t.Errorf("%s: %+v", name, violation)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		for kind, count := range c.want {
			if got[kind] != count {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	}
}

// No trade is found after expiry, and none between options on underlyings of two prices.
func TestArbitrageIsOfOneUnderlyingUntilExpiry(t *testing.T) {
	dear := func(o *Option) {
		if o.Expiry == 0 && o.Strike == 100 && !o.Put {
			o.Bid[0], o.Ask[0] = 6.0, 6.1
		}
	}
	kinds := func(chain *Chain) (kinds []ArbitrageKind) {
		for _, violation := range chain.Check(CheckSettings{Rate: 0.02}).Arbitrage {
			kinds = append(kinds, violation.Kind)
		}
		return kinds
	}
	other := modelChain(t, 0.1, dear)
	other.Expiries[1].Underlying[0] = 101
	if got := kinds(other); !slices.Equal(got, []ArbitrageKind{Butterfly}) {
		t.Errorf("on two underlyings: %v", got)
	}
	over := modelChain(t, 0.1, dear)
	over.Expiries[0].Ends = over.Timestamps[0] - 1
	if got := kinds(over); got != nil {
		t.Errorf("after expiry: %v", got)
	}
}

// What rates and dividends may explain is no fault of a quote: deep options of a later expiry
// that are cheaper, and a call below what a dividend takes from it.
func TestRatesAndDividendsExcuse(t *testing.T) {
	var rows strings.Builder
	for _, expiry := range []struct {
		date string
		days float64
	}{{"2024-08-16", 46.4}, {"2024-12-20", 172.4}} {
		for _, strike := range []float64{80, 100, 130} {
			fmt.Fprintf(&rows, "2024-07-01T13:30:00Z,100,%v,%s", strike, expiry.date)
			for _, put := range []bool{false, true} {
				value, _ := pricing.European{Spot: 100, Strike: strike, Years: expiry.days / 365, Rate: 0.14, DividendYield: 0.06, Vol: 0.15, Put: put}.Value()
				bid := max(0.01, value-0.01)
				fmt.Fprintf(&rows, ",%.4f,%.4f", bid, max(value, bid)+0.01)
			}
			rows.WriteString("\n")
		}
	}
	chain := chainOf(t, rows.String())
	states, violations := chain.judge(0, math.NaN())
	for i := range states {
		if states[i][0] != market.Quoted {
			t.Errorf("the %v of expiry %d is %v", chain.Options[i].Strike, chain.Options[i].Expiry, states[i][0])
		}
	}
	if len(violations) > 0 {
		t.Errorf("%+v", violations)
	}
	at0 := chain.Check(CheckSettings{Rate: 0}).Arbitrage // at a rate of 0 they have no excuse
	if len(at0) == 0 {
		t.Error("nothing is named at a rate of 0")
	}
	volatility := market.Optional{Value: 0.2, Set: true}
	const series = "timestamp,S,K,expiry,call_bid,call_ask,pv_div\n2024-07-01T13:30:00Z,100,80,2024-07-19,15.9,16.1,4\n2024-07-01T13:31:00Z,100,80,2024-07-19,15.9,16.1,4\n"
	for content, quoted := range map[string]bool{series: true, strings.ReplaceAll(series, ",4\n", ",0\n"): false} {
		quotes, err := ReadSeries(NewCSV(strings.NewReader(content)), Layout{})
		if err != nil {
			t.Fatal(err)
		}
		m, err := quotes.Market(market.Settings{ImpliedVol: volatility, Signal: signal.Signal{Model: signal.SeedSignal}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Series[0].Quotable == nil; got != quoted {
			t.Errorf("%s: quoted throughout %v, want %v", content, got, quoted)
		}
	}
}

// A quote that is out of line is to blame, and not the good ones around it.
func TestOneQuoteIsToBlame(t *testing.T) {
	chain := modelChain(t, 0.1, func(o *Option) {
		if o.Expiry == 0 && o.Strike == 100 && !o.Put {
			o.Bid[0], o.Ask[0] = 9, 9.1
		}
	})
	states, found := chain.judge(0, math.NaN())
	bad := 0
	for i := range states {
		if states[i][0] != market.Quoted {
			bad++
			if o := chain.Options[i]; o.Strike != 100 || o.Put || o.Expiry != 0 {
				t.Errorf("the quote of %v is to blame", o.Strike)
			}
		}
	}
	if bad != 1 || len(found) < 2 {
		t.Errorf("%d quotes are to blame for %d kinds of trades", bad, len(found))
	}
}
