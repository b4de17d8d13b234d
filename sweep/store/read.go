package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
	"github.com/parquet-go/parquet-go/format"
)

// Reader reads a Parquet file of this program, a column at a time.
type Reader struct {
	file *file.Reader
	name string
	from io.ReaderAt
	meta *format.FileMetaData
}

// OpenReader opens a file. A file that is cut short, is not Parquet or contradicts
// itself is an error.
func OpenReader(name string) (r *Reader, err error) {
	from, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer func() {
		if err != nil {
			from.Close()
			err = fmt.Errorf("read %s: %w", name, err)
		}
	}()
	defer damaged(&err)
	information, err := from.Stat()
	if err != nil {
		return nil, err
	}
	meta, err := readFooter(from, information.Size())
	if err != nil {
		return nil, err
	}
	if hasLZ4(meta) { // which the library does not read
		plain, _, err := withoutLZ4(from, meta)
		if err != nil {
			return nil, err
		}
		from.Close()
		from = plain
	}
	reader, err := file.NewParquetReader(from)
	if err != nil {
		return nil, err
	}
	return &Reader{file: reader, name: name, from: from, meta: meta}, nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// Rows returns the number of rows.
func (r *Reader) Rows() int { return int(r.file.NumRows()) }

// Metadata returns the value of a key of the file's metadata, empty where it has
// none.
func (r *Reader) Metadata(key string) string {
	value := r.file.MetaData().KeyValueMetadata().FindValue(key)
	if value == nil {
		return ""
	}
	return *value
}

// Column reads a whole column into to, after what it holds. The field's type
// must be the file's.
func (r *Reader) Column(field Field, to *Column) error {
	for group := range r.RowGroups() {
		if err := r.ColumnOf(group, field, to); err != nil {
			return err
		}
	}
	return nil
}

// RowGroups returns the number of row groups.
func (r *Reader) RowGroups() int { return r.file.NumRowGroups() }

// GroupRows returns the number of rows in a row group.
func (r *Reader) GroupRows(group int) int { return int(r.file.RowGroup(group).NumRows()) }

// ColumnOf reads a column of one row group into to, after what it holds.
func (r *Reader) ColumnOf(group int, field Field, to *Column) error {
	if err := r.columnOf(group, field, to); err != nil {
		return fmt.Errorf("read %s: column %s: %w", r.name, field.Name, err)
	}
	return nil
}

func (r *Reader) columnOf(group int, field Field, to *Column) (err error) {
	defer damaged(&err)
	index := r.file.MetaData().Schema.ColumnIndexByName(field.Name)
	if index < 0 {
		return errors.New("it is not there")
	}
	if err := checkType(field, r.file.MetaData().Schema.Column(index)); err != nil {
		return err
	}
	if group >= r.RowGroups() {
		return fmt.Errorf("there is no row group %d", group)
	}
	rows := r.file.RowGroup(group)
	checker := pageChecker{from: r.from} // columns are read for several at once
	defer checker.close()
	if _, err := checker.check(&r.meta.RowGroups[group].Columns[index].MetaData, rows.NumRows(), r.file.MetaData().Schema.Column(index).MaxDefinitionLevel() > 0); err != nil {
		return err
	}
	chunk, err := rows.Column(index)
	if err != nil {
		return err
	}
	return readChunk(chunk, int(rows.NumRows()), field, to)
}

func checkType(field Field, column *schema.Column) error {
	want := field.Type.physical()
	if column.PhysicalType() != want {
		return fmt.Errorf("it is %s, want %s", column.PhysicalType(), want)
	}
	return nil
}

func readChunk(chunk file.ColumnChunkReader, rows int, field Field, to *Column) error {
	switch chunk := chunk.(type) {
	case *file.Float64ColumnChunkReader:
		return readBatches(chunk.ReadBatch, rows, field, to, &to.Floats, func(x float64) float64 { return x })
	case *file.Int32ColumnChunkReader:
		return readBatches(chunk.ReadBatch, rows, field, to, &to.Int32s, func(x int32) int32 { return x })
	case *file.Int64ColumnChunkReader:
		switch field.Type {
		case Uint64:
			return readBatches(chunk.ReadBatch, rows, field, to, &to.Uint64s, func(x int64) uint64 { return uint64(x) })
		case Seconds:
			return readBatches(chunk.ReadBatch, rows, field, to, &to.Int64s, func(x int64) int64 { return x / 1000 })
		}
		return readBatches(chunk.ReadBatch, rows, field, to, &to.Int64s, func(x int64) int64 { return x })
	case *file.ByteArrayColumnChunkReader:
		return readBatches(chunk.ReadBatch, rows, field, to, &to.Texts, func(x parquet.ByteArray) string { return string(x) })
	}
	return fmt.Errorf("no reader for %T", chunk)
}

// readBatches appends rows values, putting undefined ones back in their places
// as zeros that are not valid.
func readBatches[Stored, Value any](
	read func(int64, []Stored, []int16, []int16) (int64, int, error),
	rows int, field Field, to *Column, values *[]Value, convert func(Stored) Value,
) error {
	const together = 1 << 12 // a file says how many rows it has, and may lie
	stored := make([]Stored, min(rows, together))
	levels := make([]int16, len(stored))
	for done := 0; done < rows; {
		total, count, err := read(int64(min(rows-done, together)), stored, levels, nil)
		if err != nil {
			return err
		}
		if total == 0 {
			return fmt.Errorf("%d rows are missing", rows-done)
		}
		at, begin := 0, len(*values)
		*values = slices.Grow(*values, int(total))[:begin+int(total)]
		for i := range int(total) {
			defined := !field.Nullable || levels[i] == 1
			var value Value
			if defined {
				value = convert(stored[at])
				at++
			}
			(*values)[begin+i] = value
			if field.Nullable {
				to.Valid = append(to.Valid, defined)
			}
		}
		if at != count {
			return fmt.Errorf("%d values for %d defined rows", count, at)
		}
		done += int(total)
	}
	return nil
}
