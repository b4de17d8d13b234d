package execute

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"optmm/engine"
	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/engine/signal"
	"optmm/sweep/folder"
	"optmm/sweep/grid"
	"optmm/sweep/plan"
	"optmm/sweep/spec"
	"optmm/sweep/store"
)

// worker simulates chunks, one after another, and keeps its buffers from run to run.
type worker struct {
	plan       *plan.Plan
	markets    *Markets
	folder     string
	owner      string // of the chunks that are committed
	parameters []param.Parameter
	statistics []account.Statistic
	simulator  engine.Simulator
	ahead      ahead
	encoder    *store.RunEncoder
	digest     store.Digest
	pairs      []store.Pair
	params     param.Params // of the current run, and its row
	row        store.Row
	market     *market.Market // of the run before, and what it is made of
	marketKey  marketKey
	kept       store.Kept
	fills      *store.FillTable // nil where none are kept
	constants  store.Pair       // the metadata of columns that are not stored
	shared     *sharedMarket    // that of the run whose file was written last
	sharedKey  marketKey
	takes      *takeover // nil: nothing is taken over
	taken      takenChunk

	*pendingChunk // the current one
}

func newWorker(p *plan.Plan, m *Markets, f *folder.Folder) *worker {
	w := &worker{
		plan: p, markets: m, folder: f.Path, owner: f.Owner,
		parameters: param.Parameters(), statistics: account.Statistics(),
		kept:         keptBy(p),
		pendingChunk: newPendingChunk(p, f.Path),
	}
	useKernel(&w.simulator)
	w.simulator.KeepOptions = w.plan.Output.OptionSummary
	w.constants = store.ConstantsPair(w.kept.Constants)
	return w
}

// keptBy says what the files of a study hold of the minutes of its runs.
func keptBy(p *plan.Plan) store.Kept {
	kept := store.Kept{
		Columns: p.Output.Columns, Own: p.Output.Own, Packed: p.Output.Layout == spec.LayoutPacked,
		Options: p.Output.Options, Compression: p.Output.Compression,
	}
	if kept.Own {
		kept.Constants = p.Constants()
	}
	return kept
}

// keep stores the time series of the run that was simulated last; its columns
// are in the digest already.
type keep func(row *store.Row, params *param.Params) error

// do simulates a chunk, or its failed runs again, and writes everything of it that
// is to be committed into the current pending chunk.
func (w *worker) do(chunk int, again bool) error {
	w.begin(chunk)
	simulate := w.simulateChunk
	if again {
		simulate = w.retry
	}
	if err := simulate(); err != nil {
		return err
	}
	if !again {
		w.runs = w.part.Rows()
	}
	return w.end(w.owner)
}

// simulateChunk simulates the runs of the current chunk.
func (w *worker) simulateChunk() error {
	var err error
	switch {
	case w.plan.Output.Timeseries != store.KeepAll:
		err = w.simulateRuns(nil)
	case w.plan.Output.Layout == spec.LayoutPacked:
		err = w.files.Add(store.PackedName(w.chunk), w.packed)
		if len(w.failures) == w.part.Rows() {
			w.files.Discard() // there is no series to store
		}
	default:
		err = w.simulateRuns(w.perRun(w.files))
	}
	return err
}

// simulateRuns simulates the runs of the current chunk.
func (w *worker) simulateRuns(keep keep) error {
	w.ahead.allowed = keep == nil && w.takes == nil
	defer func() { w.ahead.allowed = false }()
	first, end := w.plan.RunsOfChunk(w.chunk)
	for run := first; run < end; run++ {
		if err := w.add(run, keep); err != nil {
			return err
		}
	}
	return nil
}

// add takes a run over or simulates it, and adds its row to the part.
func (w *worker) add(run int, keep keep) error {
	if taken, err := w.take(run, keep != nil); taken || err != nil {
		return err
	}
	row, err := w.run(run, keep)
	if err != nil {
		return err
	}
	if row.Err != nil {
		w.failures = append(w.failures, fmt.Sprintf("run %d: %v", run, row.Err))
	}
	w.part.Append(row)
	return nil
}

// run simulates one run and returns its row, valid until the next. A run that fails is
// a row; an error is of the disk. The digest is of the statistics and of the columns
// that are kept.
func (w *worker) run(run int, keep keep) (*store.Row, error) {
	row := w.identify(run)
	w.plan.Grid.SetParams(&w.params, row.Values)
	var outcome engine.Outcome
	if keep == nil && w.ahead.allowed {
		outcome = w.simulateAhead(run, row.Seed)
	} else {
		outcome = w.simulate(&w.params, row.Seed)
	}
	row.Summary, row.Err = outcome.Summary, outcome.Err

	w.digest.Reset()
	if row.Err != nil {
		w.digest.Text(row.Err.Error())
		row.Digest = w.digest.String()
		return row, nil
	}
	for _, statistic := range w.statistics {
		w.digest.Float(statistic.Value(&row.Summary))
	}
	if w.plan.Output.OptionSummary {
		w.options.Append(run, row.Point, w.market, outcome.Options, &w.digest)
	}
	if keep != nil {
		if err := w.makeEncoder(); err != nil {
			return nil, err
		}
		w.encoder.AddDigest(w.simulator.Record(), &w.digest)
		if err := keep(row, &w.params); err != nil {
			return nil, fmt.Errorf("run %d: %w", run, err)
		}
	}
	row.Digest = w.digest.String()
	return row, nil
}

