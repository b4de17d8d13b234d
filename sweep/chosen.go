package sweep

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"optmm/engine"
	"optmm/sweep/figures"
	"optmm/sweep/store"
)

// figureBudget bounds the numbers that the figures of one point hold in memory:
// of a long study they show the first seeds.
const figureBudget = 1_000_000

// writeChosen writes what is kept of the best point and the baseline alone:
// their figures, on the same scales, and with output.timeseries: best their run
// files, of which it returns the digests.
func writeChosen(s *summary, f *folder) (kept map[string]string, err error) {
	p := s.plan
	if p.Output.Timeseries != "best" && !p.Output.Figures {
		return nil, nil
	}
	objective, err := s.objective()
	if err != nil {
		return nil, err
	}
	pnl, err := s.scores("net_pnl")
	if err != nil {
		return nil, err
	}
	baseline, _ := p.Grid.Baseline()
	chosen := []struct {
		role  string
		point int
	}{{"best", objective.Best(baseline)}, {"baseline", baseline}}

	replay := newReplayer(p, newMarkets(p))
	var samples []*figures.Sample
	for _, c := range chosen {
		if c.point < 0 {
			continue // the objective is undefined throughout: there is no best
		}
		sample, digests, err := replay.sample(f.path, c.point, pnl.MedianSeed(c.point))
		if err != nil {
			return nil, err
		}
		if kept == nil {
			kept = digests
		}
		maps.Copy(kept, digests)
		if sample == nil {
			continue // every run of the point failed
		}
		sample.Role = c.role
		samples = append(samples, sample)
	}
	if len(samples) == 0 || !p.Output.Figures {
		return kept, nil
	}
	scale := figures.ScaleOf(samples...)
	for _, sample := range samples {
		if err := writeFigures(f.path, filepath.Join("figures", sample.Role), sample, scale); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// missingFigures lists the figures of the roles that are not there.
func missingFigures(p *Plan, folder string, roles []string) []string {
	var missing []string
	if !p.Output.Figures {
		return nil
	}
	for _, role := range roles {
		for _, name := range figures.Names(p.isChain()) {
			for _, format := range figures.Formats() {
				file := filepath.Join("figures", role, name+"."+format)
				if !store.Exists(filepath.Join(folder, file)) {
					missing = append(missing, file)
				}
			}
		}
	}
	return missing
}

// sample runs a point under its seeds again, keeps what the figures show and
// writes into a folder the run files that output.timeseries: best asks for, of which it returns
// the digests. There is no sample where no run succeeds.
func (r *replayer) sample(folder string, point, median int) (*figures.Sample, map[string]string, error) {
	w := r.worker
	p := w.plan
	shown := max(1, min(p.Seeds.Len(), figureBudget/p.minutes()))
	sample := &figures.Sample{Caption: p.caption(point), Median: -1}
	files := store.NewBatch(folder)
	defer files.Discard()
	keepFile := w.perRun(files)
	if p.Output.Timeseries != "best" {
		keepFile = nil
	}
	digests := map[string]string{}
	for seed := range p.Seeds.Len() {
		if seed >= shown && seed != median && keepFile == nil {
			continue
		}
		run, ok := p.runOf(point, seed)
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
			sample.Median, sample.Seed = len(sample.PnL), "seed "+row.Seed.String()
			sample.Residual, sample.Score = figures.ParityDots(w.simulator.Record().Market)
		}
		sample.Add(w.simulator.Record())
	}
	if len(sample.PnL) == 0 {
		return nil, nil, nil
	}
	return sample, digests, files.Commit()
}

// writeFigures writes the figures in every format into a folder below root. They are
// drawn beside each other.
func writeFigures(root, folder string, sample *figures.Sample, scale figures.Scale) error {
	drawn, err := figures.Draw(sample, scale)
	if err != nil {
		return err
	}
	formats := figures.Formats()
	rendered := make([]bytes.Buffer, len(drawn)*len(formats))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range drawn {
		group.Go(func() error {
			for k, format := range formats {
				if err := drawn[i].Render(&rendered[i*len(formats)+k], format); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	files := store.NewBatch(root)
	defer files.Discard()
	for i := range rendered {
		name := filepath.Join(folder, drawn[i/len(formats)].Name+"."+formats[i%len(formats)])
		err := files.Add(name, func(to io.Writer) error {
			_, err := rendered[i].WriteTo(to)
			return err
		})
		if err != nil {
			return err
		}
	}
	return files.Commit()
}

// setting writes the swept parameters of a point, as in "skew 0.02, k_fill 40".
func (s *Study) setting(point int) string {
	values := s.Grid.Values(point)
	if len(values) == 0 {
		return "no parameter is swept"
	}
	parts := make([]string, len(values))
	for i, axis := range s.Grid.Axes() {
		parts[i] = axis.Parameter.Name + " " + axis.Parameter.Format(values[i])
	}
	return strings.Join(parts, ", ")
}

// caption names the study and every parameter of a point.
func (s *Study) caption(point int) string {
	params := s.Grid.Params(point)
	return fmt.Sprintf("%s, point %d: %s", s.Name, point, describeParams(&params, s.applies))
}

// describeParams writes every parameter that counts, but for what is off: unset or
// zero as it is by default.
func describeParams(params *engine.Params, applies *applies) string {
	var parts []string
	for _, parameter := range engine.Parameters() {
		if !applies.countsAt(&parameter, params) {
			continue
		}
		value := parameter.Get(params)
		if off := value.Unset || parameter.Kind != engine.Choice && value.Number == 0; off && value == parameter.Default {
			continue
		}
		parts = append(parts, parameter.Name+" "+parameter.Format(value))
	}
	return strings.Join(parts, ", ")
}
