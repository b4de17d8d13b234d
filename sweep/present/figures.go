package present

import (
	"bytes"
	"io"
	"maps"
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
func WriteBestAndBaseline(s *tables.Runs, f *folder.Folder) (kept map[string]string, err error) {
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
	chosen := []struct {
		role  string
		point int
	}{{store.Best, objective.Best(baseline)}, {store.Baseline, baseline}}

	replay := execute.NewReplayer(p, execute.NewMarkets(p))
	var samples []*figures.Sample
	for _, c := range chosen {
		if c.point < 0 {
			continue // the objective is undefined throughout: there is no best
		}
		sample, digests, err := replay.Sample(f.Path, c.point, pnl.MedianUnit(c.point)*p.RunsPerUnit())
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
		if err := WriteFigures(f.Path, store.FigureFolder(sample.Role), sample, scale); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// LawOf is what the exponential law of fills would have said of the best point and the baseline;
// nil where no recorded trades fill them.
func LawOf(s *tables.Runs) (*folder.Law, error) {
	objective, err := s.Objective()
	if err != nil {
		return nil, err
	}
	baseline, _ := s.Plan.Grid.Baseline()
	roles := map[string]int{store.Baseline: baseline}
	if best := objective.Best(baseline); best >= 0 {
		roles[store.Best] = best
	}
	return execute.NewReplayer(s.Plan, execute.NewMarkets(s.Plan)).LawOf(roles)
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
