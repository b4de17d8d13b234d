package engine

import (
	"math/rand/v2"
	"testing"

	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
)

// drawRealistic draws parameters of the realistic models, of one family in a market.
func drawRealistic(random *rand.Rand, p param.Params) param.Params {
	any := func(share float64) bool { return random.Float64() < share }
	p.QuoteModel = []string{param.GLFTQuotes, param.StoikovQuotes, param.SymmetricQuotes, param.ShiftQuotes}[random.IntN(4)]
	p.FillModel = []string{param.ExponentialFills, param.FirstOrderFills, param.LinearFills, param.LogisticFills}[random.IntN(4)]
	p.RiskAversion, p.IntensityDecay, p.ArrivalRate = some(random.ExpFloat64()), some(0.2+2*random.Float64()), some(0.2+random.ExpFloat64())
	p.ArrivalSlope, p.LogitIntercept, p.LogitSlope = some(random.ExpFloat64()), some(random.NormFloat64()), some(random.ExpFloat64())
	p.HorizonMinutes, p.InventorySkew, p.ScoreShift = some(float64(1+random.IntN(300))), random.ExpFloat64()/100, random.NormFloat64()/100
	p.QuoteSize = 1 + random.IntN(3)
	if any(0.5) {
		p.TickSize = some([]float64{0.01, 0.05}[random.IntN(2)])
	}
	if any(0.5) {
		p.MinWidth = random.Float64() / 5
	}
	if any(0.3) {
		p.ScoreWiden = random.NormFloat64()
	}
	if any(0.3) {
		p.InventoryLimit = some(float64(1 + random.IntN(12)))
	}
	if any(0.2) {
		p.OptionVegaLimit = some(200 * random.ExpFloat64())
	}
	if any(0.2) {
		p.LossLimit = some(30 * random.ExpFloat64())
	}
	if any(0.4) {
		p.LatencyMinutes = 1 + random.IntN(3)
	}
	if any(0.4) {
		p.InformedShare, p.InformedMinutes = []float64{random.Float64(), random.Float64(), 1, 1e-12, 5e-324}[random.IntN(5)], 1+random.IntN(10)
		p.LogitSlope.Value *= []float64{1, 1, 100, 1e5}[random.IntN(4)] // beyond what exp can hold
	}
	if p.Market.Width.Set && any(0.5) {
		p.PriceScale = param.ScaleOfHalfSpread
	}
	if p.Market.Width.Set && any(0.3) {
		p.FillFrom = param.FromTouch
	}
	switch random.IntN(4) {
	case 0:
		p.HedgeModel = param.HedgeOff
	case 1:
		p.HedgeModel, p.HedgeEveryMinutes = param.HedgeEvery, some(float64(1+random.IntN(30)))
	case 2:
		p.HedgeModel, p.HedgeBand = param.HedgeBand, some(3*random.ExpFloat64())
		if any(0.5) {
			p.HedgeBandTo = param.BandToZero
		}
	}
	if any(0.4) {
		p.HedgeLot = []float64{1, 0.25, 3}[random.IntN(3)]
	}
	if any(0.5) {
		p.OptionFee, p.HedgeCosts.HalfSpread, p.HedgeCosts.BasisPoints, p.HedgeCosts.Fixed = random.Float64(), random.Float64()/50, random.Float64(), random.Float64()/10
	}
	p.Multiplier = []float64{1, 100}[random.IntN(2)]
	return p
}

