package verify

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"

	"optmm/sweep/execute"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

// checker compares the files of a complete study with what its lock says.
type checker struct {
	plan       *plan.Plan
	lock       *folder.Lock
	folder     string
	recomputes bool           // runs may be simulated to explain a mismatch
	chosen     func(int) bool // the runs to recompute in any case

	read, recomputed atomic.Int64

	mutex   sync.Mutex
	markets map[string]bool // by name: those whose files runs need
}

// expects reports whether a run, or a chunk of a packed study, may have a file.
func (c *checker) expects(number int) bool {
	if c.plan.Output.Layout == spec.LayoutPacked {
		return number < c.plan.ChunkCount()
	}
	return c.lock.KeepsMinutes(c.plan, number)
}

// chunkCheck checks chunks, one after another, on one worker.
type chunkCheck struct {
	*checker
	replay *execute.Replayer
	tables *tables.Runs
	part   *store.SummaryPart // the current chunk, as the summary has it
	first  int                // its first run
	shared storedMarket       // of the run that was read last
}

func newChunkCheck(c *checker, shared *execute.Markets) (*chunkCheck, error) {
	runs, err := tables.Open(c.plan, c.folder)
	if err != nil {
		return nil, err
	}
	return &chunkCheck{checker: c, replay: execute.NewReplayer(c.plan, shared), tables: runs, part: store.NewSummaryPart(c.plan.Grid.Axes(), c.plan.OverDays())}, nil
}

func (c *chunkCheck) close() {
	c.tables.Close()
	c.shared.close()
}

// chunk checks a chunk's rows of the summary, its files, and the runs that are to
// be recomputed.
func (c *chunkCheck) chunk(chunk int) error {
	if err := c.tables.Part(chunk, c.part); err != nil {
		return &fault.MismatchError{Text: err.Error()}
	}
	first, end := c.plan.RunsOfChunk(chunk)
	c.first = first
	if got, want := c.part.Digest(), c.lock.Chunks[chunk]; got != want {
		for run := first; c.recomputes && run < end; run++ {
			if err := c.recompute(run); err != nil {
				return err
			}
		}
		return fault.Mismatch("%s.parquet: runs %d to %d have digest %s, sweep.lock has %s", c.plan.StageOfChunk(chunk).Table(), first, end-1, got, want)
	}
	if err := c.files(chunk, first, end); err != nil {
		return err
	}
	for run := first; run < end; run++ {
		if c.chosen(run) {
			c.recomputed.Add(1)
			if err := c.recompute(run); err != nil {
				return err
			}
		}
	}
	return nil
}

// row is what the summary says of a run.
func (c *chunkCheck) row(run int) (ok bool, digest string) {
	return c.part.Succeeded(run - c.first), c.part.Digests()[run-c.first]
}

// digestOf is the digest of what is kept of a run.
func (c *chunkCheck) digestOf(run int) string {
	if kept, ok := c.lock.Kept[strconv.Itoa(run)]; ok {
		return kept
	}
	_, digest := c.row(run)
	return digest
}

// files checks the files of a chunk's runs. A packed file has a row group for
// each run that did not fail.
func (c *chunkCheck) files(chunk, first, end int) (err error) {
	figures, err := c.optionFigures(chunk, first, end)
	if err != nil {
		return err
	}
	var reader *store.Reader
	defer func() {
		if reader != nil {
			err = errors.Join(err, reader.Close())
		}
	}()
	group := 0
	for run := first; run < end; run++ {
		ok, _ := c.row(run)
		if !ok || !c.lock.KeepsMinutes(c.plan, run) {
			if ok && figures != nil {
				if err := c.checkDigest(run, figures, nil, store.OptionPartName(chunk)); err != nil {
					return err
				}
			}
			continue
		}
		name := store.RunName(run)
		packed := c.plan.Output.Layout == spec.LayoutPacked
		if packed {
			name = store.PackedName(chunk)
		} else {
			group = 0
		}
		if reader == nil || !packed {
			if reader != nil {
				reader.Close()
			}
			if reader, err = c.open(name); err != nil {
				return err
			}
		}
		if err := c.checkRun(reader, name, group, run, figures); err != nil {
			return err
		}
		if err := c.checkFills(run); err != nil {
			return err
		}
		group++
	}
	if reader != nil && reader.RowGroups() != group {
		return fault.Mismatch("the file of run %d has %d row groups, want %d", end-1, reader.RowGroups(), group)
	}
	return nil
}

