package spec

import (
	"errors"
	"fmt"
	"slices"

	"optmm/engine/param"
	"optmm/sweep/fault"
	"optmm/sweep/grid"
)

// The part of a study file that makes its grid.

func (s *Study) readGrid() error {
	d := grid.Description{Fixed: s.fixed, Data: param.DataOf(s.Quotes), Baseline: map[string]param.Value{}}
	swept := map[string]string{}
	add := func(parameter param.Parameter, path string, raw any, zipped bool) error {
		if first, twice := swept[parameter.Name]; twice {
			return fault.New(path, "%s is already swept by %s", parameter.Name, first)
		}
		for _, section := range []string{"engine.", "market.synthetic.", "market.recorded."} {
			if s.document.has(section + parameter.Name) {
				return fault.New(path, "%s is swept here and fixed by %s%s: keep one", parameter.Name, section, parameter.Name)
			}
		}
		swept[parameter.Name] = path
		axis, err := grid.ParseAxis(parameter, path, raw, zipped)
		d.Axes = append(d.Axes, axis)
		return err
	}
	var wrong fault.List
	for _, parameter := range param.Parameters() {
		path := "grid." + parameter.Name
		if raw, ok := s.document.get(path); ok {
			wrong.Add(add(parameter, path, raw, false))
		}
	}
	wrong.Add(s.readZips(&d, add))
	wrong.Add(s.readFilters(&d))
	wrong.Add(s.readSample(&d))
	for _, parameter := range param.Parameters() {
		path := "baseline." + parameter.Name
		raw, ok := s.document.get(path)
		if !ok {
			continue
		}
		if swept[parameter.Name] == "" {
			if s.document.wrong.Err() != nil { // it may be an axis whose name is wrong
				continue
			}
			wrong.Add(fault.New(path, "%s is not swept: the baseline is a point of the grid's parameters", parameter.Name))
			continue
		}
		value, err := grid.ParseValue(parameter, path, raw)
		wrong.Add(err)
		d.Baseline[parameter.Name] = value
	}
	wrong.Add(s.readSeeds())
	if err := wrong.Err(); err != nil {
		return err
	}
	var err error
	if s.Grid, err = grid.New(d); err != nil {
		return err
	}
	s.sweptOfMarket = s.findSweptOfMarket()
	for _, check := range []func() error{s.checkDraws, s.checkIdle, s.checkSignal, s.checkPoints, s.checkRepeats} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// BaselineUnnamed reports whether the study names no baseline among several points.
func (s *Study) BaselineUnnamed() bool {
	return s.Grid.Points() > 1 && !s.document.has("baseline") && !s.rebased
}

// maxChecked bounds the points that are checked before a study starts; beyond
// it a wrong point shows as a failed run.
const maxChecked = 1_000_000

// checkPoints finds combinations that cannot be simulated although each value
// can.
func (s *Study) checkPoints() error {
	var bound []int // places of axes
	names := s.applies.rules.Bound()
	for place, axis := range s.Grid.Axes() {
		if slices.Contains(names, axis.Parameter.Name) {
			bound = append(bound, place)
		}
	}
	if bound == nil {
		return nil
	}
	var params param.Params
	var values, checked []param.Value
	for point := range min(s.Grid.Points(), maxChecked) {
		values = s.Grid.AppendValues(values[:0], point)
		if checked != nil && !slices.ContainsFunc(bound, func(place int) bool { return values[place] != checked[place] }) {
			continue // other axes step, which nothing is bound to
		}
		checked = append(checked[:0], values...)
		s.Grid.SetParams(&params, values)
		if err := s.applies.rules.Consistent(&params); err != nil {
			return &fault.Fault{Path: s.blame("grid", err), Err: fmt.Errorf("%w, at %s", err, s.Setting(point))}
		}
	}
	return nil
}

func (s *Study) readZips(d *grid.Description, add func(param.Parameter, string, any, bool) error) error {
	raw, ok := s.document.get("zip")
	if !ok {
		return nil
	}
	groups, ok := raw.([]any)
	if !ok {
		return fault.New("zip", "write a list of maps, as in [{k_fill: [20, 40], spread: [0.01, 0.02]}]")
	}
	for i, entry := range groups {
		path := fault.Entry("zip", i)
		axes, ok := entry.(map[string]any)
		if !ok || len(axes) < 2 {
			return fault.New(path, "axes that step together are a map of at least two")
		}
		var names []string
		for _, parameter := range param.Parameters() {
			if axis, ok := axes[parameter.Name]; ok {
				if err := add(parameter, path+"."+parameter.Name, axis, true); err != nil {
					return err
				}
				names = append(names, parameter.Name)
			}
		}
		d.Zips = append(d.Zips, names)
	}
	return nil
}

func (s *Study) readFilters(d *grid.Description) error {
	for _, key := range []string{"exclude", "only"} {
		raw, ok := s.document.get(key)
		if !ok {
			continue
		}
		entries, paths := []any{raw}, []string{key}
		if list, ok := raw.([]any); ok {
			if len(list) == 0 {
				return fault.New(key, "there is no condition")
			}
			if len(list) > mostConditions {
				return fault.New(key, "%d conditions, and at most %d are taken", len(list), mostConditions)
			}
			entries, paths = list, nil
			for i := range list {
				paths = append(paths, fault.Entry(key, i))
			}
		}
		for i, entry := range entries {
			source, ok := entry.(string)
			if !ok {
				return fault.New(paths[i], "%v is not a condition; write skew > 0.05 && k_fill < 20", entry)
			}
			filter, err := grid.ParseFilter(paths[i], source, key == "exclude")
			if err != nil {
				return err
			}
			d.Filters = append(d.Filters, filter)
		}
	}
	return nil
}

func (s *Study) readSample(d *grid.Description) error {
	if !s.document.has("sample") {
		return nil
	}
	method, err := s.choice("sample.method", grid.SampleMethods(), "")
	if err != nil {
		return err
	}
	numbers := map[string]int64{}
	for _, key := range []string{"points", "seed"} {
		raw, ok := s.document.get("sample." + key)
		if !ok {
			return fault.New("sample", "%s is missing", key)
		}
		if numbers[key], err = grid.ParseInteger("sample."+key, raw); err != nil {
			return err
		}
	}
	if numbers["points"] < 1 || numbers["seed"] < 0 {
		return fault.New("sample", "points %d must be at least 1 and seed %d not below 0", numbers["points"], numbers["seed"])
	}
	d.Sample = &grid.Sample{Method: method, Points: int(numbers["points"]), Seed: uint64(numbers["seed"])}
	return nil
}

// mostConditions bounds how many conditions each point of a grid must meet.
const mostConditions = 1_000

// checkFixed finds fixed values that cannot be simulated together, where nothing
// that is swept can mend it.
func (s *Study) checkFixed(section string) error {
	for _, name := range s.applies.rules.Bound() {
		if s.document.has("grid."+name) || s.zippedAt(name) != "" {
			return nil
		}
	}
	if err := s.applies.rules.Consistent(&s.fixed); err != nil {
		return &fault.Fault{Path: s.blame(section, err), Err: err}
	}
	return nil
}

// blame is the path of the parameter that an error is about.
func (s *Study) blame(section string, err error) string {
	var wrong *param.Error
	if !errors.As(err, &wrong) {
		return section
	}
	name := wrong.Parameter
	for _, path := range []string{"grid." + name, section + "." + name, "engine." + name} {
		if s.document.has(path) {
			return path
		}
	}
	if path := s.zippedAt(name); path != "" {
		return path
	}
	if s.applies.rules.Parameter(name).Section == param.EngineSection {
		return "engine"
	}
	return section
}
