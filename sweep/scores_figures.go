package sweep

import (
	"fmt"
	"math"

	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// columns reads a column of a chunk's rows, behind what is there.
type columns func(chunk int, field store.Field, to *store.Column) error

// source computes scores of a plan's runs from any place that has their columns: the
// committed chunks of a study that runs, or the tables of one that is complete.
type source struct {
	plan    *Plan
	columns columns
}

// newSource returns the scores of a plan's runs from the place that columns reads.
func newSource(p *Plan, columns columns) *source { return &source{p, columns} }

// figure returns a figure of the runs of stages whose point is from first to end, NaN
// where undefined and where there is no run.
func (s *source) figure(stages []stage, name string, first, end int) (*verdict.Scores, error) {
	scores := undefined(stages, end-first)
	for i := range stages {
		stage := &stages[i]
		low, _ := stage.place(first)
		high, _ := stage.place(end)
		err := s.eachValue(stage, name, low, high, func(place, seed int, value float64) {
			point := place
			if stage.points != nil {
				point = stage.points[place]
			}
			scores.Values[seed*scores.Points+point-first] = value
		})
		if err != nil {
			return nil, err
		}
	}
	return scores, nil
}

// undefined returns the scores of so many points in the runs of stages, all NaN.
func undefined(stages []stage, points int) *verdict.Scores {
	scores := &verdict.Scores{Points: points, Values: make([]float64, stages[len(stages)-1].end*points)}
	for i := range scores.Values {
		scores.Values[i] = math.NaN()
	}
	return scores
}

// figureOf is figure of some points, in their order.
func (s *source) figureOf(stages []stage, name string, points []int) (*verdict.Scores, error) {
	scores := undefined(stages, len(points))
	for k, point := range points {
		for i := range stages {
			place, in := stages[i].place(point)
			if !in {
				continue
			}
			err := s.eachValue(&stages[i], name, place, place+1, func(_, seed int, value float64) {
				scores.Values[seed*scores.Points+k] = value
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return scores, nil
}

// holdoutFigure returns a figure of the runs on holdout seeds, a column a finalist in the
// order of the points.
func (s *source) holdoutFigure(name string) (*verdict.Scores, error) {
	stage := s.plan.holdout()
	scores := &verdict.Scores{Points: stage.size, Values: make([]float64, stage.runs())}
	return scores, s.eachValue(stage, name, 0, stage.size, func(place, seed int, value float64) {
		scores.Values[seed*stage.size+place] = value
	})
}

// eachValue calls use with a figure of the runs of a stage whose point's index among the
// stage's is from low to high. Chunks without such a run are not read.
func (s *source) eachValue(stage *stage, name string, low, high int, use func(place, seed int, value float64)) error {
	field, ok := s.plan.summaryField(name)
	if !ok {
		return fmt.Errorf("the summary has no column %s", name)
	}
	column := store.NamedColumn{Field: field}
	for chunk := range s.plan.chunksOf(stage) {
		first, end := s.plan.chunk(stage.firstChunk + chunk)
		first, end = first-stage.firstRun, end-stage.firstRun
		if !has(stage.size, first, end, low, high) {
			continue
		}
		column.Column.Reset()
		if err := s.columns(stage.firstChunk+chunk, field, &column.Column); err != nil {
			return err
		}
		for seed := first / stage.size; seed*stage.size < end; seed++ {
			at := seed*stage.size - first // the row of the seed's first point
			for place := max(low, -at); place < min(high, end-first-at); place++ {
				use(place, stage.first+seed, column.Number(at+place))
			}
		}
	}
	return nil
}

// has reports whether the rows from begin to stop, of so many points a seed, have one
// of an index from low to high.
func has(size, begin, stop, low, high int) bool {
	if stop-begin >= size {
		return low < high
	}
	from, to := begin%size, (stop-1)%size
	if from <= to {
		return from < high && to >= low
	}
	return from < high || to >= low // around the last point to the next seed
}
