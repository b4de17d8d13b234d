package sweep

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
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
	Observer    Observer
}

// Observer is told of progress, from several goroutines at once.
type Observer interface {
	Start(runs, done int)
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
	reused := folder.complete
	if !folder.complete {
		if err := simulate(ctx, study, folder, options); err != nil {
			return nil, err
		}
		if err := complete(ctx, study, folder, options.Shard); err != nil {
			return nil, err
		}
	}
	if reused {
		if err := checkReused(study, folder); err != nil {
			return nil, err
		}
	}
	restored := 0
	if options.Shard.whole() {
		if restored, err = restore(ctx, study, folder); err != nil {
			return nil, err
		}
		if !exists(filepath.Join(folder.path, verdictName)) {
			restored++ // when the result is read
		}
		if study.Output.Figures && !exists(filepath.Join(folder.path, "figures", "baseline")) {
			if _, err := writeChosen(study, folder); err != nil {
				return nil, err
			}
		}
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

// Merge writes the results of a study whose chunks are all in the folder.
func Merge(ctx context.Context, path string) (*Result, error) {
	started := time.Now()
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
	folder, err := openFolder(ctx, study, Options{Folder: path})
	if err != nil {
		return nil, openError("merge", err)
	}
	defer folder.close()
	if !folder.complete {
		if missing := folder.missingChunks(study, Shard{}); len(missing) > 0 {
			return nil, fmt.Errorf("merge %s: %w", path, describeMissing(study, missing))
		}
		if err := finish(study, folder); err != nil {
			return nil, err
		}
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

// describeMissing names the first few chunks that are not there.
func describeMissing(study *Study, missing []int) error {
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
	return fmt.Errorf("%w: %d of %s missing:%s; chunk c belongs to shard c mod n + 1 of n", ErrOthersMissing, len(missing), count(study.chunks(), "chunk"), text)
}

// sharePatience is how long a shard waits for the others to let go of a folder
// in which every chunk is committed.
const sharePatience = 30 * time.Second

// complete writes the results if every chunk is there.
func complete(ctx context.Context, study *Study, folder *folder, shard Shard) error {
	if !shard.whole() {
		if missing := folder.missingChunks(study, Shard{}); len(missing) > 0 {
			return fmt.Errorf("shard %s is done; %w", shard, describeMissing(study, missing))
		}
		held, err := folder.promote(ctx, sharePatience)
		if err != nil {
			return err
		}
		if !held {
			return fmt.Errorf("shard %s is done and so are the others, but one of them still holds %s; sweep merge %s writes the results", shard, folder.path, folder.path)
		}
		if folder.complete {
			return nil
		}
	}
	return finish(study, folder)
}

// simulate does the chunks that are not committed yet, and with RetryFailed the
// failed runs of those that are.
func simulate(ctx context.Context, study *Study, folder *folder, options Options) error {
	missing := folder.missingChunks(study, options.Shard)
	done, toDo := 0, 0
	for chunk := range study.chunks() {
		if first, end := study.chunk(chunk); options.Shard.has(chunk) {
			done += end - first
		}
	}
	total := done
	for _, chunk := range missing {
		first, end := study.chunk(chunk)
		toDo += end - first
	}
	done -= toDo
	if err := checkDisk(study, folder.path, float64(toDo)/float64(study.Runs()), 0); err != nil && !options.IgnoreDisk {
		return err
	}
	retries, err := folder.failedChunks(study, options)
	if err != nil {
		return err
	}
	log, err := openLog(folder.path)
	if err != nil {
		return err
	}
	defer log.close()
	log.start(options, total, done)
	options.Observer.Start(total, done)
	defer options.Observer.Finish()

	shared := newMarkets(study)
	scores := newRunningScores(study)
	group, working := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range max(1, options.Workers) {
		group.Go(func() error {
			w := newWorker(study, shared, folder)
			for working.Err() == nil {
				i := int(next.Add(1)) - 1
				var err error
				began, runs := time.Now(), 0
				switch {
				case i < len(retries):
					err = w.retry(retries[i])
				case i-len(retries) < len(missing):
					i -= len(retries)
					err = w.chunk(missing[i])
					runs = w.part.Rows()
				default:
					return nil
				}
				if err != nil {
					log.trouble(err)
					return err
				}
				log.chunk(w, runs, time.Since(began))
				options.Observer.Chunk(runs, len(w.failures), scores.add(w.part))
			}
			return nil
		})
	}
	err = group.Wait()
	if err == nil {
		err = ctx.Err()
	}
	log.end(err)
	return err
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
