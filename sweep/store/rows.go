package store

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"os"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// rowsBatch is how many values of a column of a foreign file are in memory at once,
// in addition to its page.
const rowsBatch = 1024

// Rows reads a Parquet file of anybody's, row by row, as text: market.Rows. A null is
// empty, and so is NaN. Times are written in the zone that the file has of them, or in UTC where
// it says no more than that they are instants, or without a zone. Columns inside of others are
// left out.
type Rows struct {
	file    *parquet.File
	plain   *os.File // what is read in place of the file; nil reads the file
	checker pageChecker
	columns []*foreignColumn
	cells   []string
	names   []string
	group   int // the next row group
	left    int64
	row     int // the last one that was read, from 1
}

// foreignColumn reads the values of a column, one after another.
type foreignColumn struct {
	*parquet.Column
	text   func(parquet.Value) string
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
	buffer []parquet.Value
	ready  []parquet.Value
}

// OpenRows checks the footer of a file of the given size in bytes and reads its schema.
func OpenRows(from io.ReaderAt, size int64) (rows *Rows, err error) {
	defer damaged(&err)
	rows = &Rows{}
	defer func() {
		if err != nil {
			rows.Close()
			rows = nil
		}
	}()
	meta, err := readFooter(from, size)
	if err != nil {
		return nil, err
	}
	if hasLZ4(meta) {
		if rows.plain, size, err = withoutLZ4(from, meta); err != nil {
			return rows, err
		}
		from = rows.plain
	}
	file, err := openForeign(from, size)
	if err != nil {
		return rows, err
	}
	rows.file, rows.checker.from = file, from
	zones := zonesOf(file)
	for _, column := range file.Root().Columns() {
		if !column.Leaf() || column.Repeated() {
			continue
		}
		name := column.Name()
		rows.names = append(rows.names, name)
		rows.columns = append(rows.columns, &foreignColumn{
			Column: column, text: textOf(file.Metadata(), column, zones[name]), buffer: make([]parquet.Value, rowsBatch),
		})
	}
	return rows, nil
}

// Count returns the number of rows.
func (r *Rows) Count() int64 { return r.file.NumRows() }

// Read returns the names of the columns, then the cells of each row.
func (r *Rows) Read() (cells []string, err error) {
	defer damaged(&err)
	if r.cells == nil {
		r.cells = make([]string, len(r.names))
		return r.names, nil
	}
	for r.left == 0 {
		if r.group == len(r.file.RowGroups()) {
			return nil, io.EOF
		}
		if err := r.open(); err != nil {
			return nil, err
		}
	}
	for i, column := range r.columns {
		value, err := column.next()
		if err != nil {
			return nil, fmt.Errorf("row %d, column %s: the Parquet file cannot be read: %w", r.row+1, r.names[i], err)
		}
		if r.cells[i] = ""; !value.IsNull() {
			r.cells[i] = column.text(value)
		}
	}
	r.left--
	r.row++
	return r.cells, nil
}

// open checks the pages of the next row group and begins to read them.
func (r *Rows) open() error {
	meta, group := r.file.Metadata(), r.file.RowGroups()[r.group]
	chunks := group.ColumnChunks()
	pages := 0
	for i, column := range r.columns {
		largest, err := r.checker.check(&meta.RowGroups[r.group].Columns[column.Index()].MetaData, group.NumRows(), column.Optional())
		if err != nil {
			return fmt.Errorf("row group %d, column %s: %w", r.group, r.names[i], err)
		}
		if pages += largest; pages > mostPages {
			return fmt.Errorf("row group %d: the pages of its columns have more than %d bytes", r.group, mostPages)
		}
		column.release()
		column.pages = chunks[column.Index()].Pages()
	}
	r.group++
	r.left = group.NumRows()
	return nil
}

// next returns the next value of the row group.
func (c *foreignColumn) next() (parquet.Value, error) {
	for len(c.ready) == 0 {
		if c.values == nil {
			page, err := c.pages.ReadPage()
			if err != nil {
				return parquet.Value{}, fewer(err)
			}
			c.page, c.values = page, page.Values()
		}
		n, err := c.values.ReadValues(c.buffer)
		if c.ready = c.buffer[:n]; n > 0 {
			break
		}
		if err == nil || !errors.Is(err, io.EOF) {
			return parquet.Value{}, fewer(err)
		}
		parquet.Release(c.page)
		c.page, c.values = nil, nil
	}
	value := c.ready[0]
	c.ready = c.ready[1:]
	return value, nil
}

