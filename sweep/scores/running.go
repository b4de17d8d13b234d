package scores

import (
	"fmt"
	"math"
	"slices"

	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// Running follows the objective of a study that is not complete, to look at: nothing is judged by it.
type Running struct {
	plan    *plan.Plan
	score   func(values []float64) (float64, error)
	places  []int // of the objective's figures among the columns of a part
	sums    []float64
	squares []float64 // of the differences from the mean
	count   []int32
	leader  int // −1: none
}

// NewRunning returns the scores of a study of which nothing is known yet.
func NewRunning(p *plan.Plan) *Running {
	points := p.Grid.Points()
	r := &Running{plan: p, score: ofRow(p.Objective), leader: -1, sums: make([]float64, points), squares: make([]float64, points), count: make([]int32, points)}
	fields := store.SummaryFields(p.Grid.Axes(), p.OverDays())
	for _, name := range p.Objective.Formula.Names {
		r.places = append(r.places, slices.IndexFunc(fields, func(f store.Field) bool { return f.Name == name }))
	}
	return r
}

// Add takes in a committed part of the runs that the best point is picked by.
func (r *Running) Add(part *store.SummaryPart) {
	values := make([]float64, len(r.places))
	for row, point := range part.Points() {
		for i, index := range r.places {
			values[i] = part.Column(index).Number(row)
		}
		value, err := r.score(values)
		if err != nil || math.IsNaN(value) {
			continue
		}
		if n := float64(r.count[point]); n > 0 { // Welford 1962
			d := value - r.sums[point]/n
			r.squares[point] += d * d * n / (n + 1)
		}
		r.sums[point] += value
		r.count[point]++
		if r.leader < 0 || r.ahead(int(point), r.leader) {
			r.leader = int(point)
		}
	}
}

// ahead reports whether a point has a better mean than another, of no fewer runs.
func (r *Running) ahead(a, b int) bool {
	return r.count[a] >= r.count[b] && r.sums[a]/float64(r.count[a]) > r.sums[b]/float64(r.count[b])
}

// Of returns the estimate of a point from the runs that are there, more being better.
func (r *Running) Of(point int) verdict.Estimate {
	n := float64(r.count[point])
	return verdict.Estimate{N: int(n), Mean: r.sums[point] / n, StandardError: math.Sqrt(r.squares[point] / (n - 1) / n), Degrees: int(n) - 1}
}

// Leader describes the point with the best mean so far, with how many of its runs are there: empty where
// there is none.
func (r *Running) Leader() string {
	if r.leader < 0 {
		return ""
	}
	o := r.plan.Objective
	return fmt.Sprintf("%s: %s %s at %s", r.Share(r.leader), o, text.Significant(o.Sign()*r.Of(r.leader).Mean), r.plan.Setting(r.leader))
}

// Share says how many of a point's runs are there.
func (r *Running) Share(point int) string {
	unit := "seed"
	if r.plan.OverDays() {
		unit = "run"
	}
	return fmt.Sprintf("%d of %s", r.count[point], text.Count(r.plan.Seeds.Len(), unit))
}
