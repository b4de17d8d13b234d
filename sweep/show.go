package sweep

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/expr-lang/expr/vm"

	"optmm/engine/account"
	"optmm/engine/param"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/grid"
	"optmm/sweep/plan"
	"optmm/sweep/present"
	"optmm/sweep/store"
	"optmm/sweep/tables"
	"optmm/sweep/text"
)

// Showing is what of the table of points is shown.
type Showing struct {
	Folder string
	Top    int    // rows at most; 0 shows all
	Sort   string // a column, or a figure, whose mean is meant; highest first, lowest with a minus before it; empty: the objective
	Where  string // a condition on columns and figures, as in net_pnl > 0 && skew < 0.02; empty: all
	JSON   bool   // every column of the rows, as a JSON array

	Objective, Baseline string // others than the study's, by which it is judged again first

	Figures bool // instead: every figure of the best point and the baseline
}

// Show prints the points of a complete study, or the figures of two of them; of a study that is not
// complete, what is committed.
func Show(to io.Writer, show Showing) (err error) {
	if u, err := folder.OpenUnfinished("show", show.Folder); u != nil || err != nil {
		if err != nil {
			return err
		}
		return showSoFar(to, u, show, time.Now())
	}
	_, p, err := folder.OpenComplete("show", show.Folder)
	if err != nil {
		return err
	}
	if show.Figures {
		result, err := present.Load(p, show.Folder)
		if err != nil {
			return err
		}
		return result.WriteFigures(to)
	}
	root := show.Folder
	if show.Objective != "" || show.Baseline != "" {
		q := Question{Objective: show.Objective, Baseline: show.Baseline, Where: show.Where}
		result, err := Rejudge(root, q)
		if err != nil {
			return err
		}
		if p, err = q.plan(root, p); err != nil {
			return err
		}
		root, show.Where = result.Folder, "" // which says what was judged, of the study's own table
		if !show.JSON {
			if err := result.WriteJudged(to); err != nil {
				return err
			}
			fmt.Fprintln(to)
		}
	}
	t, err := openPoints(p, root)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.reader.Close()) }()
	rows, err := t.choose(show)
	if err != nil {
		return err
	}
	if show.JSON {
		return t.writeJSON(to, rows)
	}
	return t.write(to, show, rows)
}

// openPoints opens the table of points of a study, or of a judgment of it, in a folder.
func openPoints(p *plan.Plan, root string) (*pointTable, error) {
	reader, err := store.OpenReader(filepath.Join(root, "points.parquet"))
	return &pointTable{plan: p, reader: reader, fields: tables.PointFields(p), columns: map[string]*store.NamedColumn{}}, err
}

// pointTable reads the columns of the table of points that are asked for.
type pointTable struct {
	plan    *plan.Plan
	reader  *store.Reader
	fields  []store.Field
	columns map[string]*store.NamedColumn
}

// column returns a column by its name, or the mean of a figure by the figure's; nil
// where there is none.
func (t *pointTable) column(name string) (*store.NamedColumn, error) {
	for _, wanted := range []string{name, name + "_mean"} {
		at := slices.IndexFunc(t.fields, func(f store.Field) bool { return f.Name == wanted })
		if at < 0 {
			continue
		}
		if t.columns[wanted] == nil {
			column := &store.NamedColumn{Field: t.fields[at]}
			if err := t.reader.Column(column.Field, &column.Column); err != nil {
				return nil, err
			}
			t.columns[wanted] = column
		}
		return t.columns[wanted], nil
	}
	return nil, nil
}

// unknown is an error that says why the points do not have a column that others have, or
// else names the nearest.
func (t *pointTable) unknown(name string) error {
	if why := lacksColumn(t.plan, name); why != "" {
		return fmt.Errorf("the points of this study have no column %s: %s", name, why)
	}
	var names []string
	for _, field := range t.fields {
		names = append(names, field.Name)
	}
	for _, statistic := range account.Statistics() {
		names = append(names, statistic.Name)
	}
	return fmt.Errorf("%s is not a column of the points%s", name, fault.DidYouMean(name, names))
}

// lacksColumn says why the table of points has no column of a name that others can have.
func lacksColumn(p *plan.Plan, name string) string {
	switch {
	case strings.HasPrefix(name, "holdout_") && p.Holdout == nil:
		return "it has no holdout seeds"
	case name == "meets_constraints":
		return "its objective has no constraints"
	}
	for _, parameter := range param.Parameters() {
		if parameter.Name == name {
			return fmt.Sprintf("it is not an axis, but %s throughout", parameter.Format(p.FixedValue(&parameter)))
		}
	}
	if slices.Contains(store.RunColumnNames(), name) {
		return "it is a column of a run's minutes"
	}
	return ""
}

// choose returns the rows to show, in order.
func (t *pointTable) choose(show Showing) ([]int, error) {
	rows, err := t.filter(show.Where)
	if err != nil {
		return nil, err
	}
	name, descending := strings.CutPrefix(show.Sort, "-")
	descending = !descending
	if name == "" {
		name = "objective"
		descending = !t.plan.Objective.Minimized
	}
	by, err := t.column(name)
	if err == nil && by == nil {
		err = fault.Usage(&fault.Option{Name: "sort", Err: t.unknown(name)})
	}
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(row int) bool { return !t.plan.IsCandidate(row) })
	direction := 1.0
	if !descending {
		direction = -1
	}
	key := func(row int) float64 { return direction * by.Number(row) } // NaN, below every number, comes last either way
	slices.SortStableFunc(rows, func(a, b int) int {
		if by.Field.Type == store.Text {
			return cmp.Compare(by.Text(a), by.Text(b))
		}
		return cmp.Compare(key(b), key(a))
	})
	if t.plan.Halving != nil && show.Sort == "" { // who was left out early has few seeds
		seeds, err := t.column("objective_n")
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(seeds.Number(b), seeds.Number(a)) })
	}
	if show.Top > 0 {
		rows = rows[:min(len(rows), show.Top)]
	}
	return rows, nil
}

