package explore

import (
	"fmt"
	"net/http"
	"strconv"

	"optmm/sweep/figures"
	"optmm/sweep/text"
)

// unitRow is a seed, or a day, of a point as its page has it.
type unitRow struct {
	Name, Value, Baseline, Advantage string
	Runs                             []int
}

// point shows a point: its seeds, its figures and its pictures.
func (s *Server) point(w http.ResponseWriter, r *http.Request, o *opened) error {
	point, err := o.number(r)
	if err != nil {
		return err
	}
	p := o.plan
	spread, err := o.spread(point, nil)
	if err != nil {
		return err
	}
	var units []unitRow
	for _, u := range spread.Units {
		row := unitRow{Name: u.Name, Value: text.Defined(u.Value), Baseline: text.Defined(u.Baseline), Advantage: text.Defined(u.Advantage), Runs: u.Runs}
		if len(u.Runs) == 0 {
			row.Value, row.Advantage = "not run", ""
		}
		units = append(units, row)
	}
	pictures := figures.Names(p.IsChain())
	if failed, err := o.failed(point); err != nil {
		return err
	} else if failed {
		pictures = nil // there is nothing to draw
	}
	rows, err := o.comparedRows([]pointOf{{o, point}, {o, o.baseline()}})
	if err != nil {
		return err
	}
	return s.render(w, "point", map[string]any{"Title": fmt.Sprintf("%s, point %d", o.name, point), "ID": o.id, "Study": o.name, "Point": point, "Baseline": o.baseline(), "Setting": spread.Setting, "Advantage": spread.describe(o.baseline()),
		"Objective": p.Objective.String(), "Unit": p.Unit(), "Days": p.OverDays(), "Units": units, "All": rows, "Pictures": pictures, "Parameters": o.parameters(point),
		"Command": text.Shell([]string{"sweep", "figures", o.path, "--point", strconv.Itoa(point)})})
}

// failed reports whether every run of a point failed.
func (o *opened) failed(point int) (bool, error) {
	if o.verdict.Failed == 0 {
		return false, nil
	}
	for seed := range o.plan.Seeds.Len() {
		run, ran := o.plan.RunOf(point, seed)
		if !ran {
			continue
		}
		if row, err := o.row(run); err != nil || row.failure == "" {
			return false, err
		}
	}
	return true, nil
}

// describe says what a point has over the baseline.
func (s *spreadOfPoint) describe(baseline int) string {
	switch {
	case s.Point == baseline:
		return "it is the baseline"
	case s.N == 0:
		return "unknown"
	}
	return text.Estimate(s.Advantage, s.Low, s.High)
}
