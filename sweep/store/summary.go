package store

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"

	"optmm/engine/account"
	"optmm/engine/param"
	"optmm/sweep/grid"
)

// The status of a run.
const (
	StatusOK     = "ok"
	StatusFailed = "failed"
)

// Row is one run in the summary.
type Row struct {
	Run, Point int
	Seed       grid.Seed
	Day        string          // of recorded days, the name of the run's
	Values     []param.Value   // of the swept parameters
	Summary    account.Summary // undefined throughout where Err is set
	Err        error
	Digest     string
}

// ParameterField returns the column of a swept parameter.
func ParameterField(p param.Parameter) Field {
	field := Field{Name: p.Name, Unit: p.Unit, Description: p.Description, Nullable: p.Optional()}
	switch p.Kind {
	case param.Integer:
		field.Type = Int64
	case param.Choice:
		field.Type = Text
	}
	return field
}

// statisticField returns the column of a statistic, which a failed run lacks.
func statisticField(s account.Statistic) Field {
	field := Field{Name: s.Name, Unit: s.Unit, Description: s.Description, Nullable: true}
	if s.Integer {
		field.Type = Int64
	}
	return field
}

// dayColumn says on which of several recorded days a run is.
const dayColumn = "day"

// SummaryFields lists the columns of the summary over the axes, of a study on several recorded
// days or on one market a seed.
func SummaryFields(axes []grid.Axis, days bool) []Field {
	fields := []Field{
		{Name: "run", Type: Int64, Unit: "1", Description: "Number of the run, from 0: all points of the first seed, then of the second.", Rising: true},
		{Name: "point", Type: Int64, Unit: "1", Description: "Number of the combination of parameters, from 0."},
		{Name: "market_seed", Type: Int64, Unit: "1", Description: "Seed of the market stream."},
		{Name: "fill_seed", Type: Uint64, Unit: "1", Description: "Seed of the fill stream."},
	}
	if days {
		fields[2].Description = "Number of the recorded day, from 0."
		fields = append(fields, Field{Name: dayColumn, Type: Text, Unit: "1", Description: "Name of the recorded day: its date, or its file."})
	}
	for _, axis := range axes {
		fields = append(fields, ParameterField(axis.Parameter))
	}
	for _, statistic := range account.Statistics() {
		fields = append(fields, statisticField(statistic))
	}
	return append(fields,
		Field{Name: "status", Type: Text, Unit: "1", Description: "ok, or failed."},
		Field{Name: "error", Type: Text, Unit: "1", Description: "Why the run failed.", Nullable: true},
		Field{Name: "digest", Type: Text, Unit: "1", Description: "Fingerprint of the run's statistics and stored columns."},
	)
}

// SummaryPart gathers rows of the summary.
type SummaryPart struct {
	Fields     []Field
	Columns    []Column
	statistics []account.Statistic
	layout     *tableLayout // made when first written
}

// NewSummaryPart returns an empty part of SummaryFields.
func NewSummaryPart(axes []grid.Axis, days bool) *SummaryPart {
	part := &SummaryPart{Fields: SummaryFields(axes, days), statistics: account.Statistics()}
	part.Columns = make([]Column, len(part.Fields))
	return part
}

// prepared returns the layout of the part's fields.
func (p *SummaryPart) prepared() (layout *tableLayout, err error) {
	if p.layout == nil {
		p.layout, err = newLayout(p.Fields)
	}
	return p.layout, err
}

// Empty returns a part with the same fields and no rows.
func (p *SummaryPart) Empty() *SummaryPart {
	return &SummaryPart{Fields: p.Fields, Columns: make([]Column, len(p.Columns)), statistics: p.statistics, layout: p.layout}
}

// AppendAll adds the rows of another part with the same fields.
func (p *SummaryPart) AppendAll(other *SummaryPart) {
	for i := range p.Columns {
		p.Columns[i].AppendRows(&other.Columns[i], 0, other.Rows())
	}
}

