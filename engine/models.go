package engine

import (
	"fmt"
	"math"

	"optmm/engine/fill"
	"optmm/engine/hedge"
	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/engine/portable"
	"optmm/engine/quote"
	"optmm/engine/random"
	"optmm/engine/signal"
)

// models are what one run's parameters choose for an option, made for its market.
type models struct {
	quotes   quote.Model
	posting  *quote.Posting // nil posts what the model wants, as the seed does
	fills    fill.Model
	informed *fill.Informed // nil: no one is
	orders   *fill.Orders   // nil: each takes the whole quote
	trades   *fill.Trades   // whose contracts fill it; nil: a law does

	readsBook    bool // the quotes depend on the whole book
	vectorizable bool // quotes and fills are known for all minutes, whatever is held
}

// modelMemory is the memory of a maker's models, one of each kind, from run to run.
type modelMemory struct {
	seed      quote.Seed
	shift     quote.Shift
	stoikov   quote.AvellanedaStoikov
	glft      quote.GLFT
	exact     quote.GLFTExact
	saglam    quote.StoikovSaglam
	vega      quote.VegaControl
	posting   quote.Posting
	seedFills fill.Seed
	distant   fill.Distant
	informed  fill.Informed
	orders    fill.Orders
	trades    fill.Trades
}

// hedgers are the same of the hedge models.
type hedgers struct {
	every   hedge.Every
	band    hedge.Band
	whalley hedge.WhalleyWilmott
}

// store keeps a value and returns where.
func store[T any](to *T, value T) *T {
	*to = value
	return to
}

// chooseAllModels makes the models of each option. They read the simulator's
// columns and the market's.
func (s *Simulator) chooseAllModels(m *market.Market, p *param.Params, fillSeed uint64) error {
	for j := range s.makers {
		s.makers[j].scale = s.scale(&m.Series[j], p)
	}
	var pull []float64
	if p.QuoteModel == param.VegaQuotes {
		pull = s.vegaPull(m, p)
	}
	for j := range s.makers {
		if err := s.chooseModels(m, &s.makers[j], p, fillSeed, pull); err != nil {
			return err
		}
	}
	return nil
}

// chooseModels makes the models of an option.
func (s *Simulator) chooseModels(m *market.Market, maker *maker, p *param.Params, fillSeed uint64, pull []float64) (err error) {
	option, arrivals := maker.series, m.Minutes()*maker.step
	if p.QuoteModel == param.SeedQuotes || p.QuoteModel == param.ShiftQuotes {
		maker.width = maker.out.Spread
		widthOf(p).Column(m.Underlyings[option.Underlying].RecentVol, option, maker.width)
	}
	scale := maker.scale
	maker.models = models{readsBook: readsBook(p)}
	if maker.quotes, err = s.quoteModel(m, maker, p, scale, pull); err != nil {
		return err
	}
	if p.QuoteModel != param.SeedQuotes {
		maker.posting = store(&maker.kept.posting, quote.Posting{
			Score: option.Score, Widen: p.ScoreWiden, MinWidth: p.MinWidth, Tick: p.TickSize.Value,
			Mid: option.Mid, Width: option.Width,
		})
	}
	if s.Fills != nil {
		p, scale = s.Fills, s.scale(option, s.Fills)
	}
	if maker.fills, err = s.fillModel(maker, p, fillSeed, scale); err != nil {
		return err
	}
	if p.FillModel == param.SeedFills {
		most := math.Abs(maker.inventory) + float64(float64(arrivals)*float64(maker.size))
		maker.vectorizable = p.QuoteModel == param.SeedQuotes && maker.step == 1 && maker.late == nil && option.Quotable == nil && !s.guard.any() && most < math.MaxInt32 && !s.stepwise
		return nil
	}
	if maker.informed != nil {
		maker.draw(&maker.knowledge, arrivals, fillSeed, random.Knowledge)
	}
	if p.OrderSizeMean.Set {
		maker.orders = store(&maker.kept.orders, fill.Orders{Mean: p.OrderSizeMean.Value})
		maker.draw(&maker.sizes, arrivals, fillSeed, random.Sizes)
	}
	return nil
}

func widthOf(p *param.Params) quote.Width {
	return quote.Width{Spread: p.Spread.Value, Own: !p.Spread.Set, Floor: p.SpreadFloor, VolCoef: p.SpreadVolCoef, Mult: p.SpreadMult}
}

// scale is the price units that count as one, by minute; nil is one throughout.
func (s *Simulator) scale(option *market.Series, p *param.Params) []float64 {
	if p.PriceScale != param.ScaleOfHalfSpread || option.Width == nil {
		return nil
	}
	scale := s.columns.take(len(option.Width))
	for i, width := range option.Width {
		scale[i] = max(float64(width/2), float64(p.TickSize.Value/2), leastScale)
	}
	return scale
}

// leastScale is the least half-spread that counts as a unit, price units: a
// locked market has none of its own.
const leastScale = 1e-6

