package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/market/recorded"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
	"optmm/engine/signal"
)

// realistic is a setting of the realistic models that trades a lot.
func realistic() param.Params {
	p := param.Defaults(param.Synthetic)
	p.Market.Model, p.Market.Minutes = synthetic.GBMModel, 400
	p.QuoteModel, p.PriceScale = param.GLFTQuotes, param.ScaleOfHalfSpread
	p.RiskAversion, p.FillModel = param.Optional{Value: 0.05, Set: true}, param.ExponentialFills
	p.ArrivalRate, p.IntensityDecay = param.Optional{Value: 2, Set: true}, param.Optional{Value: 1, Set: true}
	return p
}

// trained is a source whose markets are scored by a made-up model where that is asked for: of all features that
// every market has.
func trained(source market.Source) market.Source {
	features := slices.DeleteFunc(signal.DefaultFeatures(), func(c signal.Chosen) bool { return strings.HasPrefix(c.Name, "width") })
	model := &signal.Model{Features: features, Center: 0.5, Scale: 2}
	model.Raw = func() func(columns [][]float64, into []float64) {
		return func(columns [][]float64, into []float64) {
			for _, column := range columns {
				for i, x := range column {
					if x == x {
						into[i] += math.Tanh(100 * x)
					}
				}
			}
		}
	}
	return market.Scored{Source: source, Model: func(string, uint32) (*signal.Model, error) { return model, nil }}
}

func some(x float64) param.Optional { return param.Optional{Value: x, Set: true} }

// randomParams chooses every model and feature at random.
func randomParams(random *rand.Rand) param.Params {
	p := realistic()
	choose := func(name string) string {
		parameter := param.NewRules(param.Synthetic).Parameter(name)
		return parameter.Domain.Choices[random.IntN(len(parameter.Domain.Choices))]
	}
	maybe := func(x float64) param.Optional {
		if random.IntN(3) > 0 {
			return param.Optional{}
		}
		return some(x)
	}
	p.Market.Model = choose("market_model")
	p.Market.Minutes = 1 + random.IntN(300)
	p.Market.ExpirySessions, p.Market.MinutesPerSession = 3, 100
	if p.Market.Model != synthetic.SeedModel {
		p.Market.Minutes = 301 // settles
	}
	p.Market.Clock, p.Market.ClosedWeight, p.Market.Mispricing, p.Market.MispricingHalfLife = choose("expiry_clock"), random.Float64(), 0.02*random.Float64(), float64(random.IntN(40))
	p.Market.Signal = signal.Signal{Model: choose("score_model"), Window: random.IntN(60), ReturnMinutes: 1 + random.IntN(9)}
	p.Multiplier, p.OpeningInventory = []float64{1, 50, 100}[random.IntN(3)], random.IntN(11)-5
	p.QuoteModel, p.QuoteAround = choose("quote_model"), choose("quote_around")
	p.ScoreShift, p.ScoreWiden, p.InventorySkew = 0.002*random.NormFloat64(), random.Float64(), 0.01*random.Float64()
	p.RiskAversion, p.HorizonMinutes = some(0.5*random.Float64()+0.01), some(float64(1+random.IntN(200)))
	p.QuoteVol, p.PriceScale = maybe(0.2*random.Float64()+0.01), choose("price_scale")
	p.TickSize, p.MinWidth, p.QuoteSize, p.LatencyMinutes = maybe(0.01), 0.1*random.Float64(), 1+random.IntN(5), random.IntN(3)
	p.FillModel, p.FillFrom = choose("fill_model"), choose("fill_from")
	p.VolOfVol, p.ArrivalSlope = some(random.Float64()), some(0.1+5*random.Float64())
	p.LogitIntercept, p.LogitSlope = some(random.NormFloat64()), some(5*random.Float64())
	p.InformedShare, p.OrderSizeMean = random.Float64(), maybe(1+3*random.Float64())
	p.HedgeModel, p.HedgeEveryMinutes, p.HedgeBand = choose("hedge_model"), some(float64(1+random.IntN(60))), some(random.Float64())
	p.HedgeBandTo, p.HedgeRiskAversion, p.HedgeLot = choose("hedge_band_to"), some(1), []float64{0, 1}[random.IntN(2)]
	p.HedgeCosts.HalfSpread, p.HedgeCosts.BasisPoints, p.HedgeCosts.Fixed = 0.02*random.Float64(), random.Float64(), random.Float64()
	p.OptionFee, p.FinancingRate, p.Market.DividendYield = random.NormFloat64(), maybe(0.5*random.Float64()), 0.1*random.Float64()
	p.InventoryLimit, p.DeltaLimit, p.VegaLimit, p.GammaLimit = maybe(10), maybe(500), maybe(5000), maybe(50)
	p.LossLimit = maybe(50)
	if p.QuoteModel == param.GLFTExactQuotes {
		p.InventoryLimit, p.QuoteVol, p.PriceScale = some(10), some(0.1), param.ScaleOfCurrency
	}
	return p
}

