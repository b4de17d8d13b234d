package store

import (
	"fmt"
	"io"
	"math"
	"slices"

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

// Kept says what files hold of the minutes of runs.
type Kept struct {
	Columns   []string           // by name; nil: all
	Own       bool               // those of the market are in files of the market, and of Constants in none
	Constants map[string]float64 // columns that are one number in every minute of every run
	Packed    bool               // many runs in a file, which says in a first column which
	Options   bool               // of a chain: its options too

	Compression string // one of Compressions(); empty is none
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

// NewRunEncoder returns an encoder of what is to be kept and the market has.
func NewRunEncoder(m *market.Market, kept *Kept) (*RunEncoder, error) {
	e := &RunEncoder{market: formOf(m), run: &runTable{}}
	provided := account.ProvidedBy(m)
	chosen := func(column *account.Column) bool {
		return column.Missing(provided) == "" && (kept.Columns == nil || slices.Contains(kept.Columns, column.Name))
	}
	e.run.addColumns(m, chosen, kept.place)
	if len(e.run.fields) == 0 {
		return nil, fmt.Errorf("output.columns: the table of a run has none of %v", kept.Columns)
	}
	if kept.Options && m.IsChain() && !kept.Packed {
		e.options = newOptionsTable(m, chosen, kept.place, kept.Own)
	}
	compressor, err := newPageCompressor(kept.Compression)
	if err != nil {
		return nil, err
	}
	e.run.compressor = compressor
	if e.options != nil {
		e.options.compressor = compressor
	}
	if kept.Packed {
		field := packedField()
		field.constant = true
		layout, err := newLayout(append([]Field{field}, e.run.storedFields()...))
		if err != nil {
			return nil, err
		}
		e.packed = &packedWriter{layout: layout, writer: newWriter(layout), compressor: compressor}
	}
	if err := e.run.prepare(); err != nil || e.options == nil {
		return e, err
	}
	return e, e.options.prepare()
}

// place says where a column of a run is.
func (k *Kept) place(column *account.Column) place {
	value, constant := k.Constants[column.Name]
	switch {
	case !k.Own || column.IsClock():
		return place{}
	case column.OfMarket:
		return place{elsewhere: true}
	case constant:
		return place{elsewhere: true, constant: true, value: value}
	}
	return place{}
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

// Begin starts a packed file.
func (e *RunEncoder) Begin(to io.Writer, pairs []Pair) error { return e.packed.begin(to, pairs) }

// RowGroup adds a run to a packed file.
func (e *RunEncoder) RowGroup(run int, record *account.Record) error {
	columns, err := e.run.stored(record)
	if err != nil {
		return err
	}
	return e.packed.rowGroup(run, columns)
}

// End ends a packed file.
func (e *RunEncoder) End() error { return e.packed.end() }

// WriteRun writes the table of the run as a Parquet file.
func (e *RunEncoder) WriteRun(to io.Writer, record *account.Record, pairs []Pair) error {
	return e.run.write(to, record, pairs)
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
	for row := range max(c.Column.Len(), other.Len()) {
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
	case c.Field.Type == Int64 || c.Field.Type == Seconds:
		return float64(c.Column.Int64s[row])
	case c.Field.Type == Int32:
		return float64(c.Column.Int32s[row])
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
	if row >= column.Len() {
		return "missing"
	}
	return cell(c.Field, column, row)
}
