package spec

import (
	"errors"
	"maps"
	"slices"

	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
	"optmm/sweep/quotes"
)

// layoutKeys lists the keys that say how a file of quotes is read.
func layoutKeys() []string { return []string{"columns", "time_zone", "separator", "decimal"} }

// readLayout reads how the file of quotes is to be read, below market.recorded.
func (s *Study) readLayout() (layout recorded.Layout, err error) {
	const section = "market.recorded."
	var text quotes.Layout
	for _, key := range []struct {
		name string
		to   *string
	}{{"time_zone", &text.TimeZone}, {"separator", &text.Separator}, {"decimal", &text.Decimal}} {
		if *key.to, err = s.text(section+key.name, ""); err != nil {
			return layout, err
		}
	}
	if raw, ok := s.document.get(section + "columns"); ok {
		columns, ok := raw.(map[string]any)
		if !ok {
			return layout, fault.New(section+"columns", "write a map, as in {underlying: S0, strike: {from: strike_price, scale: 0.001}}")
		}
		text.Columns = map[string]recorded.Source{}
		for _, meaning := range slices.Sorted(maps.Keys(columns)) {
			path := section + "columns." + meaning
			if text.Columns[meaning], err = readSource(path, columns[meaning]); err != nil {
				return layout, err
			}
		}
	}
	layout, err = text.Parse()
	var found *fault.Fault
	if errors.As(err, &found) {
		return layout, &fault.Fault{Path: section + found.Path, Err: found.Err}
	}
	return layout, err
}

// readSource reads the name of a column, or {from: name, scale: number}.
func readSource(path string, raw any) (source recorded.Source, err error) {
	switch raw := raw.(type) {
	case string:
		return recorded.Source{From: raw}, nil
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(raw)) {
			value := raw[key]
			text, isText := value.(string)
			switch {
			case key == "from" && isText:
				source.From = text
			case key == "scale":
				switch value := value.(type) {
				case float64:
					source.Scale = value
				case int:
					source.Scale = float64(value)
				}
			default:
				return source, fault.New(path+"."+key, "want from, the name of a column, and scale, a number%s", fault.DidYouMean(key, []string{"from", "scale"}))
			}
		}
		if source.From != "" && (raw["scale"] == nil || source.Scale > 0) {
			return source, nil
		}
	}
	return source, fault.New(path, "want the name of a column, or {from: name, scale: 0.001} with a scale above 0")
}
