package sweep

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"optmm/engine"
	"optmm/sweep/store"
)

// Verification is what to verify of a complete study.
type Verification struct {
	Folder  string
	Workers int
	Files   bool    // read the files and recompute nothing
	Sample  float64 // share of the runs to recompute; 0 is all
	Seed    uint64  // of the sample's draw
	Runs    []int   // to recompute, instead of a share
}

// MismatchError says that results are not what the study says.
type MismatchError struct{ Text string }

func (e *MismatchError) Error() string { return e.Text }

func mismatch(format string, arguments ...any) error {
	return &MismatchError{fmt.Sprintf(format, arguments...)}
}

// Verified counts what was verified.
type Verified struct{ Files, Recomputed int }

// Verify compares the files of a complete study with its digests, and recomputes
// runs. The first run that differs, by number, is a MismatchError that names the
// column, the minute and both values.
func Verify(ctx context.Context, v Verification) (*Verified, error) {
	lock, complete, err := readHeader(v.Folder)
	switch {
	case err != nil:
		return nil, &UsageError{fmt.Errorf("verify: %w", err)}
	case lock == nil || !complete:
		return nil, &UsageError{fmt.Errorf("verify: %s holds no complete study", v.Folder)}
	}
	study, err := lock.study(filepath.Join(v.Folder, lockName), v.Folder)
	if err != nil {
		return nil, &UsageError{fmt.Errorf("verify: %w", err)}
	}
	summary := store.NewSummaryPart(study.Grid.Axes())
	if err := verifySummary(study, lock, v.Folder, summary); err != nil {
		return nil, err
	}
	c := &checker{study: study, lock: lock, folder: v.Folder, summary: summary}
	files, err := c.files()
	if err != nil {
		return nil, err
	}
	if err := c.all(ctx, v.Workers, files, c.checkFile); err != nil {
		return nil, err
	}
	verified := &Verified{Files: len(files)}
	if v.Files {
		return verified, nil
	}
	runs, err := v.choose(study.Runs())
	if err != nil {
		return nil, err
	}
	verified.Recomputed = len(runs)
	return verified, c.all(ctx, v.Workers, runs, c.recompute)
}

// choose returns the runs to recompute, in order.
func (v *Verification) choose(runs int) ([]int, error) {
	var chosen []int
	if v.Runs != nil {
		for _, run := range v.Runs {
			if run < 0 || run >= runs {
				return nil, &UsageError{fmt.Errorf("verify: run %d is outside 0 to %d", run, runs-1)}
			}
		}
		chosen = slices.Clone(v.Runs)
		slices.Sort(chosen)
		return slices.Compact(chosen), nil
	}
	random := rand.New(rand.NewPCG(v.Seed, 0))
	for run := range runs {
		if v.Sample == 0 || random.Float64() < v.Sample {
			chosen = append(chosen, run)
		}
	}
	if len(chosen) == 0 {
		chosen = []int{random.IntN(runs)} // a check that checks nothing is none
	}
	return chosen, nil
}

// verifySummary reads summary.parquet and compares it with the lock, chunk by
// chunk.
func verifySummary(study *Study, lock *Lock, folder string, whole *store.SummaryPart) error {
	reader, err := store.OpenReader(filepath.Join(folder, "summary.parquet"))
	if err != nil {
		return &MismatchError{err.Error()}
	}
	defer reader.Close()
	if reader.Rows() != study.Runs() || reader.RowGroups() != len(lock.Chunks) {
		return mismatch("summary.parquet has %d rows in %d groups, sweep.lock has %d runs in %d chunks", reader.Rows(), reader.RowGroups(), study.Runs(), len(lock.Chunks))
	}
	var digest, all store.Digest
	all.Reset()
	part := store.NewSummaryPart(study.Grid.Axes())
	for chunk, want := range lock.Chunks {
		if err := reader.RowGroup(chunk, part); err != nil {
			return &MismatchError{err.Error()}
		}
		digest.Reset()
		part.AddDigest(&digest)
		first, end := study.chunk(chunk)
		if got := digest.String(); got != want {
			return mismatch("summary.parquet: runs %d to %d have digest %s, sweep.lock has %s", first, end-1, got, want)
		}
		all.Text(want)
		for row := range part.Rows() {
			whole.Copy(part, row)
		}
	}
	if got := all.String(); got != lock.Digest {
		return mismatch("the chunks' digests come to %s, sweep.lock has %s", got, lock.Digest)
	}
	return nil
}

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

// ParseRuns reads a list of run numbers, as in 17,93.
func ParseRuns(text string) ([]int, error) {
	var runs []int
	for _, part := range strings.Split(text, ",") {
		run, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("%q is not a run; write 17,93", part)
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// ParseShare reads a share, as in 5% or 0.05.
func ParseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	share, err := strconv.ParseFloat(number, 64)
	if percent {
		share /= 100
	}
	if err != nil || !(share > 0 && share <= 1) {
		return 0, fmt.Errorf("%q is no share; write 5%% or 0.05", text)
	}
	return share, nil
}