func (s *Simulator) quoteModel(m *market.Market, maker *maker, p *param.Params, scale, pull []float64) (quote.Model, error) {
	option := maker.series
	fair := quote.Fair{Anchor: option.Mid, Score: option.Score, Shift: p.ScoreShift}
	if p.QuoteAround == param.AroundTheo {
		fair.Anchor = option.Theo
	}
	belief := func() quote.Intensity {
		return quote.Intensity{
			RiskAversion: p.RiskAversion.Value, Decay: p.IntensityDecay.Value, Rate: p.ArrivalRate.Value,
			Vol: s.quoteVol(m, maker, p), Scale: scale, Lot: float64(p.QuoteSize),
		}
	}
	switch p.QuoteModel {
	case param.SeedQuotes:
		return store(&maker.kept.seed, quote.NewSeed(p.Skew, option.Mid, option.Score, maker.width, maker.out.Bid, maker.out.Ask)), nil
	case param.ShiftQuotes:
		return store(&maker.kept.shift, quote.Shift{
			Fair: fair, Width: maker.width, InventorySkew: p.InventorySkew,
			Vega: option.Vega, VegaSkew: p.VegaSkew, Delta: option.Delta, DeltaSkew: p.DeltaSkew,
		}), nil
	case param.StoikovQuotes, param.SymmetricQuotes:
		model := store(&maker.kept.stoikov, quote.AvellanedaStoikov{Fair: fair, Intensity: belief(), Horizon: quote.Horizon{Minutes: int(p.HorizonMinutes.Value), Step: m.StepMinutes()}, Symmetric: p.QuoteModel == param.SymmetricQuotes})
		model.Prepare()
		return model, nil
	case param.GLFTQuotes:
		model := store(&maker.kept.glft, quote.GLFT{Fair: fair, Intensity: belief()})
		model.Prepare()
		return model, nil
	case param.GLFTExactQuotes:
		return store(&maker.kept.exact, quote.GLFTExact{Fair: fair, Solution: s.solve(p.GLFTProblem()), Lot: float64(p.QuoteSize), Step: m.StepMinutes()}), nil
	case param.SaglamQuotes:
		return s.saglam(m, maker, p, fair, scale), nil
	case param.VegaQuotes:
		return store(&maker.kept.vega, quote.VegaControl{
			Fair: fair, RiskAversion: p.RiskAversion.Value, Decay: p.IntensityDecay.Value,
			Vega: option.Vega, Pull: pull, Scale: scale, Lot: float64(p.QuoteSize),
		}), nil
	}
	return nil, fmt.Errorf("quote_model %q has no implementation", p.QuoteModel)
}

// readsBook reports whether the quotes depend on the whole book.
func readsBook(p *param.Params) bool {
	switch p.QuoteModel {
	case param.SaglamQuotes, param.VegaQuotes:
		return true
	case param.ShiftQuotes:
		return p.VegaSkew != 0 || p.DeltaSkew != 0
	}
	return false
}

// saglam prepares the variance of what a delta hedge leaves of an option.
func (s *Simulator) saglam(m *market.Market, maker *maker, p *param.Params, fair quote.Fair, scale []float64) *quote.StoikovSaglam {
	option, n := maker.series, m.Minutes()
	maker.dollarGamma = s.columns.take(n)
	for i, spot := range m.Underlyings[option.Underlying].Price {
		maker.dollarGamma[i] = float64(float64(float64(option.Gamma[i]*spot)*spot) * float64(option.Vol[i]*option.Vol[i]))
	}
	return store(&maker.kept.saglam, quote.StoikovSaglam{
		Fair: fair, RiskAversion: p.RiskAversion.Value, Rate: p.ArrivalRate.Value, Slope: p.ArrivalSlope.Value,
		Vega: option.Vega, DollarGamma: maker.dollarGamma, VolOfVol: p.VolOfVol.Value, MinuteYears: m.MinuteYears,
		Horizon: quote.Horizon{Minutes: int(p.HorizonMinutes.Value), Step: m.StepMinutes()}, Scale: scale, Lot: float64(p.QuoteSize),
	})
}

// vegaPull prepares what the options that can be quoted have in common.
func (s *Simulator) vegaPull(m *market.Market, p *param.Params) []float64 {
	pull := s.columns.take(m.Minutes())
	clear(pull)
	for j := range m.Series {
		option := &m.Series[j]
		scale := s.makers[j].scale
		for i, vega := range option.Vega {
			if option.Quotable != nil && !option.Quotable[i] { // once it has expired its vega is 0
				continue
			}
			decay := p.IntensityDecay.Value
			if scale != nil {
				decay /= scale[i]
			}
			pull[i] += float64(quote.Curvature(p.ArrivalRate.Value, decay) * float64(vega*vega))
		}
	}
	variance := float64(float64(p.VolOfVol.Value*p.VolOfVol.Value) * m.MinuteYears)
	for i, sum := range pull {
		if pull[i] = 0; sum > leastPull { // of vegas too small to count, near expiry
			pull[i] = variance / float64(8*sum)
		}
	}
	return pull
}

