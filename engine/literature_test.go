package engine

import (
	"math"
	"testing"

	"optmm/engine/market/synthetic"
	"optmm/engine/param"
	"optmm/engine/pricing"
)

func priced(spot, vol, years float64) (price, delta float64) {
	return pricing.European{Spot: spot, Strike: 100, Vol: vol, Years: years}.Value()
}

// spreadOf is mean and standard deviation of what is added.
type spreadOf struct{ n, sum, squares float64 }

func (s *spreadOf) add(x float64) { s.n, s.sum, s.squares = s.n+1, s.sum+x, s.squares+x*x }

func (s *spreadOf) mean() float64 { return s.sum / s.n }

func (s *spreadOf) deviation() float64 {
	return math.Sqrt((s.squares - s.sum*s.sum/s.n) / (s.n - 1))
}

// Table 1 of Avellaneda and Stoikov 2008, as recomputed with 200,000 paths
// (testdata/README.md), and two rows of it with the exact Poisson probability:
// mean P&L within two standard errors of ours, the deviations within a twentieth.
func TestAvellanedaStoikovTable(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	const seeds = 4000
	params := func(model, fills string, gamma float64) param.Params {
		p := param.Defaults(param.Synthetic)
		p.Market.Model, p.Market.Minutes, p.Market.Strike, p.Market.Rate = synthetic.WalkModel, 200, 0, some(0)
		p.Market.PriceVol, p.Market.Mispricing, p.Market.Width = 2*math.Sqrt(0.005), 0, param.Optional{}
		p.QuoteModel, p.RiskAversion, p.HorizonMinutes, p.QuoteVol = model, some(gamma), some(200), some(2*math.Sqrt(0.005))
		p.FillModel, p.ArrivalRate, p.IntensityDecay, p.HedgeModel = fills, some(140*0.005), some(1.5), param.HedgeOff
		return p
	}
	rows := []struct {
		model, fills               string
		gamma                      float64
		mean, deviation, inventory float64
		pnl, contracts             spreadOf
	}{
		{model: param.StoikovQuotes, fills: param.FirstOrderFills, gamma: 0.01, mean: 68.37, deviation: 8.96, inventory: 5.20},
		{model: param.SymmetricQuotes, fills: param.FirstOrderFills, gamma: 0.01, mean: 68.62, deviation: 13.73, inventory: 8.72},
		{model: param.StoikovQuotes, fills: param.FirstOrderFills, gamma: 0.1, mean: 64.90, deviation: 6.54, inventory: 2.93},
		{model: param.SymmetricQuotes, fills: param.FirstOrderFills, gamma: 0.1, mean: 68.23, deviation: 13.43, inventory: 8.42},
		{model: param.StoikovQuotes, fills: param.FirstOrderFills, gamma: 1, mean: 31.46, deviation: 4.83, inventory: 1.64},
		{model: param.SymmetricQuotes, fills: param.FirstOrderFills, gamma: 1, mean: 43.71, deviation: 10.73, inventory: 5.17},
		{model: param.StoikovQuotes, fills: param.ExponentialFills, gamma: 0.1, mean: 57.18, deviation: 6.35, inventory: 3.00},
		{model: param.SymmetricQuotes, fills: param.ExponentialFills, gamma: 0.1, mean: 61.00, deviation: 12.89, inventory: 8.08},
	}
	var simulator Simulator
	for seed := range seeds {
		p := params(param.StoikovQuotes, param.FirstOrderFills, 1)
		m, err := synthetic.Source{}.Market(p.Market, uint32(100_000+seed))
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			row := &rows[i]
			p := params(row.model, row.fills, row.gamma)
			summary, err := simulator.Run(m, &p, uint64(100_000+seed))
			if err != nil {
				t.Fatal(err)
			}
			row.pnl.add(summary.NetPnL)
			row.contracts.add(float64(summary.EndInventory))
		}
	}
	for i := range rows {
		row := &rows[i]
		standardError := row.pnl.deviation() / math.Sqrt(seeds)
		t.Logf("%s, %s, γ %v: %.2f ± %.2f / %.2f / %.2f, known %v / %v / %v", row.model, row.fills, row.gamma,
			row.pnl.mean(), standardError, row.pnl.deviation(), row.contracts.deviation(), row.mean, row.deviation, row.inventory)
		if math.Abs(row.pnl.mean()-row.mean) > 2*standardError {
			t.Errorf("%s, γ %v: mean P&L %v ± %v, want %v", row.model, row.gamma, row.pnl.mean(), standardError, row.mean)
		}
		if math.Abs(row.pnl.deviation()/row.deviation-1) > 0.05 || math.Abs(row.contracts.deviation()/row.inventory-1) > 0.05 {
			t.Errorf("%s, γ %v: deviations %v and %v, want %v and %v", row.model, row.gamma, row.pnl.deviation(), row.contracts.deviation(), row.deviation, row.inventory)
		}
	}
}

