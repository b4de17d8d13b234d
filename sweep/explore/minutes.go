package explore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/sweep/execute"
	"optmm/sweep/spec"
	"optmm/sweep/store"
)

// minutes are the columns of a run, minute by minute, a column read when it is asked for first.
type minutes struct {
	run, rows, step int
	source          string // where they are from, in words
	fields          []store.Field
	sessions        []int   // the rows at which sessions begin, the first 0
	seconds         []int64 // of each row since 1970, by the clock of the place; nil where there is no clock

	mutex   sync.Mutex
	columns map[string]*store.NamedColumn
	read    func(field store.Field) (*store.NamedColumn, error)
	fills   []store.NamedColumn                 // nil until they are asked for
	traded  func() ([]store.NamedColumn, error) // nil: only a simulation knows
	options *optionMinutes                      // nil: likewise
}

// numbers is about how many numbers it holds, or may.
func (m *minutes) numbers() int {
	columns := len(m.fields)
	if m.options != nil {
		columns += m.options.columns
	}
	return m.rows * columns
}

// column returns a column; nil where there is none.
func (m *minutes) column(name string) (*store.NamedColumn, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.columns[name] != nil {
		return m.columns[name], nil
	}
	var column *store.NamedColumn
	var err error
	if at := slices.IndexFunc(m.fields, func(f store.Field) bool { return f.Name == name }); at >= 0 {
		column, err = m.read(m.fields[at])
	} else if of, option, is := ofOption(name); is && m.options != nil {
		column = m.options.column(of, option, m.rows)
	}
	if column != nil && err == nil {
		m.columns[name] = column
	}
	return column, err
}

// mostNumbersKept bounds the numbers of the runs of a study that are kept at once, unless one alone has more.
const mostNumbersKept = 20_000_000

// needs is what is asked of a run besides its own columns.
type needs struct{ fills, options bool }

