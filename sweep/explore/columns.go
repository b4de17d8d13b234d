package explore

import (
	"encoding/binary"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"optmm/engine/account"
	"optmm/engine/param"
	"optmm/sweep/store"
)

// column is what a page shows of each point in a column: an axis, or a figure with what is known of its
// error. Column, Spread, Count, Low and High are columns of points.parquet; empty: there is none.
type column struct {
	Name    string   `json:"name"` // in filters and addresses
	Column  string   `json:"column"`
	Spread  string   `json:"spread,omitempty"` // standard error
	Count   string   `json:"count,omitempty"`  // of seeds or days
	Low     string   `json:"low,omitempty"`    // end of the 95% interval
	High    string   `json:"high,omitempty"`
	Unit    string   `json:"unit,omitempty"`
	Meaning string   `json:"meaning"`
	Better  int      `json:"better,omitempty"`  // 1: more, −1: less
	Axis    bool     `json:"axis,omitempty"`    // a swept parameter
	Choices []string `json:"choices,omitempty"` // of an axis of names, whose values are their numbers
	Shown   bool     `json:"shown,omitempty"`   // before anything is chosen
}

// columns lists what pages can show of the points: the axes first, in each figure what belongs to it.
func (o *opened) columns() []column {
	fields := o.points.Fields()
	has := func(name string) string {
		if slices.ContainsFunc(fields, func(f store.Field) bool { return f.Name == name }) {
			return name
		}
		return ""
	}
	sign := int(o.plan.Objective.Sign())
	better := map[string]int{"objective": sign, "neighbor_mean": sign, "holdout": sign, "diff": 1, "win_rate": 1, "holdout_diff": 1, "meets_constraints": 1}
	for _, statistic := range account.Statistics() {
		better[statistic.Name] = 1
		if statistic.Undesired {
			better[statistic.Name] = -1
		}
	}
	shown := []string{"objective", "diff", "holdout_diff", "meets_constraints"}
	var columns []column
	belongs := map[string]bool{"point": true}
	for _, axis := range o.plan.Grid.Axes() {
		p := axis.Parameter
		c := column{Name: p.Name, Column: p.Name, Unit: unitOf(p.Unit), Meaning: p.Description, Axis: true, Shown: true}
		if p.Kind == param.Choice {
			c.Choices = p.Domain.Choices
		}
		columns, belongs[p.Name] = append(columns, c), true
	}
	for _, field := range fields {
		if belongs[field.Name] {
			continue
		}
		name, _ := strings.CutSuffix(field.Name, "_mean")
		if name == "neighbor" {
			name = field.Name
		}
		if base, _, quantile := strings.Cut(name, "_q"); quantile && better[name] == 0 {
			better[name] = better[base]
		} else if base, worst := strings.CutSuffix(name, "_worst"); worst {
			better[name] = better[base]
		}
		c := column{Name: name, Column: field.Name, Unit: unitOf(field.Unit), Meaning: strings.TrimPrefix(field.Description, "Mean over "+o.plan.Unit()+"s. "), Better: better[name], Shown: slices.Contains(shown, name)}
		if name != field.Name {
			c.Spread, c.Count, c.Low, c.High = has(name+"_se"), has(name+"_n"), has(name+"_low95"), has(name+"_high95")
		}
		for _, other := range []string{c.Spread, c.Count, c.Low, c.High} {
			belongs[other] = true
		}
		columns = append(columns, c)
	}
	return columns
}

// unitOf is a unit as pages write it: a number of nothing has none.
func unitOf(unit string) string {
	if unit == "1" {
		return ""
	}
	return unit
}

// blockBytes is how much of a column is written at once.
const blockBytes = 64 << 10

// column writes the values of a column of the points, in their order, as float64 in little-endian order:
// NaN where undefined, of names their number among the axis's choices.
func (s *Server) column(w http.ResponseWriter, r *http.Request, o *opened) error {
	name := r.PathValue("column")
	values, err := o.points.Column(name)
	if err != nil {
		return err
	}
	if values == nil || values.Field.Name != name {
		return &notFound{fmt.Sprintf("%.60q is not a column of the points", name)}
	}
	number := values.Number
	if values.Field.Type == store.Text {
		var choices []string
		for _, axis := range o.plan.Grid.Axes() {
			if axis.Parameter.Name == name {
				choices = axis.Parameter.Domain.Choices
			}
		}
		number = func(row int) float64 {
			if at := slices.Index(choices, values.Text(row)); at >= 0 {
				return float64(at)
			}
			return math.NaN()
		}
	}
	o.keepInBrowser(w, r)
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(8*o.points.Rows()))
	block := make([]byte, 0, blockBytes)
	for row := range o.points.Rows() {
		if block = binary.LittleEndian.AppendUint64(block, math.Float64bits(number(row))); len(block) == blockBytes || row+1 == o.points.Rows() {
			if _, err := w.Write(block); err != nil {
				return nil // nobody reads
			}
			block = block[:0]
		}
	}
	return nil
}

// keepInBrowser lets a browser keep what never changes: an address that names the content of the study.
func (o *opened) keepInBrowser(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("of") == o.lock.Seal {
		w.Header().Set("Cache-Control", "private, max-age=86400, immutable")
	}
}

// match writes a byte for each point: 1 where it meets the condition, else 0.
func (s *Server) match(w http.ResponseWriter, r *http.Request, o *opened) error {
	rows, err := o.points.Filter(strings.TrimSpace(r.URL.Query().Get("where")))
	if err != nil {
		return plain(err)
	}
	mask := make([]byte, o.points.Rows())
	for _, row := range rows {
		mask[row] = 1
	}
	o.keepInBrowser(w, r)
	w.Header().Set("Content-Type", "application/octet-stream")
	_, err = w.Write(mask)
	return err
}
