package store

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"optmm/engine/account"
	"optmm/engine/market"
)

// RunColumnNames lists every name that a column of a run can have, but for the
// numbers of underlyings beyond the first.
func RunColumnNames() []string {
	var names []string
	for _, column := range account.Columns() {
		if !slices.Contains(names, column.Name) {
			names = append(names, column.Name)
		}
	}
	return names
}

// ChosenTables reports whether the selected columns (nil: all) leave a table of the
// run of a chain, and one of its options.
func ChosenTables(selected []string) (run, options bool) {
	for _, column := range account.Columns() {
		if column.Missing(account.Provided{Chain: true}) == "" && (selected == nil || slices.Contains(selected, column.Name)) {
			options = options || column.Per == account.PerOption
			run = run || column.Per != account.PerOption
		}
	}
	return run, options
}

// MissingColumn says why runs on a market that provides those fields lack the columns of a
// name; empty where they have one.
func MissingColumn(name string, provided account.Provided) (why string) {
	for _, column := range account.Columns() {
		if column.Name != name {
			continue
		}
		if why = column.Missing(provided); why == "" {
			return ""
		}
	}
	return why
}

// RunEncoder makes Parquet of runs on one market layout: a table of the run and, of
// a chain, one of its options. Each worker has its own. What it makes comes in blocks:
// the first is the table of the run, the others are the row groups of the options'.
type RunEncoder struct {
	market  marketForm
	run     *runTable
	options *optionsTable // nil where none is kept
	packed  *packedWriter // nil of a file per run
}

// runTable is one table of a run.
type runTable struct {
	writer   *tableWriter
	template *template // of the file that the writer wrote last; nil where there is none
	refused  bool      // what the library writes cannot be a template
	fields   []Field
	fill     []func(*account.Record, *Column) // puts what the run has into a column
	buffers  []Column
}

// NewRunEncoder returns an encoder of the selected columns (nil: all) that the
// market has. Packed files hold many runs and say in a first column which; options
// asks for the options of a chain.
func NewRunEncoder(m *market.Market, selected []string, packed, options bool) (*RunEncoder, error) {
	e := &RunEncoder{market: formOf(m), run: &runTable{}}
	provided := account.ProvidedBy(m)
	chosen := func(column *account.Column) bool {
		return column.Missing(provided) == "" && (selected == nil || slices.Contains(selected, column.Name))
	}
	for _, column := range account.Columns() {
		switch {
		case !chosen(&column) || column.Per == account.PerOption && m.IsChain():
		case column.Per == account.PerUnderlying:
			for u := range m.Underlyings {
				e.run.add(runField(&column, u), func(r *account.Record, to *Column) { shareRun(&column, r, u, to) })
			}
		default:
			e.run.add(runField(&column, 0), func(r *account.Record, to *Column) { shareRun(&column, r, 0, to) })
		}
	}
	if len(e.run.fields) == 0 {
		return nil, fmt.Errorf("output.columns: the table of a run has none of %v", selected)
	}
	if options && m.IsChain() && !packed {
		e.options = newOptionsTable(m, chosen)
	}
	if packed {
		field := packedField()
		field.constant = true
		layout, err := newLayout(append([]Field{field}, e.run.fields...))
		if err != nil {
			return nil, err
		}
		e.packed = &packedWriter{layout: layout, writer: newWriter(layout)}
	}
	if err := e.run.prepare(); err != nil || e.options == nil {
		return e, err
	}
	return e, e.options.prepare()
}

// marketForm is what the columns of runs on a market depend on.
type marketForm struct {
	provided    account.Provided
	underlyings int
}

func formOf(m *market.Market) marketForm {
	return marketForm{account.ProvidedBy(m), len(m.Underlyings)}
}

// Fits reports whether runs on the market have the encoder's columns.
func (e *RunEncoder) Fits(m *market.Market) bool { return e.market == formOf(m) }

func (t *runTable) add(field Field, fill func(*account.Record, *Column)) {
	t.fields, t.fill = append(t.fields, field), append(t.fill, fill)
}

func (t *runTable) prepare() error {
	layout, err := newLayout(t.fields)
	if err != nil {
		return err
	}
	t.writer, t.buffers = newWriter(layout), make([]Column, len(t.fields))
	return nil
}

