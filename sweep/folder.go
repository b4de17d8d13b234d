package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"optmm/sweep/store"
)

// Shard is a part of a study's chunks: those whose number is Index modulo Count.
// The zero value is all of them.
type Shard struct{ Index, Count int }

func (s Shard) whole() bool { return s.Count == 0 }

func (s Shard) has(chunk int) bool { return s.whole() || chunk%s.Count == s.Index }

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index+1, s.Count) }

// ParseShard reads i/n with 1 ≤ i ≤ n; the empty text is the whole.
func ParseShard(text string) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	i, n, _ := strings.Cut(text, "/")
	index, err := strconv.Atoi(i)
	number, err2 := strconv.Atoi(n)
	if err != nil || err2 != nil || index < 1 || index > number {
		return Shard{}, fmt.Errorf("%q is no shard; write i/n, as in 1/4", text)
	}
	return Shard{Index: index - 1, Count: number}, nil
}

// folder is the place of a study's results, held for writing: by one program
// alone, or by the shards of one study together.
type folder struct {
	path     string
	complete bool // sweep.lock is there
	locks    []*flock.Flock
}

// The lock files. Only the operating system's lock on them counts: one that a
// killed program leaves behind is no obstacle.
const (
	writerLock  = ".lock"      // a whole study holds it alone, shards share it
	openingLock = ".lock-open" // held while a folder is being looked at and prepared
)

// BusyError says that another program is writing in a folder.
type BusyError struct{ Folder, Holder string }

func (e *BusyError) Error() string {
	return fmt.Sprintf("%s is being written by %s", e.Folder, e.Holder)
}

// openFolder makes the folder or finds the same study in it, and takes hold of
// it. A folder that holds anything else is refused untouched.
func openFolder(ctx context.Context, study *Study, options Options) (f *folder, err error) {
	path := options.Folder
	header, err := study.Header(path)
	if err != nil {
		return nil, err
	}
	if err := refuseForeign(path); err != nil {
		return nil, err
	}
	_, missing := os.Stat(path)
	if err := store.MakeRoot(path); err != nil {
		return nil, err
	}
	opened := &folder{path: path}
	defer func() {
		if err == nil {
			return
		}
		if missing != nil && options.Shard.whole() && len(opened.locks) > 0 {
			os.RemoveAll(path) // it was made here, nobody else can be in it, and it holds no result
		}
		opened.close()
	}()
	opening := flock.New(filepath.Join(path, openingLock))
	if _, err := opening.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return nil, err
	}
	defer opening.Close()
	if err := opened.hold(options.Shard); err != nil {
		return nil, err
	}
	if options.Fresh {
		if err := removeStudy(path); err != nil {
			return nil, err
		}
	}
	old, complete, err := readHeader(path)
	switch {
	case err != nil:
		return nil, err
	case old == nil:
		return opened, opened.prepare(study, header)
	}
	found, err := differences(&old.Header, header)
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return nil, &DifferentStudyError{What: path + " holds another study", Differences: found,
			Hint: "choose another folder with --out or --name, or begin anew with --fresh"}
	}
	opened.complete = complete
	if options.Shard.whole() {
		return opened, opened.tidy()
	}
	return opened, nil
}

// tidy removes what a program that was killed left: files that are not whole,
// and the chunks of a study whose lock is there.
func (f *folder) tidy() error {
	if f.complete {
		return os.RemoveAll(filepath.Join(f.path, "chunks"))
	}
	return store.RemoveTemporaries(f.path)
}

// refuseForeign refuses a folder that is not empty and holds no study.
func refuseForeign(path string) error {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if entry.Name() == writerLock || entry.Name() == lockName || entry.Name() == "chunks" {
			return nil
		}
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty and holds no study; choose another folder with --out", path)
	}
	return err
}

