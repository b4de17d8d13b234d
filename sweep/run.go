package sweep

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/store"
)

// Options are how a study is run; none of them changes a result.
type Options struct {
	Workers     int    // simulations at once; at least 1
	Folder      string // where the results go
	Shard       Shard  // the part of the study that this program does
	Fresh       bool   // remove what the folder holds of a study first
	RetryFailed bool   // do the runs that failed again
	IgnoreDisk  bool   // start although the results may not fit
	AnyMemory   bool   // start although more memory may be needed than there is
	Observer    Observer
}

// Observer is told of progress, one thing after another.
type Observer interface {
	Start(expected string, runs, done int)
	Chunk(runs, failed int, bestSoFar string)
	Finish()
}

// ErrFailedRuns says that a study is complete but some of its runs failed.
var ErrFailedRuns = errors.New("some runs failed")

// ErrOthersMissing says that a shard is done and the study is not.
var ErrOthersMissing = errors.New("other shards are not done")

// Run runs what is missing of a study in the folder and, when nothing is, writes
// its results. Interrupted through ctx it finishes the chunks in hand and returns
// ctx's error; the next Run goes on from there. Runs that fail are rows of the
// summary, and the result comes with ErrFailedRuns. A shard that is done before
// the others returns ErrOthersMissing.
func Run(ctx context.Context, study *Study, options Options) (*Result, error) {
	started := time.Now()
	if !options.Shard.whole() && (options.Fresh || options.RetryFailed) {
		return nil, &UsageError{errors.New("--fresh and --retry-failed need the folder alone: run them without --shard")}
	}
	if err := study.CheckMemory(options.Workers); err != nil && !options.AnyMemory {
		return nil, &UsageError{err}
	}
	study.arrange() // whatever it has been run for before
	folder, err := openFolder(ctx, study, options)
	if err != nil {
		return nil, openError("open folder", err)
	}
	defer folder.close()
	if options.RetryFailed {
		if err := folder.reopen(study); err != nil {
			return nil, err
		}
	}
	reused := folder.lock != nil
	if !reused {
		if err := simulate(ctx, study, folder, options); err != nil {
			return nil, err
		}
	}
	if err := study.settleFrom(folder.lock); err != nil { // also where another shard completed it
		return nil, err
	}
	restored, err := mend(ctx, study, folder, options, reused)
	if err != nil {
		return nil, err
	}
	result, err := loadResult(study, folder.path)
	if err != nil {
		return nil, err
	}
	result.Reused, result.Restored = reused, restored
	result.Elapsed = time.Since(started)
	if result.Failed > 0 {
		return result, ErrFailedRuns
	}
	return result, nil
}

// mend makes what is gone from a complete study again, where this program has the folder
// alone, and returns how many files. A study that was complete before may have lost more
// than time series.
func mend(ctx context.Context, study *Study, folder *folder, options Options, reused bool) (restored int, err error) {
	steps := []func() (int, error){func() (int, error) { return restore(ctx, study, folder) }}
	if reused {
		steps = []func() (int, error){
			func() (int, error) { return restoreTables(ctx, study, folder) }, steps[0],
			func() (int, error) { return restoreFindings(study, folder.path, folder.lock, folder) },
		}
	}
	if !options.Shard.whole() {
		return 0, nil
	}
	for _, step := range steps {
		made, err := step()
		restored += made
		if err != nil {
			return restored, err
		}
	}
	return restored, nil
}

// openError makes an error of opening a folder: one of usage, since nothing was
// run and nothing is left, unless the folder will be free later.
func openError(what string, err error) error {
	err = fmt.Errorf("%s: %w", what, err)
	var busy *BusyError
	if errors.As(err, &busy) || errors.Is(err, context.Canceled) {
		return err
	}
	return &UsageError{err}
}

