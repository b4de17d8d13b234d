package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/store"
)

// Options are how a study is run; none of them changes a result.
type Options struct {
	Workers  int    // simulations at once; at least 1
	Folder   string // where the results go
	Observer Observer
}

// Observer is told of progress, from several goroutines at once.
type Observer interface {
	Start(runs, done int)
	Chunk(runs, failed int, bestSoFar string)
	Finish()
}

// ErrFailedRuns says that a study is complete but some of its runs failed.
var ErrFailedRuns = errors.New("some runs failed")

// Run runs what is missing of a study in the folder and, when nothing is, writes
// its results. Interrupted through ctx it finishes the chunks in hand and returns
// ctx's error; the next Run goes on from there. Runs that fail are rows of the
// summary, and the result comes with ErrFailedRuns.
func Run(ctx context.Context, study *Study, options Options) (*Result, error) {
	started := time.Now()
	header, err := study.Header()
	if err != nil {
		return nil, err
	}
	folder, err := openFolder(options.Folder, study, header)
	if err != nil {
		return nil, &UsageError{err} // nothing was run, nothing is left
	}
	defer folder.close()
	if !folder.complete {
		if err := simulate(ctx, study, folder, options); err != nil {
			return nil, err
		}
		if err := finish(study, folder); err != nil {
			return nil, err
		}
	}
	result, err := loadResult(study, folder.path)
	if err != nil {
		return nil, err
	}
	result.Reused = folder.complete
	result.Elapsed = time.Since(started)
	if result.Failed > 0 {
		return result, ErrFailedRuns
	}
	return result, nil
}

// simulate does the chunks that are not committed yet.
func simulate(ctx context.Context, study *Study, folder *folder, options Options) error {
	missing := folder.missingChunks(study)
	done := study.Runs()
	for _, chunk := range missing {
		first, end := study.chunk(chunk)
		done -= end - first
	}
	options.Observer.Start(study.Runs(), done)
	defer options.Observer.Finish()

	shared := newMarkets(study)
	scores := newRunningScores(study)
	group, working := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range max(1, options.Workers) {
		group.Go(func() error {
			w := newWorker(study, shared, folder.path)
			for working.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(missing) {
					return nil
				}
				failed, err := w.chunk(missing[i])
				if err != nil {
					return err
				}
				options.Observer.Chunk(w.part.Rows(), failed, scores.add(w.part))
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// folder is the place of a study's results, held for writing.
type folder struct {
	path     string
	complete bool // sweep.lock is there
}

const planName = "chunks/plan.json"

// openFolder makes the folder or finds the same study in it. A folder that holds
// anything else is refused untouched.
func openFolder(path string, study *Study, header *Header) (*folder, error) {
	f := &folder{path: path}
	content, err := json.MarshalIndent(header, "", "  ")
	if err != nil {
		return nil, err
	}
	old, err := readHeader(path)
	switch {
	case err != nil:
		return nil, err
	case old != nil:
		found, err := differences(old, header)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			return nil, &DifferentStudyError{Folder: path, Differences: found}
		}
		_, err = os.Stat(filepath.Join(path, "sweep.lock"))
		f.complete = err == nil
		return f, nil
	}
	if entries, _ := os.ReadDir(path); len(entries) > 0 { // what cannot be read is found out by the next line
		return nil, fmt.Errorf("open %s: the folder is not empty and holds no study; choose another with --out", path)
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	relative := study.dataFile
	if study.Recorded() {
		if relative, err = relativePath(path, study.dataFile); err != nil {
			return nil, err
		}
	}
	resolved, err := study.resolvedYAML(relative)
	if err != nil {
		return nil, err
	}
	if err := store.WriteBytes(filepath.Join(path, "study.yaml"), resolved); err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	if err := store.WriteBytes(filepath.Join(path, planName), append(content, '\n')); err != nil {
		return nil, fmt.Errorf("open folder: %w", err)
	}
	return f, nil
}

func (f *folder) close() {}

// relativePath returns the way from a folder to a file, so that both can move
// together.
func relativePath(folder, file string) (string, error) {
	from, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	return filepath.Rel(from, to)
}

// DifferentStudyError says that a folder holds another study.
type DifferentStudyError struct {
	Folder      string
	Differences []Difference
}

func (e *DifferentStudyError) Error() string {
	lines := []string{fmt.Sprintf("%s holds another study:", e.Folder)}
	for _, d := range e.Differences {
		lines = append(lines, "  "+d.String())
	}
	return strings.Join(append(lines, "choose another folder with --out or --name"), "\n")
}

// readHeader returns the header of the study in a folder, nil where there is
// none.
func readHeader(path string) (*Header, error) {
	for _, name := range []string{"sweep.lock", planName} {
		content, err := os.ReadFile(filepath.Join(path, name))
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("open folder: %w", err)
		}
		var header Header
		if err := json.Unmarshal(content, &header); err != nil {
			return nil, fmt.Errorf("open folder: %s is damaged: %w", filepath.Join(path, name), err)
		}
		if header.Format != FormatVersion {
			return nil, fmt.Errorf("open folder: %s was written in format %d by engine version %s; this program reads format %d", path, header.Format, header.Engine, FormatVersion)
		}
		return &header, nil
	}
	return nil, nil
}

// missingChunks lists the chunks that are not committed.
func (f *folder) missingChunks(study *Study) []int {
	var missing []int
	for chunk := range study.chunks() {
		if _, err := os.Stat(chunkName(f.path, chunk)); err != nil {
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
	return slices.Clip(names)
}
