package sweep

import (
	"context"

	"optmm/sweep/store"
)

// passage is the way of the drafts from the workers to the disk and back.
type passage struct {
	free      chan *draft
	simulated chan *draft // has room for all
}

// draftsEach is how many drafts there are for each worker: one in hand, one that is
// being committed, and one that waits for that.
const draftsEach = 3

func newPassage(study *Study, folder string, workers int) *passage {
	drafts := workers * draftsEach
	p := &passage{make(chan *draft, drafts), make(chan *draft, drafts)}
	for range drafts {
		p.free <- newDraft(study, folder)
	}
	return p
}

// take waits for a draft that is free, nil if there is nothing more to do.
func (p *passage) take(working context.Context) *draft {
	if working.Err() != nil {
		return nil
	}
	select {
	case d := <-p.free:
		return d
	case <-working.Done():
		return nil
	}
}

// arrived waits for a simulated draft and returns it with those that are there too,
// none if no more will come.
func (p *passage) arrived() []*draft {
	first, open := <-p.simulated
	if !open {
		return nil
	}
	together := []*draft{first}
	for range len(p.simulated) { // nobody else receives
		together = append(together, <-p.simulated)
	}
	return together
}

// discard removes what was simulated and not committed.
func (p *passage) discard() {
	for d := range p.simulated {
		d.files.Discard()
	}
}

// commitAll commits drafts as they arrive. What takes long is that the disk makes things
// last, and it does so for many in the time of one: those that have arrived meanwhile
// are committed together.
func (s *simulation) commitAll(way *passage, stage *stage) error {
	for {
		together := way.arrived()
		if together == nil {
			return nil
		}
		err := s.commit(together, stage)
		for _, d := range together {
			d.files.Discard()
			way.free <- d
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
		s.folder.recent.keep(d.chunk, d.part)
		s.log.chunk(d)
		best := ""
		if !stage.fresh {
			best = s.scores.add(d.part)
		}
		s.options.Observer.Chunk(d.runs, len(d.failures), best)
	}
	return nil
}
