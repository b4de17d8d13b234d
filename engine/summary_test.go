package engine

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/market/recorded"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
)

// checkFigures recomputes every figure of a run from its minutes, from the
// definitions and in another way than the engine does.
func checkFigures(t *testing.T, p *param.Params, run *lone, summary *account.Summary) {
	t.Helper()
	option, spot := &run.Market.Series[0], run.Market.Underlyings[0].Price
	n := len(run.PnL)
	want := map[string]float64{}
	var bought, sold, held, signed, most, squares, options, hedges, edge, informed, drawdown float64
	earned, counted := map[int]float64{}, map[int]float64{}
	shares := 0.0
	for i := range n {
		b, a := float64(run.BidFills[i]), float64(run.AskFills[i])
		bought, sold = bought+b, sold+a
		informed += float64(run.OptionRecord.InformedFills[i])
		q := float64(run.Inventory[i])
		held, signed, most = held+math.Abs(q), signed+q, math.Max(most, math.Abs(q))
		squares += run.HedgeError[i] * run.HedgeError[i]
		options += (b*run.Bid[i] + a*run.Ask[i]) * p.Multiplier
		hedges += math.Abs(run.Shares[i]-shares) * spot[i]
		shares = run.Shares[i]
		edge += b*(option.Mid[i]-run.Bid[i]) + a*(run.Ask[i]-option.Mid[i])
		for _, minutes := range []int{1, 5, 30} {
			if i+minutes < n {
				later := option.Mid[i+minutes]
				earned[minutes] += b*(later-run.Bid[i]) + a*(run.Ask[i]-later)
				counted[minutes] += b + a
			}
		}
		drawdown = math.Max(drawdown, -run.PnL[i]) // from the 0 before the first minute
		for j := range i {
			drawdown = math.Max(drawdown, run.PnL[j]-run.PnL[i])
		}
		if delta := q*option.Delta[i]*p.Multiplier + run.Shares[i]; math.Abs(delta-run.HedgeError[i]) > 1e-9*(1+math.Abs(run.Shares[i])) {
			t.Fatalf("minute %d: hedge_error %v, the net delta is %v", i, run.HedgeError[i], delta)
		}
	}
	want["informed_fills"] = informed
	want["bid_fills"], want["ask_fills"], want["total_fills"] = bought, sold, bought+sold
	want["avg_inventory"], want["mean_inventory"], want["max_inventory"] = held/float64(n), signed/float64(n), most
	want["end_inventory"] = float64(run.Inventory[n-1])
	want["hedge_error_rms"] = math.Sqrt(squares / float64(n))
	want["option_turnover"], want["hedge_turnover"], want["max_drawdown"] = options, hedges, drawdown
	if bought+sold > 0 {
		want["mean_edge"] = edge / (bought + sold)
	}
	for minutes, name := range map[int]string{1: "markout_1", 5: "markout_5", 30: "markout_30"} {
		if counted[minutes] > 0 {
			want[name] = earned[minutes] / counted[minutes]
		}
	}
	var sessions []float64 // P&L of each
	for s, start := range run.Market.Sessions {
		end, before := n, 0.0
		if s+1 < len(run.Market.Sessions) {
			end = run.Market.Sessions[s+1]
		}
		if start > 0 {
			before = run.PnL[start-1]
		}
		sessions = append(sessions, run.PnL[end-1]-before)
	}
	sessions = sessions[:run.Market.WholeSessions]
	var spread spreadOf
	for _, pnl := range sessions {
		spread.add(pnl)
	}
	if len(sessions) > 1 && spread.deviation() > 1e-9 {
		want["session_sharpe"] = spread.mean() / spread.deviation()
	}
	if s := &p.Market; s.Model != synthetic.SeedModel {
		expected := s.Spot
		if s.Model != synthetic.WalkModel && s.Model != synthetic.FlatModel {
			expected *= math.Exp(s.Drift * (run.Market.Series[0].Years[0] - run.Market.Series[0].Years[n-1] + run.Market.MinuteYears))
		}
		want["martingale_error"] = spot[n-1]/expected - 1
	}
	for _, statistic := range account.Statistics() {
		expected, known := want[statistic.Name]
		got, defined := statistic.Value(summary)
		if known && (!defined || math.Abs(got-expected) > 1e-8*(1+math.Abs(expected))) {
			t.Fatalf("%s is %v (defined: %v), want %v", statistic.Name, got, defined, expected)
		}
		delete(want, statistic.Name)
	}
	for name := range want {
		t.Fatalf("there is no figure %s", name)
	}
}

