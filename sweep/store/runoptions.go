package store

import (
	"io"
	"slices"

	"optmm/engine/account"
	"optmm/engine/market"
)

// blockRows bounds the rows of the options in memory at once, and in a row group.
const blockRows = 1 << 17

// optionsTable is the table of the options of a chain, one after another, in blocks
// of N options.
type optionsTable struct {
	runTable
	first, end int // the options of the current block
}

// newOptionsTable returns nil where no column of the options is chosen. With numbersAlone the file
// has of what identifies an option its number alone.
func newOptionsTable(m *market.Market, chosen func(*account.Column) bool, at func(*account.Column) place, numbersAlone bool) *optionsTable {
	t := &optionsTable{}
	add := func(field Field, at place, appendOption func(r *account.Record, option int, to *Column)) {
		field.Rising, field.Plain = false, false // minutes begin again with each option, and much stays as it is
		t.add(field, at, func(r *account.Record, to *Column) {
			to.Reset()
			for j := t.first; j < t.end; j++ {
				appendOption(r, j, to)
			}
		})
	}
	for i, column := range account.ContractColumns(m) {
		add(contractField(&column), place{elsewhere: numbersAlone && i > 0}, func(r *account.Record, j int, to *Column) {
			to.appendContract(&column, j, &r.Market.Series[j].Contract, r.Market.Minutes())
		})
	}
	quotes := 0
	for _, column := range account.Columns() {
		clock := column.IsClock() || column.Seconds != nil
		if !chosen(&column) || column.Per != account.PerOption && !clock {
			continue
		}
		if !clock {
			quotes++
		}
		add(runField(&column, 0), at(&column), func(r *account.Record, j int, to *Column) { appendRun(&column, r, j, to) })
	}
	if quotes == 0 {
		return nil
	}
	return t
}

// perBlock returns the number of options in a block.
func perBlock(r *account.Record) int { return max(1, blockRows/r.Market.Minutes()) }

func (t *optionsTable) blocks(r *account.Record) int {
	return (len(r.Market.Series) + perBlock(r) - 1) / perBlock(r)
}

// choose takes the next block.
func (t *optionsTable) choose(r *account.Record, block int) {
	t.first = block * perBlock(r)
	t.end = min(t.first+perBlock(r), len(r.Market.Series))
}

// HasOptions reports whether there is a table of options.
func (e *RunEncoder) HasOptions() bool { return e.options != nil }

// WriteOptions writes the table of the options as a Parquet file, a row group a block.
func (e *RunEncoder) WriteOptions(to io.Writer, record *account.Record, pairs []Pair) error {
	return e.options.write(to, record, pairs)
}

// write writes the table as a Parquet file, a row group a block.
func (t *optionsTable) write(to io.Writer, record *account.Record, pairs []Pair) error {
	t.writer.compressor = t.compressor
	if err := t.writer.begin(to, pairs); err != nil {
		return err
	}
	for block := range t.blocks(record) {
		t.choose(record, block)
		columns, err := t.stored(record)
		if err != nil {
			return err
		}
		if err := t.writer.rowGroup(columns); err != nil {
			return err
		}
	}
	return t.writer.end()
}

// contractField is the field of a column that says which option a row is of.
func contractField(column *account.ContractColumn) Field {
	field := Field{Name: column.Name, Unit: column.Unit, Description: column.Description}
	switch {
	case column.Text != nil:
		field.Type = Text
	case column.Seconds:
		field.Type = Seconds
	case column.Integer:
		field.Type = Int32
	}
	return field
}

// appendContract appends the same identity N times.
func (c *Column) appendContract(column *account.ContractColumn, index int, contract *market.Contract, times int) {
	for range times {
		switch {
		case column.Text != nil:
			c.Texts = append(c.Texts, column.Text(contract))
		case column.Seconds:
			c.Int64s = append(c.Int64s, int64(column.Number(index, contract)))
		case column.Integer:
			c.Int32s = append(c.Int32s, int32(column.Number(index, contract)))
		default:
			c.Floats = append(c.Floats, column.Number(index, contract))
		}
	}
}

// everyContractColumn lists what says which option a row is of, of both kinds of market, in an
// order that either has.
func everyContractColumn() (columns []account.ContractColumn) {
	timed := account.ContractColumns(&market.Market{Timestamps: []int64{0}})
	for i, column := range account.ContractColumns(&market.Market{}) {
		columns = append(columns, column)
		if timed[i].Name != column.Name {
			columns = append(columns, timed[i])
		}
	}
	return columns
}

// IdentifiesOption reports whether a column says which option a row is of.
func IdentifiesOption(name string) bool {
	return slices.ContainsFunc(everyContractColumn(), func(c account.ContractColumn) bool { return c.Name == name })
}

// contractFields are their fields, by name.
func contractFields() map[string]Field {
	known := map[string]Field{}
	for _, column := range everyContractColumn() {
		known[column.Name] = contractField(&column)
	}
	return known
}
