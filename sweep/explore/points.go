package explore

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/present"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// view is what a URL asks of the table of points. What is empty is as it is at first.
type view struct {
	where, sort string
	columns     []string // beside the axes, the objective and its difference
	page        int
	x, y        string // of the scatter
	query       url.Values
}

// pageRows is how many points a page shows.
const pageRows = 50

// mostColumns bounds the columns that a page shows besides those that it always does.
const mostColumns = 20

func viewOf(r *http.Request) (view, error) {
	query := r.URL.Query()
	query.Del(tokenName)
	v := view{where: strings.TrimSpace(query.Get("where")), sort: query.Get("sort"), x: cmp.Or(query.Get("x"), "max_drawdown"), y: cmp.Or(query.Get("y"), "objective_mean"), query: query}
	for _, name := range strings.FieldsFunc(query.Get("columns"), func(r rune) bool { return r == ',' || r == ' ' }) {
		if v.columns = append(v.columns, name); len(v.columns) > mostColumns {
			return v, fmt.Errorf("more than %d columns: points.parquet has all", mostColumns)
		}
	}
	if text := query.Get("page"); text != "" {
		page, err := strconv.Atoi(text)
		if err != nil || page < 0 {
			return v, fmt.Errorf("page %q is none", text)
		}
		v.page = page
	}
	return v, nil
}

// with is the URL of the same view with another value of a key; empty takes it out. The first page is
// shown again.
func (v *view) with(key, value string) string {
	query := url.Values{}
	for k, values := range v.query {
		query[k] = values
	}
	if key != "page" {
		query.Del("page")
	}
	query.Set(key, value)
	if value == "" {
		query.Del(key)
	}
	if len(query) == 0 {
		return "?"
	}
	return "?" + query.Encode()
}

// and is the filter with a further condition.
func (v *view) and(condition string) string {
	if v.where == "" {
		return condition
	}
	return "(" + v.where + ") && " + condition
}

// asked opens a complete study, held for the caller, who unlocks it, with what a URL asks of its points.
func (s *Server) asked(r *http.Request, of *folder.Surveyed) (*opened, *view, error) {
	if !of.Complete {
		return nil, nil, errors.New("the study is not complete: its points come with its end")
	}
	v, err := viewOf(r)
	if err != nil {
		return nil, nil, err
	}
	o, err := s.study(of)
	return o, &v, err
}

// rows are the points that meet the filter, sorted.
func (o *opened) rows(v *view) ([]int, error) {
	rows, err := o.points.Filter(v.where)
	if err != nil {
		return nil, plain(err)
	}
	rows, err = o.points.Sorted(rows, v.sort)
	return rows, plain(err)
}

// plain is an error without the name of a flag.
func plain(err error) error {
	var option *fault.Option
	if errors.As(err, &option) {
		return option.Err
	}
	return err
}

