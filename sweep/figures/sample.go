package figures

import (
	"math"
	"slices"

	"optmm/sweep/verdict"
)

// Sample is the runs of one point over the seeds. PnL and Inventory have a row
// per seed and a column per minute, or per step of some. Rows of days that are shorter than
// others stay as they end once Align has been called.
type Sample struct {
	Role      string // best, baseline; empty for a run by itself
	Caption   string // the parameters
	Line      string // what the row that is shown by itself is, as median run
	Seed      string // its seed, in words
	Step      int    // minutes of a column
	PnL       [][]float64
	Inventory [][]int32
	Median    int       // the row that is shown by itself: whose final P&L is the median, or which was asked for
	Residual  []float64 // of its market
	Score     []float64

	Vega, Delta [][]float64 // of the book, as PnL; nil of one option

	Clock *Clock // of the row that is shown by itself; its Seconds are nil where the market has no clock

	lengths []int    // of the rows as they were added
	fills   []*fills // of each row
}

// Align makes all rows as long as the longest.
func (s *Sample) Align() {
	longest := 0
	for _, length := range s.lengths {
		longest = max(longest, length)
	}
	for i := range s.lengths {
		s.PnL[i], s.Inventory[i] = extended(s.PnL[i], longest), extended(s.Inventory[i], longest)
		if s.Vega != nil {
			s.Vega[i], s.Delta[i] = extended(s.Vega[i], longest), extended(s.Delta[i], longest)
		}
	}
}

func extended[T number](row []T, length int) []T {
	for len(row) < length {
		row = append(row, row[len(row)-1])
	}
	return row
}

// Scale is the ranges of the axes.
type Scale struct {
	Minutes, PnL, Inventory, Share, Residual, Score, Vega, Delta span
}

type span struct{ low, high float64 }

func (s *span) include(x float64) {
	if !math.IsNaN(x) && !math.IsInf(x, 0) {
		s.low, s.high = min(s.low, x), max(s.high, x)
	}
}

// includeCurves includes what is drawn of the rows: one, and the band of them all.
func (s *span) includeCurves(rows [][]float64, drawn int) {
	if rows == nil {
		return
	}
	low, high := band(rows)
	for _, curve := range [][]float64{low, high, rows[drawn]} {
		for _, x := range curve {
			s.include(x)
		}
	}
}

// coincide is how far apart two numbers are, as a share of the larger, that a figure shows as one: the last
// digits of a sum are no difference.
const coincide = 1e-11

// padded returns the span with room around it, never empty.
func (s span) padded() span {
	if s.low > s.high {
		return span{-1, 1}
	}
	room := 0.04 * (s.high - s.low)
	if s.high-s.low <= coincide*max(math.Abs(s.low), math.Abs(s.high)) {
		room = max(1e-6, 0.1*math.Abs(s.low))
	}
	return span{s.low - room, s.high + room}
}

// ScaleOf returns the scale on which all the samples fit.
func ScaleOf(samples ...*Sample) Scale {
	none := span{math.Inf(1), math.Inf(-1)}
	s := Scale{none, none, none, none, none, none, none, none}
	s.Share.include(0)
	s.Minutes.include(0)
	s.Minutes.include(1)
	for _, sample := range samples {
		s.Minutes.include(float64(len(sample.PnL[0]) - 1))
		s.PnL.includeCurves(sample.PnL, sample.Median)
		s.Vega.includeCurves(sample.Vega, sample.Median)
		s.Delta.includeCurves(sample.Delta, sample.Median)
		for contracts, share := range sample.distribution() {
			s.Inventory.include(float64(contracts))
			s.Share.include(share)
		}
		for i := range sample.Residual {
			s.Residual.include(sample.Residual[i])
			s.Score.include(sample.Score[i])
		}
	}
	for _, span := range []*span{&s.PnL, &s.Residual, &s.Score, &s.Vega, &s.Delta} {
		*span = span.padded()
	}
	s.Inventory = span{s.Inventory.low - 1, s.Inventory.high + 1}
	s.Share.high *= 1.05
	return s
}

// number is what a curve is made of.
type number interface{ float64 | int32 }

// band returns the 10% and 90% quantiles over the rows, by minute; nil for a
// single row.
func band[T number](rows [][]T) (low, high []float64) {
	if len(rows) < 2 {
		return nil, nil
	}
	column := make([]float64, len(rows))
	for minute := range rows[0] {
		for i, row := range rows {
			column[i] = float64(row[minute])
		}
		slices.Sort(column)
		low = append(low, verdict.Quantile(column, 0.1))
		high = append(high, verdict.Quantile(column, 0.9))
	}
	return low, high
}

// distribution returns the share of minutes, over all seeds, at each inventory.
func (s *Sample) distribution() map[int32]float64 {
	counts, total := map[int32]int{}, 0
	for i, row := range s.Inventory {
		if i < len(s.lengths) {
			row = row[:s.lengths[i]]
		}
		for _, contracts := range row {
			counts[contracts]++
			total++
		}
	}
	shares := make(map[int32]float64, len(counts))
	for contracts, count := range counts {
		shares[contracts] = float64(count) / float64(total)
	}
	return shares
}
