package store

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"optmm/engine"
	"optmm/engine/account"
	"optmm/engine/market"
)

// OptionPartName is where the figures of the options of a chunk's runs are.
func OptionPartName(chunk int) string {
	return filepath.Join("option_summary", fmt.Sprintf("part-%06d.parquet", chunk))
}

// OptionPart gathers the figures of runs on a chain, a row for each run and option.
type OptionPart struct {
	fields     []Field
	columns    []Column
	contracts  []account.ContractColumn
	statistics []account.OptionStatistic
}

// Reset empties the part and keeps its memory.
func (p *OptionPart) Reset() {
	for i := range p.columns {
		p.columns[i].Reset()
	}
}

// Rows returns the number of rows.
func (p *OptionPart) Rows() int {
	if len(p.columns) == 0 {
		return 0
	}
	return p.columns[0].Len()
}

// prepare lists the columns, once the market is known.
func (p *OptionPart) prepare(m *market.Market) {
	if p.contracts != nil {
		return
	}
	p.contracts, p.statistics = account.ContractColumns(m), account.OptionStatistics()
	if p.fields != nil { // of rows that were taken
		return
	}
	p.fields = []Field{packedField(), pointField()}
	for i := range p.contracts {
		p.fields = append(p.fields, contractField(&p.contracts[i]))
	}
	p.fields = append(p.fields, optionFields(p.statistics)...)
	p.columns = make([]Column, len(p.fields))
}

func pointField() Field {
	return Field{Name: "point", Type: Int64, Unit: "1", Description: "Number of the combination of parameters, as in the summary."}
}

func optionFields(statistics []account.OptionStatistic) []Field {
	var fields []Field
	for _, statistic := range statistics {
		field := Field{Name: statistic.Name, Unit: statistic.Unit, Description: statistic.Description}
		if statistic.Integer {
			field.Type = Int64
		}
		fields = append(fields, field)
	}
	return fields
}

// Append adds a run on a market, what each option amounts to, and its figures to the run's digest.
func (p *OptionPart) Append(run, point int, m *market.Market, totals []account.OptionTotal, digest *Digest) {
	p.prepare(m)
	for j := range totals {
		p.columns[0].Int64s = append(p.columns[0].Int64s, int64(run))
		p.columns[1].Int64s = append(p.columns[1].Int64s, int64(point))
		for i := range p.contracts {
			p.columns[2+i].appendContract(&p.contracts[i], j, &m.Series[j].Contract, 1)
		}
		for i, statistic := range p.statistics {
			value := statistic.Value(&totals[j])
			at := 2 + len(p.contracts) + i
			p.columns[at].Append(&p.fields[at], value, "", true)
		}
		for i := range p.columns {
			digest.cell(&p.columns[i], p.columns[0].Len()-1)
		}
	}
}

// Take adds the rows of a run of another part under other numbers, and its figures to the run's digest;
// false where the other has none.
func (p *OptionPart) Take(from *OptionFigures, was, run, point int, digest *Digest) bool {
	if p.fields == nil {
		for i := range from.columns {
			p.fields = append(p.fields, from.columns[i].Field)
		}
		p.columns = make([]Column, len(p.fields))
	}
	first, found := slices.BinarySearch(from.runs, int64(was))
	for row := first; found && row < len(from.runs) && from.runs[row] == int64(was); row++ {
		p.columns[0].Int64s = append(p.columns[0].Int64s, int64(run))
		p.columns[1].Int64s = append(p.columns[1].Int64s, int64(point))
		for i := 2; i < len(p.columns); i++ {
			p.columns[i].AppendRows(&from.columns[i].Column, row, row+1)
		}
		for i := range p.columns {
			digest.cell(&p.columns[i], p.columns[0].Len()-1)
		}
	}
	return found
}

// Write writes the part as a Parquet file.
func (p *OptionPart) Write(to io.Writer) error {
	layout, err := newLayout(p.fields)
	if err != nil {
		return err
	}
	return writeTable(newWriter(layout), to, []Pair{{Key: "engine_version", Value: engine.Version}}, p.columns)
}

// OptionFigures are the figures of a part's runs, read for checking.
type OptionFigures struct {
	runs    []int64
	columns []NamedColumn
	next    int
}

// OptionFigures reads a part.
func (r *Reader) OptionFigures() (*OptionFigures, error) {
	fields := []Field{packedField(), pointField()}
	known := contractFields()
	for i := range r.file.MetaData().Schema.NumColumns() {
		if field, ok := known[r.file.MetaData().Schema.Column(i).Name()]; ok {
			fields = append(fields, field)
		}
	}
	columns, err := r.Columns(0, append(fields, optionFields(account.OptionStatistics())...))
	if err != nil {
		return nil, err
	}
	return &OptionFigures{runs: columns[0].Column.Int64s, columns: columns}, nil
}

// AddDigest adds a run's figures, which come after those of the run before, to its
// digest.
func (f *OptionFigures) AddDigest(run int, digest *Digest) {
	for f.next < len(f.runs) && f.runs[f.next] < int64(run) {
		f.next++
	}
	for ; f.next < len(f.runs) && f.runs[f.next] == int64(run); f.next++ {
		for i := range f.columns {
			digest.cell(&f.columns[i].Column, f.next)
		}
	}
}
