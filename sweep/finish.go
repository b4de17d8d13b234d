package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"optmm/engine"
	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// Result is what a study came to, read from its folder.
type Result struct {
	Folder         string
	Runs, Failed   int
	Failures       []string // the first few
	Seeds          int
	Figures        bool // were drawn
	Objective      string
	Best, Baseline PointResult // Best.Point is −1 where the objective is undefined throughout
	Difference     verdict.Difference
	Reused         bool // everything was there already
	Restored       int  // files that were gone and were made again
	Elapsed        time.Duration
	Repeats        Repeats  // where no run failed
	RepeatSetting  string   // of the second point of the pair
	Words          []string // what the figures mean
}

// PointResult is one point's figures over the seeds.
type PointResult struct {
	Point      int
	Setting    string // the swept parameters and their values
	Statistics map[string]verdict.Estimate
}

// Lock is sweep.lock: the header of a complete study and the fingerprints of its
// results. The whole's is of the chunks', a chunk's of its rows of the summary, a
// row holds its run's.
type Lock struct {
	Header
	Runs   int               `json:"runs,omitempty"`
	Digest string            `json:"digest,omitempty"`
	Chunks []string          `json:"chunk_digests,omitempty"`
	Kept   map[string]string `json:"kept_digests,omitempty"` // of the runs that timeseries: best keeps
	Files  map[string]string `json:"file_sha256,omitempty"`  // of the tables' bytes, for whoever checks this copy
}

// tables lists the files that Lock.Files covers.
func tables() []string {
	return []string{"study.yaml", "summary.parquet", "summary.csv", "points.parquet", "points.csv"}
}

// finish writes everything that follows from the committed chunks, sweep.lock
// last: its appearance makes the study complete.
func finish(study *Study, f *folder) error {
	header, err := study.Header(f.path)
	if err != nil {
		return err
	}
	lock := Lock{Header: *header, Runs: study.Runs()}
	part := store.NewSummaryPart(study.Grid.Axes())
	err = store.MergeSummary(f.path, f.owner, f.parts(study), part, func(part *store.SummaryPart) {
		lock.Chunks = append(lock.Chunks, part.Digest())
	})
	if err != nil {
		return err
	}
	lock.Digest = wholeDigest(lock.Chunks)
	if err := writePoints(study, f.path); err != nil {
		return err
	}
	if err := writeVerdict(study, f.path); err != nil {
		return err
	}
	if lock.Kept, err = writeChosen(study, f); err != nil {
		return err
	}
	lock.Files = map[string]string{}
	for _, name := range tables() {
		table, err := identify(filepath.Join(f.path, name))
		if err != nil {
			return err
		}
		lock.Files[name] = table.SHA256
	}
	if err := removeTemporaries(f.path); err != nil {
		return err
	}
	content, err := json.MarshalIndent(lock, "", "  ")
	if err != nil {
		return err
	}
	if err := store.WriteBytes(f.path, lockName, append(content, '\n')); err != nil {
		return err
	}
	return removeChunks(f.path)
}

// wholeDigest is the fingerprint of the chunks' fingerprints.
func wholeDigest(chunks []string) string {
	var whole store.Digest
	whole.Reset()
	for _, chunk := range chunks {
		whole.Text(chunk)
	}
	return whole.String()
}

// summary reads the summary of a folder a column at a time.
type summary struct {
	reader *store.Reader
	fields map[string]store.Field
	points int
}

func openSummary(study *Study, folder string) (*summary, error) {
	reader, err := store.OpenReader(filepath.Join(folder, "summary.parquet"))
	if err != nil {
		return nil, err
	}
	s := &summary{reader: reader, fields: map[string]store.Field{}, points: study.Grid.Points()}
	for _, field := range store.SummaryFields(study.Grid.Axes()) {
		s.fields[field.Name] = field
	}
	if reader.Rows() != study.Runs() {
		return nil, errors.Join(fmt.Errorf("read %s: %d rows, the study has %d runs", folder, reader.Rows(), study.Runs()), reader.Close())
	}
	return s, nil
}

