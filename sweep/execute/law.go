package execute

import (
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

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

// LawOf runs points on the days that the best point is picked by again, filled by the
// exponential law that is fitted to the trades of those days, and compares. Where a point's
// quotes follow from an intensity, the law is that one, so that the quotes are the same.
func (r *Replayer) LawOf(roles map[string]int) (*folder.Law, error) {
	w := r.worker
	p := w.plan
	var points []string
	for _, role := range slices.Sorted(maps.Keys(roles)) {
		if FillsFromTrades(p, roles[role]) {
			points = append(points, role)
		}
	}
	if p.Days == nil || points == nil {
		return nil, nil
	}
	law, err := r.fitLaw(roles[points[0]])
	if err != nil {
		return nil, nil // too few trades for a law: there is nothing to compare
	}
	law.Figures = lawFigures()
	for _, role := range points {
		point, err := r.lawPoint(law, roles[role])
		if err != nil {
			return nil, err
		}
		point.Role = role
		law.Points = append(law.Points, *point)
	}
	return law, nil
}

// fitLaw finds the law for a point.
func (r *Replayer) fitLaw(point int) (*folder.Law, error) {
	p := r.worker.plan
	params := p.Grid.Params(point)
	if params.ArrivalRate.Set && params.IntensityDecay.Set {
		return &folder.Law{Rate: params.ArrivalRate.Value, Decay: params.IntensityDecay.Value}, nil
	}
	first, end := p.SelectedDays()
	fit, err := p.Days.FitLaw(first, end, params.Market.StaleMinutes, quotes.Distances{})
	if err != nil {
		return nil, err
	}
	law := &folder.Law{Rate: portable.Exp(fit.LogRate), Decay: fit.Decay, Fitted: true}
	if fit.Degrees > 0 {
		law.P = distuv.ChiSquared{K: float64(fit.Degrees)}.Survival(fit.Deviance)
	}
	return law, nil
}

// lawPoint runs a point under both.
func (r *Replayer) lawPoint(law *folder.Law, point int) (*folder.LawPoint, error) {
	w := r.worker
	p := w.plan
	byTrades := p.Grid.Params(point)
	byLaw := byTrades
	byLaw.FillModel = param.ExponentialFills
	if law.Fitted {
		byLaw.ArrivalRate, byLaw.IntensityDecay = param.Optional{Value: law.Rate, Set: true}, param.Optional{Value: law.Decay, Set: true}
		byLaw.PriceScale = param.ScaleOfHalfSpread
	}
	statistics := account.Statistics()
	figures := lawFigures()
	scores := make([]verdict.Scores, len(figures)) // two columns: by trades, by the law
	seeds := p.RunsPerUnit()
	for unit := range p.Units() {
		rows := make([][2]float64, len(figures))
		counts := make([][2]float64, len(figures))
		for k := range seeds {
			seed := p.Seeds.At(unit*seeds + k)
			for side, params := range []*param.Params{&byTrades, &byLaw} {
				summary, err := w.simulate(params, seed)
				if err != nil {
					continue // a broken day
				}
				for i, figure := range figures {
					statistic := statistics[slices.IndexFunc(statistics, func(s account.Statistic) bool { return s.Name == figure })]
					if x, defined := statistic.Value(&summary); defined {
						rows[i][side], counts[i][side] = rows[i][side]+x, counts[i][side]+1
					}
				}
			}
		}
		for i := range figures {
			scores[i].Points = 2
			scores[i].Values = append(scores[i].Values, rows[i][0]/counts[i][0], rows[i][1]/counts[i][1])
		}
	}
	result := &folder.LawPoint{Point: point}
	for i := range figures {
		if p.OverDays() {
			scores[i].OverDays()
		}
		d := scores[i].Compare(1, 0)
		result.Trades, result.Law = append(result.Trades, finite(scores[i].Of(0).Mean)), append(result.Law, finite(scores[i].Of(1).Mean))
		result.Difference = append(result.Difference, finite(d.Mean))
		result.Interval = append(result.Interval, [2]*float64{finite(d.Low), finite(d.High)})
		result.Days = max(result.Days, d.N)
	}
	return result, nil
}

// finite returns a number, nil where there is none.
func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
