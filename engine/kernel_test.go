package engine

import (
	"math"
	"testing"

	"golang.org/x/sync/errgroup"

	"optmm/engine/account"
	"optmm/engine/lanes"
	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
)

// kernelStudy is the markets and the points of configs/grid.yaml.
func kernelStudy(b *testing.B) (markets []*market.Market, points []*param.Params) {
	const seeds = 20
	for _, skew := range []float64{0, 0.01, 0.02, 0.04} {
		for _, k := range []float64{20, 40, 60, 80} {
			for _, spread := range []float64{0.02, 0.04, 0.06} {
				p := param.Defaults(param.Synthetic)
				p.Skew, p.KFill, p.Spread = skew, k, some(spread)
				points = append(points, &p)
			}
		}
	}
	for seed := range seeds {
		m, err := synthetic.Source{}.Market(points[0].Market, uint32(1+seed))
		if err != nil {
			b.Fatal(err)
		}
		markets = append(markets, m)
	}
	return markets, points
}

// The kernel as a sweep calls it: configs/grid.yaml, all points of a seed on its market,
// with draws that are made once a seed. "walk" is the minute loop and the seed's four
// figures, "run" all figures with the attribution. Markets are made beforehand.
func BenchmarkKernel(b *testing.B) {
	markets, points := kernelStudy(b)
	var simulator Simulator
	walk := func(m *market.Market, p *param.Params, seed uint64) error {
		if err := simulator.simulate(m, p, seed, false); err != nil {
			return err
		}
		if four := fourOf(&simulator.record); four.fills == 0 || !four.sharpe.Set {
			b.Fatalf("a run comes to %+v", four)
		}
		return nil
	}
	run := func(m *market.Market, p *param.Params, seed uint64) error {
		_, err := simulator.Run(m, p, seed)
		return err
	}
	for seed, m := range markets { // both come to the same
		for i := range points {
			summary, err := simulator.Run(m, points[i], uint64(1+seed))
			want := four{summary.NetPnL, summary.Sharpe, summary.TotalFills, summary.AvgInventory}
			if err != nil {
				b.Fatal(err)
			}
			if err := walk(m, points[i], uint64(1+seed)); err != nil || fourOf(&simulator.record) != want {
				b.Fatalf("the walk comes to %+v, the run to %+v, error %v", fourOf(&simulator.record), want, err)
			}
		}
	}
	for _, c := range []struct {
		name string
		do   func(m *market.Market, p *param.Params, seed uint64) error
	}{{"walk", walk}, {"run", run}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for seed, m := range markets {
					for i := range points {
						if err := c.do(m, points[i], uint64(1+seed)); err != nil {
							b.Fatal(err)
						}
					}
				}
			}
			steps := float64(b.N * len(markets) * len(points) * points[0].Market.Minutes * len(markets[0].Series))
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/steps, "ns/step")
		})
	}
}

// The same points of the same seeds, eight at once.
func BenchmarkTogether(b *testing.B) {
	markets, points := kernelStudy(b)
	benchmarkTogether(b, markets, points)
}

// The minute loop and the seed's four figures of the same points, eight at once.
func BenchmarkTogetherFour(b *testing.B) {
	markets, points := kernelStudy(b)
	simulator := Simulator{Kernel: kernels()[0]}
	form := formOf(points[0], factsOf(markets[0], false))
	simulate := func(m *market.Market, points []*param.Params, seed uint64) [AtOnce]four {
		t := &simulator.together
		t.group = []int{0, 1, 2, 3, 4, 5, 6, 7}
		simulator.makers = market.Resize(simulator.makers, 1)
		draws, err := simulator.begin(m, form, points, 0, seed)
		if err != nil {
			b.Fatal(err)
		}
		return t.four(m, form, draws, simulator.Kernel)
	}
	for first := 0; first < len(points); first += AtOnce {
		eight := points[first : first+AtOnce]
		got := simulate(markets[0], eight, 1)
		for i, outcome := range simulator.RunTogether(markets[0], eight, 1, nil) {
			summary := outcome.Summary
			if want := (four{summary.NetPnL, summary.Sharpe, summary.TotalFills, summary.AvgInventory}); outcome.Err != nil || got[i] != want {
				b.Fatalf("the four figures are %+v, of the run %+v, error %v", got[i], want, outcome.Err)
			}
		}
	}
	for b.Loop() {
		for seed, m := range markets {
			for first := 0; first < len(points); first += AtOnce {
				simulate(m, points[first:first+AtOnce], uint64(1+seed))
			}
		}
	}
	steps := float64(b.N * len(markets) * len(points) * points[0].Market.Minutes)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/steps, "ns/step")
}

