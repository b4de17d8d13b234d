package execute

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

// RestoreSeries makes the files of time series that are gone from a complete study
// again and returns how many. A run that no longer has its digest is a
// MismatchError.
func RestoreSeries(ctx context.Context, p *plan.Plan, f *folder.Folder) (restored int, err error) {
	w, markets := newWorker(p, NewMarkets(p), f), newMarketFiles(p, f.Path)
	var missing []int // chunks
	for chunk := range p.ChunkCount() {
		if w.lacksFile(chunk, f.Lock, markets) {
			missing = append(missing, chunk)
		}
	}
	if len(missing) == 0 {
		return 0, nil
	}
	runs, err := tables.Open(p, f.Path)
	if err != nil {
		return 0, err
	}
	defer runs.Close()
	stored := store.NewSummaryPart(p.Grid.Axes(), p.OverDays())
	for _, chunk := range missing {
		if err := runs.Part(chunk, stored); err != nil {
			return restored, err
		}
		made, err := w.restoreChunk(chunk, stored, f.Lock, markets)
		restored += made
		if err = errors.Join(err, ctx.Err()); err != nil {
			return restored, err
		}
	}
	return restored, nil
}

// hasRun reports whether the files of a run's minutes are there.
func (w *worker) hasRun(run int) bool {
	return store.Exists(filepath.Join(w.folder, store.RunName(run))) &&
		(!w.plan.Output.Options || store.Exists(filepath.Join(w.folder, store.OptionsName(run)))) &&
		(!w.plan.Output.Fills || store.Exists(filepath.Join(w.folder, store.FillsName(run))))
}

// lacksFile looks, without reading anything, whether a file of a chunk may be
// gone; a failed run has none and shows as gone here.
func (w *worker) lacksFile(chunk int, lock *folder.Lock, markets *marketFiles) bool {
	first, end := w.plan.RunsOfChunk(chunk)
	for run := first; run < end && w.plan.Output.Own; run++ {
		if lock.KeepsMinutes(w.plan, run) && !markets.has(w.plan.MarketOf(run).Name) {
			return true
		}
	}
	switch {
	case w.plan.Output.OptionSummary && !store.Exists(filepath.Join(w.folder, store.OptionPartName(chunk))):
		return true
	case w.plan.Output.Timeseries == store.KeepNone:
		return false
	case w.plan.Output.Layout == spec.LayoutPacked:
		return !store.Exists(filepath.Join(w.folder, store.PackedName(chunk)))
	}
	for run := first; run < end; run++ {
		if lock.KeepsMinutes(w.plan, run) && !w.hasRun(run) {
			return true
		}
	}
	return false
}

// restoreChunk makes the files of a chunk's runs again that are gone: of those
// that did not fail, as the summary has them. Those of their markets come with them.
func (w *worker) restoreChunk(chunk int, stored *store.SummaryPart, lock *folder.Lock, markets *marketFiles) (restored int, err error) {
	files := store.NewBatch(w.folder)
	defer files.Discard()
	first, end := w.plan.RunsOfChunk(chunk)
	w.begin(chunk)
	failed := stored.Failed()
	if len(failed) == stored.Rows() {
		return 0, nil
	}
	if w.plan.Output.Own {
		if restored, err = w.restoreMarkets(first, end, failed, lock, markets, files); err != nil {
			return 0, err
		}
	}
	if w.plan.Output.Layout == spec.LayoutPacked || w.plan.Output.OptionSummary && !store.Exists(filepath.Join(w.folder, store.OptionPartName(chunk))) {
		made, err := w.remakeChunk(chunk, lock, files)
		if err != nil {
			return 0, err
		}
		restored += made
	}
	if w.plan.Output.Layout == spec.LayoutPacked {
		return restored, files.Commit()
	}
	digests := stored.Digests()
	for run := first; run < end; run++ {
		if !lock.KeepsMinutes(w.plan, run) || slices.Contains(failed, run-first) || w.hasRun(run) {
			continue
		}
		want, kept := lock.Kept[strconv.Itoa(run)]
		if !kept {
			want = digests[run-first]
		}
		row, err := w.run(run, w.perRun(files))
		if err != nil {
			return 0, err
		}
		if row.Digest != want {
			return 0, fault.Mismatch("run %d: made again it has digest %s, the study has %s", run, row.Digest, want)
		}
		restored++
	}
	return restored, files.Commit()
}

