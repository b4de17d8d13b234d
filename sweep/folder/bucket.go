package folder

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
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

// dataFrom is the folder that the paths of data are relative to; empty in a bucket, where they are absolute.
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

// publishPlan writes the plan to the bucket, where it stays, so that no other study is begun there. Of several programs that begin
// at once the first succeeds, and those with the same study.
func (f *Folder) publishPlan(ctx context.Context) error {
	if f.Bucket == nil {
		return nil
	}
	err := f.Bucket.Create(ctx, planName)
	var differs *fault.MismatchError
	if errors.As(err, &differs) {
		return fault.WithRemedies(errors.New("another program has just begun a study in the folder of the bucket"), fault.OtherFolder)
	}
	if err != nil {
		return err
	}
	switch err := f.Bucket.Fetch(ctx, LockName); {
	case err == nil:
		return errors.New("another program has just completed the study: repeat the command")
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return f.Bucket.Replace(ctx, "study.yaml")
}

// Publish writes the files of a chunk to the bucket that the folder is a copy of, its rows last, which commit it. It is a
// *fault.MismatchError if another program was first and wrote other content. With uncommitted, the chunk is known not to be
// committed, and files of it other than the rows are overwritten.
func (f *Folder) Publish(ctx context.Context, names []string, uncommitted bool) error {
	var rows, others []string
	for _, name := range names {
		if isChunk(name) {
			rows = append(rows, name)
		} else {
			others = append(others, name)
		}
	}
	write := f.Bucket.Create
	if uncommitted {
		write = f.Bucket.Replace
	}
	if err := write(ctx, others...); err != nil {
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

// Content is what of a folder is copied from a bucket: of studies, in it and below it, their own files.
type Content struct{ Minutes bool } // with those of runs and markets, and all other files in their folders

// IsStudy reports whether a folder with these files and folders, which end in /, holds a study.
func (Content) IsStudy(entries []string) bool {
	return slices.Contains(entries, LockName) || slices.Contains(entries, path.Dir(planName)+"/")
}

// Folder reports whether a folder is copied.
func (c Content) Folder(inStudy bool, name string) bool {
	if !inStudy {
		return strings.Count(name, "/") <= mostDepth
	}
	switch top, _, _ := strings.Cut(name, "/"); top {
	case "chunks", "figures", judgmentsTree, "option_summary":
		return true
	default:
		return c.Minutes && (slices.Contains(minutesTrees(), top) || slices.Contains(store.MarketFolders(), top))
	}
}

// File reports whether a file is copied.
func (c Content) File(inStudy bool, name string) bool {
	name = filepath.FromSlash(name)
	return inStudy && (owns(filepath.Dir(name), filepath.Base(name)) || c.Minutes && filepath.Dir(name) != ".")
}

// Frozen lists the files that identify the study in a folder, with its submission and, if it is complete, its lock.
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

// PublishChanged writes to the bucket what this program has changed of a study but for its chunks. Nothing of it counts without
// the lock.
func (f *Folder) PublishChanged(ctx context.Context) error {
	if f.Bucket == nil {
		return nil
	}
	names, err := Own(f.Path)
	if err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == SubmissionName || name == LockName })
	if names, err = f.Bucket.Changed(names); err != nil {
		return err
	}
	return f.Bucket.Replace(ctx, names...)
}

// publishLock writes the lock to the bucket and returns the lock in it: the first, if several programs complete a study at once.
func (f *Folder) publishLock(ctx context.Context, lock *Lock) (*Lock, error) {
	if f.Bucket == nil {
		return lock, nil
	}
	err := f.Bucket.Create(ctx, LockName)
	var differs *fault.MismatchError
	if !errors.As(err, &differs) {
		return lock, err
	}
	first, err := f.firstLock(ctx, lock)
	if first == nil && err == nil {
		err = errors.New("the lock in the bucket is gone again: repeat the command")
	}
	return first, err
}

// firstLock returns the lock of a program that has completed the study before this one, nil if there is none.
func (f *Folder) firstLock(ctx context.Context, lock *Lock) (*Lock, error) {
	if f.Bucket == nil {
		return nil, nil
	}
	if err := f.Bucket.Fetch(ctx, LockName); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
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

// removeChunks removes the chunks of a study that is complete. In a bucket the plan stays, so that no other study is begun there.
func (f *Folder) removeChunks(ctx context.Context) error {
	if f.Bucket != nil {
		var names []string
		for _, file := range committedFiles(f.Path) {
			names = append(names, filepath.Join("chunks", filepath.Base(file)))
		}
		if err := f.Bucket.Remove(ctx, append(names, UnfinishedReport())...); err != nil {
			return err
		}
	}
	return removeChunks(f.Path)
}
