package engine

import "optmm/engine/market"

// scratch lends columns of numbers for one run and takes them all back at once.
type scratch struct {
	minutes int // that there is room for in each
	columns [][]float64
	lent    int
}

func (s *scratch) take(minutes int) []float64 {
	if minutes > s.minutes {
		s.minutes, s.columns = minutes, s.columns[:0]
	}
	if s.lent >= len(s.columns) {
		more := make([]*[]float64, max(8, s.lent)) // twice as many each time
		s.columns = append(s.columns, make([][]float64, len(more))...)
		for i := range more {
			more[i] = &s.columns[len(s.columns)-len(more)+i]
		}
		market.Allocate(nil, s.minutes, more)
	}
	s.lent++
	return s.columns[s.lent-1][:minutes]
}
