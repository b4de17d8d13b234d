package sweep

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"optmm/sweep/cluster"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/text"
)

// Shard does one shard of the frozen study in a folder: its runs of the selection that are not committed yet. The same
// shard may run in several programs at once. It returns in words what is left to do. It is a usage error if the study,
// its data or the program differs from what was frozen.
func Shard(ctx context.Context, options Options) (left string, err error) {
	p, complete, err := frozen(options.Folder)
	if errors.Is(err, fs.ErrNotExist) { // it may be a volume that is not mounted yet
		return "", fmt.Errorf("shard: %w", err)
	}
	if err != nil {
		return "", fault.Usagef("shard: %w", err)
	}
	if complete {
		return "the study is complete", nil
	}
	if sent, err := cluster.ReadSubmission(options.Folder); err != nil {
		return "", err
	} else if sent != nil && sent.Shards != options.Shard.Count {
		return "", fault.Usagef("shard: the study in %s was divided into %s, not %d", options.Folder, text.Count(sent.Shards, "shard"), options.Shard.Count)
	}
	if err := options.Place.fetchShard(ctx, p, options.Shard); err != nil {
		return "", err
	}
	options.together = true
	err = patiently(ctx, func() error { // a merge may be starting
		_, err := Run(ctx, p, options)
		return err
	})
	switch {
	case errors.Is(err, folder.ErrMergeLeft):
		return err.Error(), nil
	case errors.Is(err, folder.ErrOthersMissing) && options.Place.inBucket(): // which was not asked for the others
		return "every run of this shard is recorded", nil
	case errors.Is(err, folder.ErrOthersMissing):
		return "every run of this shard is recorded, and not yet those of all others", nil
	}
	return "", err
}

// frozen reads the study that a folder holds, with its data, and whether it is complete.
func frozen(path string) (p *plan.Plan, complete bool, err error) {
	lock, complete, err := folder.Read(path)
	switch {
	case err != nil:
		return nil, false, err
	case lock == nil:
		return nil, false, fmt.Errorf("%s holds no study", path)
	case lock.Removed:
		return nil, false, folder.ErrRemoved
	}
	p, err = lock.Plan(filepath.Join(path, folder.LockName), path)
	return p, complete, err
}
