package judge

import (
	"math"
	"slices"
	"strings"

	"optmm/engine/param"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/tables"
	"optmm/sweep/verdict"
)

// Findings are a judgment of a study, with what only its grid and its holdout seeds can
// show.
type Findings struct {
	verdict.Judgment
	Plan      *plan.Plan
	Scores    *verdict.Scores
	Holdout   *verdict.Scores // a column a finalist; nil where there are no holdout seeds
	Finalists []verdict.Finalist
	Folds     verdict.Folds
	activity
	profit verdict.Estimate // net P&L of the best point
	others int              // judgments of the same study
	used   int              // other selections that have seen the holdout seeds
	failed int              // runs

	failedOfSelection int          // of them, those that the best point is picked by
	undefined         int          // runs that the best point is picked by, that did not fail and have no score
	Walk              *WalkForward // nil: there is none

	Sensitivity  []axisSensitivity
	Estimator    string // how they were found; empty where they were not
	Pairs        []pairInteraction
	NeighborMean verdict.Estimate // of the best point's neighbors, over points
	Means        []float64        // of every point of a full grid; nil of any other, or where one has none
	Lengths      []int            // of its dimensions
	repeats      Repeats

	Signals []folder.Signal // evidence on the scores of trained models
	Traded  []Traded
	trading map[string]int // the best point that trades each of them
}

// axisSensitivity is what an axis explains; Total is NaN where the estimator has none.
type axisSensitivity struct {
	Name string
	verdict.Sensitivity
}

type pairInteraction struct {
	Names string
	verdict.Interaction
}

// Study compares the points of complete tables; of the lock it takes what followed from more than these.
func Study(s *tables.Runs, lock *folder.Lock) (*Findings, error) {
	return Again(s, lock.Selections, lock.Signals, 0)
}

// Again is Study of one that others have judged by other objectives, baselines or conditions.
func Again(s *tables.Runs, selections []plan.Selection, signals []folder.Signal, others int) (*Findings, error) {
	p := s.Plan
	objective, err := s.Objective()
	if err != nil {
		return nil, err
	}
	objective.Tried = triedModels(signals)
	baseline, _ := p.Grid.Baseline()
	j := &Findings{Plan: p, others: others, Signals: signals, Scores: objective, Judgment: verdict.Judge(objective, baseline)}
	if p.Where() != "" {
		all, err := s.Scores().ObjectiveOfAll(p.SelectionStages())
		if err != nil {
			return nil, err
		}
		all.Tried = objective.Tried
		j.Judgment = j.Widened(all)
	}
	fills, err := s.Figure("total_fills")
	if err != nil {
		return nil, err
	}
	j.activity = newActivity(p, fills)
	if j.Best >= 0 {
		profits, err := s.Scores().FigureOf(p.SelectionStages(), "net_pnl", []int{j.Best})
		if err != nil {
			return nil, err
		}
		j.profit = profits.Of(0)
	}
	if p.Walk != nil {
		if j.Walk, err = walkForward(s, objective, baseline); err != nil {
			return nil, err
		}
	}
	if p.Halving != nil {
		j.Judgment = j.Judgment.OfHalving()
	} else {
		j.Folds = verdict.CrossFit(objective, baseline)
		j.findSensitivity()
	}
	if p.Holdout != nil {
		if j.Holdout, err = s.Scores().HoldoutObjective(); err != nil {
			return nil, err
		}
		j.Finalists = slices.DeleteFunc(verdict.OnHoldout(objective, j.Holdout, p.HoldoutStage().Points, baseline), func(f verdict.Finalist) bool { return !p.IsCandidate(f.Point) })
		if j.used, err = p.UsedBefore(selections); err != nil {
			return nil, err
		}
	}
	if err := j.findTraded(s); err != nil {
		return nil, err
	}
	status, err := s.Texts("status")
	if err != nil {
		return nil, err
	}
	for run, text := range status {
		if text != store.StatusFailed {
			continue
		}
		if point, _ := p.RunAt(run); !p.IsCandidate(point) {
			continue
		}
		if j.failed++; run < plan.CountRuns(p.SelectionStages()) {
			j.failedOfSelection++
		}
	}
	undefined, err := s.Scores().Undefined()
	if err != nil {
		return nil, err
	}
	j.undefined = undefined - j.failedOfSelection
	if j.failed == 0 {
		j.repeats, err = findRepeats(s)
	}
	return j, err
}

