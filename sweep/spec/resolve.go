package spec

import (
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"optmm/engine"
	"optmm/engine/param"
	"optmm/sweep/quotes"
)

// resolved returns the study as a file would write it with nothing left to a
// default, the files of recorded quotes, and of trained models by their kinds, as they are given here.
func (s *Study) resolved(files []quotes.Named, trained map[string][]string) map[string]any {
	swept := map[string]bool{}
	axes, baseline := map[string]any{}, map[string]any{}
	point, _ := s.Grid.Baseline()
	values := s.Grid.Values(point)
	for i, axis := range s.Grid.Axes() {
		swept[axis.Parameter.Name] = true
		baseline[axis.Parameter.Name] = plain(axis.Parameter, values[i])
		if s.zippedAt(axis.Parameter.Name) == "" {
			axes[axis.Parameter.Name] = axis.Notation()
		}
	}
	markets, engines := map[string]any{}, map[string]any{}
	fixed := s.fixed
	for _, parameter := range param.Parameters() {
		switch {
		case swept[parameter.Name], !s.applies.counts(&parameter, s.possible):
		case parameter.Section == param.MarketSection:
			markets[parameter.Name] = plain(parameter, parameter.Get(&fixed))
		default:
			engines[parameter.Name] = plain(parameter, parameter.Get(&fixed))
		}
	}
	source := "synthetic"
	if s.Recorded() {
		source = "recorded"
		maps.Copy(markets, s.Data.Notation())
		quotes.Place(markets, files)
	}
	study := map[string]any{
		"name": s.Name, "market": map[string]any{source: markets}, "engine": engines,
		"seeds": s.Seeds.Notation(), "objective": s.Objective.Notation(), "verdict": s.verdictNotation(),
		"output": map[string]any{"timeseries": s.Output.Timeseries, "layout": s.Output.Layout, "columns": s.Output.columns(), "compression": s.Output.Compression, "figures": s.Output.Figures},
	}
	if s.Output.Fills {
		study["output"].(map[string]any)["fills"] = true
	}
	if s.Notes != "" {
		study["notes"] = s.Notes
	}
	if s.Tags != nil {
		study["tags"] = s.Tags
	}
	if s.IsChain() {
		study["output"].(map[string]any)["options"] = s.Output.Options
		study["output"].(map[string]any)["option_summary"] = s.Output.OptionSummary
	}
	if s.Halving != nil {
		study["search"] = map[string]any{"halving": s.Halving.Notation(s.Units())}
	}
	if s.Walk != nil {
		study["search"] = map[string]any{"walk_forward": s.walkNotation()}
	}
	if notation := s.signalNotation(trained); len(notation) > 0 {
		study["signal"] = notation
	}
	if s.BaselineUnnamed() {
		baseline = nil // it stays the first point, and is said to be
	}
	for key, section := range map[string]map[string]any{"grid": axes, "baseline": baseline} {
		if len(section) > 0 {
			study[key] = section
		}
	}
	for _, key := range []string{"zip", "exclude", "only"} {
		if raw, ok := s.document.get(key); ok {
			study[key] = raw
		}
	}
	if s.document.has("sample") { // key by key, since --set may have changed one of them
		sample := map[string]any{}
		for _, key := range s.document.keysOf("sample") {
			sample[key], _ = s.document.get("sample." + key)
		}
		study["sample"] = sample
	}
	return study
}

// columns is output.columns as a file would write it.
func (o *Output) columns() any {
	switch {
	case o.Columns != nil:
		return o.Columns
	case o.Own:
		return columnsOwn
	}
	return columnsAll
}

// plain is a value as YAML and JSON write it.
func plain(parameter param.Parameter, v param.Value) any {
	switch {
	case v.Unset:
		return "unset"
	case parameter.Kind == param.Choice:
		return v.Text
	case parameter.Kind == param.Integer:
		return int64(v.Number)
	}
	return v.Number
}

// ResolvedYAML returns the resolved study as a study file: sections in the order
// of the documentation, one parameter a line.
func (s *Study) ResolvedYAML(files []quotes.Named, trained map[string][]string) ([]byte, error) {
	node, err := orderedNode("", s.resolved(files, trained), keySets())
	if err != nil {
		return nil, err
	}
	content, err := yaml.Marshal(node)
	return append([]byte(fmt.Sprintf("# The resolved study; engine version %s. sweep run runs it again.\n", engine.Version)), content...), err
}

// orderedNode encodes a map with the keys of its set in their order, and leaves
// what lies below the sets in one line.
func orderedNode(path string, value map[string]any, sets []keySet) (*yaml.Node, error) {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for _, key := range (&document{root: sets}).keysOf(path) {
		below, ok := value[key]
		if !ok {
			continue
		}
		child := &yaml.Node{}
		section, isMap := below.(map[string]any)
		var err error
		if isMap && slices.ContainsFunc(sets, func(set keySet) bool { return set.path == join(path, key) }) {
			child, err = orderedNode(join(path, key), section, sets)
		} else if err = child.Encode(below); child.Kind != yaml.ScalarNode {
			child.Style = yaml.FlowStyle
		}
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, child)
	}
	return node, nil
}
