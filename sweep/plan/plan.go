package plan

import "optmm/sweep/spec"

// Plan is a study with its runs laid out: run ↔ point, seed and chunk. It knows no disk.
// The number of runs of every stage follows from the study alone; which points a later
// stage is about is settled while the study runs.
type Plan struct {
	*spec.Study
	Stages       []Stage
	RunsPerChunk int         // runs
	Earlier      []Selection // of the lock that the study was read from

	where      string // the condition that candidates meet; empty: all points are
	candidates []bool

	holdoutLacks bool // the baseline
}

// New lays out the runs of a study.
func New(study *spec.Study) *Plan { return Continue(study, 0) }

// Continue lays out the runs of a study that was begun with chunks of chunkSize runs; 0 chooses a size.
func Continue(study *spec.Study, chunkSize int) *Plan {
	p := &Plan{Study: study, RunsPerChunk: chunkSize}
	if p.RunsPerChunk == 0 {
		p.RunsPerChunk = p.chunkRuns()
	}
	p.Reset()
	return p
}
