package execute

import (
	"fmt"
	"math"
	"slices"

	"optmm/sweep/plan"
	"optmm/sweep/scores"
	"optmm/sweep/store"
)

// runningScores follows the objective while a study runs, for the eye alone.
type runningScores struct {
	plan   *plan.Plan
	places []int // of the objective's figures among the columns of a part
	sums   []float64
	count  []int32
	best   int
}

func newRunningScores(p *plan.Plan) *runningScores {
	fields := store.SummaryFields(p.Grid.Axes(), p.OverDays())
	r := &runningScores{plan: p, best: -1, sums: make([]float64, p.Grid.Points()), count: make([]int32, p.Grid.Points())}
	for _, name := range p.Objective.Formula.Names {
		r.places = append(r.places, slices.IndexFunc(fields, func(f store.Field) bool { return f.Name == name }))
	}
	return r
}

// add takes in a committed part and returns the best so far in words, empty
// where nothing is defined.
func (r *runningScores) add(part *store.SummaryPart) string {
	score := scores.OfRow(r.plan.Objective)
	values := make([]float64, len(r.places))
	mean := func(point int) float64 { return r.sums[point] / float64(r.count[point]) }
	for row, point := range part.Points() {
		for i, index := range r.places {
			values[i] = part.Column(index).Number(row)
		}
		value, err := score(values)
		if err != nil || math.IsNaN(value) {
			continue
		}
		r.sums[point] += value
		r.count[point]++
		if r.best < 0 || mean(int(point)) > mean(r.best) {
			r.best = int(point)
		}
	}
	if r.best < 0 || math.IsNaN(mean(r.best)) {
		return ""
	}
	return fmt.Sprintf("%s %.4g at %s", r.plan.Objective, r.plan.Objective.Sign()*mean(r.best), r.plan.Setting(r.best))
}
