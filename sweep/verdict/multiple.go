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
	abreast := inFours(away, order)
	exceeded := make([]int, len(order))
	drawn, replicate := make([]int, rows), make([]float64, rows)
	for range replicates {
		next(drawn)
		most := math.Inf(-1)
		for four := len(abreast) - 1; four >= 0; four-- { // the smallest first: a maximum of the rest
			sums, squares := drawnSums(abreast[four], drawn)
			for rank := min(4*four+4, len(order)) - 1; rank >= 4*four; rank-- {
				k := order[rank]
				shift, sd := sums[rank%4]/float64(rows), deviation[k]
				switch by {
				case OfReplicate:
					variance := squares[rank%4]/float64(rows) - shift*shift
					// Only so small a one can be the rounding of values that are the same.
					if variance > 1e-15*squares[rank%4]+1e-18*sd*sd || !drawnSame(away[k], drawn, sd) {
						sd = math.Sqrt(max(0, variance))
					}
				case OfDays:
					if !drawnSame(away[k], drawn, sd) {
						for i, row := range drawn {
							replicate[i] = away[k][row] - shift
						}
						sd = math.Sqrt(float64(rows)) * errors.error(replicate)
					}
				}
				if sd > 0 {
					most = max(most, math.Sqrt(float64(rows))*shift/sd)
				}
				if most >= t[k] {
					exceeded[rank]++
				}
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

// inFours puts four columns beside each other, so that what is drawn of a row is read at once and their sums do not wait for each
// other. The last four are filled up with zeros.
func inFours(columns [][]float64, order []int) [][][4]float64 {
	fours := make([][][4]float64, (len(order)+3)/4)
	for rank, k := range order {
		if rank%4 == 0 {
			fours[rank/4] = make([][4]float64, len(columns[k]))
		}
		for row, x := range columns[k] {
			fours[rank/4][row][rank%4] = x
		}
	}
	return fours
}

// drawnSums are the sums of the rows that were drawn of four columns, and those of their squares.
func drawnSums(columns [][4]float64, drawn []int) (sums, squares [4]float64) {
	var s0, s1, s2, s3, q0, q1, q2, q3 float64 // in registers, as arrays would not be
	for _, row := range drawn {
		x := &columns[row]
		s0, s1, s2, s3 = s0+x[0], s1+x[1], s2+x[2], s3+x[3]
		q0, q1, q2, q3 = q0+float64(x[0]*x[0]), q1+float64(x[1]*x[1]), q2+float64(x[2]*x[2]), q3+float64(x[3]*x[3])
	}
	return [4]float64{s0, s1, s2, s3}, [4]float64{q0, q1, q2, q3}
}

// drawnSame is same of what is drawn of a column.
func drawnSame(column []float64, drawn []int, deviation float64) bool {
	low, high := math.Inf(1), math.Inf(-1)
	for _, row := range drawn {
		low, high = min(low, column[row]), max(high, column[row])
	}
	return same(low, high, deviation)
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
