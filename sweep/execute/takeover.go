package execute

import (
	"errors"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"optmm/engine/param"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/scores"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

// Runs of a smaller study that a study extends are taken over and not simulated: their rows, and the
// files of their minutes with another number. A run whose file is gone, or would be another file now,
// as in a packed study, is simulated again; so is one whose digest has both the run's number, which the
// figures of options are stored with, and its minutes.

// takeover is what a study takes over; for several goroutines at once.
type takeover struct {
	earlier *folder.Earlier
	runs    *tables.Runs // of a smaller study that is complete; nil of any other
	files   bool         // a run's file is the same but for its number
}

// openTakeover opens what a study takes over; nil where it extends none.
func openTakeover(p *plan.Plan, f *folder.Folder) (*takeover, error) {
	if f.Earlier == nil {
		return nil, nil
	}
	before := f.Earlier.Extension.Before
	now, then := keptBy(p), keptBy(before)
	t := &takeover{earlier: f.Earlier, files: p.Output.Layout == spec.LayoutPerRun && !p.Output.OptionSummary && p.NamesMarketsAs(before) && slices.Equal(now.Columns, then.Columns) && now.Own == then.Own &&
		maps.Equal(now.Constants, then.Constants) && now.Options == then.Options && now.Compression == then.Compression}
	if f.Earlier.Complete {
		runs, err := tables.Open(before, f.Earlier.Path)
		t.runs = runs
		return t, err
	}
	for i := range before.Stages { // as far as their points are known
		if scores.New(before, f.Earlier.Column).Settle(&before.Stages[i]) != nil {
			break
		}
	}
	return t, nil
}

func (t *takeover) close() error {
	if t == nil || t.runs == nil {
		return nil
	}
	return t.runs.Close()
}

// takenChunk is the chunk of the smaller study that a worker read last.
type takenChunk struct {
	chunk   int
	part    *store.SummaryPart   // nil: none was read
	options *store.OptionFigures // nil: there are none
	err     error
}

// row reads the row of a run of the smaller study; ok is false where it is not there.
func (t *takeover) row(run int, read *takenChunk) (row int, ok bool) {
	before := t.earlier.Extension.Before
	chunk := before.ChunkOfRun(run)
	if read.part == nil || read.chunk != chunk {
		if read.part == nil {
			read.part = store.NewSummaryPart(before.Grid.Axes(), before.OverDays())
		}
		read.chunk = chunk
		if t.runs != nil {
			read.err = t.runs.Part(chunk, read.part)
		} else {
			read.err = t.earlier.Part(chunk, read.part)
		}
		if before.Output.OptionSummary && read.err == nil {
			read.options, read.err = readOptionFigures(filepath.Join(t.earlier.Path, store.OptionPartName(chunk)))
		}
	}
	first, _ := before.RunsOfChunk(chunk)
	row = run - first
	point, _ := before.RunAt(run)
	return row, read.err == nil && row < read.part.Rows() && read.part.Runs()[row] == int64(run) && read.part.Points()[row] == int64(point) && read.part.Succeeded(row)
}

// most returns how many runs from first to end can be taken over: those of the smaller study, but where
// their files would be others now. Fewer are, where files are gone or runs failed.
func (t *takeover) most(p *plan.Plan, first, end int) (runs int) {
	if t == nil || p.Output.Timeseries == store.KeepAll && !t.files {
		return 0
	}
	for run := first; run < end; run++ {
		if !p.KnowsRun(run) {
			continue
		}
		if _, is := t.earlier.Extension.RunOf(run); is {
			runs++
		}
	}
	return runs
}

// Reusable returns how many runs a study would take over from the smaller one that it extends. Those of
// later stages, whose points are not known, are not counted.
func Reusable(p *plan.Plan, earlier *folder.Earlier) (runs int, err error) {
	t, err := openTakeover(p, &folder.Folder{Earlier: earlier})
	if err != nil {
		return 0, err
	}
	return t.most(p, 0, p.Runs()), t.close()
}

// take takes a run over, and reports whether it did. Its minutes are kept where keep is.
func (w *worker) take(run int, keep bool) (taken bool, err error) {
	if w.takes == nil || keep && !w.takes.files {
		return false, nil
	}
	before, is := w.takes.earlier.Extension.RunOf(run)
	if !is {
		return false, nil
	}
	at, ok := w.takes.row(before, &w.taken)
	if !ok {
		return false, nil
	}
	row := w.identify(run)
	if keep {
		w.plan.Grid.SetParams(&w.params, row.Values)
		if taken, err := w.takeFiles(row, &w.params, before); !taken || err != nil {
			return false, err
		}
	}
	if w.plan.Output.OptionSummary {
		w.digest.Reset()
		w.taken.part.AddStatistics(at, &w.digest)
		if !w.options.Take(w.taken.options, before, run, row.Point, &w.digest) {
			return false, nil
		}
	}
	w.part.Take(row, w.taken.part, at)
	if w.plan.Output.OptionSummary {
		w.part.SetLastDigest(w.digest.String())
	}
	w.reused++
	return true, nil
}

func readOptionFigures(name string) (figures *store.OptionFigures, err error) {
	reader, err := store.OpenReader(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	return reader.OptionFigures()
}

// identify begins the row of a run: which it is.
func (w *worker) identify(run int) *store.Row {
	point, seed := w.plan.RunAt(run)
	row := &w.row
	*row = store.Row{Run: run, Point: point, Seed: seed, Values: w.plan.Grid.AppendValues(row.Values[:0], point)}
	if w.plan.OverDays() {
		row.Day = w.plan.Days.List[seed.Market].Name
	}
	return row
}

// takeFiles adds the files of a run of the smaller study, with the number that it has now, and says that
// they need the file of its market; false where one is gone.
func (w *worker) takeFiles(row *store.Row, params *param.Params, before int) (taken bool, err error) {
	root := w.takes.earlier.Path
	files := map[string]string{store.RunName(row.Run): store.RunName(before)}
	if w.kept.Options {
		files[store.OptionsName(row.Run)] = store.OptionsName(before)
	}
	if w.plan.Output.Fills {
		files[store.FillsName(row.Run)] = store.FillsName(before)
	}
	shared := &sharedMarket{Market: w.plan.MarketOf(row.Run), from: root}
	for _, name := range files {
		if !store.IsWhole(filepath.Join(root, name)) {
			return false, nil
		}
	}
	if w.kept.Own && !(&marketFiles{plan: w.plan, root: root, there: map[string]bool{}}).has(shared.Name) {
		return false, nil
	}
	w.describe(row, params, shared.Name)
	for name, old := range files {
		err := w.files.Add(name, func(to io.Writer) error {
			return store.CopyWithPairs(to, filepath.Join(root, old), w.pairs)
		})
		if err != nil {
			return false, err
		}
	}
	if w.kept.Own && w.shares[shared.Name] == nil {
		w.shares[shared.Name] = shared
	}
	return true, nil
}