// minutesOf returns the minutes of a run: from the files that the study left where they are there, or
// else by simulating it again, as it must be for its options, and for its fills unless the study left a
// table of them.
func (s *Server) minutesOf(ctx context.Context, o *opened, run int, n needs) (*minutes, error) {
	fits := func(m *minutes) bool {
		return m.run == run && (!n.fills || m.traded != nil) && (!n.options || m.options != nil)
	}
	kept := func() *minutes {
		o.mutex.Lock()
		defer o.mutex.Unlock()
		if at := slices.IndexFunc(o.minutes, fits); at >= 0 {
			return o.minutes[at]
		}
		return nil
	}
	if m := kept(); m != nil {
		return m, nil
	}
	m, err := o.stored(run)
	if err != nil {
		return nil, err
	}
	if m == nil || !fits(m) {
		if err := s.takeTurn(ctx); err != nil {
			return nil, err
		}
		defer s.endTurn()
		if m := kept(); m != nil { // by the request before
			return m, nil
		}
		if m, err = o.simulated(run); err != nil {
			return nil, err
		}
	}
	if err := o.keepTime(m); err != nil {
		return nil, err
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.minutes = append(slices.DeleteFunc(o.minutes, func(other *minutes) bool { return other.run == run }), m)
	numbers := 0
	for _, other := range o.minutes {
		numbers += other.numbers()
	}
	for numbers > mostNumbersKept && len(o.minutes) > 1 {
		numbers -= o.minutes[0].numbers()
		o.minutes = slices.Delete(o.minutes, 0, 1)
	}
	return m, nil
}

// stored returns what is on disk of a run; nil where its minutes were not kept.
func (o *opened) stored(run int) (*minutes, error) {
	p := o.plan
	if !o.lock.KeepsMinutes(p, run) {
		return nil, nil
	}
	name, group := store.RunName(run), 0
	if p.Output.Layout == spec.LayoutPacked {
		name = store.PackedName(p.ChunkOfRun(run))
	}
	if !store.Exists(filepath.Join(o.path, name)) {
		return nil, nil
	}
	reader, err := store.OpenReader(filepath.Join(o.path, name))
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	if p.Output.Layout == spec.LayoutPacked {
		if group, err = groupOf(reader, run); err != nil || group < 0 {
			return nil, err
		}
	}
	m := &minutes{run: run, rows: reader.GroupRows(group), step: p.StepMinutes(), source: "read from " + filepath.ToSlash(name), columns: map[string]*store.NamedColumn{}}
	if m.fields, err = reader.RunFields(); err != nil {
		return nil, err
	}
	own := slices.Clone(m.fields)
	table := store.TableNames(p.IsChain(), false)
	constants, err := reader.Constants(table, m.rows)
	if err != nil {
		return nil, err
	}
	for i := range constants {
		m.fields, m.columns[constants[i].Field.Name] = append(m.fields, constants[i].Field), &constants[i]
	}
	shared := ""
	if p.Output.Own {
		of := p.MarketOf(run)
		shared = of.Name
		ofMarket, err := o.marketFields(shared, p.MarketColumns(&of))
		if err != nil {
			return nil, err
		}
		m.fields, m.source = append(m.fields, ofMarket...), m.source+" and "+filepath.ToSlash(shared)
	}
	m.read = func(field store.Field) (*store.NamedColumn, error) {
		from, at := name, group
		if !slices.ContainsFunc(own, func(f store.Field) bool { return f.Name == field.Name }) {
			from, at = shared, 0
		}
		reader, err := store.OpenReader(filepath.Join(o.path, from))
		if err != nil {
			return nil, err
		}
		column := &store.NamedColumn{Field: field}
		return column, errors.Join(reader.ColumnOf(at, field, &column.Column), reader.Close())
	}
	if p.Output.Fills && store.Exists(filepath.Join(o.path, store.FillsName(run))) {
		m.traded = func() ([]store.NamedColumn, error) {
			reader, err := store.OpenReader(filepath.Join(o.path, store.FillsName(run)))
			if err != nil {
				return nil, err
			}
			columns, err := reader.FillColumns()
			return columns, errors.Join(err, reader.Close())
		}
	}
	return m, nil
}

// marketFields describes the columns of a market's file, which must be of that market.
func (o *opened) marketFields(name string, identity []store.NamedColumn) ([]store.Field, error) {
	reader, err := store.OpenReader(filepath.Join(o.path, name))
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	if err := reader.CheckIdentity(identity); err != nil {
		return nil, err
	}
	fields, err := reader.RunFields()
	return slices.DeleteFunc(fields, func(f store.Field) bool { return f.Name == "minute" }), err
}

// groupOf finds the row group of a run in a packed file; −1 where it failed.
func groupOf(reader *store.Reader, run int) (int, error) {
	for group := range reader.RowGroups() {
		if number, err := reader.RunNumber(group); err != nil || number == run {
			return group, err
		}
	}
	return -1, nil
}

// simulated simulates a run again, which must come out as the study has it.
func (o *opened) simulated(run int) (*minutes, error) {
	committed, err := o.row(run)
	if err != nil {
		return nil, err
	}
	if committed.failure != "" {
		return nil, fmt.Errorf("run %d failed: %s", run, committed.failure)
	}
	replay, err := o.replayer()
	if err != nil {
		return nil, err
	}
	part, _, err := replay.Row(run)
	if err != nil {
		return nil, err
	}
	if digest := part.Digests()[0]; digest != committed.digest {
		return nil, fmt.Errorf("run %d comes out with digest %s, the study has %s: another version of sweep made it; sweep verify says on what they differ", run, digest, committed.digest)
	}
	row, err := replay.Series(run)
	if err != nil {
		return nil, err
	}
	if row.Err != nil {
		return nil, row.Err
	}
	m := &minutes{run: run, rows: replay.Minutes(), step: o.plan.StepMinutes(), source: "simulated again, with the digest that the study has", columns: map[string]*store.NamedColumn{}}
	block := replay.Block(0) // valid as long as nothing else runs on this replayer
	for i := range block {
		m.fields, m.columns[block[i].Field.Name] = append(m.fields, block[i].Field), &block[i]
	}
	m.options = newOptionMinutes(replay, m.rows)
	fills, err := replay.FillColumns()
	m.traded = func() ([]store.NamedColumn, error) { return fills, nil }
	return m, err
}

// replayer simulates runs of the study, on its data.
func (o *opened) replayer() (*execute.Replayer, error) {
	p, err := o.withData()
	if err != nil {
		return nil, err
	}
	return execute.NewReplayer(p, execute.NewMarkets(p)), nil
}

// keepTime says when the rows are, and where sessions begin.
func (o *opened) keepTime(m *minutes) error {
	clock, err := m.column("timestamp")
	if err != nil {
		return err
	}
	if clock == nil {
		var params param.Params
		point, _ := o.plan.RunAt(m.run)
		o.plan.Grid.SetParams(&params, o.plan.Grid.Values(point))
		m.sessions, _ = market.EqualSessions(m.rows*m.step, params.Market.MinutesPerSession, params.Market.Clock)
		for i := range m.sessions {
			m.sessions[i] /= m.step
		}
		return nil
	}
	zone := o.plan.Zone()
	m.sessions = []int{0}
	day := -1
	for row, seconds := range clock.Column.Int64s {
		at := time.Unix(seconds, 0).In(zone)
		_, offset := at.Zone()
		m.seconds = append(m.seconds, seconds+int64(offset))
		if of := at.YearDay(); of != day && day >= 0 {
			m.sessions = append(m.sessions, row)
		}
		day = at.YearDay()
	}
	return nil
}
