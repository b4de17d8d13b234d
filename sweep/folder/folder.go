package folder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// Folder is the place of a study's results, held for writing: by one program
// alone, or by the shards of one study together.
type Folder struct {
	Path       string
	Owner      string           // whose the chunks are: study, data and engine
	Header     *Header          // the study's
	Lock       *Lock            // sweep.lock; nil until the study is complete
	Selections []plan.Selection // by studies that were here before
	Earlier    *Earlier         // the smaller study that this one extends; nil: none
	TakenOver  int              // runs of it, by this program
	Bucket     Bucket           // that it is a copy of; nil: it is none
	root       string           // of the smaller study; empty: there is none
	locks      []*flock.Flock
	recent     recent
	mutex      sync.Mutex
	whole      map[int]store.Stamp // chunks that this program has read
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

// Open makes the folder or finds the same study in it, and takes hold of
// it. A folder that holds anything else is refused untouched.
func Open(ctx context.Context, p *plan.Plan, options Hold) (f *Folder, err error) {
	path := options.Path
	if err := options.checkBucket(); err != nil {
		return nil, err
	}
	header, err := headerOf(p, options.dataFrom())
	if err != nil {
		return nil, err
	}
	if err := refuseForeign(path); err != nil {
		return nil, err
	}
	if err := store.MakeRoot(path); err != nil {
		return nil, err
	}
	opened := &Folder{Path: path, Owner: header.owner(), Header: header, Bucket: options.Bucket}
	defer func() {
		if err != nil {
			opened.Close()
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
	if err := opened.hold(options.Shard, options.Together); err != nil {
		return nil, err
	}
	if err := placeTaken(path); err != nil {
		return nil, err
	}
	old, complete, err := Read(path)
	if old != nil {
		opened.Selections = old.Selections
	}
	for _, selection := range p.Earlier {
		opened.Selections = selection.After(opened.Selections)
	}
	opened.Selections = selectionsWith(path, opened.Selections)
	if options.Overwrite && (err != nil || old != nil) {
		if err := opened.clear(p, options); err != nil {
			return nil, err
		}
		return opened, opened.begin(ctx, p, header)
	}
	switch {
	case err != nil:
		return nil, err
	case old == nil:
		if err := opened.prepare(ctx, p, header, options); err != nil {
			opened.abandon()
			return nil, err
		}
		return opened, nil
	}
	if old.Removed {
		return nil, fmt.Errorf("%s: %w", path, ErrRemoved)
	}
	if opened.Earlier, err = earlier(p, path, old, complete, header); err != nil && options.Bucket != nil {
		return nil, fault.WithRemedies(err, fault.OtherFolder)
	} else if err != nil {
		return nil, err
	}
	if opened.Earlier != nil && options.Bucket != nil {
		return nil, fault.WithRemedies(errors.New("the folder in the bucket holds a smaller study, and studies in buckets are not extended"), fault.OtherFolder)
	}
	if opened.Earlier != nil {
		return opened, opened.extend(ctx, p, header, options)
	}
	if complete {
		opened.Lock = old
	}
	if !complete && !store.Exists(filepath.Join(path, "study.yaml")) {
		if err := opened.WriteStudy(p, header); err != nil {
			return nil, err
		}
	}
	if options.Shard.Whole() {
		if options.Bucket != nil { // as it was noted first, by a program that may be at work
			header.Name, header.Notes, header.Tags = old.Name, old.Notes, old.Tags
		}
		if noted := old.Notes != header.Notes || old.Name != header.Name || !slices.Equal(old.Tags, header.Tags); noted && !complete {
			if err := opened.begin(ctx, p, header); err != nil { // as it is noted now
				return nil, err
			}
		}
		return opened, opened.tidy(ctx)
	}
	return opened, nil
}

// clear removes the study in the folder, once it is known that the new one fits.
func (f *Folder) clear(p *plan.Plan, options Hold) error {
	there, err := ownBytes(f.Path)
	if err != nil {
		return err
	}
	if err := checkDisk(p, f.Path, 1, there); err != nil && !options.IgnoreDisk {
		return err
	}
	return Remove(f.Path, f.Selections)
}

// tidy removes what a program that was killed left: files that are not whole,
// and the chunks of a study whose lock is there.
func (f *Folder) tidy(ctx context.Context) error {
	chunks := filepath.Join(f.Path, "chunks")
	if !store.Exists(chunks) {
		return nil // it ended as it should
	}
	if err := removeTemporaries(f.Path); err != nil || f.Lock == nil {
		return err
	}
	return f.removeChunks(ctx)
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
		return store.Exists(filepath.Join(path, LockName)) || store.Exists(filepath.Join(path, planName))
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
		return fault.WithRemedies(fmt.Errorf("%s is not empty and holds no study", path), fault.OtherFolder)
	}
	return nil
}

// hold takes the writer's lock, which shards share, and notes who has it.
func (f *Folder) hold(shard plan.Shard, together bool) error {
	names := []string{writerLock}
	if !shard.Whole() && !together {
		names = append(names, fmt.Sprintf("%s-%d-of-%d", writerLock, shard.Index+1, shard.Count))
	}
	for i, name := range names {
		if err := store.RefuseLink(filepath.Join(f.Path, name)); err != nil {
			return err
		}
		lock := flock.New(filepath.Join(f.Path, name))
		try := lock.TryLock
		if i == 0 && !shard.Whole() {
			try = lock.TryRLock
		}
		held, err := try()
		if err != nil {
			return err
		}
		if !held {
			return &BusyError{f.Path, holder(lock.Path())}
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

// Stamp names this program and the moment, as a part of a file's name.
func Stamp() string {
	host, _ := os.Hostname()
	return fmt.Sprintf("%s-%d-%d", regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(host, "-"), os.Getpid(), time.Now().UnixNano())
}

func holder(lock string) string {
	content, err := store.ReadBounded(lock, mostHolderBytes)
	if err != nil || len(content) == 0 {
		return "another program"
	}
	return string(content)
}

// prepare writes what identifies the study in an empty folder.
func (f *Folder) prepare(ctx context.Context, p *plan.Plan, header *Header, options Hold) error {
	if err := f.CheckDisk(p, 1); err != nil && !options.IgnoreDisk {
		return err
	}
	return f.begin(ctx, p, header)
}

// begin writes the plan, in a tombstone's place where one is, then the study.
func (f *Folder) begin(ctx context.Context, p *plan.Plan, header *Header) error {
	if err := f.WritePlan(header); err != nil {
		return err
	}
	if err := f.WriteStudy(p, header); err != nil {
		return err
	}
	return f.publishPlan(ctx)
}

// WriteStudy writes study.yaml, with every default.
func (f *Folder) WriteStudy(p *plan.Plan, header *Header) error {
	resolved, err := p.ResolvedYAML(header.Data.named(), placed(header.Models))
	if err != nil {
		return err
	}
	return store.WriteBytes(f.Path, "study.yaml", resolved)
}

// abandon removes what prepare wrote before it failed, and the folder if nothing
// else is in it. The folder is held and had no study.
func (f *Folder) abandon() {
	for _, name := range []string{"study.yaml", planName, "chunks", openingLock, writerLock, "."} {
		os.Remove(filepath.Join(f.Path, name)) // only what is there, only folders that are empty
	}
}

// WritePlan writes what is known before the end: the header, and which points go on.
func (f *Folder) WritePlan(header *Header) error {
	content, err := json.MarshalIndent(Lock{Header: *header, Selections: f.Selections}, "", "  ")
	if err != nil {
		return err
	}
	return store.WriteBytes(f.Path, planName, append(content, '\n'))
}

// Close lets go of the folder.
func (f *Folder) Close() {
	for _, lock := range f.locks {
		lock.Close() // the lock ends with the program in any case
	}
	f.locks = nil
}

// Promote turns a shard's hold into a hold of the whole, waiting for the other
// shards to let go. It reports whether it got it.
func (f *Folder) Promote(ctx context.Context, patience time.Duration) (bool, error) {
	f.Close()
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	lock := flock.New(filepath.Join(f.Path, writerLock))
	held, err := lock.TryLockContext(waiting, 50*time.Millisecond)
	if errors.Is(err, context.DeadlineExceeded) { // the one that holds it may be writing the results
		err = f.readLock()
		return f.Lock != nil, err
	}
	if err != nil || !held {
		return false, err
	}
	f.locks = append(f.locks, lock)
	return true, f.readLock() // another shard may have been first
}

// readLock reads the lock where another program has completed the study.
func (f *Folder) readLock() error {
	lock, complete, err := Read(f.Path)
	if err == nil && complete {
		f.Lock = lock
	}
	return err
}

// Committed reports whether a chunk of this study is there and whole; what is
// damaged, of another study, or of other points than its stage is about, is not.
func (f *Folder) Committed(p *plan.Plan, chunk int, part *store.SummaryPart) bool {
	file := filepath.Join(f.Path, store.ChunkName(chunk))
	now, err := store.StampOf(file)
	if err != nil {
		return false
	}
	if _, err := store.ReadSummaryPart(file, f.Owner, part); err != nil {
		return false
	}
	first, end := p.RunsOfChunk(chunk)
	if part.Rows() != end-first || part.Runs()[0] != int64(first) {
		return false
	}
	for row, point := range part.Points() {
		if want, _ := p.RunAt(first + row); int64(want) != point {
			return false
		}
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.whole == nil {
		f.whole = map[int]store.Stamp{}
	}
	f.whole[chunk] = now
	return true
}

// unchanged reports whether this program has read a chunk that was whole and has not been changed since.
func (f *Folder) unchanged(chunk int) bool {
	f.mutex.Lock()
	before, read := f.whole[chunk]
	f.mutex.Unlock()
	now, err := store.StampOf(filepath.Join(f.Path, store.ChunkName(chunk)))
	return read && err == nil && now.Same(before)
}

// EachChunk calls a function with every chunk of a stage that is the shard's, with its rows, or nil if it is not committed: none is
// where it is not known which points the stage is about. The rows are the same ones in each call.
func (f *Folder) EachChunk(p *plan.Plan, stage *plan.Stage, shard plan.Shard, use func(chunk int, rows *store.SummaryPart)) {
	part := store.NewSummaryPart(p.Grid.Axes(), p.OverDays())
	for _, chunk := range p.ChunksOfShard(stage, shard) {
		if stage.Known() && f.Committed(p, chunk, part) {
			use(chunk, part)
		} else {
			use(chunk, nil)
		}
	}
}

// MissingChunks lists the shard's chunks of a stage that are not committed: all, where
// it is not known which points the stage is about.
func (f *Folder) MissingChunks(p *plan.Plan, stage *plan.Stage, shard plan.Shard) (missing []int) {
	part := store.NewSummaryPart(p.Grid.Axes(), p.OverDays())
	for _, chunk := range p.ChunksOfShard(stage, shard) {
		if !stage.Known() || !f.unchanged(chunk) && !f.Committed(p, chunk, part) {
			missing = append(missing, chunk)
		}
	}
	return missing
}

// Column reads a column of a committed chunk.
func (f *Folder) Column(chunk int, field store.Field, to *store.Column) (err error) {
	if kept, ok := f.recent.part(chunk); ok {
		at := slices.IndexFunc(kept.Fields, func(f store.Field) bool { return f.Name == field.Name })
		to.AppendRows(&kept.Columns[at], 0, kept.Rows())
		return nil
	}
	reader, err := store.OpenReader(filepath.Join(f.Path, store.ChunkName(chunk)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	return reader.ColumnOf(0, field, to)
}

// Part reads a committed chunk, and returns its fingerprint.
func (f *Folder) Part(chunk int, to *store.SummaryPart) (digest string, err error) {
	if kept, ok := f.recent.part(chunk); ok {
		to.Reset()
		to.AppendAll(kept)
		return to.Digest(), nil
	}
	return store.ReadSummaryPart(filepath.Join(f.Path, store.ChunkName(chunk)), f.Owner, to)
}

// Describe describes the study in a folder, empty where there is none.
func Describe(path string) string {
	lock, complete, err := Read(path)
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
	return fmt.Sprintf("the study %s with %s committed", lock.Name, text.Count(len(committedFiles(path)), "chunk"))
}

// CountChunks counts the committed chunks without reading them.
func (f *Folder) CountChunks() int { return len(committedFiles(f.Path)) }

// committedFiles lists the files of the chunks that are committed; none where the folder cannot be read.
func committedFiles(path string) []string {
	folder := filepath.Join(path, "chunks")
	entries, _ := os.ReadDir(folder)
	var files []string
	for _, entry := range entries {
		if number := store.Number(entry.Name()); number >= 0 && entry.Name() == filepath.Base(store.ChunkName(number)) {
			files = append(files, filepath.Join(folder, entry.Name()))
		}
	}
	return files
}

// The bounds of what says whose a folder is, in bytes.
const (
	mostLockBytes   = 256 << 20 // of ten million chunks
	mostHolderBytes = 4 << 10
)
