package execute

import (
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// Replayer simulates single runs of a plan again, outside of its chunks. Not for several
// goroutines at once.
type Replayer struct{ worker *worker }

// NewReplayer returns a replayer on markets, which several may share.
func NewReplayer(p *plan.Plan, m *Markets) *Replayer {
	return &Replayer{newWorker(p, m, &folder.Folder{})}
}

// Row simulates a run as its chunk had it and returns its row of the summary, valid until
// the next call.
func (r *Replayer) Row(run int) (row *store.SummaryPart, failed bool, err error) {
	r.worker.begin(0)
	err = r.worker.add(run, r.worker.digested())
	return r.worker.part, len(r.worker.failures) > 0, err
}

// Series simulates a run with its minutes, which block returns, and returns its row, whose
// digest has them.
func (r *Replayer) Series(run int) (*store.Row, error) { return r.worker.run(run, r.worker.discard) }

// Fills returns the fingerprint of the fills of the run that Series simulated.
func (r *Replayer) Fills() (string, error) {
	err := r.worker.takeFills(&r.worker.params)
	if err != nil {
		return "", err
	}
	return r.worker.fills.Digest(), nil
}

// FillColumns returns the fills of the run that Series simulated, valid until the next run.
func (r *Replayer) FillColumns() ([]store.NamedColumn, error) {
	if err := r.worker.takeFills(&r.worker.params); err != nil {
		return nil, err
	}
	return r.worker.fills.Columns(), nil
}

// Blocks returns how many blocks of columns the minutes of the run have: those of the run,
// and of a chain the row groups of its options.
func (r *Replayer) Blocks() int { return r.worker.encoder.Blocks(r.worker.simulator.Record()) }

// Block returns the columns of a block, valid until the next run.
func (r *Replayer) Block(i int) []store.NamedColumn {
	return r.worker.encoder.Block(r.worker.simulator.Record(), i)
}

// Minutes returns the length of the run.
func (r *Replayer) Minutes() int { return r.worker.simulator.Record().Market.Minutes() }