// Whatever the models, every run is accounted for at every minute: by the ledger,
// by its attribution, and by sums made here over again.
func TestEveryRunIsAccountedFor(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 8))
	var simulator Simulator
	runs, fills, settled := 0, 0, 0
	for range 600 {
		p := randomParams(random)
		if p.Validate(param.Synthetic) != nil {
			continue // does not go together
		}
		runs++
		m, err := trained(synthetic.Source{}).Market(p.Market, random.Uint32())
		if err != nil {
			t.Fatal(err)
		}
		summary, err := simulator.Run(m, &p, random.Uint64())
		if err != nil {
			t.Fatalf("%v: %+v", err, p)
		}
		fills += summary.TotalFills
		if m.Series[0].Expiry >= 0 {
			settled++
		}
		checkAccount(t, &p, alone(simulator.Record()), &summary)
		checkFigures(t, &p, alone(simulator.Record()), &summary)
		net := account.PnLParts()
		checkParts(t, &summary, net[:len(net)-1], summary.NetPnL)
		checkParts(t, &summary, account.GreekParts(), summary.InventoryPnL+summary.HedgePnL)
		if t.Failed() {
			t.Fatalf("with %+v", p)
		}
	}
	if runs < 150 || fills < 10_000 || settled < 50 {
		t.Errorf("%d runs, %d fills, %d settled: the test shows little", runs, fills, settled)
	}
}

// checkParts adds up the parts of a P&L.
func checkParts(t *testing.T, summary *account.Summary, parts []account.Statistic, whole float64) {
	t.Helper()
	sum, scale := 0.0, 1.0
	for _, part := range parts {
		x, _ := part.Value(summary)
		sum += part.Contribution(x)
		scale += math.Abs(x)
	}
	if math.Abs(sum-whole) > 1e-9*scale {
		t.Errorf("the parts from %s on add up to %v, not to %v", parts[0].Name, sum, whole)
	}
}

