package tables

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/expr-lang/expr/vm"

	"optmm/engine/account"
	"optmm/engine/param"
	"optmm/sweep/fault"
	"optmm/sweep/grid"
	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// Points reads the columns of the table of points that are asked for, each once, for several at once.
type Points struct {
	plan   *plan.Plan
	reader *store.Reader
	fields []store.Field

	mutex   sync.Mutex
	columns map[string]*store.NamedColumn // never changed once they are there
}

// OpenPoints opens the table of points of a study, or of a judgment of it, in a folder.
func OpenPoints(p *plan.Plan, root string) (*Points, error) {
	reader, err := store.OpenReader(filepath.Join(root, "points.parquet"))
	if err != nil {
		return nil, err
	}
	return &Points{plan: p, reader: reader, fields: PointFields(p), columns: map[string]*store.NamedColumn{}}, nil
}

// Close closes the table.
func (t *Points) Close() error { return t.reader.Close() }

// Rows returns the number of points.
func (t *Points) Rows() int { return t.reader.Rows() }

// Fields lists the columns.
func (t *Points) Fields() []store.Field { return t.fields }

// Column returns a column by its name, or the mean of a figure by the figure's; nil
// where there is none.
func (t *Points) Column(name string) (*store.NamedColumn, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
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

// Named is Column, with an error where there is none.
func (t *Points) Named(name string) (*store.NamedColumn, error) {
	column, err := t.Column(name)
	if err == nil && column == nil {
		err = t.unknown(name)
	}
	return column, err
}

// unknown is an error that says why the points do not have a column that others have, or
// else names the nearest.
func (t *Points) unknown(name string) error {
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

// Sorted sorts rows by a column, or by a figure, whose mean is meant: highest first, names from A to Z, and the
// other way with a minus before it; empty is the objective, the best first. An error is an Option.
func (t *Points) Sorted(rows []int, by string) ([]int, error) {
	name, descending := t.order(by)
	column, err := t.Column(name)
	if err == nil && column == nil {
		err = fault.Usage(&fault.Option{Name: "sort", Err: t.unknown(name)})
	}
	if err != nil {
		return nil, err
	}
	direction := 1.0
	if !descending {
		direction = -1
	}
	key := func(row int) float64 { return direction * column.Number(row) } // NaN, below every number, comes last either way
	slices.SortStableFunc(rows, func(a, b int) int {
		if column.Field.Type == store.Text {
			return int(direction) * cmp.Compare(column.Text(a), column.Text(b))
		}
		return cmp.Compare(key(b), key(a))
	})
	if t.halves(by) { // who was left out early has few seeds
		seeds, err := t.Column("objective_n")
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(seeds.Number(b), seeds.Number(a)) })
	}
	return rows, nil
}

// Cell is the value of a column in a row as text for a reader: a swept value with every digit, since it
// names the point, and any other number with the figures that matter.
func (t *Points) Cell(name string, row int) (string, error) {
	column, err := t.Column(name)
	if err != nil || column == nil {
		return "", err
	}
	x := column.Number(row)
	axes := t.plan.Grid.Axes()
	axis := slices.IndexFunc(axes, func(a grid.Axis) bool { return a.Parameter.Name == name })
	switch {
	case column.Field.Type == store.Text || column.Field.Type == store.Int64:
		return column.Text(row), nil
	case axis >= 0:
		return axes[axis].Parameter.Format(param.Value{Number: x, Unset: math.IsNaN(x)}), nil
	}
	return text.Defined(x), nil
}

// condition compiles a condition on the columns; an error is an Option.
func (t *Points) condition(where string) (*grid.Condition, map[string]any, error) {
	environment := map[string]any{}
	for _, field := range t.fields { // of the type that its values have
		environment[field.Name] = (&store.NamedColumn{Field: field, Column: store.Column{Texts: []string{""}, Floats: []float64{0}, Int64s: []int64{0}}}).Value(0)
		if figure, ok := strings.CutSuffix(field.Name, "_mean"); ok {
			environment[figure] = 0.0
		}
	}
	condition, unknown, err := grid.ParseCondition(where, environment)
	if unknown != "" {
		err = t.unknown(unknown)
	}
	if err != nil {
		return nil, nil, refuseWhere(err)
	}
	return condition, environment, nil
}

func refuseWhere(err error) error { return fault.Usage(&fault.Option{Name: "where", Err: err}) }