// four simulates the runs of a group, and computes only the four figures.
func (t *together) four(m *market.Market, f form, draws drawn, k lanes.Kernel) (figures [AtOnce]four) {
	batch, minutes := &t.batch, m.Minutes()
	for first, end := 0, 0; first < minutes; first = end {
		end = blockEnd(first, minutes)
		t.block(m, f, draws, first, end)
		k.Seed(batch)
		k.Hold(batch)
	}
	t.steps(k)
	for j := range figures {
		sharpe := sharpeOf(batch.Mean[j], batch.StepSquares[j], minutes)
		figures[j] = four{t.pnl[minutes-1][j], sharpe, int(batch.Bought[j] + batch.Sold[j]), batch.Gross[j] / float64(minutes)}
	}
	return figures
}

// All runs of configs/grid.yaml with their markets, in memory, on two cores: what peers without files and a verdict do.
func BenchmarkInMemory(b *testing.B) {
	_, points := kernelStudy(b)
	const workers, seeds = 2, 20
	var simulators [workers]Simulator
	var outcomes [workers][]Outcome
	work := func(worker int) error {
		s := &simulators[worker]
		s.Kernel = kernels()[0]
		for seed := worker; seed < seeds; seed += workers {
			m, err := synthetic.Source{}.Market(points[0].Market, uint32(1+seed))
			if err != nil {
				return err
			}
			outcomes[worker] = s.RunTogether(m, points, uint64(1+seed), outcomes[worker][:0])
			for i := range outcomes[worker] {
				if err := outcomes[worker][i].Err; err != nil {
					return err
				}
			}
		}
		return nil
	}
	for b.Loop() {
		var group errgroup.Group
		for worker := range workers {
			group.Go(func() error { return work(worker) })
		}
		if err := group.Wait(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*seeds*len(points)), "ns/run")
}

// The points of configs/realistic.yaml on one market.
func BenchmarkRealistic(b *testing.B) {
	m, points := realisticStudy(b)
	benchmarkTogether(b, []*market.Market{m}, points)
}

// The same with orders of several sizes, which are simulated one at a time whatever the kernel.
func BenchmarkApart(b *testing.B) {
	m, points := realisticStudy(b)
	for _, p := range points {
		p.OrderSizeMean = some(2)
		if Apart(p, factsOf(m, false)) == "" {
			b.Fatal("such runs are simulated together")
		}
	}
	benchmarkTogether(b, []*market.Market{m}, points)
}

func realisticStudy(b *testing.B) (*market.Market, []*param.Params) {
	base := param.Defaults(param.Synthetic)
	base.Market.Model, base.Market.Minutes, base.Market.Mispricing = synthetic.HestonModel, 3900, 0.003
	base.Market.Width = market.Optional{Value: 0.1, Set: true}
	base.Market.Signal.Model, base.Market.Signal.Window = "parity_residual", 120
	base.Multiplier, base.QuoteModel, base.PriceScale, base.TickSize, base.MinWidth = 100, param.GLFTQuotes, param.ScaleOfHalfSpread, some(0.01), 0.02
	base.FillModel, base.ArrivalRate, base.IntensityDecay, base.InformedShare, base.InformedMinutes = param.ExponentialFills, some(1), some(1), 0.2, 5
	base.HedgeModel, base.HedgeLot, base.HedgeCosts.HalfSpread, base.OptionFee, base.InventoryLimit, base.LossLimit = param.HedgeBand, 1, 0.01, 0.65, some(20), some(20000)
	var points []*param.Params
	for _, aversion := range []float64{0.01, 0.03, 0.1, 0.3} {
		for _, shift := range []float64{0, 0.0005, 0.001} {
			for latency := range 2 {
				for _, band := range []float64{10, 100} {
					p := base
					p.RiskAversion, p.ScoreShift, p.LatencyMinutes, p.HedgeBand = some(aversion), shift, latency, some(band)
					points = append(points, &p)
				}
			}
		}
	}
	m, err := synthetic.Source{}.Market(base.Market, 1)
	if err != nil {
		b.Fatal(err)
	}
	return m, points
}

