package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
	folders map[string]bool // that exist, and whether an entry in them is new
}

type pending struct{ temporary, name string }

// NewBatch returns an empty batch below a folder.
func NewBatch(root string) *Batch { return &Batch{path: root, folders: map[string]bool{}} }

// Add writes a file.
func (b *Batch) Add(name string, write func(io.Writer) error) (err error) {
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
	b.files = append(b.files, pending{temporary.Name(), filepath.Join(b.path, name)})
	b.folders[folder] = true
	return errors.Join(write(temporary), temporary.Chmod(0o644), temporary.Close())
}

// makeFolder makes the folders between the root and a file.
func (b *Batch) makeFolder(folder string) error {
	if _, ok := b.folders[folder]; ok {
		return nil
	}
	if folder != "." {
		above := filepath.Dir(folder)
		if err := b.makeFolder(above); err != nil {
			return err
		}
		err := os.Mkdir(filepath.Join(b.path, folder), 0o755)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		b.folders[above] = b.folders[above] || err == nil
	}
	b.folders[folder] = false
	return nil
}

// Commit makes the added files appear under their names and empties the batch.
func (b *Batch) Commit() error {
	if err := b.sync(); err != nil {
		return err
	}
	for len(b.files) > 0 {
		if err := os.Rename(b.files[0].temporary, b.files[0].name); err != nil {
			return err
		}
		b.files = b.files[1:]
	}
	var changed []string
	for folder, new := range b.folders {
		if new {
			changed = append(changed, filepath.Join(b.path, folder))
		}
	}
	if err := syncEach(changed); err != nil {
		return err
	}
	return b.empty()
}

// fewFiles are synced one by one: the file system may have much else to sync.
const fewFiles = 8

// sync makes the content of the files last.
func (b *Batch) sync() error {
	if len(b.files) > fewFiles {
		if err := syncAll(b.root); !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
	}
	var temporaries []string
	for _, file := range b.files {
		temporaries = append(temporaries, file.temporary)
	}
	return syncEach(temporaries)
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
	for _, file := range b.files {
		os.Remove(file.temporary) // what stays is removed when the study is opened next
	}
	b.files = nil
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
