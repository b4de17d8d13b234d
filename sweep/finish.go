package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
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
	if err := store.RemoveTemporaries(f.path); err != nil {
		return err
	}
	content, err := json.MarshalIndent(lock, "", "  ")
	if err != nil {
		return err
	}
	if err := store.WriteBytes(f.path, lockName, append(content, '\n')); err != nil {
		return err
	}
	return os.RemoveAll(filepath.Join(f.path, "chunks"))
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
	var column store.Column
	if err := s.reader.Column(s.fields[statistic], &column); err != nil {
		return nil, err
	}
	values := column.Floats
	for _, x := range column.Int64s {
		values = append(values, float64(x))
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
	var status, message store.Column
	for name, column := range map[string]*store.Column{"status": &status, "error": &message} {
		if err := s.reader.Column(s.fields[name], column); err != nil {
			return 0, nil, err
		}
	}
	for run, text := range status.Texts {
		if text != store.StatusFailed {
			continue
		}
		if count++; count <= most {
			first = append(first, fmt.Sprintf("run %d: %s", run, message.Texts[run]))
		}
	}
	return count, first, nil
}

// writePoints writes the table of points: every statistic's mean and standard
// error over the seeds, and the objective's paired difference from the baseline.
func writePoints(study *Study, folder string) (err error) {
	s, err := openSummary(study, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.reader.Close()) }()
	points := study.Grid.Points()
	fields := []store.Field{{Name: "point", Type: store.Int64, Unit: "1", Sentence: "Number of the combination of parameters, from 0.", Rising: true}}
	columns := make([]store.Column, 1+len(study.Grid.Axes()))
	for _, axis := range study.Grid.Axes() {
		fields = append(fields, store.ParameterField(axis.Parameter))
	}
	for point := range points {
		columns[0].Append(fields[0], float64(point), "", true)
		for i, value := range study.Grid.Values(point) {
			columns[1+i].Append(fields[1+i], value.Number, value.Text, !value.Unset)
		}
	}
	add := func(field store.Field, value func(point int) float64) {
		field.Nullable = field.Type == store.Float64
		var column store.Column
		for point := range points {
			x := value(point)
			column.Append(field, x, "", !math.IsNaN(x))
		}
		fields, columns = append(fields, field), append(columns, column)
	}
	baseline, _ := study.Grid.Baseline()
	for _, statistic := range engine.Statistics() {
		scores, err := s.scores(statistic.Name)
		if err != nil {
			return err
		}
		estimates := make([]verdict.Estimate, points)
		for point := range points {
			estimates[point] = scores.Of(point)
		}
		add(store.Field{Name: statistic.Name + "_mean", Unit: statistic.Unit, Sentence: "Mean over seeds. " + statistic.Sentence},
			func(point int) float64 { return estimates[point].Mean })
		add(store.Field{Name: statistic.Name + "_se", Unit: statistic.Unit, Sentence: "Standard error of the mean over seeds."},
			func(point int) float64 { return estimates[point].StandardError })
		add(store.Field{Name: statistic.Name + "_n", Type: store.Int64, Unit: "seed", Sentence: "Seeds with a defined figure."},
			func(point int) float64 { return float64(estimates[point].N) })
		if statistic.Name != study.Objective {
			continue
		}
		differences := make([]verdict.Difference, points)
		for point := range points {
			differences[point] = scores.Compare(point, baseline)
		}
		for _, c := range []struct {
			name, sentence string
			value          func(verdict.Difference) float64
		}{
			{"diff_mean", "Mean difference of the objective from the baseline, paired by seed.", func(d verdict.Difference) float64 { return d.Mean }},
			{"diff_se", "Standard error of the paired difference.", func(d verdict.Difference) float64 { return d.StandardError }},
			{"diff_low95", "Lower end of its 95% interval by Student's t.", func(d verdict.Difference) float64 { return d.Low }},
			{"diff_high95", "Upper end of its 95% interval by Student's t.", func(d verdict.Difference) float64 { return d.High }},
		} {
			add(store.Field{Name: c.name, Unit: statistic.Unit, Sentence: c.sentence}, func(point int) float64 { return c.value(differences[point]) })
		}
	}
	return store.WriteTable(folder, "points", fields, columns)
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
