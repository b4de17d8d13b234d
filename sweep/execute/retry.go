package execute

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

// reopen turns a complete study back into committed chunks, so that some of its
// runs can be done again. The lock goes last: until then the study is complete.
func reopen(p *plan.Plan, f *folder.Folder) error {
	if f.Lock == nil {
		return nil
	}
	if err := f.Lock.Settle(p); err != nil {
		return err
	}
	if err := f.Lock.CheckComplete(p, f.Path); err != nil { // its rows become chunks, with digests of their own
		return err
	}
	runs, err := tables.Open(p, f.Path)
	if err != nil {
		return err
	}
	defer runs.Close()
	part := store.NewSummaryPart(p.Grid.Axes(), p.OverDays())
	if err := f.WritePlan(f.Header); err != nil {
		return err
	}
	for chunk := range p.ChunkCount() {
		if err := runs.Part(chunk, part); err != nil {
			return err
		}
		if err := store.WriteFile(f.Path, store.ChunkName(chunk), func(to io.Writer) error { return part.Write(to, f.Owner) }); err != nil {
			return err
		}
	}
	if err := os.Remove(filepath.Join(f.Path, folder.LockName)); err != nil {
		return err
	}
	f.Lock = nil
	p.Reset() // the runs done again may lead to other finalists
	return store.SyncFolder(f.Path)
}

// failedChunks lists the committed chunks of a stage that hold failed runs.
func failedChunks(p *plan.Plan, f *folder.Folder, stage *plan.Stage) []int {
	var failed []int
	part := store.NewSummaryPart(p.Grid.Axes(), p.OverDays())
	for chunk := stage.FirstChunk; chunk < stage.FirstChunk+p.ChunksOfStage(stage); chunk++ {
		if f.Committed(p, chunk, part) && len(part.Failed()) > 0 {
			failed = append(failed, chunk)
		}
	}
	return failed
}

// retry does the failed runs of the current chunk, which is committed, again; the rows
// of its other runs stay as they are. Where a chunk has one file of all its runs, it is
// written again with all of them.
func (w *worker) retry() error {
	if w.plan.Output.Layout == spec.LayoutPacked || w.plan.Output.OptionSummary {
		return w.simulateChunk()
	}
	old := store.NewSummaryPart(w.plan.Grid.Axes(), w.plan.OverDays())
	if _, err := store.ReadSummaryPart(filepath.Join(w.folder, store.ChunkName(w.chunk)), w.owner, old); err != nil {
		return err
	}
	again := map[int]bool{}
	for _, row := range old.Failed() {
		again[row] = true
	}
	first, _ := w.plan.RunsOfChunk(w.chunk)
	keep := w.perRun(w.files)
	if w.plan.Output.Timeseries != store.KeepAll {
		keep = nil
	}
	for row := range old.Rows() {
		if !again[row] {
			w.part.Copy(old, row)
			continue
		}
		if err := w.add(first+row, keep); err != nil {
			return fmt.Errorf("retry: %w", err)
		}
	}
	return nil
}
