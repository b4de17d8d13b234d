package verdict

import (
	"math"
	"math/bits"
)

// Overfitting is how much of what was best in one half of the data is left in the
// other, over all ways to halve it (combinatorially symmetric cross-validation,
// Bailey, Borwein, López de Prado and Zhu 2015).
type Overfitting struct {
	Splits      int
	Probability float64 // that the best in sample is below the median out of it: the share of λ ≤ 0
	MeanLogit   float64 // of λ = ln(ω/(1−ω)), ω the relative rank out of sample
	Loss        float64 // share of splits in which the best in sample has a score below 0 out of it
	Slope       float64 // of the score out of sample on the one in sample
}

func noOverfitting() Overfitting {
	return Overfitting{Probability: math.NaN(), MeanLogit: math.NaN(), Loss: math.NaN(), Slope: math.NaN()}
}

// CrossValidate cuts the rows of the matrix, one column a point, into an even number
// of blocks and scores the columns of each half by mean over sample deviation. Rows
// that do not fill a block are left out. NaN where a half has fewer than two rows.
func CrossValidate(columns [][]float64, blocks int) Overfitting {
	o := noOverfitting()
	rows := len(columns[0]) / blocks
	if rows*blocks/2 < 2 || len(columns) < 2 {
		return o
	}
	sums, squares := make([][]float64, len(columns)), make([][]float64, len(columns))
	for k, column := range columns {
		sums[k], squares[k] = make([]float64, blocks), make([]float64, blocks)
		for b := range blocks {
			for _, x := range column[b*rows : (b+1)*rows] {
				sums[k][b] += x
				squares[k][b] += x * x
			}
		}
	}
	n := float64(rows * blocks / 2)
	score := func(k int, half uint32) float64 {
		var sum, square float64
		for b := range blocks {
			if half>>b&1 == 1 {
				sum += sums[k][b]
				square += squares[k][b]
			}
		}
		mean := sum / n
		return mean / math.Sqrt((square-n*mean*mean)/(n-1))
	}
	var in, out []float64
	var low, losses int
	var logits float64
	for half := range uint32(1) << blocks {
		if bits.OnesCount32(half) != blocks/2 {
			continue
		}
		best, highest := 0, math.Inf(-1)
		for k := range columns {
			if s := score(k, half); s > highest {
				best, highest = k, s
			}
		}
		other := ^half & (1<<blocks - 1)
		left := score(best, other)
		rank := 0
		for k := range columns {
			if score(k, other) <= left {
				rank++
			}
		}
		omega := float64(rank) / float64(len(columns)+1)
		logit := math.Log(omega / (1 - omega))
		logits += logit
		if logit <= 0 {
			low++
		}
		if left < 0 {
			losses++
		}
		in, out = append(in, highest), append(out, left)
	}
	o.Splits = len(in)
	splits := float64(o.Splits)
	o.Probability, o.MeanLogit, o.Loss = float64(low)/splits, logits/splits, float64(losses)/splits
	o.Slope = slope(in, out)
	return o
}

// slope is the least-squares slope of y on x.
func slope(x, y []float64) float64 {
	var meanX, meanY, across, together float64
	for i := range x {
		meanX += x[i] / float64(len(x))
		meanY += y[i] / float64(len(x))
	}
	for i := range x {
		across += (x[i] - meanX) * (x[i] - meanX)
		together += (x[i] - meanX) * (y[i] - meanY)
	}
	return together / across
}
