package execute

import (
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
func (r *Replayer) LawOf(roles map[string]int) (*folder.Law, error) {
	p := r.worker.plan
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
	law := &folder.Law{Rate: portable.Exp(fit.LogRate), Decay: fit.Decay, TailProbability: finite(fit.TailProbability()), Figures: lawFigures()}
	for _, role := range filled {
		point := r.lawPoint(law, roles[role])
		point.Role = role
		law.Points = append(law.Points, point)
	}
	return law, nil
}

// lawPoint runs a point under both. A run that fails, as on a broken day, has no figures.
func (r *Replayer) lawPoint(law *folder.Law, point int) folder.LawPoint {
	w := r.worker
	p := w.plan
	params := p.Grid.Params(point)
	byLaw := params
	byLaw.FillModel, byLaw.FillFrom, byLaw.PriceScale = param.ExponentialFills, param.FromMid, param.ScaleOfHalfSpread
	byLaw.ArrivalRate, byLaw.IntensityDecay = param.Optional{Value: law.Rate, Set: true}, param.Optional{Value: law.Decay, Set: true}
	byLaw.InformedShare, byLaw.OrderSizeMean = 0, param.Optional{}

	statistics := statisticsNamed(law.Figures)
	scores := make([]verdict.Scores, len(statistics)) // two columns: by trades, by the law
	defer func() { w.simulator.Fills = nil }()
	for unit := range p.Units() {
		sums, counts := make([][2]float64, len(statistics)), make([]float64, len(statistics))
		for k := range p.RunsPerUnit() {
			var values [2][]float64
			for side, fills := range []*param.Params{nil, &byLaw} {
				w.simulator.Fills = fills
				summary, err := w.simulate(&params, p.Seeds.At(unit*p.RunsPerUnit()+k))
				for _, statistic := range statistics {
					x, defined := statistic.Value(&summary)
					if !defined || err != nil {
						x = math.NaN()
					}
					values[side] = append(values[side], x)
				}
			}
			for i := range statistics {
				if x, y := values[0][i], values[1][i]; !math.IsNaN(x + y) { // paired
					sums[i], counts[i] = [2]float64{sums[i][0] + x, sums[i][1] + y}, counts[i]+1
				}
			}
		}
		for i := range scores {
			scores[i].Points = 2
			scores[i].Values = append(scores[i].Values, sums[i][0]/counts[i], sums[i][1]/counts[i])
		}
	}
	result := folder.LawPoint{Point: point}
	for i := range scores {
		if p.OverDays() {
			scores[i].OverDays()
		}
		d := scores[i].Compare(1, 0)
		result.Trades, result.Law = append(result.Trades, finite(scores[i].Of(0).Mean)), append(result.Law, finite(scores[i].Of(1).Mean))
		result.Difference = append(result.Difference, finite(d.Mean))
		result.Interval = append(result.Interval, [2]*float64{finite(d.Low), finite(d.High)})
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

// finite returns a number, nil where there is none.
func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