// columns returns the table of a run, valid until the next.
func (t *runTable) columns(record *account.Record) []Column {
	for i := range t.buffers {
		t.fill[i](record, &t.buffers[i])
	}
	return t.buffers
}

// runField is the field of a column of a run; beyond the first underlying its name
// has the underlying's number, from 2.
func runField(column *account.Column, underlying int) Field {
	field := Field{Name: column.Name, Unit: column.Unit, Description: column.Description}
	if underlying > 0 {
		field.Name = fmt.Sprintf("%s_%d", column.Name, underlying+1)
	}
	switch {
	case column.Integers != nil:
		field.Type, field.Plain = Int32, true
	case column.Seconds != nil:
		field.Type, field.Rising = Seconds, true
	case column.Floats == nil:
		field.Type, field.Rising = Int32, true
	}
	return field
}

// shareRun makes a column of what a run has for a place, which is not copied.
func shareRun(column *account.Column, r *account.Record, index int, to *Column) {
	switch {
	case column.Floats != nil:
		to.Floats = column.Floats(r, index)
	case column.Integers != nil:
		to.Int32s = column.Integers(r, index)
	case column.Seconds != nil:
		to.Int64s = column.Seconds(r, index)
	case len(to.Int32s) != r.Market.Minutes(): // the minutes are the same in every run
		to.Int32s = nil
		appendRun(column, r, index, to)
	}
}

// appendRun appends what a run's column has for a place.
func appendRun(column *account.Column, r *account.Record, index int, to *Column) {
	switch {
	case column.Floats != nil:
		to.Floats = append(to.Floats, column.Floats(r, index)...)
	case column.Integers != nil:
		to.Int32s = append(to.Int32s, column.Integers(r, index)...)
	case column.Seconds != nil:
		to.Int64s = append(to.Int64s, column.Seconds(r, index)...)
	default:
		for i := range r.Market.Minutes() {
			to.Int32s = append(to.Int32s, int32(i*r.Market.StepMinutes()))
		}
	}
}

// Begin starts a packed file.
func (e *RunEncoder) Begin(to io.Writer, pairs []Pair) error { return e.packed.begin(to, pairs) }

// RowGroup adds a run to a packed file.
func (e *RunEncoder) RowGroup(run int, record *account.Record) error {
	return e.packed.rowGroup(run, e.run.columns(record))
}

// End ends a packed file.
func (e *RunEncoder) End() error { return e.packed.end() }

// WriteRun writes the table of the run as a Parquet file.
func (e *RunEncoder) WriteRun(to io.Writer, record *account.Record, pairs []Pair) error {
	t, columns := e.run, e.run.columns(record)
	if t.refused || !t.writer.layout.templated(columns[0].len()) {
		return writeTable(t.writer, to, pairs, columns)
	}
	if t.template != nil && t.template.fits(columns) {
		_, err := to.Write(t.template.whole(columns, pairs))
		return err
	}
	var content bytes.Buffer
	if err := writeTable(t.writer, &content, pairs, columns); err != nil {
		return err
	}
	var unlike error
	t.template, unlike = newTemplate(t.writer.layout, columns, pairs, content.Bytes())
	t.refused = unlike != nil
	_, err := to.Write(content.Bytes())
	return err
}

// Blocks returns the number of blocks of a run.
func (e *RunEncoder) Blocks(record *account.Record) int {
	if e.options == nil {
		return 1
	}
	return 1 + e.options.blocks(record)
}

// Block returns one of them, valid until the next call or run.
func (e *RunEncoder) Block(record *account.Record, block int) []NamedColumn {
	table := e.run
	if block > 0 {
		table = &e.options.runTable
		e.options.choose(record, block-1)
	}
	var columns []NamedColumn
	for i, column := range table.columns(record) {
		columns = append(columns, NamedColumn{Field: table.fields[i], Column: column})
	}
	return columns
}

// AddDigest adds the run's columns to a digest, block by block.
func (e *RunEncoder) AddDigest(record *account.Record, digest *Digest) {
	for block := range e.Blocks(record) {
		digest.Block(e.Block(record, block))
	}
}

