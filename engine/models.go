package engine

import (
	"fmt"
	"math"

	"optmm/engine/fill"
	"optmm/engine/hedge"
	"optmm/engine/market"
	"optmm/engine/portable"
	"optmm/engine/quote"
)

// models are what one run's parameters choose, made for its market.
type models struct {
	quotes   quote.Model
	posting  *quote.Posting // nil posts what the model wants, as the seed does
	fills    fill.Model
	informed *fill.Informed // nil: nobody is
	orders   *fill.Orders   // nil: each takes the whole quote
	hedger   hedge.Model
}

// chooseModels makes the models. They read the simulator's columns and the
// market's.
func (s *Simulator) chooseModels(m *market.Market, p *Params, fillSeed uint64) (chosen models, err error) {
	option := &m.Series[0]
	if s.width = nil; p.QuoteModel == seedQuotes || p.QuoteModel == shiftQuotes {
		width := quote.Width{
			Spread: p.Spread.Value, Own: !p.Spread.Set,
			Floor: p.SpreadFloor, VolCoef: p.SpreadVolCoef, Mult: p.SpreadMult,
		}
		s.width = s.columns.take(m.Minutes())
		width.Column(m, option, s.width)
	}
	var scale []float64
	if p.PriceScale == scaleOfHalfSpread && option.Width != nil {
		scale = s.columns.take(m.Minutes())
		for i, width := range option.Width {
			scale[i] = max(float64(width/2), float64(p.TickSize.Value/2), leastScale)
		}
	}
	if chosen.quotes, err = s.quoteModel(m, p, scale); err != nil {
		return chosen, err
	}
	if p.QuoteModel != seedQuotes {
		chosen.posting = &quote.Posting{
			Score: option.Score, Widen: p.ScoreWiden, MinWidth: p.MinWidth, Tick: p.TickSize.Value,
			Mid: option.Mid, Width: option.Width,
		}
	}
	if chosen.fills, err = s.fillModel(option, p, fillSeed, scale); err != nil {
		return chosen, err
	}
	if p.FillModel != seedFills {
		if p.InformedShare > 0 {
			chosen.informed = &fill.Informed{Share: p.InformedShare, Minutes: p.InformedMinutes, Mid: option.Mid}
		}
		if p.OrderSizeMean.Set {
			chosen.orders = &fill.Orders{Mean: p.OrderSizeMean.Value}
		}
	}
	chosen.hedger, err = hedgeModel(p)
	return chosen, err
}

// leastScale is the least half-spread that counts as a unit, price units: a
// locked market has none of its own.
const leastScale = 1e-6

func (s *Simulator) quoteModel(m *market.Market, p *Params, scale []float64) (quote.Model, error) {
	option := &m.Series[0]
	fair := quote.Fair{Anchor: option.Mid, Score: option.Score, Shift: p.ScoreShift}
	if p.QuoteAround == aroundTheo {
		fair.Anchor = option.Theo
	}
	belief := func() quote.Intensity {
		return quote.Intensity{
			RiskAversion: p.RiskAversion.Value, Decay: p.IntensityDecay.Value, Rate: p.ArrivalRate.Value,
			Vol: s.quoteVol(m, p), Scale: scale, Lot: float64(p.QuoteSize),
		}
	}
	switch p.QuoteModel {
	case seedQuotes:
		n := m.Minutes()
		return quote.NewSeed(p.Skew, option.Mid, option.Score, s.width, s.columns.take(n), s.columns.take(n)), nil
	case shiftQuotes:
		return &quote.Shift{Fair: fair, Width: s.width, InventorySkew: p.InventorySkew}, nil
	case stoikovQuotes, symmetricQuotes:
		model := &quote.AvellanedaStoikov{Fair: fair, Intensity: belief(), Horizon: int(p.HorizonMinutes.Value), Symmetric: p.QuoteModel == symmetricQuotes}
		model.Prepare()
		return model, nil
	case glftQuotes:
		model := &quote.GLFT{Fair: fair, Intensity: belief()}
		model.Prepare()
		return model, nil
	case glftExactQuotes:
		return &quote.GLFTExact{Fair: fair, Solution: s.solve(p.problem()), Lot: float64(p.QuoteSize)}, nil
	case saglamQuotes:
		return s.saglam(m, p, fair, scale), nil
	}
	return nil, fmt.Errorf("quote_model %q has no implementation", p.QuoteModel)
}

