package store

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// tellingDisk notes what it is asked, and does it.
type tellingDisk struct {
	t        *testing.T
	root     string
	together bool // it can sync all
	mutex    sync.Mutex
	did      []string
}

func (d *tellingDisk) note(verb, name string) {
	name, err := filepath.Rel(d.root, name)
	if err != nil {
		d.t.Error(err)
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.did = append(d.did, verb+" "+name)
}

func (d *tellingDisk) rename(from, to string) error {
	d.note("written", from) // its name while it is not whole
	d.note("rename", to)
	return os.Rename(from, to)
}

func (d *tellingDisk) sync(name string) error {
	d.note("sync", name)
	return nil
}

func (d *tellingDisk) syncAll(*os.File) error {
	if !d.together {
		return errors.ErrUnsupported
	}
	d.note("all", d.root)
	return nil
}

// before returns where something was done, and fails where it was not, or not before
// another.
func (d *tellingDisk) before(first, then string) {
	d.t.Helper()
	at, next := slices.Index(d.did, first), slices.Index(d.did, then)
	if at < 0 || next < 0 || at > next {
		d.t.Errorf("%q, step %d, is not before %q, step %d, of %d", first, at, then, next, len(d.did))
	}
}

// Whatever the number of files and whether a file system syncs all at once: folders are
// there to stay before files are in them, also where somebody else made them; contents
// before they have names; names before the seal; and the seal before Commit is done.
func TestCommitSyncsInOrder(t *testing.T) {
	for _, count := range []int{1, fewFiles, 40} {
		for _, c := range []struct{ together, apart bool }{{true, false}, {false, false}, {true, true}} {
			root := t.TempDir()
			if err := os.MkdirAll(filepath.Join(root, "runs", "000"), 0o755); err != nil {
				t.Fatal(err)
			}
			disk := &tellingDisk{t: t, root: root, together: c.together}
			one, other := NewBatch(root), NewBatch(root)
			one.disk, other.disk = disk, disk
			write := func(to io.Writer) error { _, err := io.WriteString(to, "x"); return err }
			for i := range count {
				if err := one.Add("runs/000/"+strconv.Itoa(i), write); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(one.Seal("chunks/1", write), other.Seal("chunks/2", write)); err != nil {
				t.Fatal(err)
			}
			one.apart = c.apart
			if err := Commit(one, other); err != nil {
				t.Fatal(err)
			}
			if all := slices.Contains(disk.did, "all ."); all != (c.together && !c.apart && count+2 > fewFiles) {
				t.Errorf("%d files, %+v: synced by the file system: %v", count, c, all)
			}
			disk.before("sync .", "rename runs/000/0")
			disk.before("sync runs", "rename runs/000/0")
			for i, done := range disk.did {
				if temporary, ok := strings.CutPrefix(done, "written "); ok && !slices.Contains(disk.did, "all .") {
					disk.before("sync "+temporary, disk.did[i+1])
				}
			}
			if slices.Contains(disk.did, "all .") {
				disk.before("all .", "rename runs/000/0")
			}
			disk.before("rename runs/000/"+strconv.Itoa(count-1), "sync runs/000")
			for _, seal := range []string{"1", "2"} {
				disk.before("sync runs/000", "rename chunks/"+seal)
				disk.before("rename chunks/"+seal, "sync chunks")
			}
		}
	}
}

// A folder on another file system is not synced with the root's.
func TestFoldersApart(t *testing.T) {
	other, err := os.MkdirTemp("/dev/shm", "optmm")
	if err != nil {
		t.Skip("there is no other file system")
	}
	defer os.RemoveAll(other)
	root := t.TempDir()
	if sameFileSystem(root, other) {
		t.Skip("there is no other file system")
	}
	if err := os.Symlink(other, filepath.Join(root, "runs")); err != nil {
		t.Fatal(err)
	}
	disk := &tellingDisk{t: t, root: root, together: true}
	batch := NewBatch(root)
	batch.disk = disk
	for i := range 2 * fewFiles {
		if err := batch.Add("runs/"+strconv.Itoa(i), func(to io.Writer) error { _, err := io.WriteString(to, "x"); return err }); err != nil {
			t.Fatal(err)
		}
	}
	if err := batch.Commit(); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(disk.did, "all .") {
		t.Errorf("files elsewhere were left to the root's file system: %q", disk.did)
	}
}
