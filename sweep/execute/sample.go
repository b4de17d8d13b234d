package execute

import (
	"context"
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

// Sampled is a point whose runs figures show: Median is the seed whose run they show by itself.
type Sampled struct {
	Role          string
	Point, Median int
}

// sampledRun is a run of a sampled point.
type sampledRun struct {
	*Sampled
	seed, run int
	shown     *figures.Sample // what is shown of this run; nil where it failed or is not shown
	digest    string          // of its file, where one is kept
}

// Samples runs points under their seeds again, keeps what the figures show and writes the run
// files that output.timeseries: best asks for, of which it returns the digests. There is no sample
// of a point of which no run succeeds.
func (r *Repeater) Samples(ctx context.Context, points []Sampled) ([]*figures.Sample, map[string]string, error) {
	p := r.plan
	shown := max(1, min(p.Seeds.Len(), figureBudget/p.Minutes()))
	keepFiles := p.Output.Timeseries == store.KeepBest
	var runs []sampledRun
	for seed := range p.Seeds.Len() { // the points of a seed share its market
		for i := range points {
			if seed >= shown && seed != points[i].Median && !keepFiles {
				continue
			}
			if run, ok := p.RunOf(points[i].Point, seed); ok { // of halving, not all came so far
				runs = append(runs, sampledRun{Sampled: &points[i], seed: seed, run: run})
			}
		}
	}
	err := r.each(ctx, len(runs), func(w *worker, i int) error {
		run := &runs[i]
		var keepFile keep
		if keepFiles {
			keepFile = w.perRun(w.files)
		}
		row, err := w.run(run.run, keepFile)
		if err != nil || row.Err != nil {
			return err
		}
		run.digest = row.Digest
		if run.seed < shown || run.seed == run.Median {
			run.shown = &figures.Sample{Seed: describeSeed(row, p.Draws())}
			run.shown.Add(w.simulator.Record())
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	digests := map[string]string{}
	for i := range runs {
		if keepFiles && runs[i].digest != "" {
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

// join makes one sample of what is shown of a point's runs, in the order of the seeds; nil of none.
func (r *Repeater) join(point *Sampled, runs []sampledRun) (*figures.Sample, error) {
	sample := &figures.Sample{Role: point.Role, Caption: r.plan.Caption(point.Point), Step: r.plan.StepMinutes()}
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
	sample.Align()
	return sample, nil
}
