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

// writeRunTables writes the tables of runs, those of the given names or all, from the rows
// of their chunks.
func writeRunTables(ctx context.Context, p *Plan, folder string, names []string, read func(chunk int, to *store.SummaryPart) error) error {
	part := store.NewSummaryPart(p.Grid.Axes())
	for name, stages := range p.tables() {
		if names != nil && !slices.Contains(names, name) {
			continue
		}
		chunks := 0
		for i := range stages {
			chunks += p.chunksOf(&stages[i])
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
func loadResult(p *Plan, folder string) (result *Result, err error) {
	s, err := openSummary(p, folder)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if result, err = load(s); err != nil {
		return nil, err
	}
	result.Folder = folder
	result.said, err = readSaid(folder)
	return result, err
}

// load reads what the tables came to.
func load(s *summary) (r *Result, err error) {
	p := s.plan
	r = &Result{Runs: p.Runs(), Seeds: p.Seeds.Len(), Figures: p.Output.Figures, Objective: p.Objective}
	if r.Failed, r.Failures, err = s.failures(shownFailures); err != nil {
		return nil, err
	}
	objective, err := s.objective()
	if err != nil {
		return nil, err
	}
	baseline, _ := p.Grid.Baseline()
	points := []int{baseline}
	if best := objective.Best(baseline); best >= 0 {
		r.Difference = objective.Compare(best, baseline)
		points = append(points, best)
	}
	if p.Fresh != nil {
		r.FreshSeeds = p.Fresh.Len()
	}
	results, err := resultsOf(s, points)
	if err != nil {
		return nil, err
	}
	if r.Baseline = results[0]; len(results) > 1 {
		r.Best = results[1]
	}
	return r, nil
}

// resultsOf reads the figures of points, each column once for all of them.
func resultsOf(s *summary, points []int) ([]*PointResult, error) {
	stage := s.plan.holdout()
	results := make([]*PointResult, len(points))
	for i, point := range points {
		results[i] = &PointResult{Point: point, Setting: s.plan.setting(point), Statistics: map[string]verdict.Estimate{}}
		if stage == nil {
			continue
		}
		if _, fresh := stage.place(point); fresh {
			results[i].Fresh = map[string]verdict.Estimate{}
		}
	}
	objective := s.plan.Objective
	onSelection := func(figure string) (*verdict.Scores, error) {
		return s.source().figureOf(s.plan.selection(), figure, points)
	}
	columns := objective.columns()
	selection, fresh := make([]*verdict.Scores, len(columns)), make([]*verdict.Scores, len(columns))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, column := range columns {
		group.Go(func() (err error) {
			if selection[i], err = columnOf(objective, column, onSelection); err == nil && stage != nil {
				fresh[i], err = columnOf(objective, column, s.source().holdoutFigure)
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
