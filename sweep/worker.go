package sweep

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"optmm/engine"
	"optmm/sweep/grid"
	"optmm/sweep/store"
)

// worker does chunks, one after another, and keeps its buffers from run to run.
type worker struct {
	study      *Study
	markets    *markets
	folder     string
	parameters []engine.Parameter
	statistics []engine.Statistic
	simulator  engine.Simulator
	encoder    *store.RunEncoder
	part       *store.SummaryPart
	digest     store.Digest
	pairs      []store.Pair
}

func newWorker(s *Study, m *markets, folder string) *worker {
	return &worker{
		study: s, markets: m, folder: folder,
		parameters: engine.Parameters(), statistics: engine.Statistics(),
		part: store.NewSummaryPart(s.Grid.Axes()),
	}
}

// chunk simulates the runs of a chunk and commits them: the run files first,
// then the summary part, whose appearance makes them count.
func (w *worker) chunk(index int) (failed int, err error) {
	first, end := w.study.chunk(index)
	w.part.Reset()
	var files store.Batch
	defer files.Discard()
	for run := first; run < end; run++ {
		row, err := w.run(run, w.study.Output.Timeseries == "all", &files)
		if err != nil {
			return failed, err
		}
		if row.Err != nil {
			failed++
		}
		w.part.Append(row)
	}
	if err := files.Commit(); err != nil {
		return failed, err
	}
	return failed, store.WriteSummaryPart(chunkName(w.folder, index), w.part)
}

func chunkName(folder string, index int) string {
	return filepath.Join(folder, "chunks", fmt.Sprintf("%06d.parquet", index))
}

// run simulates one run and adds its file to files where it is to be kept. A run
// that fails is a row; an error is of the disk.
func (w *worker) run(run int, keep bool, files *store.Batch) (*store.Row, error) {
	point, seed := w.study.runAt(run)
	row := &store.Row{Run: run, Point: point, Seed: seed, Values: w.study.Grid.Values(point)}
	params := w.study.Grid.Params(point)
	row.Summary, row.Err = w.simulate(&params, seed)

	w.digest.Reset()
	if row.Err != nil {
		w.digest.Text(row.Err.Error())
		row.Digest = w.digest.String()
		return row, nil
	}
	for _, statistic := range w.statistics {
		w.digest.Float(statistic.Value(&row.Summary))
	}
	if keep {
		content, err := w.encode(row, &params)
		if err != nil {
			return nil, fmt.Errorf("encode run %d: %w", run, err)
		}
		err = files.Add(filepath.Join(w.folder, store.RunName(run)), func(to io.Writer) error {
			_, err := to.Write(content)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	row.Digest = w.digest.String()
	return row, nil
}

// simulate runs the engine; a panic in it is an error of the run.
func (w *worker) simulate(params *engine.Params, seed grid.Seed) (summary engine.Summary, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	m, err := w.markets.get(params.Market, seed.Market)
	if err != nil {
		return summary, err
	}
	return w.simulator.Run(m, params, seed.Fill)
}

// encode returns the last run as a Parquet file and adds its columns to the
// digest.
func (w *worker) encode(row *store.Row, params *engine.Params) ([]byte, error) {
	series := w.simulator.Series()
	if w.encoder == nil {
		encoder, err := store.NewRunEncoder(series.Market, w.study.Output.Columns)
		if err != nil {
			return nil, err
		}
		w.encoder = encoder
	}
	w.pairs = append(w.pairs[:0],
		store.Pair{Key: "engine_version", Value: engine.Version},
		store.Pair{Key: "run", Value: strconv.Itoa(row.Run)},
		store.Pair{Key: "point", Value: strconv.Itoa(row.Point)},
		store.Pair{Key: "market_seed", Value: strconv.FormatUint(uint64(row.Seed.Market), 10)},
		store.Pair{Key: "fill_seed", Value: strconv.FormatUint(row.Seed.Fill, 10)},
	)
	for i := range w.parameters {
		parameter := &w.parameters[i]
		if w.study.Recorded() && parameter.Scope == engine.OnSynthetic {
			continue
		}
		w.pairs = append(w.pairs, store.Pair{Key: parameter.Name, Value: parameter.Format(parameter.Get(params))})
	}
	w.encoder.AddDigest(series, &w.digest)
	return w.encoder.Encode(series, w.pairs)
}
