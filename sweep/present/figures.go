package present

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/execute"
	"optmm/sweep/figures"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

// WriteBestAndBaseline writes what is kept of the best point and the baseline alone:
// their figures, on the same scales, and with output.timeseries: best their run
// files, of which it returns the digests.
func WriteBestAndBaseline(ctx context.Context, s *tables.Runs, root string, repeater *execute.Repeater) (kept map[string]string, err error) {
	p := s.Plan
	if p.Output.Timeseries != store.KeepBest && !p.Output.Figures {
		return nil, nil
	}
	objective, err := s.Objective()
	if err != nil {
		return nil, err
	}
	pnl, err := s.Figure("net_pnl")
	if err != nil {
		return nil, err
	}
	baseline, _ := p.Grid.Baseline()
	var points []execute.Sampled
	for _, c := range []execute.Sampled{{Role: store.Best, Point: objective.Best(baseline)}, {Role: store.Baseline, Point: baseline}} {
		if c.Point >= 0 { // else the objective is undefined throughout: there is no best
			c.Median, c.Line = pnl.MedianUnit(c.Point)*p.RunsPerUnit(), medianRun
			points = append(points, c)
		}
	}
	samples, kept, err := repeater.Samples(ctx, points, p.Output.Timeseries == store.KeepBest)
	if err != nil {
		return nil, err
	}
	if len(samples) == 0 || !p.Output.Figures {
		return kept, nil
	}
	scale := figures.ScaleOf(samples...)
	for _, sample := range samples {
		if err := WriteFigures(root, store.FigureFolder(sample.Role), sample, scale); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

const medianRun = "run with the median P&L"

// WritePoint writes the figures of any point, by itself, and returns their folder. The run of the
// given seed is shown by itself; −1 shows the median one.
func WritePoint(ctx context.Context, p *plan.Plan, root string, point, seed int, repeater *execute.Repeater) (string, error) {
	sample, err := sampleOf(ctx, p, root, point, seed, repeater)
	if err != nil {
		return "", err
	}
	below := store.FigureFolder(store.PointRole(point))
	return filepath.Join(root, below), WriteFigures(root, below, sample, figures.ScaleOf(sample))
}

// Pictures draws the same figures, and writes nothing.
func Pictures(ctx context.Context, p *plan.Plan, root string, point, seed int, repeater *execute.Repeater) ([]figures.Figure, error) {
	sample, err := sampleOf(ctx, p, root, point, seed, repeater)
	if err != nil {
		return nil, err
	}
	return figures.Draw(sample, figures.ScaleOf(sample))
}

// sampleOf simulates the runs of a point again for its figures.
func sampleOf(ctx context.Context, p *plan.Plan, root string, point, seed int, repeater *execute.Repeater) (*figures.Sample, error) {
	sampled := execute.Sampled{Role: fmt.Sprintf("point %d", point), Point: point, Median: seed, Line: medianRun}
	if run, ok := p.RunOf(point, seed); ok {
		sampled.Line = fmt.Sprintf("run %d", run)
	}
	if seed < 0 {
		median, err := medianOf(p, root, point)
		if err != nil {
			return nil, err
		}
		sampled.Median = median
	}
	samples, _, err := repeater.Samples(ctx, []execute.Sampled{sampled}, false)
	if err != nil {
		return nil, err
	}
	if len(samples) == 0 {
		return nil, fmt.Errorf("every run of point %d failed: there is nothing to draw", point)
	}
	return samples[0], nil
}

// medianOf is the seed whose run of a point has the median P&L.
func medianOf(p *plan.Plan, root string, point int) (int, error) {
	s, err := tables.Open(p, root)
	if err != nil {
		return 0, err
	}
	pnl, err := s.Figure("net_pnl")
	if err = errors.Join(err, s.Close()); err != nil {
		return 0, err
	}
	return pnl.MedianUnit(point) * p.RunsPerUnit(), nil
}

// LawOf is what the exponential law of fills would have said of the best point and the baseline;
// nil where no recorded trades fill them.
func LawOf(ctx context.Context, s *tables.Runs, repeater *execute.Repeater) (*folder.Law, error) {
	objective, err := s.Objective()
	if err != nil {
		return nil, err
	}
	baseline, _ := s.Plan.Grid.Baseline()
	roles := map[string]int{store.Baseline: baseline}
	if best := objective.Best(baseline); best >= 0 {
		roles[store.Best] = best
	}
	return repeater.LawOf(ctx, roles)
}

// MissingFigures lists the figures of the roles that are not there.
func MissingFigures(p *plan.Plan, root string, roles []string) []string {
	var missing []string
	if !p.Output.Figures {
		return nil
	}
	for _, role := range roles {
		for _, name := range figures.Names(p.IsChain()) {
			for _, format := range figures.Formats() {
				file := filepath.Join(store.FigureFolder(role), name+"."+format)
				if !store.Exists(filepath.Join(root, file)) {
					missing = append(missing, file)
				}
			}
		}
	}
	return missing
}

// WriteFigures writes the figures in every format into a folder below root. They are
// drawn in parallel.
func WriteFigures(root, below string, sample *figures.Sample, scale figures.Scale) error {
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
		name := filepath.Join(below, drawn[i/len(formats)].Name+"."+formats[i%len(formats)])
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