// checkFills compares the table of a run's fills with itself and with the summary, and, where the run is
// to be recomputed, with the run.
func (c *chunkCheck) checkFills(run int) error {
	if !c.plan.Output.Fills {
		return nil
	}
	name := store.FillsName(run)
	reader, err := c.open(name)
	if err != nil {
		return err
	}
	defer reader.Close()
	digest, contracts, err := reader.Fills()
	if err != nil {
		return fault.Mismatch("%v; remove it, and sweep run makes it again", err)
	}
	for i, field := range c.part.Fields {
		if field.Name == "total_fills" {
			if want := int(c.part.Column(i).Number(run - c.first)); contracts != want {
				return fault.Mismatch("%s: the fills are of %d contracts, the summary has %d; remove it, and sweep run makes it again", filepath.ToSlash(name), contracts, want)
			}
		}
	}
	if !c.chosen(run) {
		return nil
	}
	row, err := c.replay.Series(run)
	if err != nil || row.Err != nil { // which is found where the run is compared
		return err
	}
	now, err := c.replay.Fills()
	if err == nil && now != digest {
		err = fault.Mismatch("%s: the fills have digest %s, recomputed %s; remove it, and sweep run makes it again", filepath.ToSlash(name), digest, now)
	}
	return err
}

// optionFigures reads the figures of a chunk's options; nil where none are kept or
// every run failed.
func (c *chunkCheck) optionFigures(chunk, first, end int) (*store.OptionFigures, error) {
	if !c.plan.Output.OptionSummary || len(c.part.Failed()) == end-first {
		return nil, nil
	}
	name := store.OptionPartName(chunk)
	reader, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	figures, err := reader.OptionFigures()
	if err != nil {
		return nil, fault.Mismatch("%v; remove it, and sweep run makes it again", err)
	}
	return figures, nil
}

// open opens a file and counts it.
func (c *chunkCheck) open(name string) (*store.Reader, error) {
	reader, err := c.openAgain(name)
	if err == nil {
		c.read.Add(1)
	}
	return reader, err
}

