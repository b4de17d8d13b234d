package sweep

import "optmm/sweep/store"

// replayer simulates single runs of a plan again, outside of its chunks. Not for several
// goroutines at once.
type replayer struct{ worker *worker }

// newReplayer returns a replayer on markets, which several may share.
func newReplayer(p *Plan, m *markets) *replayer { return &replayer{newWorker(p, m, &folder{})} }

// row simulates a run as its chunk had it and returns its row of the summary, valid until
// the next call.
func (r *replayer) row(run int) (row *store.SummaryPart, failed bool, err error) {
	r.worker.begin(0)
	err = r.worker.add(run, r.worker.digested())
	return r.worker.part, len(r.worker.failures) > 0, err
}

// series simulates a run with its minutes, which block returns, and returns its row, whose
// digest has them.
func (r *replayer) series(run int) (*store.Row, error) { return r.worker.run(run, r.worker.discard) }

// blocks returns how many blocks of columns the minutes of the run have: those of the run,
// and of a chain the row groups of its options.
func (r *replayer) blocks() int { return r.worker.encoder.Blocks(r.worker.simulator.Record()) }

// block returns the columns of a block, valid until the next run.
func (r *replayer) block(i int) []store.NamedColumn {
	return r.worker.encoder.Block(r.worker.simulator.Record(), i)
}

// minutes returns the length of the run.
func (r *replayer) minutes() int { return r.worker.simulator.Record().Market.Minutes() }
