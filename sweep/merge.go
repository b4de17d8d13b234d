package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"optmm/sweep/cluster"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/present"
	"optmm/sweep/text"
)

// lookedAt is how often a program that waits looks at a folder.
const lookedAt = 5 * time.Second

// WaitForShards waits until every shard of a study is done or the study is complete. It gives up when nothing was committed
// for the time of patience; the merge then reports what is missing.
func WaitForShards(ctx context.Context, place *Place, patience time.Duration) error {
	path, done, since := place.Path, -1, time.Now()
	for {
		u, err := folder.OpenUnfinished("merge", path)
		if u == nil || err != nil {
			return err
		}
		sent, err := cluster.ReadSubmission(path)
		if err == nil && sent == nil {
			err = fault.Usagef("merge: %s was not submitted by sweep submit, so there are no shards to wait for", path)
		}
		if err != nil {
			return err
		}
		progress := cluster.Look(u, sent, time.Now())
		if progress.Done != done {
			done, since = progress.Done, time.Now()
		}
		if len(progress.Missing()) == 0 || time.Since(since) > patience {
			return nil
		}
		if err := sleep(ctx, lookedAt); err != nil {
			return err
		}
		if err := place.refresh(ctx); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// busyPatience is how long a program waits for another to release a folder.
const busyPatience = 30 * time.Second

// patiently repeats a call while another program holds the folder.
func patiently(ctx context.Context, do func() error) error {
	for began := time.Now(); ; {
		err := do()
		var busy *folder.BusyError
		if !errors.As(err, &busy) || time.Since(began) > busyPatience {
			return err
		}
		if err := sleep(ctx, time.Second); err != nil {
			return err
		}
	}
}

// Merge writes the results of a study whose chunks are all in the folder, but for
// those on holdout seeds, which it runs where they are missing.
func Merge(ctx context.Context, options Options) (*present.Result, error) {
	started := time.Now()
	path := options.Folder
	p, _, err := frozen(path)
	if err != nil {
		return nil, fault.Usagef("merge: %w", err)
	}
	var f *folder.Folder
	err = patiently(ctx, func() (err error) {
		f, err = folder.Open(ctx, p, options.hold())
		return err
	})
	if err != nil {
		return nil, openError("merge", err)
	}
	defer f.Close()
	if f.Lock != nil {
		if err = f.Lock.Settle(p); err == nil {
			err = f.Lock.CheckComplete(p, path)
		}
	} else {
		options.merging = true
		if err = complete(ctx, p, f, options); errors.Is(err, folder.ErrOthersMissing) {
			err = fmt.Errorf("merge %s: %w", path, err)
		}
	}
	if err != nil {
		return nil, withShards(err, path)
	}
	result, err := present.Load(p, path)
	if err != nil {
		return nil, err
	}
	result.Copied, result.Elapsed = f.Bucket != nil, time.Since(started)
	if result.Failed > 0 {
		return result, ErrFailedRuns
	}
	return result, nil
}

// withShards adds the missing shards to an error, if the study was submitted.
func withShards(err error, path string) error {
	sent, unread := cluster.ReadSubmission(path)
	if !errors.Is(err, folder.ErrOthersMissing) || sent == nil || unread != nil {
		return err
	}
	u, unread := folder.OpenUnfinished("merge", path)
	if u == nil || unread != nil {
		return err
	}
	missing := cluster.Look(u, sent, time.Now()).Missing()
	return fmt.Errorf("merge %s: %w: %s %s of %d; sweep submit --resume %s submits them", path, folder.ErrOthersMissing, text.Plural(len(missing), "shard:", "shards:"), text.Ranges(missing), sent.Shards, path)
}