// The Greeks explain what they should, with the signs that they should: of a call
// that is held while only the volatility moves, vega; only time, theta; only the
// underlying, delta and gamma.
func TestGreeksExplain(t *testing.T) {
	row := func(b *strings.Builder, spot, years, vol float64) {
		price, _ := priced(spot, vol, years)
		fmt.Fprintf(b, "%v,100,%v,%v,0,%v\n", spot, years, vol, price)
	}
	for name, move := range map[string]func(i float64) (spot, years, vol float64){
		"vega_pnl":  func(i float64) (float64, float64, float64) { return 100, 0.5, 0.2 + 0.0002*i },
		"theta_pnl": func(i float64) (float64, float64, float64) { return 100, 0.5 - 0.0005*i, 0.2 },
		"delta_pnl": func(i float64) (float64, float64, float64) { return 100 + 0.02*i, 0.5, 0.2 },
	} {
		var b strings.Builder
		b.WriteString("S,K,T_years,iv,r,call_mid\n")
		for i := range 100 {
			spot, years, vol := move(float64(i))
			row(&b, spot, years, vol)
		}
		p := param.Defaults(param.OneSeries)
		p.OpeningInventory, p.Multiplier, p.FillModel, p.HedgeModel = 3, 50, param.NoFills, param.HedgeOff
		summary := onQuotes(t, &p, b.String())
		explained := map[string]float64{"vega_pnl": summary.VegaPnL, "theta_pnl": summary.ThetaPnL, "delta_pnl": summary.DeltaPnL + summary.GammaPnL}
		if total := summary.NetPnL; math.Abs(total) < 1 || math.Abs(explained[name]-total) > 0.01*math.Abs(total) || math.Abs(summary.UnexplainedPnL) > 0.01*math.Abs(total) {
			t.Errorf("%s explains %v of %v, %v is left", name, explained[name], total, summary.UnexplainedPnL)
		}
		if name == "vega_pnl" && summary.VegaPnL < 0 || name == "theta_pnl" && summary.ThetaPnL > 0 || name == "delta_pnl" && !(summary.GammaPnL > 0) {
			t.Errorf("%s has the wrong sign: %+v", name, explained)
		}
	}
}

