package sweep

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// sharePatience is how long a shard waits for the others to let go of a folder
// in which every chunk is committed.
const sharePatience = 30 * time.Second

// execution is how the runs of a plan are done; nothing of it changes a result.
type execution struct {
	Workers     int   // simulations at once; at least 1
	Shard       Shard // the part of the plan that this program does
	RetryFailed bool  // do the runs that failed again
	IgnoreDisk  bool  // start although the results may not fit
	Observer    Observer
}

// Observer is told of progress, one thing after another.
type Observer interface {
	Start(expected string, runs, done int)
	Chunk(runs, failed int, bestSoFar string)
	Finish()
}

// execute does the chunks that are not committed yet, stage by stage, and with
// RetryFailed the failed runs of those that are. A shard does its part of each stage as
// long as the others have done theirs of the one before, and returns errOthersMissing
// otherwise. The seeds that selection never sees are for whoever comes last.
func execute(ctx context.Context, p *Plan, f *folder, log *runLog, options execution) error {
	if options.RetryFailed {
		if err := reopen(p, f); err != nil {
			return err
		}
	}
	s, err := newSimulation(p, f, options, log)
	if err != nil {
		return err
	}
	defer options.Observer.Finish()
	return s.stages(ctx)
}

// simulation is one program's work on a study.
type simulation struct {
	plan    *Plan
	folder  *folder
	options execution
	log     *runLog
	markets *markets
	scores  *runningScores
}

func newSimulation(p *Plan, folder *folder, options execution, log *runLog) (*simulation, error) {
	total, done := 0, 0
	for i := range p.stages {
		stage := &p.stages[i]
		missing := map[int]bool{}
		if !options.RetryFailed { // which may lead to other points
			if err := settleWhereDone(p, folder, stage); err != nil {
				return nil, err
			}
		}
		for _, chunk := range folder.missingChunks(p, stage, Shard{}) {
			missing[chunk] = true
		}
		for chunk := stage.firstChunk; chunk < stage.firstChunk+p.chunksOf(stage); chunk++ {
			first, end := p.chunk(chunk)
			if stage.fresh || options.Shard.has(chunk) {
				total += end - first
				if !missing[chunk] {
					done += end - first
				}
			}
		}
	}
	if err := checkDisk(p, folder.path, float64(total-done)/float64(p.Runs()), 0); err != nil && !options.IgnoreDisk {
		return nil, err
	}
	expected := p.expectation(options.Workers, total-done)
	log.start(options, expected, total, done)
	options.Observer.Start(expected, total, done)
	return &simulation{p, folder, options, log, newMarkets(p), newRunningScores(p)}, nil
}

// stages does every stage.
func (s *simulation) stages(ctx context.Context) error {
	shard := s.options.Shard
	for i := range s.plan.stages {
		stage := &s.plan.stages[i]
		if err := newSource(s.plan, s.folder.column).settle(stage); err != nil {
			return err
		}
		if stage.fresh && !shard.whole() {
			if err := s.promote(ctx); err != nil || s.folder.lock != nil {
				return err
			}
			shard = Shard{}
		}
		if err := s.stage(ctx, stage, shard); err != nil {
			return err
		}
		if !shard.whole() {
			if missing := s.folder.missingChunks(s.plan, stage, Shard{}); len(missing) > 0 {
				return fmt.Errorf("shard %s is done; %w", shard, describeMissing(s.plan, stage, missing))
			}
		}
	}
	if shard.whole() {
		return nil
	}
	return s.promote(ctx)
}

// promote takes the whole folder for a shard, all of whose others are done.
func (s *simulation) promote(ctx context.Context) error {
	held, err := s.folder.promote(ctx, sharePatience)
	if err == nil && !held {
		err = fmt.Errorf("shard %s is done and so are the others, but one of them still holds %s; sweep merge %s writes the results", s.options.Shard, s.folder.path, s.folder.path)
	}
	return err
}

// stage does the missing chunks of a stage, and the failed runs that are to be retried.
func (s *simulation) stage(ctx context.Context, stage *stage, shard Shard) error {
	missing := s.folder.missingChunks(s.plan, stage, shard)
	var retries []int
	if s.options.RetryFailed {
		retries = failedChunks(s.plan, s.folder, stage)
	}
	chunks := append(slices.Clip(retries), missing...)
	workers := max(1, min(s.options.Workers, len(chunks)))
	queue := newCommitQueue(s.plan, s.folder.path, workers)
	defer queue.discard()
	group, working := errgroup.WithContext(ctx)
	var next atomic.Int64
	var simulating sync.WaitGroup
	for range workers {
		simulating.Add(1)
		group.Go(func() error {
			defer simulating.Done()
			w := newWorker(s.plan, s.markets, s.folder)
			for {
				w.draft = queue.take(working)
				i := int(next.Add(1)) - 1
				if w.draft == nil || i >= len(chunks) {
					return nil
				}
				if err := w.do(chunks[i], i < len(retries)); err != nil {
					w.files.Discard()
					s.log.trouble(err)
					return err
				}
				queue.simulated <- w.draft
			}
		})
	}
	group.Go(func() error { return s.commitAll(queue, stage) })
	simulating.Wait()
	close(queue.simulated)
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// settleWhereDone finds which points a stage is about where the stages before it are
// done.
func settleWhereDone(p *Plan, f *folder, stage *stage) error {
	for i := range p.before(stage) {
		if len(f.missingChunks(p, &p.stages[i], Shard{})) > 0 {
			return nil
		}
	}
	return newSource(p, f.column).settle(stage)
}