const leastPull = 1e-200

// quoteVol is the volatility of the option's price at each minute, price units
// per square-root minute.
func (s *Simulator) quoteVol(m *market.Market, maker *maker, p *param.Params) []float64 {
	if maker.vol != nil {
		return maker.vol
	}
	option, vol := maker.series, s.columns.take(m.Minutes())
	spot := m.Underlyings[option.Underlying].Price
	perMinute := math.Sqrt(m.MinuteYears)
	for i := range vol {
		if vol[i] = p.QuoteVol.Value; !p.QuoteVol.Set {
			vol[i] = float64(float64(math.Abs(option.Delta[i])*spot[i]) * float64(option.Vol[i]*perMinute))
		}
	}
	maker.vol = vol
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

func (s *Simulator) fillModel(maker *maker, p *param.Params, fillSeed uint64, scale []float64) (fill.Model, error) {
	option := maker.series
	distance := fill.Distance{Mid: option.Mid, Scale: scale}
	arrivals := len(option.Mid) * maker.step
	if p.FillFrom == param.FromTouch {
		distance.Width = option.Width
	}
	distant := func(law fill.ArrivalLaw, intercept, slope float64) *fill.Distant {
		if p.InformedShare > 0 {
			maker.informed = store(&maker.kept.informed, fill.Informed{Share: p.InformedShare, Entries: signal.Entries(p.InformedMinutes, maker.step), Mid: option.Mid})
		}
		return store(&maker.kept.distant, fill.Distant{
			Distance: distance, ArrivalLaw: law, Intercept: intercept, Slope: slope, Informed: maker.informed,
			Thresholds: maker.thresholds(law, arrivals, fillSeed, s.kernel()),
		})
	}
	if law, intercept, slope, is := reach(p); is {
		return distant(law, intercept, slope), nil
	}
	switch p.FillModel {
	case param.SeedFills:
		n := len(option.Mid)
		return store(&maker.kept.seedFills, fill.NewSeed(p.KFill, option.Mid, maker.width, s.columns.take(n), maker.thresholds(fill.Half, arrivals, fillSeed, s.kernel()))), nil
	case param.TradeFills:
		share := map[string]float64{param.FrontOfQueue: 1, param.ShareOfQueue: p.QueueShare}[p.Queue]
		maker.trades = store(&maker.kept.trades, fill.Trades{Prints: &option.Prints, Share: share})
		return maker.trades, nil
	case param.NoFills:
		return fill.None{}, nil
	}
	return nil, fmt.Errorf("fill_model %q has no implementation", p.FillModel)
}

// reach returns the law by which orders reach a quote, and the exponent's intercept and slope over the distance; is is false of
// models that do not go by it.
func reach(p *param.Params) (law fill.ArrivalLaw, intercept, slope float64, is bool) {
	switch p.FillModel {
	case param.ExponentialFills:
		return fill.Poisson, portable.Log(p.ArrivalRate.Value), p.IntensityDecay.Value, true
	case param.FirstOrderFills:
		return fill.FirstOrder, portable.Log(p.ArrivalRate.Value), p.IntensityDecay.Value, true
	case param.LinearFills:
		return fill.Linear, p.ArrivalRate.Value, p.ArrivalSlope.Value, true
	case param.LogisticFills:
		return fill.Logistic, p.LogitIntercept.Value, p.LogitSlope.Value, true
	}
	return 0, 0, 0, false
}

// growth is what cash earns at financing_rate up to each minute since the one before,
// e^{rate·t} − 1 of itself; nil where it is unset.
func (s *Simulator) growth(m *market.Market, p *param.Params) []float64 {
	if !p.FinancingRate.Set {
		return nil
	}
	growth := s.columns.take(m.Minutes())
	for i, passed := range m.Passed {
		if i > 0 && passed == m.Passed[i-1] { // nearly always
			growth[i] = growth[i-1]
			continue
		}
		growth[i] = portable.Expm1(float64(p.FinancingRate.Value * passed))
	}
	return growth
}

func (s *Simulator) hedgeModel(m *market.Market, p *param.Params) (hedge.Model, error) {
	switch p.HedgeModel {
	case param.HedgeOnFill:
		return hedge.OnFill{}, nil
	case param.HedgeEvery:
		return store(&s.hedgers.every, hedge.Every{Entries: m.Steps(int(p.HedgeEveryMinutes.Value))}), nil
	case param.HedgeBand:
		return store(&s.hedgers.band, hedge.Band{Width: p.HedgeBand.Value, ToZero: p.HedgeBandTo == param.BandToZero}), nil
	case param.HedgeWhalley:
		return store(&s.hedgers.whalley, hedge.WhalleyWilmott{Costs: &p.HedgeCosts, RiskAversion: p.HedgeRiskAversion.Value}), nil
	case param.HedgeOff:
		return hedge.Off{}, nil
	}
	return nil, fmt.Errorf("hedge_model %q has no implementation", p.HedgeModel)
}
