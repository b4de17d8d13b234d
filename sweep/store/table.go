package store

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// Type is the type of a column.
type Type int

const (
	Float64 Type = iota
	Int32
	Int64
	Uint64
	Text
	Seconds // since 1970 UTC; a timestamp in milliseconds on disk
)

// Field describes a column.
type Field struct {
	Name        string
	Type        Type
	Unit        string
	Description string
	Nullable    bool
	Rising      bool // integers that grow from row to row: stored as differences
	Plain       bool // integers that change from run to run: stored as they are
	Repeats     bool // floats that seldom change: stored in a dictionary
	constant    bool // Int64, one value in all rows of a row group, whose statistics packedWriter adds
}

// Column is a field's values; which slice counts is the field's type's matter.
// Valid is nil where every value is defined.
type Column struct {
	Floats  []float64
	Int32s  []int32
	Int64s  []int64 // also Seconds
	Uint64s []uint64
	Texts   []string
	Valid   []bool
}

// tableLayout is a list of fields made ready for Parquet: one serves any number of
// files and goroutines.
type tableLayout struct {
	fields      []Field
	root        *schema.GroupNode
	arrowSchema string
	properties  *parquet.WriterProperties
}

// pageBytes bounds a page of a file. It is so large that a column of a run is in
// one: eight million minutes.
const pageBytes = 1 << 26

// newLayout prepares the fields. Float columns, and integers that are Plain, are
// stored as they are, without dictionary or statistics (they cost more than the data
// and save nothing); rising integers as differences; all others in dictionaries, which
// keep small integers small.
func newLayout(fields []Field) (*tableLayout, error) {
	options := []parquet.WriterProperty{
		parquet.WithVersion(parquet.V2_6),
		parquet.WithCreatedBy("optmm"),
		parquet.WithCompression(compress.Codecs.Uncompressed),
		parquet.WithDataPageSize(pageBytes),
	}
	arrowFields, nodes := make([]arrow.Field, len(fields)), make(schema.FieldList, len(fields))
	for i, field := range fields {
		var err error
		if nodes[i], err = field.parquet(); err != nil {
			return nil, err
		}
		arrowFields[i] = arrow.Field{
			Name: field.Name, Type: field.Type.arrow(), Nullable: field.Nullable,
			Metadata: arrow.NewMetadata([]string{"unit", "description"}, []string{field.Unit, field.Description}),
		}
		if field.Rising {
			options = append(options, parquet.WithDictionaryFor(field.Name, false), parquet.WithEncodingFor(field.Name, parquet.Encodings.DeltaBinaryPacked))
		}
		if field.Type == Float64 && !field.Repeats || field.Plain {
			options = append(options, parquet.WithDictionaryFor(field.Name, false), parquet.WithStatsFor(field.Name, false))
		}
		if field.constant {
			options = append(options, parquet.WithStatsFor(field.Name, false))
		}
	}
	properties := parquet.NewWriterProperties(options...)
	root, err := schema.NewGroupNode(properties.RootName(), properties.RootRepetition(), nodes, unnumbered)
	if err != nil {
		return nil, err
	}
	var stream bytes.Buffer // of no rows: readers find the columns' units and descriptions in it
	if err := ipc.NewWriter(&stream, ipc.WithSchema(arrow.NewSchema(arrowFields, nil))).Close(); err != nil {
		return nil, err
	}
	return &tableLayout{
		fields: fields, root: root, properties: properties,
		arrowSchema: base64.StdEncoding.EncodeToString(stream.Bytes()),
	}, nil
}

// unnumbered is the number of a column without one.
const unnumbered = -1

// parquet is what a field is in a file's own schema.
func (f *Field) parquet() (schema.Node, error) {
	repetition := parquet.Repetitions.Required
	if f.Nullable {
		repetition = parquet.Repetitions.Optional
	}
	var logical schema.LogicalType = schema.NoLogicalType{}
	switch f.Type {
	case Int32:
		logical = schema.NewIntLogicalType(32, true)
	case Int64:
		logical = schema.NewIntLogicalType(64, true)
	case Uint64:
		logical = schema.NewIntLogicalType(64, false)
	case Text:
		logical = schema.StringLogicalType{}
	case Seconds:
		logical = schema.NewTimestampLogicalTypeForce(true, schema.TimeUnitMillis)
	}
	return schema.NewPrimitiveNodeLogical(f.Name, repetition, logical, f.Type.physical(), -1, unnumbered)
}

