package spec

import (
	"maps"
	"optmm/engine/param"
	"optmm/sweep/quotes"
)

// keySets lists the keys of a study file.
func keySets() []keySet {
	var all, synthetic, quoted, engineKeys []string
	elsewhere := map[string]string{}
	quotedWhy, syntheticWhy := map[string]string{}, map[string]string{}
	for _, parameter := range param.Parameters() {
		all = append(all, parameter.Name)
		switch parameter.Section {
		case param.EngineSection:
			engineKeys = append(engineKeys, parameter.Name)
		case param.MarketSection:
			switch parameter.Scope {
			case param.OnSynthetic:
				synthetic = append(synthetic, parameter.Name)
				quotedWhy[parameter.Name] = parameter.Name + " is a parameter of the synthetic market"
				elsewhere[parameter.Name] = parameter.Name + " belongs under market.synthetic"
			case param.OnRecorded:
				quoted = append(quoted, parameter.Name)
				syntheticWhy[parameter.Name] = parameter.Name + " is a parameter of recorded quotes"
				elsewhere[parameter.Name] = parameter.Name + " belongs under market.recorded"
			default:
				synthetic, quoted = append(synthetic, parameter.Name), append(quoted, parameter.Name)
				elsewhere[parameter.Name] = parameter.Name + " belongs under market.synthetic or market.recorded"
			}
		}
	}
	below := map[string]string{}
	for parent, keys := range map[string][]string{"objective": {maximizeKey, minimizeKey, subjectToKey}, "search": {"halving", "walk_forward"}, "verdict": {"holdout_seeds", "holdout_days", "embargo_days", "finalists"}, "output": outputKeys(), "signal": {"features", "labels", "models"}} {
		for _, key := range keys {
			below[key] = key + " belongs under " + parent
		}
	}
	marketWhy := maps.Clone(elsewhere)
	marketWhy["csv"] = "recorded takes its place, as in market: {recorded: {files: quotes.csv}}"
	return []keySet{
		{path: "", why: below, keys: []string{"name", "notes", "tags", "include", "market", "engine", "grid", "zip", "exclude", "only", "sample", "seeds", "baseline", "objective", "search", "verdict", "signal", "output"}},
		{path: "market", keys: []string{"synthetic", "recorded"}, why: marketWhy},
		{path: "market.synthetic", keys: synthetic, why: syntheticWhy},
		{path: "market.recorded", keys: append(quotes.KeyNames(), quoted...), why: quotedWhy},
		{path: "engine", keys: engineKeys, why: elsewhere},
		{path: "grid", keys: all},
		{path: "zip.*", keys: all},
		{path: "baseline", keys: all},
		{path: "sample", keys: []string{"method", "points", "seed"}},
		{path: "search", keys: []string{"halving", "walk_forward"}},
		{path: "search.walk_forward", keys: []string{"train", "test", "step", "anchored", "gap"}},
		{path: "search.halving", keys: []string{"eta", "first", "last"}},
		{path: "verdict", keys: []string{"holdout_seeds", "holdout_days", "embargo_days", "finalists"}},
		{path: "signal", keys: signalKeys()},
		{path: "output", keys: outputKeys()},
	}
}
