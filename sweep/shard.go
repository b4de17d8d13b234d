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

// Shard does one shard of the frozen study in a folder: its runs that the best point is picked by, and of them
// those that are not committed. The same shard may run elsewhere at once. It returns what is still to be done, in words;
// an error of the user's where the study, its data or the program is not what was frozen.
func Shard(ctx context.Context, options Options) (left string, err error) {
	p, complete, err := frozen("shard", options.Folder)
	if err != nil {
		return "", err
	}
	if complete {
		return "the study is complete", nil
	}
	if sent, err := cluster.ReadSubmission(options.Folder); err != nil {
		return "", err
	} else if sent != nil && sent.Shards != options.Shard.Count {
		return "", fault.Usagef("shard: the study in %s is cut into %s, not %d", options.Folder, text.Count(sent.Shards, "shard"), options.Shard.Count)
	}
	options.together = true
	err = patiently(ctx, func() error { // where a merge begins
		_, err := Run(ctx, p, options)
		return err
	})
	switch {
	case errors.Is(err, folder.ErrMergeLeft):
		return err.Error(), nil
	case errors.Is(err, folder.ErrOthersMissing):
		return "every run of this shard is recorded, and not yet those of all others", nil
	}
	return "", err
}

// frozen reads the study that a folder holds, with its data, and whether it is complete.
func frozen(command, path string) (p *plan.Plan, complete bool, err error) {
	lock, complete, err := folder.Read(path)
	switch {
	case err == nil && lock == nil:
		err = errors.New(path + " holds no study")
	case err == nil && lock.Removed:
		err = folder.ErrRemoved
	case err == nil:
		p, err = lock.Plan(filepath.Join(path, folder.LockName), path)
	}
	if errors.Is(err, fs.ErrNotExist) { // it may be a volume that is not there yet
		return nil, false, fmt.Errorf("%s: %w", command, err)
	}
	if err != nil {
		return nil, false, fault.Usagef("%s: %w", command, err)
	}
	return p, complete, nil
}
