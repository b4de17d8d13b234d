package sweep

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// Result is what a study came to, read from its folder.
type Result struct {
	Folder       string
	Runs, Failed int
	Failures     []string // the first few
	Seeds        int
	FreshSeeds   int
	Figures      bool // were drawn
	Objective    *Objective
	Best         *PointResult // nil where there is none
	Baseline     *PointResult
	Difference   verdict.Difference
	Reused       bool // everything was there already
	Restored     int  // files that were gone and were made again
	Elapsed      time.Duration
	said
}

// PointResult is one point's figures over the seeds.
type PointResult struct {
	Point      int
	Setting    string // the swept parameters and their values
	Statistics map[string]verdict.Estimate
	Fresh      map[string]verdict.Estimate // on fresh seeds; nil where it did not run on them
}

// Lock is sweep.lock: the header of a complete study and the fingerprints of its
// results. The whole's is of the chunks', a chunk's of its rows of the summary, a
// row holds its run's.
type Lock struct {
	Header
	Build      *Build            `json:"build,omitempty"` // that completed it; of no consequence
	Runs       int               `json:"runs,omitempty"`
	Digest     string            `json:"digest,omitempty"`
	Chunks     []string          `json:"chunk_digests,omitempty"`
	Kept       map[string]string `json:"kept_digests,omitempty"` // of the runs that timeseries: best keeps
	Files      map[string]string `json:"file_sha256,omitempty"`  // of the tables' bytes, for whoever checks this copy
	Stages     map[string][]int  `json:"stage_points,omitempty"` // of every stage that follows from the runs before it
	Selections []Selection       `json:"selections,omitempty"`   // in this folder, the last this study's
	Seal       string            `json:"lock_sha256,omitempty"`  // of everything else in the lock
}

// seal is the fingerprint of a lock: of its JSON on one line, without the seal.
func (l Lock) seal() (string, error) {
	l.Seal = ""
	content, err := json.Marshal(l)
	hash := sha256.Sum256(content)
	return hex.EncodeToString(hash[:]), err
}

// tables lists the files that Lock.Files covers, of a study with or without fresh
// seeds.
func tables(fresh bool) []string {
	names := []string{"study.yaml", "summary.parquet", "summary.csv", "points.parquet", "points.csv"}
	if fresh {
		names = append(names, "fresh.parquet", "fresh.csv")
	}
	return names
}

// finish writes everything that follows from the committed chunks, sweep.lock
// last: its appearance makes the study complete. Where ctx ends, the next run goes on
// from the chunks.
func finish(ctx context.Context, study *Study, f *folder) error {
	build := ReadBuild()
	lock := Lock{Header: *f.header, Build: &build, Runs: study.Runs(), Stages: study.settled()}
	lock.Chunks = make([]string, study.chunks())
	err := writeRunTables(ctx, study, f.path, nil, func(chunk int, to *store.SummaryPart) (err error) {
		lock.Chunks[chunk], err = f.part(chunk, to)
		return err
	})
	if err != nil {
		return err
	}
	lock.Digest = wholeDigest(lock.Chunks)
	if lock.Selections, err = selectionsOf(study, f); err != nil {
		return err
	}
	if err := writeResults(ctx, study, f, &lock); err != nil {
		return err
	}
	if lock.Files, err = fingerprints(f.path, tables(study.Fresh != nil)); err != nil {
		return err
	}
	if err := removeTemporaries(f.path); err != nil {
		return err
	}
	if lock.Seal, err = lock.seal(); err != nil {
		return err
	}
	content, err := json.MarshalIndent(lock, "", "  ")
	if err != nil {
		return err
	}
	if err := store.WriteBytes(f.path, lockName, append(content, '\n')); err != nil {
		return err
	}
	f.lock = &lock
	return removeChunks(f.path)
}

// writeRunTables writes the tables of runs, those of the given names or all, from the rows
// of their chunks.
func writeRunTables(ctx context.Context, study *Study, folder string, names []string, read func(chunk int, to *store.SummaryPart) error) error {
	part := store.NewSummaryPart(study.Grid.Axes())
	for name, stages := range study.tables() {
		if names != nil && !slices.Contains(names, name) {
			continue
		}
		chunks := 0
		for i := range stages {
			chunks += study.chunksOf(&stages[i])
		}
		err := store.MergeSummary(folder, name, chunks, func(i int, to *store.SummaryPart) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return read(stages[0].firstChunk+i, to)
		}, part)
		if err != nil {
			return err
		}
	}
	return nil
}

