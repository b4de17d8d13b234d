package learn

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"optmm/engine/market"
	"optmm/engine/signal"
	"optmm/sweep/fault"
	"optmm/sweep/models"
	"optmm/sweep/spec"
	"optmm/sweep/store"
)

// Made counts what a table of features has.
type Made struct {
	Histories, Rows  int
	Features, Labels int
	Broken           int // days that cannot be read
	Hash             string
}

// history is a market that a signal is learned from.
type history struct {
	models.History
	make func() (*market.Market, error)
}

// Check refuses a study that does not say what a signal is learned from.
func Check(study *spec.Study) error {
	if study.Signal != nil {
		return nil
	}
	seeds := ", seeds: {first: 1001, count: 20}"
	if study.Recorded() {
		seeds = ""
	}
	return fault.Usage(fault.New("signal", "the study does not say what a signal is learned from: write signal: {labels: [1, 5, 15]%s}", seeds))
}

// Open finds the histories that a study's signal is learned from, and which of its features they have.
func Open(study *spec.Study) (*Table, error) { return open(study, historiesOf(study)) }

func open(study *spec.Study, histories []history) (*Table, error) {
	t := &Table{study: study, histories: histories, made: &Made{Labels: len(study.Signal.Labels)}}
	for len(t.histories) > 0 && t.chosen == nil { // the first that can be read says
		m, err := t.histories[0].make()
		if err == nil {
			err = t.choose(m)
		} else if study.OverDays() {
			t.made.Broken++
			t.histories, err = t.histories[1:], nil
		}
		if err != nil {
			return nil, fault.Usage(err)
		}
	}
	if t.chosen == nil {
		return nil, fault.Usagef("no day can be read")
	}
	return t, nil
}

// Encode writes the features and labels of every minute and option of the histories as Parquet: a row group
// for each history and option, in their order. The file's metadata has the features with their versions, and
// the hash of them.
func (t *Table) Encode(ctx context.Context, to io.Writer) (*Made, error) {
	pairs, err := t.pairs()
	if err != nil {
		return nil, err
	}
	err = store.EncodeBlocks(to, t.fields(), pairs, func(use func([]store.Column) error) error { return t.blocks(ctx, use) })
	return t.made, err
}

// blocks calls a function with the columns of each history and option.
func (t *Table) blocks(ctx context.Context, use func([]store.Column) error) error {
	for _, h := range t.histories {
		if err := ctx.Err(); err != nil {
			return err
		}
		m, err := h.make()
		if err != nil && t.study.OverDays() {
			t.made.Broken++
			continue
		}
		if err != nil {
			return err
		}
		if err := t.history(h.Name, m, use); err != nil {
			return err
		}
	}
	return nil
}

// historiesOf lists the markets of the seeds that a signal is learned from, or the days.
func historiesOf(study *spec.Study) (all []history) {
	switch {
	case study.Signal.Seeds != nil:
		seen := map[uint32]bool{}
		for i := range study.Signal.Seeds.Len() {
			if seed := study.Signal.Seeds.At(i).Market; !seen[seed] {
				seen[seed] = true
				all = append(all, historyOf(study, seed))
			}
		}
	case study.OverDays():
		first, end := study.LearnedDays()
		for i := first; i < end; i++ {
			all = append(all, historyOf(study, uint32(i)))
		}
	default:
		all = append(all, historyOf(study, 0))
	}
	return all
}

// historyOf is the market of a seed, or of the number of a day, with the parameters of the baseline.
func historyOf(study *spec.Study, seed uint32) history {
	baseline, _ := study.Grid.Baseline()
	settings := study.Grid.Params(baseline).Market
	settings.Signal = signal.Signal{Model: signal.NoSignal} // no feature depends on a score
	return history{study.HistoryOf(seed), func() (*market.Market, error) { return study.Source.Market(settings, seed) }}
}

// Table is the features and labels of the histories that a signal is learned from.
type Table struct {
	study     *spec.Study
	histories []history
	chosen    []signal.Chosen
	clock     bool // the histories have times
	made      *Made
}

// choose picks the features that a history has: of those that the study names, all.
func (t *Table) choose(m *market.Market) error {
	p := m.Panel(0)
	for i, c := range t.study.Signal.Features {
		switch why := c.Missing(p); {
		case why == "":
			t.chosen = append(t.chosen, c)
		case t.study.Signal.Given:
			return fault.New(fault.Entry("signal.features", i), "%s: %s", c.Title(), why)
		}
	}
	t.clock, t.made.Features = m.Timestamps != nil, len(t.chosen)
	t.made.Hash = models.HashOf(models.Describe(t.chosen))
	return nil
}

// The keys of a table's metadata.
const (
	featuresKey = "features"
	hashKey     = "features_sha256"
	seenKey     = "seen" // by who is trained on the table
)

