package sweep

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/store"
)

// Verification is what to verify of a complete study.
type Verification struct {
	Folder  string
	Workers int
	Files   bool    // read the files and recompute nothing; needs no data
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
// runs. A mismatch is a MismatchError; of the first chunk that has one it names
// the run, the column, the minute and both values, as far as recomputing is
// allowed. Memory does not grow with the study.
func Verify(ctx context.Context, v Verification) (*Verified, error) {
	lock, complete, err := readHeader(v.Folder)
	switch {
	case err != nil:
		return nil, &UsageError{fmt.Errorf("verify: %w", err)}
	case !complete:
		return nil, &UsageError{fmt.Errorf("verify: %s holds no complete study", v.Folder)}
	}
	load := lock.study
	if v.Files {
		load = lock.withoutData
	}
	study, err := load(filepath.Join(v.Folder, lockName), v.Folder)
	if err != nil {
		return nil, &UsageError{fmt.Errorf("verify: %w", err)}
	}
	if err := study.settleFrom(lock); err != nil {
		return nil, err
	}
	c := &checker{study: study, lock: lock, folder: v.Folder, recomputes: !v.Files}
	if c.chosen, err = v.choose(study.Runs()); err != nil {
		return nil, err
	}
	if err := c.checkLock(); err != nil {
		return nil, err
	}
	if err := c.checkChunks(ctx, v.Workers); err != nil {
		return nil, err
	}
	if err := c.checkTables(); err != nil {
		return nil, err
	}
	if err := c.checkStages(); err != nil {
		return nil, err
	}
	if err := c.checkStrays(); err != nil {
		return nil, err
	}
	if err := c.checkVerdict(); err != nil {
		return nil, err
	}
	return &Verified{Files: int(c.read.Load()), Recomputed: int(c.recomputed.Load())}, nil
}

// choose returns which runs to recompute.
func (v *Verification) choose(runs int) (func(run int) bool, error) {
	switch {
	case v.Files:
		return func(int) bool { return false }, nil
	case v.Runs != nil:
		for _, run := range v.Runs {
			if run < 0 || run >= runs {
				return nil, &UsageError{fmt.Errorf("verify: run %d is outside 0 to %d", run, runs-1)}
			}
		}
		return func(run int) bool { return slices.Contains(v.Runs, run) }, nil
	case v.Sample == 0:
		return func(int) bool { return true }, nil
	}
	// A run is drawn by a generator of its own, so that the draw needs no list. One
	// is always drawn: a check that checks nothing is none.
	always := rand.New(rand.NewPCG(v.Seed, 0)).IntN(runs)
	return func(run int) bool {
		return run == always || rand.New(rand.NewPCG(v.Seed, uint64(run)+1)).Float64() < v.Sample
	}, nil
}

// checkLock compares the lock with itself and with the study.
func (c *checker) checkLock() error {
	hash, err := hashStudy(c.lock.Study)
	if err != nil {
		return err
	}
	switch {
	case c.lock.Runs != c.study.Runs():
		return mismatch("sweep.lock has %d runs, its study %d", c.lock.Runs, c.study.Runs())
	case c.lock.StudyHash != hash:
		return mismatch("sweep.lock has study %s, its study is %s", c.lock.StudyHash, hash)
	case c.lock.Points != c.study.Grid.Points() || c.lock.Seeds != c.study.Seeds.Len():
		return mismatch("sweep.lock has %d points and %d seeds, its study %d and %d", c.lock.Points, c.lock.Seeds, c.study.Grid.Points(), c.study.Seeds.Len())
	case len(c.lock.Chunks) != c.study.chunks():
		return mismatch("sweep.lock has %d chunks, its study %d", len(c.lock.Chunks), c.study.chunks())
	case wholeDigest(c.lock.Chunks) != c.lock.Digest:
		return mismatch("the chunks' digests come to %s, sweep.lock has %s", wholeDigest(c.lock.Chunks), c.lock.Digest)
	}
	return nil
}

// checkSeal refuses a lock that was changed after it was written.
func (l *Lock) checkSeal() error {
	seal, err := l.seal()
	if err == nil && seal != l.Seal {
		err = mismatch("sweep.lock has lock_sha256 %q and comes to %s: it is not what was written", l.Seal, seal)
	}
	return err
}

// checkChunks checks the summary and the time series, chunk by chunk, and returns
// the error of the first chunk that has one.
func (c *checker) checkChunks(ctx context.Context, workers int) error {
	shared := newMarkets(c.study)
	group, working := errgroup.WithContext(ctx)
	var next atomic.Int64
	first := newFirstError()
	for range max(1, min(workers, c.study.chunks())) {
		group.Go(func() error {
			check, err := newChunkCheck(c, shared)
			if err != nil {
				return &MismatchError{err.Error()}
			}
			defer check.close()
			for working.Err() == nil {
				chunk := int(next.Add(1)) - 1
				if chunk >= c.study.chunks() || first.before(chunk) {
					return nil
				}
				if err := check.chunk(chunk); err != nil {
					first.add(chunk, err)
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

// checkTables compares the bytes of the tables with the lock.
func (c *checker) checkTables() error {
	for _, name := range tables(c.study.Fresh != nil) {
		if err := c.checkTable(name); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) checkTable(name string) error {
	table, err := identify(filepath.Join(c.folder, name))
	switch want := c.lock.Files[name]; {
	case errors.Is(err, fs.ErrNotExist):
		return mismatch("%s is missing", name)
	case err != nil:
		return err
	case table.SHA256 != want:
		return mismatch("%s has SHA-256 %s, sweep.lock has %q", name, table.SHA256, want)
	}
	return nil
}

// wrongTables lists the tables that are gone or not what the lock says.
func (c *checker) wrongTables() (wrong []string, err error) {
	for _, name := range tables(c.study.Fresh != nil) {
		var differs *MismatchError
		switch err := c.checkTable(name); {
		case errors.As(err, &differs):
			wrong = append(wrong, name)
		case err != nil:
			return nil, err
		}
	}
	return wrong, nil
}

// checkStages compares the points of every stage with those that the runs before it
// lead to.
func (c *checker) checkStages() error {
	tables, err := openSummary(c.study, c.folder)
	if err != nil {
		return err
	}
	defer tables.close()
	for i := range c.study.stages {
		stage := &c.study.stages[i]
		if stage.points == nil {
			continue
		}
		points, err := c.study.choose(stage, tables.column)
		if err != nil {
			return err
		}
		if !slices.Equal(points, stage.points) {
			return mismatch("sweep.lock: stage %q ran points %v, the runs before it lead to %v", stage.name, head(stage.points), head(points))
		}
	}
	return nil
}

// checkVerdict compares the verdict and the page with what the tables lead to, and wants
// the figures to be there; what those look like is not compared.
func (c *checker) checkVerdict() error {
	tables, err := openSummary(c.study, c.folder)
	if err != nil {
		return err
	}
	defer tables.close()
	j, err := tables.judge(c.lock.Selections)
	if err != nil {
		return err
	}
	for _, file := range missingFigures(c.study, c.folder, j.roles()) {
		return mismatch("%s is missing; sweep run draws it again", filepath.ToSlash(file))
	}
	changed, err := tables.changed(j, c.lock, c.folder)
	if err != nil {
		return err
	}
	for _, name := range []string{verdictName, reportName} {
		if _, differs := changed[name]; differs {
			return mismatch("%s is missing or not what the tables lead to; sweep report makes it again", name)
		}
	}
	return nil
}

// checkStrays refuses time series that are not the study's, which a reader of
// all files would take for its runs.
func (c *checker) checkStrays() error {
	for _, tree := range []string{"runs", "options", "option_summary"} {
		err := filepath.WalkDir(filepath.Join(c.folder, tree), func(path string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || entry.IsDir() {
				return err
			}
			name, err := filepath.Rel(c.folder, path)
			if err == nil && !c.wants(tree, name) {
				err = mismatch("%s does not belong to the study", filepath.ToSlash(name))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// wants reports whether a file of one of the trees is one that the study leaves.
func (c *checker) wants(tree, name string) bool {
	number := numberOf(filepath.Base(name))
	switch {
	case number < 0:
		return false
	case tree == "option_summary":
		return c.study.Output.OptionSummary && number < c.study.chunks() && name == store.OptionPartName(number)
	case tree == "options":
		return c.study.Output.Options && name == store.OptionsName(number) && c.expects(number)
	}
	return name == seriesName(c.study, number) && c.expects(number)
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
