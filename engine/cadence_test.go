package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
	"optmm/engine/param"
	"optmm/engine/pricing"
)

// walk is a share over eight sessions of 390 minutes at 20% a year, every ten seconds, and the
// quotes of a call and a put on it.
func walk() []string {
	random := rand.New(rand.NewPCG(31, 0))
	expiry := time.Date(2024, 8, 16, 20, 0, 0, 0, time.UTC)
	const tenSeconds = 10.0 / (252 * 390 * 60)
	var rows []string
	spot := 100.0
	for session := range 8 {
		open := time.Date(2024, 7, 1+session, 13, 30, 0, 0, time.UTC)
		for i := range 390*6 + 1 {
			at := open.Add(time.Duration(10*i) * time.Second)
			if i > 0 {
				spot *= math.Exp(0.2 * math.Sqrt(tenSeconds) * random.NormFloat64())
			}
			price := func(put bool) float64 {
				option := pricing.European{Spot: spot, Strike: 100, Years: expiry.Sub(at).Hours() / (24 * 365), Vol: 0.2, Put: put}
				return option.Greeks().Price
			}
			call, put := price(false), price(true)
			rows = append(rows, fmt.Sprintf("%s,%v,100,2024-08-16,%v,%v,%v,%v\n", at.Format(time.RFC3339), spot, call-0.025, call+0.025, put-0.025, put+0.025))
		}
	}
	return rows
}

// every returns a market of every n-th row of each session.
func every(t *testing.T, rows []string, n int) *market.Market {
	t.Helper()
	var file strings.Builder
	file.WriteString("timestamp,underlying,strike,expiry,call_bid,call_ask,put_bid,put_ask\n")
	for i, row := range rows {
		if i%(390*6+1)%n == 0 {
			file.WriteString(row)
		}
	}
	quotes, err := recorded.ReadSeries(recorded.NewCSV(strings.NewReader(file.String())), recorded.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	p := param.Defaults(param.OneSeries)
	m, err := quotes.Market(p.Market, 0)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// One path that is sampled every ten seconds to every hour gives comparable fills and P&L: a
// row has the arrivals of its step, and a session of 391 minutes has 7 hours. Where the spread
// is what makes the P&L move, the Sharpe ratio is comparable too; the seed's, of what hedging
// once a row leaves, is as low as rare hedges make it.
func TestCadencesAreComparable(t *testing.T) {
	rows := walk()
	const seeds = 8
	study := func(n int, change func(p *param.Params)) (fills int, pnl, sharpe float64, step int) {
		m := every(t, rows, n)
		var s Simulator
		for seed := range uint64(seeds) {
			p := param.Defaults(param.OneSeries)
			change(&p)
			summary, err := s.Run(m, &p, seed)
			if err != nil {
				t.Fatal(err)
			}
			fills += summary.TotalFills
			pnl += summary.NetPnL / seeds
			sharpe += summary.Sharpe.Value / seeds
		}
		return fills, pnl, sharpe, m.StepMinutes()
	}
	near := func(what string, got, want, tolerance float64) {
		t.Helper()
		if !(math.Abs(got/want-1) <= tolerance) {
			t.Errorf("%s: %v, of minutes %v", what, got, want)
		}
	}
	seedModel := func(*param.Params) {}
	arrivals := func(p *param.Params) {
		p.QuoteModel, p.FillModel, p.PriceScale = param.ShiftQuotes, param.ExponentialFills, param.ScaleOfCurrency
		p.ArrivalRate, p.IntensityDecay = some(1), some(30)
	}
	seedFills, seedPnL, _, _ := study(6, seedModel)
	fills, pnl, sharpe, _ := study(6, arrivals)
	for _, c := range []struct {
		name     string
		of, step int
	}{{"10 s", 1, 1}, {"5 min", 30, 5}, {"30 min", 180, 30}, {"1 h", 360, 60}} {
		gotFills, gotPnL, _, step := study(c.of, seedModel)
		if step != c.step {
			t.Errorf("%s: a step of %d minutes", c.name, step)
		}
		near(c.name+", fills of the seed", float64(gotFills), float64(seedFills), 0.1)
		near(c.name+", P&L of the seed", gotPnL, seedPnL, 0.1)
		gotFills, gotPnL, gotSharpe, _ := study(c.of, arrivals)
		near(c.name+", fills of arrivals", float64(gotFills), float64(fills), 0.1)
		near(c.name+", P&L of arrivals", gotPnL, pnl, 0.1)
		near(c.name+", Sharpe ratio of arrivals", gotSharpe, sharpe, 0.2)
	}
}

// A step of five minutes has its times in minutes: latency and hedges in whole rows, limits
// held within the row, markouts where there is a mid, counts in minutes.
func TestTimesOfSteps(t *testing.T) {
	m := every(t, walk(), 30)
	p := param.Defaults(param.OneSeries)
	p.QuoteModel, p.FillModel, p.PriceScale = param.ShiftQuotes, param.ExponentialFills, param.ScaleOfCurrency
	p.ArrivalRate, p.IntensityDecay, p.InventoryLimit = some(3), some(5), some(2)
	p.HedgeModel, p.HedgeEveryMinutes = param.HedgeEvery, some(12)
	var s Simulator
	summary, err := s.Run(m, &p, 1)
	if err != nil {
		t.Fatal(err)
	}
	if summary.MaxInventory > 2 || summary.Breaches != 0 || summary.TotalFills < 3*m.Minutes() {
		t.Errorf("%d contracts held at most, %d minutes beyond the limit of 2, %d fills in %d rows", summary.MaxInventory, summary.Breaches, summary.TotalFills, m.Minutes())
	}
	if summary.Markouts[0].Set || !summary.Markouts[1].Set || !summary.Markouts[2].Set {
		t.Errorf("markouts %+v, want those of 5 and 30 minutes", summary.Markouts)
	}
	shares := s.Record().Hedges[0].Shares
	for i := 1; i < len(shares); i++ {
		if i%3 != 0 && shares[i] != shares[i-1] {
			t.Fatalf("hedges every 12 minutes are traded at row %d of 5 minutes", i)
		}
	}
	p.LatencyMinutes = 7
	if _, err := s.Run(m, &p, 1); err != nil {
		t.Fatal(err)
	}
	if o := &s.Record().Options[0]; o.BidSize[1] != 0 || o.BidSize[2] == 0 {
		t.Errorf("sizes of bids %v after 7 minutes of latency, want the first at row 2", o.BidSize[:4])
	}
	quiet := every(t, walk(), 30)
	quiet.Series[0].Quotable = make([]bool, quiet.Minutes())
	quiet.Series[0].BadQuotes[market.Missing] = quiet.Minutes()
	summary, err = s.Run(quiet, &p, 1)
	if err != nil || summary.BadQuotes[market.Missing] != 5*quiet.Minutes() {
		t.Errorf("%d option-minutes without a quote in %d rows of 5 minutes, error %v", summary.BadQuotes[market.Missing], quiet.Minutes(), err)
	}
}
