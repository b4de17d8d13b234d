package verify

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

	"optmm/sweep/execute"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/judge"
	"optmm/sweep/present"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

// Settings is what to verify of a complete study.
type Settings struct {
	Folder  string
	Workers int
	Files   bool    // read the files and recompute nothing; needs no data
	Sample  float64 // share of the runs to recompute; 0 is all
	Seed    uint64  // of the sample's draw
	Runs    []int   // to recompute, instead of a share
}

// Counts counts what was verified.
type Counts struct{ Files, Recomputed int }

// Study compares the files of a complete study with its digests, and recomputes
// runs. A mismatch is a MismatchError; of the first chunk that has one it names
// the run, the column, the minute and both values, as far as recomputing is
// allowed. Memory does not grow with the study.
func Study(ctx context.Context, v Settings) (*Counts, error) {
	lock, complete, err := folder.Read(v.Folder)
	switch {
	case err != nil:
		return nil, fault.Usagef("verify: %w", err)
	case !complete:
		_, _, err := folder.OpenComplete("verify", v.Folder) // which says why
		return nil, err
	}
	load := lock.Plan
	if v.Files {
		load = lock.PlanWithoutData
	}
	p, err := load(filepath.Join(v.Folder, folder.LockName), v.Folder)
	if err != nil {
		return nil, fault.Usagef("verify: %w", err)
	}
	if err := lock.Settle(p); err != nil {
		return nil, err
	}
	c := &checker{plan: p, lock: lock, folder: v.Folder, recomputes: !v.Files, markets: map[string]bool{}}
	if c.chosen, err = v.choose(p.Runs()); err != nil {
		return nil, err
	}
	if err := c.lock.Check(c.plan); err != nil {
		return nil, err
	}
	if err := c.checkChunks(ctx, v.Workers); err != nil {
		return nil, err
	}
	if err := c.lock.CheckTables(c.plan, c.folder); err != nil {
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
	return &Counts{Files: int(c.read.Load()), Recomputed: int(c.recomputed.Load())}, nil
}

// choose returns which runs to recompute.
func (v *Settings) choose(runs int) (func(run int) bool, error) {
	switch {
	case v.Files:
		return func(int) bool { return false }, nil
	case v.Runs != nil:
		for _, run := range v.Runs {
			if run < 0 || run >= runs {
				return nil, fault.Usage(&fault.Option{Name: "runs", Value: strconv.Itoa(run), Err: fmt.Errorf("the study has runs 0 to %d", runs-1)})
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

// checkChunks checks the summary and the time series, chunk by chunk, and returns
// the error of the first chunk that has one.
func (c *checker) checkChunks(ctx context.Context, workers int) error {
	shared := execute.NewMarkets(c.plan)
	group, working := errgroup.WithContext(ctx)
	var next atomic.Int64
	first := newFirstError()
	for range max(1, min(workers, c.plan.ChunkCount())) {
		group.Go(func() error {
			check, err := newChunkCheck(c, shared)
			if err != nil {
				return &fault.MismatchError{Text: err.Error()}
			}
			defer check.close()
			for working.Err() == nil {
				chunk := int(next.Add(1)) - 1
				if chunk >= c.plan.ChunkCount() || first.before(chunk) {
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

// checkStages compares the points of every stage with those that the runs before it
// lead to.
func (c *checker) checkStages() error {
	runs, err := tables.Open(c.plan, c.folder)
	if err != nil {
		return err
	}
	defer runs.Close()
	for i := range c.plan.Stages {
		stage := &c.plan.Stages[i]
		if stage.Points == nil {
			continue
		}
		points, err := runs.Scores().Survivors(stage)
		if err != nil {
			return err
		}
		if !slices.Equal(points, stage.Points) {
			return fault.Mismatch("sweep.lock: stage %q ran points %v, the runs before it lead to %v", stage.Name, firstOf(stage.Points), firstOf(points))
		}
	}
	return nil
}

// firstOf is the first few of points, for a message.
func firstOf(points []int) []int { return points[:min(len(points), 20)] }

// checkVerdict compares the verdict and the page with what the tables lead to, and wants
// the figures to be there; what those look like is not compared.
func (c *checker) checkVerdict() error {
	runs, err := tables.Open(c.plan, c.folder)
	if err != nil {
		return err
	}
	defer runs.Close()
	j, err := judge.Study(runs, c.lock)
	if err != nil {
		return err
	}
	for _, file := range present.MissingFigures(c.plan, c.folder, j.Drawn()) {
		return fault.Mismatch("%s is missing; sweep run draws it again", filepath.ToSlash(file))
	}
	changed, err := present.Changed(runs, j, c.lock, c.folder)
	if err != nil {
		return err
	}
	for _, name := range []string{folder.VerdictName, folder.ReportName, folder.OpenSQLName, folder.OpenPythonName} {
		if _, differs := changed[name]; differs {
			return fault.Mismatch("%s is missing or does not follow from the tables; sweep report writes it again", name)
		}
	}
	return nil
}

// checkStrays refuses time series that are not the study's, which a reader of
// all files would take for its runs.
func (c *checker) checkStrays() error {
	for _, tree := range []string{"runs", "options", "fills", "option_summary", "markets"} {
		err := filepath.WalkDir(filepath.Join(c.folder, tree), func(path string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || entry.IsDir() {
				return err
			}
			name, err := filepath.Rel(c.folder, path)
			if err == nil && !c.wants(tree, name) {
				err = fault.Mismatch("%s does not belong to the study", filepath.ToSlash(name))
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
	number := store.Number(filepath.Base(name))
	switch {
	case tree == "markets":
		market := store.MarketNameOf(name)
		return c.markets[market] && (name == market || c.plan.Output.Options && name == store.MarketOptionsName(market))
	case number < 0:
		return false
	case tree == "option_summary":
		return c.plan.Output.OptionSummary && number < c.plan.ChunkCount() && name == store.OptionPartName(number)
	case tree == "fills":
		return c.plan.Output.Fills && name == store.FillsName(number) && c.expects(number)
	case tree == "options":
		return c.plan.Output.Options && name == store.OptionsName(number) && c.expects(number)
	}
	return name == store.SeriesName(c.plan.Output.Layout == spec.LayoutPacked, number) && c.expects(number)
}

// ParseRuns reads a list of run numbers, as in 17,93.
func ParseRuns(text string) ([]int, error) {
	var runs []int
	for _, part := range strings.Split(text, ",") {
		run, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("invalid run %q: want numbers, as in 17,93", part)
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
		return 0, fmt.Errorf("%q is not a share: want a share above 0, for example 5%% or 0.05", text)
	}
	return share, nil
}
