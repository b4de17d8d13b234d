package folder

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/spec"
	"optmm/sweep/store"
)

// Check compares the lock with itself and with its plan.
func (l *Lock) Check(p *plan.Plan) error {
	hash, err := spec.Hash(l.Study)
	if err != nil {
		return err
	}
	switch {
	case l.Runs != p.Runs():
		return fault.Mismatch("sweep.lock has %d runs, its study %d", l.Runs, p.Runs())
	case l.StudyHash != hash:
		return fault.Mismatch("sweep.lock has study %s, its study is %s", l.StudyHash, hash)
	case l.Points != p.Grid.Points() || l.Seeds != p.Seeds.Len():
		return fault.Mismatch("sweep.lock has %d points and %d seeds, its study %d and %d", l.Points, l.Seeds, p.Grid.Points(), p.Seeds.Len())
	case len(l.Chunks) != p.ChunkCount():
		return fault.Mismatch("sweep.lock has %d chunks, its study %d", len(l.Chunks), p.ChunkCount())
	case wholeDigest(l.Chunks) != l.Digest:
		return fault.Mismatch("the chunks' digests come to %s, sweep.lock has %s", wholeDigest(l.Chunks), l.Digest)
	}
	return nil
}

// KeepsMinutes reports whether a complete study has the minutes of a run, unless the run failed.
func (l *Lock) KeepsMinutes(p *plan.Plan, run int) bool {
	switch p.Output.Timeseries {
	case store.KeepNone:
		return false
	case store.KeepBest:
		return l.Kept[strconv.Itoa(run)] != ""
	}
	return run < p.Runs()
}

// CheckTables compares the bytes of the tables with the lock.
func (l *Lock) CheckTables(p *plan.Plan, folder string) error {
	return cmp.Or(l.checkTables(folder, tableNames(p.Holdout != nil))...)
}

// checkTables compares tables, all at once, and returns what is wrong with each.
func (l *Lock) checkTables(folder string, names []string) []error {
	checked := make([]error, len(names))
	var together errgroup.Group
	for i, name := range names {
		together.Go(func() error {
			checked[i] = l.checkTable(folder, name)
			return nil
		})
	}
	together.Wait() // none returns an error of its own
	return checked
}

func (l *Lock) checkTable(folder, name string) error {
	hash, _, err := store.SHA256(filepath.Join(folder, name))
	switch want := l.Files[name]; {
	case errors.Is(err, fs.ErrNotExist):
		return fault.Mismatch("%s is missing", name)
	case err != nil:
		return err
	case hash != want:
		return fault.Mismatch("%s has SHA-256 %s, sweep.lock has %q", name, hash, want)
	}
	return nil
}

// WrongTables lists the tables that are gone or not what the lock says.
func (l *Lock) WrongTables(p *plan.Plan, folder string) (wrong []string, err error) {
	names := tableNames(p.Holdout != nil)
	for i, err := range l.checkTables(folder, names) {
		var differs *fault.MismatchError
		switch {
		case errors.As(err, &differs):
			wrong = append(wrong, names[i])
		case err != nil:
			return nil, err
		}
	}
	return wrong, nil
}

// CheckComplete compares the lock of a complete study with itself, and the bytes of its
// tables with the lock, before anything is read from them.
func (l *Lock) CheckComplete(p *plan.Plan, folder string) error {
	return l.checkComplete(p, folder, tableNames(p.Holdout != nil))
}

func (l *Lock) checkComplete(p *plan.Plan, folder string, tables []string) error {
	err := l.Check(p)
	if err == nil {
		if err = cmp.Or(l.checkTables(folder, tables)...); err != nil {
			err = fmt.Errorf("%w; sweep run %s, with this folder as its output, makes it again", err, filepath.Join(folder, LockName))
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	return nil
}

// OpenComplete reads the lock of a complete study for looking at its results, for a
// command of that name, and checks that its tables are what the lock says.
func OpenComplete(command, folder string) (*Lock, *plan.Plan, error) {
	return openComplete(command, folder, func(string) bool { return true })
}

// OpenParquet is OpenComplete for a command that reads the tables in Parquet alone: it does not wait for
// their copies as text, which are twice as large.
func OpenParquet(command, folder string) (*Lock, *plan.Plan, error) {
	return openComplete(command, folder, func(table string) bool { return !strings.HasSuffix(table, ".csv") })
}

func openComplete(command, folder string, reads func(table string) bool) (*Lock, *plan.Plan, error) {
	lock, complete, err := Read(folder)
	switch {
	case err == nil && (lock == nil || lock.Removed):
		err = noStudy(folder)
	case err == nil && !complete:
		err = fmt.Errorf("the study in %s is not complete; sweep run goes on", folder)
	}
	if err != nil {
		return nil, nil, fault.Usagef("%s: %w", command, err)
	}
	p, err := lock.PlanWithoutData(filepath.Join(folder, LockName), folder)
	if err != nil {
		return nil, nil, err
	}
	if err := lock.Settle(p); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", folder, err)
	}
	read := slices.DeleteFunc(tableNames(p.Holdout != nil), func(table string) bool { return !reads(table) })
	return lock, p, lock.checkComplete(p, folder, read)
}
