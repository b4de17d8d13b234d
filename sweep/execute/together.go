package execute

import (
	"optmm/engine"
	"optmm/engine/param"
	"optmm/sweep/grid"
	"optmm/sweep/plan"
)

// ahead is the outcomes of consecutive runs of a seed that were simulated together.
type ahead struct {
	allowed  bool // of the chunk in hand
	first    int  // run
	outcomes []engine.Outcome
	params   [plan.MostAhead]param.Params
	pointers []*param.Params
	values   []param.Value

	// Chunks after the one in hand, from next to end, that the worker has taken too: a chunk may have fewer runs than are simulated at
	// once. take is the schedule's after.
	next, end int
	take      func(chunk int, seed uint32, held int) bool
}

// reserved returns the next of the chunks that the worker has taken already.
func (w *worker) reserved() (chunk int, is bool) {
	a := &w.ahead
	if a.next >= a.end {
		return 0, false
	}
	a.next++
	return a.next - 1, true
}

// reserve takes the chunk after those that the worker has, if its first run has the seed.
func (w *worker) reserve(seed grid.Seed) bool {
	a := &w.ahead
	if a.next >= a.end {
		a.next, a.end = w.chunk+1, w.chunk+1
	}
	_, run := w.plan.RunsOfChunk(a.end - 1)
	stage := w.plan.StageOfChunk(w.chunk)
	if a.take == nil || run >= stage.FirstRun+stage.Runs() || w.simulator.Single || engine.Apart(a.pointers[0], w.plan.Facts(a.pointers[0])) != "" {
		return false
	}
	if _, other := w.plan.RunAt(run); other != seed || !a.take(a.end-1, seed.Market, 1+a.end-a.next) {
		return false
	}
	a.end++
	return true
}

// simulateAhead is simulate of a run whose minutes are not kept. It also simulates the runs after it that have the same seed and
// market, of the chunk and of those after it that it takes; the next calls return these.
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
	_, end := w.plan.RunsOfChunk(max(w.chunk, a.end-1))
	for next := run; len(a.pointers) < plan.MostAhead; next++ {
		if next == end {
			if len(a.pointers) >= plan.EnoughAhead || !w.reserve(seed) {
				break
			}
			_, end = w.plan.RunsOfChunk(a.end - 1)
		}
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
