package store

import (
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/zeebo/xxh3"

	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/param"
)

// MarketTables are what the runs on a market share, minute by minute: a table of the market and,
// of a chain, one of its options. Their first columns say which market it is.
type MarketTables struct {
	record  account.Record // of no run
	market  runTable
	options *optionsTable // nil where none is kept
}

// NewMarketTables returns the tables of a market with the identity in the first columns, each of
// one row; of what is kept of its runs only the options and the compression matter.
func NewMarketTables(m *market.Market, identity []NamedColumn, kept *Kept) (*MarketTables, error) {
	t := &MarketTables{record: account.Record{Market: m}}
	compressor, err := newPageCompressor(kept.Compression)
	if err != nil {
		return nil, err
	}
	t.market.compressor = compressor
	provided := account.ProvidedBy(m)
	chosen := func(column *account.Column) bool {
		return column.Missing(provided) == "" && (column.OfMarket || column.IsClock())
	}
	inFile := func(*account.Column) place { return place{} }
	identify(&t.market, identity, func() int { return m.Minutes() })
	t.market.addColumns(m, chosen, inFile)
	t.market.noteRepeats(&t.record)
	if err := t.market.prepare(); err != nil || !kept.Options || !m.IsChain() {
		return t, err
	}
	t.options = newOptionsTable(m, chosen, inFile, false)
	own := runTable{compressor: compressor}
	identify(&own, identity, func() int { return (t.options.end - t.options.first) * m.Minutes() })
	own.fields, own.places, own.fill = append(own.fields, t.options.fields...), append(own.places, t.options.places...), append(own.fill, t.options.fill...)
	t.options.runTable = own
	return t, t.options.prepare()
}

// identify adds the columns that say which market it is, in that many rows.
func identify(t *runTable, identity []NamedColumn, rows func() int) {
	for _, one := range identity {
		t.add(one.Field, place{}, func(_ *account.Record, to *Column) {
			to.Reset()
			for range rows() {
				to.AppendRows(&one.Column, 0, 1)
			}
		})
	}
}

// Write writes the table of the market as a Parquet file.
func (t *MarketTables) Write(to io.Writer, pairs []Pair) error {
	return t.market.write(to, &t.record, pairs)
}

// HasOptions reports whether there is a table of options.
func (t *MarketTables) HasOptions() bool { return t.options != nil }

// WriteOptions writes the table of the options as a Parquet file, a row group a block.
func (t *MarketTables) WriteOptions(to io.Writer, pairs []Pair) error {
	return t.options.write(to, &t.record, pairs)
}

// sweptPrefix begins the names of columns that say of which value of a swept parameter a market
// is; a column of the minutes may have the parameter's own.
const sweptPrefix = "swept_"

// SweptColumn is the name of such a column.
func SweptColumn(parameter string) string { return sweptPrefix + parameter }

// marketSeedColumn is the name of a run's market seed wherever it is.
const marketSeedColumn = "market_seed"

// MarketIdentity says which market it is, in columns of one row: by its seed, where each has
// markets of its own, and by the values of swept parameters that it is made of.
func MarketIdentity(seed uint32, bySeed bool, swept []param.Parameter, values []param.Value) []NamedColumn {
	var identity []NamedColumn
	add := func(field Field, value param.Value) {
		field.Repeats = field.Type == Float64
		one := NamedColumn{Field: field}
		one.Column.Append(&field, value.Number, value.Text, !value.Unset)
		identity = append(identity, one)
	}
	if bySeed {
		add(Field{Name: marketSeedColumn, Type: Int64, Unit: "1", Description: "Seed of the market stream, or number of the recorded day, as in the summary."}, param.Value{Number: float64(seed)})
	}
	for i := range swept {
		field := ParameterField(swept[i])
		field.Name = SweptColumn(field.Name)
		add(field, values[i])
	}
	return identity
}

// sweptBytes is the length of a fingerprint of swept values.
const sweptBytes = 8

// SweptFingerprint tells markets of other swept values apart by their names; empty where nothing
// is swept.
func SweptFingerprint(swept []param.Parameter, values []param.Value) string {
	if len(swept) == 0 {
		return ""
	}
	var text strings.Builder
	for i := range swept {
		fmt.Fprintf(&text, "%s=%s\n", swept[i].Name, swept[i].Format(values[i]))
	}
	sum := xxh3.HashString128(text.String()).Bytes()
	return hex.EncodeToString(sum[:sweptBytes])
}

// identifiesMarket reports whether a column says which market it is.
func identifiesMarket(name string) bool {
	return name == marketSeedColumn || strings.HasPrefix(name, sweptPrefix)
}
