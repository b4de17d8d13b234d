package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"gocloud.dev/blob"
	"golang.org/x/sync/errgroup"

	"optmm/sweep/store"
	"optmm/sweep/text"
)

// Copy is a folder of this machine and the folder in a bucket that it is a copy of. Names of files are relative to both.
// It may be used by several goroutines.
type Copy struct {
	Path string // of the folder on this machine, which Close removes
	URL  string // of the folder in the bucket, without parameters

	bucket   *blob.Bucket
	pauses   []time.Duration // before an operation is tried again
	patience time.Duration   // for an answer

	mutex sync.Mutex
	same  map[string]store.Stamp // files that are the same at both places
}

// The bounds of operations.
const (
	atOnce      = 16               // operations
	patience    = 2 * time.Minute  // for an answer
	perSecond   = 1 << 20          // bytes that are written, at least
	mostObjects = 10_000_000       // in a folder
	mostBytes   = int64(100) << 40 // of an object
)

// pauses are those before an operation is tried again that failed, or whose answer was lost.
func pauses() []time.Duration {
	return []time.Duration{100 * time.Millisecond, time.Second, 3 * time.Second, 10 * time.Second}
}

// Open makes an empty folder for a copy of one in a bucket.
func Open(ctx context.Context, at string) (*Copy, error) {
	where, err := parse(at)
	if err != nil {
		return nil, err
	}
	opened, err := blob.OpenBucket(ctx, where.bucket)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", where.shown, err)
	}
	if where.prefix != "" {
		opened = blob.PrefixedBucket(opened, where.prefix)
	}
	above, err := os.MkdirTemp("", "optmm-bucket-*")
	if err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	folder := filepath.Join(above, path.Base(where.shown)) // which pages show
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return &Copy{Path: folder, URL: where.shown, bucket: opened, pauses: pauses(), patience: patience, same: map[string]store.Stamp{}}, nil
}

// Close removes the copy.
func (c *Copy) Close() error {
	return errors.Join(os.RemoveAll(filepath.Dir(c.Path)), c.bucket.Close())
}

// object is a file in a bucket.
type object struct {
	name  string // below the folder, with slashes
	bytes int64
	at    time.Time // when it was written
}

// Wanted decides which of a folder's files and folders are copied to this machine. Their names are relative to the innermost study
// that they are in; IsStudy recognizes a study by the entries of its folder.
type Wanted interface {
	IsStudy(entries []string) bool
	File(inStudy bool, name string) bool
	Folder(inStudy bool, name string) bool
}

// listed is a folder that is listed: its prefix, and that of the study that it is in.
type listed struct {
	prefix, study string
	inStudy       bool
}

// list lists the wanted files of the folder in the bucket.
func (c *Copy) list(ctx context.Context, wanted Wanted) (objects []object, err error) {
	below := []listed{{}}
	for len(below) > 0 {
		in := below[len(below)-1]
		below = below[:len(below)-1]
		entries, err := c.entries(ctx, in.prefix)
		if err != nil {
			return nil, err
		}
		var names []string
		for _, entry := range entries {
			names = append(names, strings.TrimPrefix(entry.Key, in.prefix))
		}
		if wanted.IsStudy(names) {
			in.study, in.inStudy = in.prefix, true
		}
		for _, entry := range entries {
			name := strings.TrimSuffix(entry.Key, "/")
			of := strings.TrimPrefix(name, in.study)
			switch {
			case !filepath.IsLocal(filepath.FromSlash(name)) || path.Clean(name) != name: // not one that a copy can have
			case entry.IsDir && wanted.Folder(in.inStudy, of):
				below = append(below, listed{entry.Key, in.study, in.inStudy})
			case !entry.IsDir && !strings.HasSuffix(entry.Key, "/") && wanted.File(in.inStudy, of):
				objects = append(objects, object{name, entry.Size, entry.ModTime})
			}
		}
		if len(objects)+len(below) > mostObjects {
			return nil, fmt.Errorf("%s has more than %d objects", c.URL, mostObjects)
		}
	}
	return objects, nil
}

// entries lists what is directly below a prefix.
func (c *Copy) entries(ctx context.Context, prefix string) (entries []*blob.ListObject, err error) {
	for page := blob.FirstPageToken; len(page) > 0; {
		var more []*blob.ListObject
		next := page
		err := c.repeat(ctx, "list "+c.URL, func(ctx context.Context) (err error) {
			limit, cancel := context.WithTimeout(ctx, c.patience)
			defer cancel()
			more, next, err = c.bucket.ListPage(limit, page, 1000, &blob.ListOptions{Prefix: prefix, Delimiter: "/"})
			return err
		})
		if err != nil {
			return nil, err
		}
		if entries, page = append(entries, more...), next; len(entries) > mostObjects {
			return nil, fmt.Errorf("%s has more than %d objects", c.URL, mostObjects)
		}
	}
	return entries, nil
}

// mostPulls bounds how often a folder is listed again because what was listed is gone.
const mostPulls = 5

// Pull copies the wanted files of the bucket to this machine that are not here as they are there, and removes copies of files that
// are gone there.
func (c *Copy) Pull(ctx context.Context, wanted Wanted) (err error) {
	for range mostPulls {
		if err = c.pull(ctx, wanted); !errors.Is(err, fs.ErrNotExist) {
			break // else a program has completed the study, and removed its chunks, since the folder was listed
		}
	}
	return err
}

