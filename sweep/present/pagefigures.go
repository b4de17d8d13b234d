package present

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"math"
	"path/filepath"
	"strings"

	"optmm/engine/account"
	"optmm/engine/param"
	"optmm/sweep/figures"
	"optmm/sweep/judge"
	"optmm/sweep/plan"
	"optmm/sweep/report"
	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// drawnPairs reads the figures of the best point and of the baseline.
func drawnPairs(p *plan.Plan, root string) (pairs []report.Pair, err error) {
	if !p.Output.Figures {
		return nil, nil
	}
	for _, name := range figures.Names(p.IsChain()) {
		var pair report.Pair
		for _, role := range store.BestAndBaseline() {
			svg, err := store.ReadBounded(filepath.Join(root, store.FigureFolder(role), name+".svg"), mostResultBytes)
			if errors.Is(err, fs.ErrNotExist) {
				continue // every run of it failed, or there is no best; or it is gone, which the notes say
			}
			if err != nil {
				return nil, err
			}
			element, err := figures.Inline(svg, name+" of the "+role)
			if err != nil {
				return nil, err
			}
			pair.Figures = append(pair.Figures, report.Figure{Title: name, Element: template.HTML(element)})
		}
		if len(pair.Figures) > 0 {
			pairs = append(pairs, pair)
		}
	}
	return pairs, nil
}

// element is a figure as a page takes it.
func element(figure figures.Figure, label string) (report.Figure, error) {
	text, err := figure.Element(label)
	return report.Figure{Title: label, Element: template.HTML(text)}, err
}

// mostCells is how many cells a page shows of a pair of axes.
const mostCells = 2_500

// pairOfAxes is the objective over two dimensions of a full grid.
type pairOfAxes struct {
	up, across   int
	mean, spread [][]float64
}

// drawCells draws the objective over every pair of the dimensions of a full grid, in colors that all
// pairs share.
func (s *sheet) drawCells(page *report.Page) error {
	if s.Means == nil {
		page.Notes = append(page.Notes, "the objective over pairs of axes: it needs a full grid with every point run under every "+s.Plan.Unit()+" and every score defined")
		return nil
	}
	dimensions, _ := s.Plan.Grid.Crossed()
	name := func(d int) string { return strings.Join(dimensions[d].Names, ", ") }
	var pairs []pairOfAxes
	var means, spreads [][][]float64
	for a := range dimensions {
		for b := a + 1; b < len(dimensions); b++ {
			if n := s.Lengths[a] * s.Lengths[b]; n > mostCells {
				page.Notes = append(page.Notes, fmt.Sprintf("%s × %s: %d cells are too many for a page; points.parquet has them", name(a), name(b), n))
				continue
			}
			mean, spread := verdict.Cells(s.Scores, s.Lengths, a, b)
			for _, row := range mean {
				for i := range row {
					row[i] *= s.Plan.Objective.Sign()
				}
			}
			pairs = append(pairs, pairOfAxes{a, b, mean, spread})
			means, spreads = append(means, mean), append(spreads, spread)
		}
	}
	for _, pair := range pairs {
		heatmap := report.Heatmap{Title: name(pair.up) + " × " + name(pair.across)}
		for _, side := range []struct {
			what   string
			values [][]float64
			all    [][][]float64
			to     *template.HTML
		}{{"mean", pair.mean, means, &heatmap.Mean}, {"standard error", pair.spread, spreads, &heatmap.Spread}} {
			if side.values == nil {
				continue
			}
			cells := figures.Cells{Title: side.what + " of " + s.Plan.Objective.String(), X: name(pair.across), Y: name(pair.up), XNames: s.levels(pair.across), YNames: s.levels(pair.up), Values: side.values}
			cells.Low, cells.High = figures.Extent(side.all...)
			figure, err := element(figures.DrawCells(cells), side.what+" over "+heatmap.Title)
			if err != nil {
				return err
			}
			*side.to = figure.Element
		}
		page.Heatmaps = append(page.Heatmaps, heatmap)
	}
	return nil
}

// Rung is what a search by halving knew of its points when it decided who goes on.
type Rung struct {
	Name   string
	Points []int
	Means  []float64 // of the objective, under the seeds that they had by then; NaN is undefined
}

// Rungs are those of a search by halving.
func Rungs(p *plan.Plan, objective *verdict.Scores) (rungs []Rung) {
	stages := p.SelectionStages()
	for i := range stages {
		stage := &stages[i]
		units := stage.EndSeed / p.RunsPerUnit()
		rung := Rung{Name: fmt.Sprintf("%d under %d", stage.Size, units)}
		for k := range stage.Size {
			point := stage.Point(k)
			rung.Points, rung.Means = append(rung.Points, point), append(rung.Means, p.Objective.Sign()*objective.First(units, point).Mean)
		}
		rungs = append(rungs, rung)
	}
	return rungs
}

