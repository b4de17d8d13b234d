package sweep

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"optmm/sweep/store"
)

// runningScores follows the objective while a study runs, for the eye alone.
type runningScores struct {
	study *Study
	place int // of the objective among the columns of a part
	mutex sync.Mutex
	sums  []float64
	count []int32
	best  int
}

func newRunningScores(study *Study) *runningScores {
	fields := store.SummaryFields(study.Grid.Axes())
	return &runningScores{
		study: study, best: -1,
		place: slices.IndexFunc(fields, func(f store.Field) bool { return f.Name == study.Objective }),
		sums:  make([]float64, study.Grid.Points()), count: make([]int32, study.Grid.Points()),
	}
}

// add takes in a committed part and returns the best so far in words, empty
// where nothing is defined.
func (r *runningScores) add(part *store.SummaryPart) string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	scores := &part.Columns[r.place]
	mean := func(point int) float64 { return r.sums[point] / float64(r.count[point]) }
	for row, point := range part.Columns[1].Int64s {
		if !scores.Valid[row] {
			continue
		}
		if scores.Floats != nil {
			r.sums[point] += scores.Floats[row]
		} else {
			r.sums[point] += float64(scores.Int64s[row])
		}
		r.count[point]++
		if r.best < 0 || mean(int(point)) > mean(r.best) {
			r.best = int(point)
		}
	}
	if r.best < 0 || math.IsNaN(mean(r.best)) {
		return ""
	}
	return fmt.Sprintf("%s %.4g at %s", r.study.Objective, mean(r.best), r.study.setting(r.best))
}