// physical is how values of a type are stored.
func (t Type) physical() parquet.Type {
	switch t {
	case Int32:
		return parquet.Types.Int32
	case Int64, Uint64, Seconds:
		return parquet.Types.Int64
	case Text:
		return parquet.Types.ByteArray
	}
	return parquet.Types.Double
}

func (t Type) arrow() arrow.DataType {
	switch t {
	case Int32:
		return arrow.PrimitiveTypes.Int32
	case Int64:
		return arrow.PrimitiveTypes.Int64
	case Uint64:
		return arrow.PrimitiveTypes.Uint64
	case Text:
		return arrow.BinaryTypes.String
	case Seconds:
		return &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}
	}
	return arrow.PrimitiveTypes.Float64
}

// Pair is one entry of a file's key-value metadata.
type Pair struct{ Key, Value string }

// tableWriter writes one Parquet file in the layout, a row group at a time. It is
// reusable: Begin starts the next file.
type tableWriter struct {
	layout *tableLayout
	file   *file.Writer
	sink   sink

	compressor *pageCompressor // nil of files that are not compressed

	levels []int16
	floats []float64
	int32s []int32
	int64s []int64
	bytes  []parquet.ByteArray
}

// sink keeps the first error of the writes behind it: the Parquet writer's Close
// swallows them.
type sink struct {
	to  io.Writer
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.to.Write(p)
	s.err = err
	return n, err
}

// newWriter returns a writer of files in the layout.
func newWriter(layout *tableLayout) *tableWriter { return &tableWriter{layout: layout} }

// begin starts a file on to, with the given metadata.
func (w *tableWriter) begin(to io.Writer, pairs []Pair) (err error) {
	w.sink = sink{to: to}
	if w.compressor != nil {
		w.compressor.begin(to)
		w.sink.to = w.compressor
	}
	defer w.settle(&err)
	keyValues, err := w.layout.metadata(pairs)
	if err != nil {
		return err
	}
	w.file = file.NewParquetWriter(&w.sink, w.layout.root,
		file.WithWriterProps(w.layout.properties), file.WithWriteMetadata(keyValues))
	return nil
}

// metadata returns the metadata of a file in the layout.
func (l *tableLayout) metadata(pairs []Pair) (metadata.KeyValueMetadata, error) {
	keyValues := metadata.NewKeyValueMetadata()
	for _, pair := range l.pairs(pairs) {
		if err := keyValues.Append(pair.Key, pair.Value); err != nil {
			return nil, err
		}
	}
	return keyValues, nil
}

// pairs returns the metadata of a file with the layout's own.
func (l *tableLayout) pairs(pairs []Pair) []Pair {
	return append(pairs[:len(pairs):len(pairs)], Pair{arrowSchemaKey, l.arrowSchema})
}

// settle ends a call into the Parquet writer, which panics on some failing writes
// and swallows others: the first failure of a write is the error.
func (w *tableWriter) settle(err *error) {
	cause := recover()
	switch {
	case w.sink.err != nil:
		*err = w.sink.err
	case cause != nil:
		*err = fmt.Errorf("write parquet: %v", cause)
	}
}

// rowGroup writes the columns, which have one length, as a row group.
func (w *tableWriter) rowGroup(columns []Column) (err error) {
	defer w.settle(&err)
	group := w.file.AppendRowGroup()
	for i := range columns {
		chunk, err := group.NextColumn()
		if err != nil {
			return err
		}
		if err := w.column(chunk, &w.layout.fields[i], &columns[i]); err != nil {
			return fmt.Errorf("column %s: %w", w.layout.fields[i].Name, err)
		}
		if err := chunk.Close(); err != nil {
			return err
		}
	}
	return group.Close()
}

// end writes the footer. It does not close what Begin was given.
func (w *tableWriter) end() (err error) {
	defer w.settle(&err)
	if w.compressor == nil {
		return w.file.Close()
	}
	var footer bytes.Buffer
	w.sink.to = &footer
	if err := w.file.Close(); err != nil {
		return err
	}
	return w.compressor.finish(footer.Bytes())
}

