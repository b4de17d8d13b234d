package explore

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"optmm/engine/account"
	"optmm/sweep/text"
	"optmm/sweep/verify"
)

// mostCompared is how many points are compared at once.
const mostCompared = 6

// pointOf is a point of a study.
type pointOf struct {
	*opened
	point int
}

// comparedRow is a figure, or a parameter, of several points.
type comparedRow struct {
	Name, Meaning, Unit string
	Values              []string
	Differs             bool
}

// comparedRows are the figures of points, mean ± s.e.
func (o *opened) comparedRows(points []pointOf) (rows []comparedRow, err error) {
	for _, statistic := range account.Statistics() {
		row := comparedRow{Name: statistic.Name, Meaning: statistic.Description, Unit: unitOf(statistic.Unit)}
		for _, of := range points {
			mean, err := of.points.Cell(statistic.Name+"_mean", of.point)
			if err != nil {
				return nil, err
			}
			spread, err := of.points.Cell(statistic.Name+"_se", of.point)
			if err != nil {
				return nil, err
			}
			if spread != "undefined" && mean != "undefined" {
				mean += " ± " + spread
			}
			row.Values = append(row.Values, mean)
		}
		row.Differs = slices.ContainsFunc(row.Values, func(v string) bool { return v != row.Values[0] })
		rows = append(rows, row)
	}
	return rows, nil
}

// parameterRows are the parameters of points; what one lacks is empty.
func parameterRows(points []pointOf) (rows []comparedRow) {
	for i, of := range points {
		for _, p := range of.parameters(of.point) {
			at := slices.IndexFunc(rows, func(r comparedRow) bool { return r.Name == p.Name })
			if at < 0 {
				at = len(rows)
				rows = append(rows, comparedRow{Name: p.Name, Meaning: p.Meaning, Unit: p.Unit, Values: make([]string, len(points))})
			}
			rows[at].Values[i] = p.Value
		}
	}
	for i := range rows {
		values := rows[i].Values
		rows[i].Differs = slices.ContainsFunc(values, func(v string) bool { return v != values[0] })
	}
	return rows
}

// comparedPoint is a point of a comparison.
type comparedPoint struct{ ID, Study, Point, Objective, Advantage string }

// compare shows points side by side, of one study or several, or studies.
func (s *Server) compare(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	if studies := query["study"]; len(studies) > 0 {
		return s.compareStudies(w, studies)
	}
	var points []pointOf
	for _, of := range query["of"] {
		id, number, _ := strings.Cut(of, ".")
		if len(points) == mostCompared {
			return fmt.Errorf("at most %d points are compared at once", mostCompared)
		}
		o, err := s.openedAs(id)
		if err != nil {
			return err
		}
		defer s.release(o)
		point, err := o.pointCalled(number)
		if err != nil {
			return err
		}
		points = append(points, pointOf{o, point})
	}
	if len(points) < 2 {
		return fmt.Errorf("name 2 to %d points to compare", mostCompared)
	}
	var heads []comparedPoint
	for _, of := range points {
		spread, err := of.spread(of.point, nil)
		if err != nil {
			return err
		}
		heads = append(heads, comparedPoint{of.id, of.name, strconv.Itoa(of.point), of.plan.Objective.String(), spread.describe(of.baseline())})
	}
	rows, err := points[0].comparedRows(points)
	if err != nil {
		return err
	}
	parameters := parameterRows(points)
	return s.render(w, "compare", map[string]any{"Title": "Points side by side", "Points": heads, "Parameters": only(parameters, true), "Same": only(parameters, false), "Figures": rows, "Pairs": pairs(points)})
}

// only are the rows in which the points differ, or those in which they do not.
func only(rows []comparedRow, differs bool) (some []comparedRow) {
	for _, row := range rows {
		if row.Differs == differs {
			some = append(some, row)
		}
	}
	return some
}

// pairs compares the points with the first, seed by seed, where they are of one study.
func pairs(points []pointOf) (sentences []string) {
	first := points[0]
	for _, of := range points[1:] {
		if of.opened != first.opened {
			continue
		}
		objective, err := of.scores()
		if err != nil {
			return nil
		}
		d := objective.Compare(of.point, first.point)
		sentences = append(sentences, fmt.Sprintf("point %d less point %d, in %s, paired by %s, more being better: %s", of.point, first.point, of.plan.Objective, of.plan.Unit(), text.Estimate(d.Mean, d.Low, d.High)))
	}
	return sentences
}

// comparedStudy is a study of a comparison.
type comparedStudy struct{ ID, Name, Objective, Points, Runs, Answer, Best string }

// compareStudies shows two studies side by side, and on what they differ.
func (s *Server) compareStudies(w http.ResponseWriter, ids []string) error {
	if len(ids) != 2 {
		return fmt.Errorf("choose 2 studies to compare, not %d", len(ids))
	}
	var studies []comparedStudy
	var paths, bests []string
	for _, id := range ids {
		o, err := s.openedAs(id)
		if err != nil {
			return err
		}
		defer s.release(o)
		c := comparedStudy{ID: o.id, Name: o.name, Objective: o.plan.Objective.String(), Points: strconv.Itoa(o.plan.Grid.Points()), Runs: strconv.Itoa(o.plan.Runs()), Answer: o.verdict.Answer, Best: "none"}
		if best := o.verdict.Best; best != nil {
			c.Best = best.Setting
			bests = append(bests, fmt.Sprintf("of=%s.%d", o.id, best.Point))
		}
		studies, paths = append(studies, c), append(paths, o.path)
	}
	var difference strings.Builder
	if _, err := verify.Diff(&difference, paths[0], paths[1:], false); err != nil {
		return err
	}
	page := map[string]any{"Title": "Studies side by side", "Studies": studies, "Difference": difference.String()}
	if len(bests) == 2 {
		page["Bests"] = "/compare?" + strings.Join(bests, "&")
	}
	return s.render(w, "studies", page)
}
