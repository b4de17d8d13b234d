package sweep

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"sort"
	"sync"

	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// The tables of runs: those that the best point is picked by, and those on fresh
// seeds, apart, so that nobody picks by these.
const (
	summaryTable = "summary"
	freshTable   = "fresh"
)

// tableOf returns the table of a stage's runs.
func (s *stage) tableOf() string {
	if s.fresh {
		return freshTable
	}
	return summaryTable
}

// summary reads the tables of runs of a folder a column at a time, for several at once.
type summary struct {
	study  *Study
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

func openSummary(study *Study, folder string) (*summary, error) {
	s := &summary{study: study, tables: map[string]*store.Reader{}, starts: map[string][]int{}, read: map[tableColumn]*groupColumn{}}
	if err := s.open(folder); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// open opens the tables and compares them with what the study has.
func (s *summary) open(folder string) error {
	for name, stages := range s.study.tables() {
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

// tables returns the stages of each table of runs.
func (s *Study) tables() map[string][]stage {
	tables := map[string][]stage{summaryTable: s.selection()}
	if s.Fresh != nil {
		tables[freshTable] = s.stages[len(s.stages)-1:]
	}
	return tables
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
	stage := s.study.stageOf(chunk)
	first, end = s.study.chunk(chunk)
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

// scores returns a figure of every run that the best point is picked by.
func (s *summary) scores(figure string) (*verdict.Scores, error) {
	return s.study.figures(s.study.selection(), s.column, figure, 0, s.study.Grid.Points())
}

// objective returns the score of every run that the best point is picked by.
func (s *summary) objective() (*verdict.Scores, error) {
	return s.study.Objective.scores(s.study, s.study.selection(), s.column)
}

// figures returns a figure of the runs of stages whose point is from first to end, NaN
// where undefined and where there is no run.
func (s *Study) figures(stages []stage, read columnsOf, figure string, first, end int) (*verdict.Scores, error) {
	scores := undefined(stages, end-first)
	for i := range stages {
		stage := &stages[i]
		low, _ := stage.place(first)
		high, _ := stage.place(end)
		err := s.eachValue(stage, read, figure, low, high, func(place, seed int, value float64) {
			point := place
			if stage.points != nil {
				point = stage.points[place]
			}
			scores.Values[seed*scores.Points+point-first] = value
		})
		if err != nil {
			return nil, err
		}
	}
	return scores, nil
}

// undefined returns the scores of so many points in the runs of stages, all NaN.
func undefined(stages []stage, points int) *verdict.Scores {
	scores := &verdict.Scores{Points: points, Values: make([]float64, stages[len(stages)-1].end*points)}
	for i := range scores.Values {
		scores.Values[i] = math.NaN()
	}
	return scores
}

// figuresAt is figures of some points, in their order.
func (s *Study) figuresAt(stages []stage, read columnsOf, figure string, points []int) (*verdict.Scores, error) {
	scores := undefined(stages, len(points))
	for k, point := range points {
		for i := range stages {
			place, in := stages[i].place(point)
			if !in {
				continue
			}
			err := s.eachValue(&stages[i], read, figure, place, place+1, func(_, seed int, value float64) {
				scores.Values[seed*scores.Points+k] = value
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return scores, nil
}

// freshFigures returns a figure of the runs on fresh seeds, a column a finalist in the
// order of the points.
func (s *Study) freshFigures(read columnsOf, figure string) (*verdict.Scores, error) {
	stage := s.freshRuns()
	scores := &verdict.Scores{Points: stage.size, Values: make([]float64, stage.runs())}
	return scores, s.eachValue(stage, read, figure, 0, stage.size, func(place, seed int, value float64) {
		scores.Values[seed*stage.size+place] = value
	})
}

// eachValue calls use with a figure of the runs of a stage whose point's place is from
// low to high. Chunks without such a run are not read.
func (s *Study) eachValue(stage *stage, read columnsOf, figure string, low, high int, use func(place, seed int, value float64)) error {
	field, ok := s.columns[figure]
	if !ok {
		return fmt.Errorf("the summary has no column %s", figure)
	}
	column := store.NamedColumn{Field: field}
	for chunk := range s.chunksOf(stage) {
		first, end := s.chunk(stage.firstChunk + chunk)
		first, end = first-stage.firstRun, end-stage.firstRun
		if !has(stage.size, first, end, low, high) {
			continue
		}
		column.Column.Reset()
		if err := read(stage.firstChunk+chunk, field, &column.Column); err != nil {
			return err
		}
		for seed := first / stage.size; seed*stage.size < end; seed++ {
			at := seed*stage.size - first // the row of the seed's first point
			for place := max(low, -at); place < min(high, end-first-at); place++ {
				use(place, stage.first+seed, column.Number(at+place))
			}
		}
	}
	return nil
}

// has reports whether the rows from begin to stop, of so many points a seed, have one
// of a place from low to high.
func has(size, begin, stop, low, high int) bool {
	if stop-begin >= size {
		return low < high
	}
	from, to := begin%size, (stop-1)%size
	if from <= to {
		return from < high && to >= low
	}
	return from < high || to >= low // around the last point to the next seed
}

// values returns a figure of every run.
func (s *summary) values(figure string) (values []float64, err error) {
	for i := range s.study.stages {
		stage := &s.study.stages[i]
		err = errors.Join(err, s.study.eachValue(stage, s.column, figure, 0, stage.size, func(_, _ int, value float64) { values = append(values, value) }))
	}
	return values, err
}

// texts returns a column of texts of every run.
func (s *summary) texts(name string) ([]string, error) {
	var column store.Column
	for chunk := range s.study.chunks() {
		if err := s.column(chunk, s.study.columns[name], &column); err != nil {
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