// Filter returns the rows that meet the condition; an undefined value meets none.
func (t *Points) Filter(where string) ([]int, error) {
	rows := make([]int, t.Rows())
	for i := range rows {
		rows[i] = i
	}
	if where == "" {
		return rows, nil
	}
	condition, environment, err := t.condition(where)
	if err != nil {
		return nil, err
	}
	columns := map[string]*store.NamedColumn{}
	for _, name := range condition.Names {
		if columns[name], err = t.Column(name); err != nil {
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
			return nil, refuseWhere(err)
		}
		if met {
			kept = append(kept, row)
		}
	}
	return kept, nil
}

// SQL is the query that makes the same of the file of the points in DuckDB: these columns of the rows
// that Filter returns, as Sorted orders them.
func (t *Points) SQL(file string, columns []string, where, by string) (string, error) {
	name := func(of string) string {
		if column, err := t.Column(of); err == nil && column != nil {
			of = column.Field.Name
		}
		return `"` + of + `"`
	}
	var names []string
	for _, of := range columns {
		names = append(names, name(of))
	}
	query := fmt.Sprintf("select %s\nfrom '%s'", strings.Join(names, ", "), strings.ReplaceAll(file, "'", "''"))
	if where != "" {
		condition, _, err := t.condition(where)
		if err != nil {
			return "", err
		}
		query += "\nwhere " + condition.SQL(name)
	}
	of, descending := t.order(by)
	query += "\norder by "
	if t.halves(by) {
		query += name("objective_n") + " desc nulls last, "
	}
	direction := map[bool]string{false: "asc", true: "desc"}[descending != t.ofNames(of)]
	return query + fmt.Sprintf("%s %s nulls last, %s;\n", name(of), direction, name("point")), nil
}

// order is the column by which Sorted sorts.
func (t *Points) order(by string) (name string, descending bool) {
	name, ascending := strings.CutPrefix(by, "-")
	if name == "" {
		return "objective", !t.plan.Objective.Minimized
	}
	return name, !ascending
}

// ofNames reports whether a column has names, which are sorted from A to Z where numbers are highest first.
func (t *Points) ofNames(name string) bool {
	column, err := t.Column(name)
	return err == nil && column != nil && column.Field.Type == store.Text
}

// halves reports whether Sorted puts the points with the most seeds first.
func (t *Points) halves(by string) bool { return t.plan.Halving != nil && by == "" }

// named returns columns by their names.
func (t *Points) named(names []string) (columns []*store.NamedColumn, err error) {
	for _, name := range names {
		column, err := t.Named(name)
		if err != nil {
			return nil, err
		}
		columns = append(columns, column)
	}
	return columns, nil
}

// encodedRows is how many rows are encoded together.
const encodedRows = 1 << 16

// chosen are columns of rows, in blocks.
func (t *Points) chosen(names []string, rows []int) (fields []store.Field, blocks func(use func([]store.Column) error) error, err error) {
	columns, err := t.named(names)
	if err != nil {
		return nil, nil, err
	}
	for _, column := range columns {
		field := column.Field
		field.Rising = false // in the order of rows
		fields = append(fields, field)
	}
	return fields, func(use func([]store.Column) error) error {
		for block := range slices.Chunk(rows, encodedRows) {
			values := make([]store.Column, len(columns))
			for k, column := range columns {
				for _, row := range block {
					values[k].AppendRows(&column.Column, row, row+1)
				}
			}
			if err := use(values); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// EncodeParquet writes columns of rows as a Parquet file.
func (t *Points) EncodeParquet(to io.Writer, columns []string, rows []int) error {
	fields, blocks, err := t.chosen(columns, rows)
	if err != nil {
		return err
	}
	return store.EncodeBlocks(to, fields, nil, blocks)
}

// EncodeCSV writes columns of rows as CSV.
func (t *Points) EncodeCSV(to io.Writer, columns []string, rows []int) error {
	fields, blocks, err := t.chosen(columns, rows)
	if err != nil {
		return err
	}
	return store.EncodeCSV(to, fields, blocks)
}

// WriteJSON writes columns of rows as an array of JSON objects, null where undefined, a row at a time.
func (t *Points) WriteJSON(to io.Writer, names []string, rows []int) error {
	columns, err := t.named(names)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriter(to)
	for i, row := range rows {
		buffered.WriteString(map[bool]string{true: "[\n  {", false: ",\n  {"}[i == 0])
		for k, column := range columns {
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
			fmt.Fprintf(buffered, "%q: %s", column.Field.Name, content)
		}
		buffered.WriteString("}")
	}
	if len(rows) == 0 {
		buffered.WriteString("[")
	}
	buffered.WriteString("\n]\n")
	return buffered.Flush()
}