// hold takes the writer's lock and notes who has it.
func (f *folder) hold(shard Shard) error {
	names := []string{writerLock}
	if !shard.whole() {
		names = append(names, fmt.Sprintf("%s-%d-of-%d", writerLock, shard.Index+1, shard.Count))
	}
	for i, name := range names {
		lock := flock.New(filepath.Join(f.path, name))
		try := lock.TryLock
		if i == 0 && !shard.whole() {
			try = lock.TryRLock
		}
		held, err := try()
		if err != nil {
			return err
		}
		if !held {
			return &BusyError{f.path, holder(lock.Path())}
		}
		f.locks = append(f.locks, lock)
		if err := os.WriteFile(lock.Path(), []byte(whoAmI()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func whoAmI() string {
	host, err := os.Hostname()
	if err != nil {
		host = "an unknown host"
	}
	return fmt.Sprintf("process %d on %s, since %s", os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
}

func holder(lock string) string {
	content, err := os.ReadFile(lock)
	if err != nil || len(content) == 0 {
		return "another program"
	}
	return string(content)
}

// prepare writes what identifies the study.
func (f *folder) prepare(study *Study, header *Header) error {
	path := ""
	if header.Data != nil {
		path = header.Data.Path
	}
	resolved, err := study.resolvedYAML(path)
	if err != nil {
		return err
	}
	if err := store.WriteBytes(f.path, "study.yaml", resolved); err != nil {
		return err
	}
	return f.writePlan(header)
}

func (f *folder) writePlan(header *Header) error {
	content, err := json.MarshalIndent(header, "", "  ")
	if err != nil {
		return err
	}
	return store.WriteBytes(f.path, planName, append(content, '\n'))
}

// close lets go of the folder.
func (f *folder) close() {
	for _, lock := range f.locks {
		lock.Close() // the lock ends with the program in any case
	}
	f.locks = nil
}

// promote turns a shard's hold into a hold of the whole, waiting for the other
// shards to let go. It reports whether it got it.
func (f *folder) promote(ctx context.Context, patience time.Duration) (bool, error) {
	f.close()
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	lock := flock.New(filepath.Join(f.path, writerLock))
	held, err := lock.TryLockContext(waiting, 50*time.Millisecond)
	if errors.Is(err, context.DeadlineExceeded) {
		return false, nil
	}
	if err != nil || !held {
		return false, err
	}
	f.locks = append(f.locks, lock)
	_, f.complete, err = readHeader(f.path) // another shard may have been first
	return true, err
}

// committed reports whether a chunk is there and whole; a damaged one is not.
func (f *folder) committed(study *Study, chunk int) bool {
	reader, err := store.OpenReader(chunkName(f.path, chunk))
	if err != nil {
		return false
	}
	defer reader.Close()
	first, end := study.chunk(chunk)
	return reader.Rows() == end-first
}

// missingChunks lists the shard's chunks that are not committed.
func (f *folder) missingChunks(study *Study, shard Shard) []int {
	var missing []int
	for chunk := range study.chunks() {
		if shard.has(chunk) && !f.committed(study, chunk) {
			missing = append(missing, chunk)
		}
	}
	return missing
}

// parts lists the files of all chunks.
func (f *folder) parts(study *Study) []string {
	names := make([]string, study.chunks())
	for chunk := range names {
		names[chunk] = chunkName(f.path, chunk)
	}
	return names
}

// Existing describes the study in a folder, empty where there is none.
func Existing(path string) string {
	lock, complete, err := readHeader(path)
	switch {
	case err != nil:
		return "a damaged study"
	case lock == nil:
		return ""
	case complete:
		return fmt.Sprintf("the complete study %s of %d runs", lock.Name, lock.Points*lock.Seeds)
	}
	chunks, _ := filepath.Glob(filepath.Join(path, "chunks", "*.parquet"))
	return fmt.Sprintf("the study %s with %s committed", lock.Name, count(len(chunks), "chunk"))
}

// removeStudy removes everything that a study wrote, the lock first.
func removeStudy(path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	ours := []string{lockName, "chunks", "runs", "figures", "study.yaml", logName}
	for _, name := range ours {
		if err := os.RemoveAll(filepath.Join(path, name)); err != nil {
			return err
		}
	}
	for _, entry := range entries {
		if name := entry.Name(); strings.HasPrefix(name, "summary.") || strings.HasPrefix(name, "points.") {
			if err := os.Remove(filepath.Join(path, name)); err != nil {
				return err
			}
		}
	}
	return store.RemoveTemporaries(path)
}
