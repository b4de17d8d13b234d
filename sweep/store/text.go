package store

import (
	"bytes"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// CSVWriter writes tables as CSV: undefined cells are empty, numbers have all
// the digits that tell them apart.
type CSVWriter struct {
	to     io.Writer
	fields []Field
	row    []byte
	quoted bytes.Buffer
	quoter *csv.Writer // into quoted
}

// NewCSVWriter writes the header.
func NewCSVWriter(to io.Writer, fields []Field) (*CSVWriter, error) {
	w := &CSVWriter{to: to, fields: fields}
	w.quoter = csv.NewWriter(&w.quoted)
	for i, field := range fields {
		w.next(i)
		if err := w.text(field.Name); err != nil {
			return nil, err
		}
	}
	return w, w.end()
}

// Rows writes the columns' rows. Numbers need no quotes, so they are written without
// making a text of each.
func (w *CSVWriter) Rows(columns []Column) error {
	for row := range columns[0].len() {
		for i := range columns {
			w.next(i)
			if w.fields[i].Type != Text {
				w.row = appendCell(w.row, &w.fields[i], &columns[i], row)
			} else if err := w.text(cell(w.fields[i], &columns[i], row)); err != nil {
				return err
			}
		}
		if err := w.end(); err != nil {
			return err
		}
	}
	return nil
}

// next begins the cell of a column.
func (w *CSVWriter) next(column int) {
	if column > 0 {
		w.row = append(w.row, ',')
	}
}

// end ends a row.
func (w *CSVWriter) end() error {
	_, err := w.to.Write(append(w.row, '\n'))
	w.row = w.row[:0]
	return err
}

// text adds a text, with quotes where it needs some.
func (w *CSVWriter) text(text string) error {
	needsNone := func(r rune) bool {
		return r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
	}
	if strings.TrimFunc(text, needsNone) == "" {
		w.row = append(w.row, text...)
		return nil
	}
	w.quoted.Reset()
	if err := w.quoter.Write([]string{text}); err != nil {
		return err
	}
	w.quoter.Flush()
	w.row = append(w.row, bytes.TrimSuffix(w.quoted.Bytes(), []byte{'\n'})...)
	return w.quoter.Error()
}

// cell returns the value of a row as the CSV has it, but for quotes.
func cell(field Field, c *Column, row int) string {
	if field.Type == Text { // "" where it is undefined
		return c.Texts[row]
	}
	return string(appendCell(nil, &field, c, row))
}

func appendCell(to []byte, field *Field, c *Column, row int) []byte {
	if field.Nullable && c.Valid != nil && !c.Valid[row] {
		return to
	}
	switch field.Type {
	case Int32:
		return strconv.AppendInt(to, int64(c.Int32s[row]), 10)
	case Int64, Seconds:
		return strconv.AppendInt(to, c.Int64s[row], 10)
	case Uint64:
		return strconv.AppendUint(to, c.Uint64s[row], 10)
	}
	return strconv.AppendFloat(to, c.Floats[row], 'g', -1, 64)
}
