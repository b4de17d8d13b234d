package tables

import (
	"errors"
	"fmt"
	"path/filepath"
	"sort"
	"sync"

	"optmm/sweep/plan"
	"optmm/sweep/scores"
	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// Runs reads the tables of runs of a folder a column at a time, for several at once.
type Runs struct {
	Plan   *plan.Plan
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

// Open opens the tables of runs of a complete study in a folder.
func Open(p *plan.Plan, root string) (*Runs, error) {
	s := &Runs{Plan: p, tables: map[string]*store.Reader{}, starts: map[string][]int{}, read: map[tableColumn]*groupColumn{}}
	if err := s.open(root); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// open opens the tables and compares them with what the study has.
func (s *Runs) open(root string) error {
	for name, stages := range s.Plan.TableStages() {
		reader, err := store.OpenReader(filepath.Join(root, name+".parquet"))
		if err != nil {
			return err
		}
		s.tables[name] = reader
		if runs := plan.CountRuns(stages); reader.Rows() != runs {
			return fmt.Errorf("read %s: %s has %d rows, the study has %d such runs", root, name, reader.Rows(), runs)
		}
		starts := []int{0}
		for group := range reader.RowGroups() {
			starts = append(starts, starts[group]+reader.GroupRows(group))
		}
		s.starts[name] = starts
	}
	return nil
}

// Close closes the tables.
func (s *Runs) Close() error {
	var err error
	for _, reader := range s.tables {
		err = errors.Join(err, reader.Close())
	}
	return err
}

// rows returns where the rows of a chunk are.
func (s *Runs) rows(chunk int) (table string, first, end int) {
	stage := s.Plan.StageOfChunk(chunk)
	first, end = s.Plan.RunsOfChunk(chunk)
	if stage.Holdout {
		return plan.HoldoutTable, first - stage.FirstRun, end - stage.FirstRun
	}
	return plan.SummaryTable, first, end
}

// Part reads the rows of a chunk.
func (s *Runs) Part(chunk int, part *store.SummaryPart) error {
	part.Reset()
	for i, field := range part.Fields {
		if err := s.column(chunk, field, &part.Columns[i]); err != nil {
			return err
		}
	}
	return nil
}

// column reads a column of a chunk's rows, after what it holds. No row group begins
// within a chunk.
func (s *Runs) column(chunk int, field store.Field, to *store.Column) error {
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
func (s *Runs) kept(column tableColumn) *groupColumn {
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

// Scores computes scores from the tables.
func (s *Runs) Scores() *scores.Source { return scores.New(s.Plan, s.column) }

// Figure returns a figure of every run that the best point is picked by.
func (s *Runs) Figure(figure string) (*verdict.Scores, error) {
	return s.Scores().Figure(s.Plan.SelectionStages(), figure, 0, s.Plan.Grid.Points())
}

// Objective returns the score of every run that the best point is picked by.
func (s *Runs) Objective() (*verdict.Scores, error) {
	return s.Scores().Objective(s.Plan.SelectionStages())
}

// Values returns a figure of every run.
func (s *Runs) Values(figure string) (values []float64, err error) {
	for i := range s.Plan.Stages {
		stage := &s.Plan.Stages[i]
		err = errors.Join(err, s.Scores().Each(stage, figure, 0, stage.Size, func(_, _ int, value float64) { values = append(values, value) }))
	}
	return values, err
}

// Texts returns a column of texts of every run.
func (s *Runs) Texts(name string) ([]string, error) {
	field, _ := s.Plan.SummaryField(name)
	var column store.Column
	for chunk := range s.Plan.ChunkCount() {
		if err := s.column(chunk, field, &column); err != nil {
			return nil, err
		}
	}
	return column.Texts, nil
}

// Failures returns the number of failed runs and the first few of them.
func (s *Runs) Failures(most int) (count int, first []string, err error) {
	status, err := s.Texts("status")
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
	messages, err := s.Texts("error")
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