// A chain of twenty options: quotes and fills are at once, and each run has a book of its own.
func BenchmarkChain(b *testing.B) {
	m, points := chainStudy(b)
	benchmarkTogether(b, []*market.Market{m}, points)
}

func chainStudy(b *testing.B) (*market.Market, []*param.Params) {
	base := param.Defaults(param.Synthetic)
	base.Market.Model, base.Market.Minutes, base.Market.Mispricing = synthetic.GBMModel, 1950, 0.003
	base.Market.Shape.Strikes, base.Market.Shape.StrikeStep, base.Market.Shape.Expiries, base.Market.Shape.Sides = 5, 5, 2, market.CallsAndPuts
	base.Market.Width = market.Optional{Value: 0.1, Set: true}
	base.Multiplier, base.QuoteModel, base.PriceScale, base.TickSize = 100, param.GLFTQuotes, param.ScaleOfHalfSpread, some(0.01)
	base.FillModel, base.ArrivalRate, base.IntensityDecay = param.ExponentialFills, some(0.05), some(1)
	base.HedgeModel, base.HedgeLot, base.HedgeCosts.HalfSpread, base.OptionFee, base.InventoryLimit = param.HedgeBand, 1, 0.01, 0.65, some(20)
	var points []*param.Params
	for _, aversion := range []float64{0.01, 0.03, 0.1, 0.3} {
		for _, band := range []float64{10, 50, 200, 1000} {
			p := base
			p.RiskAversion, p.HedgeBand = some(aversion), some(band)
			points = append(points, &p)
		}
	}
	m, err := synthetic.Source{}.Market(base.Market, 1)
	if err != nil {
		b.Fatal(err)
	}
	return m, points
}

// benchmarkTogether measures the runs of points on markets, one at a time and by every kernel; best is that which is used. A step is a
// minute of an option.
func benchmarkTogether(b *testing.B, markets []*market.Market, points []*param.Params) {
	available := kernels()
	simulators := map[string]*Simulator{"scalar": {Single: true}, "best": {Kernel: available[0]}}
	for _, kernel := range available {
		simulators[kernel.Name] = &Simulator{Kernel: kernel}
	}
	for name, simulator := range simulators {
		b.Run(name, func(b *testing.B) {
			var outcomes []Outcome
			b.ReportAllocs()
			for b.Loop() {
				for seed, m := range markets {
					outcomes = simulator.RunTogether(m, points, uint64(1+seed), outcomes[:0])
				}
			}
			steps := float64(b.N * len(markets) * len(points) * points[0].Market.Minutes * len(markets[0].Series))
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/steps, "ns/step")
		})
	}
}

// four are the seed's four figures.
type four struct {
	pnl       float64
	sharpe    param.Optional
	fills     int
	inventory float64
}

// fourOf computes them from the minutes, as the C peer does.
func fourOf(r *account.Record) four {
	n := len(r.PnL)
	f, held := four{pnl: r.PnL[n-1]}, 0
	o := &r.Options[0]
	for _, i := range o.FillMinutes {
		f.fills += int(o.BidFills[i] + o.AskFills[i])
	}
	for _, contracts := range o.Inventory {
		held += int(max(contracts, -contracts))
	}
	mean := (r.PnL[n-1] - r.PnL[0]) / float64(n)
	before, squares := r.PnL[0], 0.0
	for _, now := range r.PnL {
		deviation := now - before - mean
		squares += float64(deviation * deviation)
		before = now
	}
	f.sharpe, f.inventory = sharpeOf(mean, squares, n), float64(held)/float64(n)
	return f
}

// sharpeOf returns the seed's Sharpe ratio of n steps of the P&L, given their mean and the sum of their squared deviations from it.
func sharpeOf(mean, squares float64, n int) param.Optional {
	if !(squares > 0) {
		return param.Optional{}
	}
	return param.Optional{Value: mean / (math.Sqrt(squares/float64(n-1)) + 1e-12) * math.Sqrt(market.SessionsPerYear*market.MinutesPerSession), Set: true}
}
