package sweep

import (
	"fmt"
	"math"
	"slices"

	"optmm/sweep/store"
)

// runningScores follows the objective while a study runs, for the eye alone.
type runningScores struct {
	study  *Study
	places []int // of the objective's figures among the columns of a part
	sums   []float64
	count  []int32
	best   int
}

func newRunningScores(study *Study) *runningScores {
	fields := store.SummaryFields(study.Grid.Axes())
	r := &runningScores{study: study, best: -1, sums: make([]float64, study.Grid.Points()), count: make([]int32, study.Grid.Points())}
	for _, name := range study.Objective.Formula.Names {
		r.places = append(r.places, slices.IndexFunc(fields, func(f store.Field) bool { return f.Name == name }))
	}
	return r
}

// add takes in a committed part and returns the best so far in words, empty
// where nothing is defined.
func (r *runningScores) add(part *store.SummaryPart) string {
	score := r.study.Objective.row()
	values := make([]float64, len(r.places))
	mean := func(point int) float64 { return r.sums[point] / float64(r.count[point]) }
	for row, point := range part.Columns[1].Int64s {
		for i, place := range r.places {
			values[i] = (&store.NamedColumn{Field: part.Fields[place], Column: part.Columns[place]}).Number(row)
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
	return fmt.Sprintf("%s %.4g at %s", r.study.Objective, r.study.Objective.sign()*mean(r.best), r.study.setting(r.best))
}