// onQuotes runs the parameters on quotes in CSV.
func onQuotes(t *testing.T, p *param.Params, content string) *account.Summary {
	t.Helper()
	quotes, err := recorded.ReadSeries(recorded.NewCSV(strings.NewReader(content)), recorded.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := quotes.Market(p.Market, 0)
	if err != nil {
		t.Fatal(err)
	}
	var simulator Simulator
	summary, err := simulator.Run(m, p, 1)
	if err != nil {
		t.Fatal(err)
	}
	return &summary
}

// Cash earns interest over the time that the option decays by: where the data has the
// years to expiry, over their fall.
func TestRecordedYearsCarryCash(t *testing.T) {
	var b strings.Builder
	b.WriteString("S,K,T_years,iv,r,call_mid\n")
	for i := range 100 {
		fmt.Fprintf(&b, "100,100,%v,0.2,0,7\n", 0.5-0.0005*float64(i))
	}
	p := param.Defaults(param.OneSeries)
	p.OpeningInventory, p.Multiplier, p.FillModel, p.HedgeModel, p.FinancingRate = 3, 50, param.NoFills, param.HedgeOff, some(0.04)
	summary := onQuotes(t, &p, b.String())
	paid := 3 * 50 * 7 * math.Expm1(0.04*99*0.0005)
	if math.Abs(summary.CarryPnL+paid) > 1e-3*paid {
		t.Errorf("the options' price costs %v of interest, want %v", -summary.CarryPnL, paid)
	}
}

// The choices that only change where a number comes from do so.
func TestChoicesOfNumbers(t *testing.T) {
	base := realistic()
	base.Market.Mispricing = 0.05
	option := func(run *lone) *market.Series { return &run.Market.Series[0] }
	p := base
	p.QuoteModel, p.PriceScale, p.QuoteAround, p.Spread, p.SpreadVolCoef = param.ShiftQuotes, param.ScaleOfCurrency, param.AroundTheo, some(0.4), 0
	p.Market.Width = param.Optional{}
	run, _ := runOf(t, p)
	for i := range run.Bid {
		if math.Abs((run.Bid[i]+run.Ask[i])/2-option(run).Theo[i]) > 1e-9 || math.Abs(run.Ask[i]-run.Bid[i]-0.4) > 1e-9 {
			t.Fatalf("minute %d: %v/%v is not around theo %v", i, run.Bid[i], run.Ask[i], option(run).Theo[i])
		}
	}
	// γσ²τ of an unset quote_vol: σ = |Δ|·S·vol per square-root minute.
	p = base
	p.QuoteModel, p.PriceScale, p.HorizonMinutes, p.FillModel = param.StoikovQuotes, param.ScaleOfCurrency, some(500), param.NoFills
	p.Market.Width, p.OpeningInventory = param.Optional{}, 2
	p.RiskAversion = some(0.1)
	run, _ = runOf(t, p)
	for i := range run.Bid {
		o := option(run)
		sigma := o.Delta[i] * run.Market.Underlyings[0].Price[i] * o.Vol[i] / math.Sqrt(252*390)
		want := o.Mid[i] - 2*0.1*sigma*sigma*float64(500-i)
		if math.Abs((run.Bid[i]+run.Ask[i])/2-want) > 1e-9 {
			t.Fatalf("minute %d: the center is %v, want %v", i, (run.Bid[i]+run.Ask[i])/2, want)
		}
	}
	// Half of the market's width counts as one: the same quotes as in currency.
	p = base
	p.Market.Width, p.FillModel = some(0.3), param.NoFills
	scaled, _ := runOf(t, p)
	p.PriceScale, p.RiskAversion, p.IntensityDecay = param.ScaleOfCurrency, some(p.RiskAversion.Value/0.15), some(p.IntensityDecay.Value/0.15)
	currency, _ := runOf(t, p)
	for i := range scaled.Bid {
		if math.Abs(scaled.Bid[i]-currency.Bid[i]) > 1e-9 || scaled.Ask[i]-scaled.Bid[i] < 0.2 {
			t.Fatalf("minute %d: %v in half-spreads, %v in currency", i, scaled.Bid[i], currency.Bid[i])
		}
	}
	// Whalley and Wilmott's band is of the whole position, multiplier and all.
	p = base
	p.FillModel, p.OpeningInventory, p.Multiplier, p.HedgeModel = param.NoFills, -3, 100, param.HedgeWhalley
	p.HedgeCosts.BasisPoints, p.HedgeRiskAversion, p.Market.Rate = 10, some(0.01), some(0.5)
	run, _ = runOf(t, p)
	o := option(run)
	gamma := 3 * 100 * o.Gamma[0]
	half := math.Cbrt(1.5 * math.Exp(-0.5*o.Years[0]) * 0.001 * run.Market.Underlyings[0].Price[0] * gamma * gamma / 0.01)
	if got := -run.HedgeError[0]; math.Abs(got-half) > 1e-9*half || half < 1 {
		t.Errorf("the first hedge leaves %v shares, want the band's %v", got, half)
	}
}

// Greek limits are on the whole position, multiplier and hedge and all.
func TestLimitsCountTheMultiplier(t *testing.T) {
	p := fixedQuotes()
	p.Multiplier, p.VegaLimit, p.HedgeModel = 100, some(100), param.HedgeOff
	if run, summary := runOf(t, p); summary.TotalFills != 0 || run.BidSize[0] != 0 || run.AskSize[0] != 0 {
		t.Errorf("a contract has a vega of more than a thousand, the limit is 100, and %d contracts trade", summary.TotalFills)
	}
	// A book that is hedged has room where the options alone have none.
	p = fixedQuotes()
	p.Multiplier, p.OpeningInventory, p.DeltaLimit, p.HedgeModel, p.HedgeEveryMinutes = 100, 5, some(120), param.HedgeEvery, some(1)
	hedged, _ := runOf(t, p)
	p.HedgeModel = param.HedgeOff
	open, _ := runOf(t, p)
	if hedged.BidSize[1] != 1 || open.BidSize[1] != 0 || open.AskSize[1] != 1 {
		t.Errorf("bid sizes %d hedged and %d open, ask size %d open; want 1, 0 and 1", hedged.BidSize[1], open.BidSize[1], open.AskSize[1])
	}
}

// Small shares of informed orders count as much as large ones.
func TestSmallInformedShare(t *testing.T) {
	p := fixedQuotes()
	p.Market.Minutes, p.InformedShare = 11_000, 0.1
	_, summary := runOf(t, p)
	if share := float64(summary.InformedFills) / float64(summary.TotalFills); share < 0.01 || share > 0.1 {
		t.Errorf("a tenth of the orders is informed, and %v of the fills", share)
	}
}

// More contracts than a column holds are an error, not a wrap.
func TestInventoryOverflowIsAnError(t *testing.T) {
	p := fixedQuotes()
	p.Market.Minutes, p.QuoteSize, p.ArrivalRate, p.InventorySkew, p.OpeningInventory = 11_000, 1_000_000, some(50), -1, 1
	m, err := synthetic.Source{}.Market(p.Market, 1)
	if err != nil {
		t.Fatal(err)
	}
	var simulator Simulator
	if _, err := simulator.Run(m, &p, 2); err == nil || !strings.Contains(err.Error(), "more than a run can hold") {
		t.Errorf("error %v", err)
	}
	// Many fills that cancel out are counted all the same.
	p.InventorySkew, p.OpeningInventory, p.InventoryLimit = 0, 0, some(2_000_000)
	summary, err := simulator.Run(m, &p, 2)
	if err != nil || summary.BidFills < 1<<31 || summary.TotalFills != summary.BidFills+summary.AskFills || math.Abs(summary.MeanEdge.Value-0.05) > 1e-9 {
		t.Errorf("error %v, %d of %d fills, mean edge %v", err, summary.BidFills, summary.TotalFills, summary.MeanEdge)
	}
}

func runOf(t *testing.T, p param.Params) (*lone, account.Summary) {
	t.Helper()
	return run(t, p, 11, 12)
}