// The same of the realistic models.
func TestRealisticTogetherIsAlone(t *testing.T) {
	random := rand.New(rand.NewPCG(25, 9))
	together, groups, kinds, reused := 0, 0, map[string]int{}, map[string]*Simulator{}
	for round := range 400 {
		base := param.Defaults(param.Synthetic)
		base.Market.Model, base.Market.Minutes = []string{synthetic.GBMModel, synthetic.MertonModel}[round%2], []int{3, 64, 100, 193, 300}[round%5]
		base.Market.Mispricing, base.Market.Signal.Model, base.Market.Signal.Window = 0.003, "parity_residual", 30
		if round%4 != 0 {
			base.Market.Width = market.Optional{Value: 0.05 + 0.1*random.Float64(), Set: true}
		}
		m, err := synthetic.Source{}.Market(base.Market, uint32(round))
		if err != nil {
			t.Fatal(err)
		}
		if round%7 == 3 { // some minutes have no good quote
			m.Series[0].Quotable = make([]bool, m.Minutes())
			for i := range m.Minutes() {
				m.Series[0].Quotable[i] = random.IntN(10) > 0
			}
		}
		one := drawRealistic(random, base)
		var params []*param.Params
		for range 3 + random.IntN(14) {
			p := one
			p.RiskAversion, p.InventorySkew, p.ScoreShift = some(random.ExpFloat64()), random.ExpFloat64()/100, random.NormFloat64()/100
			p.ArrivalRate, p.IntensityDecay = some(0.2+random.ExpFloat64()), some(0.2+2*random.Float64())
			if p.TickSize.Set {
				p.TickSize = some([]float64{0.01, 0.02, 0.2}[random.IntN(3)]) // the last is wider than the market
			}
			if p.QuoteModel != param.ShiftQuotes && random.IntN(3) == 0 {
				p.QuoteVol = some(random.Float64() / 10)
			}
			if p.LossLimit.Set {
				p.LossLimit = some(30 * random.ExpFloat64())
			}
			if p.HedgeBand.Set {
				p.HedgeBand = some(3 * random.ExpFloat64())
			}
			if random.IntN(4) == 0 {
				p.LatencyMinutes = random.IntN(3)
			}
			if random.IntN(40) == 0 {
				p.ScoreShift = 1e200 // its run fails
			}
			if err := p.Validate(param.Synthetic); err != nil {
				continue
			}
			params = append(params, &p)
		}
		allowed, batches := togetherIsAlone(t, reused, m, params, uint64(round))
		together, groups = together+len(allowed), groups+batches
		for _, p := range allowed {
			kinds[p.QuoteModel+p.FillModel]++
		}
	}
	if together < 1000 || groups < together/10 || len(kinds) < 16 {
		t.Errorf("%d runs of %d kinds in %d groups: %v", together, len(kinds), groups, kinds)
	}
}

// The same of parameters that a fuzzer draws, with numbers of its own among them.
func FuzzTogether(f *testing.F) {
	f.Add(uint64(1), uint16(300), 0.1, 0.001, 20.0)
	f.Add(uint64(2), uint16(1), 1e-300, -1.0, 1e300)
	f.Add(uint64(3), uint16(257), 1e8, 0.0, 0.0)
	f.Fuzz(func(t *testing.T, seed uint64, minutes uint16, aversion, shift, limit float64) {
		random := rand.New(rand.NewPCG(seed, 3))
		base := param.Defaults(param.Synthetic)
		base.Market.Model, base.Market.Minutes = synthetic.GBMModel, 1+int(minutes)%600
		base.Market.Mispricing, base.Market.Signal.Model = 0.003, "parity_residual"
		if seed%2 == 0 {
			base.Market.Width = market.Optional{Value: 0.1, Set: true}
		}
		m, err := synthetic.Source{}.Market(base.Market, uint32(seed))
		if err != nil {
			t.Skip()
		}
		one := drawRealistic(random, base)
		var params []*param.Params
		for i := range 9 {
			p := one
			p.RiskAversion, p.ScoreShift, p.LossLimit = some(aversion*float64(1+i)), shift*float64(i), some(limit*float64(1+i))
			if p.Validate(param.Synthetic) == nil {
				params = append(params, &p)
			}
		}
		togetherIsAlone(t, map[string]*Simulator{}, m, params, seed)
	})
}
