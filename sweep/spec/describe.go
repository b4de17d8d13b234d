package spec

import (
	"fmt"
	"slices"
	"strings"

	"optmm/engine/market"
	"optmm/engine/param"
)

// Setting writes the swept parameters of a point, as in "skew 0.02, k_fill 40".
func (s *Study) Setting(point int) string {
	values := s.Grid.Values(point)
	if len(values) == 0 {
		return "no parameter is swept"
	}
	parts := make([]string, len(values))
	for i, axis := range s.Grid.Axes() {
		parts[i] = axis.Parameter.Name + " " + axis.Parameter.Format(values[i])
	}
	return strings.Join(parts, ", ")
}

// Caption names the study and every parameter of a point.
func (s *Study) Caption(point int) string {
	params := s.Grid.Params(point)
	return fmt.Sprintf("%s, point %d: %s", s.Name, point, describeParams(&params, s.applies))
}

// DescribeParams writes every parameter that has an effect on the quotes, or on the synthetic
// market where they are nil, but for what is off: unset or zero by default.
func DescribeParams(params *param.Params, quotes market.Recorded) string {
	return describeParams(params, newApplies(quotes))
}

// describeParams writes every parameter that counts, but for what is off: unset or
// zero as it is by default.
func describeParams(params *param.Params, applies *applies) string {
	var parts []string
	for _, parameter := range param.Parameters() {
		if !applies.countsAt(&parameter, params) {
			continue
		}
		value := parameter.Get(params)
		if off := value.Unset || parameter.Kind != param.Choice && value.Number == 0; off && value == parameter.Default {
			continue
		}
		parts = append(parts, parameter.Name+" "+parameter.Format(value))
	}
	return strings.Join(parts, ", ")
}

// describeParameter is the parameter's sentence, and with what it counts.
func describeParameter(parameter *param.Parameter) string {
	if when := parameter.When(); when != "" {
		return parameter.Description + " With " + when + "."
	}
	return parameter.Description
}

// Keys lists the paths of the keys of a study file.
func Keys() (paths []string) {
	sets := keySets()
	for _, set := range sets {
		if strings.Contains(set.path, "*") { // an entry of a list
			continue
		}
		for _, key := range set.keys {
			path := join(set.path, key)
			if !slices.ContainsFunc(sets, func(other keySet) bool { return other.path == path }) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}
