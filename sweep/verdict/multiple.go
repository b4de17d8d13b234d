package verdict

import (
	"math"
	"slices"
)

// Deviation says by what a replicate of a bootstrap is studentized.
type Deviation int

const (
	OfSample    Deviation = iota // that of the data
	OfReplicate                  // its own, which few rows need
)

// StepDown returns for each column of differences from a baseline the probability,
// adjusted for the looking at all of them, of so large a mean if none were above 0
// (Romano and Wolf 2005, studentized; the one-sided step-down). With
//
//	t = √n·mean/sd,  t* = √n·(mean* − mean)/sd,  sd with divisor n
//
// a column's p is (#{max of t* over it and those with smaller t ≥ t} + 1)/(B + 1),
// and no smaller than that of a larger t. Rows are seeds, which are independent:
// index draws one, and each of the replicates takes as many as there are. A column
// without deviation is NaN.
func StepDown(columns [][]float64, by Deviation, replicates int, index func() int) []float64 {
	rows := len(columns[0])
	mean, deviation, t := make([]float64, len(columns)), make([]float64, len(columns)), make([]float64, len(columns))
	var order []int
	for k, column := range columns {
		for _, x := range column {
			mean[k] += x
		}
		mean[k] /= float64(rows)
		for _, x := range column {
			deviation[k] += (x - mean[k]) * (x - mean[k])
		}
		deviation[k] = math.Sqrt(deviation[k] / float64(rows))
		if deviation[k] > 0 {
			t[k] = math.Sqrt(float64(rows)) * mean[k] / deviation[k]
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case t[a] > t[b]:
			return -1
		case t[a] < t[b]:
			return 1
		}
		return 0
	})
	exceeded := make([]int, len(order))
	drawn := make([]int, rows)
	for range replicates {
		for i := range drawn {
			drawn[i] = index()
		}
		most := math.Inf(-1)
		for rank := len(order) - 1; rank >= 0; rank-- { // the smallest first: a maximum of the rest
			k := order[rank]
			sum, squares := 0.0, 0.0
			for _, row := range drawn {
				x := columns[k][row] - mean[k]
				sum += x
				squares += x * x
			}
			shift, sd := sum/float64(rows), deviation[k]
			if by == OfReplicate {
				sd = math.Sqrt(max(0, squares/float64(rows)-shift*shift))
			}
			if sd > 0 {
				most = max(most, math.Sqrt(float64(rows))*shift/sd)
			}
			if most >= t[k] {
				exceeded[rank]++
			}
		}
	}
	p := make([]float64, len(columns))
	for k := range p {
		p[k] = math.NaN()
	}
	running := 0.0
	for rank, k := range order {
		running = max(running, float64(exceeded[rank]+1)/float64(replicates+1))
		p[k] = running
	}
	return p
}

// Discoveries returns which of the probabilities are discoveries at a false
// discovery rate q (Benjamini and Hochberg 1995): the k smallest, with the largest k
// of which p₍ₖ₎ ≤ k·q/m. NaN is none and has no effect.
func Discoveries(p []float64, q float64) []bool {
	var sorted []float64
	for _, x := range p {
		if !math.IsNaN(x) {
			sorted = append(sorted, x)
		}
	}
	slices.Sort(sorted)
	limit := math.Inf(-1)
	for i, x := range sorted {
		if x <= float64(i+1)*q/float64(len(sorted)) {
			limit = x
		}
	}
	found := make([]bool, len(p))
	for i, x := range p {
		found[i] = x <= limit
	}
	return found
}