func checkAccount(t *testing.T, p *param.Params, run *lone, summary *account.Summary) {
	t.Helper()
	option, underlying := &run.Market.Series[0], run.Market.Underlyings[0].Price
	held, shares := float64(p.OpeningInventory), 0.0
	var spread, inventory, hedged, fees, costs, carry float64
	for i := range run.PnL {
		if i > 0 {
			if passed := run.Market.Passed[i]; p.FinancingRate.Set {
				carry += run.Cash[i-1]*math.Expm1(p.FinancingRate.Value*passed) + shares*underlying[i]*math.Expm1(p.Market.DividendYield*passed)
			}
			inventory += held * (option.Mid[i] - option.Mid[i-1]) * p.Multiplier
			hedged += shares * (underlying[i] - underlying[i-1])
		}
		bought, sold := float64(run.BidFills[i]), float64(run.AskFills[i])
		if run.BidFills[i] > run.BidSize[i] || run.AskFills[i] > run.AskSize[i] || bought < 0 || sold < 0 {
			t.Fatalf("minute %d fills %v and %v of %d and %d posted", i, bought, sold, run.BidSize[i], run.AskSize[i])
		}
		spread += (bought*(option.Mid[i]-run.Bid[i]) + sold*(run.Ask[i]-option.Mid[i])) * p.Multiplier
		fees += (bought + sold) * p.OptionFee
		held += bought - sold
		if i == option.Expiry {
			held = 0
			if run.Shares[i] != 0 || run.BidSize[i]+run.AskSize[i] != 0 {
				t.Fatalf("at expiry %v shares are held and %d contracts quoted", run.Shares[i], run.BidSize[i]+run.AskSize[i])
			}
		}
		if float64(run.Inventory[i]) != held {
			t.Fatalf("minute %d: inventory %d, fills add up to %v", i, run.Inventory[i], held)
		}
		costs += p.HedgeCosts.Of(run.Shares[i]-shares, underlying[i])
		shares = run.Shares[i]
		if p.HedgeLot == 1 && shares != math.Round(shares) {
			t.Fatalf("minute %d holds %v shares", i, shares)
		}
		scale := 1 + math.Abs(spread) + math.Abs(inventory) + math.Abs(hedged) + math.Abs(carry) + math.Abs(fees) + costs
		for what, difference := range map[string]float64{
			"pnl":          run.PnL[i] - (spread + inventory + hedged + carry - fees - costs),
			"carry_pnl":    run.Carry[i] - carry,
			"spread_pnl":   run.Attribution().Spread[i] - spread,
			"inventory":    run.Attribution().Inventory[i] - inventory,
			"hedge_pnl":    run.Attribution().Hedge[i] - hedged,
			"option_fees":  run.OptionFees[i] - fees,
			"hedge_costs":  run.HedgeCosts[i] - costs,
			"marked value": run.PnL[i] - (run.Cash[i] + held*option.Mid[i]*p.Multiplier + shares*underlying[i]),
		} {
			if !(math.Abs(difference) <= 1e-9*scale) {
				t.Fatalf("minute %d: %s is %v off, of %v", i, what, difference, scale)
			}
		}
		if p.QuoteModel != param.SeedQuotes && run.Ask[i] < run.Bid[i] {
			t.Fatalf("minute %d: bid %v, ask %v", i, run.Bid[i], run.Ask[i])
		}
	}
	last := len(run.PnL) - 1
	if summary.NetPnL != run.PnL[last] || math.Abs(summary.GrossPnL-summary.NetPnL-fees-costs) > 1e-6 {
		t.Fatalf("net %v, gross %v, last minute %v", summary.NetPnL, summary.GrossPnL, run.PnL[last])
	}
	if p.InventoryLimit.Set && p.LatencyMinutes == 0 && float64(summary.MaxInventory) > max(p.InventoryLimit.Value, math.Abs(float64(p.OpeningInventory))) {
		t.Fatalf("inventory reaches %d, the limit is %v", summary.MaxInventory, p.InventoryLimit.Value)
	}
}

// recorded is a history as CSV; rows from change on tell another future.
func recordedQuotes(t *testing.T, change int) *recorded.Quotes {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 3))
	var b strings.Builder
	b.WriteString("timestamp,underlying,strike,expiry,call_bid,call_ask,put_bid,put_ask\n")
	price := 100.0
	for i := range 300 {
		price += 0.1 * random.NormFloat64()
		width, noise := 0.05+0.1*random.Float64(), 0.02*random.NormFloat64()
		shown := price
		if i >= change {
			shown, width = price+3, 2*width
		}
		call, put := 5+shown/2-48+noise, 4+48-shown/2-noise
		fmt.Fprintf(&b, "2024-07-01T%02d:%02d:00Z,%v,100,2024-07-31,%v,%v,%v,%v\n", 10+i/60, i%60, shown, call-width, call+width, put-width, put+width)
	}
	quotes, err := recorded.ReadSeries(recorded.NewCSV(strings.NewReader(b.String())), recorded.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	return quotes
}

