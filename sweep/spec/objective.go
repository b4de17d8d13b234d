package spec

import (
	"slices"

	"optmm/engine/account"
	"optmm/sweep/fault"
	"optmm/sweep/grid"
)

// Objective is what the best point has most of: a figure of a run, or a formula over
// figures, on average over the seeds.
type Objective struct {
	Formula     *grid.Formula
	Minimized   bool
	Constraints []*grid.Condition // on the figures' means over the seeds: a point that does not meet them is not the best
}

// defaultObjective is maximized where a study names none.
const defaultObjective = "net_pnl"

// SeedSharpe is the figure that takes every row for an independent minute.
const SeedSharpe = "annualized_sharpe_est"

// The keys of an objective that is more than a formula to maximize.
const (
	maximizeKey  = "maximize"
	minimizeKey  = "minimize"
	subjectToKey = "subject_to"
)

// String returns the formula.
func (o *Objective) String() string { return o.Formula.Source }

// Statistic returns the only figure of the objective, where it is one by itself.
func (o *Objective) Statistic() (string, bool) {
	return o.Formula.Source, slices.Equal(o.Formula.Names, []string{o.Formula.Source})
}

// MaximizesUndesired reports whether the objective seeks more of a cost or a risk, which is hardly what is meant.
func (o *Objective) MaximizesUndesired() bool {
	name, plain := o.Statistic()
	return plain && !o.Minimized && slices.ContainsFunc(account.Statistics(), func(s account.Statistic) bool { return s.Name == name && s.Undesired })
}

// Columns lists what a result shows of a point: the objective, where it is a formula, and
// every figure.
func (o *Objective) Columns() []string {
	if _, plain := o.Statistic(); plain {
		return StatisticNames()
	}
	return append([]string{o.String()}, StatisticNames()...)
}

// Sign is −1 where less is better.
func (o *Objective) Sign() float64 {
	if o.Minimized {
		return -1
	}
	return 1
}

// Aim says what is done with the objective.
func (o *Objective) Aim() string {
	if o.Minimized {
		return "minimized"
	}
	return "maximized"
}

// ConstraintText writes the constraints behind the objective.
func (o *Objective) ConstraintText() string {
	text := ""
	for _, constraint := range o.Constraints {
		text += ", where " + constraint.Source
	}
	return text
}

// Notation returns the objective as a study file writes it.
func (o *Objective) Notation() any {
	if !o.Minimized && o.Constraints == nil {
		return o.Formula.Source
	}
	key := maximizeKey
	if o.Minimized {
		key = minimizeKey
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

// StatisticNames lists the figures of a run.
func StatisticNames() []string {
	var names []string
	for _, statistic := range account.Statistics() {
		names = append(names, statistic.Name)
	}
	return names
}

// StatisticEnvironment has the names that a formula of statistics may use, for checking it.
func StatisticEnvironment() map[string]any {
	environment := map[string]any{}
	for _, name := range StatisticNames() {
		environment[name] = 0.0
	}
	return environment
}

func (s *Study) readObjective() (err error) {
	var raw any = defaultObjective
	if given, ok := s.document.get("objective"); ok {
		raw = given
	}
	s.Objective, err = s.parseObjective(raw)
	return err
}

// parseObjective reads an objective as a study file writes it.
func (s *Study) parseObjective(raw any) (o *Objective, err error) {
	o = &Objective{}
	path := "objective"
	if keys, ok := raw.(map[string]any); ok {
		if path, raw, err = o.readKeys(keys); err != nil {
			return nil, err
		}
	}
	source, ok := raw.(string)
	if !ok {
		return nil, fault.New(path, "%s: want a figure of a run, or a formula over figures, as net_pnl - 0.5*max_drawdown", describeKind(raw))
	}
	formula, unknown, err := grid.ParseFormula(source, StatisticEnvironment())
	switch {
	case unknown != "":
		return nil, noFigure(path, unknown)
	case err != nil:
		return nil, &fault.Fault{Path: path, Err: err}
	case len(formula.Names) == 0:
		return nil, fault.New(path, "%q mentions no figure of a run", source)
	}
	if o.Formula = formula; s.Grid == nil { // which is wrong
		return o, nil
	}
	return o, s.checkFigures(path, o)
}

// checkFigures refuses an objective, at a path, and constraints that name a figure which
// no run of the study defines.
func (s *Study) checkFigures(path string, o *Objective) error {
	provided := s.Provided()
	check := func(path string, names []string) error {
		for _, statistic := range account.Statistics() {
			if why := statistic.Missing(provided); why != "" && slices.Contains(names, statistic.Name) {
				return fault.New(path, "%s is undefined in every run of this study: %s", statistic.Name, why)
			}
		}
		return nil
	}
	if err := check(path, o.Formula.Names); err != nil {
		return err
	}
	for i, constraint := range o.Constraints {
		if err := check(fault.Entry("objective."+subjectToKey, i), constraint.Names); err != nil {
			return err
		}
	}
	return nil
}

func noFigure(path, name string) error {
	return fault.New(path, "%q is not a figure of a run%s; sweep params lists them", name, fault.DidYouMean(name, StatisticNames()))
}

// readKeys reads {maximize or minimize, subject_to} and returns the formula's path and
// value.
func (o *Objective) readKeys(keys map[string]any) (path string, formula any, err error) {
	known := []string{maximizeKey, minimizeKey, subjectToKey}
	for key := range keys {
		if !slices.Contains(known, key) {
			return "", nil, fault.New("objective."+key, "unknown key %s%s", key, fault.DidYouMean(key, known))
		}
	}
	most, maximized := keys[maximizeKey]
	least, minimized := keys[minimizeKey]
	switch {
	case maximized == minimized:
		return "", nil, fault.New("objective", "write one of maximize and minimize, as in {maximize: net_pnl, subject_to: max_inventory <= 20}")
	case minimized:
		path, formula, o.Minimized = "objective."+minimizeKey, least, true
	default:
		path, formula = "objective."+maximizeKey, most
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
		return "", nil, fault.New("objective."+subjectToKey, "there is no condition")
	}
	var wrong fault.List
	for i, entry := range entries {
		condition, err := parseConstraint(fault.Entry("objective."+subjectToKey, i), entry)
		wrong.Add(err)
		o.Constraints = append(o.Constraints, condition)
	}
	return path, formula, wrong.Err()
}

// parseConstraint reads a condition on figures.
func parseConstraint(at string, entry any) (*grid.Condition, error) {
	source, ok := entry.(string)
	if !ok {
		return nil, fault.New(at, "%v is not a condition on figures; write max_inventory <= 20", entry)
	}
	condition, unknown, err := grid.ParseCondition(source, StatisticEnvironment())
	switch {
	case unknown != "":
		return nil, noFigure(at, unknown)
	case err != nil:
		return nil, &fault.Fault{Path: at, Err: err}
	case len(condition.Names) == 0:
		return nil, fault.New(at, "%q mentions no figure of a run", source)
	}
	return condition, nil
}
