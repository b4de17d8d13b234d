package sweep

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"

	"optmm/sweep/bucket"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// Place is a folder of results, or a copy on this machine of one in a bucket.
type Place struct {
	Path string       // on this machine
	copy *bucket.Copy // nil of a folder that is on this machine
	use  Use
}

// Use says what a place is for, and so what of a bucket is copied to this machine.
type Use int

// What places are for.
const (
	ToRead   Use = iota // everything but the minutes of runs and markets
	ToWrite             // the same; Close writes what was changed to the bucket
	ToRun               // the same; what is done is written to the bucket as it is done
	ToShard             // what says which study it is; a shard reads its own chunks
	ToVerify            // everything
)

// OpenPlace opens a folder of results. In a bucket, as s3://bucket/study, it is copied to this machine; file://path is a path.
func OpenPlace(ctx context.Context, at string, use Use) (*Place, error) {
	if !bucket.Is(at) {
		return &Place{Path: bucket.Local(at), use: use}, nil
	}
	c, err := bucket.Open(ctx, at)
	if err != nil {
		return nil, fault.Usage(err)
	}
	p := &Place{Path: c.Path, copy: c, use: use}
	if err := p.pull(ctx); err != nil {
		return nil, p.Close(ctx, err)
	}
	return p, nil
}

// pull copies to this machine what the use needs.
func (p *Place) pull(ctx context.Context) error {
	switch p.use {
	case ToShard:
		return p.fetch(ctx, folder.Frozen()...)
	case ToVerify:
		return p.copy.Pull(ctx, func(string) bool { return false })
	}
	return p.copy.Pull(ctx, folder.IsBulk)
}

// fetch copies those of some files that are in the bucket.
func (p *Place) fetch(ctx context.Context, names ...string) error {
	for _, name := range names {
		if err := p.copy.Fetch(ctx, name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
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
	return p.fetch(ctx, names...)
}

// inBucket reports whether it is a copy; a nil place is none.
func (p *Place) inBucket() bool { return p != nil && p.copy != nil }

// refresh copies what has come to the bucket since.
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
	if p.copy == nil {
		return failed
	}
	if failed == nil && p.use == ToWrite {
		failed = p.push(ctx)
	}
	closed := p.copy.Close()
	if failed == nil {
		failed = closed
	}
	if failed != nil && strings.Contains(failed.Error(), p.Path) {
		failed = &bucketError{failed, p}
	}
	return failed
}

func (p *Place) push(ctx context.Context) error {
	names, err := folder.Own(p.Path)
	if err != nil {
		return err
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

// named names the bucket where a text names its copy.
func (p *Place) named(text string) string {
	if !p.inBucket() {
		return text
	}
	return strings.ReplaceAll(text, p.Path, p.copy.URL)
}

// Writer returns a writer of text in which the copy is named as the bucket that it is of. Paths are written in one piece.
func (p *Place) Writer(to io.Writer) io.Writer {
	if !p.inBucket() {
		return to
	}
	return writerFunc(func(text []byte) (int, error) {
		_, err := io.WriteString(to, p.named(string(text)))
		return len(text), err
	})
}

type writerFunc func(text []byte) (int, error)

func (f writerFunc) Write(text []byte) (int, error) { return f(text) }
