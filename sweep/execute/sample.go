package execute

import (
	"fmt"
	"strconv"

	"optmm/sweep/figures"
	"optmm/sweep/store"
)

// figureBudget bounds the numbers that the figures of one point hold in memory:
// of a long study they show the first seeds.
const figureBudget = 1_000_000

// describeSeed says what a run was drawn from, or on which day it is.
func describeSeed(row *store.Row, draws bool) string {
	switch {
	case !draws && row.Day != "":
		return row.Day
	case !draws:
		return "the only one"
	case row.Day != "":
		return fmt.Sprintf("%s, fill seed %d", row.Day, row.Seed.Fill)
	}
	return "seed " + row.Seed.String()
}

// Sample runs a point under its seeds again, keeps what the figures show and
// writes into a folder the run files that output.timeseries: best asks for, of which it returns
// the digests. There is no sample where no run succeeds.
func (r *Replayer) Sample(root string, point, median int) (*figures.Sample, map[string]string, error) {
	w := r.worker
	p := w.plan
	shown := max(1, min(p.Seeds.Len(), figureBudget/p.Minutes()))
	sample := &figures.Sample{Caption: p.Caption(point), Median: -1, Step: p.StepMinutes()}
	files := store.NewBatch(root)
	defer files.Discard()
	keepFile := w.perRun(files)
	if p.Output.Timeseries != store.KeepBest {
		keepFile = nil
	}
	digests := map[string]string{}
	for seed := range p.Seeds.Len() {
		if seed >= shown && seed != median && keepFile == nil {
			continue
		}
		run, ok := p.RunOf(point, seed)
		if !ok {
			continue // of halving: it did not come so far
		}
		row, err := w.run(run, keepFile)
		if err != nil {
			return nil, nil, err
		}
		if keepFile != nil && row.Err == nil {
			digests[strconv.Itoa(row.Run)] = row.Digest
		}
		if row.Err != nil || seed >= shown && seed != median {
			continue
		}
		if seed == median || sample.Median < 0 {
			sample.Median, sample.Seed = len(sample.PnL), describeSeed(row, p.Draws())
			sample.Residual, sample.Score = figures.ParityDots(w.simulator.Record().Market)
		}
		sample.Add(w.simulator.Record())
	}
	if len(sample.PnL) == 0 {
		return nil, nil, nil
	}
	sample.Align()
	return sample, digests, files.Commit()
}