// restoreMarkets adds the files of the markets that are gone and that files of a chunk's runs need.
func (w *worker) restoreMarkets(first, end int, failed []int, lock *folder.Lock, markets *marketFiles, files *store.Batch) (restored int, err error) {
	for run := first; run < end; run++ {
		of := w.plan.MarketOf(run)
		if !lock.KeepsMinutes(w.plan, run) || slices.Contains(failed, run-first) || markets.has(of.Name) {
			continue
		}
		point, seed := w.plan.RunAt(run)
		m, err := w.markets.get(w.plan.Grid.Params(point).Market, seed.Market)
		if err != nil {
			return restored, err
		}
		if err := markets.add(files, map[string]*sharedMarket{of.Name: {Market: of, market: m}}); err != nil {
			return restored, err
		}
		restored++
	}
	return restored, nil
}

// remakeChunk simulates a chunk again for the files that hold all of its runs, and
// adds those that are gone.
func (w *worker) remakeChunk(chunk int, lock *folder.Lock, files *store.Batch) (made int, err error) {
	packed, part := w.plan.Output.Layout == spec.LayoutPacked, store.OptionPartName(chunk)
	var pack func() error
	if packed && !store.Exists(filepath.Join(w.folder, store.PackedName(chunk))) {
		made++
		pack = func() error { return files.Add(store.PackedName(chunk), w.packed) }
	}
	if err := w.again(chunk, lock, pack); err != nil {
		return 0, err
	}
	if w.plan.Output.OptionSummary && !store.Exists(filepath.Join(w.folder, part)) {
		made++
		err = files.Add(part, w.options.Write)
	}
	return made, err
}

// again simulates the current chunk, by a function or without keeping anything, and
// compares it with its digest in the lock.
func (w *worker) again(chunk int, lock *folder.Lock, simulate func() error) error {
	if simulate == nil {
		simulate = func() error { return w.simulateRuns(w.digested()) }
	}
	if err := simulate(); err != nil {
		return err
	}
	if got, want := w.part.Digest(), lock.Chunks[chunk]; got != want {
		return fault.Mismatch("chunk %d: made again it has digest %s, the study has %s", chunk, got, want)
	}
	return nil
}

// RestoreTables makes the tables of a complete study again where one is gone or changed,
// and returns how many were: the tables of runs from what is left of them, or, where that
// is not what the lock says, by simulating every run again without storing it. A table
// that does not come out as the lock says is a MismatchError.
func RestoreTables(ctx context.Context, p *plan.Plan, f *folder.Folder) (restored int, err error) {
	if err := f.Lock.Check(p); err != nil {
		return 0, fmt.Errorf("%s: %w", f.Path, err)
	}
	wrong, err := f.Lock.WrongTables(p, f.Path)
	if err != nil || len(wrong) == 0 {
		return 0, err
	}
	if slices.Contains(wrong, "study.yaml") {
		if err := f.WriteStudy(p, f.Header); err != nil {
			return 0, err
		}
	}
	if err := remakeRunTables(ctx, p, f, wrong); err != nil {
		return 0, err
	}
	if slices.ContainsFunc(wrong, func(name string) bool { return strings.HasPrefix(name, "points.") }) {
		runs, err := tables.Open(p, f.Path)
		if err != nil {
			return 0, err
		}
		if err := errors.Join(runs.WritePoints(f.Path), runs.Close()); err != nil {
			return 0, err
		}
	}
	return len(wrong), f.Lock.CheckTables(p, f.Path)
}

// remakeRunTables writes those tables of runs again of which the Parquet file or the CSV is
// wrong: the CSV alone from the Parquet file, else by simulating.
func remakeRunTables(ctx context.Context, p *plan.Plan, f *folder.Folder, wrong []string) error {
	var whole, lost []string // tables whose Parquet file is as the lock says, and is not
	for name := range p.TableStages() {
		switch {
		case slices.Contains(wrong, name+".parquet"):
			lost = append(lost, name)
		case slices.Contains(wrong, name+".csv"):
			whole = append(whole, name)
		}
	}
	if len(lost) > 0 {
		w := newWorker(p, NewMarkets(p), f)
		err := tables.WriteRuns(ctx, p, f.Path, lost, func(chunk int, to *store.SummaryPart) error {
			w.begin(chunk)
			if err := w.again(chunk, f.Lock, nil); err != nil {
				return err
			}
			to.Reset()
			to.AppendAll(w.part)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if len(whole) == 0 {
		return nil
	}
	runs, err := tables.Open(p, f.Path)
	if err != nil {
		return err
	}
	defer runs.Close()
	return tables.WriteRuns(ctx, p, f.Path, whole, runs.Part)
}