// Merge writes the results of a study whose chunks are all in the folder, but for
// those on fresh seeds, which it runs where they are missing.
func Merge(ctx context.Context, options Options) (*Result, error) {
	started := time.Now()
	path := options.Folder
	lock, _, err := readHeader(path)
	if err == nil && lock == nil {
		err = fmt.Errorf("%s holds no study", path)
	}
	if err == nil && lock.Removed {
		err = errRemoved
	}
	if err != nil {
		return nil, &UsageError{fmt.Errorf("merge: %w", err)}
	}
	study, err := lock.study(filepath.Join(path, lockName), path)
	if err != nil {
		return nil, &UsageError{fmt.Errorf("merge: %w", err)}
	}
	folder, err := openFolder(ctx, study, options)
	if err != nil {
		return nil, openError("merge", err)
	}
	defer folder.close()
	if folder.lock != nil {
		if err = study.settleFrom(folder.lock); err == nil {
			err = checkComplete(study, folder.lock, path)
		}
	} else {
		err = merge(ctx, study, folder, options)
	}
	if err != nil {
		return nil, err
	}
	result, err := loadResult(study, path)
	if err != nil {
		return nil, err
	}
	result.Elapsed = time.Since(started)
	if result.Failed > 0 {
		return result, ErrFailedRuns
	}
	return result, nil
}

// merge completes a study of which every run that the best point is picked by is there.
func merge(ctx context.Context, study *Study, folder *folder, options Options) error {
	for i := range study.selection() {
		stage := &study.stages[i]
		if err := study.settle(stage, folder.column); err != nil {
			return err
		}
		if missing := folder.missingChunks(study, stage, Shard{}); len(missing) > 0 {
			return fmt.Errorf("merge %s: %w", folder.path, describeMissing(study, stage, missing))
		}
	}
	return simulate(ctx, study, folder, options)
}

// describeMissing names the first few chunks of a stage that are not there.
func describeMissing(study *Study, stage *stage, missing []int) error {
	const shown = 8
	text := ""
	for i, chunk := range missing {
		if i == shown {
			text += fmt.Sprintf(" and %d more", len(missing)-shown)
			break
		}
		first, end := study.chunk(chunk)
		text += fmt.Sprintf(" %d (runs %d to %d)", chunk, first, end-1)
	}
	where := ""
	if study.Halving != nil {
		where = " of " + stage.name
	}
	return fmt.Errorf("%w: %d of %s%s missing:%s; chunk c belongs to shard c mod n + 1 of n", ErrOthersMissing, len(missing), count(study.chunksOf(stage), "chunk"), where, text)
}

// sharePatience is how long a shard waits for the others to let go of a folder
// in which every chunk is committed.
const sharePatience = 30 * time.Second

// simulate does the chunks that are not committed yet, stage by stage, and with
// RetryFailed the failed runs of those that are; then it writes the results. A shard
// does its part of each stage as long as the others have done theirs of the one before.
// The seeds that selection never sees are for whoever comes last.
func simulate(ctx context.Context, study *Study, folder *folder, options Options) error {
	log, err := openLog(folder.path)
	if err != nil {
		return err
	}
	defer log.close()
	defer context.AfterFunc(ctx, log.told)() // it may be the last that this program writes
	s, err := newSimulation(study, folder, options, log)
	if err != nil {
		return err
	}
	err = s.stages(ctx)
	options.Observer.Finish()
	if err == nil && folder.lock == nil {
		err = finish(ctx, study, folder)
	}
	s.log.end(err)
	return err
}

// simulation is one program's work on a study.
type simulation struct {
	study   *Study
	folder  *folder
	options Options
	log     *runLog
	markets *markets
	scores  *runningScores
}

