package sweep

import (
	"errors"

	"optmm/engine"
	"optmm/engine/market"
)

// idle says why a parameter changes nothing on a market; empty where it counts.
// A parameter that is set and counts for nothing is an error, and one that is
// not set stays out of captions and metadata.
type idle func(engine.Parameter) string

// syntheticParameters: everything counts on the synthetic market.
func syntheticParameters(engine.Parameter) string { return "" }

// recordedParameters says which parameters count for nothing on recorded quotes;
// nil is the synthetic market.
func recordedParameters(quotes *market.Quotes) idle {
	if quotes == nil {
		return syntheticParameters
	}
	rate, impliedVol, dividendYield := quotes.Has()
	columns := map[string]string{}
	for _, column := range []struct {
		parameter, column string
		there             bool
	}{{"rate", "r", rate}, {"implied_vol", "iv", impliedVol}, {"dividend_yield", "dividend_yield", dividendYield}} {
		if column.there {
			columns[column.parameter] = column.column
		}
	}
	return func(p engine.Parameter) string {
		switch column, there := columns[p.Name]; {
		case p.Scope == engine.OnSynthetic:
			return p.Name + " is a parameter of the synthetic market"
		case there:
			return p.Name + " counts for nothing: the data has its own column " + column
		}
		return ""
	}
}

// IdleOn returns an error if a parameter that was set counts for nothing on the
// quotes.
func IdleOn(quotes *market.Quotes, set func(name string) bool) error {
	why := recordedParameters(quotes)
	for _, parameter := range engine.Parameters() {
		if text := why(parameter); text != "" && set(parameter.Name) {
			return &UsageError{Err: errors.New(text)}
		}
	}
	return nil
}
