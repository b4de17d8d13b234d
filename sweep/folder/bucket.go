package folder

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// checkBucket refuses what cannot be done in a bucket, where no lock holds other programs off.
func (o *Hold) checkBucket() error {
	switch {
	case o.Bucket == nil:
		return nil
	case o.Overwrite:
		return errors.New("a study in a bucket is not overwritten: remove its objects with the bucket's own tools, or choose another folder")
	case !o.Shard.Whole() && !o.Together:
		return errors.New("for shards that write to a bucket: freeze the study by sweep submit, and do each shard by sweep shard")
	}
	return nil
}

// dataFrom is the folder that the paths of data are written from: they are absolute in a bucket, whose copies are anywhere.
func (o *Hold) dataFrom() string {
	if o.Bucket != nil {
		return ""
	}
	return o.Path
}

// CheckDisk refuses to begin a share of a study's runs whose files may not fit on the disk. A copy of a bucket keeps no minutes.
func (f *Folder) CheckDisk(p *plan.Plan, share float64) error {
	if f.Bucket != nil {
		return nil
	}
	return checkDisk(p, f.Path, share, 0)
}

// publishPlan writes to the bucket which study is in it. Of several programs that begin a study at once the first succeeds, and
// those with the same.
func (f *Folder) publishPlan(ctx context.Context, there bool) error {
	if f.Bucket == nil {
		return nil
	}
	write := f.Bucket.Create
	if there {
		write = f.Bucket.Replace
	}
	if err := write(ctx, planName); err != nil {
		return err
	}
	return f.Bucket.Replace(ctx, "study.yaml")
}

// Publish writes files of committed chunks to the bucket, those with their rows last, which make them count. It is a
// *fault.MismatchError if another program was first and has other content.
func (f *Folder) Publish(ctx context.Context, names []string) error {
	if f.Bucket == nil {
		return nil
	}
	var rows, others []string
	for _, name := range names {
		if isChunk(name) {
			rows = append(rows, name)
		} else {
			others = append(others, name)
		}
	}
	if err := f.Bucket.Create(ctx, others...); err != nil {
		return err
	}
	for _, name := range others {
		if !isMinutes(name) {
			continue // it is needed here
		}
		if err := os.Remove(filepath.Join(f.Path, name)); err != nil {
			return err
		}
	}
	return f.Bucket.Create(ctx, rows...)
}

// isChunk reports whether a file holds the rows of a chunk.
func isChunk(name string) bool {
	number := store.Number(name)
	return number >= 0 && name == store.ChunkName(number)
}

// minutesTrees are the folders of the minutes of runs, which are most of a study.
func minutesTrees() []string { return []string{"runs", "options", "fills"} }

// isMinutes reports whether a file holds minutes of runs.
func isMinutes(name string) bool {
	tree, _, below := strings.Cut(filepath.ToSlash(name), "/")
	return below && slices.Contains(minutesTrees(), tree)
}

// IsBulk reports whether a folder, below that of a study or of several, holds minutes: of runs, or of markets.
func IsBulk(name string) bool {
	base := filepath.Base(filepath.FromSlash(name))
	return slices.Contains(append(minutesTrees(), store.MarketFolders()...), base)
}

// Frozen lists the files that say which study is in a folder, how it was submitted, and whether it is complete.
func Frozen() []string { return []string{LockName, planName, SubmissionName} }

// Own lists the files of the study in a folder but for its chunks.
func Own(path string) (names []string, err error) {
	err = eachFile(path, func(folder, name string) bool {
		return owns(folder, name) && !store.Temporary(name) && folder != "chunks"
	}, func(file string) error {
		name, err := filepath.Rel(path, file)
		names = append(names, name)
		return err
	})
	return names, err
}

// publishResults writes what follows from the chunks to the bucket. Nothing of it counts without the lock.
func (f *Folder) publishResults(ctx context.Context) error {
	if f.Bucket == nil {
		return nil
	}
	names, err := Own(f.Path)
	if err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == SubmissionName })
	if names, err = f.Bucket.Changed(names); err != nil {
		return err
	}
	return f.Bucket.Replace(ctx, names...)
}

// publishLock writes the lock to the bucket and returns the one that is there: of several programs that complete a study at once
// the first one's.
func (f *Folder) publishLock(ctx context.Context, lock *Lock) (*Lock, error) {
	if f.Bucket == nil {
		return lock, nil
	}
	err := f.Bucket.Create(ctx, LockName)
	var differs *fault.MismatchError
	if !errors.As(err, &differs) {
		return lock, err
	}
	if err := f.Bucket.Fetch(ctx, LockName); err != nil {
		return nil, err
	}
	first, _, err := Read(f.Path)
	if err != nil {
		return nil, err
	}
	if first.Digest != lock.Digest {
		return nil, fault.Mismatch("the study was completed by another program with digest %s, and comes to %s here: the two do not compute the same", first.Digest, lock.Digest)
	}
	return first, nil
}

// removeChunks removes the chunks of a study that is complete.
func (f *Folder) removeChunks(ctx context.Context) error {
	if f.Bucket != nil {
		var names []string
		for _, file := range committedFiles(f.Path) {
			names = append(names, filepath.Join("chunks", filepath.Base(file)))
		}
		if err := f.Bucket.Remove(ctx, append(names, UnfinishedReport(), planName)...); err != nil {
			return err
		}
	}
	return removeChunks(f.Path)
}
