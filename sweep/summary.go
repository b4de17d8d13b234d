package sweep

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"

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

// summary reads the tables of runs of a folder a column at a time. A chunk is a row
// group.
type summary struct {
	study  *Study
	tables map[string]*store.Reader
	read   map[chunkColumn]store.Column // of small tables, which many figures are made of
}

// chunkColumn names a column of a chunk.
type chunkColumn struct {
	chunk int
	name  string
}

// mostRead is how many runs the tables may have for their columns to be kept.
const mostRead = 20_000

func openSummary(study *Study, folder string) (*summary, error) {
	s := &summary{study: study, tables: map[string]*store.Reader{}, read: map[chunkColumn]store.Column{}}
	if err := s.open(folder); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// open opens the tables and compares them with what the study has.
func (s *summary) open(folder string) error {
	study := s.study
	for name, stages := range study.tables() {
		reader, err := store.OpenReader(filepath.Join(folder, name+".parquet"))
		if err != nil {
			return err
		}
		s.tables[name] = reader
		if runs := runsOf(stages); reader.Rows() != runs {
			return fmt.Errorf("read %s: %s has %d rows, the study has %d such runs", folder, name, reader.Rows(), runs)
		}
		chunks := 0
		for i := range stages {
			chunks += study.chunksOf(&stages[i])
		}
		if reader.RowGroups() != chunks {
			return fmt.Errorf("read %s: %s has %d row groups, the study has %d such chunks", folder, name, reader.RowGroups(), chunks)
		}
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

// group returns where a chunk is.
func (s *summary) group(chunk int) (reader *store.Reader, group int) {
	stage := s.study.stageOf(chunk)
	if stage.fresh {
		return s.tables[freshTable], chunk - stage.firstChunk
	}
	return s.tables[summaryTable], chunk
}

// part reads the rows of a chunk.
func (s *summary) part(chunk int, part *store.SummaryPart) error {
	reader, group := s.group(chunk)
	return reader.RowGroup(group, part)
}

// column reads a column of a chunk's rows, behind what is there.
func (s *summary) column(chunk int, field store.Field, to *store.Column) error {
	reader, group := s.group(chunk)
	if s.study.Runs() > mostRead {
		return reader.ColumnOf(group, field, to)
	}
	key := chunkColumn{chunk, field.Name}
	column, ok := s.read[key]
	if !ok {
		if err := reader.ColumnOf(group, field, &column); err != nil {
			return err
		}
		s.read[key] = column
	}
	to.AppendAll(&column)
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
	width := end - first
	scores := &verdict.Scores{Points: width, Values: make([]float64, stages[len(stages)-1].end*width)}
	for i := range scores.Values {
		scores.Values[i] = math.NaN()
	}
	for i := range stages {
		stage := &stages[i]
		low, _ := stage.place(first)
		high, _ := stage.place(end)
		err := s.eachValue(stage, read, figure, low, high, func(place, seed int, value float64) {
			point := place
			if stage.points != nil {
				point = stage.points[place]
			}
			scores.Values[seed*width+point-first] = value
		})
		if err != nil {
			return nil, err
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
		for run := first; run < end; run++ {
			if place := run % stage.size; place >= low && place < high {
				use(place, stage.first+run/stage.size, column.Number(run-first))
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
