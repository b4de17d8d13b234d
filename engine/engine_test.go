package engine

import (
	"math"
	"strings"
	"testing"

	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
	"optmm/engine/signal"
)

func simulate(t *testing.T, params param.Params, marketSeed uint32, fillSeed uint64) (*Simulator, account.Summary) {
	t.Helper()
	if err := params.Validate(param.Synthetic); err != nil {
		t.Fatal(err)
	}
	m, err := trained(synthetic.Source{}).Market(params.Market, marketSeed)
	if err != nil {
		t.Fatal(err)
	}
	simulator := &Simulator{}
	summary, err := simulator.Run(m, &params, fillSeed)
	if err != nil {
		t.Fatal(err)
	}
	return simulator, summary
}

// P&L steps are what is held times what moved, plus what trading earned: the
// account neither makes nor loses money by itself.
func TestProfitIsAccountedFor(t *testing.T) {
	simulator, summary := simulate(t, param.Defaults(param.Synthetic), 5, 6)
	run := alone(simulator.Record())
	option, underlying := &run.Market.Series[0], run.Market.Underlyings[0].Price
	total := 0.0
	for i := range run.PnL {
		if i > 0 {
			total += float64(run.Inventory[i-1])*(option.Mid[i]-option.Mid[i-1]) + run.Shares[i-1]*(underlying[i]-underlying[i-1])
		}
		total += float64(run.BidFills[i])*(option.Mid[i]-run.Bid[i]) + float64(run.AskFills[i])*(run.Ask[i]-option.Mid[i])
	}
	if math.Abs(total-summary.NetPnL) > 1e-9 {
		t.Errorf("moves and edges add up to %v, net_pnl is %v", total, summary.NetPnL)
	}
}

func TestInventoryIsFillsAddedUp(t *testing.T) {
	simulator, summary := simulate(t, param.Defaults(param.Synthetic), 5, 6)
	run := alone(simulator.Record())
	held, fills := int32(0), 0
	for i := range run.Inventory {
		held += run.BidFills[i] - run.AskFills[i]
		fills += int(run.BidFills[i] + run.AskFills[i])
		if run.Inventory[i] != held {
			t.Fatalf("minute %d: inventory %d, fills add up to %d", i, run.Inventory[i], held)
		}
	}
	if fills != summary.TotalFills {
		t.Errorf("total_fills %d, the minutes have %d", summary.TotalFills, fills)
	}
}

// A simulator that has run anything else gives the same bits as a new one.
func TestSimulatorKeepsNothing(t *testing.T) {
	params := param.Defaults(param.Synthetic)
	params.Market.Minutes = 300
	_, once := simulate(t, params, 1, 2)
	used, _ := simulate(t, param.Defaults(param.Synthetic), 9, 2)
	m, err := synthetic.Source{}.Market(params.Market, 1)
	if err != nil {
		t.Fatal(err)
	}
	again, err := used.Run(m, &params, 2)
	if err != nil {
		t.Fatal(err)
	}
	if again != once {
		t.Errorf("a used simulator gives %+v, a new one %+v", again, once)
	}
}

func TestOneMinuteHasNoSharpe(t *testing.T) {
	params := param.Defaults(param.Synthetic)
	params.Market.Minutes = 1
	if _, summary := simulate(t, params, 42, 123); summary.Sharpe.Set {
		t.Errorf("one minute has Sharpe %v, want none", summary.Sharpe.Value)
	}
}

func TestOverflowIsAnError(t *testing.T) {
	params := param.Defaults(param.Synthetic)
	params.Skew = 1e308
	m, err := synthetic.Source{}.Market(params.Market, 42)
	if err != nil {
		t.Fatal(err)
	}
	var simulator Simulator
	if _, err := simulator.Run(m, &params, 123); err == nil || !strings.Contains(err.Error(), "bid at minute ") || !strings.Contains(err.Error(), "too extreme") {
		t.Errorf("error %v", err)
	}
}

func TestHedgeOffHoldsNoShares(t *testing.T) {
	params := param.Defaults(param.Synthetic)
	params.HedgeModel = "off"
	simulator, summary := simulate(t, params, 42, 123)
	for i, shares := range alone(simulator.Record()).Shares {
		if shares != 0 {
			t.Fatalf("minute %d holds %v shares", i, shares)
		}
	}
	if summary.TotalFills == 0 {
		t.Error("no fills: the test shows nothing")
	}
}

