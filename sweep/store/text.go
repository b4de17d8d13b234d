package store

import (
	"encoding/csv"
	"io"
	"strconv"
)

// CSVWriter writes tables as CSV: undefined cells are empty, numbers have all
// the digits that tell them apart.
type CSVWriter struct {
	fields []Field
	writer *csv.Writer
	cells  []string
}

// NewCSVWriter writes the header.
func NewCSVWriter(to io.Writer, fields []Field) (*CSVWriter, error) {
	w := &CSVWriter{fields: fields, writer: csv.NewWriter(to), cells: make([]string, len(fields))}
	for i, field := range fields {
		w.cells[i] = field.Name
	}
	return w, w.writer.Write(w.cells)
}

// Rows writes the columns' rows.
func (w *CSVWriter) Rows(columns []Column) error {
	for row := range columns[0].len() {
		for i := range columns {
			w.cells[i] = cell(w.fields[i], &columns[i], row)
		}
		if err := w.writer.Write(w.cells); err != nil {
			return err
		}
	}
	w.writer.Flush()
	return w.writer.Error()
}

func cell(field Field, c *Column, row int) string {
	if field.Nullable && c.Valid != nil && !c.Valid[row] {
		return ""
	}
	switch field.Type {
	case Int32:
		return strconv.Itoa(int(c.Int32s[row]))
	case Int64, Seconds:
		return strconv.FormatInt(c.Int64s[row], 10)
	case Uint64:
		return strconv.FormatUint(c.Uint64s[row], 10)
	case Text:
		return c.Texts[row]
	}
	return strconv.FormatFloat(c.Floats[row], 'g', -1, 64)
}
