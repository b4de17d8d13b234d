package sweep

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/execute"
	"optmm/sweep/folder"
	"optmm/sweep/judge"
	"optmm/sweep/plan"
	"optmm/sweep/present"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

// complete does what is missing of a study and writes its results.
func complete(ctx context.Context, p *plan.Plan, f *folder.Folder, options Options) error {
	log, err := execute.OpenLog(f.LogPath())
	if err != nil {
		return err
	}
	defer log.Close()
	defer context.AfterFunc(ctx, log.Stopping)() // it may be the last that this program writes
	markets := execute.NewMarkets(p)
	err = execute.Run(ctx, p, f, log, execute.Options{
		Markets: markets, Workers: options.Workers, Shard: options.Shard, RetryFailed: options.RetryFailed, LeaveRest: options.together, OnlyRest: options.merging, Command: options.Command, IgnoreDisk: options.IgnoreDisk, Observer: options.Observer,
	})
	if err == nil && f.Lock == nil { // of a shard, another may have been first
		err = finish(ctx, p, f, execute.NewRepeater(p, f.Path, markets, options.Workers))
	}
	log.End(err)
	return err
}

// finish writes everything that follows from the committed chunks, sweep.lock
// last: its appearance makes the study complete. Where ctx ends, the next run goes on
// from the chunks.
func finish(ctx context.Context, p *plan.Plan, f *folder.Folder, repeater *execute.Repeater) error {
	digests := make([]string, p.ChunkCount())
	err := tables.WriteRuns(ctx, p, f.Path, nil, func(chunk int, to *store.SummaryPart) (err error) {
		digests[chunk], err = f.Part(chunk, to)
		return err
	})
	if err != nil {
		return err
	}
	lock := folder.NewLock(p, f, digests)
	if lock.Selections, err = p.SelectionsAfter(f.Selections); err != nil {
		return err
	}
	if err := writeResults(ctx, p, f, lock, repeater); err != nil {
		return err
	}
	return f.Complete(ctx, p, lock)
}

// writeResults writes what follows from the tables of runs: the table of points in
// parallel with the rest, which does not read it.
func writeResults(ctx context.Context, p *plan.Plan, f *folder.Folder, lock *folder.Lock, repeater *execute.Repeater) error {
	var group errgroup.Group
	for _, write := range []func(*tables.Runs) error{
		func(s *tables.Runs) error { return s.WritePoints(f.Path) },
		func(s *tables.Runs) error { return writeFindings(ctx, s, f, lock, repeater) },
	} {
		group.Go(func() (err error) {
			s, err := tables.Open(p, f.Path) // each its own: they read in another order
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			return write(s)
		})
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// writeFindings writes the verdict, the figures and the page.
func writeFindings(ctx context.Context, s *tables.Runs, f *folder.Folder, lock *folder.Lock, repeater *execute.Repeater) error {
	var err error
	if lock.Signals, err = repeater.SignalsOf(ctx); err != nil {
		return err
	}
	j, err := judge.Study(s, lock)
	if err != nil {
		return err
	}
	if err := present.WriteVerdict(j, f.Path); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if lock.Kept, err = present.WriteBestAndBaseline(ctx, s, f.Path, repeater); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if lock.Law, err = present.LawOf(ctx, s, repeater); err != nil {
		return err
	}
	return present.WritePage(s, j, lock, f.Path, f.LogPath())
}
