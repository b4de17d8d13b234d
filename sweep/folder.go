package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"optmm/sweep/store"
	"optmm/sweep/text"
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
	path       string
	owner      string      // whose the chunks are: study, data and engine
	header     *Header     // the study's
	lock       *Lock       // sweep.lock; nil until the study is complete
	selections []Selection // by studies that stood here before
	locks      []*flock.Flock
	recent     recent
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

// folderOptions says which folder is held and how.
type folderOptions struct {
	Path       string
	Shard      Shard // what is done of the study; the whole holds the folder alone
	Overwrite  bool  // remove what the folder holds of a study first
	IgnoreDisk bool  // although the results may not fit
}

// openFolder makes the folder or finds the same study in it, and takes hold of
// it. A folder that holds anything else is refused untouched.
func openFolder(ctx context.Context, p *Plan, options folderOptions) (f *folder, err error) {
	path := options.Path
	header, err := headerOf(p, path)
	if err != nil {
		return nil, err
	}
	if err := refuseForeign(path); err != nil {
		return nil, err
	}
	if err := store.MakeRoot(path); err != nil {
		return nil, err
	}
	opened := &folder{path: path, owner: header.owner(), header: header}
	defer func() {
		if err != nil {
			opened.close()
		}
	}()
	if err := store.RefuseLink(filepath.Join(path, openingLock)); err != nil {
		return nil, err
	}
	opening := flock.New(filepath.Join(path, openingLock))
	if _, err := opening.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return nil, err
	}
	defer opening.Close()
	if err := refuseForeign(path); err != nil {
		return nil, err
	}
	if err := opened.hold(options.Shard); err != nil {
		return nil, err
	}
	old, complete, err := readHeader(path)
	if old != nil {
		opened.selections = old.Selections
	}
	for _, selection := range p.earlier {
		opened.selections = selection.last(opened.selections)
	}
	if options.Overwrite && (err != nil || old != nil) {
		if err := opened.clear(p, options); err != nil {
			return nil, err
		}
		return opened, opened.begin(p, header)
	}
	switch {
	case err != nil:
		return nil, err
	case old == nil:
		if err := opened.prepare(p, header, options); err != nil {
			opened.abandon()
			return nil, err
		}
		return opened, nil
	}
	if old.Removed {
		return nil, fmt.Errorf("%s: %w", path, errRemoved)
	}
	found, err := differences(&old.Header, header)
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return nil, &DifferentStudyError{What: path + " holds another study", Differences: found,
			Hint: "choose another folder with --out or --name, or begin anew with --fresh"}
	}
	if complete {
		opened.lock = old
	}
	if !complete && !store.Exists(filepath.Join(path, "study.yaml")) {
		if err := opened.writeStudy(p, header); err != nil {
			return nil, err
		}
	}
	if options.Shard.whole() {
		return opened, opened.tidy()
	}
	return opened, nil
}

// clear removes the study in the folder, once it is known that the new one fits.
func (f *folder) clear(p *Plan, options folderOptions) error {
	there, err := ownBytes(f.path)
	if err != nil {
		return err
	}
	if err := checkDisk(p, f.path, 1, there); err != nil && !options.IgnoreDisk {
		return err
	}
	return removeStudy(f.path, f.selections)
}

// tidy removes what a program that was killed left: files that are not whole,
// and the chunks of a study whose lock is there.
func (f *folder) tidy() error {
	chunks := filepath.Join(f.path, "chunks")
	if !store.Exists(chunks) {
		return nil // it ended as it should
	}
	if err := removeTemporaries(f.path); err != nil || f.lock == nil {
		return err
	}
	return removeChunks(f.path)
}

// refuseForeign refuses a folder that is not empty and holds no study: no plan
// and no lock.
func refuseForeign(path string) error {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	holds := func() bool {
		return store.Exists(filepath.Join(path, lockName)) || store.Exists(filepath.Join(path, planName))
	}
	if holds() {
		return nil
	}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, writerLock) || store.Temporary(name) {
			continue
		}
		if name == "chunks" { // being made
			inside, err := os.ReadDir(filepath.Join(path, name))
			if err == nil && !slices.ContainsFunc(inside, func(e fs.DirEntry) bool { return !store.Temporary(e.Name()) }) {
				continue
			}
		}
		if holds() { // since a moment ago: another shard has begun it
			return nil
		}
		return fmt.Errorf("%s is not empty and holds no study; choose another folder with --out", path)
	}
	return nil
}

