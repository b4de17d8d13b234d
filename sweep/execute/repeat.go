package execute

import (
	"cmp"
	"context"
	"maps"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// Repeater simulates runs of a plan again, several at once, on the markets that are there:
// figures and tables show more of a few points than is kept of all.
type Repeater struct {
	plan    *plan.Plan
	root    string // below which files are written
	markets *Markets
	workers int
}

// NewRepeater returns a repeater of at most that many simulations at once, which writes its files
// below root. Neither changes a result.
func NewRepeater(p *plan.Plan, root string, m *Markets, workers int) *Repeater {
	return &Repeater{p, root, m, workers}
}

// each calls do for 0 to n−1, each once, and several at once, every goroutine with a worker of
// its own. The files that were added to the workers' batches appear together, and none after an error.
func (r *Repeater) each(ctx context.Context, n int, do func(w *worker, i int) error) error {
	group, working := errgroup.WithContext(ctx)
	var next atomic.Int64
	batches := make([]*store.Batch, max(1, min(r.workers, n)))
	shares := make([]map[string]*sharedMarket, len(batches))
	for k := range batches {
		w := newWorker(r.plan, r.markets, &folder.Folder{Path: r.root})
		batches[k], shares[k] = w.files, map[string]*sharedMarket{}
		defer w.files.Discard()
		group.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= n || working.Err() != nil {
					return nil
				}
				w.begin(0)
				if err := do(w, i); err != nil {
					return err
				}
				maps.Copy(shares[k], w.shares)
			}
		})
	}
	if err := cmp.Or(group.Wait(), ctx.Err()); err != nil {
		return err
	}
	written := newMarketFiles(r.plan, r.root)
	for k, batch := range batches {
		if err := written.add(batch, shares[k]); err != nil {
			return err
		}
	}
	return store.Commit(batches...)
}