// What happens after a minute changes nothing that is quoted until then, for every
// quote model and score but the seed's.
func TestQuotesDoNotSeeTheFuture(t *testing.T) {
	const change = 200
	here, there := recordedQuotes(t, 1000), recordedQuotes(t, change)
	rules := param.NewRules(param.OneSeries)
	for _, quoteModel := range rules.Parameter("quote_model").Domain.Choices[1:] {
		for _, scoreModel := range rules.Parameter("score_model").Domain.Choices[1:] {
			p := realistic()
			p.QuoteModel, p.ScoreShift, p.ScoreWiden, p.InventorySkew = quoteModel, 0.001, 0.2, 0.01
			p.Market.Signal = signal.Signal{Model: scoreModel, Window: 40, ReturnMinutes: 3}
			p.HorizonMinutes, p.LatencyMinutes, p.TickSize = some(390), 1, some(0.01)
			p.VolOfVol, p.ArrivalSlope = some(0.5), some(1)
			p.FillFrom, p.Market.Clock = param.FromTouch, market.Act365Clock
			p.QuoteAround, p.Market.ImpliedVol = param.AroundTheo, param.Optional{} // found in the quotes, which must not look ahead either
			if quoteModel == param.GLFTExactQuotes {
				p.InventoryLimit, p.QuoteVol, p.PriceScale = some(20), some(0.05), param.ScaleOfCurrency
			}
			if err := p.Validate(param.OneSeries); err != nil {
				t.Fatal(err)
			}
			var first, second Simulator
			for _, run := range []struct {
				simulator *Simulator
				quotes    *recorded.Quotes
			}{{&first, here}, {&second, there}} {
				m, err := trained(run.quotes).Market(p.Market, 0)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := run.simulator.Run(m, &p, 7); err != nil {
					t.Fatal(err)
				}
			}
			a, b := alone(first.Record()), alone(second.Record())
			for i := range change {
				if a.Bid[i] != b.Bid[i] || a.Ask[i] != b.Ask[i] || a.BidSize[i] != b.BidSize[i] || a.AskSize[i] != b.AskSize[i] || a.Inventory[i] != b.Inventory[i] {
					t.Fatalf("%s with %s: minute %d quotes %v/%v, and %v/%v before another future", quoteModel, scoreModel, i, a.Bid[i], a.Ask[i], b.Bid[i], b.Ask[i])
				}
			}
			if a.Bid[change+5] == b.Bid[change+5] {
				t.Fatalf("%s with %s: the future does not differ: the test shows nothing", quoteModel, scoreModel)
			}
		}
	}
}

// The seed's score does see it, which is why its models keep the name.
func TestSeedScoreSeesTheFuture(t *testing.T) {
	p := param.Defaults(param.OneSeries)
	scores := make([][]float64, 2)
	for i, change := range []int{1000, 200} {
		m, err := recordedQuotes(t, change).Market(p.Market, 0)
		if err != nil {
			t.Fatal(err)
		}
		scores[i] = m.Series[0].Score
	}
	if scores[0][100] == scores[1][100] {
		t.Error("the seed's score at minute 100 does not know of minute 200")
	}
}

func run(t *testing.T, p param.Params, marketSeed uint32, fillSeed uint64) (*lone, account.Summary) {
	t.Helper()
	simulator, summary := simulate(t, p, marketSeed, fillSeed)
	return alone(simulator.Record()), summary
}

// fixedQuotes do not depend on the inventory, so that runs can be compared fill by
// fill.
func fixedQuotes() param.Params {
	p := realistic()
	p.QuoteModel, p.Spread, p.SpreadVolCoef = param.ShiftQuotes, some(0.1), 0
	return p
}

// The same orders arrive whatever else is drawn: features take fills away and add
// none.
func TestDrawsArePaired(t *testing.T) {
	all, _ := run(t, fixedQuotes(), 1, 2)
	p := fixedQuotes()
	p.QuoteSize, p.OrderSizeMean = 3, some(2)
	sized, summary := run(t, p, 1, 2)
	for i := range all.BidFills {
		if (all.BidFills[i] > 0) != (sized.BidFills[i] > 0) || (all.AskFills[i] > 0) != (sized.AskFills[i] > 0) {
			t.Fatalf("minute %d: sizes change who arrives", i)
		}
	}
	if summary.TotalFills <= len(all.BidFills)/10 {
		t.Fatalf("%d fills", summary.TotalFills)
	}
	p = fixedQuotes()
	p.InformedShare = 0.5
	informed, _ := run(t, p, 1, 2)
	refused := 0
	for i := range all.BidFills {
		if informed.BidFills[i] > all.BidFills[i] || informed.AskFills[i] > all.AskFills[i] {
			t.Fatalf("minute %d: the informed add a fill", i)
		}
		refused += int(all.BidFills[i] - informed.BidFills[i])
	}
	if refused == 0 {
		t.Error("the informed refuse nothing")
	}
}

// Adverse selection is measurable: the more of the flow is informed, the less a
// fill has earned when they are proven right; all of it earns nothing or less.
func TestInformedFlowCostsMoney(t *testing.T) {
	var markouts []float64
	for _, share := range []float64{0, 0.5, 1} {
		p := fixedQuotes()
		p.Market.Minutes, p.InformedShare, p.InformedMinutes = 11_000, share, 5
		_, summary := run(t, p, 3, 4)
		if !summary.Markouts[1].Set || summary.TotalFills < 500 {
			t.Fatalf("share %v: %+v", share, summary)
		}
		if (summary.InformedFills > 0) != (share > 0) || share == 1 && summary.InformedFills != summary.TotalFills {
			t.Errorf("share %v: %d of %d fills are informed", share, summary.InformedFills, summary.TotalFills)
		}
		markouts = append(markouts, summary.Markouts[1].Value)
	}
	if !(markouts[0] > markouts[1] && markouts[1] > markouts[2] && markouts[2] < 0) {
		t.Errorf("markouts after 5 minutes %v, want them to fall below zero", markouts)
	}
}

