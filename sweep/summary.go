package sweep

import (
	"errors"
	"fmt"
	"path/filepath"
	"sort"
	"sync"

	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// summary reads the tables of runs of a folder a column at a time, for several at once.
type summary struct {
	plan   *Plan
	tables map[string]*store.Reader
	starts map[string][]int // the first row of each row group, and the number of rows

	mutex sync.Mutex
	read  map[tableColumn]*groupColumn // the last row group of each column that was read
}

// tableColumn names a column of a table.
type tableColumn struct{ table, name string }

// groupColumn is a column of a row group.
type groupColumn struct {
	mutex  sync.Mutex
	group  int // −1: none
	values store.Column
}

func openSummary(p *Plan, folder string) (*summary, error) {
	s := &summary{plan: p, tables: map[string]*store.Reader{}, starts: map[string][]int{}, read: map[tableColumn]*groupColumn{}}
	if err := s.open(folder); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// open opens the tables and compares them with what the study has.
func (s *summary) open(folder string) error {
	for name, stages := range s.plan.tables() {
		reader, err := store.OpenReader(filepath.Join(folder, name+".parquet"))
		if err != nil {
			return err
		}
		s.tables[name] = reader
		if runs := runsOf(stages); reader.Rows() != runs {
			return fmt.Errorf("read %s: %s has %d rows, the study has %d such runs", folder, name, reader.Rows(), runs)
		}
		starts := []int{0}
		for group := range reader.RowGroups() {
			starts = append(starts, starts[group]+reader.GroupRows(group))
		}
		s.starts[name] = starts
	}
	return nil
}

func (s *summary) close() error {
	var err error
	for _, reader := range s.tables {
		err = errors.Join(err, reader.Close())
	}
	return err
}

// rows returns where the rows of a chunk are.
func (s *summary) rows(chunk int) (table string, first, end int) {
	stage := s.plan.stageOf(chunk)
	first, end = s.plan.chunk(chunk)
	if stage.fresh {
		return freshTable, first - stage.firstRun, end - stage.firstRun
	}
	return summaryTable, first, end
}

// part reads the rows of a chunk.
func (s *summary) part(chunk int, part *store.SummaryPart) error {
	part.Reset()
	for i, field := range part.Fields {
		if err := s.column(chunk, field, &part.Columns[i]); err != nil {
			return err
		}
	}
	return nil
}

// column reads a column of a chunk's rows, behind what is there. No row group begins
// within a chunk.
func (s *summary) column(chunk int, field store.Field, to *store.Column) error {
	table, first, end := s.rows(chunk)
	starts := s.starts[table]
	group := sort.SearchInts(starts, first+1) - 1
	if end > starts[group+1] {
		return fmt.Errorf("read %s: row group %d ends within chunk %d", table, group, chunk)
	}
	kept := s.kept(tableColumn{table, field.Name})
	kept.mutex.Lock()
	defer kept.mutex.Unlock()
	if err := kept.take(s.tables[table], group, field); err != nil {
		return err
	}
	to.AppendRows(&kept.values, first-starts[group], end-starts[group])
	return nil
}

// kept returns where the row group of a column that was read last is kept.
func (s *summary) kept(column tableColumn) *groupColumn {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	kept := s.read[column]
	if kept == nil {
		kept = &groupColumn{group: -1}
		s.read[column] = kept
	}
	return kept
}

// take reads a row group, unless it is there.
func (c *groupColumn) take(from *store.Reader, group int, field store.Field) error {
	if c.group == group {
		return nil
	}
	c.group = -1
	c.values.Reset()
	if err := from.ColumnOf(group, field, &c.values); err != nil {
		return err
	}
	c.group = group
	return nil
}

// source computes scores from the tables.
func (s *summary) source() *source { return newSource(s.plan, s.column) }

// scores returns a figure of every run that the best point is picked by.
func (s *summary) scores(figure string) (*verdict.Scores, error) {
	return s.source().figure(s.plan.selection(), figure, 0, s.plan.Grid.Points())
}

// objective returns the score of every run that the best point is picked by.
func (s *summary) objective() (*verdict.Scores, error) {
	return s.source().objective(s.plan.selection())
}

// values returns a figure of every run.
func (s *summary) values(figure string) (values []float64, err error) {
	for i := range s.plan.stages {
		stage := &s.plan.stages[i]
		err = errors.Join(err, s.source().eachValue(stage, figure, 0, stage.size, func(_, _ int, value float64) { values = append(values, value) }))
	}
	return values, err
}

// texts returns a column of texts of every run.
func (s *summary) texts(name string) ([]string, error) {
	field, _ := s.plan.summaryField(name)
	var column store.Column
	for chunk := range s.plan.chunks() {
		if err := s.column(chunk, field, &column); err != nil {
			return nil, err
		}
	}
	return column.Texts, nil
}

// failures returns the number of failed runs and the first few of them.
func (s *summary) failures(most int) (count int, first []string, err error) {
	status, err := s.texts("status")
	if err != nil {
		return 0, nil, err
	}
	for _, text := range status {
		if text == store.StatusFailed {
			count++
		}
	}
	if count == 0 {
		return 0, nil, nil
	}
	messages, err := s.texts("error")
	if err != nil {
		return 0, nil, err
	}
	for run, text := range status {
		if text == store.StatusFailed && len(first) < most {
			first = append(first, fmt.Sprintf("run %d: %s", run, messages[run]))
		}
	}
	return count, first, nil
}
