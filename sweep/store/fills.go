package store

import (
	"fmt"
	"io"
	"math"
	"path/filepath"

	"optmm/engine/account"
)

// FillsName is where the fills of a run are.
func FillsName(run int) string {
	return filepath.Join("fills", fmt.Sprintf("%03d", run/1000), fmt.Sprintf("%06d.parquet", run))
}

// FillTable writes the fills of runs, a row each. It keeps its memory from run to run.
type FillTable struct {
	described []account.FillColumn
	fields    []Field
	columns   []Column
	writer    *tableWriter
	fills     []account.Fill
}

// NewFillTable returns a table whose files have that compression.
func NewFillTable(compression string) (*FillTable, error) {
	t := &FillTable{described: account.FillColumns()}
	for _, column := range t.described {
		t.fields = append(t.fields, fillField(&column))
	}
	layout, err := newLayout(t.fields)
	if err != nil {
		return nil, err
	}
	t.columns, t.writer = make([]Column, len(t.fields)), newWriter(layout)
	t.writer.compressor, err = newPageCompressor(compression)
	return t, err
}

func fillField(column *account.FillColumn) Field {
	field := Field{Name: column.Name, Unit: column.Unit, Description: column.Description, Nullable: column.Float != nil}
	switch {
	case column.Integer != nil:
		field.Type = Int32
	case column.Text != nil:
		field.Type = Text
	}
	return field
}

// Take takes the fills of a run in place of those of the run before; informed orders know the mid
// ahead entries later.
func (t *FillTable) Take(record *account.Record, ahead int) {
	t.fills = record.AppendFills(t.fills[:0], ahead)
	for i := range t.columns {
		column, to := &t.described[i], &t.columns[i]
		to.Reset()
		for k := range t.fills {
			switch f := &t.fills[k]; {
			case column.Integer != nil:
				to.Int32s = append(to.Int32s, column.Integer(f))
			case column.Text != nil:
				to.Texts = append(to.Texts, column.Text(f))
			default:
				x := column.Float(f)
				to.Append(&t.fields[i], x, "", !math.IsNaN(x))
			}
		}
	}
}

// Columns returns the fills that were taken, valid until others are.
func (t *FillTable) Columns() []NamedColumn {
	columns := make([]NamedColumn, len(t.fields))
	for i := range t.fields {
		columns[i] = NamedColumn{t.fields[i], t.columns[i]}
	}
	return columns
}

// fillsDigestKey is the key of the metadata that has the fingerprint of a table of fills.
const fillsDigestKey = "fills_digest"

// Digest is the fingerprint of the fills that were taken.
func (t *FillTable) Digest() string { return digestOfFills(t.fields, t.columns) }

func digestOfFills(fields []Field, columns []Column) string {
	var digest Digest
	digest.Reset()
	for i := range columns {
		digest.addColumn(&fields[i], &columns[i])
	}
	return digest.String()
}

// Write writes the fills that were taken.
func (t *FillTable) Write(to io.Writer, pairs []Pair) error {
	return writeTable(t.writer, to, append(pairs[:len(pairs):len(pairs)], Pair{fillsDigestKey, t.Digest()}), t.columns)
}

// FillColumns reads a table of fills. Content that is not what was written is an error.
func (r *Reader) FillColumns() ([]NamedColumn, error) {
	var fields []Field
	for _, column := range account.FillColumns() {
		fields = append(fields, fillField(&column))
	}
	columns := make([]Column, len(fields))
	var named []NamedColumn
	for i, field := range fields {
		if err := r.Column(field, &columns[i]); err != nil {
			return nil, err
		}
		named = append(named, NamedColumn{field, columns[i]})
	}
	if digestOfFills(fields, columns) != r.Metadata(fillsDigestKey) {
		return nil, fmt.Errorf("read %s: the content is not what was written", r.name)
	}
	return named, nil
}

// Fills reads a table of fills: its fingerprint and the contracts in it.
func (r *Reader) Fills() (digest string, contracts int, err error) {
	columns, err := r.FillColumns()
	if err != nil {
		return "", 0, err
	}
	for i := range columns {
		if columns[i].Field.Name == "size" {
			for _, size := range columns[i].Column.Int32s {
				contracts += int(size)
			}
		}
	}
	return r.Metadata(fillsDigestKey), contracts, nil
}