// fewer is the error of values that end before their row group.
func fewer(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (c *foreignColumn) release() {
	if c.page != nil {
		parquet.Release(c.page)
	}
	if c.pages != nil {
		c.pages.Close()
	}
	c.pages, c.page, c.values, c.ready = nil, nil, nil, nil
}

// Place returns the number of the row.
func (r *Rows) Place(int) string {
	if r.row == 0 {
		return "header"
	}
	return fmt.Sprintf("row %d", r.row)
}

// Close releases the memory of the pages.
func (r *Rows) Close() {
	for _, column := range r.columns {
		column.release()
	}
	r.checker.close()
	if r.plain != nil {
		r.plain.Close()
	}
}

// textOf returns how the values of a column are written.
func textOf(meta *format.FileMetaData, column *parquet.Column, zone *time.Location) func(parquet.Value) string {
	switch logical := column.Type().LogicalType(); {
	case logical == nil || logical.Value == nil:
	default:
		switch kind := logical.Value.(type) {
		case *format.TimestampType:
			return timestamps(kind, zone)
		case *format.DateType:
			return func(v parquet.Value) string { return time.Unix(86400*int64(v.Int32()), 0).UTC().Format(time.DateOnly) }
		case *format.TimeType:
			count := timeUnit(kind.Unit)
			return func(v parquet.Value) string {
				x := v.Int64()
				if v.Kind() == parquet.Int32 {
					x = int64(v.Int32())
				}
				return count(x).UTC().Format("15:04:05.999999999")
			}
		case *format.DecimalType:
			return func(v parquet.Value) string { return decimalText(v, int(kind.Scale)) }
		case *format.IntType:
			if !kind.IsSigned {
				return func(v parquet.Value) string { return strconv.FormatUint(v.Uint64(), 10) }
			}
		}
	}
	switch column.Type().Kind() {
	case parquet.Boolean:
		return func(v parquet.Value) string { return strconv.FormatBool(v.Boolean()) }
	case parquet.Int32:
		return func(v parquet.Value) string { return strconv.FormatInt(int64(v.Int32()), 10) }
	case parquet.Int64:
		return func(v parquet.Value) string { return strconv.FormatInt(v.Int64(), 10) }
	case parquet.Int96: // nanoseconds of a day, and the day, as old writers have timestamps
		return func(v parquet.Value) string {
			x := v.Int96()
			const epoch = 2_440_588 // the Julian day of 1970-01-01
			day, nanoseconds := int64(x[2])-epoch, int64(uint64(x[1])<<32|uint64(x[0]))
			return instantText(time.Unix(86400*day, nanoseconds).UTC(), false, zone)
		}
	case parquet.Float:
		return func(v parquet.Value) string { return decimal(float64(v.Float()), 32) }
	case parquet.Double:
		return func(v parquet.Value) string { return decimal(v.Double(), 64) }
	}
	return func(v parquet.Value) string { return string(v.ByteArray()) }
}

func timestamps(kind *format.TimestampType, zone *time.Location) func(parquet.Value) string {
	count := timeUnit(kind.Unit)
	return func(v parquet.Value) string {
		return instantText(count(v.Int64()).UTC(), kind.IsAdjustedToUTC, zone)
	}
}

// timeUnit returns what makes a time of a count of a unit since 1970.
func timeUnit(unit format.TimeUnit) func(int64) time.Time {
	switch unit.Value.(type) {
	case *format.MilliSeconds:
		return time.UnixMilli
	case *format.MicroSeconds:
		return time.UnixMicro
	}
	return func(x int64) time.Time { return time.Unix(0, x) }
}

// instantText writes a time, in its zone where that is known, so that its midnight is one.
func instantText(instant time.Time, utc bool, zone *time.Location) string {
	switch {
	case !utc:
		return instant.Format("2006-01-02T15:04:05.999999999")
	case zone != nil:
		instant = instant.In(zone)
	}
	return instant.Format(time.RFC3339Nano)
}

// decimalText writes a decimal of a scale, which is stored as an integer.
func decimalText(v parquet.Value, scale int) string {
	whole := new(big.Int)
	switch v.Kind() {
	case parquet.Int32:
		whole.SetInt64(int64(v.Int32()))
	case parquet.Int64:
		whole.SetInt64(v.Int64())
	default: // two's complement, the highest byte first
		raw := v.ByteArray()
		if whole.SetBytes(raw); len(raw) > 0 && raw[0] >= 0x80 {
			whole.Sub(whole, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
		}
	}
	if scale <= 0 || scale > 1000 {
		return whole.String()
	}
	return new(big.Rat).SetFrac(whole, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)).FloatString(scale)
}

func decimal(x float64, bits int) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', -1, bits)
}
