package store

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"github.com/apache/arrow/go/v17/parquet/metadata"
)

// packedWriter writes one Parquet file of many runs, a row group each. In its first
// column, which has the number of the run in every row, a row group has statistics, by
// which readers skip those that they do not look for.
type packedWriter struct {
	layout   *tableLayout
	writer   *tableWriter
	template *template
	refused  bool // what the library writes cannot be a template

	compressor *pageCompressor // nil of files that are not compressed

	sink   sink
	offset int64 // as if it were not compressed
	pairs  metadata.KeyValueMetadata
	groups *metadata.FileMetaData // so far; nil before the first
}

// begin starts a file.
func (w *packedWriter) begin(to io.Writer, pairs []Pair) (err error) {
	w.sink, w.offset, w.groups = sink{to: to}, 0, nil
	if w.compressor != nil {
		w.compressor.begin(to)
		w.sink.to = w.compressor
	}
	if w.pairs, err = w.layout.metadata(pairs); err != nil {
		return err
	}
	_, err = w.Write([]byte(magic))
	return err
}

// Write writes a piece of the file.
func (w *packedWriter) Write(content []byte) (int, error) {
	n, err := w.sink.Write(content)
	w.offset += int64(n)
	return n, err
}

// rowGroup adds a run.
func (w *packedWriter) rowGroup(run int, columns []Column) error {
	number := Column{Int64s: slices.Repeat([]int64{int64(run)}, columns[0].Len())}
	all := append([]Column{number}, columns...)
	if w.refused || !w.layout.templated(columns[0].Len()) {
		return w.stream(run, all)
	}
	if w.template == nil || !w.template.fits(all) {
		var content bytes.Buffer
		if err := writeTable(w.writer, &content, nil, all); err != nil {
			return err
		}
		var unlike error
		if w.template, unlike = newTemplate(w.layout, all, nil, content.Bytes()); unlike != nil {
			w.refused = true
			return w.stream(run, all)
		}
	}
	s := w.template
	s.fill(append([]Column{{}}, columns...))
	bounds := runBounds(run)
	copy(s.file[s.places[0]:], bounds[:])
	w.add(run, s.meta, w.offset)
	_, err := w.Write(s.file[len(magic):s.footer])
	return err
}

// stream adds a run too long for a template: what the library writes of a file between
// the magic and the footer, as it is written.
func (w *packedWriter) stream(run int, columns []Column) error {
	if err := w.writer.begin(io.Discard, nil); err != nil {
		return err
	}
	begin := w.offset
	buffered := bufio.NewWriterSize(w, 1<<16)
	w.writer.sink.to = buffered
	if err := errors.Join(w.writer.rowGroup(columns), buffered.Flush()); err != nil {
		return err
	}
	var footer bytes.Buffer
	w.writer.sink.to = &footer
	if err := w.writer.end(); err != nil {
		return err
	}
	meta, err := metadata.NewFileMetaData(footer.Bytes()[:footer.Len()-4-len(magic)], nil)
	if err != nil {
		return err
	}
	w.add(run, meta, begin)
	return nil
}

// runBounds are the least and the largest number of a run in its own row group, as
// statistics and dictionaries have them.
func runBounds(run int) (bytes [8]byte) {
	binary.LittleEndian.PutUint64(bytes[:], uint64(run))
	return bytes
}

// add adds the metadata of a file of one row group, which begins at an offset here.
func (w *packedWriter) add(run int, of *metadata.FileMetaData, begin int64) {
	meta := *of.FileMetaData
	if w.groups == nil {
		w.groups = &metadata.FileMetaData{FileMetaData: &meta}
		meta.RowGroups, meta.NumRows, meta.KeyValueMetadata = nil, 0, w.pairs
	}
	group := *of.FileMetaData.RowGroups[0]
	group.Columns = slices.Clone(group.Columns)
	shift, at := begin-int64(len(magic)), int16(len(w.groups.RowGroups))
	for i := range group.Columns {
		chunk := *group.Columns[i]
		column := *chunk.MetaData
		column.DataPageOffset += shift
		if column.DictionaryPageOffset != nil {
			offset := *column.DictionaryPageOffset + shift
			column.DictionaryPageOffset = &offset
		}
		if i == 0 {
			bounds := runBounds(run)
			column.Statistics = (&metadata.EncodedStatistics{}).SetMin(bounds[:]).SetMax(bounds[:]).SetNullCount(0).ToThrift()
		}
		chunk.FileOffset, chunk.MetaData = 0, &column // there is no second copy of the metadata
		group.Columns[i] = &chunk
	}
	group.FileOffset, group.Ordinal = &begin, &at
	w.groups.RowGroups = append(w.groups.RowGroups, &group)
	w.groups.NumRows += group.NumRows
}

// end writes the footer. It does not close what begin was given.
func (w *packedWriter) end() error {
	content, err := appendFooter(nil, w.groups)
	if err != nil {
		return err
	}
	if w.compressor != nil {
		return w.compressor.finish(content)
	}
	_, err = w.Write(content)
	return err
}
