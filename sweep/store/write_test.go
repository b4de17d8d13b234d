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
	together bool   // it can sync all
	apart    string // the folder that is on another file system
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

func (d *tellingDisk) sameFileSystem(_, other string) bool {
	return d.apart == "" || other != filepath.Join(d.root, d.apart)
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
// durable before files are in them, also where somebody else made them; contents
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
	root := t.TempDir()
	disk := &tellingDisk{t: t, root: root, together: true, apart: "runs"}
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

// Nothing is written through a link into a folder of somebody else.
func TestLinksAreNotFollowed(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(root, "figures")); err != nil {
		t.Fatal(err)
	}
	err := WriteBytes(root, "figures/best/pnl.png", []byte("x"))
	if err == nil || !strings.Contains(err.Error(), "figures is a symbolic link") {
		t.Errorf("error %v", err)
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
		t.Errorf("%d files behind the link, error %v", len(entries), err)
	}
}

// A folder that cannot be made says why.
func TestMakeRoot(t *testing.T) {
	folder := t.TempDir()
	if err := os.Symlink("nowhere", filepath.Join(folder, "dangling")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"dangling": "dangling is a symbolic link to something that is not there", "dangling/below": "dangling is a symbolic link",
		"file": "file is not a folder", "file/below": "file is not a folder", strings.Repeat("a", 300): "file name too long",
	} {
		if err := MakeRoot(filepath.Join(folder, name)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", name, err, want)
		}
	}
	if err := MakeRoot(filepath.Join(folder, "a", "b")); err != nil {
		t.Error(err)
	}
}