// shown lists the columns of a page.
func (o *opened) shown(v *view) ([]string, error) {
	names := []string{"point"}
	for _, axis := range o.plan.Grid.Axes() {
		names = append(names, axis.Parameter.Name)
	}
	names = append(names, "objective_mean", "objective_se", "objective_n", "diff_mean", "diff_low95", "diff_high95")
	if o.plan.Holdout != nil {
		names = append(names, "holdout_diff_mean")
	}
	if len(o.plan.Objective.Constraints) > 0 {
		names = append(names, "meets_constraints")
	}
	for _, name := range v.columns {
		column, err := o.points.Named(name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(names, column.Field.Name) {
			names = append(names, column.Field.Name)
		}
	}
	return names, nil
}

// head is the heading of a column: how to sort by it, what it means, and how its values are spread.
type head struct {
	Name, Meaning, Unit, Sort, Arrow string
	Bars                             []barOf
}

// cell is the value of a column.
type cell struct {
	Text    string
	Numbers bool // its column's values are
}

type rowOf struct {
	Point    string
	Baseline bool
	Best     bool
	Cells    []cell
}

// points shows the points of a study; of one that is not complete how far it is.
func (s *Server) points(w http.ResponseWriter, r *http.Request, of *folder.Surveyed) error {
	if !of.Complete {
		return s.unfinished(w, of)
	}
	o, v, err := s.asked(r, of)
	if err != nil {
		return err
	}
	defer o.mutex.Unlock()
	page := map[string]any{"Title": s.nameOf(of.Path), "ID": s.idOf(of.Path), "Where": v.where, "Sort": v.sort, "Columns": strings.Join(v.columns, ", "), "Figures": spec.StatisticNames(), "All": o.points.Rows(), "Query": v.with("page", ""), "X": v.x, "Y": v.y}
	listed := present.List(*of, time.Now())
	verdict := listed.Conclusion
	if verdict == nil {
		return errors.New(listed.Error)
	}
	page["Answer"], page["State"] = verdict.Answer, listed.Row().State
	rows, err := o.rows(v)
	if err != nil {
		page["Error"] = err.Error()
		return render(w, "points", page)
	}
	names, err := o.shown(v)
	if err != nil {
		page["Error"] = err.Error()
		return render(w, "points", page)
	}
	first := min(v.page, max(0, len(rows)-1)/pageRows) * pageRows
	shown := rows[first:min(len(rows), first+pageRows)]
	baseline, _ := o.plan.Grid.Baseline()
	best := -1
	if verdict.Best != nil {
		best = verdict.Best.Point
	}
	pinned := append([]int{baseline}, slices.DeleteFunc(slices.Clone(shown), func(point int) bool { return point == baseline })...)
	var table []rowOf
	for _, point := range pinned {
		row := rowOf{Point: strconv.Itoa(point), Baseline: point == baseline, Best: point == best}
		for _, name := range names[1:] {
			column, err := o.points.Column(name)
			if err != nil {
				return err
			}
			value, err := o.points.Cell(name, point)
			if err != nil {
				return err
			}
			row.Cells = append(row.Cells, cell{value, column.Field.Type != store.Text})
		}
		table = append(table, row)
	}
	var heads []head
	for _, name := range names {
		h, err := o.head(v, name, rows)
		if err != nil {
			return err
		}
		heads = append(heads, h)
	}
	page["Heads"], page["Rows"], page["Matching"], page["First"], page["Last"] = heads, table, len(rows), first+1, min(len(rows), first+pageRows)
	if first > 0 {
		page["Previous"] = v.with("page", strconv.Itoa(first/pageRows-1))
	}
	if first+pageRows < len(rows) {
		page["Next"] = v.with("page", strconv.Itoa(first/pageRows+1))
	}
	page["Scatter"] = "/s/" + s.idOf(of.Path) + "/scatter.svg" + v.with("page", "")
	return render(w, "points", page)
}

// head describes a column and spreads its values over bars.
func (o *opened) head(v *view, name string, rows []int) (head, error) {
	column, err := o.points.Column(name)
	if err != nil {
		return head{}, err
	}
	h := head{Name: name, Meaning: column.Field.Description, Unit: column.Field.Unit, Sort: v.with("sort", name)}
	switch v.sort {
	case name:
		h.Arrow, h.Sort = "↓", v.with("sort", "-"+name)
	case "-" + name:
		h.Arrow, h.Sort = "↑", v.with("sort", "")
	}
	if h.Unit == "1" {
		h.Unit = ""
	}
	if name != "point" && column.Field.Type != store.Text {
		h.Bars = o.bars(v, column, rows)
	}
	return h, nil
}

// barOf is a bar of a histogram: of all points, and of those that meet the filter.
type barOf struct {
	Link, Label      string
	Left, Width      float64 // of 100
	All, Match       float64 // heights, of 30
	AllTop, MatchTop float64
}

// mostBars is how many bars a histogram has.
const mostBars = 20

// bars counts the values of a column; a bar filters by its range.
func (o *opened) bars(v *view, column *store.NamedColumn, rows []int) []barOf {
	low, high := math.Inf(1), math.Inf(-1)
	for row := range o.points.Rows() {
		if x := column.Number(row); !math.IsNaN(x) && !math.IsInf(x, 0) {
			low, high = min(low, x), max(high, x)
		}
	}
	if !(low < high) {
		return nil
	}
	edges := make([]float64, mostBars+1) // where values are too close for 20 bars, edges coincide and the bar between them is empty
	for i := range edges {
		edges[i] = low + (high-low)*(float64(i)/mostBars)
	}
	edges[mostBars] = high
	all, match := make([]int, mostBars), make([]int, mostBars)
	count := func(into []int, row int) { // by the comparisons that the filter of a bar makes
		if x := column.Number(row); x >= low && x <= high {
			after, _ := slices.BinarySearchFunc(edges[:mostBars], x, func(edge, x float64) int {
				if edge <= x {
					return -1
				}
				return 1
			})
			into[after-1]++
		}
	}
	for row := range o.points.Rows() {
		count(all, row)
	}
	for _, row := range rows {
		count(match, row)
	}
	most := float64(slices.Max(all))
	var bars []barOf
	const height = 30
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) } // exactly
	for i := range mostBars {
		if all[i] == 0 {
			continue
		}
		upper := "<"
		if i == mostBars-1 {
			upper = "<="
		}
		condition := fmt.Sprintf("%s >= %s && %s %s %s", column.Field.Name, number(edges[i]), column.Field.Name, upper, number(edges[i+1]))
		bars = append(bars, barOf{Link: v.with("where", v.and(condition)), Label: fmt.Sprintf("%s to %s: %d of %d", text.Significant(edges[i]), text.Significant(edges[i+1]), match[i], all[i]),
			Left: 100 * float64(i) / mostBars, Width: 100.0/mostBars - 0.6, All: height * float64(all[i]) / most, Match: height * float64(match[i]) / most,
			AllTop: height - height*float64(all[i])/most, MatchTop: height - height*float64(match[i])/most})
	}
	return bars
}

// download writes the points that are shown, all pages of them, as CSV or JSON.
func (s *Server) download(w http.ResponseWriter, r *http.Request, of *folder.Surveyed) error {
	o, v, err := s.asked(r, of)
	if err != nil {
		return err
	}
	defer o.mutex.Unlock()
	rows, err := o.rows(v)
	if err != nil {
		return err
	}
	names, err := o.shown(v)
	if err != nil {
		return err
	}
	if strings.HasSuffix(r.URL.Path, ".json") {
		w.Header().Set("Content-Type", "application/json")
		return o.points.WriteJSON(w, names, rows)
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="points.csv"`)
	out := csv.NewWriter(w)
	if err := out.Write(names); err != nil {
		return err
	}
	cells := make([]string, len(names))
	for _, row := range rows {
		for i, name := range names {
			column, err := o.points.Named(name)
			if err != nil {
				return err
			}
			cells[i] = column.Text(row)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// unfinished shows how far a study is.
func (s *Server) unfinished(w http.ResponseWriter, of *folder.Surveyed) error {
	soFar := present.ReadSoFar(of.Unfinished, time.Now())
	table := soFar.Rows(pageRows)
	return render(w, "unfinished", map[string]any{"Title": s.nameOf(of.Path), "ID": s.idOf(of.Path), "Lines": soFar.Lines(), "Header": table[0], "Rows": table[1:]})
}
