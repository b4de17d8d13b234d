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
