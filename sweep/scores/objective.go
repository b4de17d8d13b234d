package scores

import (
	"math"
	"slices"

	"github.com/expr-lang/expr/vm"

	"optmm/sweep/plan"
	"optmm/sweep/spec"
	"optmm/sweep/verdict"
)

// Objective returns the objective of every run of the stages, negated where less is
// better, with the points that the constraints make infeasible.
func (s *Source) Objective(stages []plan.Stage) (*verdict.Scores, error) {
	runs, err := s.objectiveOfRuns(stages)
	if err != nil {
		return nil, err
	}
	return s.perUnit(runs), nil
}

// ObjectiveOfAll is Objective of all points, whether they are candidates or not.
func (s *Source) ObjectiveOfAll(stages []plan.Stage) (*verdict.Scores, error) {
	runs, err := s.objectiveOfEvery(stages)
	if err != nil {
		return nil, err
	}
	return s.perUnit(runs), nil
}

func (s *Source) objectiveOfEvery(stages []plan.Stage) (*verdict.Scores, error) {
	return objectiveOf(s.plan.Objective, func(name string) (*verdict.Scores, error) {
		return s.Runs(stages, name, 0, s.plan.Grid.Points())
	})
}

// objectiveOfRuns is Objective of every run; a point that is no candidate has none.
func (s *Source) objectiveOfRuns(stages []plan.Stage) (*verdict.Scores, error) {
	runs, err := s.objectiveOfEvery(stages)
	if err != nil || s.plan.Where() == "" {
		return runs, err
	}
	for i := range runs.Values {
		if !s.plan.IsCandidate(i % runs.Points) {
			runs.Values[i] = math.NaN()
		}
	}
	return runs, nil
}

// objective is the study's formula over figures of the same runs.
func (s *Source) objective(figure figureByName) (*verdict.Scores, error) {
	runs, err := objectiveOf(s.plan.Objective, figure)
	if err != nil {
		return nil, err
	}
	return s.perUnit(runs), nil
}

// HoldoutObjective returns the objective of the runs on holdout seeds, a column a finalist,
// with the finalists that do not meet the constraints there infeasible.
func (s *Source) HoldoutObjective() (*verdict.Scores, error) {
	return s.objective(s.holdoutRuns)
}

// figureByName returns a figure of the same runs.
type figureByName func(name string) (*verdict.Scores, error)

// markInfeasible marks the points of scores whose means of figures, which figure returns for the
// same runs, do not meet the constraints.
func markInfeasible(o *spec.Objective, scores *verdict.Scores, figure figureByName) (err error) {
	if len(o.Constraints) == 0 {
		return nil
	}
	means := map[string][]float64{}
	for _, constraint := range o.Constraints {
		for _, name := range constraint.Names {
			if means[name] != nil {
				continue
			}
			figures, err := figure(name)
			if err != nil {
				return err
			}
			for point := range scores.Points {
				means[name] = append(means[name], figures.Of(point).Mean)
			}
		}
	}
	scores.Infeasible, err = infeasible(o, means, scores.Points)
	return err
}

// InfeasibleDays returns a function that finds the points which do not meet the constraints on
// the days from first to end of an objective's rows; nil where there are no constraints.
func InfeasibleDays(s *Source, objective *verdict.Scores) func(first, end int) ([]bool, error) {
	o := s.plan.Objective
	if len(o.Constraints) == 0 {
		return nil
	}
	read := map[string]*verdict.Scores{} // once, whatever the number of windows
	return func(first, end int) ([]bool, error) {
		window := objective.Days(first, end)
		err := markInfeasible(o, window, func(name string) (*verdict.Scores, error) {
			if read[name] == nil {
				figures, err := s.Figure(s.plan.SelectionStages(), name, 0, s.plan.Grid.Points())
				if err != nil {
					return nil, err
				}
				read[name] = figures.Matching(objective)
			}
			return read[name].Days(first, end), nil
		})
		return window.Infeasible, err
	}
}

// infeasible finds the points whose means do not meet the constraints; an undefined mean
// meets none.
func infeasible(o *spec.Objective, means map[string][]float64, points int) ([]bool, error) {
	infeasible := make([]bool, points)
	environment := spec.StatisticEnvironment()
	var machine vm.VM
	for point := range infeasible {
		for _, constraint := range o.Constraints {
			defined := true
			for _, name := range constraint.Names {
				environment[name] = means[name][point]
				defined = defined && !math.IsNaN(means[name][point])
			}
			met, err := constraint.Met(&machine, environment)
			if err != nil {
				return nil, err
			}
			infeasible[point] = infeasible[point] || !met || !defined
		}
	}
	return infeasible, nil
}

// Column returns a figure of some points, or the objective itself by its formula, in its own
// sign.
func (s *Source) Column(name string, points []int) (*verdict.Scores, error) {
	return s.column(name, func(figure string) (*verdict.Scores, error) {
		return s.runsOf(s.plan.SelectionStages(), figure, points)
	})
}

// HoldoutColumn is Column of the finalists on holdout seeds.
func (s *Source) HoldoutColumn(name string) (*verdict.Scores, error) {
	return s.column(name, s.holdoutRuns)
}

func (s *Source) column(name string, figure figureByName) (*verdict.Scores, error) {
	if slices.Contains(spec.StatisticNames(), name) {
		runs, err := figure(name)
		if err != nil {
			return nil, err
		}
		return s.perUnit(runs), nil
	}
	scores, err := s.objective(figure)
	if err == nil {
		for i := range scores.Values {
			scores.Values[i] *= s.plan.Objective.Sign()
		}
	}
	return scores, err
}

// objectiveOf computes an objective and its constraints from figures, which figure returns
// for the same runs; NaN where one of the formula's is.
func objectiveOf(o *spec.Objective, figure figureByName) (*verdict.Scores, error) {
	names := o.Formula.Names
	columns := make([]*verdict.Scores, len(names))
	for i, name := range names {
		var err error
		if columns[i], err = figure(name); err != nil {
			return nil, err
		}
	}
	result := &verdict.Scores{Points: columns[0].Points, Values: columns[0].Values}
	row := ofRow(o)
	values := make([]float64, len(names))
	for i := range result.Values {
		for k := range columns {
			values[k] = columns[k].Values[i]
		}
		value, err := row(values)
		if err != nil {
			return nil, err
		}
		result.Values[i] = value
	}
	return result, markInfeasible(o, result, figure)
}

// ofRow returns a function from the values of the formula's names to the score of a
// run: NaN where one is NaN, or where the formula has no finite value.
func ofRow(o *spec.Objective) func(values []float64) (float64, error) {
	sign := o.Sign()
	if _, plain := o.Statistic(); plain {
		return func(values []float64) (float64, error) { return sign * values[0], nil }
	}
	environment := spec.StatisticEnvironment()
	var machine vm.VM
	return func(values []float64) (float64, error) {
		for i, name := range o.Formula.Names {
			if math.IsNaN(values[i]) {
				return math.NaN(), nil
			}
			environment[name] = values[i]
		}
		value, err := o.Formula.Value(&machine, environment)
		if math.IsInf(value, 0) {
			value = math.NaN()
		}
		return sign * value, err
	}
}
