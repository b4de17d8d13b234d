package verdict

import (
	"math"
	"slices"

	"optmm/engine/portable"
	"optmm/engine/random"
)

// The bounds of the bootstrap of an IC.
const (
	mostBlocks       = 10_000     // of a replicate
	drawnBlocks      = 10_000_000 // of all replicates
	fewestReplicates = 999        // also where they draw more blocks
)

// rankBootstrap returns the 95% percentile interval of the rank IC by the stationary bootstrap over times (Politis and
// Romano 1994), with all rows of a time in one block, and the mean length of the blocks in entries: that of Politis and
// White for the products of the standardized ranks, at least twice the entries that a label looks ahead, and at least
// n/mostBlocks. The ranks are not recomputed in a replicate. There is no interval where the IC is undefined.
func (p *Paired) rankBootstrap(ahead int) (interval Interval, block float64) {
	score, label := standardized(p.ranked()), standardized(ranks(p.label))
	if score == nil || label == nil {
		return noInterval(), math.NaN()
	}
	times := p.sumsBefore(score, label)
	n := len(times) - 1
	products := make([]float64, n)
	for i := range products {
		products[i] = times[i+1].both - times[i].both
	}
	block = max(blockLength(products), float64(2*ahead), float64(n)/mostBlocks)
	source := random.NewPCG64(0)
	goesOn := portable.Log(1 - 1/block)
	length := func() int { // geometric, of that mean
		if block <= 1 {
			return 1
		}
		return 1 + int(portable.Log(1-source.Float64())/goesOn)
	}
	ics := make([]float64, min(replicates, max(fewestReplicates, int(drawnBlocks*block/float64(n)))))
	for r := range ics {
		var sum sums
		for rows := 0; rows < n; {
			first := int(source.Float64() * float64(n))
			end := first + min(length(), n-rows)
			rows += end - first
			sum.add(&times[first], &times[min(end, n)])
			if end > n { // around the end to the beginning
				sum.add(&times[0], &times[end-n])
			}
		}
		ics[r] = sum.correlation()
	}
	ics = slices.DeleteFunc(ics, math.IsNaN)
	if len(ics) == 0 {
		return noInterval(), block
	}
	slices.Sort(ics)
	return Interval{Quantile(ics, 0.025), Quantile(ics, 0.975)}, block
}

// sums are the sums over rows that determine a correlation.
type sums struct{ rows, score, label, scores, labels, both float64 }

// add adds the difference of two running sums.
func (s *sums) add(from, to *sums) {
	s.rows += to.rows - from.rows
	s.score += to.score - from.score
	s.label += to.label - from.label
	s.scores += to.scores - from.scores
	s.labels += to.labels - from.labels
	s.both += to.both - from.both
}

// correlation is Pearson's; NaN where either does not vary.
func (s *sums) correlation() float64 {
	center, other := s.score/s.rows, s.label/s.rows
	variance := s.scores/s.rows - float64(center*center)
	others := s.labels/s.rows - float64(other*other)
	if !(variance > 1e-13) || !(others > 1e-13) {
		return math.NaN()
	}
	return (s.both/s.rows - float64(center*other)) / math.Sqrt(variance*others)
}

// sumsBefore returns the running sums before each time, in their order, and of all.
func (p *Paired) sumsBefore(score, label []float64) []sums {
	order := make([]int32, len(score))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return int(p.time[a]) - int(p.time[b]) })
	running := []sums{{}}
	for k, i := range order {
		if k == 0 || p.time[i] != p.time[order[k-1]] {
			running = append(running, running[len(running)-1])
		}
		s, x, y := &running[len(running)-1], score[i], label[i]
		s.rows++
		s.score += x
		s.label += y
		s.scores += float64(x * x)
		s.labels += float64(y * y)
		s.both += float64(x * y)
	}
	return running
}
