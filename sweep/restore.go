package sweep

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"optmm/sweep/store"
)

// restore makes the files of time series that are gone from a complete study
// again and returns how many. A run that no longer comes to its digest is a
// MismatchError.
func restore(ctx context.Context, study *Study, folder string, workers int) (int, error) {
	if !someFileMissing(study, folder) {
		return 0, nil
	}
	lock, _, err := readHeader(folder)
	if err != nil {
		return 0, err
	}
	c := &checker{study: study, lock: lock, folder: folder, summary: store.NewSummaryPart(study.Grid.Axes())}
	if err := verifySummary(study, lock, folder, c.summary); err != nil {
		return 0, err
	}
	expected, err := c.files()
	if err != nil {
		return 0, err
	}
	var missing []int
	for _, number := range expected {
		if !exists(filepath.Join(folder, seriesName(study, number))) {
			missing = append(missing, number)
		}
	}
	return len(missing), c.all(ctx, workers, missing, c.restore)
}

// seriesName is the file of a run, or of a chunk of a packed study.
func seriesName(study *Study, number int) string {
	if study.Output.Layout == LayoutPacked {
		return store.PackedName(number)
	}
	return store.RunName(number)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// someFileMissing looks without reading anything; a failed run has no file and
// counts as missing.
func someFileMissing(study *Study, folder string) bool {
	files := study.Runs()
	switch {
	case study.Output.Timeseries == "none":
		return false
	case study.Output.Timeseries == "best":
		return true // which runs are kept stands in the lock
	case study.Output.Layout == LayoutPacked:
		files = study.chunks()
	}
	for number := range files {
		if !exists(filepath.Join(folder, seriesName(study, number))) {
			return true
		}
	}
	return false
}

// restore makes one file again.
func (c *checker) restore(w *worker, number int) error {
	files := store.NewBatch(c.folder)
	defer files.Discard()
	first, end := number, number+1
	if c.study.Output.Layout == LayoutPacked {
		first, end = c.study.chunk(number)
		w.begin(number)
		if err := files.Add(store.PackedName(number), func(to io.Writer) error { return w.packed(to) }); err != nil {
			return err
		}
	} else {
		w.part.Reset()
		if err := w.add(number, w.perRun(files)); err != nil {
			return err
		}
	}
	digests := w.part.Columns[len(w.part.Columns)-1].Texts
	for run := first; run < end; run++ {
		if got, want := digests[run-first], c.digestOf(run); got != want {
			return mismatch("run %d: made again it has digest %s, the study has %s", run, got, want)
		}
	}
	if err := files.Commit(); err != nil {
		return fmt.Errorf("restore run %d: %w", number, err)
	}
	return nil
}
