package sweep

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"optmm/sweep/execute"
	"optmm/sweep/folder"
	"optmm/sweep/judge"
	"optmm/sweep/plan"
	"optmm/sweep/present"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

// Report makes the page and the verdict of a complete study again, from its tables and
// figures, and returns the page's name; of a study that is not complete, a page of what is committed.
func Report(root string) (string, error) {
	if u, err := folder.OpenUnfinished("report", root); err != nil {
		return "", err
	} else if u != nil {
		return reportSoFar(u, root, time.Now())
	}
	lock, p, err := folder.OpenComplete("report", root)
	if err != nil {
		return "", err
	}
	_, err = restoreFindings(context.Background(), p, root, lock, nil)
	return filepath.Join(root, folder.ReportName), err
}

// restoreFindings makes the verdict and the page of a complete study again where they are
// gone or changed, and, with a repeater, the figures that are gone; it returns how many files.
func restoreFindings(ctx context.Context, p *plan.Plan, path string, lock *folder.Lock, repeater *execute.Repeater) (restored int, err error) {
	s, err := tables.Open(p, path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	j, err := judge.Study(s, lock)
	if err != nil {
		return 0, err
	}
	if missing := present.MissingFigures(p, path, j.Drawn()); repeater != nil && len(missing) > 0 {
		restored += len(missing)
		if _, err := present.WriteBestAndBaseline(ctx, s, path, repeater); err != nil {
			return 0, err
		}
	}
	changed, err := present.Changed(s, j, lock, path)
	for name, content := range changed {
		restored++
		err = errors.Join(err, store.WriteBytes(path, name, content))
	}
	return restored, err
}
