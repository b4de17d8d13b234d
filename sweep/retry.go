package sweep

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"optmm/sweep/store"
)

// reopen turns a complete study back into committed chunks, so that some of its
// runs can be done again. The lock goes last: until then the study is complete.
func reopen(p *Plan, f *folder) error {
	if f.lock == nil {
		return nil
	}
	if err := f.lock.settle(p); err != nil {
		return err
	}
	if err := f.lock.checkComplete(p, f.path); err != nil { // its rows become chunks, with digests of their own
		return err
	}
	tables, err := openSummary(p, f.path)
	if err != nil {
		return err
	}
	defer tables.close()
	part := store.NewSummaryPart(p.Grid.Axes())
	if err := f.writePlan(f.header); err != nil {
		return err
	}
	for chunk := range p.chunks() {
		if err := tables.part(chunk, part); err != nil {
			return err
		}
		if err := store.WriteFile(f.path, store.ChunkName(chunk), func(to io.Writer) error { return part.Write(to, f.owner) }); err != nil {
			return err
		}
	}
	if err := os.Remove(filepath.Join(f.path, lockName)); err != nil {
		return err
	}
	f.lock = nil
	p.arrange() // the runs done again may lead to other finalists
	return store.SyncFolder(f.path)
}

// failedChunks lists the committed chunks of a stage that hold failed runs.
func failedChunks(p *Plan, f *folder, stage *stage) []int {
	var failed []int
	part := store.NewSummaryPart(p.Grid.Axes())
	for chunk := stage.firstChunk; chunk < stage.firstChunk+p.chunksOf(stage); chunk++ {
		if f.committed(p, chunk, part) && len(part.Failed()) > 0 {
			failed = append(failed, chunk)
		}
	}
	return failed
}

// retry does the failed runs of the chunk in hand, which is committed, again; the rows
// of its other runs stay as they are. Where a chunk has one file of all its runs, it is
// written anew with all of them.
func (w *worker) retry() error {
	if w.plan.Output.Layout == LayoutPacked || w.plan.Output.OptionSummary {
		return w.simulateChunk()
	}
	old := store.NewSummaryPart(w.plan.Grid.Axes())
	if _, err := store.ReadSummaryPart(filepath.Join(w.folder, store.ChunkName(w.chunk)), w.owner, old); err != nil {
		return err
	}
	again := map[int]bool{}
	for _, row := range old.Failed() {
		again[row] = true
	}
	first, _ := w.plan.chunk(w.chunk)
	keep := w.perRun(w.files)
	if w.plan.Output.Timeseries != "all" {
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
