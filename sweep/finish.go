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
	field, rows := s.fields[statistic], s.reader.Rows()
	column := store.Column{Valid: make([]bool, 0, rows)}
	if field.Type == store.Int64 {
		column.Int64s = make([]int64, 0, rows)
	} else {
		column.Floats = make([]float64, 0, rows)
	}
	if err := s.reader.Column(field, &column); err != nil {
		return nil, err
	}
	values := column.Floats
	if field.Type == store.Int64 {
		values = make([]float64, rows)
		for i, x := range column.Int64s {
			values[i] = float64(x)
		}
	}
	for i := range values {
		if !column.Valid[i] {
			values[i] = math.NaN()
		}
	}
	return &verdict.Scores{Values: values, Points: s.points}, nil
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
const pointsBlock = 65_536

// pointColumn is a column of the table of points behind the parameters.
type pointColumn struct {
	field store.Field
	value func(point int) float64 // NaN where undefined
}

// writePoints writes the table of points: every statistic's mean and standard
// error over the seeds, and the objective's paired difference from the baseline.
func writePoints(study *Study, folder string) (err error) {
	s, err := openSummary(study, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.reader.Close()) }()
	computed, err := s.pointColumns(study)
	if err != nil {
		return err
	}
	axes := study.Grid.Axes()
	fields := []store.Field{{Name: "point", Type: store.Int64, Unit: "1", Sentence: "Number of the combination of parameters, from 0.", Rising: true}}
	for _, axis := range axes {
		fields = append(fields, store.ParameterField(axis.Parameter))
	}
	for _, column := range computed {
		fields = append(fields, column.field)
	}
	return store.WriteTable(folder, "points", fields, func(use func([]store.Column) error) error {
		for first := 0; first < study.Grid.Points(); first += pointsBlock {
			columns := make([]store.Column, len(fields))
			for point := first; point < min(first+pointsBlock, study.Grid.Points()); point++ {
				columns[0].Append(fields[0], float64(point), "", true)
				for i, value := range study.Grid.Values(point) {
					columns[1+i].Append(fields[1+i], value.Number, value.Text, !value.Unset)
				}
				for i, column := range computed {
					x := column.value(point)
					columns[1+len(axes)+i].Append(column.field, x, "", !math.IsNaN(x))
				}
			}
			if err := use(columns); err != nil {
				return err
			}
		}
		return nil
	})
}

// pointColumns returns what is computed of every point.
func (s *summary) pointColumns(study *Study) ([]pointColumn, error) {
	var columns []pointColumn
	baseline, _ := study.Grid.Baseline()
	for _, statistic := range engine.Statistics() {
		scores, err := s.scores(statistic.Name)
		if err != nil {
			return nil, err
		}
		add := func(name, sentence string, value func(point int) float64) {
			columns = append(columns, pointColumn{store.Field{Name: name, Unit: statistic.Unit, Sentence: sentence, Nullable: true}, value})
		}
		add(statistic.Name+"_mean", "Mean over seeds. "+statistic.Sentence, func(point int) float64 { return scores.Of(point).Mean })
		add(statistic.Name+"_se", "Standard error of the mean over seeds.", func(point int) float64 { return scores.Of(point).StandardError })
		columns = append(columns, pointColumn{
			store.Field{Name: statistic.Name + "_n", Type: store.Int64, Unit: "seed", Sentence: "Seeds with a defined figure."},
			func(point int) float64 { return float64(scores.Of(point).N) },
		})
		if statistic.Name != study.Objective {
			continue
		}
		add("diff_mean", "Mean difference of the objective from the baseline, paired by seed.", func(point int) float64 { return scores.Compare(point, baseline).Mean })
		add("diff_se", "Standard error of the paired difference.", func(point int) float64 { return scores.Compare(point, baseline).StandardError })
		add("diff_low95", "Lower end of its 95% interval by Student's t.", func(point int) float64 { return scores.Compare(point, baseline).Low })
		add("diff_high95", "Upper end of its 95% interval by Student's t.", func(point int) float64 { return scores.Compare(point, baseline).High })
	}
	return columns, nil
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
	scores, err := s.scores(study.Objective)
	if err != nil {
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
