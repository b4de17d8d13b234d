package spec

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"optmm/engine/param"
	"optmm/sweep/fault"
	"optmm/sweep/grid"
)

// Rejudged returns the same study with another objective and another baseline, each as it is where
// its text is empty: the runs are the same, and so are their numbers. The objective is written as in
// a study file, the baseline as the number of a point or as values of swept parameters, as in skew=0,
// k_fill=40, which the first such point has. An error is an Option.
func (s *Study) Rejudged(objective, baseline string) (*Study, error) {
	other := *s
	if objective != "" {
		var raw any = objective
		if strings.HasPrefix(strings.TrimSpace(objective), "{") {
			value, err := YAMLValue(objective)
			if err != nil {
				return nil, &fault.Option{Name: "objective", Value: objective, Err: errors.New("want a map as in {minimize: max_drawdown}")}
			}
			raw = value
		}
		parsed, err := s.parseObjective(raw)
		var found *fault.Fault
		if errors.As(err, &found) { // the option's name says the path, but for keys below it
			return nil, &fault.Option{Name: "objective", Value: strings.TrimPrefix(strings.TrimPrefix(found.Path, "objective"), "."), Err: found.Err}
		}
		if err != nil {
			return nil, &fault.Option{Name: "objective", Err: err}
		}
		other.Objective = parsed
	}
	if baseline != "" {
		point, err := s.findPoint(baseline)
		if err != nil {
			return nil, &fault.Option{Name: "baseline", Value: fmt.Sprintf("%q", baseline), Err: err}
		}
		other.Grid, other.rebased = s.Grid.WithBaseline(point), true
	}
	return &other, nil
}

// WithoutHoldout returns the same study without its holdout seeds.
func (s *Study) WithoutHoldout() *Study {
	other := *s
	other.Holdout = nil
	return &other
}

// findPoint finds a point by its number or by values of swept parameters.
func (s *Study) findPoint(text string) (int, error) {
	if point, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
		if point < 0 || point >= s.Grid.Points() {
			return 0, fmt.Errorf("the study has points 0 to %d", s.Grid.Points()-1)
		}
		return point, nil
	}
	axes := map[string]param.Parameter{}
	var names []string
	for _, axis := range s.Grid.Axes() {
		axes[axis.Parameter.Name] = axis.Parameter
		names = append(names, axis.Parameter.Name)
	}
	if len(names) == 0 {
		return 0, fmt.Errorf("the study sweeps nothing: it has one point")
	}
	named := map[string]param.Value{}
	for _, entry := range strings.Split(text, ",") {
		name, written, ok := strings.Cut(entry, "=")
		name = strings.TrimSpace(name)
		parameter, swept := axes[name]
		_, twice := named[name]
		switch {
		case !ok:
			return 0, fmt.Errorf("want values of swept parameters, as in %s=…, or the number of a point", names[0])
		case !swept:
			return 0, fmt.Errorf("%s is not swept%s: the study sweeps %s", name, fault.DidYouMean(name, names), strings.Join(names, ", "))
		case twice:
			return 0, fmt.Errorf("duplicate %s", name)
		}
		value, err := grid.ParseText(parameter, strings.TrimSpace(written))
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		named[name] = value
	}
	point := s.Grid.FirstWith(named)
	if point < 0 {
		return 0, fmt.Errorf("no point of the study has these values; sweep show --top 0 prints the points")
	}
	return point, nil
}
