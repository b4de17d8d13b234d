package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
)

// template is a Parquet file as the library wrote it, of columns whose values are as
// they are in one page each. Files of the same layout and length differ from it in
// the values and in the metadata alone, so they are made by writing these over it,
// which takes a tenth of the time.
type template struct {
	layout *tableLayout
	rows   int
	file   []byte
	places []int    // of the values of each column
	fixed  []Column // the same in every file; of the columns in another encoding

	footer int // where it begins
	meta   *metadata.FileMetaData

	beforePairs, afterPairs []byte // of the footer
}

// magic begins and ends a file.
const magic = "PAR1"

// mostTemplated bounds the bytes of the plain columns of a table that is written over a
// template, which is in memory whole. The time that a template saves does not grow with the table.
const mostTemplated = 8 << 20

// templated reports whether tables of that many rows are written over a template.
func (l *tableLayout) templated(rows int) bool {
	bytes := 0
	for i := range l.fields {
		bytes += l.fields[i].width() * rows
	}
	return bytes <= mostTemplated
}

// newTemplate makes a template of a file with one row group whose columns, as pages are
// larger than a template, are in one page each. It proves itself: filled with the file's own
// columns and pairs it must be the file, byte for byte. Where it is not, as with another
// version of the library, that is an error, and the library has to write every file.
func newTemplate(layout *tableLayout, columns []Column, pairs []Pair, content []byte) (*template, error) {
	s, err := findTemplate(layout, columns, content)
	if err != nil {
		return nil, err
	}
	for i := range columns {
		if at, end := s.places[i], s.places[i]+layout.fields[i].width()*s.rows; at < 0 || end > s.footer {
			return nil, fmt.Errorf("column %s would be at %d to %d of %d bytes", layout.fields[i].Name, at, end, s.footer)
		}
	}
	if !bytes.Equal(s.whole(columns, pairs), content) {
		return nil, errors.New("filled with a file's own values it is not the file")
	}
	return s, nil
}

// findTemplate finds where the values are in a file.
func findTemplate(layout *tableLayout, columns []Column, content []byte) (*template, error) {
	reader, err := file.NewParquetReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	s := &template{
		layout: layout, rows: columns[0].Len(), meta: reader.MetaData(),
		places: make([]int, len(columns)), fixed: make([]Column, len(columns)),
	}
	lengthAt := len(content) - len(magic) - 4
	s.footer = lengthAt - int(binary.LittleEndian.Uint32(content[lengthAt:]))
	if s.footer < len(magic) || s.footer > lengthAt {
		return nil, fmt.Errorf("the footer would begin at %d of %d bytes", s.footer, len(content))
	}
	s.file = slices.Clone(content[:s.footer])
	for i := range columns {
		chunk, err := reader.MetaData().RowGroup(0).ColumnChunk(i)
		if err != nil {
			return nil, err
		}
		field := &layout.fields[i]
		switch width := field.width(); {
		case field.constant: // the dictionary of one value ends where the rows begin
			s.places[i] = int(chunk.DataPageOffset()) - 8
		case width > 0:
			s.places[i] = int(chunk.DataPageOffset()+chunk.TotalCompressedSize()) - width*s.rows
		default:
			s.fixed[i] = columns[i].clone()
		}
	}
	return s, s.cutFooter()
}

// cutFooter keeps what is in the footer before and after the key-value metadata.
func (s *template) cutFooter() (err error) {
	if s.meta.FileMetaData.KeyValueMetadata, err = s.layout.metadata(nil); err != nil {
		return err
	}
	footer, err := appendFooter(nil, s.meta)
	if err != nil {
		return err
	}
	var found bool
	s.beforePairs, s.afterPairs, found = bytes.Cut(footer[:len(footer)-4-len(magic)], appendPairs(nil, s.layout.pairs(nil)))
	if !found {
		return errors.New("the footer has other metadata than was written")
	}
	return nil
}

// appendPairs appends key-value metadata as a footer has it: in Thrift's compact
// protocol a list of structures, each of two texts.
func appendPairs(to []byte, pairs []Pair) []byte {
	const structures, text, end = 12, 1<<4 | 8, 0
	if len(pairs) < 15 {
		to = append(to, byte(len(pairs))<<4|structures)
	} else {
		to = binary.AppendUvarint(append(to, 15<<4|structures), uint64(len(pairs)))
	}
	for _, pair := range pairs {
		for _, x := range []string{pair.Key, pair.Value} {
			to = append(binary.AppendUvarint(append(to, text), uint64(len(x))), x...)
		}
		to = append(to, end)
	}
	return to
}

// width is how many bytes a value takes in a file where it is not encoded; 0 where it
// is encoded.
func (f *Field) width() int {
	switch {
	case f.Nullable || f.Repeats:
		return 0
	case f.Type == Float64:
		return 8
	case f.Type == Int32 && f.Plain:
		return 4
	}
	return 0
}

// fits reports whether a table differs from the template in no more than a template can
// take.
func (s *template) fits(columns []Column) bool {
	if columns[0].Len() != s.rows {
		return false
	}
	for i := range columns {
		if field := &s.layout.fields[i]; field.width() == 0 && !field.constant && !columns[i].equal(&s.fixed[i]) {
			return false
		}
	}
	return true
}

// fill writes the values of a table over those that are there.
func (s *template) fill(columns []Column) {
	for i := range columns {
		at, c := s.file[s.places[i]:s.footer], &columns[i]
		switch s.layout.fields[i].width() {
		case 8:
			at = at[:8*len(c.Floats)]
			for k, x := range c.Floats {
				binary.LittleEndian.PutUint64(at[8*k:], math.Float64bits(x))
			}
		case 4:
			at = at[:4*len(c.Int32s)]
			for k, x := range c.Int32s {
				binary.LittleEndian.PutUint32(at[4*k:], uint32(x))
			}
		}
	}
}

// whole returns the file of a table, valid until the next call.
func (s *template) whole(columns []Column, pairs []Pair) []byte {
	s.fill(columns)
	file := append(s.file[:s.footer], s.beforePairs...)
	file = append(appendPairs(file, s.layout.pairs(pairs)), s.afterPairs...)
	s.file = append(binary.LittleEndian.AppendUint32(file, uint32(len(file)-s.footer)), magic...)
	return s.file
}

// appendFooter appends the end of a file.
func appendFooter(content []byte, meta *metadata.FileMetaData) ([]byte, error) {
	buffer := bytes.NewBuffer(content)
	length, err := meta.WriteTo(buffer, nil)
	if err != nil {
		return nil, fmt.Errorf("write the footer: %w", err)
	}
	return append(binary.LittleEndian.AppendUint32(buffer.Bytes(), uint32(length)), magic...), nil
}
