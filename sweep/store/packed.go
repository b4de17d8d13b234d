package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/apache/arrow/go/v17/parquet/metadata"
)

// packedWriter writes one Parquet file of many runs, a row group each, by a stencil.
// In its first column, which has the number of the run in every row, a row group has
// statistics, by which readers skip those that they do not look for.
type packedWriter struct {
	layout  *Layout
	writer  *Writer
	stencil *stencil
	content bytes.Buffer // what the stencil is cut from

	sink   sink
	offset int64
	pairs  metadata.KeyValueMetadata
	groups *metadata.FileMetaData // so far; nil before the first
}

// Begin starts a file.
func (w *packedWriter) Begin(to io.Writer, pairs []Pair) (err error) {
	w.sink, w.offset, w.groups = sink{to: to}, 0, nil
	if w.pairs, err = w.layout.metadata(pairs); err != nil {
		return err
	}
	return w.write([]byte(magic))
}

func (w *packedWriter) write(content []byte) error {
	n, err := w.sink.Write(content)
	w.offset += int64(n)
	return err
}

// RowGroup adds a run.
func (w *packedWriter) RowGroup(run int, columns []Column) error {
	number := Column{Int64s: slices.Repeat([]int64{int64(run)}, columns[0].len())}
	if all := append([]Column{number}, columns...); w.stencil == nil || !w.stencil.fits(all) {
		if err := w.cut(all); err != nil {
			return err
		}
	}
	s := w.stencil
	s.fill(append([]Column{{}}, columns...))
	var bounds [8]byte
	binary.LittleEndian.PutUint64(bounds[:], uint64(run))
	copy(s.file[s.places[0]:], bounds[:])

	meta := *s.meta.FileMetaData
	if w.groups == nil {
		w.groups = &metadata.FileMetaData{FileMetaData: &meta}
		meta.RowGroups, meta.NumRows, meta.KeyValueMetadata = nil, 0, w.pairs
	}
	group := *s.meta.FileMetaData.RowGroups[0]
	group.Columns = slices.Clone(group.Columns)
	shift, at := w.offset-int64(len(magic)), int16(len(w.groups.RowGroups))
	for i := range group.Columns {
		chunk := *group.Columns[i]
		column := *chunk.MetaData
		column.DataPageOffset += shift
		if column.DictionaryPageOffset != nil {
			offset := *column.DictionaryPageOffset + shift
			column.DictionaryPageOffset = &offset
		}
		if i == 0 {
			column.Statistics = (&metadata.EncodedStatistics{}).SetMin(bounds[:]).SetMax(bounds[:]).SetNullCount(0).ToThrift()
		}
		chunk.FileOffset, chunk.MetaData = 0, &column // there is no second copy of the metadata
		group.Columns[i] = &chunk
	}
	begin := w.offset
	group.FileOffset, group.Ordinal = &begin, &at
	w.groups.RowGroups = append(w.groups.RowGroups, &group)
	w.groups.NumRows += group.NumRows
	return w.write(s.file[len(magic):s.footer])
}

// cut makes the stencil of a table.
func (w *packedWriter) cut(columns []Column) (err error) {
	w.content.Reset()
	if err := writeTable(w.writer, &w.content, nil, columns); err != nil {
		return err
	}
	w.stencil, err = newStencil(w.layout, columns, w.content.Bytes())
	if err == nil && w.stencil == nil {
		err = fmt.Errorf("a run of %d minutes is too long for a packed file: use layout: per-run", columns[0].len())
	}
	return err
}

// End writes the footer. It does not close what Begin was given.
func (w *packedWriter) End() error {
	content, err := appendFooter(nil, w.groups)
	if err != nil {
		return err
	}
	return w.write(content)
}
