package store

import (
	"bytes"
	"fmt"
	"io"

	"optmm/engine/account"
	"optmm/engine/market"
)

// runTable is one table of a run, or of its market. Its columns are what a run has; not all of
// them need be in the file.
type runTable struct {
	fields  []Field
	fill    []func(*account.Record, *Column) // puts what the run has into a column
	places  []place
	buffers []Column

	writer   *tableWriter // of the columns that are in the file
	inFile   []Column
	template *template // of the file that the writer wrote last; nil where there is none
	refused  bool      // what the library writes cannot be a template

	compressor *pageCompressor // nil of files that are not compressed
}

// place is where a column of a run is on disk.
type place struct {
	elsewhere bool    // not in the file
	constant  bool    // but in its metadata: it is value in every minute
	value     float64 // of constant columns
}

func (t *runTable) add(field Field, at place, fill func(*account.Record, *Column)) {
	t.fields, t.places, t.fill = append(t.fields, field), append(t.places, at), append(t.fill, fill)
}

// addColumns adds the chosen columns of the table of a run.
func (t *runTable) addColumns(m *market.Market, chosen func(*account.Column) bool, at func(*account.Column) place) {
	for _, column := range account.Columns() {
		if !chosen(&column) || column.Per == account.PerOption && m.IsChain() {
			continue
		}
		count := 1
		if column.Per == account.PerUnderlying {
			count = len(m.Underlyings)
		}
		for u := range count {
			t.add(runField(&column, u), at(&column), func(r *account.Record, to *Column) { shareRun(&column, r, u, to) })
		}
	}
}

// noteRepeats stores constant columns of floats in dictionaries of one number.
func (t *runTable) noteRepeats(record *account.Record) {
	for i := range t.fields {
		if t.fields[i].Type == Float64 && !t.fields[i].Repeats {
			var column Column
			t.fill[i](record, &column)
			t.fields[i].Repeats = column.is(column.Floats[0])
		}
	}
}

// storedFields are those of the columns in the file.
func (t *runTable) storedFields() (fields []Field) {
	for i, field := range t.fields {
		if !t.places[i].elsewhere {
			fields = append(fields, field)
		}
	}
	return fields
}

func (t *runTable) prepare() error {
	layout, err := newLayout(t.storedFields())
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

// stored returns the columns that are in the file, valid until the next run. A column that is
// not what the parameters say is an error.
func (t *runTable) stored(record *account.Record) ([]Column, error) {
	t.inFile = t.inFile[:0]
	for i, at := range t.places {
		if at.elsewhere && !at.constant {
			continue
		}
		column := &t.buffers[i]
		t.fill[i](record, column)
		switch {
		case !at.constant:
			t.inFile = append(t.inFile, *column)
		case !column.is(at.value):
			return nil, fmt.Errorf("column %s is not %v in every minute, as the parameters say: this is an error of the program; output.columns=all stores it", t.fields[i].Name, at.value)
		}
	}
	return t.inFile, nil
}

// is reports whether every number of a column is x.
func (c *Column) is(x float64) bool {
	for _, y := range c.Floats {
		if y != x {
			return false
		}
	}
	for _, y := range c.Int32s {
		if float64(y) != x {
			return false
		}
	}
	return true
}

// write writes the table of a run as a Parquet file of one row group.
func (t *runTable) write(to io.Writer, record *account.Record, pairs []Pair) error {
	columns, err := t.stored(record)
	if err != nil {
		return err
	}
	if t.refused || !t.writer.layout.templated(columns[0].Len()) {
		t.writer.compressor = t.compressor
		return writeTable(t.writer, to, pairs, columns)
	}
	if t.template != nil && t.template.fits(columns) {
		return t.put(to, t.template.whole(columns, pairs))
	}
	t.writer.compressor = nil
	var content bytes.Buffer
	if err := writeTable(t.writer, &content, pairs, columns); err != nil {
		return err
	}
	var unlike error
	t.template, unlike = newTemplate(t.writer.layout, columns, pairs, content.Bytes())
	t.refused = unlike != nil
	return t.put(to, content.Bytes())
}

// put writes a file that is there, compressed where it has to be.
func (t *runTable) put(to io.Writer, content []byte) error {
	if t.compressor != nil {
		return t.compressor.whole(to, content)
	}
	_, err := to.Write(content)
	return err
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
