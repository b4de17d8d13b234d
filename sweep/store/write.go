package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// temporaryPrefix begins the names of files that are not whole yet.
const temporaryPrefix = ".tmp-"

// Temporary reports whether a name is of a file that is not whole.
func Temporary(name string) bool { return strings.HasPrefix(name, temporaryPrefix) }

// Batch puts many files under their names together: each is written to a
// temporary file in its folder as it is added; Commit syncs them all, renames
// them and syncs the folders. Until then no name exists.
//
// Names are relative to the root, which must exist: a root that vanishes is an
// error and is not made anew.
type Batch struct {
	path    string
	root    *os.File // open from the first file on, so that a sync tells what became of them
	files   []pending
	last    []pending       // one at most, which appears when the others are there to stay
	folders map[string]bool // that exist
}

type pending struct{ temporary, name string }

// NewBatch returns an empty batch below a folder.
func NewBatch(root string) *Batch { return &Batch{path: root, folders: map[string]bool{}} }

// Add writes a file.
func (b *Batch) Add(name string, write func(io.Writer) error) error {
	return b.add(&b.files, name, write)
}

// Seal writes the file whose appearance says that all the others of the batch are
// there.
func (b *Batch) Seal(name string, write func(io.Writer) error) error {
	return b.add(&b.last, name, write)
}

func (b *Batch) add(to *[]pending, name string, write func(io.Writer) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", name, err)
		}
	}()
	if b.root == nil {
		if b.root, err = os.Open(b.path); err != nil {
			return err
		}
	}
	folder := filepath.Dir(name)
	if err := b.makeFolder(folder); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Join(b.path, folder), temporaryPrefix+"*")
	if err != nil {
		return err
	}
	*to = append(*to, pending{temporary.Name(), filepath.Join(b.path, name)})
	return errors.Join(write(temporary), temporary.Chmod(0o644), temporary.Close())
}

// makeFolder makes the folders between the root and a file, each to stay.
func (b *Batch) makeFolder(folder string) error {
	if b.folders[folder] {
		return nil
	}
	if folder != "." {
		above := filepath.Dir(folder)
		if err := b.makeFolder(above); err != nil {
			return err
		}
		switch err := os.Mkdir(filepath.Join(b.path, folder), 0o755); {
		case err == nil:
			if err := syncPath(filepath.Join(b.path, above)); err != nil {
				return err
			}
		case !errors.Is(err, fs.ErrExist):
			return err
		}
	}
	b.folders[folder] = true
	return nil
}

// Commit makes the added files appear under their names and empties the batch.
func (b *Batch) Commit() error { return Commit(b) }

// Commit commits batches of one file system together, which takes hardly longer than one.
func Commit(batches ...*Batch) error {
	if err := syncContents(batches); err != nil {
		return err
	}
	for _, which := range []func(*Batch) *[]pending{
		func(b *Batch) *[]pending { return &b.files },
		func(b *Batch) *[]pending { return &b.last },
	} {
		changed := map[string]bool{}
		for _, b := range batches {
			files := which(b)
			for ; len(*files) > 0; *files = (*files)[1:] {
				file := (*files)[0]
				if err := os.Rename(file.temporary, file.name); err != nil {
					return err
				}
				changed[filepath.Dir(file.name)] = true
			}
		}
		if err := syncEach(slices.Collect(maps.Keys(changed))); err != nil {
			return err
		}
	}
	var err error
	for _, b := range batches {
		err = errors.Join(err, b.empty())
	}
	return err
}

// fewFiles are synced one by one: the file system may have much else to sync.
const fewFiles = 8

// syncContents makes the content of the batches' files last.
func syncContents(batches []*Batch) error {
	var temporaries []string
	for _, b := range batches {
		for _, file := range slices.Concat(b.files, b.last) {
			temporaries = append(temporaries, file.temporary)
		}
	}
	if len(temporaries) <= fewFiles {
		return syncEach(temporaries)
	}
	for _, b := range batches { // after the first, which syncs for all, each tells of its own
		switch err := syncAll(b.root); {
		case errors.Is(err, errors.ErrUnsupported):
			return syncEach(temporaries)
		case err != nil:
			return err
		}
	}
	return nil
}

// syncsAtOnce is how many files are synced together: the file system groups them,
// which halves the time.
const syncsAtOnce = 32

// syncEach makes files and folders last.
func syncEach(names []string) error {
	var group errgroup.Group
	group.SetLimit(syncsAtOnce)
	for _, name := range names {
		group.Go(func() error { return syncPath(name) })
	}
	return group.Wait()
}

// Discard removes what was added and not committed.
func (b *Batch) Discard() {
	for _, file := range slices.Concat(b.files, b.last) {
		os.Remove(file.temporary) // what stays is removed when the study is opened next
	}
	b.files, b.last = nil, nil
	b.empty()
}

func (b *Batch) empty() error {
	root := b.root
	b.root, b.folders = nil, map[string]bool{}
	if root == nil {
		return nil
	}
	return root.Close()
}

// SyncFolder makes renames and removals in a folder last.
func SyncFolder(folder string) error { return syncPath(folder) }

// MakeRoot makes a folder and those above it that are missing, each synced into
// the one above.
func MakeRoot(path string) error {
	if information, err := os.Stat(path); err == nil && information.IsDir() {
		return nil
	}
	above := filepath.Dir(path)
	if above != path {
		if err := MakeRoot(above); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncPath(above)
}

// WriteFile puts one file below root under its name whole or not at all.
func WriteFile(root, name string, write func(io.Writer) error) error {
	batch := NewBatch(root)
	defer batch.Discard()
	if err := batch.Add(name, write); err != nil {
		return err
	}
	return batch.Commit()
}

// WriteBytes is WriteFile of bytes.
func WriteBytes(root, name string, content []byte) error {
	return WriteFile(root, name, func(to io.Writer) error {
		_, err := to.Write(content)
		return err
	})
}

func syncPath(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
