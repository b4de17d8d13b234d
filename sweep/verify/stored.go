package verify

import (
	"errors"
	"path/filepath"

	"optmm/sweep/fault"
	"optmm/sweep/spec"
	"optmm/sweep/store"
)

// storedRun is what is on disk of a run, in the blocks of store.RunEncoder.
type storedRun struct {
	run     *store.Reader
	group   int
	options *store.Reader // nil where none are kept
	market  *storedMarket // nil where its columns are in the files of the run
	number  int
	chain   bool
}

// storedMarket is what is on disk of a market, kept from run to run.
type storedMarket struct {
	name    string
	columns []store.NamedColumn
	options *store.Reader // nil where none are kept
}

func (m *storedMarket) close() {
	if m.options != nil {
		m.options.Close()
	}
	*m = storedMarket{}
}

// market reads the columns that a run shares.
func (c *chunkCheck) market(run int) (*storedMarket, error) {
	of := c.plan.MarketOf(run)
	name := of.Name
	if c.shared.name == name {
		return &c.shared, nil
	}
	c.shared.close()
	c.mutex.Lock()
	first := !c.markets[name]
	c.markets[name] = true
	c.mutex.Unlock()
	open := c.openAgain // a market whose files have been counted
	if first {
		open = c.open
	}
	reader, err := open(name)
	if err != nil {
		return nil, err
	}
	identity := c.plan.MarketColumns(&of)
	columns, err := reader.RunColumns(0)
	if err = errors.Join(err, reader.CheckIdentity(identity), reader.Close()); err != nil {
		return nil, fault.Mismatch("%v; remove it, and sweep run makes it again", err)
	}
	if c.plan.Output.Options {
		if c.shared.options, err = open(store.MarketOptionsName(name)); err != nil {
			return nil, err
		}
		if err := c.shared.options.CheckIdentity(identity); err != nil {
			return nil, fault.Mismatch("%v; remove it, and sweep run makes it again", err)
		}
	}
	c.shared.name, c.shared.columns = name, columns
	return &c.shared, nil
}

// stored opens the minutes of a run's options as well as those of the run.
func (c *chunkCheck) stored(reader *store.Reader, group, run int) (*storedRun, error) {
	s := &storedRun{run: reader, group: group, number: run, chain: c.plan.IsChain()}
	var err error
	if c.plan.Output.Own {
		if s.market, err = c.market(run); err != nil {
			return nil, err
		}
	}
	if c.plan.Output.Options {
		if s.options, err = c.open(store.OptionsName(run)); err != nil {
			return nil, err
		}
	}
	if s.market != nil && c.plan.Output.Layout != spec.LayoutPacked {
		for _, of := range []*store.Reader{s.run, s.options} {
			if want := filepath.ToSlash(s.market.name); of != nil && of.Metadata(store.MarketKey) != want {
				s.close()
				return nil, fault.Mismatch("a file of run %d says that its market is %q, want %s; remove it, and sweep run makes it again", run, of.Metadata(store.MarketKey), want)
			}
		}
	}
	return s, nil
}

// close closes what stored opened.
func (s *storedRun) close() {
	if s.options != nil {
		s.options.Close()
	}
}

func (s *storedRun) blocks() int {
	if s.options == nil {
		return 1
	}
	return 1 + s.options.RowGroups()
}

func (s *storedRun) block(i int) (columns []store.NamedColumn, err error) {
	if i == 0 {
		columns, err = s.whole(s.run, s.group, func() ([]store.NamedColumn, error) { return s.market.columns, nil })
	} else {
		columns, err = s.whole(s.options, i-1, func() ([]store.NamedColumn, error) { return s.market.options.RunColumns(i - 1) })
	}
	if err != nil {
		return nil, fault.Mismatch("%v; remove it, and sweep run makes it again", err)
	}
	return columns, nil
}

// whole returns a row group of a run's table with the columns that are not in its file.
func (s *storedRun) whole(reader *store.Reader, group int, shared func() ([]store.NamedColumn, error)) ([]store.NamedColumn, error) {
	own, err := reader.RunColumns(group)
	if err != nil || s.market == nil {
		return own, err
	}
	table := store.TableNames(s.chain, reader == s.options)
	constants, err := reader.Constants(table, reader.GroupRows(group))
	if err != nil {
		return nil, err
	}
	ofMarket, err := shared()
	return store.Join(table, own, ofMarket, constants), err
}

// source is the file in which a column of a block is; name is that of the run's.
func (s *storedRun) source(block int, column, name string) string {
	if block > 0 {
		name = store.OptionsName(s.number)
	}
	switch {
	case s.market == nil || !store.OfMarket(column):
		return name
	case block > 0:
		return store.MarketOptionsName(s.market.name)
	}
	return s.market.name
}
