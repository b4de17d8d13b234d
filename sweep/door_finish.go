package sweep

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/store"
)

// complete does what is missing of a study and writes its results.
func complete(ctx context.Context, p *Plan, f *folder, options Options) error {
	log, err := openLog(f.path)
	if err != nil {
		return err
	}
	defer log.close()
	defer context.AfterFunc(ctx, log.told)() // it may be the last that this program writes
	err = execute(ctx, p, f, log, execution{options.Workers, options.Shard, options.RetryFailed, options.IgnoreDisk, options.Observer})
	if err == nil && f.lock == nil { // of a shard, another may have been first
		err = finish(ctx, p, f)
	}
	log.end(err)
	return err
}

// finish writes everything that follows from the committed chunks, sweep.lock
// last: its appearance makes the study complete. Where ctx ends, the next run goes on
// from the chunks.
func finish(ctx context.Context, p *Plan, f *folder) error {
	digests := make([]string, p.chunks())
	err := writeRunTables(ctx, p, f.path, nil, func(chunk int, to *store.SummaryPart) (err error) {
		digests[chunk], err = f.part(chunk, to)
		return err
	})
	if err != nil {
		return err
	}
	lock := newLock(p, f, digests)
	if lock.Selections, err = p.selectionsAfter(f.selections); err != nil {
		return err
	}
	if err := writeResults(ctx, p, f, lock); err != nil {
		return err
	}
	return f.complete(p, lock)
}

// writeResults writes what follows from the tables of runs: the table of points beside
// the rest, which does not look at it.
func writeResults(ctx context.Context, p *Plan, f *folder, lock *Lock) error {
	var group errgroup.Group
	for _, write := range []func(*summary) error{
		func(s *summary) error { return s.writePoints(f.path) },
		func(s *summary) error { return writeFindings(ctx, s, f, lock) },
	} {
		group.Go(func() (err error) {
			s, err := openSummary(p, f.path) // each its own: they read in another order
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.close()) }()
			return write(s)
		})
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// writeFindings writes the verdict, the figures and the page.
func writeFindings(ctx context.Context, s *summary, f *folder, lock *Lock) error {
	j, err := judgeStudy(s, lock.Selections)
	if err != nil {
		return err
	}
	if err := writeVerdict(j, f.path); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if lock.Kept, err = writeChosen(s, f); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return writePage(s, j, lock, f.path)
}
