package explore

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"optmm/sweep/spec"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// unitOfPoint is a seed, or a day, of a point compared with the baseline; null is undefined.
type unitOfPoint struct {
	Name      string `json:"name"`
	Runs      []int  `json:"runs"` // of the point
	Value     any    `json:"value"`
	Baseline  any    `json:"baseline"`
	Advantage any    `json:"advantage"`
	Figures   []any  `json:"figures,omitempty"` // of those that were asked for
}

// spreadOfPoint is a point over its seeds or days.
type spreadOfPoint struct {
	Point     int           `json:"point"`
	Setting   string        `json:"setting"`
	Units     []unitOfPoint `json:"units"`
	Advantage any           `json:"advantage"` // mean over the pairs
	Low       any           `json:"low"`       // its 95% interval
	High      any           `json:"high"`
	N         int           `json:"n"`
	Figures   []string      `json:"figures"`
}

// number reads a number of a point out of an address.
func (o *opened) number(r *http.Request) (int, error) {
	point, err := strconv.Atoi(r.PathValue("point"))
	if n := o.plan.Grid.Points(); err != nil || point < 0 || point >= n {
		return 0, &notFound{fmt.Sprintf("the study has points 0 to %d", n-1)}
	}
	return point, nil
}

// seeds writes a point seed by seed, or day by day.
func (s *Server) seeds(w http.ResponseWriter, r *http.Request, o *opened) error {
	point, err := o.number(r)
	if err != nil {
		return err
	}
	names := strings.FieldsFunc(r.URL.Query().Get("figures"), func(r rune) bool { return r == ',' })
	spread, err := o.spread(point, names)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(spread)
}

// spread reads a point over its seeds or days; of figures, those that runs have.
func (o *opened) spread(point int, figures []string) (*spreadOfPoint, error) {
	p, baseline := o.plan, o.baseline()
	objective, err := o.scores()
	if err != nil {
		return nil, err
	}
	spread := &spreadOfPoint{Point: point, Setting: p.Setting(point), Figures: []string{}}
	var columns []*verdict.Scores
	for _, name := range figures {
		for _, known := range spec.StatisticNames() {
			if known != name || len(columns) > mostColumns {
				continue
			}
			scores, err := o.runs.Scores().FigureOf(p.SelectionStages(), name, []int{point})
			if err != nil {
				return nil, err
			}
			spread.Figures, columns = append(spread.Figures, name), append(columns, scores)
		}
	}
	for row := range objective.Rows() {
		unit := row
		if objective.Units != nil {
			unit = objective.Units[row]
		}
		u := unitOfPoint{Name: o.unitName(unit)}
		for seed := range p.RunsPerUnit() {
			if run, ran := p.RunOf(point, unit*p.RunsPerUnit()+seed); ran {
				u.Runs = append(u.Runs, run)
			}
		}
		mine, theirs := objective.Values[row*objective.Points+point], objective.Values[row*objective.Points+baseline]
		u.Value, u.Baseline, u.Advantage = text.Number(p.Objective.Sign()*mine), text.Number(p.Objective.Sign()*theirs), text.Number(mine-theirs)
		for _, scores := range columns {
			value := math.NaN()
			for at := range scores.Rows() { // days without any score are left out of each by itself
				if scores.Units == nil && at == row || scores.Units != nil && scores.Units[at] == unit {
					value = scores.Values[at]
				}
			}
			u.Figures = append(u.Figures, text.Number(value))
		}
		spread.Units = append(spread.Units, u)
	}
	d := objective.Compare(point, baseline)
	spread.Advantage, spread.Low, spread.High, spread.N = text.Number(d.Mean), text.Number(d.Low), text.Number(d.High), d.N
	return spread, nil
}

// unitName names a seed, or a day.
func (o *opened) unitName(unit int) string {
	p := o.plan
	if p.OverDays() {
		return p.Days.List[unit].Name
	}
	return p.Seeds.At(unit * p.RunsPerUnit()).String()
}

// rung is what a search by halving knew of its points when it decided who goes on.
type rung struct {
	Name   string `json:"name"`
	Points []int  `json:"points"`
	Means  []any  `json:"means"` // of the objective, under the seeds that they had by then
	Kept   int    `json:"kept"`  // points of the next rung; of the last, its own
}

// rungs writes the rungs of a search by halving.
func (s *Server) rungs(w http.ResponseWriter, r *http.Request, o *opened) error {
	p := o.plan
	if p.Halving == nil {
		return &notFound{"the study does not search by halving"}
	}
	objective, err := o.scores()
	if err != nil {
		return err
	}
	rungs := []rung{}
	stages := p.SelectionStages()
	for i := range stages {
		stage := &stages[i]
		units := stage.EndSeed / p.RunsPerUnit()
		next := rung{Name: fmt.Sprintf("%d under %d", stage.Size, units), Kept: stages[min(i+1, len(stages)-1)].Size}
		for k := range stage.Size {
			point := k
			if stage.Points != nil {
				point = stage.Points[k]
			}
			next.Points = append(next.Points, point)
			next.Means = append(next.Means, text.Number(p.Objective.Sign()*objective.First(units, point).Mean))
		}
		rungs = append(rungs, next)
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(rungs)
}
