package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"optmm/engine/param"
	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// A study that has grown is run in a folder of its own below the study's, and takes over the runs that
// are there. The smaller study stays as it is until the larger is complete, and then the larger takes
// its place. Cut short at any moment, the same command goes on.

// growingName is the folder, below the study's, of a larger study that is not complete yet.
const growingName = "growing"

// Earlier is the smaller study that a folder's extends.
type Earlier struct {
	Path      string
	Extension *plan.Extension
	Complete  bool // else its runs are in chunks

	owner string // of its chunks
}

// Part reads a committed chunk of a smaller study that is not complete.
func (e *Earlier) Part(chunk int, to *store.SummaryPart) error {
	_, err := store.ReadSummaryPart(filepath.Join(e.Path, store.ChunkName(chunk)), e.owner, to)
	return err
}

// Column reads a column of a committed chunk of a smaller study that is not complete.
func (e *Earlier) Column(chunk int, field store.Field, to *store.Column) (err error) {
	reader, err := store.OpenReader(filepath.Join(e.Path, store.ChunkName(chunk)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	return reader.ColumnOf(0, field, to)
}

// FindEarlier returns the smaller study in a folder that a study extends; nil where there is none, or
// where it is the same study. Another study, which this one does not extend, is an error.
func FindEarlier(p *plan.Plan, path string) (*Earlier, error) {
	header, err := headerOf(p, path)
	if err != nil {
		return nil, err
	}
	old, complete, err := Read(path)
	switch {
	case err != nil || old == nil:
		return nil, err
	case old.Removed && store.Exists(filepath.Join(path, growingName, LockName)):
		return nil, noStudy(path)
	case old.Removed:
		return nil, fmt.Errorf("%s: %w", path, ErrRemoved)
	}
	found, err := earlier(p, path, old, complete, header)
	if err != nil || found == nil {
		return nil, err
	}
	return found, refuseOther(path, header)
}

// noStudy says that a folder holds no study, or that one is about to be there.
func noStudy(path string) error {
	if store.Exists(filepath.Join(path, growingName, LockName)) {
		return fmt.Errorf("the study in %s is being replaced by a larger one that is complete: the sweep run that extended it ends that", path)
	}
	return fmt.Errorf("%s holds no study", path)
}

// refuseOther refuses a study where another one extends that in the folder.
func refuseOther(root string, header *Header) error {
	growing := filepath.Join(root, growingName)
	begun, _, err := Read(growing)
	if err != nil || begun == nil || begun.Removed {
		return err
	}
	found, err := Differences(&begun.Header, header)
	if err == nil && len(found) > 0 {
		err = fault.WithRemedies(&DifferentStudyError{What: root + " is being extended by another study; run that to its end, or remove " + growing, Differences: found}, fault.OtherFolder)
	}
	return err
}

// earlier compares a study with the one in the folder: nil is the same.
func earlier(p *plan.Plan, path string, old *Lock, complete bool, header *Header) (*Earlier, error) {
	found, err := Differences(&old.Header, header)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	different := func(why string) error {
		what := path + " holds another study"
		if why != "" {
			what += ", which this one does not extend (" + why + ")"
		}
		return fault.WithRemedies(&DifferentStudyError{What: what, Differences: found}, fault.OtherFolder, fault.Overwrite)
	}
	keys := func(d Difference) bool { return !mayGrow(d.Key) }
	if at := slices.IndexFunc(found, keys); at >= 0 {
		return nil, different(found[at].Key + " is another")
	}
	before, err := old.PlanWithoutData(filepath.Join(path, LockName), path)
	if err != nil {
		return nil, err
	}
	if complete {
		if err := old.Settle(before); err != nil {
			return nil, err
		}
		if err := old.CheckComplete(before, path); err != nil { // whose tables are read
			return nil, err
		}
	}
	extension, err := p.Extends(before)
	if err != nil {
		return nil, different(err.Error())
	}
	return &Earlier{Path: path, Extension: extension, Complete: complete, owner: old.owner()}, nil
}

// mayGrow reports whether a key may differ between a study and one that extends it. Whether what it
// says has grown, is compared point by point and seed by seed.
func mayGrow(key string) bool {
	switch key {
	case "points", "seeds", "runs_per_chunk":
		return true
	case "study.verdict.finalists", "study.search.halving.last": // which grow with points and seeds
		return true
	case "study.output.columns": // own, where runs come to share markets
		return true
	}
	for _, part := range []string{"grid", "zip", "exclude", "only", "sample", "seeds", "baseline", "verdict.holdout_seeds"} {
		if part = "study." + part; key == part || strings.HasPrefix(key, part+".") {
			return true
		}
	}
	for _, section := range []string{"engine", "market.synthetic", "market.recorded"} { // which an axis may sweep now
		if name, below := strings.CutPrefix(key, "study."+section+"."); below {
			return slices.ContainsFunc(param.Parameters(), func(p param.Parameter) bool { return p.Name == name })
		}
	}
	return false
}

// extend opens the folder of a larger study below that of the smaller, which is held.
func (f *Folder) extend(ctx context.Context, p *plan.Plan, header *Header, options Hold) error {
	if !options.Shard.Whole() {
		return fault.WithRemedies(errors.New(f.Path+" holds a smaller study, which one program extends: leave out the shard"), fault.OtherFolder)
	}
	f.root, f.Path = f.Path, filepath.Join(f.Path, growingName)
	if err := store.RefuseLinkedFolder(f.Path); err != nil {
		return err
	}
	if err := store.MakeRoot(f.Path); err != nil {
		return err
	}
	if err := f.hold(options.Shard, options.Together); err != nil { // for those who look at it
		return err
	}
	begun, complete, err := Read(f.Path)
	switch {
	case err != nil:
		return err
	case begun == nil || begun.Removed:
		return f.prepare(ctx, p, header, options)
	}
	if err := refuseOther(f.root, header); err != nil {
		return err
	}
	if complete {
		f.Lock = begun
	}
	return f.tidy(ctx)
}

// LogPath is the folder of run.log: also a larger study writes into the smaller one's.
func (f *Folder) LogPath() string {
	if f.root != "" {
		return f.root
	}
	return f.Path
}

// TakePlace puts a complete study, which extends another, in the other's place. Of any other study it
// does nothing.
func (f *Folder) TakePlace() error {
	if f.root == "" {
		return nil
	}
	if err := empty(f.root, f.Selections); err != nil {
		return err
	}
	if err := takePlace(f.root); err != nil {
		return err
	}
	f.Path, f.root, f.Earlier = f.root, "", nil
	return nil
}

// placeTaken completes what TakePlace was cut short in; it does nothing where it was not.
func placeTaken(root string) error {
	tombstone, complete, err := Read(root)
	if err != nil || complete || tombstone == nil || !tombstone.Removed {
		return nil // whoever opens the folder reports an error
	}
	if !store.Exists(filepath.Join(root, growingName, LockName)) {
		return nil
	}
	if !tombstone.Emptied { // else files of the larger study are there already
		if err := empty(root, tombstone.Selections); err != nil {
			return err
		}
	}
	return takePlace(root)
}

// empty removes a smaller study but for its log, and notes that it is gone.
func empty(root string, selections []plan.Selection) error {
	if err := removeAll(root, selections, LogName); err != nil {
		return err
	}
	content, err := tombstone(selections, true)
	if err != nil {
		return err
	}
	return store.WriteBytes(root, planName, content)
}

// takePlace moves what a larger study wrote into the folder above it, where a tombstone is, its lock
// last.
func takePlace(root string) error {
	growing := filepath.Join(root, growingName)
	var folders []string // into which files were moved
	last := ""
	move := func(file string) error {
		relative, err := filepath.Rel(growing, file)
		if err != nil {
			return err
		}
		to := filepath.Join(root, relative)
		if above := filepath.Dir(to); above != last { // the files of a folder come together
			if err := store.MakeRoot(above); err != nil {
				return err
			}
			folders, last = append(folders, above), above
		}
		return os.Rename(file, to)
	}
	lock := filepath.Join(growing, LockName)
	err := eachOwn(growing, func(file string) error {
		if file == lock {
			return nil
		}
		return move(file)
	})
	if err != nil {
		return err
	}
	for _, folder := range append(folders, root) {
		if err := store.SyncFolder(folder); err != nil {
			return err
		}
	}
	if err := move(lock); err != nil {
		return err
	}
	if err := store.SyncFolder(root); err != nil {
		return err
	}
	if err := removeGrowing(root); err != nil {
		return err
	}
	return removeChunks(root)
}

// removeGrowing removes the folder of a larger study, where nothing but what it left is in it.
func removeGrowing(root string) error {
	growing := filepath.Join(root, growingName)
	if !store.Exists(growing) {
		return nil
	}
	if err := eachOwn(growing, os.Remove); err != nil {
		return err
	}
	folders, err := ownFolders(growing)
	if err != nil {
		return err
	}
	for _, name := range []string{openingLock, writerLock} {
		if err := os.Remove(filepath.Join(growing, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, folder := range folders {
		os.Remove(folder) // stays where something else is in it
	}
	return nil
}