// A late quote is the one of some minutes before.
func TestLatency(t *testing.T) {
	prompt, _ := run(t, fixedQuotes(), 1, 2)
	p := fixedQuotes()
	p.LatencyMinutes = 3
	late, _ := run(t, p, 1, 2)
	for i := range late.Bid {
		if i < 3 && (late.BidSize[i] != 0 || late.AskSize[i] != 0) {
			t.Fatalf("minute %d quotes before anything can have been posted", i)
		}
		if i >= 3 && (late.Bid[i] != prompt.Bid[i-3] || late.Ask[i] != prompt.Ask[i-3] || late.BidSize[i] != 1) {
			t.Fatalf("minute %d posts %v, three minutes before it was %v", i, late.Bid[i], prompt.Bid[i-3])
		}
	}
}

func TestLimits(t *testing.T) {
	free, _ := run(t, realistic(), 5, 6)
	if free.Breaches != 0 || free.HaltedMinutes != 0 {
		t.Errorf("without limits %d breaches, %d halted", free.Breaches, free.HaltedMinutes)
	}
	p := fixedQuotes()
	p.ArrivalRate = some(20) // both sides nearly always
	p.OpeningInventory, p.InventoryLimit = -7, some(3)
	capped, _ := run(t, p, 5, 6)
	if capped.AskSize[0] != 0 || capped.BidSize[0] != 1 {
		t.Errorf("7 short at a limit of 3: bid size %d, ask size %d; want the bid alone", capped.BidSize[0], capped.AskSize[0])
	}
	if capped.Breaches == 0 || capped.Breaches > 10 {
		t.Errorf("%d minutes beyond the limit, which it began beyond", capped.Breaches)
	}
	for _, c := range []struct {
		name  string
		set   func(*param.Params)
		value func(*lone, int) float64
	}{
		{"vega", func(p *param.Params) { p.VegaLimit = some(30) }, func(s *lone, i int) float64 {
			return float64(s.Inventory[i]) * s.Market.Series[0].Vega[i] * s.Multiplier
		}},
		{"gamma", func(p *param.Params) { p.GammaLimit = some(0.15) }, func(s *lone, i int) float64 {
			return float64(s.Inventory[i]) * s.Market.Series[0].Gamma[i] * s.Multiplier
		}},
		{"delta", func(p *param.Params) { p.DeltaLimit, p.HedgeModel = some(1.5), param.HedgeOff }, func(s *lone, i int) float64 {
			return s.HedgeError[i]
		}},
	} {
		p := fixedQuotes()
		c.set(&p)
		limited, _ := run(t, p, 5, 6)
		unlimited, _ := run(t, fixedQuotes(), 5, 6)
		limit := [...]float64{30, 0.15, 1.5}[map[string]int{"vega": 0, "gamma": 1, "delta": 2}[c.name]]
		most, before, beyond := 0.0, 0.0, 0
		for i := range limited.PnL {
			most = max(most, math.Abs(c.value(limited, i)))
			before = max(before, math.Abs(c.value(unlimited, i)))
			if math.Abs(c.value(limited, i)) > limit {
				beyond++
			}
		}
		if most > limit*1.05 || c.name != "delta" && before <= limit*1.1 {
			t.Errorf("%s reaches %v with a limit of %v, %v without", c.name, most, limit, before)
		}
		if beyond != limited.Breaches {
			t.Errorf("%s: %d breaches counted, %d seen", c.name, limited.Breaches, beyond)
		}
	}
	p = fixedQuotes()
	p.OptionFee, p.LossLimit = 5, some(40)
	losing, summary := run(t, p, 5, 6)
	stopped := -1
	for i := range losing.PnL {
		if stopped >= 0 && losing.BidSize[i]+losing.AskSize[i] > 0 {
			t.Fatalf("minute %d quotes although minute %d lost %v", i, stopped, losing.PnL[stopped])
		}
		if stopped < 0 && losing.PnL[i] <= -40 {
			stopped = i
		}
	}
	if stopped < 0 || summary.HaltedMinutes != len(losing.PnL)-1-stopped {
		t.Errorf("stopped at minute %d, %d minutes halted", stopped, summary.HaltedMinutes)
	}
	beyond := 0
	for _, pnl := range losing.PnL {
		if pnl <= -40 {
			beyond++
		}
	}
	if summary.Breaches != beyond || beyond < 2 {
		t.Errorf("%d breaches, %d minutes ended beyond the loss limit", summary.Breaches, beyond)
	}
}