// saglam prepares the variance of what a delta hedge leaves of an option.
func (s *Simulator) saglam(m *market.Market, p *Params, fair quote.Fair, scale []float64) *quote.StoikovSaglam {
	option := &m.Series[0]
	vega, gamma := s.columns.take(m.Minutes()), s.columns.take(m.Minutes())
	for i, spot := range m.Underlying {
		moved := float64(option.Vega[i] * p.VolOfVol.Value)
		vega[i] = float64(moved * moved)
		bent := float64(float64(option.Gamma[i]*spot)*spot) * float64(option.Vol[i]*option.Vol[i])
		gamma[i] = float64(float64(bent*bent) / 2)
	}
	return &quote.StoikovSaglam{
		Fair: fair, RiskAversion: p.RiskAversion.Value, Rate: p.ArrivalRate.Value, Slope: p.ArrivalSlope.Value,
		VegaVariance: vega, GammaSquares: gamma, MinuteYears: m.MinuteYears, Horizon: int(p.HorizonMinutes.Value),
		Scale: scale, Lot: float64(p.QuoteSize),
	}
}

// quoteVol is the volatility of the option's price at each minute, price units
// per square-root minute.
func (s *Simulator) quoteVol(m *market.Market, p *Params) []float64 {
	vol := s.columns.take(m.Minutes())
	option := &m.Series[0]
	perMinute := math.Sqrt(m.MinuteYears)
	for i := range vol {
		if vol[i] = p.QuoteVol.Value; !p.QuoteVol.Set {
			vol[i] = float64(float64(math.Abs(option.Delta[i])*m.Underlying[i]) * float64(option.Vol[i]*perMinute))
		}
	}
	return vol
}

// keptSolutions bounds the exact solutions that a simulator keeps.
const keptSolutions = 4

func (s *Simulator) solve(problem quote.Problem) *quote.Solution {
	if solution, ok := s.solutions[problem]; ok {
		return solution
	}
	if s.solutions == nil || len(s.solutions) >= keptSolutions {
		s.solutions = map[quote.Problem]*quote.Solution{}
	}
	solution := quote.Solve(problem)
	s.solutions[problem] = solution
	return solution
}

func (s *Simulator) fillModel(option *market.Series, p *Params, fillSeed uint64, scale []float64) (fill.Model, error) {
	distance := fill.Distance{Mid: option.Mid, Scale: scale}
	if p.FillFrom == fromTouch {
		distance.Width = option.Width
	}
	distant := func(law fill.Law, intercept, slope float64) *fill.Distant {
		return &fill.Distant{Distance: distance, Intercept: intercept, Slope: slope, Thresholds: s.thresholds(law, len(option.Mid), fillSeed)}
	}
	switch p.FillModel {
	case seedFills:
		n := len(option.Mid)
		return fill.NewSeed(p.KFill, option.Mid, s.width, s.columns.take(n), s.thresholds(fill.Half, n, fillSeed)), nil
	case exponentialFills:
		return distant(fill.Poisson, portable.Log(p.ArrivalRate.Value), p.IntensityDecay.Value), nil
	case firstOrderFills:
		return distant(fill.FirstOrder, portable.Log(p.ArrivalRate.Value), p.IntensityDecay.Value), nil
	case linearFills:
		return distant(fill.Linear, p.ArrivalRate.Value, p.ArrivalSlope.Value), nil
	case logisticFills:
		return distant(fill.Logistic, p.LogitIntercept.Value, p.LogitSlope.Value), nil
	case noFills:
		return fill.None{}, nil
	}
	return nil, fmt.Errorf("fill_model %q has no implementation", p.FillModel)
}

func hedgeModel(p *Params) (hedge.Model, error) {
	switch p.HedgeModel {
	case hedgeOnFill:
		return hedge.OnFill{}, nil
	case hedgeEvery:
		return hedge.Every{Minutes: int(p.HedgeEveryMinutes.Value)}, nil
	case hedgeBand:
		return hedge.Band{Width: p.HedgeBand.Value, ToZero: p.HedgeBandTo == bandToZero}, nil
	case hedgeWhalley:
		return hedge.WhalleyWilmott{Costs: &p.HedgeCosts, RiskAversion: p.HedgeRiskAversion.Value}, nil
	case hedgeOff:
		return hedge.Off{}, nil
	}
	return nil, fmt.Errorf("hedge_model %q has no implementation", p.HedgeModel)
}

// scratch lends columns of numbers for one run and takes them all back at once.
type scratch struct {
	columns [][]float64
	lent    int
}

func (s *scratch) take(n int) []float64 {
	if s.lent == len(s.columns) {
		s.columns = append(s.columns, nil)
	}
	column := resize(s.columns[s.lent], n)
	s.columns[s.lent] = column
	s.lent++
	return column
}
