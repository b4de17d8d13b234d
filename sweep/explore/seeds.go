package explore

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"

	"optmm/sweep/present"
	"optmm/sweep/spec"
	"optmm/sweep/text"
)

// unitOfPoint is a seed, or a day, of a point compared with the baseline.
type unitOfPoint struct {
	Name                       string
	Runs                       []int // of the point
	Value, Baseline, Advantage float64
	Figures                    []float64 // of those that were asked for
}

// spreadOfPoint is a point over its seeds or days. Scripts get it by text.Plain.
type spreadOfPoint struct {
	Point                int
	Setting              string
	Units                []unitOfPoint
	Advantage, Low, High float64 // mean over the pairs, with its 95% interval
	N                    int
	Figures              []string
}

// number reads a number of a point out of an address.
func (o *opened) number(r *http.Request) (int, error) { return o.pointCalled(r.PathValue("point")) }

// pointCalled reads the number of a point.
func (o *opened) pointCalled(text string) (int, error) {
	point, err := strconv.Atoi(text)
	if n := o.plan.Grid.Points(); err != nil || point < 0 || point >= n {
		return 0, &notFound{fmt.Sprintf("%s has points 0 to %d", o.name, n-1)}
	}
	return point, nil
}

// seeds writes a point seed by seed, or day by day.
func (s *Server) seeds(w http.ResponseWriter, r *http.Request, o *opened) error {
	point, err := o.number(r)
	if err != nil {
		return err
	}
	spread, err := o.spread(point, namesIn(r, "figures"))
	if err != nil {
		return err
	}
	return writeJSON(w, text.Plain(spread))
}

// spread reads a point over its seeds or days; of figures, those that runs have.
func (o *opened) spread(point int, figures []string) (*spreadOfPoint, error) {
	p, baseline := o.plan, o.baseline()
	objective, err := o.scores()
	if err != nil {
		return nil, err
	}
	sign, d := p.Objective.Sign(), objective.Compare(point, baseline)
	spread := &spreadOfPoint{Point: point, Setting: p.Setting(point), Advantage: d.Mean, Low: d.Low, High: d.High, N: d.N}
	byUnit, known := make([]map[int]float64, 0, len(figures)), spec.StatisticNames()
	for _, name := range figures {
		if !slices.Contains(known, name) || len(byUnit) == mostColumns {
			continue
		}
		scores, err := o.runs.Scores().FigureOf(p.SelectionStages(), name, []int{point})
		if err != nil {
			return nil, err
		}
		values := map[int]float64{}
		for row := range scores.Rows() {
			values[scores.Unit(row)] = scores.Values[row]
		}
		spread.Figures, byUnit = append(spread.Figures, name), append(byUnit, values)
	}
	for row := range objective.Rows() {
		unit := objective.Unit(row)
		mine, theirs := objective.Values[row*objective.Points+point], objective.Values[row*objective.Points+baseline]
		u := unitOfPoint{Name: o.unitName(unit), Value: sign * mine, Baseline: sign * theirs, Advantage: mine - theirs}
		for seed := range p.RunsPerUnit() {
			if run, ran := p.RunOf(point, unit*p.RunsPerUnit()+seed); ran {
				u.Runs = append(u.Runs, run)
			}
		}
		for _, values := range byUnit { // days without any score are left out of each by itself
			value, is := values[unit]
			if !is {
				value = math.NaN()
			}
			u.Figures = append(u.Figures, value)
		}
		spread.Units = append(spread.Units, u)
	}
	return spread, nil
}

// unitName names a seed, or a day.
func (o *opened) unitName(unit int) string {
	p := o.plan
	if p.OverDays() {
		return p.Days.List[p.Seeds.At(unit*p.RunsPerUnit()).Market].Name
	}
	return p.Seeds.At(unit * p.RunsPerUnit()).String()
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
	return writeJSON(w, text.Plain(present.Rungs(p, objective)))
}
