package execute

import (
	"sync"

	"optmm/sweep/grid"
	"optmm/sweep/plan"
)

// schedule hands out the chunks of a stage, each once. A worker stays on its market while that has
// chunks left, then begins another, and at last helps with one: while one makes a market, the
// others do not wait for it. For several goroutines at once.
type schedule struct {
	mutex   sync.Mutex
	markets [][]int                   // the chunks that are left, by the market's seed of their first run, in order
	index   map[uint32]int            // of a seed in markets
	seed    func(chunk int) grid.Seed // of its first run
	begun   int                       // markets before it were begun
	left    int                       // chunks
	workers int
}

func newSchedule(p *plan.Plan, chunks []int, workers int) *schedule {
	s := &schedule{index: map[uint32]int{}, left: len(chunks), workers: workers}
	s.seed = func(chunk int) grid.Seed {
		first, _ := p.RunsOfChunk(chunk)
		_, seed := p.RunAt(first)
		return seed
	}
	for _, chunk := range chunks {
		seed := s.seed(chunk)
		market, seen := s.index[seed.Market]
		if !seen {
			market = len(s.markets)
			s.index[seed.Market] = market
			s.markets = append(s.markets, nil)
		}
		s.markets[market] = append(s.markets[market], chunk)
	}
	return s
}

// next returns a chunk and its market for a worker that was on a market, −1 on none; no chunk is left
// where ok is false.
func (s *schedule) next(current int) (chunk, market int, ok bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for s.begun < len(s.markets) && len(s.markets[s.begun]) == 0 { // its chunks went to the worker of the market before
		s.begun++
	}
	switch {
	case current >= 0 && len(s.markets[current]) > 0:
	case s.begun < len(s.markets):
		current = s.begun
		s.begun++
	default: // the one with the most left
		current = 0
		for i := range s.markets {
			if len(s.markets[i]) > len(s.markets[current]) {
				current = i
			}
		}
	}
	if s.markets == nil || len(s.markets[current]) == 0 {
		return 0, current, false
	}
	chunk = s.markets[current][0]
	s.markets[current] = s.markets[current][1:]
	s.left--
	return chunk, current, true
}

// more hands out another chunk whose first run has a seed to a worker that holds some, if allowed: unless there is none, or there are
// too few left for each of the others to hold as many.
func (s *schedule) more(seed grid.Seed, held int, allowed func(chunk int) bool) (chunk int, ok bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	market, seen := s.index[seed.Market]
	if !seen || len(s.markets[market]) == 0 || s.left <= held*(s.workers-1) {
		return 0, false
	}
	if chunk = s.markets[market][0]; s.seed(chunk) != seed || !allowed(chunk) {
		return 0, false
	}
	s.markets[market] = s.markets[market][1:]
	s.left--
	return chunk, true
}