// An option that is sold and hedged every minute earns what its buyer paid too
// much: on average its value at the implied less its value at the realized
// volatility. It is settled at expiry, so that nothing is left to mark.
func TestHedgedOptionEarnsThePremium(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	p := param.Defaults(param.Synthetic)
	p.Market.Model, p.Market.MinutesPerSession, p.Market.ExpirySessions, p.Market.Minutes = synthetic.GBMModel, 20, 21, 421
	p.Market.Rate, p.Market.Mispricing, p.Market.ImpliedVol, p.Market.RealizedVol = some(0), 0, some(0.3), 0.2
	p.OpeningInventory, p.FillModel, p.Multiplier = -1, param.NoFills, 100
	p.HedgeModel, p.HedgeEveryMinutes = param.HedgeEvery, some(1)
	if err := p.Validate(param.Synthetic); err != nil {
		t.Fatal(err)
	}
	var simulator Simulator
	const seeds = 2000
	sum, squares, gamma := 0.0, 0.0, 0.0
	for seed := range seeds {
		m, summary := underSeed(t, &simulator, &p, seed)
		fair, _ := priced(m.Underlyings[0].Price[0], 0.2, m.Series[0].Years[0])
		excess := summary.NetPnL - 100*(m.Series[0].Mid[0]-fair)
		sum += excess
		squares += excess * excess
		gamma += math.Abs(summary.UnexplainedPnL) / (math.Abs(summary.GammaPnL) + math.Abs(summary.ThetaPnL))
		last := len(m.Underlyings[0].Price) - 1
		if run := alone(simulator.Record()); run.Inventory[last] != 0 || run.Cash[last] != run.PnL[last] {
			t.Fatalf("after expiry %d contracts, cash %v, pnl %v", run.Inventory[last], run.Cash[last], run.PnL[last])
		}
	}
	mean := sum / seeds
	standardError := math.Sqrt((squares/seeds - mean*mean) / seeds)
	t.Logf("P&L less premium %.3f ± %.3f; unexplained share %.4f", mean, standardError, gamma/seeds)
	if math.Abs(mean) > 3*standardError || standardError > 2 {
		t.Errorf("P&L less premium is %v ± %v, want 0", mean, standardError)
	}
	if gamma/seeds > 0.1 {
		t.Errorf("the Greeks leave %v of what they explain", gamma/seeds)
	}
}

// An option that is bought at its value, hedged every minute and held until it expires
// earns nothing on average: its decay, the volatility of what it is on, interest and
// dividends all run by one clock, nights and weekends included.
func TestFairOptionEarnsNothing(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	const seeds = 500
	for _, c := range []struct {
		name  string
		clock string
		set   func(*param.Params)
	}{
		{"trading clock", market.TradingClock, func(*param.Params) {}},
		{"calendar", market.Act365Clock, func(*param.Params) {}},
		{"trading clock, interest and dividends", market.TradingClock, carries},
		{"calendar, interest and dividends", market.Act365Clock, carries},
		{"calendar, quiet nights", market.Act365Clock, func(p *param.Params) { p.Market.ClosedWeight = 0.05 }},
		{"calendar, two expiries", market.Act365Clock, func(p *param.Params) {
			p.Market.ExpirySessions, p.Market.Shape.Expiries, p.Market.Shape.ExpiryStep = 7, 2, 8
		}},
		{"the seed's market, trading clock", market.TradingClock, func(p *param.Params) { ofTheSeed(p, 252*20) }},
		{"the seed's market, calendar", market.Act365Clock, func(p *param.Params) { ofTheSeed(p, 365*1440) }},
	} {
		p := param.Defaults(param.Synthetic)
		p.Market.Model, p.Market.MinutesPerSession, p.Market.ExpirySessions, p.Market.Minutes = synthetic.GBMModel, 20, 15, 301
		p.Market.Rate, p.Market.Mispricing, p.Market.Clock = some(0), 0, c.clock
		p.OpeningInventory, p.FillModel, p.Multiplier = 10, param.NoFills, 1
		p.HedgeModel, p.HedgeEveryMinutes = param.HedgeEvery, some(1)
		c.set(&p)
		if err := p.Validate(param.Synthetic); err != nil {
			t.Fatal(err)
		}
		var simulator Simulator
		var pnl spreadOf
		for seed := range seeds {
			_, summary := underSeed(t, &simulator, &p, seed)
			pnl.add(summary.NetPnL)
		}
		standardError := pnl.deviation() / math.Sqrt(seeds)
		t.Logf("%s: %.3f ± %.3f", c.name, pnl.mean(), standardError)
		if math.Abs(pnl.mean()) > 3*standardError || standardError > 0.6 {
			t.Errorf("%s: the P&L is %.3f ± %.3f, want 0", c.name, pnl.mean(), standardError)
		}
	}
}

