package sweep

import (
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

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"optmm/engine"
	"optmm/sweep/grid"
	"optmm/sweep/store"
)

// Showing is what of the table of points is shown.
type Showing struct {
	Folder string
	Top    int    // rows at most; 0 shows all
	Sort   string // a column, or a figure, whose mean is meant; highest first, lowest with a minus before it; empty: the objective
	Where  string // a condition on columns and figures, as in net_pnl > 0 && skew < 0.02; empty: all
	JSON   bool   // every column of the rows, as JSON lines
}

// Show prints the points of a complete study.
func Show(to io.Writer, show Showing) (err error) {
	lock, complete, err := readHeader(show.Folder)
	switch {
	case err == nil && (lock == nil || lock.Removed):
		err = fmt.Errorf("%s holds no study", show.Folder)
	case err == nil && !complete:
		err = fmt.Errorf("the study in %s is not complete; sweep run goes on", show.Folder)
	}
	if err != nil {
		return &UsageError{fmt.Errorf("show: %w", err)}
	}
	study, err := lock.withoutData(filepath.Join(show.Folder, lockName), show.Folder)
	if err != nil {
		return err
	}
	reader, err := store.OpenReader(filepath.Join(show.Folder, "points.parquet"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	t := &pointTable{reader: reader, fields: pointFields(study), columns: map[string]*store.NamedColumn{}}
	rows, err := t.choose(study, show)
	if err != nil {
		return err
	}
	if show.JSON {
		return t.writeJSON(to, rows)
	}
	return t.write(to, study, show, rows)
}

// pointTable reads the columns of the table of points that somebody asks for.
type pointTable struct {
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

// unknown is an error that names the nearest column.
func (t *pointTable) unknown(flag, name string) error {
	var names []string
	for _, field := range t.fields {
		names = append(names, field.Name)
	}
	for _, statistic := range engine.Statistics() {
		names = append(names, statistic.Name)
	}
	return &UsageError{fmt.Errorf("%s: %s is no column of the points%s", flag, name, grid.Nearest(name, names))}
}

// choose returns the rows to show, in order.
func (t *pointTable) choose(study *Study, show Showing) ([]int, error) {
	rows, err := t.filter(show.Where)
	if err != nil {
		return nil, err
	}
	name, descending := strings.CutPrefix(show.Sort, "-")
	descending = !descending
	if name == "" {
		name = study.Objective
	}
	by, err := t.column(name)
	if err == nil && by == nil {
		err = t.unknown("--sort", name)
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, func(a, b int) int { // undefined last
		x, y := by.Number(a), by.Number(b)
		switch {
		case by.Field.Type == store.Text:
			return cmp.Compare(by.Text(a), by.Text(b))
		case math.IsNaN(x) || math.IsNaN(y):
			return cmp.Compare(boolean(math.IsNaN(x)), boolean(math.IsNaN(y)))
		case descending:
			return cmp.Compare(y, x)
		}
		return cmp.Compare(x, y)
	})
	if show.Top > 0 {
		rows = rows[:min(len(rows), show.Top)]
	}
	return rows, nil
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
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
	environment, columns := map[string]any{}, map[string]*store.NamedColumn{}
	var unknown string
	var failed error
	names, err := grid.Names(where)
	if err != nil {
		return nil, &UsageError{fmt.Errorf("--where %q: %w", where, err)}
	}
	for _, name := range names {
		column, err := t.column(name)
		switch {
		case err != nil:
			failed = err
		case column == nil:
			unknown = name
		default:
			columns[name], environment[name] = column, column.Value(0)
		}
	}
	if failed != nil {
		return nil, failed
	}
	if unknown != "" {
		return nil, t.unknown(fmt.Sprintf("--where %q", where), unknown)
	}
	program, err := expr.Compile(where, expr.Env(environment), expr.AsBool(), expr.DisableAllBuiltins())
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, &UsageError{fmt.Errorf("--where %q: %s", where, first)}
	}
	var machine vm.VM
	var kept []int
	for _, row := range rows {
		for name, column := range columns {
			environment[name] = column.Value(row)
		}
		met, err := machine.Run(program, environment)
		if err != nil {
			first, _, _ := strings.Cut(err.Error(), "\n")
			return nil, &UsageError{fmt.Errorf("--where %q: %s", where, first)}
		}
		if met.(bool) {
			kept = append(kept, row)
		}
	}
	return kept, nil
}

// write prints the parameters, the objective and its difference from the baseline,
// and the column that is sorted by.
func (t *pointTable) write(to io.Writer, study *Study, show Showing, rows []int) error {
	names := []string{"point"}
	for _, axis := range study.Grid.Axes() {
		names = append(names, axis.Parameter.Name)
	}
	names = append(names, study.Objective+"_mean", study.Objective+"_se", "diff_mean", "diff_low95", "diff_high95")
	if sorted := strings.TrimPrefix(show.Sort, "-"); sorted != "" {
		if column, err := t.column(sorted); err == nil && column != nil && !slices.Contains(names, column.Field.Name) {
			names = append(names, column.Field.Name)
		}
	}
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, strings.Join(names, "\t"))
	for _, row := range rows {
		cells := make([]string, len(names))
		for i, name := range names {
			column, err := t.column(name)
			if err != nil {
				return err
			}
			switch x := column.Number(row); {
			case column.Field.Type == store.Text || column.Field.Type == store.Int64:
				cells[i] = column.Text(row)
			case math.IsNaN(x):
				cells[i] = "undefined"
				if slices.ContainsFunc(study.Grid.Axes(), func(a grid.Axis) bool { return a.Parameter.Name == name }) {
					cells[i] = "unset"
				}
			default:
				cells[i] = significant(x)
			}
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	baseline, _ := study.Grid.Baseline()
	note := ""
	if len(rows) < t.reader.Rows() {
		note = fmt.Sprintf("; %d of %d points shown", len(rows), t.reader.Rows())
	}
	_, err := fmt.Fprintf(to, "\nbaseline: point %d%s\n", baseline, note)
	return err
}

// writeJSON writes every column of the rows, a JSON object a line, null where
// undefined.
func (t *pointTable) writeJSON(to io.Writer, rows []int) error {
	for _, row := range rows {
		var line strings.Builder
		for i, field := range t.fields {
			column, err := t.column(field.Name)
			if err != nil {
				return err
			}
			var value any = column.Value(row)
			if x, ok := value.(float64); ok {
				value = defined(x)
			}
			content, err := json.Marshal(value)
			if err != nil {
				return err
			}
			if i > 0 {
				line.WriteString(", ")
			}
			fmt.Fprintf(&line, "%q: %s", field.Name, content)
		}
		if _, err := fmt.Fprintf(to, "{%s}\n", line.String()); err != nil {
			return err
		}
	}
	return nil
}
