package present

import (
	"fmt"
	"math"

	"optmm/sweep/figures"
	"optmm/sweep/judge"
	"optmm/sweep/report"
	"optmm/sweep/text"
)

// drawWalk draws what was traded in the walk-forward, joined, and which point each fold picked.
func (s *sheet) drawWalk(page *report.Page) error {
	w := s.Walk
	if w == nil || w.Err != nil {
		return nil
	}
	unit := s.Plan.Unit()
	paths := figures.Levels{Title: "Out of sample: picking on the past, and the baseline", X: unit, Y: "net P&L since the first (currency)",
		Series: []figures.Series{{Name: "picking"}, {Name: "baseline"}}}
	sums := [2]float64{}
	for i, day := range w.Days {
		paths.XNames = append(paths.XNames, w.Names[day])
		for side := range sums {
			if x := w.Profit.Values[2*i+side]; !math.IsNaN(x) {
				sums[side] += x
			}
			paths.Series[side].Values = append(paths.Series[side].Values, sums[side])
		}
	}
	figure, err := figures.DrawPaths(paths)
	if err != nil {
		return err
	}
	if err := add(&page.Others, figure, "P&L of the walk-forward"); err != nil {
		return err
	}
	picked := figures.Levels{Title: "The point that each fold picks", X: "first " + unit + " that it trades", Y: "point", Series: []figures.Series{{}}}
	for i, fold := range w.Folds {
		picked.XNames = append(picked.XNames, w.Names[fold.TestFirst])
		x := math.NaN()
		if w.Picked[i] >= 0 {
			x = float64(w.Picked[i])
		}
		picked.Series[0].Values = append(picked.Series[0].Values, x)
	}
	if figure, err = figures.DrawChoices(picked); err != nil {
		return err
	}
	return add(&page.Others, figure, "points of the walk-forward")
}

// walkTables are the folds of the walk-forward.
func (s *sheet) walkTables() []report.Table {
	w := s.Walk
	if w == nil || w.Err != nil {
		return nil
	}
	unit := s.Plan.Unit()
	d := w.Advantage()
	kept := ""
	if len(w.Folds) > 1 {
		kept = fmt.Sprintf("; %s of the folds kept the point of the fold before", percent(w.Kept()))
	}
	note := fmt.Sprintf("%s. Joined over %s, picking had an advantage of %s a %s in %s, 95%% CI %s%s",
		s.Plan.DescribeWalk(len(w.Names)), text.Count(d.N, unit), known(d.Mean), unit, s.Plan.Objective, between(d.Interval), kept)
	table := report.Table{Title: "Walk-forward", Note: note,
		Header: []string{"fold", "picked by", "trades", "point", "setting", "in training", "traded"}}
	for i, fold := range w.Folds {
		row := []string{fmt.Sprint(i + 1), w.Names[fold.TrainFirst] + " to " + w.Names[fold.TrainEnd-1], w.Names[fold.TestFirst] + " to " + w.Names[fold.TestEnd-1]}
		if point := w.Picked[i]; point < 0 {
			row = append(row, "none", "", "", "")
		} else {
			in, out := s.Scores.Days(fold.TrainFirst, fold.TrainEnd).Compare(point, s.Baseline), s.Scores.Days(fold.TestFirst, fold.TestEnd).Compare(point, s.Baseline)
			row = append(row, fmt.Sprint(point), s.Plan.Setting(point), judge.FormatEstimate(in.Estimate), judge.FormatEstimate(out.Estimate))
		}
		table.Rows = append(table.Rows, row)
	}
	return []report.Table{table}
}