// The table and the struct agree: every parameter reads back what was set, and
// no two share a field.
func TestParametersReachTheirFields(t *testing.T) {
	names := map[string]bool{}
	for i, parameter := range param.Parameters() {
		if names[parameter.Name] {
			t.Errorf("%s is a duplicate", parameter.Name)
		}
		names[parameter.Name] = true
		if err := parameter.Check(parameter.Default); err != nil {
			t.Errorf("the default of %s is refused: %v", parameter.Name, err)
		}
		if parameter.Description == "" || parameter.Unit == "" || parameter.Section == "" {
			t.Errorf("%s lacks a sentence, a unit or a section", parameter.Name)
		}
		params := param.Defaults(param.Synthetic)
		changed := param.Value{Number: 3, Text: "other"}
		parameter.Set(&params, changed)
		for j, other := range param.Parameters() {
			want := other.Default
			if i == j {
				want = changed
			}
			if got := other.Get(&params); got.Number != want.Number && other.Kind != param.Choice || got.Text != want.Text && other.Kind == param.Choice {
				t.Errorf("after setting %s, %s is %+v, want %+v", parameter.Name, other.Name, got, want)
			}
		}
	}
}

func TestValidateNamesParameterAndDomain(t *testing.T) {
	for _, c := range []struct {
		change func(*param.Params)
		want   string
	}{
		{func(p *param.Params) { p.KFill = -1 }, "k_fill -1 is outside its domain [0, ∞)"},
		{func(p *param.Params) { p.Skew = math.NaN() }, "skew NaN is outside its domain (-∞, ∞)"},
		{func(p *param.Params) { p.Skew = math.Inf(1) }, "skew +Inf is outside its domain"},
		{func(p *param.Params) { p.Market.Spot = 0 }, "spot 0 is outside its domain (0, ∞)"},
		{func(p *param.Params) { p.FillModel = "sed" }, `fill_model "sed" is not one of seed`},
		{func(p *param.Params) { p.Market.Minutes = 11701 }, "minutes 11701 is beyond expiry: expiry_sessions 30 × 390 minutes = 11700"},
		{func(p *param.Params) { p.Spread = param.Optional{} }, "spread needs a value"},
	} {
		params := param.Defaults(param.Synthetic)
		c.change(&params)
		if err := params.Validate(param.Synthetic); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}

// The seed's models, a realistic run with every feature, and a book of a hundred
// options with it, on markets of the same length.
func BenchmarkRun(b *testing.B) {
	demanding := realistic()
	demanding.Market.Model, demanding.Market.Minutes, demanding.Market.Clock = synthetic.HestonModel, 1000, market.Act365Clock
	demanding.Market.Signal = signal.Signal{Model: signal.ParityResidualSignal, Window: 120, ReturnMinutes: 3}
	demanding.ScoreShift, demanding.TickSize, demanding.LatencyMinutes = 0.0005, some(0.01), 1
	demanding.InformedShare, demanding.InformedMinutes, demanding.QuoteSize, demanding.OrderSizeMean = 0.2, 5, 3, some(2)
	demanding.HedgeModel, demanding.HedgeRiskAversion, demanding.HedgeCosts.HalfSpread = param.HedgeWhalley, some(1), 0.01
	demanding.OptionFee, demanding.InventoryLimit, demanding.VegaLimit = 0.65, some(20), some(1000)
	book := demanding
	book.Market.Shape = market.Shape{Strikes: 10, StrikeStep: 2, Expiries: 5, ExpiryStep: 10, Sides: market.CallsAndPuts, Skew: -0.3, Curvature: 1}
	book.GrossLimit = some(500)
	for _, c := range []struct {
		name   string
		params param.Params
	}{{"seed", param.Defaults(param.Synthetic)}, {"realistic", demanding}, {"book", book}} {
		b.Run(c.name, func(b *testing.B) {
			if err := c.params.Validate(param.Synthetic); err != nil {
				b.Fatal(err)
			}
			m, err := synthetic.Source{}.Market(c.params.Market, 42)
			if err != nil {
				b.Fatal(err)
			}
			var simulator Simulator
			b.ReportAllocs()
			for b.Loop() {
				if _, err := simulator.Run(m, &c.params, 123); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(m.Minutes()*len(m.Series)), "ns/option-minute")
		})
	}
}

func BenchmarkSyntheticMarket(b *testing.B) {
	for _, model := range synthetic.Models() {
		b.Run(model, func(b *testing.B) {
			params := param.Defaults(param.Synthetic)
			params.Market.Model = model
			for b.Loop() {
				if _, err := (synthetic.Source{}).Market(params.Market, 42); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(params.Market.Minutes), "ns/minute")
		})
	}
}

// lone is a record of a market with one option.
type lone struct {
	*account.Record
	*account.OptionRecord
	*account.HedgeRecord
	Inventory  []int32
	HedgeError []float64
}

func alone(r *account.Record) *lone {
	return &lone{r, &r.Options[0], &r.Hedges[0], r.Options[0].Inventory, r.Hedges[0].Error}
}