// Block adds the columns of a block.
func (d *Digest) Block(columns []NamedColumn) {
	for i := range columns {
		d.addColumn(&columns[i].Field, &columns[i].Column)
	}
}

// NamedColumn is a column with its description.
type NamedColumn struct {
	Field  Field
	Column Column
}

// Columns reads columns of a row group.
func (r *Reader) Columns(group int, fields []Field) ([]NamedColumn, error) {
	var columns []NamedColumn
	for _, field := range fields {
		named := NamedColumn{Field: field}
		if err := r.ColumnOf(group, field, &named.Column); err != nil {
			return nil, err
		}
		columns = append(columns, named)
	}
	return columns, nil
}

// RunColumns reads the columns of a run or of its options, those that the file has:
// a row group of a packed file, the only one of another.
func (r *Reader) RunColumns(group int) ([]NamedColumn, error) {
	known := knownFields()
	var fields []Field
	root := r.file.MetaData().Schema
	for i := range root.NumColumns() {
		name := root.Column(i).Name()
		if name == packedField().Name {
			continue
		}
		base, number, numbered := cutNumber(name)
		field, ok := known[name]
		if !ok && numbered && number > 1 {
			field, ok = known[base]
		}
		if !ok {
			return nil, fmt.Errorf("read %s: a run has no column %s", r.name, name)
		}
		field.Name = name
		fields = append(fields, field)
	}
	return r.Columns(group, fields)
}

// cutNumber cuts the number of an underlying off a column's name.
func cutNumber(name string) (base string, number int, numbered bool) {
	at := strings.LastIndexByte(name, '_')
	if at < 0 {
		return name, 0, false
	}
	number, err := strconv.Atoi(name[at+1:])
	return name[:at], number, err == nil
}

// knownFields are the fields of every column that a run's tables can have, by name;
// where tables share a name they agree on the type.
func knownFields() map[string]Field {
	known := map[string]Field{}
	for _, column := range account.Columns() {
		known[column.Name] = runField(&column, 0)
	}
	maps.Copy(known, contractFields())
	return known
}

// RunNumber returns the run that a row group of a packed file says it is; an
// error where its rows do not agree.
func (r *Reader) RunNumber(group int) (int, error) {
	var column Column
	if err := r.ColumnOf(group, packedField(), &column); err != nil {
		return 0, err
	}
	for _, number := range column.Int64s {
		if number != column.Int64s[0] {
			return 0, fmt.Errorf("read %s: row group %d holds runs %d and %d", r.name, group, column.Int64s[0], number)
		}
	}
	if len(column.Int64s) == 0 {
		return 0, fmt.Errorf("read %s: row group %d is empty", r.name, group)
	}
	return int(column.Int64s[0]), nil
}

// packedField says in a packed file which run a row is of.
func packedField() Field {
	return Field{Name: "run", Type: Int64, Unit: "1", Description: "Number of the run, as in the summary."}
}

// FirstDifference returns the first row in which the column is not another, with
// both values as text. A missing row is a difference.
func (c *NamedColumn) FirstDifference(other *Column) (row int, old, now string, differs bool) {
	for row := range max(c.Column.len(), other.len()) {
		old, now := c.text(&c.Column, row), c.text(other, row)
		if old != now {
			return row, old, now, true
		}
	}
	return 0, "", "", false
}

// Number returns the value of a row, NaN where it is undefined or no number.
func (c *NamedColumn) Number(row int) float64 {
	switch {
	case c.Column.Valid != nil && !c.Column.Valid[row]:
	case c.Field.Type == Float64:
		return c.Column.Floats[row]
	case c.Field.Type == Int64:
		return float64(c.Column.Int64s[row])
	}
	return math.NaN()
}

// Value returns the value of a row as an expression sees it: a text or a number, NaN
// where it is undefined, which meets no comparison.
func (c *NamedColumn) Value(row int) any {
	if c.Field.Type == Text {
		return c.Column.Texts[row]
	}
	return c.Number(row)
}

// Text returns the value of a row as the CSV has it.
func (c *NamedColumn) Text(row int) string { return c.text(&c.Column, row) }

func (c *NamedColumn) text(column *Column, row int) string {
	if row >= column.len() {
		return "missing"
	}
	return cell(c.Field, column, row)
}
