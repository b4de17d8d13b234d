package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
	"optmm/sweep/quotes"
)

// layoutFlags are the flags of every command that reads a file of quotes by itself.
type layoutFlags struct {
	columns []string
	text    quotes.Layout
}

func (f *layoutFlags) add(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.columns, "columns", nil, "read a column by another name, as `underlying=S0` or strike=strike_price*0.001; repeatable")
	flags.StringVar(&f.text.TimeZone, "time-zone", "", "`zone` of times that carry none, as America/New_York; UTC if not given")
	flags.StringVar(&f.text.Separator, "separator", "", "`character` that separates the cells; found in the header if not given")
	flags.StringVar(&f.text.Decimal, "decimal", "", "decimal separator of numbers, `. or ,`")
}

// layout returns what the flags say, with other columns where those are given.
func (f *layoutFlags) layout(columns []string) (layout recorded.Layout, err error) {
	text := f.text
	if text.Columns, err = quotes.ParseColumns(columns); err != nil {
		return layout, fault.Usagef("--columns: %w", err)
	}
	layout, err = text.Parse()
	var found *fault.Fault
	if errors.As(err, &found) {
		flag, meaning, _ := strings.Cut(found.Path, ".") // of columns, each by what it means
		err = &fault.Option{Name: strings.ReplaceAll(flag, "_", "-"), Value: meaning, Err: found.Err}
		return layout, fault.Usage(err)
	}
	return layout, err
}

// remark prints what a user should know of recorded quotes before believing a run on them.
func remark(command *cobra.Command, data market.Recorded, layout recorded.Layout, stale int) {
	for _, remark := range quotes.Remarks(data, layout, stale) {
		fmt.Fprintf(command.ErrOrStderr(), "note: %s\n", remark)
	}
}