// The columns of the summary that are found by where they are: the first two, and from the
// last.
const (
	runColumn     = 0
	pointColumn   = 1
	statusFromEnd = 3
	digestFromEnd = 1
	behindFigures = statusFromEnd // status, error and digest
)

// Rows returns the number of rows.
func (p *SummaryPart) Rows() int { return len(p.Columns[runColumn].Int64s) }

// Runs returns the run of each row.
func (p *SummaryPart) Runs() []int64 { return p.Columns[runColumn].Int64s }

// Points returns the point of each row.
func (p *SummaryPart) Points() []int64 { return p.Columns[pointColumn].Int64s }

// Digests returns the fingerprint of each row's run.
func (p *SummaryPart) Digests() []string {
	return p.Columns[len(p.Columns)-digestFromEnd].Texts
}

// SetLastDigest changes the fingerprint of the last row's run.
func (p *SummaryPart) SetLastDigest(digest string) { p.Digests()[p.Rows()-1] = digest }

// Succeeded reports whether the run of a row did not fail.
func (p *SummaryPart) Succeeded(row int) bool { return p.statuses()[row] == StatusOK }

func (p *SummaryPart) statuses() []string {
	return p.Columns[len(p.Columns)-statusFromEnd].Texts
}

// Column returns a column with its field.
func (p *SummaryPart) Column(field int) *NamedColumn {
	return &NamedColumn{Field: p.Fields[field], Column: p.Columns[field]}
}

// AddStatistics adds the figures of a row to a fingerprint, as a run adds its own.
func (p *SummaryPart) AddStatistics(row int, digest *Digest) {
	last := len(p.Columns) - behindFigures
	for i := last - len(p.statistics); i < last; i++ {
		column := &p.Columns[i]
		var value float64
		if column.Int64s != nil {
			value = float64(column.Int64s[row])
		} else {
			value = column.Floats[row]
		}
		digest.Float(value, column.Valid[row])
	}
}

// Reset empties the part and keeps its memory.
func (p *SummaryPart) Reset() {
	for i := range p.Columns {
		p.Columns[i].Reset()
	}
}

// Append adds a row.
func (p *SummaryPart) Append(row *Row) {
	next := p.identify(row)
	add := func(number float64, text string, defined bool) {
		p.Columns[next].Append(&p.Fields[next], number, text, defined)
		next++
	}
	for _, statistic := range p.statistics {
		value, defined := statistic.Value(&row.Summary)
		add(value, "", defined && row.Err == nil)
	}
	status, message := StatusOK, ""
	if row.Err != nil {
		status, message = StatusFailed, row.Err.Error()
	}
	add(0, status, true)
	add(0, message, row.Err != nil)
	add(0, row.Digest, true)
}

// identify adds the columns that say which run a row is, and returns how many they are.
func (p *SummaryPart) identify(row *Row) (next int) {
	add := func(number float64, text string, defined bool) {
		p.Columns[next].Append(&p.Fields[next], number, text, defined)
		next++
	}
	add(float64(row.Run), "", true)
	add(float64(row.Point), "", true)
	add(float64(row.Seed.Market), "", true)
	fills := &p.Columns[next] // a fill seed has more bits than a float64
	fills.Uint64s = append(fills.Uint64s, row.Seed.Fill)
	next++
	if p.Fields[next].Name == dayColumn {
		add(0, row.Day, true)
	}
	for _, value := range row.Values {
		add(value.Number, value.Text, !value.Unset)
	}
	return next
}

// Take adds a row that says which run it is, with everything else from a row of a part which may have
// other axes.
func (p *SummaryPart) Take(row *Row, from *SummaryPart, at int) {
	next := p.identify(row)
	for i := next; i < len(p.Columns); i++ { // of which both have the same, behind the axes
		p.Columns[i].AppendRows(&from.Columns[len(from.Columns)-len(p.Columns)+i], at, at+1)
	}
}

