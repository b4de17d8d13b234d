package verdict

import (
	"math"
	"math/bits"

	"gonum.org/v1/gonum/stat/combin"

	"optmm/engine/random"
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

// CrossValidate cuts the rows of the matrix, one column a point, into an even number of
// contiguous blocks, of which the first have a row more where they do not divide evenly,
// and scores the columns of each half by mean over sample deviation. NaN where a half may
// have fewer than two rows.
func CrossValidate(columns [][]float64, blocks int) Overfitting {
	if len(columns[0])/blocks*blocks/2 < 2 || len(columns) < 2 {
		return noOverfitting()
	}
	return newHalves(len(columns), len(columns[0]), blocks).validate(func(column, row int) float64 { return columns[column][row] })
}

// halves scores columns on halves of their rows from the sums over blocks.
type halves struct {
	columns, rows, blocks int
	counts                []float64 // rows of each block
	sums, squares         []float64 // of each column and block
}

func newHalves(columns, rows, blocks int) *halves {
	h := &halves{
		columns: columns, rows: rows, blocks: blocks, counts: make([]float64, blocks),
		sums: make([]float64, columns*blocks), squares: make([]float64, columns*blocks),
	}
	for row := range rows {
		h.counts[h.block(row)]++
	}
	return h
}

// block returns the block of a row: the first rows mod blocks ones have a row more.
func (h *halves) block(row int) int {
	size, more := h.rows/h.blocks, h.rows%h.blocks
	if row < more*(size+1) {
		return row / (size + 1)
	}
	return more + (row-more*(size+1))/size
}

func (h *halves) validate(at func(column, row int) float64) Overfitting {
	clear(h.sums)
	clear(h.squares)
	for row := range h.rows {
		b := h.block(row)
		for k := range h.columns {
			x := at(k, row)
			h.sums[k*h.blocks+b] += x
			h.squares[k*h.blocks+b] += x * x
		}
	}
	var o Overfitting
	var in, out []float64
	var low, losses int
	var logits float64
	for half := range uint32(1) << h.blocks {
		if bits.OnesCount32(half) != h.blocks/2 {
			continue
		}
		best, highest := 0, math.Inf(-1)
		for k := range h.columns {
			if s := h.score(k, half); s > highest {
				best, highest = k, s
			}
		}
		other := ^half & (1<<h.blocks - 1)
		left := h.score(best, other)
		rank := 0
		for k := range h.columns {
			if h.score(k, other) <= left {
				rank++
			}
		}
		omega := float64(rank) / float64(h.columns+1)
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

// score is mean over sample deviation of a column on the blocks of a half.
func (h *halves) score(column int, half uint32) float64 {
	var n, sum, square float64
	for b := range h.blocks {
		if half>>b&1 == 1 {
			n += h.counts[b]
			sum += h.sums[column*h.blocks+b]
			square += h.squares[column*h.blocks+b]
		}
	}
	mean := sum / n
	return mean / math.Sqrt((square-n*mean*mean)/(n-1))
}

// The permutations of NoiseOfOverfitting: at most mostPermutations, fewer where the scores
// to be permuted would exceed their bound, and none where that leaves too few.
const (
	mostPermutations  = 99
	leastPermutations = 19
	permutedScores    = 15_000_000
)

// Noise is what the probability of overfitting comes to where nothing is better than
// anything else.
type Noise struct {
	Mean, Deviation float64 // NaN where Permutations is 0
	Permutations    int
}

func noNoise() Noise { return Noise{Mean: math.NaN(), Deviation: math.NaN()} }

// NoiseOfOverfitting returns the probability of overfitting that the same rows have where
// no column is better than another: the values of each row are permuted among the
// columns. It depends on how many rows and columns there are, and on their ties and
// tails, so that no constant can replace it. There are no permutations where there are
// too many columns for at least 19 of them.
func NoiseOfOverfitting(columns [][]float64, blocks int) Noise {
	scores := 2 * combin.Binomial(blocks, blocks/2) // of a column, on each half
	permutations := min(mostPermutations, permutedScores/(scores*len(columns)))
	if permutations < leastPermutations || len(columns) < 2 {
		return noNoise()
	}
	rows := len(columns[0])
	h := newHalves(len(columns), rows, blocks)
	source := random.NewPCG64(1)
	places := make([][]int32, rows)
	for row := range places {
		places[row] = make([]int32, len(columns))
		for k := range places[row] {
			places[row][k] = int32(k)
		}
	}
	found := make([]float64, permutations)
	for p := range found {
		for _, place := range places {
			for k := len(place) - 1; k > 0; k-- { // Fisher and Yates
				other := int(source.Float64() * float64(k+1))
				place[k], place[other] = place[other], place[k]
			}
		}
		found[p] = h.validate(func(column, row int) float64 { return columns[places[row][column]][row] }).Probability
	}
	e := estimate(len(found), func(i int) float64 { return found[i] })
	return Noise{e.Mean, e.StandardError * math.Sqrt(float64(e.N)), permutations}
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
