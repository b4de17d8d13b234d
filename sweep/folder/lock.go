package folder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// Lock is sweep.lock: the header of a complete study and the fingerprints of its
// results. The whole's is of the chunks', a chunk's of its rows of the summary, a
// row holds its run's.
type Lock struct {
	Header
	Build      *Build            `json:"build,omitempty"` // that completed it; does not matter
	Runs       int               `json:"runs,omitempty"`
	Digest     string            `json:"digest,omitempty"`
	Chunks     []string          `json:"chunk_digests,omitempty"`
	Kept       map[string]string `json:"kept_digests,omitempty"` // of the runs that timeseries: best keeps
	Files      map[string]string `json:"file_sha256,omitempty"`  // of the tables' bytes, for a check of this copy
	Stages     map[string][]int  `json:"stage_points,omitempty"` // of every stage that follows from the runs before it
	Selections []plan.Selection  `json:"selections,omitempty"`   // in this folder, the last this study's
	Law        *Law              `json:"law,omitempty"`          // what it would have said of days that trades filled
	Signals    []Signal          `json:"signals,omitempty"`      // evidence on the scores of trained models
	Seal       string            `json:"lock_sha256,omitempty"`  // of everything else in the lock
}

// seal is the fingerprint of a lock: of its JSON on one line, without the seal.
func (l Lock) seal() (string, error) {
	l.Seal = ""
	content, err := json.Marshal(l)
	hash := sha256.Sum256(content)
	return hex.EncodeToString(hash[:]), err
}

// tableNames lists the files that Lock.Files covers, of a study with or without holdout
// seeds.
func tableNames(holdout bool) []string {
	names := []string{"study.yaml", "summary.parquet", "summary.csv", "points.parquet", "points.csv"}
	if holdout {
		names = append(names, "holdout.parquet", "holdout.csv")
	}
	return names
}

// fingerprints returns the SHA-256 of files by name.
func fingerprints(folder string, names []string) (map[string]string, error) {
	sums := make([]string, len(names))
	var group errgroup.Group
	for i, name := range names {
		group.Go(func() error {
			hash, _, err := store.SHA256(filepath.Join(folder, name))
			sums[i] = hash
			return err
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

// checkSeal refuses a lock that was changed after it was written.
func (l *Lock) checkSeal() error {
	seal, err := l.seal()
	if err == nil && seal != l.Seal {
		err = fault.Mismatch("sweep.lock has lock_sha256 %q and comes to %s: it is not what was written", l.Seal, seal)
	}
	return err
}

// NewLock returns the lock of a plan whose chunks are all committed and have these
// digests, but for what its files come to.
func NewLock(p *plan.Plan, f *Folder, chunks []string) *Lock {
	build := ReadBuild()
	return &Lock{Header: *f.Header, Build: &build, Runs: p.Runs(), Stages: settled(p), Chunks: chunks, Digest: wholeDigest(chunks)}
}

// Complete writes the lock of a study whose files are all there, which makes it complete.
func (f *Folder) Complete(ctx context.Context, p *plan.Plan, lock *Lock) (err error) {
	if lock.Files, err = fingerprints(f.Path, tableNames(p.Holdout != nil)); err != nil {
		return err
	}
	if err := removeTemporaries(f.Path); err != nil {
		return err
	}
	if lock.Seal, err = lock.seal(); err != nil {
		return err
	}
	content, err := json.MarshalIndent(lock, "", "  ")
	if err != nil {
		return err
	}
	if first, err := f.firstLock(ctx, lock); err != nil {
		return err
	} else if first != nil {
		f.Lock = first
		return f.removeChunks(ctx)
	}
	if err := f.PublishChanged(ctx); err != nil {
		return err
	}
	if err := store.WriteBytes(f.Path, LockName, append(content, '\n')); err != nil {
		return err
	}
	if f.Lock, err = f.publishLock(ctx, lock); err != nil {
		return err
	}
	return f.removeChunks(ctx)
}

// settled returns the points of the stages that other stages chose, for the lock.
func settled(p *plan.Plan) map[string][]int {
	points := map[string][]int{}
	for i := range p.Stages {
		if stage := &p.Stages[i]; stage.Points != nil {
			points[stage.Name] = stage.Points
		}
	}
	return points
}

// Settle takes the points of every stage of a plan from the lock of a complete study.
func (l *Lock) Settle(p *plan.Plan) error {
	for i := range p.Stages {
		stage := &p.Stages[i]
		if stage.Known() {
			continue
		}
		points := l.Stages[stage.Name]
		if len(points) != stage.Size {
			return fault.Mismatch("sweep.lock has %d points of stage %q, its study %d", len(points), stage.Name, stage.Size)
		}
		for k, point := range points {
			if point < 0 || point >= p.Grid.Points() || k > 0 && point <= points[k-1] {
				return fault.Mismatch("sweep.lock: the points of stage %q are not points of the grid in their order", stage.Name)
			}
		}
		stage.Points = points
	}
	return nil
}
