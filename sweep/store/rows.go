package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// rowsBatch is how many rows of a foreign Parquet file are in memory at once.
const rowsBatch = 8192

// Rows reads a Parquet file of anybody's, row by row, as text: market.Rows. A null is
// empty, and so is NaN. Times are written in UTC, with a Z where the file tells their
// zone; at midnight of that zone, in a column named expiry, they are dates without an
// hour, as pandas stores them.
type Rows struct {
	file    *file.Reader
	records pqarrow.RecordReader
	batch   arrow.Record
	cells   []string
	names   []string
	at      int // the next row of the batch
	row     int // the last one that was read, from 1
}

// OpenRows reads the file's schema.
func OpenRows(from parquet.ReaderAtSeeker) (rows *Rows, err error) {
	defer func() {
		if cause := recover(); cause != nil { // the library panics on damaged files
			err = fmt.Errorf("the Parquet file is damaged: %v", cause)
		}
	}()
	reader, err := file.NewParquetReader(from)
	if err != nil {
		return nil, err
	}
	arrowReader, err := pqarrow.NewFileReader(reader, pqarrow.ArrowReadProperties{BatchSize: rowsBatch}, memory.DefaultAllocator)
	if err != nil {
		return nil, errors.Join(err, reader.Close())
	}
	records, err := arrowReader.GetRecordReader(context.Background(), nil, nil)
	if err != nil {
		return nil, errors.Join(err, reader.Close())
	}
	rows = &Rows{file: reader, records: records}
	for _, field := range records.Schema().Fields() {
		rows.names = append(rows.names, field.Name)
	}
	return rows, nil
}

// Read returns the names of the columns, then the cells of each row.
func (r *Rows) Read() (cells []string, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("row %d: the Parquet file is damaged: %v", r.row+1, cause)
		}
	}()
	if r.cells == nil {
		r.cells = make([]string, len(r.names))
		return r.names, nil
	}
	for r.batch == nil || r.at == int(r.batch.NumRows()) {
		if !r.records.Next() {
			if err := r.records.Err(); err != nil && !errors.Is(err, io.EOF) {
				return nil, fmt.Errorf("the Parquet file cannot be read: %w", err)
			}
			if whole := int(r.file.NumRows()); r.row != whole { // the library ends at what it cannot read
				return nil, fmt.Errorf("%d of %d rows can be read: the Parquet file is damaged, or in an encoding that is not supported", r.row, whole)
			}
			return nil, io.EOF
		}
		r.batch, r.at = r.records.Record(), 0
	}
	for i, column := range r.batch.Columns() {
		r.cells[i] = r.text(column, i)
	}
	r.at++
	r.row++
	return r.cells, nil
}

// Place returns the number of the row.
func (r *Rows) Place(int) string {
	if r.row == 0 {
		return "header"
	}
	return fmt.Sprintf("row %d", r.row)
}

// Close releases the file's memory.
func (r *Rows) Close() error {
	r.records.Release()
	return r.file.Close()
}

func (r *Rows) text(column arrow.Array, place int) string {
	if column.IsNull(r.at) {
		return ""
	}
	switch column := column.(type) {
	case *array.Float64:
		return decimal(column.Value(r.at), 64)
	case *array.Float32:
		return decimal(float64(column.Value(r.at)), 32)
	case *array.Timestamp:
		kind := column.DataType().(*arrow.TimestampType)
		toTime, err := kind.GetToTimeFunc()
		if err != nil {
			return err.Error() // which is no time, and is refused with its place
		}
		instant := toTime(column.Value(r.at))
		switch {
		case strings.EqualFold(strings.TrimSpace(r.names[place]), "expiry") && instant.Format("15:04:05") == "00:00:00":
			return instant.Format("2006-01-02")
		case kind.TimeZone == "":
			return instant.Format("2006-01-02T15:04:05")
		}
		return instant.UTC().Format("2006-01-02T15:04:05Z")
	case *array.Dictionary:
		return column.Dictionary().ValueStr(column.GetValueIndex(r.at))
	}
	return column.ValueStr(r.at)
}

func decimal(x float64, bits int) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', -1, bits)
}
