package explore

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"optmm/sweep/execute"
	"optmm/sweep/figures"
	"optmm/sweep/folder"
	"optmm/sweep/present"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/tables"
	"optmm/sweep/text"
)

// seedOf is a seed, or a day, of a point compared with the baseline.
type seedOf struct{ Name, Value, Baseline, Difference string }

// figureOf is a figure of a point over the seeds.
type figureOf struct{ Name, Meaning, Unit, Value, Baseline string }

// point shows a point: its seeds, its figures and its pictures.
func (s *Server) point(w http.ResponseWriter, r *http.Request, of *folder.Surveyed) error {
	o, _, err := s.asked(r, of)
	if err != nil {
		return err
	}
	defer o.mutex.Unlock()
	point, err := o.number(r.PathValue("point"))
	if err != nil {
		return err
	}
	p := o.plan
	baseline, _ := p.Grid.Baseline()
	read, err := tables.Open(p, o.path)
	if err != nil {
		return err
	}
	defer read.Close()
	objective, err := read.Objective()
	if err != nil {
		return err
	}
	var seeds []seedOf
	for unit := range objective.Rows() {
		name := strconv.Itoa(unit)
		switch {
		case p.OverDays() && objective.Units != nil:
			name = p.Days.List[objective.Units[unit]].Name
		case !p.OverDays():
			name = p.Seeds.At(unit * p.RunsPerUnit()).String()
		}
		value := func(point int) string {
			if _, ran := p.RunOf(point, unit*p.RunsPerUnit()); !ran && !p.OverDays() {
				return "not run"
			}
			return number(p.Objective.Sign() * objective.Values[unit*objective.Points+point])
		}
		advantage := number(objective.Values[unit*objective.Points+point] - objective.Values[unit*objective.Points+baseline])
		if value(point) == "not run" || value(baseline) == "not run" {
			advantage = ""
		}
		seeds = append(seeds, seedOf{name, value(point), value(baseline), advantage})
	}
	var all []figureOf
	for _, name := range spec.StatisticNames() {
		cells := [2]string{}
		for i, row := range []int{point, baseline} {
			mean, err := o.points.Cell(name+"_mean", row)
			if err != nil {
				return err
			}
			spread, err := o.points.Cell(name+"_se", row)
			if err != nil {
				return err
			}
			if cells[i] = mean; spread != "undefined" && mean != "undefined" {
				cells[i] += " ± " + spread
			}
		}
		column, err := o.points.Column(name + "_mean")
		if err != nil {
			return err
		}
		all = append(all, figureOf{name, strings.TrimPrefix(column.Field.Description, "Mean over "+p.Unit()+"s. "), strings.TrimPrefix(column.Field.Unit, "1"), cells[0], cells[1]})
	}
	d := objective.Compare(point, baseline)
	advantage := "unknown"
	switch {
	case point == baseline:
		advantage = "it is the baseline"
	case !math.IsNaN(d.Low):
		advantage = fmt.Sprintf("%s (95%% CI %s to %s)", text.Significant(d.Mean), text.Significant(d.Low), text.Significant(d.High))
	case d.N > 0:
		advantage = text.Significant(d.Mean)
	}
	return render(w, "point", map[string]any{"Title": fmt.Sprintf("%s, point %d", s.nameOf(o.path), point), "ID": s.idOf(o.path), "Study": s.nameOf(o.path), "Point": point, "Setting": p.Setting(point), "Advantage": advantage,
		"Objective": p.Objective.String(), "Unit": p.Unit(), "Days": p.OverDays(), "Seeds": seeds, "All": all, "Pictures": figures.Names(p.IsChain()), "Command": text.Shell([]string{"sweep", "figures", o.path, "--point", strconv.Itoa(point)})})
}

func number(x float64) string {
	if math.IsNaN(x) {
		return "undefined"
	}
	return text.Significant(x)
}

// number reads the number of a point in a URL.
func (o *opened) number(written string) (int, error) {
	point, err := strconv.Atoi(written)
	if err != nil || point < 0 || point >= o.plan.Grid.Points() {
		return 0, &notFound{fmt.Sprintf("the study has points 0 to %d", o.plan.Grid.Points()-1)}
	}
	return point, nil
}

// figure draws a picture of a point, by simulating its runs again: one such at a time.
func (s *Server) figure(w http.ResponseWriter, r *http.Request, of *folder.Surveyed) error {
	name, is := strings.CutSuffix(r.PathValue("figure"), ".svg")
	if !is {
		return &notFound{"there is no such picture"}
	}
	o, _, err := s.asked(r, of)
	if err != nil {
		return err
	}
	point, err := o.number(r.PathValue("point"))
	if err == nil && !slices.Contains(figures.Names(o.plan.IsChain()), name) {
		err = &notFound{"there is no such picture"}
	}
	if err != nil {
		o.mutex.Unlock()
		return err
	}
	drawn, kept := o.pictures[point]
	o.mutex.Unlock()
	if !kept {
		select {
		case s.figures <- struct{}{}:
			defer func() { <-s.figures }()
		case <-r.Context().Done():
			return nil // nobody waits
		}
		o.mutex.Lock()
		drawn, kept = o.pictures[point] // by the request before
		o.mutex.Unlock()
	}
	if !kept {
		if drawn, err = o.draw(r.Context(), point); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	_, err = w.Write(drawn[name])
	return err
}

// mostPictures is of how many points of a study the pictures are kept.
const mostPictures = 8

// draw draws the pictures of a point.
func (o *opened) draw(ctx context.Context, point int) (map[string][]byte, error) {
	p, err := o.withData()
	if err != nil {
		return nil, err
	}
	figures, err := present.Pictures(ctx, p, o.path, point, execute.NewRepeater(p, o.path, execute.NewMarkets(p), runtime.GOMAXPROCS(0)))
	if err != nil {
		return nil, err
	}
	drawn := map[string][]byte{}
	for i := range figures {
		var svg bytes.Buffer
		if err := figures[i].Render(&svg, "svg"); err != nil {
			return nil, err
		}
		drawn[figures[i].Name] = svg.Bytes()
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if len(o.pictures) >= mostPictures || o.pictures == nil {
		o.pictures = map[int]map[string][]byte{}
	}
	o.pictures[point] = drawn
	return drawn, nil
}

// mostDots is how many points a scatter shows.
const mostDots = 5_000

// scatter draws one figure of the points that meet the filter over another.
func (s *Server) scatter(w http.ResponseWriter, r *http.Request, of *folder.Surveyed) error {
	o, v, err := s.asked(r, of)
	if err != nil {
		return err
	}
	defer o.mutex.Unlock()
	rows, err := o.rows(v)
	if err != nil {
		return err
	}
	every := max(1, (len(rows)+mostDots-1)/mostDots)
	var drawn [2][]float64
	for i, name := range []string{v.x, v.y} {
		column, err := o.points.Column(name)
		if err != nil {
			return err
		}
		if column == nil || column.Field.Type == store.Text {
			return &notFound{name + " is not a column of numbers"}
		}
		for row := 0; row < len(rows); row += every {
			drawn[i] = append(drawn[i], column.Number(rows[row]))
		}
	}
	title := v.y + " over " + v.x
	if every > 1 {
		title += fmt.Sprintf(", one point in %d", every)
	}
	figure, err := figures.DrawScatter(title, v.x, v.y, drawn[0], figures.Series{Values: drawn[1]})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	return figure.Render(w, "svg")
}
