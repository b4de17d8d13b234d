package store

import (
	"bytes"
	"fmt"
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

// RunEncoder makes Parquet of runs on one market layout. Each worker has its
// own.
type RunEncoder struct {
	writer  *Writer
	columns []engine.Column
	buffers []Column
	minutes []int32
	bytes   bytes.Buffer
}

// NewRunEncoder returns an encoder of the selected columns (nil: all) that the
// market has.
func NewRunEncoder(m *market.Market, selected []string) (*RunEncoder, error) {
	e := &RunEncoder{}
	var fields []Field
	for _, column := range engine.Columns() {
		if column.Present != nil && !column.Present(m) || selected != nil && !slices.Contains(selected, column.Name) {
			continue
		}
		field := Field{Name: column.Name, Unit: column.Unit, Sentence: column.Sentence}
		switch {
		case column.Integers != nil:
			field.Type = Int32
		case column.Seconds != nil:
			field.Type, field.Rising = Seconds, true
		case column.Floats == nil:
			field.Type, field.Rising = Int32, true
		}
		fields = append(fields, field)
		e.columns = append(e.columns, column)
	}
	if len(fields) == 0 {
		return nil, fmt.Errorf("output.columns: the market has none of %v", selected)
	}
	layout, err := NewLayout(fields)
	if err != nil {
		return nil, err
	}
	e.writer = NewWriter(layout)
	e.buffers = make([]Column, len(fields))
	return e, nil
}

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
		digest.Column(&e.writer.layout.fields[i], &column)
	}
}