// fingerprints returns the SHA-256 of files by name.
func fingerprints(folder string, names []string) (map[string]string, error) {
	sums := make([]string, len(names))
	var group errgroup.Group
	for i, name := range names {
		group.Go(func() error {
			table, err := identify(filepath.Join(folder, name))
			if err != nil {
				return err
			}
			sums[i] = table.SHA256
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	files := map[string]string{}
	for i, name := range names {
		files[name] = sums[i]
	}
	return files, nil
}

// writeResults writes what follows from the tables of runs: the table of points beside
// the rest, which does not look at it.
func writeResults(ctx context.Context, study *Study, f *folder, lock *Lock) error {
	var group errgroup.Group
	for _, write := range []func(*summary) error{
		func(s *summary) error { return s.writePoints(f.path) },
		func(s *summary) error { return s.writeFindings(ctx, f, lock) },
	} {
		group.Go(func() (err error) {
			s, err := openSummary(study, f.path) // each its own: they read in another order
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.close()) }()
			return write(s)
		})
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// writeFindings writes the verdict, the figures and the page.
func (s *summary) writeFindings(ctx context.Context, f *folder, lock *Lock) error {
	j, err := s.judge(lock.Selections)
	if err != nil {
		return err
	}
	if err := j.write(f.path); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if lock.Kept, err = s.writeChosen(f); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.report(j, lock, f.path)
}

// wholeDigest is the fingerprint of the chunks' fingerprints.
func wholeDigest(chunks []string) string {
	var whole store.Digest
	whole.Reset()
	for _, chunk := range chunks {
		whole.Text(chunk)
	}
	return whole.String()
}

// loadResult reads what a complete folder came to.
func loadResult(study *Study, folder string) (result *Result, err error) {
	s, err := openSummary(study, folder)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if result, err = s.load(); err != nil {
		return nil, err
	}
	result.Folder = folder
	result.said, err = readSaid(folder)
	return result, err
}

// load reads what the tables came to.
func (s *summary) load() (r *Result, err error) {
	study := s.study
	r = &Result{Runs: study.Runs(), Seeds: study.Seeds.Len(), Figures: study.Output.Figures, Objective: study.Objective}
	if r.Failed, r.Failures, err = s.failures(shownFailures); err != nil {
		return nil, err
	}
	objective, err := s.objective()
	if err != nil {
		return nil, err
	}
	baseline, _ := study.Grid.Baseline()
	points := []int{baseline}
	if best := objective.Best(baseline); best >= 0 {
		r.Difference = objective.Compare(best, baseline)
		points = append(points, best)
	}
	if study.Fresh != nil {
		r.FreshSeeds = study.Fresh.Len()
	}
	results, err := s.results(points)
	if err != nil {
		return nil, err
	}
	if r.Baseline = results[0]; len(results) > 1 {
		r.Best = results[1]
	}
	return r, nil
}

// results reads the figures of points, each column once for all of them.
func (s *summary) results(points []int) ([]*PointResult, error) {
	stage := s.study.freshRuns()
	results := make([]*PointResult, len(points))
	for i, point := range points {
		results[i] = &PointResult{Point: point, Setting: s.study.setting(point), Statistics: map[string]verdict.Estimate{}}
		if stage == nil {
			continue
		}
		if _, fresh := stage.place(point); fresh {
			results[i].Fresh = map[string]verdict.Estimate{}
		}
	}
	objective := s.study.Objective
	onSelection := func(figure string) (*verdict.Scores, error) {
		return s.study.figuresAt(s.study.selection(), s.column, figure, points)
	}
	onFresh := func(figure string) (*verdict.Scores, error) { return s.study.freshFigures(s.column, figure) }
	columns := objective.columns()
	selection, fresh := make([]*verdict.Scores, len(columns)), make([]*verdict.Scores, len(columns))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, column := range columns {
		group.Go(func() (err error) {
			if selection[i], err = objective.column(column, onSelection); err == nil && stage != nil {
				fresh[i], err = objective.column(column, onFresh)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for i, column := range columns {
		for k, r := range results {
			r.Statistics[column] = selection[i].Of(k)
			if stage == nil {
				continue
			}
			if place, in := stage.place(r.Point); in {
				r.Fresh[column] = fresh[i].Of(place)
			}
		}
	}
	return results, nil
}
