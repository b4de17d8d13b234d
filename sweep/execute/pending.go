package execute

import (
	"io"
	"time"

	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// pendingChunk is a chunk that is simulated and not committed yet.
type pendingChunk struct {
	chunk    int
	began    time.Time
	took     time.Duration // to simulate and write it
	runs     int           // that were done for it
	reused   int           // of them, those that were taken over from a smaller study
	part     *store.SummaryPart
	options  store.OptionPart // where the study asks for it
	failures []string
	shares   map[string]*sharedMarket // by name: what its files need
	files    *store.Batch             // of its runs
}

func newPendingChunk(p *plan.Plan, root string) *pendingChunk {
	return &pendingChunk{part: store.NewSummaryPart(p.Grid.Axes(), p.OverDays()), files: store.NewBatch(root), shares: map[string]*sharedMarket{}}
}

// begin takes the next chunk.
func (d *pendingChunk) begin(chunk int) {
	d.chunk, d.began, d.runs, d.reused = chunk, time.Now(), 0, 0
	d.part.Reset()
	d.options.Reset()
	d.failures = d.failures[:0]
	clear(d.shares)
}

// end writes what the chunk has besides the files of its runs: the part of the summary
// goes last, since its appearance makes the chunk count.
func (d *pendingChunk) end(owner string) error {
	if d.options.Rows() > 0 {
		if err := d.files.Add(store.OptionPartName(d.chunk), d.options.Write); err != nil {
			return err
		}
	}
	err := d.files.Seal(store.ChunkName(d.chunk), func(to io.Writer) error { return d.part.Write(to, owner) })
	d.took = time.Since(d.began)
	return err
}
