package execute

import (
	"fmt"
	"testing"

	"optmm/sweep/grid"
)

// Workers are on different markets while there are some, and help where there are none; every
// chunk is done once.
func TestSchedule(t *testing.T) {
	s := &schedule{markets: [][]int{{0, 1, 2, 3}, {4}, {5, 6}}}
	markets := []int{-1, -1}
	var got []string
	for i := 0; ; i++ {
		worker := i % 2
		chunk, market, ok := s.next(markets[worker])
		if !ok {
			break
		}
		markets[worker] = market
		got = append(got, fmt.Sprintf("%d:%d", worker, chunk))
	}
	// The second worker has done the only chunk of its market, and begins the third.
	if want := "[0:0 1:4 0:1 1:5 0:2 1:6 0:3]"; fmt.Sprint(got) != want {
		t.Errorf("worker and chunk: %v, want %v", got, want)
	}
	s = &schedule{markets: [][]int{{0, 1, 2, 3}}}
	if _, _, ok := s.next(-1); !ok {
		t.Fatal("there is no first chunk")
	}
	if chunk, market, ok := s.next(-1); chunk != 1 || market != 0 || !ok {
		t.Errorf("the second worker has chunk %d of market %d, want 1 of 0", chunk, market)
	}
	if _, _, ok := (&schedule{}).next(-1); ok {
		t.Error("nothing to do has a chunk")
	}
}

// A worker takes further chunks of its seed, in order, as long as each of the others can have as many.
func TestScheduleMore(t *testing.T) {
	seeds := func(chunk int) grid.Seed { return grid.Seed{Market: uint32(11 + chunk/10)} }
	s := &schedule{markets: [][]int{{0, 2, 4, 6, 8}, {10, 12, 14}}, index: map[uint32]int{11: 0, 12: 1}, seed: seeds, left: 8, workers: 2}
	any := func(int) bool { return true }
	_, market, _ := s.next(-1)
	held := []int{0}
	for {
		chunk, ok := s.more(seeds(0), len(held), any)
		if !ok {
			break
		}
		held = append(held, chunk)
	}
	if fmt.Sprint(held) != "[0 2 4 6]" { // half of eight
		t.Errorf("one of two workers holds %v", held)
	}
	for _, seed := range []grid.Seed{{Market: 11, Fill: 1}, {Market: 13}} {
		if chunk, ok := s.more(seed, 1, any); ok {
			t.Errorf("chunk %d is handed out for the seed %v", chunk, seed)
		}
	}
	if chunk, ok := s.more(seeds(0), 1, func(int) bool { return false }); ok {
		t.Errorf("chunk %d is handed out and not allowed", chunk)
	}
	s.workers = 1
	if chunk, ok := s.more(seeds(0), 4, any); chunk != 8 || !ok {
		t.Error("a single worker does not get the last of the seed")
	}
	if chunk, ok := s.more(seeds(10), 5, any); chunk != 10 || !ok {
		t.Error("or the first of the next")
	}
	var rest []int
	for {
		next, at, ok := s.next(market)
		if !ok {
			break
		}
		rest, market = append(rest, next), at
	}
	if fmt.Sprint(rest) != "[12 14]" || s.left != 0 {
		t.Errorf("the rest is %v, %d are left", rest, s.left)
	}
}