// simulate runs the engine; a panic in it is an error of the run.
func (w *worker) simulate(params *param.Params, seed grid.Seed) (o engine.Outcome) {
	o.Err = recovered(func() (err error) {
		if err = w.useMarket(params.Market, seed); err != nil {
			return err
		}
		o = w.simulator.Outcome(w.market, params, seed.Fill)
		return o.Err
	})
	return o
}

// recovered makes a panic an error.
func recovered(do func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	return do()
}

// useMarket gets the market of the next runs.
func (w *worker) useMarket(settings market.Settings, seed grid.Seed) error {
	if key := (marketKey{settings, seed.Market}); w.market == nil || w.marketKey != key {
		m, err := w.markets.get(settings, seed.Market)
		if err != nil {
			return err
		}
		w.market, w.marketKey = m, key
	}
	return nil
}

func (w *worker) makeEncoder() (err error) {
	if m := w.simulator.Record().Market; w.encoder == nil || !w.encoder.Fits(m) { // days may differ in what they have
		w.encoder, err = store.NewRunEncoder(m, &w.kept)
	}
	return err
}

// perRun writes each run as a file of its own.
func (w *worker) perRun(files *store.Batch) keep {
	return func(row *store.Row, params *param.Params) error {
		w.share(row)
		market := ""
		if w.plan.Output.Own {
			market = w.shared.Name
		}
		w.describe(row, params, market)
		err := files.Add(store.RunName(row.Run), func(to io.Writer) error {
			return w.encoder.WriteRun(to, w.simulator.Record(), w.pairs)
		})
		if err == nil && w.plan.Output.Fills {
			err = w.addFills(files, row, params)
		}
		if err != nil || !w.encoder.HasOptions() {
			return err
		}
		return files.Add(store.OptionsName(row.Run), func(to io.Writer) error {
			return w.encoder.WriteOptions(to, w.simulator.Record(), w.pairs)
		})
	}
}

// addFills adds the table of the fills of the run that was simulated last.
func (w *worker) addFills(files *store.Batch, row *store.Row, params *param.Params) (err error) {
	if err := w.takeFills(params); err != nil {
		return err
	}
	return files.Add(store.FillsName(row.Run), func(to io.Writer) error { return w.fills.Write(to, w.pairs) })
}

// takeFills puts the fills of the run that was simulated last into the worker's table.
func (w *worker) takeFills(params *param.Params) (err error) {
	if w.fills == nil {
		if w.fills, err = store.NewFillTable(w.kept.Compression); err != nil {
			return err
		}
	}
	record := w.simulator.Record()
	w.fills.Take(record, signal.Entries(params.InformedMinutes, record.Market.StepMinutes()))
	return nil
}

// packed writes the runs of the current chunk as one file, a row group each.
func (w *worker) packed(to io.Writer) error {
	first, _ := w.plan.RunsOfChunk(w.chunk)
	begun := false
	err := w.simulateRuns(func(row *store.Row, _ *param.Params) error {
		w.share(row)
		if !begun {
			begun = true
			pairs := []store.Pair{{Key: "engine_version", Value: engine.Version}, {Key: "first_run", Value: strconv.Itoa(first)}}
			if w.plan.Output.Own {
				pairs = append(pairs, w.constants)
			}
			if err := w.encoder.Begin(to, pairs); err != nil {
				return err
			}
		}
		return w.encoder.RowGroup(row.Run, w.simulator.Record())
	})
	if err != nil || !begun {
		return err
	}
	return w.encoder.End()
}

// share says that the run's file needs that of its market.
func (w *worker) share(row *store.Row) {
	if !w.plan.Output.Own {
		return
	}
	if w.shared == nil || w.sharedKey != w.marketKey {
		w.shared, w.sharedKey = &sharedMarket{Market: w.plan.MarketOf(row.Run), market: w.market}, w.marketKey
	}
	w.shares[w.shared.Name] = w.shared
}

// describe gathers the metadata of a run's file, with the name of that of its market.
func (w *worker) describe(row *store.Row, params *param.Params, market string) {
	w.pairs = append(w.pairs[:0],
		store.Pair{Key: "engine_version", Value: engine.Version},
		store.Pair{Key: "run", Value: strconv.Itoa(row.Run)},
		store.Pair{Key: "point", Value: strconv.Itoa(row.Point)},
		store.Pair{Key: "market_seed", Value: strconv.FormatUint(uint64(row.Seed.Market), 10)},
		store.Pair{Key: "fill_seed", Value: strconv.FormatUint(row.Seed.Fill, 10)},
	)
	if row.Day != "" {
		w.pairs = append(w.pairs, store.Pair{Key: "day", Value: row.Day})
	}
	if w.plan.Output.Own {
		w.pairs = append(w.pairs, store.Pair{Key: store.MarketKey, Value: filepath.ToSlash(market)}, w.constants)
	}
	for i := range w.parameters {
		parameter := &w.parameters[i]
		if !w.plan.CountsAt(parameter, params) {
			continue
		}
		w.pairs = append(w.pairs, store.Pair{Key: parameter.Name, Value: parameter.Format(parameter.Get(params))})
	}
}

// digested is what has a run's columns in its digest, as they are where all are stored.
func (w *worker) digested() keep {
	if w.plan.Output.Timeseries == store.KeepAll {
		return w.discard
	}
	return nil
}

// discard keeps nothing of a run but its digest.
func (w *worker) discard(*store.Row, *param.Params) error { return nil }
