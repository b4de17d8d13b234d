package store

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"optmm/engine"
	"optmm/engine/market"
)

// RunColumnNames lists every column that a run file can have.
func RunColumnNames() []string {
	var names []string
	for _, column := range engine.Columns() {
		names = append(names, column.Name)
	}
	return names
}

// RunName is where the time series of a run stands below the study's folder:
// a thousand files a folder.
func RunName(run int) string {
	return filepath.Join("runs", fmt.Sprintf("%03d", run/1000), fmt.Sprintf("%06d.parquet", run))
}

// PackedName is where the time series of a chunk's runs stand together.
func PackedName(chunk int) string {
	return filepath.Join("runs", fmt.Sprintf("part-%06d.parquet", chunk))
}

// RunEncoder makes Parquet of runs on one market layout. Each worker has its
// own.
type RunEncoder struct {
	writer  *Writer
	columns []engine.Column
	fields  []Field // of the columns
	buffers []Column
	packed  bool
	number  []int64 // the run, minute by minute, of a packed file
	minutes []int32
	bytes   bytes.Buffer
}

// NewRunEncoder returns an encoder of the selected columns (nil: all) that the
// market has. Packed files hold many runs and say in a first column which.
func NewRunEncoder(m *market.Market, selected []string, packed bool) (*RunEncoder, error) {
	e := &RunEncoder{packed: packed}
	var fields []Field
	for _, column := range engine.Columns() {
		if column.Present != nil && !column.Present(m) || selected != nil && !slices.Contains(selected, column.Name) {
			continue
		}
		fields = append(fields, runField(&column))
		e.columns = append(e.columns, column)
	}
	if len(fields) == 0 {
		return nil, fmt.Errorf("output.columns: the market has none of %v", selected)
	}
	e.fields = fields
	if packed {
		fields = append([]Field{packedField()}, fields...)
	}
	layout, err := NewLayout(fields)
	if err != nil {
		return nil, err
	}
	e.writer = NewWriter(layout)
	e.buffers = make([]Column, len(e.fields))
	return e, nil
}

// runField is the field of a column of a run.
func runField(column *engine.Column) Field {
	field := Field{Name: column.Name, Unit: column.Unit, Sentence: column.Sentence}
	switch {
	case column.Integers != nil:
		field.Type = Int32
	case column.Seconds != nil:
		field.Type, field.Rising = Seconds, true
	case column.Floats == nil:
		field.Type, field.Rising = Int32, true
	}
	return field
}

// Begin starts a packed file.
func (e *RunEncoder) Begin(to io.Writer, pairs []Pair) error { return e.writer.Begin(to, pairs) }

// RowGroup adds a run to a packed file.
func (e *RunEncoder) RowGroup(run int, series *engine.Series) error {
	e.number = e.number[:0]
	for range series.Market.Minutes() {
		e.number = append(e.number, int64(run))
	}
	return e.writer.RowGroup(append([]Column{{Int64s: e.number}}, e.Columns(series)...))
}

// End ends a packed file.
func (e *RunEncoder) End() error { return e.writer.End() }

// Encode returns the run as a Parquet file, valid until the next call.
func (e *RunEncoder) Encode(series *engine.Series, pairs []Pair) ([]byte, error) {
	e.bytes.Reset()
	if err := e.writer.Begin(&e.bytes, pairs); err != nil {
		return nil, err
	}
	if err := e.writer.RowGroup(e.Columns(series)); err != nil {
		return nil, err
	}
	if err := e.writer.End(); err != nil {
		return nil, err
	}
	return e.bytes.Bytes(), nil
}

// Columns returns the run's columns, valid until the next run.
func (e *RunEncoder) Columns(series *engine.Series) []Column {
	for i, column := range e.columns {
		switch {
		case column.Floats != nil:
			e.buffers[i].Floats = column.Floats(series)
		case column.Integers != nil:
			e.buffers[i].Int32s = column.Integers(series)
		case column.Seconds != nil:
			e.buffers[i].Int64s = column.Seconds(series)
		default:
			for len(e.minutes) < series.Market.Minutes() {
				e.minutes = append(e.minutes, int32(len(e.minutes)))
			}
			e.buffers[i].Int32s = e.minutes[:series.Market.Minutes()]
		}
	}
	return e.buffers
}

// AddDigest adds the run's columns to a digest.
func (e *RunEncoder) AddDigest(series *engine.Series, digest *Digest) {
	for i, column := range e.Columns(series) {
		digest.Column(&e.fields[i], &column)
	}
}

// NamedColumn is a column with its description.
type NamedColumn struct {
	Field  Field
	Column Column
}

// RunColumns reads the selected columns (nil: all) of a run: a row group of a
// packed file, the only one of another.
func (r *Reader) RunColumns(group int, selected []string) ([]NamedColumn, error) {
	var columns []NamedColumn
	for _, column := range engine.Columns() {
		if selected != nil && !slices.Contains(selected, column.Name) || r.file.MetaData().Schema.ColumnIndexByName(column.Name) < 0 {
			continue
		}
		named := NamedColumn{Field: runField(&column)}
		if err := r.ColumnOf(group, named.Field, &named.Column); err != nil {
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
	return Field{Name: "run", Type: Int64, Unit: "1", Sentence: "Number of the run, as in the summary."}
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

// Text returns the value of a row as the CSV has it.
func (c *NamedColumn) Text(row int) string { return c.text(&c.Column, row) }

func (c *NamedColumn) text(column *Column, row int) string {
	if row >= column.len() {
		return "missing"
	}
	return cell(c.Field, column, row)
}
