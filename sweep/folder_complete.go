package sweep

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"optmm/sweep/fault"
)

// check compares the lock with itself and with its plan.
func (l *Lock) check(p *Plan) error {
	hash, err := hashStudy(l.Study)
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
	case len(l.Chunks) != p.chunks():
		return fault.Mismatch("sweep.lock has %d chunks, its study %d", len(l.Chunks), p.chunks())
	case wholeDigest(l.Chunks) != l.Digest:
		return fault.Mismatch("the chunks' digests come to %s, sweep.lock has %s", wholeDigest(l.Chunks), l.Digest)
	}
	return nil
}

// checkTables compares the bytes of the tables with the lock.
func (l *Lock) checkTables(p *Plan, folder string) error {
	for _, name := range tables(p.Fresh != nil) {
		if err := l.checkTable(folder, name); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lock) checkTable(folder, name string) error {
	table, err := identify(filepath.Join(folder, name))
	switch want := l.Files[name]; {
	case errors.Is(err, fs.ErrNotExist):
		return fault.Mismatch("%s is missing", name)
	case err != nil:
		return err
	case table.SHA256 != want:
		return fault.Mismatch("%s has SHA-256 %s, sweep.lock has %q", name, table.SHA256, want)
	}
	return nil
}

// wrongTables lists the tables that are gone or not what the lock says.
func (l *Lock) wrongTables(p *Plan, folder string) (wrong []string, err error) {
	for _, name := range tables(p.Fresh != nil) {
		var differs *fault.MismatchError
		switch err := l.checkTable(folder, name); {
		case errors.As(err, &differs):
			wrong = append(wrong, name)
		case err != nil:
			return nil, err
		}
	}
	return wrong, nil
}

// checkComplete compares the lock of a complete study with itself, and the bytes of its
// tables with the lock, before anything is told from them.
func (l *Lock) checkComplete(p *Plan, folder string) error {
	err := l.check(p)
	if err == nil {
		if err = l.checkTables(p, folder); err != nil {
			err = fmt.Errorf("%w; sweep run %s --out %s makes it again", err, filepath.Join(folder, lockName), folder)
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	return nil
}

// checkSeal refuses a lock that was changed after it was written.
func (l *Lock) checkSeal() error {
	seal, err := l.seal()
	if err == nil && seal != l.Seal {
		err = fault.Mismatch("sweep.lock has lock_sha256 %q and comes to %s: it is not what was written", l.Seal, seal)
	}
	return err
}