func (c *Copy) pull(ctx context.Context, wanted Wanted) error {
	objects, err := c.list(ctx, wanted)
	if err != nil {
		return err
	}
	if err := c.forget(objects); err != nil {
		return err
	}
	objects = slices.DeleteFunc(objects, func(o object) bool {
		here, err := store.StampOf(c.local(o.name))
		return err == nil && here.Same(store.Stamp{Bytes: o.bytes, At: o.at})
	})
	total := int64(0)
	for _, object := range objects {
		if object.bytes < 0 || object.bytes > mostBytes {
			return fmt.Errorf("%s/%s has %d bytes", c.URL, object.name, object.bytes)
		}
		total += object.bytes
	}
	if free, known := store.FreeBytes(c.Path); known && total > free {
		return fmt.Errorf("the copy of %s takes %s, and %s has %s free: set TMPDIR to a folder with more room", c.URL, text.Bytes(total), filepath.Dir(c.Path), text.Bytes(free))
	}
	return c.each(ctx, len(objects), func(ctx context.Context, i int) error { return c.fetch(ctx, objects[i].name, objects[i].at) })
}

// forget removes copies that the bucket has no longer.
func (c *Copy) forget(objects []object) error {
	there := map[string]bool{}
	for _, object := range objects {
		there[object.name] = true
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for name := range c.same {
		if there[name] {
			continue
		}
		if err := os.Remove(c.local(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		delete(c.same, name)
	}
	return nil
}

// Fetch copies one file of the bucket to this machine, in the place of one that is here. It is fs.ErrNotExist if there is none.
func (c *Copy) Fetch(ctx context.Context, name string) error {
	return c.fetch(ctx, filepath.ToSlash(name), time.Time{})
}

// FetchSome copies those of some files that are in the bucket.
func (c *Copy) FetchSome(ctx context.Context, names ...string) error {
	return c.each(ctx, len(names), func(ctx context.Context, i int) error {
		if err := c.Fetch(ctx, names[i]); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

// Rename gives a file of the copy another name.
func (c *Copy) Rename(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(c.local(to)), 0o755); err != nil {
		return err
	}
	return os.Rename(c.local(from), c.local(to))
}

// fetch copies a file to this machine, with the time when it was written if that is known.
func (c *Copy) fetch(ctx context.Context, name string, at time.Time) error {
	return c.repeat(ctx, "read "+c.shown(name), func(ctx context.Context) error {
		err := c.read(ctx, name, func(from io.Reader, bytes int64) error { return c.save(name, from, bytes) })
		if err == nil && !at.IsZero() {
			err = os.Chtimes(c.local(name), at, at)
		}
		if err != nil {
			return err
		}
		return c.keep(name)
	})
}

// save writes a file of the copy, which has its name when it is whole: others may be reading the file before it.
func (c *Copy) save(name string, from io.Reader, bytes int64) (err error) {
	to := c.local(name)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(c.Path), "*")
	if err != nil {
		return err
	}
	n, err := io.Copy(file, from)
	if err == nil && n != bytes {
		err = fmt.Errorf("%d bytes came of %d: %w", n, bytes, io.ErrUnexpectedEOF)
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), to)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}

// keep notes that a file is the same at both places.
func (c *Copy) keep(name string) error {
	now, err := store.StampOf(c.local(name))
	if err == nil {
		c.mutex.Lock()
		c.same[name] = now
		c.mutex.Unlock()
	}
	return err
}

// Changed lists the files of those named that differ from the bucket's as it was last read or written.
func (c *Copy) Changed(names []string) (changed []string, err error) {
	for _, name := range names {
		now, err := store.StampOf(c.local(name))
		if err != nil {
			return nil, err
		}
		c.mutex.Lock()
		before, known := c.same[filepath.ToSlash(name)]
		c.mutex.Unlock()
		if !known || !before.Same(now) {
			changed = append(changed, name)
		}
	}
	return changed, nil
}

// Replace writes files of this machine to the bucket, in the place of those that are there.
func (c *Copy) Replace(ctx context.Context, names ...string) error {
	return c.each(ctx, len(names), func(ctx context.Context, i int) error {
		name := filepath.ToSlash(names[i])
		return c.repeat(ctx, "write "+c.shown(name), func(ctx context.Context) error {
			if err := c.write(ctx, name, false); err != nil {
				return err
			}
			return c.keep(name)
		})
	})
}

// Remove removes files from the bucket. One that is not there is no error.
func (c *Copy) Remove(ctx context.Context, names ...string) error {
	return c.each(ctx, len(names), func(ctx context.Context, i int) error {
		name := filepath.ToSlash(names[i])
		err := c.repeat(ctx, "remove "+c.shown(name), func(ctx context.Context) error {
			limit, cancel := context.WithTimeout(ctx, c.patience)
			defer cancel()
			return c.bucket.Delete(limit, name)
		})
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// each does several operations at once.
func (c *Copy) each(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range n {
		group.Go(func() error {
			if err := working.Err(); err != nil {
				return err
			}
			return do(working, i)
		})
	}
	return group.Wait()
}

func (c *Copy) local(name string) string { return filepath.Join(c.Path, filepath.FromSlash(name)) }

func (c *Copy) shown(name string) string { return c.URL + "/" + name }
