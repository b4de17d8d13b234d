package present

import (
	"errors"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/plan"
	"optmm/sweep/spec"
	"optmm/sweep/tables"
	"optmm/sweep/verdict"
)

// Result is the result of a study, read from its folder.
type Result struct {
	Folder       string
	Copied       bool // the folder is a copy of one in a bucket
	Runs, Failed int
	Failures     []string // the first few
	Unit         string   // what the points are compared over: seed, day or file
	Units        int
	HoldoutUnits int
	Figures      bool // were drawn
	Objective    *spec.Objective
	Best         *PointResult // nil where there is none
	Baseline     *PointResult
	Difference   verdict.Difference
	Reused       bool // everything was there already
	TakenOver    int  // runs of a smaller study that this one extends
	Restored     int  // files that were gone and were made again
	Elapsed      time.Duration
	Sentences
}

// PointResult is one point's figures over the seeds.
type PointResult struct {
	Point      int
	Setting    string // the swept parameters and their values
	Statistics map[string]verdict.Estimate
	Holdout    map[string]verdict.Estimate // on holdout seeds; nil where it did not run on them

	holdoutUnits int
}

// Load reads the result of a complete folder.
func Load(p *plan.Plan, root string) (result *Result, err error) {
	s, err := tables.Open(p, root)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if result, err = load(s); err != nil {
		return nil, err
	}
	result.Folder = root
	return result, readVerdict(root, &result.Sentences)
}

// load reads the result in the tables.
func load(s *tables.Runs) (r *Result, err error) {
	p := s.Plan
	r = &Result{Runs: p.Runs(), Unit: p.Unit(), Units: p.Units(), HoldoutUnits: p.HoldoutUnits(), Figures: p.Output.Figures, Objective: p.Objective}
	if r.Failed, r.Failures, err = s.Failures(shownFailures); err != nil {
		return nil, err
	}
	objective, err := s.Objective()
	if err != nil {
		return nil, err
	}
	if p.OverDays() {
		r.Units = objective.Rows() // those that ran
	}
	baseline, _ := p.Grid.Baseline()
	points := []int{baseline}
	if best := objective.Best(baseline); best >= 0 {
		r.Difference = objective.Compare(best, baseline)
		points = append(points, best)
	}
	results, err := resultsOf(s, points)
	if err != nil {
		return nil, err
	}
	if p.OverDays() && p.Holdout != nil {
		r.HoldoutUnits = results[0].holdoutUnits
	}
	if r.Baseline = results[0]; len(results) > 1 {
		r.Best = results[1]
	}
	return r, nil
}

// resultsOf reads the figures of points, each column once for all of them.
func resultsOf(s *tables.Runs, points []int) ([]*PointResult, error) {
	stage := s.Plan.HoldoutStage()
	results := make([]*PointResult, len(points))
	for i, point := range points {
		results[i] = &PointResult{Point: point, Setting: s.Plan.Setting(point), Statistics: map[string]verdict.Estimate{}}
		if stage == nil {
			continue
		}
		if _, holdout := stage.Index(point); holdout {
			results[i].Holdout = map[string]verdict.Estimate{}
		}
	}
	objective := s.Plan.Objective
	columns := objective.Columns()
	selection, holdout := make([]*verdict.Scores, len(columns)), make([]*verdict.Scores, len(columns))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, column := range columns {
		group.Go(func() (err error) {
			if selection[i], err = s.Scores().Column(column, points); err == nil && stage != nil {
				holdout[i], err = s.Scores().HoldoutColumn(column)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for i, column := range columns {
		if s.Plan.OverDays() && stage != nil && i == 0 {
			for _, r := range results {
				r.holdoutUnits = holdout[i].Rows()
			}
		}
		for k, r := range results {
			r.Statistics[column] = selection[i].Of(k)
			if stage == nil {
				continue
			}
			if index, in := stage.Index(r.Point); in {
				r.Holdout[column] = holdout[i].Of(index)
			}
		}
	}
	return results, nil
}
