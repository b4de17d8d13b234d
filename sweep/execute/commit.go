package execute

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// commitQueue is the way of the pending chunks from the workers to the disk and back.
type commitQueue struct {
	free      chan *pendingChunk
	simulated chan *pendingChunk // has room for all
}

// pendingPerWorker is how many chunks there are for each worker: one being simulated, one that is
// being committed, and one that waits for that.
const pendingPerWorker = 3

func newCommitQueue(p *plan.Plan, root string, workers int) *commitQueue {
	chunks := workers * pendingPerWorker
	q := &commitQueue{make(chan *pendingChunk, chunks), make(chan *pendingChunk, chunks)}
	for range chunks {
		q.free <- newPendingChunk(p, root)
	}
	return q
}

// take waits for a pending chunk that is free, nil if there is nothing more to do.
func (q *commitQueue) take(working context.Context) *pendingChunk {
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

// received waits for a simulated pending chunk and returns it with those that are there too,
// none if no more will come.
func (q *commitQueue) received() []*pendingChunk {
	first, open := <-q.simulated
	if !open {
		return nil
	}
	together := []*pendingChunk{first}
	for range len(q.simulated) { // no one else receives
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

// commitAll commits chunks as they arrive. What takes long is waiting until the disk has
// them (fsync), which takes no longer for many: those that have been received meanwhile
// are committed together.
func (s *simulation) commitAll(queue *commitQueue, stage *plan.Stage) error {
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

// committedBefore reports whether another program has committed this chunk meanwhile, as after a node was wrongly declared
// dead. A chunk with other content is an error: one of the two is wrong.
func (s *simulation) committedBefore(d *pendingChunk) (bool, error) {
	if s.options.Shard.Whole() && s.folder.Bucket == nil {
		return false, nil
	}
	part := d.part.Empty()
	if !s.folder.Committed(s.plan, d.chunk, part) {
		return false, nil
	}
	if theirs, ours := part.Digest(), d.part.Digest(); theirs != ours {
		return false, fault.Mismatch("chunk %d was committed by another program with digest %s, and comes to %s here: the two do not compute the same", d.chunk, theirs, ours)
	}
	return true, nil
}

// publish writes the committed files of a chunk to the bucket that the folder is a copy of. Its rows may be there by another
// program: then their content is compared, since equal rows may be other bytes.
func (s *simulation) publish(d *pendingChunk, names []string) error {
	ctx := context.Background() // also after the program is asked to stop: the chunk is done
	err := s.folder.Publish(ctx, names, false)
	var differs *fault.MismatchError
	if !errors.As(err, &differs) {
		return err
	}
	chunk := store.ChunkName(d.chunk)
	if err := s.folder.Bucket.Fetch(ctx, chunk); errors.Is(err, fs.ErrNotExist) { // what differs is of a chunk that was never committed
		return s.folder.Publish(ctx, names, true)
	} else if err != nil {
		return err
	}
	if there, err := s.committedBefore(d); there || err != nil {
		return err
	}
	if err := store.WriteFile(s.folder.Path, chunk, func(to io.Writer) error { return d.part.Write(to, s.folder.Owner) }); err != nil {
		return err
	}
	return s.folder.Bucket.Replace(ctx, chunk) // that of the other is damaged
}

// commit makes chunks count and reports them.
func (s *simulation) commit(chunks []*pendingChunk, stage *plan.Stage) error {
	var files []*store.Batch
	var publishing errgroup.Group
	names := map[*pendingChunk][]string{}
	for _, d := range chunks {
		if there, err := s.committedBefore(d); err != nil {
			return err
		} else if there {
			d.files.Discard()
			continue
		}
		if err := s.marketFiles.add(d.files, d.shares); err != nil {
			return err
		}
		if files = append(files, d.files); s.folder.Bucket != nil {
			names[d] = d.files.Names()
		}
	}
	if len(files) > 0 {
		if err := store.Commit(files...); err != nil {
			return err
		}
	}
	for d, names := range names {
		publishing.Go(func() error { return s.publish(d, names) })
	}
	if err := publishing.Wait(); err != nil {
		return err
	}
	for _, d := range chunks {
		s.folder.Keep(d.chunk, d.part)
		s.folder.TakenOver += d.reused
		s.log.chunk(d)
		if !stage.Holdout {
			s.scores.Add(d.part)
		}
		s.options.Observer.Chunk(d.runs, len(d.failures), s.scores.Leader())
	}
	return nil
}