// scores returns a statistic of every run, NaN where undefined.
func (s *summary) scores(statistic string) (*verdict.Scores, error) {
	return s.scoresOf(statistic, 0, s.points)
}

// scoresOf returns a statistic of every run of the points from first to end, NaN
// where undefined. Row groups without such a run are not read.
func (s *summary) scoresOf(statistic string, first, end int) (*verdict.Scores, error) {
	field, width := s.fields[statistic], end-first
	scores := &verdict.Scores{Points: width, Values: make([]float64, s.reader.Rows()/s.points*width)}
	var column store.Column
	begin := 0
	for group := range s.reader.RowGroups() {
		rows := s.reader.GroupRows(group)
		if s.has(begin, begin+rows, first, end) {
			column.Reset()
			if err := s.reader.ColumnOf(group, field, &column); err != nil {
				return nil, err
			}
			for i := range rows {
				seed, point := (begin+i)/s.points, (begin+i)%s.points
				if point < first || point >= end {
					continue
				}
				value := math.NaN()
				switch {
				case !column.Valid[i]:
				case field.Type == store.Int64:
					value = float64(column.Int64s[i])
				default:
					value = column.Floats[i]
				}
				scores.Values[seed*width+point-first] = value
			}
		}
		begin += rows
	}
	return scores, nil
}

// has reports whether the rows from begin to stop have a run of the points from
// first to end.
func (s *summary) has(begin, stop, first, end int) bool {
	if stop-begin >= s.points {
		return true
	}
	from, to := begin%s.points, (stop-1)%s.points
	if from <= to {
		return from < end && to >= first
	}
	return from < end || to >= first // around the last point to the next seed
}

// failures returns the number of failed runs and the first few of them.
func (s *summary) failures(most int) (count int, first []string, err error) {
	run := 0
	for group := range s.reader.RowGroups() {
		var status, message store.Column
		if err := s.reader.ColumnOf(group, s.fields["status"], &status); err != nil {
			return 0, nil, err
		}
		if err := s.reader.ColumnOf(group, s.fields["error"], &message); err != nil {
			return 0, nil, err
		}
		for row, text := range status.Texts {
			if text == store.StatusFailed {
				if count++; count <= most {
					first = append(first, fmt.Sprintf("run %d: %s", run, message.Texts[row]))
				}
			}
			run++
		}
	}
	return count, first, nil
}

// pointsBlock is how many points are in memory at once, and in a row group.
const pointsBlock = 16_384

// pointColumn is a column of the table of points behind the parameters.
type pointColumn struct {
	field store.Field
	value func(scores *verdict.Scores, point int) float64 // NaN where undefined
}

// writePoints writes the table of points: every statistic's mean and standard
// error over the seeds, and the objective's paired difference from the baseline.
// One statistic of one block of points is in memory at a time, beside the
// objective of all.
func writePoints(study *Study, folder string) (err error) {
	s, err := openSummary(study, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.reader.Close()) }()
	objective, err := s.scores(study.Objective)
	if err != nil {
		return err
	}
	fields := pointFields(study)
	parameters := 1 + len(study.Grid.Axes())
	return store.WriteTable(folder, "points", fields, func(use func([]store.Column) error) error {
		columns := make([]store.Column, len(fields))
		for first := 0; first < study.Grid.Points(); first += pointsBlock {
			end := min(first+pointsBlock, study.Grid.Points())
			for i := range columns {
				columns[i].Reset()
			}
			for point := first; point < end; point++ {
				columns[0].Append(fields[0], float64(point), "", true)
				for i, value := range study.Grid.Values(point) {
					columns[1+i].Append(fields[1+i], value.Number, value.Text, !value.Unset)
				}
			}
			next := parameters
			for _, statistic := range engine.Statistics() {
				scores, err := s.scoresOf(statistic.Name, first, end)
				if err != nil {
					return err
				}
				for _, column := range pointColumns(study, statistic, objective, first) {
					for point := range end - first {
						x := column.value(scores, point)
						columns[next].Append(column.field, x, "", !math.IsNaN(x))
					}
					next++
				}
			}
			if err := use(columns); err != nil {
				return err
			}
		}
		return nil
	})
}