func newSimulation(study *Study, folder *folder, options Options, log *runLog) (*simulation, error) {
	total, done := 0, 0
	for i := range study.stages {
		stage := &study.stages[i]
		missing := map[int]bool{}
		if !options.RetryFailed { // which may lead to other points
			if err := folder.settleWhereDone(study, stage); err != nil {
				return nil, err
			}
		}
		for _, chunk := range folder.missingChunks(study, stage, Shard{}) {
			missing[chunk] = true
		}
		for chunk := stage.firstChunk; chunk < stage.firstChunk+study.chunksOf(stage); chunk++ {
			first, end := study.chunk(chunk)
			if stage.fresh || options.Shard.has(chunk) {
				total += end - first
				if !missing[chunk] {
					done += end - first
				}
			}
		}
	}
	if err := checkDisk(study, folder.path, float64(total-done)/float64(study.Runs()), 0); err != nil && !options.IgnoreDisk {
		return nil, err
	}
	expected := study.expectation(options.Workers, total-done)
	log.start(options, expected, total, done)
	options.Observer.Start(expected, total, done)
	return &simulation{study, folder, options, log, newMarkets(study), newRunningScores(study)}, nil
}

// stages does every stage.
func (s *simulation) stages(ctx context.Context) error {
	shard := s.options.Shard
	for i := range s.study.stages {
		stage := &s.study.stages[i]
		if err := s.study.settle(stage, s.folder.column); err != nil {
			return err
		}
		if stage.fresh && !shard.whole() {
			if err := s.promote(ctx); err != nil || s.folder.lock != nil {
				return err
			}
			shard = Shard{}
		}
		if err := s.stage(ctx, stage, shard); err != nil {
			return err
		}
		if !shard.whole() {
			if missing := s.folder.missingChunks(s.study, stage, Shard{}); len(missing) > 0 {
				return fmt.Errorf("shard %s is done; %w", shard, describeMissing(s.study, stage, missing))
			}
		}
	}
	if shard.whole() {
		return nil
	}
	return s.promote(ctx)
}

// promote takes the whole folder for a shard, all of whose others are done.
func (s *simulation) promote(ctx context.Context) error {
	held, err := s.folder.promote(ctx, sharePatience)
	if err == nil && !held {
		err = fmt.Errorf("shard %s is done and so are the others, but one of them still holds %s; sweep merge %s writes the results", s.options.Shard, s.folder.path, s.folder.path)
	}
	return err
}

// stage does the missing chunks of a stage, and the failed runs that are to be retried.
func (s *simulation) stage(ctx context.Context, stage *stage, shard Shard) error {
	missing := s.folder.missingChunks(s.study, stage, shard)
	retries, err := s.folder.failedChunks(s.study, stage, s.options)
	if err != nil {
		return err
	}
	chunks := append(slices.Clip(retries), missing...)
	workers := max(1, min(s.options.Workers, len(chunks)))
	way := newPassage(s.study, s.folder.path, workers)
	defer way.discard()
	group, working := errgroup.WithContext(ctx)
	var next atomic.Int64
	var simulating sync.WaitGroup
	for range workers {
		simulating.Add(1)
		group.Go(func() error {
			defer simulating.Done()
			w := newWorker(s.study, s.markets, s.folder)
			for {
				w.draft = way.take(working)
				i := int(next.Add(1)) - 1
				if w.draft == nil || i >= len(chunks) {
					return nil
				}
				if err := w.do(chunks[i], i < len(retries)); err != nil {
					w.files.Discard()
					s.log.trouble(err)
					return err
				}
				way.simulated <- w.draft
			}
		})
	}
	group.Go(func() error { return s.commitAll(way, stage) })
	simulating.Wait()
	close(way.simulated)
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// checkDisk compares the free disk with what a share of the study may take, less
// what is freed for it.
func checkDisk(study *Study, path string, share float64, freed int64) error {
	needed := float64(study.Estimate().Bytes)*share - float64(freed)
	free, known := store.FreeBytes(path)
	if known && needed > float64(free) {
		return fmt.Errorf("about %s are needed and %s are free in %s: keep less (output.timeseries, output.columns), choose another folder, or --ignore-disk",
			bytesText(int64(needed)), bytesText(int64(free)), path)
	}
	return nil
}