// drawRungs draws the points of each rung of a search by halving: those that it kept and those that it
// left out.
func (s *sheet) drawRungs(page *report.Page) error {
	if s.Plan.Halving == nil {
		return nil
	}
	stages := s.Plan.SelectionStages()
	var rungs []figures.Rung
	for i, of := range Rungs(s.Plan, s.Scores) {
		rung := figures.Rung{Name: of.Name}
		for k, point := range of.Points {
			kept := i+1 == len(stages)
			if !kept {
				_, kept = stages[i+1].Index(point)
			}
			switch mean := of.Means[k]; {
			case point == s.Baseline:
				rung.Baseline = mean
			case kept:
				rung.Kept = append(rung.Kept, mean)
			default:
				rung.Dropped = append(rung.Dropped, mean)
			}
		}
		rungs = append(rungs, rung)
	}
	figure, err := figures.DrawRungs("The rungs of halving", "points under "+s.Plan.Unit()+"s", s.Plan.Objective.String(), rungs)
	if err != nil {
		return err
	}
	return add(&page.Others, figure, "rungs of halving")
}

// levels names the values of a dimension of a full grid.
func (s *sheet) levels(dimension int) []string {
	stride := 1
	for _, length := range s.Lengths[dimension+1:] {
		stride *= length
	}
	dimensions, _ := s.Plan.Grid.Crossed()
	axes := s.Plan.Grid.Axes()
	var levels []string
	for step := range s.Lengths[dimension] {
		values := s.Plan.Grid.Values(step * stride)
		var names []string
		for i := range axes {
			for _, name := range dimensions[dimension].Names {
				if axes[i].Parameter.Name == name {
					names = append(names, axes[i].Parameter.Format(values[i]))
				}
			}
		}
		levels = append(levels, strings.Join(names, ", "))
	}
	return levels
}

// Slices of more values than this are not drawn value by value.
const (
	mostLevels = 60
	mostPoints = 2_000
)

// drawSlices draws the objective along each axis: on a full grid through the best point
// and through the baseline, of other points all.
func (s *sheet) drawSlices(page *report.Page) error {
	if s.Best < 0 {
		return nil
	}
	if s.Means == nil {
		return s.drawScatters(page)
	}
	dimensions, _ := s.Plan.Grid.Crossed()
	stride := len(s.Means)
	for d, length := range s.Lengths {
		stride /= length
		if length < 2 {
			continue
		}
		name := strings.Join(dimensions[d].Names, ", ")
		if length > mostLevels {
			page.Notes = append(page.Notes, fmt.Sprintf("the slices along %s: %d values are too many for a page", name, length))
			continue
		}
		levels := figures.Levels{Title: "along " + name, X: name, Y: s.Plan.Objective.String() + ", 95%", XNames: s.levels(d)}
		for _, through := range []struct {
			name  string
			point int
		}{{"through the best", s.Best}, {"through the baseline", s.Baseline}} {
			if through.point >= len(s.Means) || through.point == s.Best && through.name != "through the best" {
				continue // an added baseline is not on the grid
			}
			series := figures.Series{Name: through.name}
			for step := range length {
				point := through.point + (step-through.point/stride%length)*stride
				e := s.Scores.Of(point)
				series.Values = append(series.Values, s.Plan.Objective.Sign()*e.Mean)
				series.Half = append(series.Half, e.HalfWidth())
			}
			levels.Series = append(levels.Series, series)
		}
		figure, err := figures.DrawLevels(levels)
		if err != nil {
			return err
		}
		if err := add(&page.Slices, figure, "slice along "+name); err != nil {
			return err
		}
	}
	return nil
}

