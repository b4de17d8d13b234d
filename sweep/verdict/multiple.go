package verdict

import (
	"cmp"
	"math"
	"slices"
)

// Deviation says by what a replicate of a bootstrap is studentized.
type Deviation int

const (
	OfSample    Deviation = iota // that of the data
	OfReplicate                  // its own, which few rows need
	OfDays                       // its own, by cosine: rows are in the order of time
)

// StepDown returns for each column of differences from a baseline the probability,
// adjusted for the looking at all of them, of so large a mean if none were above 0
// (Romano and Wolf 2005, studentized; the one-sided step-down). With
//
//	t = √n·mean/sd,  t* = √n·(mean* − mean)/sd
//
// and sd with divisor n, or √n times the error by cosine,
// a column's p is (#{max of t* over it and those with smaller t ≥ t} + 1)/(B + 1),
// and no smaller than that of a larger t. Rows are seeds, or days: next draws those of a
// replicate. One whose values are all the same says nothing of its error, and is studentized by the
// data's: it would be infinitely far off, and a column that differs from the baseline in one row
// alone is so in a third of all replicates. A column without deviation is NaN.
func StepDown(columns [][]float64, by Deviation, replicates int, next func(rows []int)) []float64 {
	rows := len(columns[0])
	var errors *cosine
	if by == OfDays {
		errors = newCosine(rows)
	}
	away, deviation, t := make([][]float64, len(columns)), make([]float64, len(columns)), make([]float64, len(columns))
	var order []int
	for k, column := range columns {
		var mean float64
		mean, away[k] = centered(column)
		deviation[k] = math.Sqrt(squares(away[k]) / float64(rows))
		if by == OfDays {
			deviation[k] = math.Sqrt(float64(rows)) * errors.error(away[k])
		}
		if deviation[k] > 0 {
			t[k] = math.Sqrt(float64(rows)) * mean / deviation[k]
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(t[b], t[a]) })
	exceeded := make([]int, len(order))
	drawn, replicate := make([]int, rows), make([]float64, rows)
	for range replicates {
		next(drawn)
		most := math.Inf(-1)
		for rank := len(order) - 1; rank >= 0; rank-- { // the smallest first: a maximum of the rest
			k := order[rank]
			sum, squares := 0.0, 0.0
			low, high := math.Inf(1), math.Inf(-1)
			for _, row := range drawn {
				x := away[k][row]
				sum += x
				squares += x * x
				low, high = min(low, x), max(high, x)
			}
			shift, sd := sum/float64(rows), deviation[k]
			switch {
			case same(low, high, deviation[k]):
			case by == OfReplicate:
				sd = math.Sqrt(max(0, squares/float64(rows)-shift*shift))
			case by == OfDays:
				for i, row := range drawn {
					replicate[i] = away[k][row] - shift
				}
				sd = math.Sqrt(float64(rows)) * errors.error(replicate)
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

// same reports whether the values of a replicate, from low to high, are the same but for rounding,
// compared with a deviation or an error of the data.
func same(low, high, deviation float64) bool { return high-low <= 1e-9*deviation }

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