// Hull's example of hedging a short call, S 49, K 50, r .05, σ .2, 20 weeks, price
// 2.4005, drift .13, in forward prices: the standard deviation of the cost over the
// price when rebalancing at intervals of one week and more (200,000 paths; testdata/README.md).
func TestHedgingCadence(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	const seeds = 1000
	years := 20.0 / 52
	carry := math.Exp(0.05 * years)
	p := param.Defaults(param.Synthetic)
	p.Market.Model, p.Market.MinutesPerSession, p.Market.SessionsPerYear = synthetic.GBMModel, 80, 52
	p.Market.ExpirySessions, p.Market.Minutes, p.Market.Mispricing = 20, 1601, 0
	p.Market.Spot, p.Market.Strike, p.Market.Rate = 49*carry, 50, some(0)
	p.Market.ImpliedVol, p.Market.RealizedVol, p.Market.Drift = some(0.2), 0.2, 0.13-0.05
	p.OpeningInventory, p.FillModel, p.HedgeModel = -1, param.NoFills, param.HedgeEvery
	price, _ := pricing.European{Spot: 49, Strike: 50, Rate: 0.05, Vol: 0.2, Years: years}.Value()
	if math.Abs(price-2.4005) > 5e-5 {
		t.Fatalf("the price is %v, want 2.4005", price)
	}
	known := []struct{ weeks, ratio, law float64 }{{5, 0.416, 0.447}, {4, 0.373, 0.400}, {2, 0.269, 0.283}, {1, 0.192, 0.200}, {0.5, 0.138, 0.141}, {0.25, 0.098, 0.100}}
	costs := make([]spreadOf, len(known))
	var simulator Simulator
	for seed := range seeds {
		m, err := synthetic.Source{}.Market(p.Market, uint32(seed))
		if err != nil {
			t.Fatal(err)
		}
		for i := range known {
			p.HedgeEveryMinutes = some(known[i].weeks * 80)
			summary, err := simulator.Run(m, &p, 0)
			if err != nil {
				t.Fatal(err)
			}
			costs[i].add(summary.NetPnL)
		}
	}
	greeks := pricing.European{Spot: 49, Strike: 50, Rate: 0.05, Vol: 0.2, Years: years}.Greeks()
	for i, row := range known {
		ratio := costs[i].deviation() / (price * carry)
		t.Logf("every %v weeks: %.3f, known %v", row.weeks, ratio, row.ratio)
		if math.Abs(ratio/row.ratio-1) > 0.07 { // about three standard errors of a deviation
			t.Errorf("hedging every %v weeks has a relative cost of %v, want %v", row.weeks, ratio, row.ratio)
		}
		// The law √(π/4)·vega·σ/√n, n hedges (Derman and Kamal 1999).
		if law := math.Sqrt(math.Pi/4) * greeks.Vega * 0.2 / math.Sqrt(20/row.weeks) / price; math.Abs(law-row.law) > 6e-4 {
			t.Errorf("the law gives %v for %v weeks, want %v", law, row.weeks, row.law)
		}
	}
}
