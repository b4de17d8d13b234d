package execute

import (
	"optmm/engine"
	"optmm/engine/param"
	"optmm/sweep/grid"
)

// mostAhead is the most runs that are simulated ahead: enough to find several with the same steps.
const mostAhead = 8 * engine.AtOnce

// ahead is the outcomes of consecutive runs of a seed that were simulated together.
type ahead struct {
	allowed  bool // of the chunk in hand
	first    int  // run
	outcomes []engine.Outcome
	params   [mostAhead]param.Params
	pointers []*param.Params
	values   []param.Value
}

// simulateAhead is simulate of a run whose minutes are not kept. It also simulates the runs after it that have the same chunk, seed
// and market; the next calls return these.
func (w *worker) simulateAhead(run int, seed grid.Seed) engine.Outcome {
	a := &w.ahead
	if i := run - a.first; i < 0 || i >= len(a.outcomes) {
		if err := w.lookAhead(run, seed); err != nil {
			return engine.Outcome{Err: err}
		}
	}
	return a.outcomes[run-a.first]
}

func (w *worker) lookAhead(run int, seed grid.Seed) error {
	a := &w.ahead
	a.first, a.outcomes, a.pointers = run, a.outcomes[:0], a.pointers[:0]
	_, end := w.plan.RunsOfChunk(w.chunk)
	for next := run; next < end && len(a.pointers) < mostAhead; next++ {
		point, other := w.plan.RunAt(next)
		if other != seed {
			break
		}
		p := &a.params[len(a.pointers)]
		*p = w.params
		a.values = w.plan.Grid.AppendValues(a.values[:0], point)
		w.plan.Grid.SetParams(p, a.values)
		if p.Market != w.params.Market {
			break
		}
		a.pointers = append(a.pointers, p)
	}
	return recovered(func() error {
		if err := w.useMarket(w.params.Market, seed); err != nil {
			return err
		}
		a.outcomes = w.simulator.RunTogether(w.market, a.pointers, seed.Fill, a.outcomes)
		return nil
	})
}
