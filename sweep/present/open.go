package present

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"optmm/engine/param"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

// openPython loads a study by its views.
//
//go:embed open.py
var openPython []byte

// loaders are the files that load a study, by name. They follow from its plan, and from whether there
// are minutes of any run.
func loaders(s *tables.Runs) (map[string][]byte, error) {
	failed, _, err := s.Failures(0)
	minutes := s.Plan.Output.Timeseries != store.KeepNone && failed < s.Plan.Runs()
	return map[string][]byte{folder.OpenSQLName: []byte(openSQL(s.Plan, minutes)), folder.OpenPythonName: openPython}, err
}

// openSQL defines a DuckDB view of each kind of file, by paths from the study's folder, which begin
// with ./ for open.py.
func openSQL(p *plan.Plan, minutes bool) string {
	v := &views{plan: p}
	v.text.WriteString("-- Views of this study: start DuckDB in this folder, duckdb -init open.sql; or, from any, python -i open.py.\n")
	v.view("summary", "a row for each run", "select * from './summary.parquet'")
	runs := []string{"summary"}
	if p.Holdout != nil {
		v.view("holdout", "a row for each run on holdout "+p.Unit()+"s", "select * from './holdout.parquet'")
		runs = append(runs, "holdout")
	}
	v.view("points", "a row for each point", "select * from './points.parquet'")
	if p.Output.OptionSummary {
		v.view("option_summary", "a row for each run and option", "select * from './option_summary/*.parquet'")
	}
	if !minutes {
		return v.text.String()
	}
	v.keys = append(v.keys, "market_seed")
	v.from = append(v.from, "market_seed")
	for _, parameter := range p.SweptMarketParameters() {
		v.keys, v.from = append(v.keys, store.SweptColumn(parameter.Name)), append(v.from, parameter.Name+" as "+store.SweptColumn(parameter.Name))
	}
	for i, table := range runs {
		runs[i] = "select run, point, " + strings.Join(v.from, ", ") + " from " + table
	}
	v.runs = strings.Join(runs, " union all ")
	v.minutes("runs", "minutes", "a row for each run and minute", v.source(), "markets", []string{"minute"}, store.TableNames(p.IsChain(), false))
	if p.Output.Options {
		v.minutes("options", "option_minutes", "a row for each run, option and minute", numbered("options"), "market_options", []string{"option", "minute"}, store.TableNames(true, true))
	}
	if p.Output.Fills {
		v.view("fills", "a row for each run, minute, option and side that was filled", fmt.Sprintf("select keys.*, own.* exclude (run)\nfrom (\n\t%s\n) own\njoin (%s) keys using (run)", numbered("fills"), v.runs))
	}
	return v.text.String()
}

// views writes views.
type views struct {
	plan *plan.Plan
	text strings.Builder
	runs string   // selects what identifies each run
	keys []string // the columns that identify a market, of markets
	from []string // the same of the tables of runs
}

func (v *views) view(name, what, query string) {
	fmt.Fprintf(&v.text, "\n-- %s: %s\ncreate or replace view %s as\n%s;\n", name, what, name, query)
}

// source selects the minutes of all runs, with their numbers.
func (v *views) source() string {
	if v.plan.Output.Layout == spec.LayoutPacked {
		return "select * from './runs/part-*.parquet'"
	}
	return numbered("runs")
}

// numbered selects the rows of a tree of files, a file a run.
func numbered(tree string) string {
	return fmt.Sprintf("select * exclude (filename), parse_filename(filename, true)::bigint as run\n\tfrom read_parquet('./%s/*/*.parquet', filename = true)", tree)
}

// minutes writes the view of what runs have of their own, and that of everything.
func (v *views) minutes(own, all, what, source, shared string, keys, table []string) {
	constants := ""
	for _, column := range v.constants(table) {
		constants += ", " + column
	}
	v.view(own, what+": what it has of its own", fmt.Sprintf("select keys.*, own.* exclude (run)%s\nfrom (\n\t%s\n) own\njoin (%s) keys using (run)", constants, source, v.runs))
	if !v.plan.Output.Own {
		v.view(all, what, "select * from "+own)
		return
	}
	ofOptions := own == "options"
	of := map[bool]string{false: "a row for each market and minute", true: "a row for each market, option and minute"}[ofOptions]
	v.view(shared, of+": what its runs share", fmt.Sprintf("select * from './%s'", filepath.ToSlash(store.MarketPattern(ofOptions))))
	v.view(all, what+": everything", v.join(own, shared, append(slices.Clone(v.keys), keys...)))
}

// join selects everything of two views that share keys. A swept value that is unset is null, and
// equals itself here.
func (v *views) join(own, shared string, keys []string) string {
	if v.plan.HasOneMarket() {
		keys = keys[1:] // every seed has the same
	}
	if !slices.ContainsFunc(v.plan.SweptMarketParameters(), func(p param.Parameter) bool { return p.Optional() }) {
		return fmt.Sprintf("select * from %s join %s using (%s)", own, shared, strings.Join(keys, ", "))
	}
	var equal []string
	for _, key := range keys {
		equal = append(equal, fmt.Sprintf("own.%s is not distinct from market.%s", key, key))
	}
	return fmt.Sprintf("select own.*, market.* exclude (%s)\nfrom %s own join %s market on %s", strings.Join(keys, ", "), own, shared, strings.Join(equal, " and "))
}

// constants lists what is in no file of the columns of a table.
func (v *views) constants(table []string) (columns []string) {
	if !v.plan.Output.Own {
		return nil
	}
	for _, column := range store.ConstantColumns(v.plan.Constants(), table, 1) {
		kind := "double"
		if column.Field.Type == store.Int32 {
			kind = "integer"
		}
		columns = append(columns, fmt.Sprintf("%s::%s as %s", column.Text(0), kind, column.Field.Name))
	}
	return columns
}