func (c *chunkCheck) openAgain(name string) (*store.Reader, error) {
	reader, err := store.OpenReader(filepath.Join(c.folder, name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.Mismatch("%s is missing; sweep run makes it again", filepath.ToSlash(name))
	case err != nil:
		return nil, fault.Mismatch("%v; remove it, and sweep run makes it again", err)
	}
	return reader, nil
}

// checkRun compares a run in a file with its digest, and where they differ with
// the run itself.
func (c *chunkCheck) checkRun(reader *store.Reader, name string, group, run int, figures *store.OptionFigures) error {
	if c.plan.Output.Layout == spec.LayoutPacked {
		number, err := reader.RunNumber(group)
		if err != nil {
			return &fault.MismatchError{Text: err.Error()}
		}
		if number != run {
			return fault.Mismatch("%s: row group %d is labeled run %d, want run %d", name, group, number, run)
		}
	}
	stored, err := c.stored(reader, group, run)
	if err != nil {
		return err
	}
	defer stored.close()
	return c.checkDigest(run, figures, stored, name)
}

// checkDigest compares what the files hold of a run with its digest; stored is nil
// where its minutes are not kept.
func (c *chunkCheck) checkDigest(run int, figures *store.OptionFigures, stored *storedRun, name string) error {
	var digest store.Digest
	digest.Reset()
	c.part.AddStatistics(run-c.first, &digest)
	if figures != nil {
		figures.AddDigest(run, &digest)
	}
	if stored != nil {
		for i := range stored.blocks() {
			columns, err := stored.block(i)
			if err != nil {
				return err
			}
			digest.Block(columns)
		}
	}
	got, want := digest.String(), c.digestOf(run)
	if got == want {
		return nil
	}
	if c.recomputes && stored != nil {
		row, err := c.replay.Series(run)
		if err != nil {
			return err
		}
		if row.Err != nil {
			return fault.Mismatch("run %d: recomputed it fails: %v", run, row.Err)
		}
		if err := c.firstDifference(stored, run, name); err != nil {
			return err
		}
	}
	if figures != nil && stored != nil {
		name += ", or its row of " + store.OptionPartName(c.plan.ChunkOfRun(run))
	}
	if stored != nil && stored.market != nil {
		name += ", or " + stored.market.name
	}
	return fault.Mismatch("%s: run %d has digest %s on disk, %s in the summary", filepath.ToSlash(name), run, got, want)
}

// recompute simulates a run again and compares its row of the summary, and the
// digest of what is kept of it.
func (c *chunkCheck) recompute(run int) error {
	now, failed, err := c.replay.Row(run)
	if err != nil {
		return err
	}
	// Where the minutes differ, they say more than the digest.
	if ok, stored := c.row(run); ok && !failed && now.Digests()[0] != stored && c.plan.Output.Timeseries == store.KeepAll {
		if err := c.explain(run); err != nil {
			return err
		}
	}
	for i, field := range c.part.Fields {
		if was, is := c.part.Column(i).Text(run-c.first), now.Column(i).Text(0); was != is {
			return fault.Mismatch("run %d: %s is %s in the summary, recomputed it is %s", run, field.Name, was, is)
		}
	}
	if kept, ok := c.lock.Kept[strconv.Itoa(run)]; ok {
		row, err := c.replay.Series(run)
		if err != nil {
			return err
		}
		if row.Digest != kept {
			return fault.Mismatch("run %d: its minutes have digest %s in sweep.lock, recomputed it is %s", run, kept, row.Digest)
		}
	}
	return nil
}

// explain names the first minute on which the run that was just simulated is not
// what its file holds; nothing where there is no such minute or file.
func (c *chunkCheck) explain(run int) error {
	name, group := store.RunName(run), 0
	if c.plan.Output.Layout == spec.LayoutPacked {
		name = store.PackedName(c.plan.ChunkOfRun(run))
		for before := c.first; before < run; before++ {
			if ok, _ := c.row(before); ok {
				group++
			}
		}
	}
	reader, err := store.OpenReader(filepath.Join(c.folder, name))
	if err != nil {
		return nil // the files are checked by themselves
	}
	defer reader.Close()
	stored, err := c.stored(reader, group, run)
	if err != nil {
		return nil
	}
	defer stored.close()
	return c.firstDifference(stored, run, name)
}

// firstDifference names the first column and minute on which the files of a run are
// not the run that was just simulated; nothing where there is none.
func (c *chunkCheck) firstDifference(stored *storedRun, run int, name string) error {
	if stored.blocks() != c.replay.Blocks() {
		return fault.Mismatch("run %d: its files have %d row groups, recomputed they have %d", run, stored.blocks(), c.replay.Blocks())
	}
	for block := range stored.blocks() {
		old, err := stored.block(block)
		if err != nil {
			return err
		}
		now := c.replay.Block(block)
		if len(old) != len(now) {
			name = stored.source(block, "", name)
			if stored.market != nil {
				name += ", or " + stored.market.name
			}
			return fault.Mismatch("%s: run %d has %d columns, recomputed it has %d", filepath.ToSlash(name), run, len(old), len(now))
		}
		for i := range now {
			if row, was, is, differs := old[i].FirstDifference(&now[i].Column); differs {
				return fault.Mismatch("run %d: %s at minute %d is %s in %s, recomputed it is %s", run, now[i].Field.Name, row%c.replay.Minutes(), was, filepath.ToSlash(stored.source(block, now[i].Field.Name, name)), is)
			}
		}
	}
	return nil
}
