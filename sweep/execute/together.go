package execute

import (
	"slices"

	"optmm/engine"
	"optmm/engine/param"
	"optmm/sweep/grid"
	"optmm/sweep/plan"
)

// ahead is the outcomes of runs of a seed that were simulated together.
type ahead struct {
	allowed  bool  // of the chunk in hand
	runs     []int // their numbers, rising
	outcomes []engine.Outcome
	params   [plan.MostAhead]param.Params
	pointers []*param.Params
	values   []param.Value

	// Chunks that the worker has taken besides the one in hand, since a chunk may have fewer runs than are simulated at once. more is the
	// schedule's.
	chunks []int
	more   func(seed grid.Seed, held int) (chunk int, ok bool)
}

// reserved returns the next of the chunks that the worker has taken already.
func (w *worker) reserved() (chunk int, is bool) {
	a := &w.ahead
	if len(a.chunks) == 0 {
		return 0, false
	}
	chunk, a.chunks = a.chunks[0], a.chunks[1:]
	return chunk, true
}

// reserve takes another chunk that begins with the seed, for runs like the first of those ahead.
func (w *worker) reserve(seed grid.Seed) bool {
	a := &w.ahead
	if a.more == nil || w.simulator.Single || engine.Apart(a.pointers[0], w.plan.Facts(a.pointers[0])) != "" {
		return false
	}
	chunk, ok := a.more(seed, 1+len(a.chunks))
	if ok {
		a.chunks = append(a.chunks, chunk)
	}
	return ok
}

// simulateAhead is simulate of a run whose minutes are not kept. It also simulates the runs after it that have the same seed and
// market, of the chunk and of others that it takes; the next calls return these.
func (w *worker) simulateAhead(run int, seed grid.Seed) engine.Outcome {
	a := &w.ahead
	at, found := slices.BinarySearch(a.runs, run)
	if !found {
		if err := w.lookAhead(run, seed); err != nil {
			return engine.Outcome{Err: err}
		}
		at = 0
	}
	return a.outcomes[at]
}

func (w *worker) lookAhead(run int, seed grid.Seed) error {
	a := &w.ahead
	a.runs, a.outcomes, a.pointers = a.runs[:0], a.outcomes[:0], a.pointers[:0]
	_, end := w.plan.RunsOfChunk(w.chunk)
	whole := w.gather(run, end, seed)
	for taken := 0; whole; taken++ {
		if taken == len(a.chunks) && (len(a.pointers) >= plan.EnoughAhead || !w.reserve(seed)) {
			break
		}
		first, end := w.plan.RunsOfChunk(a.chunks[taken])
		whole = w.gather(first, end, seed)
	}
	err := recovered(func() error {
		if err := w.useMarket(w.params.Market, seed); err != nil {
			return err
		}
		a.outcomes = w.simulator.RunTogether(w.market, a.pointers, seed.Fill, a.outcomes)
		return nil
	})
	if err != nil {
		a.runs = a.runs[:0]
	}
	return err
}

// gather adds the runs from first to end, and reports whether all of them have the seed and the market, and have room.
func (w *worker) gather(first, end int, seed grid.Seed) bool {
	a := &w.ahead
	for run := first; run < end; run++ {
		point, other := w.plan.RunAt(run)
		if other != seed || len(a.pointers) == plan.MostAhead {
			return false
		}
		p := &a.params[len(a.pointers)]
		*p = w.params
		a.values = w.plan.Grid.AppendValues(a.values[:0], point)
		w.plan.Grid.SetParams(p, a.values)
		if p.Market != w.params.Market {
			return false
		}
		a.runs, a.pointers = append(a.runs, run), append(a.pointers, p)
	}
	return true
}