// Winner returns what holdout seeds say of the best point; nil where nothing.
func (j *Findings) Winner() *verdict.Finalist {
	for i := range j.Finalists {
		if j.Finalists[i].Point == j.Best {
			return &j.Finalists[i]
		}
	}
	return nil
}

// MeetsOnHoldout reports whether a finalist meets the constraints on the holdout seeds too.
func (j *Findings) MeetsOnHoldout(point int) bool {
	index, _ := j.Plan.HoldoutStage().Index(point)
	return j.Holdout.Infeasible == nil || !j.Holdout.Infeasible[index]
}

// findSensitivity finds what the axes explain: on a full grid whose every point has a mean
// exactly, on any other by what is in the data.
func (j *Findings) findSensitivity() {
	scores := j.Scores
	dimensions, crossed := j.Plan.Grid.Crossed()
	if crossed {
		points := 1
		for _, d := range dimensions {
			j.Lengths = append(j.Lengths, d.Length)
			points *= d.Length
		}
		scores = scores.Head(points)
	}
	means := scores.Means()
	if means == nil {
		return
	}
	if !crossed {
		j.estimateSensitivity()
		return
	}
	j.Means, j.Estimator = means, "Sobol' indices of the full grid"
	indices, pairs := verdict.Sensitivities(scores, j.Lengths)
	name := func(i int) string { return strings.Join(dimensions[i].Names, ", ") }
	for i, s := range indices {
		j.Sensitivity = append(j.Sensitivity, axisSensitivity{name(i), s})
	}
	for _, pair := range pairs {
		j.Pairs = append(j.Pairs, pairInteraction{name(pair.Axes[0]) + " × " + name(pair.Axes[1]), pair})
	}
	if j.Best >= 0 && j.Best < len(means) {
		j.NeighborMean = verdict.Neighborhood(means, j.Lengths, j.Best)
	}
}

// estimateSensitivity estimates what each axis explains by itself on points that are no full
// grid.
func (j *Findings) estimateSensitivity() {
	axes := j.Plan.Grid.Axes()
	values := make([][]float64, len(axes))
	for point := range j.Scores.Points {
		for i, value := range j.Plan.Grid.Values(point) {
			values[i] = append(values[i], Coordinate(&axes[i].Parameter, value))
		}
	}
	j.Estimator = "first-order indices from classes of the given points; total indices and interactions need a full grid"
	for i := range axes {
		s := verdict.Sensitivity{Total: math.NaN(), TotalError: math.NaN()}
		s.First, s.FirstError = verdict.GivenData(j.Scores, values[i])
		j.Sensitivity = append(j.Sensitivity, axisSensitivity{axes[i].Parameter.Name, s})
	}
}

// Coordinate is the position of a value on its axis: a number, of a choice its number, and
// below all where it is unset.
func Coordinate(parameter *param.Parameter, value param.Value) float64 {
	switch {
	case value.Unset:
		return math.Inf(-1)
	case parameter.Kind == param.Choice:
		return float64(slices.Index(parameter.Domain.Choices, value.Text))
	}
	return value.Number
}

// edge returns the axes on whose lowest or highest number of at least three the best
// point lies, with the number, unless it can go no further: beyond it may be better. Of
// axes that step together it is the first.
func (j *Findings) edge() []string {
	if j.Best < 0 || j.Best == j.Baseline {
		return nil
	}
	var names []string
	for i, value := range j.Plan.Grid.Values(j.Best) {
		axis := &j.Plan.Grid.Axes()[i]
		if axis.Parameter.Kind == param.Choice || value.Unset || j.Plan.Grid.Follows(i) {
			continue
		}
		lowest, highest, values := true, true, 0
		for k := range axis.Len() {
			if other := axis.At(k); !other.Unset {
				values++
				lowest, highest = lowest && value.Number <= other.Number, highest && value.Number >= other.Number
			}
		}
		if values < 3 { // of two each is an end
			continue
		}
		atBound := lowest && value.Number == axis.Parameter.Domain.Low || highest && value.Number == axis.Parameter.Domain.High
		if (lowest || highest) && !atBound {
			names = append(names, axis.Parameter.Name+" "+axis.Parameter.Format(value))
		}
	}
	return names
}

// Drawn lists whose figures there are: the best point's where there is one, and the
// baseline's where some run of it did not fail.
func (j *Findings) Drawn() []string {
	var roles []string
	if j.Best >= 0 {
		roles = append(roles, store.Best)
	}
	if j.Scores.Of(j.Baseline).N > 0 || j.failedOfSelection == 0 {
		roles = append(roles, store.Baseline)
	}
	return roles
}
