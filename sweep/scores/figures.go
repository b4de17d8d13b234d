package scores

import (
	"fmt"
	"math"
	"slices"

	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// Columns reads a column of a chunk's rows, after what it holds.
type Columns func(chunk int, field store.Field, to *store.Column) error

// Source computes scores of a plan's runs from any place that has their columns: the
// committed chunks of a study that runs, or the tables of one that is complete.
type Source struct {
	plan    *plan.Plan
	columns Columns
}

// New returns the scores of a plan's runs from the place that columns reads.
func New(p *plan.Plan, columns Columns) *Source { return &Source{p, columns} }

// Figure returns a figure of the runs of stages whose point is from first to end, NaN
// where undefined and where there is no run; of recorded days the mean over their seeds.
func (s *Source) Figure(stages []plan.Stage, name string, first, end int) (*verdict.Scores, error) {
	runs, err := s.Runs(stages, name, first, end)
	if err != nil {
		return nil, err
	}
	return s.perUnit(runs), nil
}

// Runs is Figure of every run.
func (s *Source) Runs(stages []plan.Stage, name string, first, end int) (*verdict.Scores, error) {
	scores := undefined(stages, end-first)
	for i := range stages {
		stage := &stages[i]
		low, _ := stage.Index(first)
		high, _ := stage.Index(end)
		err := s.Each(stage, name, low, high, func(index, seed int, value float64) {
			scores.Values[seed*scores.Points+stage.Point(index)-first] = value
		})
		if err != nil {
			return nil, err
		}
	}
	return scores, nil
}

// undefined returns the scores of points in the runs of stages, all NaN.
func undefined(stages []plan.Stage, points int) *verdict.Scores {
	scores := &verdict.Scores{Points: points, Values: make([]float64, stages[len(stages)-1].EndSeed*points)}
	for i := range scores.Values {
		scores.Values[i] = math.NaN()
	}
	return scores
}

// FigureOf is Figure of some points, in their order.
func (s *Source) FigureOf(stages []plan.Stage, name string, points []int) (*verdict.Scores, error) {
	runs, err := s.runsOf(stages, name, points)
	if err != nil {
		return nil, err
	}
	return s.perUnit(runs), nil
}

// runsOf is FigureOf of every run.
func (s *Source) runsOf(stages []plan.Stage, name string, points []int) (*verdict.Scores, error) {
	scores := undefined(stages, len(points))
	for i := range stages {
		if err := s.stageOf(&stages[i], name, points, scores); err != nil {
			return nil, err
		}
	}
	return scores, nil
}

// stageOf sets the scores of points in the runs of a stage. Each chunk is read once for all of them.
func (s *Source) stageOf(stage *plan.Stage, name string, points []int, scores *verdict.Scores) error {
	type place struct{ index, k int } // of a point among the stage's, and among the scores'
	var places []place
	for k, point := range points {
		if index, in := stage.Index(point); in {
			places = append(places, place{index, k})
		}
	}
	wanted := func(first, end int) bool {
		return slices.ContainsFunc(places, func(p place) bool { return has(stage.Size, first, end, p.index, p.index+1) })
	}
	return s.chunks(stage, name, wanted, func(first, end int, column *store.NamedColumn) {
		for seed := first / stage.Size; seed*stage.Size < end; seed++ {
			for _, p := range places {
				if run := seed*stage.Size + p.index; first <= run && run < end {
					scores.Values[(stage.FirstSeed+seed)*scores.Points+p.k] = column.Number(run - first)
				}
			}
		}
	})
}

// HoldoutFigure returns a figure of the runs on holdout seeds, a column a finalist in the
// order of the points.
func (s *Source) HoldoutFigure(name string) (*verdict.Scores, error) {
	runs, err := s.holdoutRuns(name)
	if err != nil {
		return nil, err
	}
	return s.perUnit(runs), nil
}

// holdoutRuns is HoldoutFigure of every run.
func (s *Source) holdoutRuns(name string) (*verdict.Scores, error) {
	stage := s.plan.HoldoutStage()
	scores := &verdict.Scores{Points: stage.Size, Values: make([]float64, stage.Runs())}
	return scores, s.Each(stage, name, 0, stage.Size, func(index, seed int, value float64) {
		scores.Values[seed*stage.Size+index] = value
	})
}

// Each calls use with a figure of the runs of a stage whose point's index among the
// stage's is from low to high. Chunks without such a run are not read.
func (s *Source) Each(stage *plan.Stage, name string, low, high int, use func(index, seed int, value float64)) error {
	wanted := func(first, end int) bool { return has(stage.Size, first, end, low, high) }
	return s.chunks(stage, name, wanted, func(first, end int, column *store.NamedColumn) {
		for seed := first / stage.Size; seed*stage.Size < end; seed++ {
			at := seed*stage.Size - first // the row of the seed's first point
			for index := max(low, -at); index < min(high, end-first-at); index++ {
				use(index, stage.FirstSeed+seed, column.Number(at+index))
			}
		}
	})
}

// chunks calls use with a figure of the wanted chunks of a stage: of its runs from first to end, counted from the stage's first.
func (s *Source) chunks(stage *plan.Stage, name string, wanted func(first, end int) bool, use func(first, end int, column *store.NamedColumn)) error {
	field, ok := s.plan.SummaryField(name)
	if !ok {
		return fmt.Errorf("the summary has no column %s", name)
	}
	column := store.NamedColumn{Field: field}
	for chunk := range s.plan.ChunksOfStage(stage) {
		first, end := s.plan.RunsOfChunk(stage.FirstChunk + chunk)
		first, end = first-stage.FirstRun, end-stage.FirstRun
		if !wanted(first, end) {
			continue
		}
		column.Column.Reset()
		if err := s.columns(stage.FirstChunk+chunk, field, &column.Column); err != nil {
			return err
		}
		use(first, end, &column)
	}
	return nil
}

// has reports whether the rows from begin to stop, of which size have one seed, have one
// of a point from low to high.
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
