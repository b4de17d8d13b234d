package execute

import (
	"sync"

	"optmm/sweep/plan"
)

// schedule hands out the chunks of a stage, each once. A worker stays on its market while that has
// chunks left, then begins another, and at last helps with one: while one makes a market, the
// others do not wait for it. For several goroutines at once.
type schedule struct {
	mutex   sync.Mutex
	markets [][]int // the chunks that are left, by the seed of their first run, in order
	begun   int     // markets before it were begun
}

func newSchedule(p *plan.Plan, chunks []int) *schedule {
	s := &schedule{}
	index := map[uint32]int{}
	for _, chunk := range chunks {
		first, _ := p.RunsOfChunk(chunk)
		_, seed := p.RunAt(first)
		at, seen := index[seed.Market]
		if !seen {
			at = len(s.markets)
			index[seed.Market] = at
			s.markets = append(s.markets, nil)
		}
		s.markets[at] = append(s.markets[at], chunk)
	}
	return s
}

// next returns a chunk and its market for a worker that was on a market, −1 on none; no chunk is left
// where ok is false.
func (s *schedule) next(current int) (chunk, market int, ok bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
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
	return chunk, current, true
}