// Append adds a value: of a text column text, of any other number, and neither
// where it is undefined.
func (c *Column) Append(field *Field, number float64, text string, defined bool) {
	if !defined {
		number, text = 0, ""
	}
	switch field.Type {
	case Int64:
		c.Int64s = append(c.Int64s, int64(number))
	case Text:
		c.Texts = append(c.Texts, text)
	default:
		c.Floats = append(c.Floats, number)
	}
	if field.Nullable {
		c.Valid = append(c.Valid, defined)
	}
}

// AppendRows adds rows of another column of the same field, from first to end.
func (c *Column) AppendRows(other *Column, first, end int) {
	c.Floats = appendRows(c.Floats, other.Floats, first, end)
	c.Int32s = appendRows(c.Int32s, other.Int32s, first, end)
	c.Int64s = appendRows(c.Int64s, other.Int64s, first, end)
	c.Uint64s = appendRows(c.Uint64s, other.Uint64s, first, end)
	c.Texts = appendRows(c.Texts, other.Texts, first, end)
	c.Valid = appendRows(c.Valid, other.Valid, first, end)
}

func appendRows[T any](to, from []T, first, end int) []T {
	if len(from) == 0 { // the field is of another type, or nothing is undefined
		return to
	}
	return append(to, from[first:end]...)
}

// Digest returns the fingerprint of the part.
func (p *SummaryPart) Digest() string {
	var digest Digest
	digest.Reset()
	for i := range p.Columns {
		digest.addColumn(&p.Fields[i], &p.Columns[i])
	}
	return digest.String()
}

// Write writes the part as a file of its own that says whose it is and carries its
// fingerprint.
func (p *SummaryPart) Write(to io.Writer, owner string) error {
	layout, err := p.prepared()
	if err != nil {
		return err
	}
	pairs := []Pair{{"owner", owner}, {"digest", p.Digest()}}
	return writeTable(newWriter(layout), to, pairs, p.Columns)
}

// errForeignPart says that a part is of another owner.
var errForeignPart = errors.New("the part belongs to another study")

// Failed lists the rows of failed runs.
func (p *SummaryPart) Failed() []int {
	var failed []int
	for row, status := range p.statuses() {
		if status == StatusFailed {
			failed = append(failed, row)
		}
	}
	return failed
}

// Copy adds a row of another part.
func (p *SummaryPart) Copy(from *SummaryPart, row int) {
	for i := range p.Columns {
		p.Columns[i].AppendRows(&from.Columns[i], row, row+1)
	}
}

// ReadSummaryPart reads a file that SummaryPart.Write wrote for the owner. One that
// is damaged, or another owner's, is an error. It returns the part's fingerprint.
func ReadSummaryPart(name, owner string, part *SummaryPart) (digest string, err error) {
	reader, err := OpenReader(name)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	if reader.Metadata("owner") != owner {
		return "", fmt.Errorf("read %s: %w", name, errForeignPart)
	}
	part.Reset()
	for i, field := range part.Fields {
		if err := reader.ColumnOf(0, field, &part.Columns[i]); err != nil {
			return "", err
		}
	}
	if digest = part.Digest(); digest != reader.Metadata("digest") {
		return "", fmt.Errorf("read %s: the content is not what was written", name)
	}
	return digest, nil
}

// groupRows is how many rows make a row group of a table of runs, at the least.
const groupRows = 16_384

