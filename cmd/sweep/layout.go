package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"optmm/engine/market"
	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/quotes"
	"optmm/sweep/spec"
)

// layoutFlags are the flags of every command that reads files of quotes by itself.
type layoutFlags struct {
	columns []string
	keys    []string
	plain   map[string]*string // by the key that each flag is
}

func (f *layoutFlags) add(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.columns, "columns", nil, "read a column by another name, as `underlying=S0` or strike=strike_price*0.001; repeatable")
	flags.StringArrayVar(&f.keys, "layout", nil, "any key of market.recorded, as `carry=session` or dates=mdy; repeatable")
	f.plain = map[string]*string{}
	for _, flag := range []struct{ key, usage string }{
		{"preset", "the `vendor` whose layout it is; found by the header if not given"},
		{"underlying", "`file` of the underlying's prices, where the rows have none"},
		{"contracts", "`file` of the contracts by their ids, where the rows do not say which they are of"},
		{"time_zone", "`zone` of times that carry none, as America/New_York; UTC if not given"},
		{"separator", "`character` that separates the cells; found in the header if not given"},
		{"decimal", "decimal separator of numbers, `. or ,`"},
	} {
		f.plain[flag.key] = flags.String(strings.ReplaceAll(flag.key, "_", "-"), "", flag.usage)
	}
}

// request returns the files as the flags say they are read.
func (f *layoutFlags) request(files []string) (*quotes.Request, error) {
	return f.with(files, f.columns)
}

// with is request with other columns.
func (f *layoutFlags) with(files, columns []string) (*quotes.Request, error) {
	values := map[string]any{"files": files}
	for _, entry := range f.keys {
		key, written, ok := strings.Cut(entry, "=")
		value, err := spec.YAMLValue(written)
		if !ok || err != nil || value == nil {
			return nil, fault.Usage(&fault.Option{Name: "layout", Value: entry, Err: errors.New("write key=value, as in carry=session")})
		}
		if !quotes.HasKey(key) || key == "files" {
			return nil, fault.Usage(&fault.Option{Name: "layout", Value: entry, Err: fmt.Errorf("unknown key %s%s", key, fault.DidYouMean(key, quotes.KeyNames()))})
		}
		values[key] = value
	}
	for key, value := range f.plain {
		if *value != "" {
			values[key] = *value
		}
	}
	if len(columns) > 0 {
		parsed, err := quotes.ParseColumns(columns)
		if err != nil {
			return nil, fault.Usagef("--columns: %w", err)
		}
		values["columns"] = parsed
	}
	request, err := quotes.NewRequest(values)
	var found *fault.Fault
	if errors.As(err, &found) {
		key, below, _ := strings.Cut(found.Path, ".") // of columns, each by what it means
		flag := strings.ReplaceAll(key, "_", "-")
		if _, own := f.plain[key]; !own && key != "columns" {
			flag, below = "layout", strings.TrimSuffix(key+"."+below, ".")
		}
		return nil, fault.Usage(&fault.Option{Name: flag, Value: below, Err: found.Err})
	}
	return request, err
}

// remarkOn prints what a user should know of the recorded quotes of a study.
func remarkOn(command *cobra.Command, s *plan.Plan) {
	if s.Quotes != nil {
		baseline, _ := s.Grid.Baseline()
		params := s.Grid.Params(baseline)
		for _, remark := range quotes.DayRemarks(s.Days, s.Data, params.Market.StaleMinutes) {
			fmt.Fprintf(command.ErrOrStderr(), "note: %s\n", remark)
		}
	}
}

// remark prints what a user should know of recorded quotes before believing a run on them.
func remark(command *cobra.Command, data market.Recorded, request *quotes.Request, stale int) {
	for _, remark := range quotes.Remarks(data, request, stale) {
		fmt.Fprintf(command.ErrOrStderr(), "note: %s\n", remark)
	}
}
