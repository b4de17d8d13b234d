package sweep

import (
	"context"

	"optmm/sweep/store"
)

// commitQueue is the way of the pending chunks from the workers to the disk and back.
type commitQueue struct {
	free      chan *draft
	simulated chan *draft // has room for all
}

// draftsEach is how many drafts there are for each worker: one in hand, one that is
// being committed, and one that waits for that.
const draftsEach = 3

func newCommitQueue(p *Plan, folder string, workers int) *commitQueue {
	drafts := workers * draftsEach
	q := &commitQueue{make(chan *draft, drafts), make(chan *draft, drafts)}
	for range drafts {
		q.free <- newDraft(p, folder)
	}
	return q
}

// take waits for a draft that is free, nil if there is nothing more to do.
func (q *commitQueue) take(working context.Context) *draft {
	if working.Err() != nil {
		return nil
	}
	select {
	case d := <-q.free:
		return d
	case <-working.Done():
		return nil
	}
}

// received waits for a simulated draft and returns it with those that are there too,
// none if no more will come.
func (q *commitQueue) received() []*draft {
	first, open := <-q.simulated
	if !open {
		return nil
	}
	together := []*draft{first}
	for range len(q.simulated) { // nobody else receives
		together = append(together, <-q.simulated)
	}
	return together
}

// discard removes what was simulated and not committed.
func (q *commitQueue) discard() {
	for d := range q.simulated {
		d.files.Discard()
	}
}

// commitAll commits drafts as they arrive. What takes long is that the disk makes things
// last, and it does so for many in the time of one: those that have arrived meanwhile
// are committed together.
func (s *simulation) commitAll(queue *commitQueue, stage *stage) error {
	for {
		together := queue.received()
		if together == nil {
			return nil
		}
		err := s.commit(together, stage)
		for _, d := range together {
			d.files.Discard()
			queue.free <- d
		}
		if err != nil {
			s.log.trouble(err)
			return err
		}
	}
}

// commit makes chunks count, and tells of them.
func (s *simulation) commit(drafts []*draft, stage *stage) error {
	var files []*store.Batch
	for _, d := range drafts {
		files = append(files, d.files)
	}
	if err := store.Commit(files...); err != nil {
		return err
	}
	for _, d := range drafts {
		s.folder.keep(d.chunk, d.part)
		s.log.chunk(d)
		best := ""
		if !stage.fresh {
			best = s.scores.add(d.part)
		}
		s.options.Observer.Chunk(d.runs, len(d.failures), best)
	}
	return nil
}
