package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"golang.org/x/sys/cpu"

	"optmm/engine/account"
	"optmm/engine/lanes"
	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
)

// Runs that are simulated together have every figure of the runs by themselves, bit by bit.
func TestTogetherIsAlone(t *testing.T) {
	random := rand.New(rand.NewPCG(25, 8))
	together, groups, reused := 0, 0, map[string]*Simulator{}
	for round := range 60 {
		base := param.Defaults(param.Synthetic)
		base.Market.Minutes = []int{1, 2, 31, 64, 65, 94, 257, 1000}[round%8]
		base.Market.MinutesPerSession = 40 + random.IntN(400)
		if round%3 == 1 {
			base.Market.Model = synthetic.GBMModel
			base.Market.Width, base.Spread = market.Optional{Value: 0.05, Set: true}, param.Optional{}
		}
		m, err := synthetic.Source{}.Market(base.Market, uint32(round))
		if err != nil {
			t.Fatal(err)
		}
		var params []*param.Params
		for range 1 + random.IntN(20) {
			p := base
			p.Skew, p.KFill, p.SpreadMult = random.NormFloat64(), random.ExpFloat64()*50, random.ExpFloat64()
			if p.Spread.Set {
				p.Spread.Value, p.SpreadFloor, p.SpreadVolCoef = random.Float64(), random.Float64()/2, 10*random.Float64()
			}
			if random.IntN(2) == 0 {
				p.OptionFee, p.Multiplier = random.Float64(), float64(1+random.IntN(100))
			}
			if random.IntN(2) == 0 {
				p.HedgeCosts.HalfSpread, p.HedgeCosts.BasisPoints, p.HedgeCosts.Fixed = random.Float64()/100, random.Float64(), random.Float64()/10
			}
			switch random.IntN(30) {
			case 0:
				p.KFill = 0 // not in a lane
			case 1:
				p.HedgeModel, p.HedgeEveryMinutes = param.HedgeEvery, param.Optional{Value: 7, Set: true}
			case 2:
				p.Skew = 1e300 // its run fails
			case 3:
				p.Multiplier = 1e200
			}
			params = append(params, &p)
		}
		allowed, batches := togetherIsAlone(t, reused, m, params, uint64(round))
		together, groups = together+len(allowed), groups+batches
	}
	if together < 300 || groups < together/10 {
		t.Errorf("%d runs in %d groups", together, groups)
	}
}

// togetherIsAlone compares runs that are simulated together, by a simulator of every kernel, with the runs by themselves. It returns the runs that
// do not fail and that Apart allows, and in how many groups they were simulated, or, where each has a book of its own, in how many blocks of options.
func togetherIsAlone(t *testing.T, reused map[string]*Simulator, m *market.Market, params []*param.Params, seed uint64) (allowed []*param.Params, groups int) {
	t.Helper()
	var alone Simulator
	want := make([]string, len(params))
	for i, p := range params {
		summary, err := alone.Run(m, p, seed)
		if want[i] = bitsOf(&summary, err); err == nil && Apart(p, factsOf(m, false)) == "" {
			allowed = append(allowed, p)
		}
	}
	for _, kernel := range kernels() {
		kernel.Trades = true
		steps, realistic := kernel.Steps, kernel.Realistic
		groups = 0
		kernel.Steps = func(b *lanes.Batch, pnl []lanes.Lane) { // once for each group
			groups++
			steps(b, pnl)
		}
		quoted := 0
		kernel.Realistic = func(b *lanes.Batch) {
			quoted++
			realistic(b)
		}
		together := reused[kernel.Name]
		if together == nil {
			together = &Simulator{}
			reused[kernel.Name] = together
		}
		together.Kernel, together.together.again = kernel, 0
		outcomes := together.RunTogether(m, params, seed, nil)
		if len(outcomes) != len(params) {
			t.Fatalf("%d outcomes of %d runs", len(outcomes), len(params))
		}
		if groups == 0 { // each has a book of its own
			groups = quoted
		}
		failed := 0
		for _, o := range outcomes {
			if o.Err != nil || math.Abs(o.Summary.NetPnL) > 1e150 { // whose square is not finite
				failed++
			}
		}
		if together.together.again > failed {
			t.Fatalf("%s, seed %d: %d runs failed together, %d by themselves", kernel.Name, seed, together.together.again, failed)
		}
		for i, o := range outcomes {
			if got := bitsOf(&o.Summary, o.Err); got != want[i] {
				t.Fatalf("%s, seed %d, run %d of %d, %d minutes:\n%s\nalone\n%s\n%+v", kernel.Name, seed, i, len(params), m.Minutes(), got, want[i], params[i])
			}
		}
	}
	return allowed, groups
}

// bitsOf writes every figure with all its bits.
func bitsOf(s *account.Summary, err error) string {
	text := fmt.Sprint(err)
	for _, statistic := range account.Statistics() {
		value, defined := statistic.Value(s)
		text += fmt.Sprintf(" %s %x %v %v", statistic.Name, math.Float64bits(value), value, defined)
	}
	return text
}

// kernels lists those that this machine has, as execute.Kernels does, fastest first.
func kernels() []lanes.Kernel {
	return lanes.Kernels(cpu.X86)
}
