package execute

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"optmm/sweep/folder"
	"optmm/sweep/grid"
	"optmm/sweep/plan"
	"optmm/sweep/scores"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// sharePatience is how long a shard waits for the others to let go of a folder
// in which every chunk is committed.
const sharePatience = 30 * time.Second

// Options is how the runs of a plan are done; nothing of it changes a result.
type Options struct {
	Workers     int        // simulations at once; at least 1
	Shard       plan.Shard // the part of the plan that this program does
	RetryFailed bool       // do the runs that failed again
	LeaveRest   bool       // a shard ends when its part of the selection is done, and reads no other's chunks; the merge does the rest
	OnlyRest    bool       // that is such a merge: it is an error if the selection is not all there
	Command     string     // that is carried out, for the log
	IgnoreDisk  bool       // start although the results may not fit
	Observer    Observer
	Markets     *Markets
}

// Run does the chunks that are not committed yet, stage by stage, and with
// RetryFailed the failed runs of those that are. A shard does its part of each stage as
// long as the others have done theirs of the one before, and returns folder.ErrOthersMissing
// otherwise. The seeds that selection never sees are left to the last program.
func Run(ctx context.Context, p *plan.Plan, f *folder.Folder, log *Log, options Options) error {
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
	defer s.takes.close() // opened for reading
	return s.stages(ctx)
}

// reads is the part of the study whose chunks the program reads: with thousands of shards none can read those of all.
func (o *Options) reads() plan.Shard {
	if o.LeaveRest {
		return o.Shard
	}
	return plan.Shard{}
}

// simulation is one program's work on a study.
type simulation struct {
	plan    *plan.Plan
	folder  *folder.Folder
	options Options
	log     *Log
	markets *Markets
	scores  *scores.Running

	marketFiles *marketFiles // of the goroutine that commits
	takes       *takeover    // nil: nothing is taken over
}

func newSimulation(p *plan.Plan, f *folder.Folder, options Options, log *Log) (*simulation, error) {
	takes, err := openTakeover(p, f)
	if err != nil {
		return nil, err
	}
	total, done, taken := 0, 0, 0
	running := scores.NewRunning(p)
	whole := true // the stages before
	for i := range p.Stages {
		stage := &p.Stages[i]
		if stage.Holdout && options.LeaveRest {
			continue
		}
		if whole && !options.RetryFailed { // which may lead to other points
			if err := scores.New(p, f.Column).Settle(stage); err != nil {
				return nil, err
			}
		}
		var missing []int
		f.EachChunk(p, stage, options.reads(), func(chunk int, rows *store.SummaryPart) {
			first, end := p.RunsOfChunk(chunk)
			if rows == nil {
				missing = append(missing, chunk)
				taken += takes.most(p, first, end)
			} else if !stage.Holdout {
				running.Add(rows)
			}
			if stage.Holdout || options.Shard.Has(chunk) {
				total += end - first
				if rows != nil {
					done += end - first
				}
			}
		})
		if whole = whole && len(missing) == 0; !whole && !stage.Holdout && options.OnlyRest {
			return nil, folder.DescribeMissing(p, stage, missing)
		}
	}
	if err := f.CheckDisk(p, float64(total-done)/float64(p.Runs())); err != nil && !options.IgnoreDisk {
		return nil, err
	}
	expected := p.Expectation(options.Workers, total-done)
	if taken > 0 {
		expected += fmt.Sprintf("\n%s taken over from the smaller study in the folder, where the files are whole", text.Are(taken, "run"))
	}
	log.start(options, expected, total, done)
	options.Observer.Start(expected, total, done)
	return &simulation{p, f, options, log, options.Markets, running, newMarketFiles(p, f.Path), takes}, nil
}

// stages does every stage.
func (s *simulation) stages(ctx context.Context) error {
	shard := s.options.Shard
	for i := range s.plan.Stages {
		stage := &s.plan.Stages[i]
		if stage.Holdout && !shard.Whole() && s.options.LeaveRest {
			return folder.ErrMergeLeft
		}
		if err := scores.New(s.plan, s.folder.Column).Settle(stage); err != nil {
			return err
		}
		if stage.Holdout && !shard.Whole() {
			if err := s.promote(ctx); err != nil || s.folder.Lock != nil {
				return err
			}
			shard = plan.Shard{}
		}
		if err := s.stage(ctx, stage, shard); err != nil {
			return err
		}
		if s.options.LeaveRest {
			if committed, all := s.folder.CountChunks(), stage.FirstChunk+s.plan.ChunksOfStage(stage); committed < all {
				return fmt.Errorf("shard %s is done; %w: %d of %s committed", shard, folder.ErrOthersMissing, committed, text.Count(all, "chunk"))
			}
		} else if !shard.Whole() {
			if missing := s.folder.MissingChunks(s.plan, stage, plan.Shard{}); len(missing) > 0 {
				return fmt.Errorf("shard %s is done; %w", shard, folder.DescribeMissing(s.plan, stage, missing))
			}
		}
	}
	switch {
	case shard.Whole():
		return nil
	case s.options.LeaveRest:
		return folder.ErrMergeLeft
	}
	return s.promote(ctx)
}

// promote takes the whole folder for a shard, all of whose others are done.
func (s *simulation) promote(ctx context.Context) error {
	held, err := s.folder.Promote(ctx, sharePatience)
	if err == nil && !held {
		err = fmt.Errorf("shard %s is done and so are the others, but one of them still holds %s; sweep merge %s writes the results", s.options.Shard, s.folder.Path, s.folder.Path)
	}
	return err
}

// stage does the missing chunks of a stage, and the failed runs that are to be retried.
func (s *simulation) stage(ctx context.Context, stage *plan.Stage, shard plan.Shard) error {
	missing := s.folder.MissingChunks(s.plan, stage, shard)
	var retries []int
	if s.options.RetryFailed {
		retries = failedChunks(s.plan, s.folder, stage)
	}
	workers := max(1, min(s.options.Workers, len(retries)+len(missing)))
	chunks := newSchedule(s.plan, append(slices.Clip(retries), missing...), workers)
	queue := newCommitQueue(s.plan, s.folder.Path, workers)
	defer queue.discard()
	group, working := errgroup.WithContext(ctx)
	var simulating sync.WaitGroup
	for range workers {
		simulating.Add(1)
		group.Go(func() error {
			defer simulating.Done()
			w := newWorker(s.plan, s.markets, s.folder)
			w.takes = s.takes
			w.ahead.more = func(seed grid.Seed, held int) (int, bool) {
				return chunks.more(seed, held, func(chunk int) bool { return !slices.Contains(retries, chunk) })
			}
			market := -1
			for {
				w.pendingChunk = queue.take(working)
				chunk, ok := w.reserved()
				if !ok {
					chunk, market, ok = chunks.next(market)
				}
				if w.pendingChunk == nil || !ok {
					return nil
				}
				if err := w.do(chunk, slices.Contains(retries, chunk)); err != nil {
					w.files.Discard()
					s.log.trouble(err)
					return err
				}
				queue.simulated <- w.pendingChunk
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
