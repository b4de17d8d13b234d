package folder

import (
	"errors"
	"fmt"

	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// ErrOthersMissing says that a shard is done and the study is not.
var ErrOthersMissing = errors.New("other shards are not done")

// ErrMergeLeft reports that all shards are done and only the merge is left.
var ErrMergeLeft = errors.New("every shard is done; the merge writes the results")

// DescribeMissing names the first few chunks of a stage that are not there.
func DescribeMissing(p *plan.Plan, stage *plan.Stage, missing []int) error {
	const shown = 8
	named := ""
	for i, chunk := range missing {
		if i == shown {
			named += fmt.Sprintf(" and %d more", len(missing)-shown)
			break
		}
		first, end := p.RunsOfChunk(chunk)
		named += fmt.Sprintf(" %d (runs %d to %d)", chunk, first, end-1)
	}
	where := ""
	if p.Halving != nil {
		where = " of " + stage.Name
	}
	return fmt.Errorf("%w: %d of %s%s missing:%s; chunk c belongs to shard c mod n + 1 of n", ErrOthersMissing, len(missing), text.Count(p.ChunksOfStage(stage), "chunk"), where, named)
}

// checkDisk compares the free disk with what a share of the study may take, less
// what is freed for it.
func checkDisk(p *plan.Plan, path string, share float64, freed int64) error {
	needed := float64(p.Estimate().Bytes)*share - float64(freed)
	free, known := store.FreeBytes(path)
	if known && needed > float64(free) {
		err := fmt.Errorf("about %s are needed and %s are free in %s: keep less (output.timeseries, output.columns), or choose another folder",
			text.Bytes(int64(needed)), text.Bytes(int64(free)), path)
		return fault.WithRemedies(err, fault.IgnoreDisk)
	}
	return nil
}
