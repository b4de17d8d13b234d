package sweep

import (
	"math"
	"slices"

	"github.com/expr-lang/expr/vm"

	"optmm/engine"
	"optmm/sweep/grid"
	"optmm/sweep/verdict"
)

// Objective is what the best point has most of: a figure of a run, or a formula over
// figures, on average over the seeds.
type Objective struct {
	Formula     *grid.Formula
	Minimised   bool
	Constraints []*grid.Condition // on the figures' means over the seeds: a point that does not meet them is not the best
}

// DefaultObjective is maximised where a study names none.
const DefaultObjective = "net_pnl"

// seedSharpe is the figure that takes every row for an independent minute.
const seedSharpe = "annualized_sharpe_est"

// The keys of an objective that is more than a formula to maximise.
const (
	maximiseKey  = "maximise"
	minimiseKey  = "minimise"
	subjectToKey = "subject_to"
)

// String returns the formula.
func (o *Objective) String() string { return o.Formula.Source }

// figure returns the only figure of the objective, where it is one by itself.
func (o *Objective) figure() (string, bool) {
	return o.Formula.Source, slices.Equal(o.Formula.Names, []string{o.Formula.Source})
}

// columns lists what a result tells of a point: the objective, where it is a formula, and
// every figure.
func (o *Objective) columns() []string {
	if _, plain := o.figure(); plain {
		return statisticNames()
	}
	return append([]string{o.String()}, statisticNames()...)
}

// sign is −1 where less is better.
func (o *Objective) sign() float64 {
	if o.Minimised {
		return -1
	}
	return 1
}

// aim says what is done with the objective.
func (o *Objective) aim() string {
	if o.Minimised {
		return "minimised"
	}
	return "maximised"
}

// constraints writes the constraints behind the objective.
func (o *Objective) constraints() string {
	text := ""
	for _, constraint := range o.Constraints {
		text += ", where " + constraint.Source
	}
	return text
}

// notation returns the objective as a study file writes it.
func (o *Objective) notation() any {
	if !o.Minimised && o.Constraints == nil {
		return o.Formula.Source
	}
	key := maximiseKey
	if o.Minimised {
		key = minimiseKey
	}
	notation := map[string]any{key: o.Formula.Source}
	if o.Constraints != nil {
		var constraints []any
		for _, constraint := range o.Constraints {
			constraints = append(constraints, constraint.Source)
		}
		notation[subjectToKey] = constraints
	}
	return notation
}

// statisticNames lists the figures of a run.
func statisticNames() []string {
	var names []string
	for _, statistic := range engine.Statistics() {
		names = append(names, statistic.Name)
	}
	return names
}

func statisticEnvironment() map[string]any {
	environment := map[string]any{}
	for _, name := range statisticNames() {
		environment[name] = 0.0
	}
	return environment
}

func (s *Study) readObjective() (err error) {
	var raw any = DefaultObjective
	if given, ok := s.document.get("objective"); ok {
		raw = given
	}
	s.Objective = &Objective{}
	path := "objective"
	if keys, ok := raw.(map[string]any); ok {
		if path, raw, err = s.Objective.readKeys(keys); err != nil {
			return err
		}
	}
	source, ok := raw.(string)
	if !ok {
		return grid.NewFault(path, "%s: want a figure of a run, or a formula over figures, as net_pnl - 0.5*max_drawdown", describeKind(raw))
	}
	formula, unknown, err := grid.ParseFormula(source, statisticEnvironment())
	switch {
	case unknown != "":
		return noFigure(path, unknown)
	case err != nil:
		return &grid.Fault{Path: path, Err: err}
	case len(formula.Names) == 0:
		return grid.NewFault(path, "%q mentions no figure of a run", source)
	}
	s.Objective.Formula = formula
	return s.checkFigures(path)
}

// checkFigures refuses an objective, at a path, and constraints that name a figure which
// no run of the study defines.
func (s *Study) checkFigures(path string) error {
	provided := s.provided()
	check := func(path string, names []string) error {
		for _, statistic := range engine.Statistics() {
			if why := statistic.Missing(provided); why != "" && slices.Contains(names, statistic.Name) {
				return grid.NewFault(path, "%s is undefined in every run of this study: %s", statistic.Name, why)
			}
		}
		return nil
	}
	if err := check(path, s.Objective.Formula.Names); err != nil {
		return err
	}
	for i, constraint := range s.Objective.Constraints {
		if err := check(grid.Entry("objective."+subjectToKey, i), constraint.Names); err != nil {
			return err
		}
	}
	return nil
}

func noFigure(path, name string) error {
	return grid.NewFault(path, "%q is no figure of a run%s; sweep params lists them", name, grid.Nearest(name, statisticNames()))
}

