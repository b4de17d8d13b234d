package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
)

// A run is the same, to the last bit, whether each step is taken for all minutes
// at once or minute by minute, as it is where quotes and limits depend on the book; and so
// is what the columns add up to, whether they are made or not.
func TestBlocksAreMinutes(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	random := rand.New(rand.NewPCG(15, 8))
	atOnce, stepwise := Simulator{}, Simulator{stepwise: true}
	runs, chains, vectorized, vectorizedChains, failed, fills := 0, 0, 0, 0, 0, 0
	for range 500 {
		p := randomParams(random)
		switch random.IntN(6) {
		case 0:
			p = param.Defaults(param.Synthetic)
			p.Market.Minutes, p.Skew, p.KFill = 2+random.IntN(500), 0.05*random.Float64(), 50*random.Float64()
			p.OpeningInventory, p.Multiplier = random.IntN(5)-2, []float64{1, 100}[random.IntN(2)]
		case 1:
			p.Market.Shape = market.Shape{Strikes: 1 + random.IntN(3), StrikeStep: 5, Expiries: 1 + random.IntN(2), ExpiryStep: 1, Sides: market.CallsAndPuts}
		case 2: // a chain of the seed's models, whose first options may expire
			p = param.Defaults(param.Synthetic)
			p.Market.Model, p.Market.Minutes, p.Market.ExpirySessions = "gbm", 2+random.IntN(600), 1+random.IntN(2)
			p.Market.Shape = market.Shape{Strikes: 1 + random.IntN(3), StrikeStep: 1, Expiries: 1 + random.IntN(2), ExpiryStep: 1, Sides: market.CallsOnly}
			p.Skew, p.KFill, p.Spread, p.OpeningInventory = 0.05*random.Float64(), 50*random.Float64(), some(0.05), random.IntN(5)-2
		case 3: // a chain whose inventory grows beyond what a run can hold
			p = param.Defaults(param.Synthetic)
			p.Market.Model, p.Market.Minutes, p.Market.Mispricing, p.Market.MispricingHalfLife = "gbm", 3000, 0.05, 1000
			p.Market.Shape = market.Shape{Strikes: 3, StrikeStep: 1, Expiries: 1, ExpiryStep: 1, Sides: market.CallsAndPuts}
			p.QuoteModel, p.QuoteAround, p.FillModel, p.QuoteSize = param.ShiftQuotes, param.AroundTheo, param.LogisticFills, []int{1, 1_000_000}[random.IntN(2)]
			p.LogitIntercept, p.LogitSlope, p.Spread = some(float64(random.IntN(5))), some(50), some(0.05)
		}
		p.DeltaLimit, p.VegaLimit, p.GammaLimit, p.LossLimit = param.Optional{}, param.Optional{}, param.Optional{}, param.Optional{}
		if p.Validate(param.Synthetic) != nil || readsBook(&p) {
			continue
		}
		m, err := trained(synthetic.Source{}).Market(p.Market, random.Uint32())
		if err != nil {
			t.Fatal(err)
		}
		seed := random.Uint64()
		want, wantErr := stepwise.Run(m, &p, seed)
		got, gotErr := atOnce.Run(m, &p, seed)
		if wantErr != nil || gotErr != nil {
			if fmt.Sprint(gotErr) != fmt.Sprint(wantErr) {
				t.Fatalf("at once %v\nminute by minute %v\nwith %+v", gotErr, wantErr, p)
			}
			failed++
			continue
		}
		if got != want {
			t.Fatalf("at once %+v\nminute by minute %+v\nwith %+v", got, want, p)
		}
		r := atOnce.Record()
		total := r.Options[0].Total
		compareColumns(t, r, stepwise.Record())
		if r.Options[0].Total != total {
			t.Errorf("once its columns are made the option comes to %+v, before to %+v", r.Options[0].Total, total)
		}
		a, last := r.Attribution(), m.Minutes()-1
		for _, c := range []struct {
			name   string
			column []float64
			figure float64
		}{
			{"spread", a.Spread, got.SpreadPnL}, {"inventory", a.Inventory, got.InventoryPnL}, {"hedge", a.Hedge, got.HedgePnL},
			{"delta", a.Delta, got.DeltaPnL}, {"gamma", a.Gamma, got.GammaPnL}, {"theta", a.Theta, got.ThetaPnL},
			{"vega", a.Vega, got.VegaPnL}, {"unexplained", a.Unexplained, got.UnexplainedPnL},
		} {
			if c.column[last] != c.figure {
				t.Errorf("%s_pnl ends at %v, the figure is %v", c.name, c.column[last], c.figure)
			}
		}
		if t.Failed() {
			t.Fatalf("with %+v", p)
		}
		runs, fills = runs+1, fills+got.TotalFills
		if m.IsChain() {
			chains++
		}
		if atOnce.makers[0].vectorizable {
			vectorized++
			if m.IsChain() {
				vectorizedChains++
			}
		}
	}
	if runs < 200 || chains < 50 || vectorized < 100 || vectorizedChains < 50 || failed < 20 || fills < 10_000 {
		t.Errorf("%d runs, %d of chains, %d vectorized, %d of both, %d failed, %d fills: the test shows little", runs, chains, vectorized, vectorizedChains, failed, fills)
	}
}

// compareColumns compares every column of two records bit by bit.
func compareColumns(t *testing.T, got, want *account.Record) {
	t.Helper()
	for _, column := range account.Columns() {
		if column.Missing(account.ProvidedBy(got.Market)) != "" {
			continue
		}
		places := 1
		switch column.Per {
		case account.PerOption:
			places = len(got.Options)
		case account.PerUnderlying:
			places = len(got.Hedges)
		}
		for index := range places {
			same := true
			switch {
			case column.Floats != nil:
				same = slices.EqualFunc(column.Floats(got, index), column.Floats(want, index), func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
			case column.Integers != nil:
				same = slices.Equal(column.Integers(got, index), column.Integers(want, index))
			}
			if !same {
				t.Errorf("column %s of place %d is another", column.Name, index)
			}
		}
	}
}

// Once its buffers are there, a run of the kernel allocates next to nothing, however
// many minutes it has.
func TestSteadyStateAllocations(t *testing.T) {
	one, long, chain := param.Defaults(param.Synthetic), param.Defaults(param.Synthetic), param.Defaults(param.Synthetic)
	one.Market.Minutes, long.Market.Minutes = 100, 5000
	chain.Market.Model, chain.Market.ExpirySessions, chain.Market.Minutes = "gbm", 1, 500
	chain.Market.Shape = market.Shape{Strikes: 3, StrikeStep: 5, Expiries: 2, ExpiryStep: 1, Sides: market.CallsAndPuts}
	chain.Spread = some(0.05)
	for _, p := range []param.Params{one, long, chain} {
		m, err := trained(synthetic.Source{}).Market(p.Market, 42)
		if err != nil {
			t.Fatal(err)
		}
		var simulator Simulator
		if got := testing.AllocsPerRun(20, func() {
			if _, err := simulator.Run(m, &p, 123); err != nil {
				t.Fatal(err)
			}
		}); got > 0 {
			t.Errorf("a run of %d minutes on %d options allocates %v times", m.Minutes(), len(m.Series), got)
		}
	}
}
