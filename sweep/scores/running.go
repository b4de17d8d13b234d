package scores

import (
	"cmp"
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
	Failed  int // runs
}

// NewRunning returns the scores of a study of which nothing is known yet.
func NewRunning(p *plan.Plan) *Running {
	points := p.Grid.Points()
	r := &Running{plan: p, score: ofRow(p.Objective), sums: make([]float64, points), squares: make([]float64, points), count: make([]int32, points)}
	fields := store.SummaryFields(p.Grid.Axes(), p.OverDays())
	for _, name := range p.Objective.Formula.Names {
		r.places = append(r.places, slices.IndexFunc(fields, func(f store.Field) bool { return f.Name == name }))
	}
	return r
}

// Add takes in a committed part of the runs that the best point is picked by.
func (r *Running) Add(part *store.SummaryPart) {
	r.Failed += len(part.Failed())
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
	}
}

// Ranked lists the points with a score, the best first; those that lack more than the seed which is being
// run come behind.
func (r *Running) Ranked() []int {
	var points []int
	most := slices.Max(r.count)
	for point, n := range r.count {
		if n > 0 {
			points = append(points, point)
		}
	}
	slices.SortStableFunc(points, func(a, b int) int {
		x, y := r.count[a] >= most-1, r.count[b] >= most-1
		if x != y {
			return map[bool]int{true: -1, false: 1}[x]
		}
		return cmp.Compare(r.mean(b), r.mean(a))
	})
	return points
}

func (r *Running) mean(point int) float64 { return r.sums[point] / float64(r.count[point]) }

// leader returns the first of those that are ranked; −1 where there is none.
func (r *Running) leader() int {
	best, most := -1, slices.Max(r.count)
	for point, n := range r.count {
		if n > 0 && n >= most-1 && (best < 0 || r.mean(point) > r.mean(best)) {
			best = point
		}
	}
	return best
}

// Of returns the estimate of a point from its committed runs, more being better.
func (r *Running) Of(point int) verdict.Estimate {
	n := float64(r.count[point])
	return verdict.Estimate{N: int(n), Mean: r.mean(point), StandardError: math.Sqrt(r.squares[point] / (n - 1) / n), Degrees: int(n) - 1}
}

// Leader describes the point with the best mean so far, with how many of its runs are committed: empty where
// there is none.
func (r *Running) Leader() string {
	leader := r.leader()
	if leader < 0 {
		return ""
	}
	o, without := r.plan.Objective, ""
	if o.Constraints != nil {
		without = ", constraints not applied"
	}
	return fmt.Sprintf("%s: %s %s at %s%s", r.Share(leader), o, text.Significant(o.Sign()*r.Of(leader).Mean), r.plan.Setting(leader), without)
}

// Share says how many runs of a point are committed.
func (r *Running) Share(point int) string {
	unit := "seed"
	if r.plan.OverDays() {
		unit = "run"
	}
	return fmt.Sprintf("%d of %s", r.count[point], text.Count(r.plan.Seeds.Len(), unit))
}