func (t *Table) pairs() ([]store.Pair, error) {
	pairs := []store.Pair{{Key: hashKey, Value: t.made.Hash}}
	for key, value := range map[string]any{featuresKey: models.Describe(t.chosen), seenKey: map[string]any{"market": t.study.MarketKind(), "histories": t.seen()}} {
		content, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, store.Pair{Key: key, Value: string(content)})
	}
	slices.SortFunc(pairs, func(a, b store.Pair) int { return cmp.Compare(a.Key, b.Key) })
	return pairs, nil
}

// seen lists the histories.
func (t *Table) seen() (all []models.History) {
	for _, h := range t.histories {
		all = append(all, h.History)
	}
	return all
}

// fields describes the columns.
func (t *Table) fields() []store.Field {
	unit := "seed"
	if t.study.Recorded() {
		unit = "day"
	}
	fields := []store.Field{
		{Name: "history", Type: store.Text, Unit: "1", Description: "Market " + unit + "."},
		{Name: "session", Type: store.Int32, Unit: "1", Description: "Of the history, from 0."},
		{Name: "minute", Type: store.Int32, Unit: "minute", Description: "Since the history began, from 0."},
		{Name: "option", Type: store.Int32, Unit: "1", Description: "Number of the option, from 0."},
	}
	if t.clock {
		fields = append(fields, store.Field{Name: "timestamp", Type: store.Seconds, Unit: "UTC", Description: "Time of the minute."})
	}
	for _, c := range t.chosen {
		description := c.Description
		if c.Window > 0 {
			description += fmt.Sprintf(" Window: %d minutes.", c.Window)
		}
		fields = append(fields, store.Field{Name: c.Title(), Unit: c.Unit, Description: description, Nullable: true})
	}
	fields = append(fields, store.Field{Name: "t0", Type: store.Int32, Unit: "minute", Description: "Minute from which the labels look ahead: the row's own."})
	for _, minutes := range t.study.Signal.Labels {
		fields = append(fields,
			store.Field{Name: fmt.Sprintf("t1_%d", minutes), Type: store.Int32, Unit: "minute", Description: fmt.Sprintf("Last minute that y_%d depends on.", minutes), Nullable: true},
			store.Field{Name: fmt.Sprintf("y_%d", minutes), Unit: "price", Description: fmt.Sprintf("What an option, hedged by its delta at t0, earns a share in the next %d minutes; undefined beyond the session and without a good quote.", minutes), Nullable: true})
	}
	return fields
}

// history appends the rows of a history, option by option.
func (t *Table) history(name string, m *market.Market, use func([]store.Column) error) error {
	t.made.Histories++
	fields := t.fields()
	for option := range m.Series {
		p := m.Panel(option)
		n := len(p.Price)
		columns := make([]store.Column, len(fields))
		for i := range n {
			columns[0].Texts = append(columns[0].Texts, name)
			columns[2].Int32s = append(columns[2].Int32s, int32(i*p.Step))
			columns[3].Int32s = append(columns[3].Int32s, int32(option))
		}
		columns[1].Int32s = sessionNumbers(p)
		next := 4
		if t.clock {
			if m.Timestamps == nil {
				return fmt.Errorf("history %s has no times, as the first has", name)
			}
			columns[next].Int64s = m.Timestamps[:n]
			next++
		}
		for _, c := range t.chosen {
			if why := c.Missing(p); why != "" {
				return fault.Usagef("history %s lacks %s: %s; choose signal.features without it", name, c.Title(), why)
			}
			columns[next] = defined(c.Values(p))
			next++
		}
		columns[next].Int32s = columns[2].Int32s
		next++
		for _, minutes := range t.study.Signal.Labels {
			labels := defined(p.Label(minutes))
			columns[next] = store.Column{Valid: labels.Valid}
			for i := range n {
				columns[next].Int32s = append(columns[next].Int32s, int32(i*p.Step)+int32(signal.Entries(minutes, p.Step)*p.Step))
			}
			columns[next+1] = labels
			next += 2
		}
		t.made.Rows += n
		if err := use(columns); err != nil {
			return err
		}
	}
	return nil
}

// sessionNumbers numbers the session of each entry.
func sessionNumbers(p *signal.Panel) []int32 {
	numbers := make([]int32, len(p.Price))
	session := 0
	for i := range numbers {
		for session+1 < len(p.Sessions) && i >= p.Sessions[session+1] {
			session++
		}
		numbers[i] = int32(session)
	}
	return numbers
}

// defined is a column of numbers that are undefined where they are NaN.
func defined(values []float64) store.Column {
	column := store.Column{Floats: values}
	for i, x := range values {
		if math.IsNaN(x) {
			if column.Valid == nil {
				column.Valid = make([]bool, len(values))
				for k := range i {
					column.Valid[k] = true
				}
			}
		} else if column.Valid != nil {
			column.Valid[i] = true
		}
	}
	return column
}
