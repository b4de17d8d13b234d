package spec

import (
	"optmm/sweep/fault"
	"optmm/sweep/store"
	"slices"
	"strings"
)

// Output says which time series are kept and how.
type Output struct {
	Timeseries string   // one of Timeseries()
	Columns    []string // of the time series; nil keeps all
	Own        bool     // a run's file holds its own columns, and a market's those that its runs share
	Layout     string   // one of Layouts()
	Figures    bool     // of the best point and the baseline

	Compression string // of the files of minutes: one of store.Compressions()

	Options       bool // of a chain: the options' minutes as well as the book's
	OptionSummary bool // of a chain: a row per run and option
	Fills         bool // a table of the fills of each run that is kept
}

// The layouts of output.layout: a file a run, or a file a chunk with a row group
// a run.
const (
	LayoutPerRun = "per-run"
	LayoutPacked = "packed"
)

// layouts lists the choices of output.layout.
func layouts() []string { return []string{LayoutPerRun, LayoutPacked} }

// outputKeys lists what may be below output.
func outputKeys() []string {
	return []string{"timeseries", "columns", "layout", "compression", "figures", "fills", "options", "option_summary"}
}

// timeseries lists the choices of output.timeseries: keep every run's series,
// the best point's and the baseline's, or none.
func timeseries() []string { return []string{store.KeepAll, store.KeepBest, store.KeepNone} }

func (s *Study) readOutput() error {
	var wrong fault.List
	for _, choice := range []struct {
		to        *string
		key       string
		choices   []string
		otherwise string
	}{
		{&s.Output.Timeseries, "timeseries", timeseries(), store.KeepAll},
		{&s.Output.Layout, "layout", layouts(), LayoutPerRun},
		{&s.Output.Compression, "compression", store.Compressions(), store.CompressNone},
	} {
		var err error
		*choice.to, err = s.choice("output."+choice.key, choice.choices, choice.otherwise)
		wrong.Add(err)
	}
	for _, flag := range []struct {
		to        *bool
		key       string
		otherwise bool
	}{{&s.Output.Figures, "figures", true}, {&s.Output.Fills, "fills", false}, {&s.Output.Options, "options", false}, {&s.Output.OptionSummary, "option_summary", false}} {
		var err error
		*flag.to, err = s.flag("output."+flag.key, flag.otherwise)
		wrong.Add(err)
	}
	if s.Grid == nil || wrong.Err() != nil {
		return wrong.Err()
	}
	if s.Output.Layout == LayoutPacked && s.Output.Timeseries != store.KeepAll {
		return fault.New("output.layout", "packed goes with timeseries: all, not with %s", s.Output.Timeseries)
	}
	if err := s.readColumns(); err != nil {
		return err
	}
	switch {
	case s.Output.Fills && s.Output.Layout == LayoutPacked:
		return fault.New("output.fills", "fills are in a file for each run: keep them with layout: per-run")
	case s.Output.Fills && s.Output.Timeseries == store.KeepNone:
		return fault.New("output.fills", "timeseries: none keeps no run: keep the fills with all or best")
	}
	return s.readOptions()
}

// readOptions checks what is kept of the options of a chain.
func (s *Study) readOptions() error {
	chain, packed, none := s.IsChain(), s.Output.Layout == LayoutPacked, s.Output.Timeseries == store.KeepNone
	ofRun, ofOptions := store.ChosenTables(s.Output.Columns)
	if _, written := s.document.get("output.options"); !written {
		s.Output.Options = chain && ofOptions && !packed && !none
	}
	const lone = "the market has one option, whose columns are in the tables of the runs"
	for _, wrong := range []struct {
		when      bool
		key, what string
	}{
		{chain && !ofRun, "output.columns", "of a chain, name a column of the book too, as minute or pnl"},
		{s.Output.Options && !chain, "output.options", lone},
		{s.Output.OptionSummary && !chain, "output.option_summary", lone},
		{s.Output.Options && !ofOptions, "output.options", "output.columns names no column of the options"},
		{s.Output.Options && packed, "output.options", "packed files hold only the book: keep the options with layout: per-run"},
		{s.Output.Options && none, "output.options", "timeseries: none keeps no minutes"},
	} {
		if wrong.when {
			return fault.New(wrong.key, "%s", wrong.what)
		}
	}
	return s.checkShapes()
}

// The choices of output.columns besides a list: every column of a run in its file, or only its
// own, with the columns that runs on a market share in a file of the market.
const (
	columnsAll = "all"
	columnsOwn = "own"
)

// readColumns reads which columns are kept, and where.
func (s *Study) readColumns() error {
	raw, ok := s.document.get("output.columns")
	if !ok {
		s.Output.Own = s.sharesMarkets()
		return nil
	}
	if choice, is := raw.(string); is {
		if choice != columnsAll && choice != columnsOwn {
			choices := []string{columnsAll, columnsOwn}
			return fault.New("output.columns", "%q is none of %s, nor a list of columns, as in [minute, pnl, inventory]%s", choice, strings.Join(choices, ", "), fault.DidYouMean(choice, choices))
		}
		s.Output.Own = choice == columnsOwn
		return nil
	}
	entries, ok := raw.([]any)
	if !ok || len(entries) == 0 {
		return fault.New("output.columns", "write a list of columns, as in [minute, pnl, inventory], or %s, or %s", columnsAll, columnsOwn)
	}
	known, provided := store.RunColumnNames(), s.Provided()
	for i, entry := range entries {
		path := fault.Entry("output.columns", i)
		name, _ := entry.(string)
		if !slices.Contains(known, name) {
			return fault.New(path, "%v is not a column of a run (%s)%s", entry, strings.Join(known, ", "), fault.DidYouMean(name, known))
		}
		if why := store.MissingColumn(name, provided); why != "" {
			return fault.New(path, "no run of this study has the column %s: %s", name, why)
		}
		if slices.Contains(s.Output.Columns, name) {
			return fault.New(path, "duplicate %s", name)
		}
		s.Output.Columns = append(s.Output.Columns, name)
	}
	return nil
}
