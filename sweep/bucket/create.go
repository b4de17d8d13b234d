package bucket

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"optmm/sweep/fault"
	"optmm/sweep/store"
)

// Create writes files of this machine to the bucket, each whole or not at all. Of several programs that write one name the
// first succeeds; for the others it is success too if their content is the same, and otherwise a *fault.MismatchError. Where the
// answer to a write is lost, the object is read.
func (c *Copy) Create(ctx context.Context, names ...string) error {
	return c.each(ctx, len(names), func(ctx context.Context, i int) error {
		name := filepath.ToSlash(names[i])
		return c.repeat(ctx, "write "+c.shown(name), func(ctx context.Context) error { return c.create(ctx, name) })
	})
}

// create tries once. Unless it is known that the object was written, it reads what is there.
func (c *Copy) create(ctx context.Context, name string) error {
	failed := c.write(ctx, name, true)
	if failed == nil {
		return c.keep(name)
	}
	if ctx.Err() != nil || isFinal(failed) {
		return failed
	}
	var theirs string
	err := c.read(ctx, name, func(from io.Reader, _ int64) (err error) {
		theirs, _, err = store.SHA256From(from)
		return err
	})
	if gcerrors.Code(err) == gcerrors.NotFound {
		return failed
	}
	if err != nil {
		return errors.Join(failed, err)
	}
	ours, _, err := store.SHA256(c.local(name))
	if err != nil {
		return err
	}
	if theirs != ours {
		return fault.Mismatch("%s was written by another program with other content: its SHA-256 is %s, that of this program's file %s", c.shown(name), theirs, ours)
	}
	return c.keep(name)
}

// write writes an object; if first is set, only if there is none of its name.
func (c *Copy) write(ctx context.Context, name string, first bool) (err error) {
	file, err := os.Open(c.local(name))
	if err != nil {
		return err
	}
	defer file.Close()
	information, err := file.Stat()
	if err != nil {
		return err
	}
	limit, cancel := context.WithTimeout(ctx, c.patience+time.Duration(information.Size()/perSecond)*time.Second)
	defer cancel()
	return c.bucket.Upload(limit, name, file, &blob.WriterOptions{IfNotExist: first, ContentType: "application/octet-stream", DisableContentTypeDetection: true})
}
