package tables

import (
	"context"
	"slices"

	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// WriteRuns writes the tables of runs, those of the given names or all, from the rows
// of their chunks.
func WriteRuns(ctx context.Context, p *plan.Plan, root string, names []string, read func(chunk int, to *store.SummaryPart) error) error {
	part := store.NewSummaryPart(p.Grid.Axes(), p.OverDays())
	for name, stages := range p.TableStages() {
		if names != nil && !slices.Contains(names, name) {
			continue
		}
		chunks := 0
		for i := range stages {
			chunks += p.ChunksOfStage(&stages[i])
		}
		err := store.MergeSummary(root, name, chunks, func(i int, to *store.SummaryPart) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return read(stages[0].FirstChunk+i, to)
		}, part)
		if err != nil {
			return err
		}
	}
	return nil
}