// underSeed runs the parameters on the synthetic market of a seed.
func underSeed(t *testing.T, simulator *Simulator, p *param.Params, seed int) (*market.Market, *account.Summary) {
	t.Helper()
	m, err := trained(synthetic.Source{}).Market(p.Market, uint32(seed))
	if err != nil {
		t.Fatal(err)
	}
	summary, err := simulator.Run(m, p, 0)
	if err != nil {
		t.Fatal(err)
	}
	return m, &summary
}

// ofTheSeed makes it the seed's market, with implied equal to realized volatility over a
// year of the given minutes.
func ofTheSeed(p *param.Params, yearMinutes float64) {
	p.Market.Model, p.Market.MidNoise, p.Market.ImpliedVol = synthetic.SeedModel, 0, some(0.2)
	p.Market.Minutes = 300 // the seed's end before expiry
	p.Market.DailyVol = 0.2 * math.Sqrt(float64(p.Market.MinutesPerSession)/yearMinutes)
}

// carries is a world of interest and dividends in which everything fair grows at 5%.
func carries(p *param.Params) {
	p.Market.Rate, p.Market.DividendYield, p.Market.Drift, p.FinancingRate = some(0.05), 0.02, 0.03, some(0.05)
	p.Market.Spot, p.Market.ImpliedVol, p.Market.RealizedVol = 100, some(0.25), 0.25
}

// A column that the parameters make constant has its number, bit for bit, in every minute, whatever
// else they say.
func TestConstantColumnsAreConstant(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 9))
	rules := param.NewRules(param.Synthetic)
	var constants []account.Column
	for _, column := range account.Columns() {
		if column.Constant.Where != nil && column.Missing(account.Provided{Put: true}) == "" {
			constants = append(constants, column)
		}
	}
	var simulator Simulator
	checked := map[string]int{}
	for i := range 600 {
		p, column := randomParams(random), &constants[i%len(constants)]
		for _, setting := range column.Constant.Where {
			rules.Parameter(setting.Parameter).Set(&p, setting.Value)
		}
		if p.QuoteModel == param.SeedQuotes && random.IntN(2) == 0 { // which is filled by its own model or by none
			p.FillModel = param.SeedFills
		}
		if p.Market.Model == synthetic.SeedModel {
			p.Market.Minutes = min(p.Market.Minutes, 300) // it does not settle
		}
		if p.Validate(param.Synthetic) != nil {
			continue
		}
		m, err := trained(synthetic.Source{}).Market(p.Market, random.Uint32())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := simulator.Run(m, &p, random.Uint64()); err != nil {
			t.Fatal(err)
		}
		checked[column.Name]++
		var values []float64
		if column.Floats != nil {
			values = column.Floats(simulator.Record(), 0)
		} else {
			for _, x := range column.Integers(simulator.Record(), 0) {
				values = append(values, float64(x))
			}
		}
		for minute, x := range values {
			if math.Float64bits(x) != math.Float64bits(column.Constant.Value) {
				t.Fatalf("%s is %v at minute %d, want %v, with %+v", column.Name, x, minute, column.Constant.Value, p)
			}
		}
	}
	for _, column := range constants {
		if checked[column.Name] < 20 {
			t.Errorf("%s was checked in %d runs: the test shows little", column.Name, checked[column.Name])
		}
	}
}
