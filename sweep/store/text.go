package store

import (
	"bytes"
	"encoding/csv"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"
)

// csvWriter writes tables as CSV: undefined cells are empty, numbers have all
// the digits that distinguish them.
type csvWriter struct {
	to     io.Writer
	fields []Field
	blocks []textBlock
}

// textRows is how many rows are put into words together, by one core.
const textRows = 2048

// newCSVWriter writes the header.
func newCSVWriter(to io.Writer, fields []Field) (*csvWriter, error) {
	w := &csvWriter{to: to, fields: fields}
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = field.Name
	}
	header := csv.NewWriter(to)
	if err := header.Write(names); err != nil {
		return nil, err
	}
	header.Flush()
	return w, header.Error()
}

// Rows writes the columns' rows.
func (w *csvWriter) Rows(columns []Column) error {
	rows := columns[0].Len()
	count := (rows + textRows - 1) / textRows
	w.blocks = slices.Grow(w.blocks[:0], count)[:count]
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range w.blocks {
		group.Go(func() error { return w.blocks[i].rows(w.fields, columns, i*textRows, min((i+1)*textRows, rows)) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i := range w.blocks {
		if _, err := w.to.Write(w.blocks[i].text); err != nil {
			return err
		}
	}
	return nil
}

// textBlock is some rows as text.
type textBlock struct {
	text   []byte
	quoted bytes.Buffer
}

// rows makes the text of the rows from first to end. Numbers need no quotes, so they
// are written without making a text of each.
func (b *textBlock) rows(fields []Field, columns []Column, first, end int) error {
	b.text = b.text[:0]
	for row := first; row < end; row++ {
		for i := range columns {
			if i > 0 {
				b.text = append(b.text, ',')
			}
			if fields[i].Type != Text {
				b.text = appendCell(b.text, &fields[i], &columns[i], row)
			} else if err := b.quote(columns[i].Texts[row]); err != nil {
				return err
			}
		}
		b.text = append(b.text, '\n')
	}
	return nil
}

// quote adds a text, with quotes where it needs some.
func (b *textBlock) quote(text string) error {
	needsNone := func(r rune) bool {
		return r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
	}
	if strings.TrimFunc(text, needsNone) == "" {
		b.text = append(b.text, text...)
		return nil
	}
	b.quoted.Reset()
	quoter := csv.NewWriter(&b.quoted)
	if err := quoter.Write([]string{text}); err != nil {
		return err
	}
	quoter.Flush()
	b.text = append(b.text, bytes.TrimSuffix(b.quoted.Bytes(), []byte{'\n'})...)
	return quoter.Error()
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
