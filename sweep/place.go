package sweep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"optmm/sweep/bucket"
	"optmm/sweep/cluster"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// Place is a folder of results, or a copy on this machine of one in a bucket.
type Place struct {
	Path string       // on this machine
	copy *bucket.Copy // nil of a folder that is on this machine
	use  Use

	address string // of the folder in the bucket, as it was given
}

// Use is what a place is for, which determines what of a bucket is copied to this machine.
type Use int

// What places are for.
const (
	ToRead   Use = iota // everything but the minutes of runs and markets
	ToWrite             // the same; Close writes changed files to the bucket
	ToRun               // the same; files are written to the bucket as they are made
	ToShard             // what identifies the study; a shard reads its own chunks
	ToVerify            // everything
)

// OpenPlace opens a folder of results. In a bucket, as s3://bucket/study, it is copied to this machine; file://path is a path.
func OpenPlace(ctx context.Context, at string, use Use) (*Place, error) {
	if !bucket.Is(at) {
		path, err := bucket.Local(at)
		if err != nil {
			return nil, fault.Usage(err)
		}
		return &Place{Path: path, use: use}, nil
	}
	c, err := bucket.Open(ctx, at)
	if err != nil {
		return nil, err
	}
	p := &Place{Path: c.Path, copy: c, use: use, address: at}
	if err := p.pull(ctx); err != nil {
		return nil, p.Close(ctx, err)
	}
	return p, nil
}

// pull copies to this machine what the use needs.
func (p *Place) pull(ctx context.Context) error {
	switch p.use {
	case ToShard:
		return p.copy.FetchSome(ctx, folder.Frozen()...)
	case ToVerify:
		return p.copy.Pull(ctx, folder.Content{Minutes: true})
	}
	return p.copy.Pull(ctx, folder.Content{})
}

// fetchShard copies the committed chunks of a shard of the selection.
func (p *Place) fetchShard(ctx context.Context, of *plan.Plan, shard plan.Shard) error {
	if !p.inBucket() {
		return nil
	}
	var names []string
	for i := range of.SelectionStages() {
		for _, chunk := range of.ChunksOfShard(&of.Stages[i], shard) {
			names = append(names, store.ChunkName(chunk))
		}
	}
	return p.copy.FetchSome(ctx, names...)
}

// inBucket reports whether it is a copy; a nil place is none.
func (p *Place) inBucket() bool { return p != nil && p.copy != nil }

// refresh copies what was written to the bucket since.
func (p *Place) refresh(ctx context.Context) error {
	if !p.inBucket() {
		return nil
	}
	return p.pull(ctx)
}

// bucket is what a folder publishes to; nil of one on this machine.
func (p *Place) bucket() folder.Bucket {
	if !p.inBucket() {
		return nil
	}
	return p.copy
}

// Close writes to the bucket what a use to write has changed, unless it failed, and removes the copy. It returns the error of the
// use, or its own; where they name the copy they name the bucket instead.
func (p *Place) Close(ctx context.Context, failed error) error {
	if !p.inBucket() {
		return failed
	}
	if failed == nil && p.use == ToWrite {
		failed = p.push(ctx)
	}
	if p.use == ToRun || p.use == ToShard {
		failed = errors.Join(failed, p.keepLog(ctx))
	}
	closed := p.copy.Close()
	if failed == nil {
		failed = closed
	}
	var local *fs.PathError
	switch {
	case failed == nil || !strings.Contains(failed.Error(), p.Path):
	case errors.As(failed, &local) && !errors.Is(failed, fs.ErrNotExist):
		failed = fmt.Errorf("the copy of %s on this machine: %w", p.copy.URL, failed)
	default:
		failed = &bucketError{failed, p}
	}
	return failed
}

// keepLog writes this program's run.log, if there is one, to the bucket under a name of its own: nothing is appended to an object.
func (p *Place) keepLog(ctx context.Context) error {
	switch changed, err := p.copy.Changed([]string{folder.LogName}); {
	case errors.Is(err, fs.ErrNotExist) || err == nil && len(changed) == 0:
		return nil
	case err != nil:
		return err
	}
	name := filepath.Join(cluster.Logs, fmt.Sprintf("run-%s.log", folder.Stamp()))
	if err := p.copy.Rename(folder.LogName, name); err != nil {
		return err
	}
	return p.copy.Create(ctx, name)
}

// push writes to the bucket what was changed of a study here.
func (p *Place) push(ctx context.Context) error {
	names, err := folder.Own(p.Path)
	if err != nil {
		return err
	}
	if page := folder.UnfinishedReport(); store.Exists(filepath.Join(p.Path, page)) {
		names = append(names, page)
	}
	if names, err = p.copy.Changed(names); err != nil {
		return err
	}
	return p.copy.Replace(ctx, names...)
}

// bucketError is an error that names a copy; it names the bucket instead.
type bucketError struct {
	err   error
	place *Place
}

func (e *bucketError) Error() string { return e.place.named(e.err.Error()) }
func (e *bucketError) Unwrap() error { return e.err }

// named names the bucket where a text names its copy: the folder by its address, as a command takes it, and a file below it without
// the address's parameters.
func (p *Place) named(output string) string {
	if !p.inBucket() {
		return output
	}
	parts := strings.Split(output, p.Path)
	named := parts[0]
	for _, after := range parts[1:] {
		if strings.HasPrefix(after, "/") {
			named += p.copy.URL + after
		} else {
			named += text.Shell([]string{p.address}) + after
		}
	}
	return named
}

// Writer returns a writer of text in which the copy is named as the bucket that it is of. Paths are written in one piece.
func (p *Place) Writer(to io.Writer) io.Writer {
	if !p.inBucket() {
		return to
	}
	return writerFunc(func(output []byte) (int, error) {
		_, err := io.WriteString(to, p.named(string(output)))
		return len(output), err
	})
}

type writerFunc func(output []byte) (int, error)

func (f writerFunc) Write(output []byte) (int, error) { return f(output) }

// LoadAt loads a study file, which may be the lock of a study in a bucket.
func LoadAt(ctx context.Context, load func(file string, overrides []string) (*plan.Plan, error), file string, overrides []string) (p *plan.Plan, err error) {
	if !bucket.Is(file) {
		return load(file, overrides)
	}
	above, name := bucket.Split(file)
	place, err := OpenPlace(ctx, above, ToShard)
	if err != nil {
		return nil, err
	}
	p, err = load(filepath.Join(place.Path, name), overrides)
	return p, place.Close(ctx, err)
}
