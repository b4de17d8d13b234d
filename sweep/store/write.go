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

// temporaryPrefix begins the names of files that are not whole yet. Nobody else's do: what
// is left of them is removed.
const temporaryPrefix = ".optmm-unfinished-"

// Temporary reports whether a name is of a file that is not whole.
func Temporary(name string) bool { return strings.HasPrefix(name, temporaryPrefix) }

// Batch puts many files under their names together: each is written to a
// temporary file in its folder as it is added; Commit syncs them all, renames
// them and syncs the folders. Until then no name exists.
//
// Names are relative to the root, which must exist: a root that vanishes is an
// error and is not made again.
type Batch struct {
	path    string
	root    *os.File // open from the first file on, so that a sync reports what became of them
	files   []pending
	last    []pending       // one at most, which appears when the others are durable
	folders map[string]bool // that are durable
	apart   bool            // some folder is on another file system than the root
	disk    disk
}

// disk is what a batch asks of file systems besides writing.
type disk interface {
	rename(from, to string) error
	sync(name string) error // one file or folder
	sameFileSystem(one, other string) bool
	syncAll(folder *os.File) error // everything written since it was opened; may be ErrUnsupported
}

type pending struct{ temporary, name string }

// NewBatch returns an empty batch below a folder.
func NewBatch(root string) *Batch {
	return &Batch{path: root, folders: map[string]bool{}, disk: realDisk{}}
}

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

// Names lists the files that were added and not committed, the sealing one last.
func (b *Batch) Names() (names []string) {
	for _, file := range slices.Concat(b.files, b.last) {
		names = append(names, strings.TrimPrefix(file.name, b.path+string(filepath.Separator)))
	}
	return names
}

// makeFolder makes the folders between the root and a file. Those that are there may
// have been made by others who did not come to sync the folder above.
func (b *Batch) makeFolder(folder string) error {
	if folder == "." || b.folders[folder] {
		return nil
	}
	above := filepath.Dir(folder)
	if err := b.makeFolder(above); err != nil {
		return err
	}
	path := filepath.Join(b.path, folder)
	if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if information, err := os.Lstat(path); err != nil {
		return err
	} else if information.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("%s is a symbolic link: results are written in folders of their own; remove the link, or link the whole folder of the study", path)
	}
	if err := b.disk.sync(filepath.Join(b.path, above)); err != nil {
		return err
	}
	b.folders[folder] = true
	b.apart = b.apart || !b.disk.sameFileSystem(b.path, path)
	return nil
}

// Commit makes the added files appear under their names and empties the batch.
func (b *Batch) Commit() error { return Commit(b) }

// Commit commits batches below one root together, which takes hardly longer than one.
func Commit(batches ...*Batch) error {
	if err := syncContents(batches); err != nil {
		return err
	}
	if err := renameAll(batches, func(b *Batch) *[]pending { return &b.files }); err != nil {
		return err
	}
	if err := renameAll(batches, func(b *Batch) *[]pending { return &b.last }); err != nil {
		return err
	}
	for _, b := range batches {
		if err := b.close(); err != nil {
			return err
		}
	}
	return nil
}

// renameAll gives some of the batches' files their names, to stay.
func renameAll(batches []*Batch, which func(*Batch) *[]pending) error {
	changed := map[string]bool{}
	for _, b := range batches {
		files := which(b)
		for ; len(*files) > 0; *files = (*files)[1:] {
			file := (*files)[0]
			if err := b.disk.rename(file.temporary, file.name); err != nil {
				return err
			}
			changed[filepath.Dir(file.name)] = true
		}
	}
	return syncEach(batches[0].disk, slices.Collect(maps.Keys(changed)))
}

// fewFiles are synced one by one: the file system may have much else to sync.
const fewFiles = 8

// syncContents makes the content of the batches' files last.
func syncContents(batches []*Batch) error {
	var temporaries []string
	together := true
	for _, b := range batches {
		for _, file := range slices.Concat(b.files, b.last) {
			temporaries = append(temporaries, file.temporary)
		}
		together = together && !b.apart
	}
	if together && len(temporaries) > fewFiles {
		err := syncRoots(batches)
		if !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
	}
	return syncEach(batches[0].disk, temporaries)
}

// syncRoots syncs the file system. The first call does it for all; that of each batch reports on
// what the batch wrote.
func syncRoots(batches []*Batch) error {
	for _, b := range batches {
		if b.root == nil {
			continue // it has no files
		}
		if err := b.disk.syncAll(b.root); err != nil {
			return fmt.Errorf("sync %s: %w", b.path, err)
		}
	}
	return nil
}

// syncsAtOnce is how many files are synced together: the file system groups them,
// which halves the time.
const syncsAtOnce = 32

// syncEach makes files and folders last.
func syncEach(disk disk, names []string) error {
	var group errgroup.Group
	group.SetLimit(syncsAtOnce)
	for _, name := range names {
		group.Go(func() error { return disk.sync(name) })
	}
	return group.Wait()
}

// Discard removes what was added and not committed.
func (b *Batch) Discard() {
	for _, file := range slices.Concat(b.files, b.last) {
		os.Remove(file.temporary) // what stays is removed when the study is opened next
	}
	b.files, b.last = nil, nil
	b.close() // which was for reading
}

func (b *Batch) close() error {
	root := b.root
	b.root = nil
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
	if err := CheckRoot(path); err != nil {
		return err
	}
	return syncPath(above)
}

// CheckRoot says why a folder cannot be made, nil where it is there or may be made.
func CheckRoot(path string) error {
	link, err := os.Lstat(path)
	above := filepath.Dir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && above != path:
		return CheckRoot(above)
	case err != nil:
		return err
	}
	information, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && link.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s is a symbolic link to something that is not there", path)
	case err != nil:
		return err
	case !information.IsDir():
		return fmt.Errorf("%s is not a folder", path)
	}
	return nil
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

// WriteNamed writes a file that a user names, with the folder where it is missing.
func WriteNamed(file string, write func(io.Writer) error) error {
	if err := MakeRoot(filepath.Dir(file)); err != nil {
		return err
	}
	return WriteFile(filepath.Dir(file), filepath.Base(file), write)
}

// WriteBytes is WriteFile of bytes.
func WriteBytes(root, name string, content []byte) error {
	return WriteFile(root, name, func(to io.Writer) error {
		_, err := to.Write(content)
		return err
	})
}

// realDisk is the disk of the system.
type realDisk struct{}

func (realDisk) rename(from, to string) error { return os.Rename(from, to) }
func (realDisk) sync(name string) error       { return syncPath(name) }
func (realDisk) sameFileSystem(one, other string) bool {
	return sameFileSystem(one, other)
}
func (realDisk) syncAll(folder *os.File) error { return syncAll(folder) }

func syncPath(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
