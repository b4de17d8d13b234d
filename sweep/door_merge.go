package sweep

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"optmm/sweep/fault"
)

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
		return nil, fault.Usagef("merge: %w", err)
	}
	p, err := lock.study(filepath.Join(path, lockName), path)
	if err != nil {
		return nil, fault.Usagef("merge: %w", err)
	}
	folder, err := openFolder(ctx, p, options.hold())
	if err != nil {
		return nil, openError("merge", err)
	}
	defer folder.close()
	if folder.lock != nil {
		if err = folder.lock.settle(p); err == nil {
			err = folder.lock.checkComplete(p, path)
		}
	} else {
		err = merge(ctx, p, folder, options)
	}
	if err != nil {
		return nil, err
	}
	result, err := loadResult(p, path)
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
func merge(ctx context.Context, p *Plan, folder *folder, options Options) error {
	for i := range p.selection() {
		stage := &p.stages[i]
		if err := newSource(p, folder.column).settle(stage); err != nil {
			return err
		}
		if missing := folder.missingChunks(p, stage, Shard{}); len(missing) > 0 {
			return fmt.Errorf("merge %s: %w", folder.path, describeMissing(p, stage, missing))
		}
	}
	return complete(ctx, p, folder, options)
}
