package execute

import (
	"context"
	"fmt"
	"slices"
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

// Sampled is a point whose runs figures show: Median is the seed whose run they show by itself, and
// Line what that run is.
type Sampled struct {
	Role          string
	Point, Median int
	Line          string
}

// sampledRun is a run of a sampled point.
type sampledRun struct {
	*Sampled
	seed, run int
	shown     *figures.Sample // what is shown of this run; nil where it failed or is not shown
	digest    string          // of its file, where one is kept
}

// Samples runs points under their seeds again, keeps what the figures show and, with keepFiles, writes
// the files of their runs, of which it returns the digests. There is no sample of a point of which no
// run succeeds.
func (r *Repeater) Samples(ctx context.Context, points []Sampled, keepFiles bool) ([]*figures.Sample, map[string]string, error) {
	p := r.plan
	shown := max(1, min(p.Seeds.Len(), figureBudget/p.Minutes()))
	bySeed := make([][]sampledRun, p.Seeds.Len())
	err := r.each(ctx, len(bySeed), func(w *worker, i int) error {
		seed := len(bySeed) - 1 - i // the markets that are there are of the last
		for k := range points {     // which share a market
			point := &points[k]
			isShown := seed < shown || seed == point.Median
			run, ok := p.RunOf(point.Point, seed)
			if !ok || !isShown && !keepFiles { // of halving, not all came so far
				continue
			}
			sampled, err := w.sample(run, isShown, keepFiles)
			if err != nil {
				return err
			}
			sampled.Sampled, sampled.seed = point, seed
			bySeed[seed] = append(bySeed[seed], sampled)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	runs := slices.Concat(bySeed...)
	digests := map[string]string{}
	for i := range runs {
		if runs[i].digest != "" {
			digests[strconv.Itoa(runs[i].run)] = runs[i].digest
		}
	}
	var samples []*figures.Sample
	for i := range points {
		sample, err := r.join(&points[i], runs)
		if err != nil {
			return nil, nil, err
		}
		if sample != nil {
			samples = append(samples, sample)
		}
	}
	return samples, digests, nil
}

// sample simulates a run, keeps what is shown of it, and adds its file to the worker's.
func (w *worker) sample(run int, isShown, keepFile bool) (sampled sampledRun, err error) {
	sampled.run = run
	var keep keep
	if keepFile {
		keep = w.perRun(w.files)
	}
	row, err := w.run(run, keep)
	if err != nil || row.Err != nil {
		return sampled, err
	}
	if keepFile {
		sampled.digest = row.Digest
	}
	if isShown {
		sampled.shown = &figures.Sample{Seed: describeSeed(row, w.plan.Draws())}
		sampled.shown.Add(w.simulator.Record())
	}
	return sampled, nil
}

// join makes one sample of what is shown of a point's runs, in the order of the seeds; nil of none.
func (r *Repeater) join(point *Sampled, runs []sampledRun) (*figures.Sample, error) {
	sample := &figures.Sample{Role: point.Role, Line: point.Line, Caption: r.plan.Caption(point.Point), Step: r.plan.StepMinutes()}
	var median *sampledRun // or the first, where that of the median failed
	for i := range runs {
		run := &runs[i]
		if run.Sampled != point || run.shown == nil {
			continue
		}
		if median == nil || run.seed == point.Median {
			median, sample.Median, sample.Seed = run, len(sample.PnL), run.shown.Seed
		}
		sample.Append(run.shown)
	}
	if median == nil {
		return nil, nil
	}
	m, err := r.markets.get(r.plan.Grid.Params(point.Point).Market, r.plan.Seeds.At(median.seed).Market)
	if err != nil {
		return nil, err
	}
	sample.Residual, sample.Score = figures.ParityDots(m)
	sample.Clock = &figures.Clock{Seconds: m.Timestamps, Sessions: m.Sessions, Zone: r.plan.Zone()}
	sample.Align()
	return sample, nil
}