// readKeys reads {maximise or minimise, subject_to} and returns the formula's path and
// value.
func (o *Objective) readKeys(keys map[string]any) (path string, formula any, err error) {
	known := []string{maximiseKey, minimiseKey, subjectToKey}
	for key := range keys {
		if !slices.Contains(known, key) {
			return "", nil, grid.NewFault("objective."+key, "unknown key %s%s", key, grid.Nearest(key, known))
		}
	}
	most, maximised := keys[maximiseKey]
	least, minimised := keys[minimiseKey]
	switch {
	case maximised == minimised:
		return "", nil, grid.NewFault("objective", "write one of maximise and minimise, as in {maximise: net_pnl, subject_to: max_inventory <= 20}")
	case minimised:
		path, formula, o.Minimised = "objective."+minimiseKey, least, true
	default:
		path, formula = "objective."+maximiseKey, most
	}
	raw, ok := keys[subjectToKey]
	if !ok {
		return path, formula, nil
	}
	entries, ok := raw.([]any)
	if !ok {
		entries = []any{raw}
	}
	if len(entries) == 0 {
		return "", nil, grid.NewFault("objective."+subjectToKey, "there is no condition")
	}
	for i, entry := range entries {
		at := grid.Entry("objective."+subjectToKey, i)
		source, ok := entry.(string)
		if !ok {
			return "", nil, grid.NewFault(at, "%v is not a condition on figures; write max_inventory <= 20", entry)
		}
		condition, unknown, err := grid.ParseCondition(source, statisticEnvironment())
		switch {
		case unknown != "":
			return "", nil, noFigure(at, unknown)
		case err != nil:
			return "", nil, &grid.Fault{Path: at, Err: err}
		}
		if len(condition.Names) == 0 {
			return "", nil, grid.NewFault(at, "%q mentions no figure of a run", source)
		}
		o.Constraints = append(o.Constraints, condition)
	}
	return path, formula, nil
}

// scores returns the objective of every run of the stages, negated where less is
// better, with the points that the constraints bar from being the best.
func (o *Objective) scores(s *Study, stages []stage, read columnsOf) (*verdict.Scores, error) {
	return o.values(func(name string) (*verdict.Scores, error) {
		return s.figures(stages, read, name, 0, s.Grid.Points())
	})
}

// bar bars the points of scores whose means of figures, which figure returns for the
// same runs, do not meet the constraints.
func (o *Objective) bar(scores *verdict.Scores, figure func(name string) (*verdict.Scores, error)) (err error) {
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
	scores.Barred, err = o.barred(means, scores.Points)
	return err
}

// barred finds the points whose means do not meet the constraints; an undefined mean
// meets none.
func (o *Objective) barred(means map[string][]float64, points int) ([]bool, error) {
	barred := make([]bool, points)
	environment := statisticEnvironment()
	var machine vm.VM
	for point := range barred {
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
			barred[point] = barred[point] || !met || !defined
		}
	}
	return barred, nil
}

// freshScores returns the objective of the runs on fresh seeds, a column a finalist,
// with the finalists that do not meet the constraints there barred.
func (o *Objective) freshScores(s *Study, read columnsOf) (*verdict.Scores, error) {
	return o.values(func(name string) (*verdict.Scores, error) {
		return s.freshFigures(read, name)
	})
}

// column returns a figure, or the objective itself by its formula, in its own sign.
func (o *Objective) column(name string, figure func(name string) (*verdict.Scores, error)) (*verdict.Scores, error) {
	if slices.Contains(statisticNames(), name) {
		return figure(name)
	}
	scores, err := o.values(figure)
	if err == nil {
		for i := range scores.Values {
			scores.Values[i] *= o.sign()
		}
	}
	return scores, err
}

// values computes the objective and its constraints from figures, which figure returns
// for the same runs; NaN where one of the formula's is.
func (o *Objective) values(figure func(name string) (*verdict.Scores, error)) (*verdict.Scores, error) {
	names := o.Formula.Names
	columns := make([]*verdict.Scores, len(names))
	for i, name := range names {
		var err error
		if columns[i], err = figure(name); err != nil {
			return nil, err
		}
	}
	result := &verdict.Scores{Points: columns[0].Points, Values: columns[0].Values}
	row := o.row()
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
	return result, o.bar(result, figure)
}

// row returns a function from the values of the formula's names to the score of a
// run: NaN where one is NaN, or where the formula has no finite value.
func (o *Objective) row() func(values []float64) (float64, error) {
	sign := o.sign()
	if _, plain := o.figure(); plain {
		return func(values []float64) (float64, error) { return sign * values[0], nil }
	}
	environment := statisticEnvironment()
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