// MergeSummary writes NAME.parquet and NAME.csv from its parts, in order, holding a
// row group of them, and the next part that is read meanwhile.
func MergeSummary(folder, name string, parts int, read func(i int, to *SummaryPart) error, part *SummaryPart) error {
	layout, err := part.prepared()
	if err != nil {
		return err
	}
	return writeBoth(folder, name, layout, func(use func([]Column) error) error {
		done, reading := make(chan error, 1), false
		now, next, group := part.Empty(), part.Empty(), part
		readNext := func(i int) {
			reading = true
			go func() { done <- read(i, next) }()
		}
		wait := func() error {
			reading = false
			return <-done
		}
		defer func() {
			if reading {
				wait() // nothing is left open
			}
		}()
		if parts > 0 {
			readNext(0)
		}
		group.Reset()
		for i := range parts {
			if err := wait(); err != nil {
				return err
			}
			now, next = next, now
			last := i+1 == parts
			if !last {
				readNext(i + 1)
			}
			group.AppendAll(now)
			if group.Rows() >= groupRows || last {
				if err := use(group.Columns); err != nil {
					return err
				}
				group.Reset()
			}
		}
		return nil
	})
}

// WriteTable writes NAME.parquet and NAME.csv from blocks of rows, each a row group.
func WriteTable(folder, name string, fields []Field, blocks func(use func([]Column) error) error) error {
	layout, err := newLayout(fields)
	if err != nil {
		return err
	}
	return writeBoth(folder, name, layout, blocks)
}

// tableBuffer is how much of a table is written at once.
const tableBuffer = 1 << 20

// writeBoth writes the blocks as Parquet and as text, block by block; blocks is called
// once.
func writeBoth(folder, name string, layout *tableLayout, blocks func(use func([]Column) error) error) error {
	return WriteFile(folder, name+".csv", func(text io.Writer) error {
		buffered := bufio.NewWriterSize(text, tableBuffer)
		rows, err := newCSVWriter(buffered, layout.fields)
		if err != nil {
			return err
		}
		err = WriteFile(folder, name+".parquet", func(to io.Writer) error {
			return encodeBlocks(to, layout, nil, func(use func([]Column) error) error {
				return blocks(func(columns []Column) error {
					written := make(chan error, 1)
					go func() { written <- rows.Rows(columns) }() // in parallel with the other, which takes as long
					err, other := use(columns), <-written
					return cmp.Or(err, other)
				})
			})
		})
		if err != nil {
			return err
		}
		return buffered.Flush()
	})
}

// EncodeParquet writes a Parquet file of one block of rows.
func EncodeParquet(to io.Writer, fields []Field, columns []Column) error {
	return EncodeBlocks(to, fields, nil, func(use func([]Column) error) error { return use(columns) })
}

// EncodeBlocks writes a Parquet file of blocks of rows, each a row group, with metadata.
func EncodeBlocks(to io.Writer, fields []Field, pairs []Pair, blocks func(use func([]Column) error) error) error {
	layout, err := newLayout(fields)
	if err != nil {
		return err
	}
	return encodeBlocks(to, layout, pairs, blocks)
}

func encodeBlocks(to io.Writer, layout *tableLayout, pairs []Pair, blocks func(use func([]Column) error) error) error {
	buffered := bufio.NewWriterSize(to, tableBuffer)
	w := newWriter(layout)
	if err := w.begin(buffered, pairs); err != nil {
		return err
	}
	if err := blocks(w.rowGroup); err != nil {
		return err
	}
	if err := w.end(); err != nil {
		return err
	}
	return buffered.Flush()
}

// EncodeCSV writes the same as CSV.
func EncodeCSV(to io.Writer, fields []Field, blocks func(use func([]Column) error) error) error {
	buffered := bufio.NewWriterSize(to, tableBuffer)
	rows, err := newCSVWriter(buffered, fields)
	if err != nil {
		return err
	}
	if err := blocks(rows.Rows); err != nil {
		return err
	}
	return buffered.Flush()
}

// WriteParquet writes NAME.parquet alone, of one block of rows.
func WriteParquet(folder, name string, fields []Field, columns []Column) error {
	return WriteFile(folder, name+".parquet", func(to io.Writer) error { return EncodeParquet(to, fields, columns) })
}