// writeTable writes a file of one row group.
func writeTable(w *tableWriter, to io.Writer, pairs []Pair, columns []Column) error {
	buffered := bufio.NewWriterSize(to, 1<<16) // the library writes every header by itself
	if err := w.begin(buffered, pairs); err != nil {
		return err
	}
	if err := w.rowGroup(columns); err != nil {
		return err
	}
	if err := w.end(); err != nil {
		return err
	}
	return buffered.Flush()
}

// column writes one column. Undefined values are left out and show in the
// definition levels, as Parquet wants it.
func (w *tableWriter) column(chunk file.ColumnChunkWriter, field *Field, c *Column) (err error) {
	levels := w.definition(field, c)
	switch chunk := chunk.(type) {
	case *file.Float64ColumnChunkWriter:
		_, err = chunk.WriteBatch(defined(c.Floats, c.Valid, &w.floats), levels, nil)
	case *file.Int32ColumnChunkWriter:
		_, err = chunk.WriteBatch(defined(c.Int32s, c.Valid, &w.int32s), levels, nil)
	case *file.Int64ColumnChunkWriter:
		values := c.Int64s
		switch field.Type {
		case Seconds:
			values = convert(c.Int64s, &w.int64s, func(seconds int64) int64 { return 1000 * seconds })
		case Uint64:
			values = convert(c.Uint64s, &w.int64s, func(x uint64) int64 { return int64(x) })
		}
		_, err = chunk.WriteBatch(defined(values, c.Valid, &w.int64s), levels, nil)
	case *file.ByteArrayColumnChunkWriter:
		texts := convert(c.Texts, &w.bytes, func(text string) parquet.ByteArray { return parquet.ByteArray(text) })
		_, err = chunk.WriteBatch(defined(texts, c.Valid, &texts), levels, nil)
	default:
		err = fmt.Errorf("no writer for %T", chunk)
	}
	return err
}

// definition returns the definition levels of a nullable field, nil otherwise.
func (w *tableWriter) definition(field *Field, c *Column) []int16 {
	if !field.Nullable {
		return nil
	}
	w.levels = w.levels[:0]
	for i := range c.Len() {
		level := int16(1)
		if c.Valid != nil && !c.Valid[i] {
			level = 0
		}
		w.levels = append(w.levels, level)
	}
	return w.levels
}

// Reset empties the column and keeps its memory.
func (c *Column) Reset() {
	*c = Column{Floats: c.Floats[:0], Int32s: c.Int32s[:0], Int64s: c.Int64s[:0], Uint64s: c.Uint64s[:0], Texts: c.Texts[:0], Valid: c.Valid[:0]}
}

// Len returns the number of rows.
func (c *Column) Len() int {
	return max(len(c.Floats), len(c.Int32s), len(c.Int64s), len(c.Uint64s), len(c.Texts))
}

// clone returns a copy of the column.
func (c *Column) clone() Column {
	return Column{
		Floats: slices.Clone(c.Floats), Int32s: slices.Clone(c.Int32s), Int64s: slices.Clone(c.Int64s),
		Uint64s: slices.Clone(c.Uint64s), Texts: slices.Clone(c.Texts), Valid: slices.Clone(c.Valid),
	}
}

// equal reports whether the columns hold the same.
func (c *Column) equal(other *Column) bool {
	return slices.Equal(c.Floats, other.Floats) && slices.Equal(c.Int32s, other.Int32s) && slices.Equal(c.Int64s, other.Int64s) &&
		slices.Equal(c.Uint64s, other.Uint64s) && slices.Equal(c.Texts, other.Texts) && slices.Equal(c.Valid, other.Valid)
}

// defined returns the values that are valid, in buffer where some are not.
func defined[T any](values []T, valid []bool, buffer *[]T) []T {
	if valid == nil {
		return values
	}
	kept := (*buffer)[:0]
	for i, value := range values {
		if valid[i] {
			kept = append(kept, value)
		}
	}
	*buffer = kept
	return kept
}

func convert[From, To any](values []From, buffer *[]To, to func(From) To) []To {
	converted := (*buffer)[:0]
	for _, value := range values {
		converted = append(converted, to(value))
	}
	*buffer = converted
	return converted
}
