package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"optmm/sweep/execute"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/present"
)

// Options are how a study is run; none of them changes a result.
type Options struct {
	Workers     int        // simulations at once; at least 1
	Folder      string     // where the results go
	Place       *Place     // that the folder is of; nil: it is on this machine
	Shard       plan.Shard // the part of the study that this program does
	Overwrite   bool       // remove what the folder holds of a study first
	RetryFailed bool       // do the runs that failed again
	IgnoreDisk  bool       // start although the results may not fit
	Command     string     // that is carried out, for run.log
	AnyMemory   bool       // start although more memory may be needed than there is
	Observer    execute.Observer

	merging  bool // the selection must be there
	together bool // other programs may do the same shard; the merge is left to sweep merge
}

// hold says how the folder is held.
func (o *Options) hold() folder.Hold {
	return folder.Hold{Path: o.Folder, Shard: o.Shard, Overwrite: o.Overwrite, IgnoreDisk: o.IgnoreDisk, Together: o.together, Bucket: o.Place.bucket()}
}

// ErrFailedRuns says that a study is complete but some of its runs failed.
var ErrFailedRuns = errors.New("some runs failed")

// Run runs what is missing of a study in the folder and, when nothing is, writes
// its results. Interrupted through ctx it finishes the current chunks and returns
// ctx's error; the next Run goes on from there. Runs that fail are rows of the
// summary, and the result comes with ErrFailedRuns. A shard that is done before
// the others returns ErrOthersMissing.
func Run(ctx context.Context, p *plan.Plan, options Options) (*present.Result, error) {
	started := time.Now()
	if !options.Shard.Whole() && (options.Overwrite || options.RetryFailed) {
		return nil, fault.Usage(&fault.Option{Name: "shard", Value: options.Shard.String(), Err: errors.New("one shard can neither overwrite the folder nor retry failed runs, because the others work in it")})
	}
	if options.RetryFailed && options.Place.inBucket() {
		return nil, fault.Usage(&fault.Option{Name: "retry-failed", Err: errors.New("runs of a study in a bucket are not retried: copy its folder to this machine")})
	}
	if err := execute.CheckMemory(p, options.Workers); err != nil && !options.AnyMemory {
		return nil, fault.Usage(err)
	}
	p.Reset() // whatever it has been run for before
	f, err := folder.Open(ctx, p, options.hold())
	if err != nil {
		return nil, openError("open folder", err)
	}
	defer f.Close()
	if f.Lock != nil { // what does not matter is as it was: the page has it
		p.Name, p.Notes, p.Tags = f.Lock.Name, f.Lock.Notes, f.Lock.Tags
	}
	reused := f.Lock != nil && !options.RetryFailed
	if !reused {
		if err := complete(ctx, p, f, options); err != nil {
			return nil, err
		}
	}
	if err := f.Lock.Settle(p); err != nil { // also where another shard completed it
		return nil, err
	}
	if err := f.TakePlace(); err != nil {
		return nil, err
	}
	restored, err := mend(ctx, p, f, options, reused)
	if err != nil {
		return nil, err
	}
	result, err := present.Load(p, f.Path)
	if err != nil {
		return nil, err
	}
	result.Reused, result.Restored, result.TakenOver = reused, restored, f.TakenOver
	result.Copied, result.Elapsed = f.Bucket != nil, time.Since(started)
	if result.Failed > 0 {
		return result, ErrFailedRuns
	}
	return result, nil
}

// mend makes what is gone from a complete study again, where this program has the folder
// alone, and returns how many files. A study that was complete before may have lost more
// than time series.
func mend(ctx context.Context, p *plan.Plan, f *folder.Folder, options Options, reused bool) (restored int, err error) {
	if !options.Shard.Whole() {
		return 0, nil
	}
	var steps []func() (int, error)
	if reused {
		steps = append(steps, func() (int, error) { return execute.RestoreTables(ctx, p, f) })
	}
	if f.Bucket == nil { // else the minutes of runs are not here
		steps = append(steps, func() (int, error) { return execute.RestoreSeries(ctx, p, f) })
	}
	if reused {
		steps = append(steps, func() (int, error) {
			return restoreFindings(ctx, p, f.Path, f.Lock, execute.NewRepeater(p, f.Path, execute.NewMarkets(p), options.Workers))
		})
	}
	for _, step := range steps {
		made, err := step()
		restored += made
		if err != nil {
			return restored, err
		}
	}
	if restored > 0 {
		return restored, f.PublishChanged(ctx)
	}
	return restored, nil
}

// openError makes an error of opening a folder: one of usage, since nothing was
// run and nothing is left, unless the folder will be free later.
func openError(what string, err error) error {
	err = fmt.Errorf("%s: %w", what, err)
	var busy *folder.BusyError
	if errors.As(err, &busy) || errors.Is(err, context.Canceled) {
		return err
	}
	return fault.Usage(err)
}