func (s *sheet) drawScatters(page *report.Page) error {
	every := (s.Scores.Points + mostPoints - 1) / mostPoints
	if every > 1 {
		page.Notes = append(page.Notes, fmt.Sprintf("along each axis one point in %d is drawn", every))
	}
	for i := range s.Plan.Grid.Axes() {
		axis := &s.Plan.Grid.Axes()[i]
		var xs []float64
		var points figures.Series
		for point := 0; point < s.Scores.Points; point += every {
			xs = append(xs, judge.Coordinate(&axis.Parameter, s.Plan.Grid.Values(point)[i]))
			e := s.Scores.Of(point)
			points.Values = append(points.Values, s.Plan.Objective.Sign()*e.Mean)
			points.Half = append(points.Half, e.HalfWidth())
		}
		label := axis.Parameter.Name
		if axis.Parameter.Kind == param.Choice {
			label += " (" + strings.Join(axis.Parameter.Domain.Choices, ", ") + ", from 0)"
		}
		figure, err := figures.DrawScatter("all points along "+axis.Parameter.Name, label, s.Plan.Objective.String()+", 95%", xs, points)
		if err != nil {
			return err
		}
		if err := add(&page.Slices, figure, "points along "+axis.Parameter.Name); err != nil {
			return err
		}
	}
	return nil
}

// add puts a figure into a list.
func add(to *[]report.Figure, figure figures.Figure, label string) error {
	drawn, err := element(figure, label)
	*to = append(*to, drawn)
	return err
}

// drawDifferences draws the best point's advantage over the baseline, seed by seed.
func (s *sheet) drawDifferences(page *report.Page) error {
	if s.Best < 0 || s.Best == s.Baseline {
		return nil
	}
	rows := []figures.Series{{Name: "selection", Values: s.Scores.Paired(s.Best, s.Baseline), Half: []float64{s.Difference.HalfWidth()}}}
	if winner := s.Winner(); winner != nil {
		stage := s.Plan.HoldoutStage()
		best, _ := stage.Index(s.Best)
		baseline, _ := stage.Index(s.Baseline)
		rows = append([]figures.Series{{Name: "holdout", Values: s.Holdout.Paired(best, baseline), Half: []float64{winner.Holdout.HalfWidth()}}}, rows...)
	}
	figure, err := figures.DrawDifferences("Advantage over the baseline, "+s.Plan.Unit()+" by "+s.Plan.Unit(), "advantage in "+s.Plan.Objective.String(), rows)
	if err != nil {
		return err
	}
	return add(&page.Others, figure, "distribution of the paired differences")
}

// drawSensitivity draws what each axis explains.
func (s *sheet) drawSensitivity(page *report.Page) error {
	if s.Sensitivity == nil {
		why := "it needs every score of at least two points and two " + s.Plan.Unit() + "s"
		if s.Plan.Halving != nil {
			why = "halving leaves points out, so it would be of those that were kept"
		}
		page.Notes = append(page.Notes, "what each axis explains: "+why)
		return nil
	}
	levels := figures.Levels{Title: "What each axis explains", Y: "share of the variance", Series: []figures.Series{{Name: "first-order index"}}}
	totals := figures.Series{Name: "total index"}
	known := false
	for _, axis := range s.Sensitivity {
		levels.XNames = append(levels.XNames, axis.Name)
		levels.Series[0].Values = append(levels.Series[0].Values, axis.First)
		totals.Values = append(totals.Values, axis.Total)
		known = known || !math.IsNaN(axis.Total)
	}
	if known {
		levels.Series = append(levels.Series, totals)
	} else {
		page.Notes = append(page.Notes, s.Estimator)
	}
	figure, err := figures.DrawBars(levels)
	if err != nil {
		return err
	}
	return add(&page.Others, figure, "sensitivity")
}

// attributionOf draws where the P&L of the best and the baseline comes from, twice: by
// what was done, and by what the Greeks explain.
func attributionOf(r *Result) func(*report.Page) error {
	return func(page *report.Page) error {
		for _, parts := range []struct {
			title string
			all   []account.Statistic
		}{
			{"Where the P&L comes from", account.PnLParts()},
			{"What the Greeks explain of inventory and hedge", account.GreekParts()},
		} {
			levels := figures.Levels{Title: parts.title, Y: "currency, 95%"}
			for _, part := range parts.all {
				levels.XNames = append(levels.XNames, strings.TrimPrefix(strings.TrimPrefix(strings.TrimSuffix(part.Name, "_pnl"), "option_"), "hedge_"))
			}
			for _, point := range []struct {
				name   string
				result *PointResult
			}{{"best", r.Best}, {"baseline", r.Baseline}} {
				if point.result == nil {
					continue
				}
				series := figures.Series{Name: point.name}
				for _, part := range parts.all {
					e := point.result.Statistics[part.Name]
					series.Values = append(series.Values, part.Contribution(e.Mean))
					series.Half = append(series.Half, e.HalfWidth())
				}
				levels.Series = append(levels.Series, series)
			}
			figure, err := figures.DrawBars(levels)
			if err != nil {
				return err
			}
			if err := add(&page.Others, figure, parts.title); err != nil {
				return err
			}
		}
		return nil
	}
}