// hold takes the writer's lock and notes who has it.
func (f *folder) hold(shard Shard) error {
	names := []string{writerLock}
	if !shard.whole() {
		names = append(names, fmt.Sprintf("%s-%d-of-%d", writerLock, shard.Index+1, shard.Count))
	}
	for i, name := range names {
		if err := store.RefuseLink(filepath.Join(f.path, name)); err != nil {
			return err
		}
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
	content, err := store.ReadBounded(lock, mostHolderBytes)
	if err != nil || len(content) == 0 {
		return "another program"
	}
	return string(content)
}

// prepare writes what identifies the study in an empty folder.
func (f *folder) prepare(p *Plan, header *Header, options folderOptions) error {
	if err := checkDisk(p, f.path, 1, 0); err != nil && !options.IgnoreDisk {
		return err
	}
	return f.begin(p, header)
}

// begin writes the plan, in a tombstone's place where one is, then the study.
func (f *folder) begin(p *Plan, header *Header) error {
	if err := f.writePlan(header); err != nil {
		return err
	}
	return f.writeStudy(p, header)
}

func (f *folder) writeStudy(p *Plan, header *Header) error {
	path := ""
	if header.Data != nil {
		path = header.Data.Path
	}
	resolved, err := p.resolvedYAML(path)
	if err != nil {
		return err
	}
	return store.WriteBytes(f.path, "study.yaml", resolved)
}

// abandon removes what prepare wrote before it failed, and the folder if nothing
// else is in it. The folder is held and had no study.
func (f *folder) abandon() {
	for _, name := range []string{"study.yaml", planName, "chunks", openingLock, writerLock, "."} {
		os.Remove(filepath.Join(f.path, name)) // only what is there, only folders that are empty
	}
}

func (f *folder) writePlan(header *Header) error {
	content, err := json.MarshalIndent(Lock{Header: *header, Selections: f.selections}, "", "  ")
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
	if errors.Is(err, context.DeadlineExceeded) { // the one that holds it may be writing the results
		err = f.readLock()
		return f.lock != nil, err
	}
	if err != nil || !held {
		return false, err
	}
	f.locks = append(f.locks, lock)
	return true, f.readLock() // another shard may have been first
}

// readLock reads the lock where another program has completed the study.
func (f *folder) readLock() error {
	lock, complete, err := readHeader(f.path)
	if err == nil && complete {
		f.lock = lock
	}
	return err
}

// committed reports whether a chunk of this study is there and whole; what is
// damaged, of another study, or of other points than its stage is about, is not.
func (f *folder) committed(p *Plan, chunk int, part *store.SummaryPart) bool {
	if _, err := store.ReadSummaryPart(filepath.Join(f.path, store.ChunkName(chunk)), f.owner, part); err != nil {
		return false
	}
	first, end := p.chunk(chunk)
	if part.Rows() != end-first || part.Runs()[0] != int64(first) {
		return false
	}
	for row, point := range part.Points() {
		if want, _ := p.runAt(first + row); int64(want) != point {
			return false
		}
	}
	return true
}

// missingChunks lists the shard's chunks of a stage that are not committed: all, where
// it is not known which points the stage is about.
func (f *folder) missingChunks(p *Plan, stage *stage, shard Shard) []int {
	var missing []int
	part := store.NewSummaryPart(p.Grid.Axes())
	known := stage.known()
	for chunk := stage.firstChunk; chunk < stage.firstChunk+p.chunksOf(stage); chunk++ {
		if shard.has(chunk) && !(known && f.committed(p, chunk, part)) {
			missing = append(missing, chunk)
		}
	}
	return missing
}

// column reads a column of a committed chunk.
func (f *folder) column(chunk int, field store.Field, to *store.Column) (err error) {
	if kept, ok := f.recent.part(chunk); ok {
		at := slices.IndexFunc(kept.Fields, func(f store.Field) bool { return f.Name == field.Name })
		to.AppendRows(&kept.Columns[at], 0, kept.Rows())
		return nil
	}
	reader, err := store.OpenReader(filepath.Join(f.path, store.ChunkName(chunk)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	return reader.ColumnOf(0, field, to)
}

// part reads a committed chunk, and returns its fingerprint.
func (f *folder) part(chunk int, to *store.SummaryPart) (digest string, err error) {
	if kept, ok := f.recent.part(chunk); ok {
		to.Reset()
		to.AppendAll(kept)
		return to.Digest(), nil
	}
	return store.ReadSummaryPart(filepath.Join(f.path, store.ChunkName(chunk)), f.owner, to)
}

// Existing describes the study in a folder, empty where there is none.
func Existing(path string) string {
	lock, complete, err := readHeader(path)
	switch {
	case err != nil:
		return "a damaged study"
	case lock == nil:
		return ""
	case lock.Removed:
		return "what a removal that was cut short left"
	case complete:
		return fmt.Sprintf("the complete study %s of %d runs", lock.Name, lock.Runs)
	}
	chunks, _ := filepath.Glob(filepath.Join(path, "chunks", "*.parquet"))
	return fmt.Sprintf("the study %s with %s committed", lock.Name, text.Count(len(chunks), "chunk"))
}