// filter returns the rows that meet the condition; an undefined value meets none.
func (t *pointTable) filter(where string) ([]int, error) {
	rows := make([]int, t.reader.Rows())
	for i := range rows {
		rows[i] = i
	}
	if where == "" {
		return rows, nil
	}
	environment := map[string]any{}
	for _, field := range t.fields { // of the type that its values have
		environment[field.Name] = (&store.NamedColumn{Field: field, Column: store.Column{Texts: []string{""}, Floats: []float64{0}, Int64s: []int64{0}}}).Value(0)
		if figure, ok := strings.CutSuffix(field.Name, "_mean"); ok {
			environment[figure] = 0.0
		}
	}
	refuse := func(err error) error { return fault.Usage(&fault.Option{Name: "where", Err: err}) }
	condition, unknown, err := grid.ParseCondition(where, environment)
	switch {
	case unknown != "":
		return nil, refuse(t.unknown(unknown))
	case err != nil:
		return nil, refuse(err)
	}
	columns := map[string]*store.NamedColumn{}
	for _, name := range condition.Names {
		if columns[name], err = t.column(name); err != nil {
			return nil, err
		}
	}
	var machine vm.VM
	var kept []int
	for _, row := range rows {
		for name, column := range columns {
			environment[name] = column.Value(row)
		}
		met, err := condition.Met(&machine, environment)
		if err != nil {
			return nil, refuse(err)
		}
		if met {
			kept = append(kept, row)
		}
	}
	return kept, nil
}

// write prints the parameters, the objective and its difference from the baseline,
// and the column that is sorted by.
func (t *pointTable) write(to io.Writer, show Showing, rows []int) error {
	names := []string{"point"}
	for _, axis := range t.plan.Grid.Axes() {
		names = append(names, axis.Parameter.Name)
	}
	if t.plan.Halving != nil {
		names = append(names, "objective_n")
	}
	names = append(names, "objective_mean", "objective_se", "diff_mean", "diff_low95", "diff_high95")
	if sorted := strings.TrimPrefix(show.Sort, "-"); sorted != "" {
		if column, err := t.column(sorted); err == nil && column != nil && !slices.Contains(names, column.Field.Name) {
			names = append(names, column.Field.Name)
		}
	}
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, strings.Join(names, "\t"))
	axes := t.plan.Grid.Axes()
	for _, row := range rows {
		cells := make([]string, len(names))
		for i, name := range names {
			column, err := t.column(name)
			if err != nil {
				return err
			}
			x := column.Number(row)
			axis := slices.IndexFunc(axes, func(a grid.Axis) bool { return a.Parameter.Name == name })
			switch {
			case column.Field.Type == store.Text || column.Field.Type == store.Int64:
				cells[i] = column.Text(row)
			case axis >= 0: // with every digit, since it names the point
				cells[i] = axes[axis].Parameter.Format(param.Value{Number: x, Unset: math.IsNaN(x)})
			case math.IsNaN(x):
				cells[i] = "undefined"
			default:
				cells[i] = text.Significant(x)
			}
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	baseline, _ := t.plan.Grid.Baseline()
	note := ""
	if len(rows) < t.reader.Rows() {
		note = fmt.Sprintf("; %d of %d points shown", len(rows), t.reader.Rows())
	}
	unit := ""
	if at := slices.IndexFunc(t.fields, func(f store.Field) bool { return f.Name == "objective_mean" }); at >= 0 && t.fields[at].Unit != "1" {
		unit = fmt.Sprintf("; %s in %s", t.plan.Objective, t.fields[at].Unit)
	}
	_, err := fmt.Fprintf(to, "\nbaseline: point %d%s%s\n", baseline, unit, note)
	return errors.Join(err, writeExtension(to, show.Folder))
}

// writeJSON writes every column of the rows as an array of JSON objects, null where undefined, a row
// at a time.
func (t *pointTable) writeJSON(to io.Writer, rows []int) error {
	buffered := bufio.NewWriter(to)
	for i, row := range rows {
		buffered.WriteString(map[bool]string{true: "[\n  {", false: ",\n  {"}[i == 0])
		for k, field := range t.fields {
			column, err := t.column(field.Name)
			if err != nil {
				return err
			}
			var value any = column.Value(row)
			if x, ok := value.(float64); ok {
				value = text.Number(x)
			}
			content, err := json.Marshal(value)
			if err != nil {
				return err
			}
			if k > 0 {
				buffered.WriteString(", ")
			}
			fmt.Fprintf(buffered, "%q: %s", field.Name, content)
		}
		buffered.WriteString("}")
	}
	if len(rows) == 0 {
		buffered.WriteString("[")
	}
	buffered.WriteString("\n]\n")
	return buffered.Flush()
}

// PointColumns lists the columns of the points of a study.
func PointColumns(root string) (names []string, err error) {
	lock, _, err := folder.Read(root)
	if err != nil || lock == nil || lock.Removed {
		return nil, err
	}
	p, err := lock.PlanWithoutData(filepath.Join(root, folder.LockName), root)
	if err != nil {
		return nil, err
	}
	for _, field := range tables.PointFields(p) {
		names = append(names, field.Name)
	}
	return names, nil
}