// pointFields lists the columns of the table of points.
func pointFields(study *Study) []store.Field {
	fields := []store.Field{{Name: "point", Type: store.Int64, Unit: "1", Sentence: "Number of the combination of parameters, from 0.", Rising: true}}
	for _, axis := range study.Grid.Axes() {
		fields = append(fields, store.ParameterField(axis.Parameter))
	}
	for _, statistic := range engine.Statistics() {
		for _, column := range pointColumns(study, statistic, nil, 0) {
			fields = append(fields, column.field)
		}
	}
	return fields
}

// pointColumns lists what is computed of a statistic, for the scores of a block of
// points that begins at first; objective is the objective's of all points.
func pointColumns(study *Study, statistic engine.Statistic, objective *verdict.Scores, first int) []pointColumn {
	number := func(name, sentence string, value func(*verdict.Scores, int) float64) pointColumn {
		return pointColumn{store.Field{Name: name, Unit: statistic.Unit, Sentence: sentence, Nullable: true}, value}
	}
	columns := []pointColumn{
		number(statistic.Name+"_mean", "Mean over seeds. "+statistic.Sentence, func(s *verdict.Scores, point int) float64 { return s.Of(point).Mean }),
		number(statistic.Name+"_se", "Standard error of the mean over seeds.", func(s *verdict.Scores, point int) float64 { return s.Of(point).StandardError }),
		{
			store.Field{Name: statistic.Name + "_n", Type: store.Int64, Unit: "seed", Sentence: "Seeds with a defined figure."},
			func(s *verdict.Scores, point int) float64 { return float64(s.Of(point).N) },
		},
	}
	if statistic.Name != study.Objective {
		return columns
	}
	baseline, _ := study.Grid.Baseline()
	difference := func(point int) verdict.Difference { return objective.Compare(first+point, baseline) }
	return append(columns,
		number("diff_mean", "Mean difference of the objective from the baseline, paired by seed.", func(_ *verdict.Scores, point int) float64 { return difference(point).Mean }),
		number("diff_se", "Standard error of the paired difference.", func(_ *verdict.Scores, point int) float64 { return difference(point).StandardError }),
		number("diff_low95", "Lower end of its 95% interval by Student's t.", func(_ *verdict.Scores, point int) float64 { return difference(point).Low }),
		number("diff_high95", "Upper end of its 95% interval by Student's t.", func(_ *verdict.Scores, point int) float64 { return difference(point).High }),
	)
}

// loadResult reads what a complete folder came to.
func loadResult(study *Study, folder string) (result *Result, err error) {
	s, err := openSummary(study, folder)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.reader.Close()) }()
	r := &Result{Folder: folder, Runs: study.Runs(), Seeds: study.Seeds.Len(), Figures: study.Output.Figures, Objective: study.Objective}
	if r.Failed, r.Failures, err = s.failures(shownFailures); err != nil {
		return nil, err
	}
	if r.Failed == 0 {
		if r.Repeats, err = s.repeats(study.Objective); err != nil {
			return nil, err
		}
		r.RepeatSetting = study.setting(r.Repeats.Second)
	}
	scores, err := s.scores(study.Objective)
	if err != nil {
		return nil, err
	}
	if r.Words, err = readWords(study, folder); err != nil {
		return nil, err
	}
	baseline, _ := study.Grid.Baseline()
	r.Baseline = PointResult{Point: baseline, Setting: study.setting(baseline), Statistics: map[string]verdict.Estimate{}}
	r.Best = PointResult{Point: scores.Best(), Statistics: map[string]verdict.Estimate{}}
	if r.Best.Point >= 0 {
		r.Best.Setting = study.setting(r.Best.Point)
		r.Difference = scores.Compare(r.Best.Point, baseline)
	}
	for _, statistic := range engine.Statistics() {
		scores, err := s.scores(statistic.Name)
		if err != nil {
			return nil, err
		}
		for _, p := range []*PointResult{&r.Best, &r.Baseline} {
			if p.Point >= 0 {
				p.Statistics[statistic.Name] = scores.Of(p.Point)
			}
		}
	}
	return r, nil
}
