package sweep

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"optmm/engine"
	"optmm/sweep/store"
)

// checker compares runs with what the summary and the lock say of them.
type checker struct {
	study   *Study
	lock    *Lock
	folder  string
	summary *store.SummaryPart
}

// all checks the numbered items on several workers and returns the error of the
// first item, by number, that has one.
func (c *checker) all(ctx context.Context, workers int, items []int, check func(*worker, int) error) error {
	shared := newMarkets(c.study)
	group, working := errgroup.WithContext(ctx)
	var next atomic.Int64
	first := newFirstError()
	for range max(1, workers) {
		group.Go(func() error {
			w := newWorker(c.study, shared, c.folder)
			for working.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(items) || first.before(i) {
					return nil
				}
				if err := check(w, items[i]); err != nil {
					first.add(i, err)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return errors.Join(first.err, ctx.Err())
}

// files lists the numbers of the files that should be there: runs, or chunks of
// a packed study.
func (c *checker) files() ([]int, error) {
	var files []int
	switch {
	case c.study.Output.Timeseries == "best":
		for run := range c.lock.Kept {
			number, err := strconv.Atoi(run)
			if err != nil {
				return nil, mismatch("sweep.lock keeps a run %q", run)
			}
			files = append(files, number)
		}
		sort.Ints(files)
	case c.study.Output.Timeseries == "none":
	case c.study.Output.Layout == LayoutPacked:
		for chunk := range c.study.chunks() {
			files = append(files, chunk)
		}
	default:
		for run := range c.study.Runs() {
			if c.row(run).status == store.StatusOK {
				files = append(files, run)
			}
		}
	}
	return files, nil
}

// recorded is what the summary says of a run.
type recorded struct{ status, digest string }

func (c *checker) row(run int) recorded {
	last := len(c.summary.Columns)
	return recorded{c.summary.Columns[last-3].Texts[run], c.summary.Columns[last-1].Texts[run]}
}

// digestOf is the digest of the run's stored columns together with its
// statistics.
func (c *checker) digestOf(run int) string {
	if kept, ok := c.lock.Kept[strconv.Itoa(run)]; ok {
		return kept
	}
	return c.row(run).digest
}

// checkFile reads a file and compares its digest.
func (c *checker) checkFile(_ *worker, number int) error {
	if c.study.Output.Layout != LayoutPacked {
		return c.checkRun(store.RunName(number), 0, number)
	}
	first, end := c.study.chunk(number)
	group := 0
	for run := first; run < end; run++ {
		if c.row(run).status != store.StatusOK {
			continue
		}
		if err := c.checkRun(store.PackedName(number), group, run); err != nil {
			return err
		}
		group++
	}
	return nil
}

// checkRun compares a run in a file with its digest.
func (c *checker) checkRun(name string, group, run int) error {
	columns, err := c.readRun(name, group)
	if errors.Is(err, fs.ErrNotExist) {
		return mismatch("%s is missing; sweep run makes it again", name)
	}
	if err != nil {
		return mismatch("%v; remove it, and sweep run makes it again", err)
	}
	var digest store.Digest
	digest.Reset()
	c.addStatistics(&digest, run)
	for i := range columns {
		digest.Column(&columns[i].Field, &columns[i].Column)
	}
	if got, want := digest.String(), c.digestOf(run); got != want {
		return mismatch("%s: run %d has digest %s on disk, %s in the summary; sweep verify --runs %d names the difference", name, run, got, want, run)
	}
	return nil
}

// addStatistics adds the run's figures as the summary has them.
func (c *checker) addStatistics(digest *store.Digest, run int) {
	for i, field := range c.summary.Fields {
		if !slices.ContainsFunc(engine.Statistics(), func(s engine.Statistic) bool { return s.Name == field.Name }) {
			continue
		}
		column := &c.summary.Columns[i]
		value := 0.0
		if field.Type == store.Int64 {
			value = float64(column.Int64s[run])
		} else {
			value = column.Floats[run]
		}
		digest.Float(value, column.Valid[run])
	}
}

func (c *checker) readRun(name string, group int) ([]store.NamedColumn, error) {
	reader, err := store.OpenReader(filepath.Join(c.folder, name))
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return reader.RunColumns(group, c.study.Output.Columns)
}

// recompute simulates a run again and compares everything that is kept of it.
func (c *checker) recompute(w *worker, run int) error {
	kept := c.study.Output.Timeseries == "all" || c.lock.Kept[strconv.Itoa(run)] != ""
	var store keep
	if kept {
		store = w.discard
	}
	row, err := w.run(run, store)
	if err != nil {
		return err
	}
	if row.Digest == c.digestOf(run) {
		return nil
	}
	return c.explain(w, run, kept)
}

// discard keeps nothing of a run but its digest.
func (w *worker) discard(*store.Row, *engine.Params) error { return nil }

// explain names the first column and minute on which a run that was just
// simulated differs from its file, or the first statistic on which it differs
// from the summary.
func (c *checker) explain(w *worker, run int, kept bool) error {
	if kept && c.row(run).status == store.StatusOK {
		name, group := store.RunName(run), 0
		if c.study.Output.Layout == LayoutPacked {
			chunk := run / c.study.chunkRuns()
			name = store.PackedName(chunk)
			first, _ := c.study.chunk(chunk)
			for before := first; before < run; before++ {
				if c.row(before).status == store.StatusOK {
					group++
				}
			}
		}
		columns, err := c.readRun(name, group)
		if err != nil {
			return &MismatchError{err.Error()}
		}
		now := w.encoder.Columns(w.simulator.Series())
		for i := range columns {
			if minute, old, fresh, differs := columns[i].FirstDifference(&now[i]); differs {
				return mismatch("run %d: %s at minute %d is %s in %s, recomputed it is %s", run, columns[i].Field.Name, minute, old, name, fresh)
			}
		}
	}
	point, seed := c.study.runAt(run)
	params := c.study.Grid.Params(point)
	summary, err := w.simulate(&params, seed)
	if (err != nil) != (c.row(run).status == store.StatusFailed) {
		return mismatch("run %d: recomputed it ends with %v, the summary says %s", run, err, c.row(run).status)
	}
	for i, field := range c.summary.Fields {
		for _, statistic := range engine.Statistics() {
			if statistic.Name != field.Name {
				continue
			}
			value, defined := statistic.Value(&summary)
			column := &c.summary.Columns[i]
			old := math.NaN()
			switch {
			case !column.Valid[run]:
			case field.Type == store.Int64:
				old = float64(column.Int64s[run])
			default:
				old = column.Floats[run]
			}
			if defined != column.Valid[run] || defined && value != old {
				return mismatch("run %d: %s is %v in the summary, recomputed it is %v", run, field.Name, old, value)
			}
		}
	}
	return mismatch("run %d: the digest in the summary is %s, recomputed it differs, and no figure does", run, c.digestOf(run))
}
