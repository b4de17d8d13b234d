package execute

import (
	"context"
	"maps"
	"math"
	"slices"

	"optmm/engine/account"
	"optmm/engine/param"
	"optmm/engine/portable"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/quotes"
	"optmm/sweep/verdict"
)

// lawFigures are the figures by which the law is compared with the trades.
func lawFigures() []string {
	return []string{"total_fills", "net_pnl", "spread_pnl", "inventory_pnl", "mean_edge", "markout_1", "markout_5", "markout_30"}
}

// FillsFromTrades reports whether recorded trades fill the quotes of a point.
func FillsFromTrades(p *plan.Plan, point int) bool {
	params := p.Grid.Params(point)
	return params.FillModel == param.TradeFills
}

// LawOf runs the points of roles that recorded trades fill again, on the days that the best point
// is picked by, filled by the exponential law that is fitted to the trades of those days: whatever
// the quotes believe, and by the same quoting rule. It is nil where no point is filled by
// trades, and where there are too few trades to fit a law to.
func (r *Repeater) LawOf(ctx context.Context, roles map[string]int) (*folder.Law, error) {
	p := r.plan
	var filled []string
	for _, role := range slices.Sorted(maps.Keys(roles)) {
		if FillsFromTrades(p, roles[role]) {
			filled = append(filled, role)
		}
	}
	if filled == nil {
		return nil, nil
	}
	first, end := p.SelectedDays()
	params := p.Grid.Params(roles[filled[0]])
	fit, found, err := p.Days.FitLaw(first, end, params.Market.StaleMinutes, quotes.Distances{})
	if err != nil || !found {
		return nil, err
	}
	law := &folder.Law{Rate: portable.Exp(fit.LogRate), Decay: fit.Decay, TailProbability: folder.Finite(fit.TailProbability()), Figures: lawFigures()}
	units := p.Units()
	means := make([][][2]float64, len(filled)*units) // by point and day: each figure by trades, and by the law
	err = r.each(ctx, units, func(w *worker, unit int) error {
		for i, role := range filled { // which share the market of the day
			means[i*units+unit] = w.compareLaw(law, p.Grid.Params(roles[role]), unit)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, role := range filled {
		point := lawPoint(p, means[i*units:(i+1)*units])
		point.Role, point.Point = role, roles[role]
		law.Points = append(law.Points, point)
	}
	return law, nil
}

// compareLaw runs a point on a day under both, and returns the means of each figure over the
// runs that define it under both. A run that fails, as on a broken day, has no figures.
func (w *worker) compareLaw(law *folder.Law, params param.Params, unit int) [][2]float64 {
	p := w.plan
	byLaw := params
	byLaw.FillModel, byLaw.FillFrom, byLaw.PriceScale = param.ExponentialFills, param.FromMid, param.ScaleOfHalfSpread
	byLaw.ArrivalRate, byLaw.IntensityDecay = param.Optional{Value: law.Rate, Set: true}, param.Optional{Value: law.Decay, Set: true}
	byLaw.InformedShare, byLaw.OrderSizeMean = 0, param.Optional{}

	statistics := statisticsNamed(law.Figures)
	means, counts := make([][2]float64, len(statistics)), make([]float64, len(statistics))
	defer func() { w.simulator.Fills = nil }()
	for k := range p.RunsPerUnit() {
		var values [2][]float64
		for side, fills := range []*param.Params{nil, &byLaw} {
			w.simulator.Fills = fills
			o := w.simulate(&params, p.Seeds.At(unit*p.RunsPerUnit()+k))
			for _, statistic := range statistics {
				x, defined := statistic.Value(&o.Summary)
				if !defined || o.Err != nil {
					x = math.NaN()
				}
				values[side] = append(values[side], x)
			}
		}
		for i := range statistics {
			if x, y := values[0][i], values[1][i]; !math.IsNaN(x + y) { // paired
				means[i], counts[i] = [2]float64{means[i][0] + x, means[i][1] + y}, counts[i]+1
			}
		}
	}
	for i := range means {
		means[i] = [2]float64{means[i][0] / counts[i], means[i][1] / counts[i]} // NaN where no run defines it
	}
	return means
}

// lawPoint compares the figures of a point over days.
func lawPoint(p *plan.Plan, days [][][2]float64) (result folder.LawPoint) {
	for i := range lawFigures() {
		scores := verdict.Scores{Points: 2}
		for _, day := range days {
			scores.Values = append(scores.Values, day[i][0], day[i][1])
		}
		if p.OverDays() {
			scores.OverDays()
		}
		d := scores.Compare(1, 0)
		result.Trades, result.Law = append(result.Trades, folder.Finite(scores.Of(0).Mean)), append(result.Law, folder.Finite(scores.Of(1).Mean))
		result.Difference = append(result.Difference, folder.Finite(d.Mean))
		result.Interval = append(result.Interval, [2]*float64{folder.Finite(d.Low), folder.Finite(d.High)})
		result.Days = max(result.Days, d.N)
	}
	return result
}

// statisticsNamed returns the figures of the names, in their order.
func statisticsNamed(names []string) (chosen []account.Statistic) {
	all := account.Statistics()
	for _, name := range names {
		chosen = append(chosen, all[slices.IndexFunc(all, func(s account.Statistic) bool { return s.Name == name })])
	}
	return chosen
}
