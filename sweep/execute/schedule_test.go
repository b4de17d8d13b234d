package execute

import (
	"fmt"
	"testing"
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

// A worker takes further chunks of its market, in order, as long as each of the others can have as many.
func TestScheduleAfter(t *testing.T) {
	s := &schedule{markets: [][]int{{0, 1, 2, 3, 4}, {5, 6, 7}}, places: map[uint32]int{11: 0, 12: 1}, left: 8, workers: 2}
	chunk, market, _ := s.next(-1)
	held := 1
	for s.after(chunk+held-1, 11, held) {
		held++
	}
	if held != 4 { // of eight
		t.Errorf("one of two workers holds %d chunks", held)
	}
	if s.after(3, 12, 1) || s.after(5, 12, 1) || s.after(4, 13, 1) { // it has another seed, was not handed out, has no market
		t.Error("a chunk that does not follow is handed out")
	}
	s.workers = 1
	if !s.after(3, 11, 4) || !s.after(4, 12, 5) {
		t.Error("one worker alone does not get what is left")
	}
	var rest []int
	for {
		next, at, ok := s.next(market)
		if !ok {
			break
		}
		rest, market = append(rest, next), at
	}
	if fmt.Sprint(rest) != "[6 7]" || s.left != 0 {
		t.Errorf("the rest is %v, %d are left", rest, s.left)
	}
}
