package explore

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"optmm/sweep/execute"
	"optmm/sweep/store"
)

// optionMinutes are the options of a run on a chain that was simulated, in blocks of several options one
// after another.
type optionMinutes struct {
	replay  *execute.Replayer
	columns int // of all options: those that the simulation holds, and as many that may be copied
}

func newOptionMinutes(replay *execute.Replayer, rows int) *optionMinutes {
	m := &optionMinutes{replay: replay}
	for block := 1; block < replay.Blocks(); block++ {
		columns := replay.Block(block)
		m.columns += 2 * len(columns) * columns[0].Column.Len() / rows
	}
	return m
}

// ofOption splits the name of a column of an option, as mid@3 of option 3.
func ofOption(name string) (column string, option int, is bool) {
	column, number, is := strings.Cut(name, "@")
	option, err := strconv.Atoi(number)
	return column, option, is && err == nil && option >= 0 && number == strconv.Itoa(option) // each has one name
}

// column copies a column of an option; nil where there is none.
func (m *optionMinutes) column(name string, option, rows int) *store.NamedColumn {
	before := 0
	for block := 1; block < m.replay.Blocks(); block++ {
		columns := m.replay.Block(block) // valid until the next
		number := slices.IndexFunc(columns, func(c store.NamedColumn) bool { return c.Field.Name == name })
		if number < 0 {
			return nil
		}
		in := columns[number].Column.Len() / rows
		if option >= before+in {
			before += in
			continue
		}
		copied := &store.NamedColumn{Field: columns[number].Field}
		first := (option - before) * rows
		copied.Column.AppendRows(&columns[number].Column, first, first+rows)
		return copied
	}
	return nil
}

// optionOf says which an option of a run is.
type optionOf struct {
	Option  int               `json:"option"`
	Facts   map[string]string `json:"facts"`
	Columns []string          `json:"columns,omitempty"` // of the first alone: all have the same
}

// optionsOf lists the options of a run on a chain.
func (s *Server) optionsOf(w http.ResponseWriter, r *http.Request, o *opened) error {
	run, err := o.runOf(r)
	if err != nil {
		return err
	}
	if !o.plan.IsChain() {
		return &notFound{"the study is of one option"}
	}
	m, err := s.minutesOf(r.Context(), o, run, needs{options: true})
	if err != nil {
		return err
	}
	return writeJSON(w, m.listOptions())
}

func (m *minutes) listOptions() []optionOf {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	all := []optionOf{}
	for block := 1; m.options != nil && block < m.options.replay.Blocks(); block++ {
		columns := m.options.replay.Block(block)
		for first := 0; first < columns[0].Column.Len(); first += m.rows {
			of := optionOf{Option: len(all), Facts: map[string]string{}}
			for i := range columns {
				switch c := &columns[i]; {
				case store.IdentifiesOption(c.Field.Name):
					of.Facts[c.Field.Name] = c.Text(first)
				case of.Option == 0 && c.Field.Type != store.Text && c.Field.Name != "minute" && c.Field.Name != "timestamp":
					of.Columns = append(of.Columns, c.Field.Name)
				}
			}
			all = append(all, of)
		}
	}
	return all
}
