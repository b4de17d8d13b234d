package account

import (
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
)

// Constant says that a column is one number in every minute of every run whose parameters all have
// the values of Where. The zero value says nothing.
type Constant struct {
	Value float64
	Where []Setting
}

// Setting is a parameter at a value.
type Setting struct {
	Parameter string
	Value     param.Value
}

// Holds reports whether a column is constant where every parameter has the value that only
// reports it to have.
func (s *Constant) Holds(only func(parameter string, value param.Value) bool) bool {
	for _, setting := range s.Where {
		if !only(setting.Parameter, setting.Value) {
			return false
		}
	}
	return s.Where != nil
}

// constant returns the column with what makes it constant.
func (c Column) constant(rule Constant) Column {
	c.Constant = rule
	return c
}

// zeroWith is a column that is 0 with each of the parameters at 0.
func zeroWith(parameters ...string) Constant {
	var s Constant
	for _, name := range parameters {
		s.Where = append(s.Where, Setting{Parameter: name})
	}
	return s
}

// unfinanced is a column that is 0 where cash earns nothing.
func unfinanced() Constant {
	return Constant{Where: []Setting{{"financing_rate", param.Value{Unset: true}}}}
}

// alwaysQuoted is the size of the seed's quotes, one contract a side, on the seed's market: it
// never lacks a quote, no option expires on it, and nothing limits them.
func alwaysQuoted() Constant {
	s := Constant{Value: 1, Where: []Setting{
		{"market_model", param.Value{Text: synthetic.SeedModel}},
		{"quote_model", param.Value{Text: param.SeedQuotes}},
	}}
	for _, limit := range []string{"inventory_limit", "option_vega_limit", "gross_limit", "delta_limit", "vega_limit", "gamma_limit", "loss_limit"} {
		s.Where = append(s.Where, Setting{limit, param.Value{Unset: true}})
	}
	return s
}
