package store

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"optmm/engine/account"
)

// RunColumns reads the columns of a run, of its options or of a market, those that the file has:
// a row group of a packed file, the only one of another.
func (r *Reader) RunColumns(group int) ([]NamedColumn, error) {
	fields, err := r.RunFields()
	if err != nil {
		return nil, err
	}
	return r.Columns(group, fields)
}

// RunFields describes the columns that RunColumns reads.
func (r *Reader) RunFields() ([]Field, error) {
	known := knownFields()
	var fields []Field
	root := r.file.MetaData().Schema
	for i := range root.NumColumns() {
		name := root.Column(i).Name()
		if name == packedField().Name || identifiesMarket(name) {
			continue
		}
		base, number, numbered := cutNumber(name)
		field, ok := known[name]
		if !ok && numbered && number > 1 {
			field, ok = known[base]
		}
		if !ok {
			return nil, fmt.Errorf("read %s: a run has no column %s", r.name, name)
		}
		field.Name = name
		fields = append(fields, field)
	}
	return fields, nil
}

// cutNumber cuts the number of an underlying off a column's name.
func cutNumber(name string) (base string, number int, numbered bool) {
	at := strings.LastIndexByte(name, '_')
	if at < 0 {
		return name, 0, false
	}
	number, err := strconv.Atoi(name[at+1:])
	return name[:at], number, err == nil
}

// knownFields are the fields of every column that a run's tables can have, by name;
// where tables share a name they agree on the type.
func knownFields() map[string]Field {
	known := map[string]Field{}
	for _, column := range account.Columns() {
		known[column.Name] = runField(&column, 0)
	}
	maps.Copy(known, contractFields())
	return known
}

// OfMarket reports whether a column of a run is the same in every run on its market.
func OfMarket(name string) bool {
	base, _, numbered := cutNumber(name)
	return slices.ContainsFunc(account.Columns(), func(c account.Column) bool {
		return c.OfMarket && (c.Name == name || numbered && c.Name == base)
	}) || IdentifiesOption(name)
}

// MarketKey is the key of the metadata that says where a run's market is.
const MarketKey = "market"

// CheckIdentity returns an error unless the file of a market says in every row that it is the market
// of the identity, in columns of one row.
func (r *Reader) CheckIdentity(identity []NamedColumn) error {
	for i := range identity {
		one := &identity[i]
		var column Column
		if err := r.Column(one.Field, &column); err != nil {
			return err
		}
		for row := range column.Len() {
			if got, want := one.text(&column, row), one.Text(0); got != want {
				return fmt.Errorf("read %s: %s is %s in row %d, want %s", r.name, one.Field.Name, got, row, want)
			}
		}
	}
	return nil
}

// ConstantsPair is the metadata that has the value of columns that are not stored.
func ConstantsPair(constants map[string]float64) Pair {
	content, err := json.Marshal(constants) // in the order of the names
	if err != nil {
		panic(fmt.Sprintf("store: %v", err)) // a number of the table of columns is not finite
	}
	return Pair{Key: constantsKey, Value: string(content)}
}

const constantsKey = "constant_columns"

// Constants returns the columns that the file's metadata has the value of, for a number of rows; of
// those alone that a table has.
func (r *Reader) Constants(table []string, rows int) ([]NamedColumn, error) {
	text := r.Metadata(constantsKey)
	if text == "" {
		return nil, nil
	}
	var constants map[string]float64
	if err := json.Unmarshal([]byte(text), &constants); err != nil {
		return nil, fmt.Errorf("read %s: %s: %w", r.name, constantsKey, err)
	}
	return ConstantColumns(constants, table, rows), nil
}

// ConstantColumns returns columns of one number each, for a number of rows; of those alone that a
// table has.
func ConstantColumns(constants map[string]float64, table []string, rows int) (columns []NamedColumn) {
	known := knownFields()
	for _, name := range table {
		value, ok := constants[name]
		if !ok {
			continue
		}
		named := NamedColumn{Field: known[name]}
		if named.Field.Type == Int32 {
			named.Column.Int32s = slices.Repeat([]int32{int32(value)}, rows)
		} else {
			named.Column.Floats = slices.Repeat([]float64{value}, rows)
		}
		columns = append(columns, named)
	}
	return columns
}

// TableNames lists the columns that a table can have, in file order, but for those of
// underlyings beyond the first: the table of a run of one option, of the book of a chain, or of the options of one.
func TableNames(chain, options bool) (names []string) {
	provided := account.Provided{Chain: chain, Put: true, Timestamps: true}
	if options {
		for _, column := range everyContractColumn() {
			names = append(names, column.Name)
		}
	}
	for _, column := range account.Columns() {
		ofOptions := column.Per == account.PerOption
		switch {
		case column.Missing(provided) != "":
		case options && !ofOptions && !column.IsClock() && column.Seconds == nil:
		case chain && !options && ofOptions:
		default:
			names = append(names, column.Name)
		}
	}
	return names
}

// Join puts the columns of a table together that are in several files, in file order; those that
// several have are the first's.
func Join(table []string, parts ...[]NamedColumn) []NamedColumn {
	var joined []NamedColumn
	for _, part := range parts {
		for _, column := range part {
			if !slices.ContainsFunc(joined, func(other NamedColumn) bool { return other.Field.Name == column.Field.Name }) {
				joined = append(joined, column)
			}
		}
	}
	place := func(name string) int {
		at := slices.Index(table, name)
		if base, _, numbered := cutNumber(name); at < 0 && numbered {
			at = slices.Index(table, base)
		}
		return at
	}
	slices.SortStableFunc(joined, func(a, b NamedColumn) int { return place(a.Field.Name) - place(b.Field.Name) })
	return joined
}
