package verdict

import (
	"cmp"
	"math"
	"slices"
)

// Sensitivity is how much of the variance of the points' means an axis explains.
type Sensitivity struct {
	First float64 // by itself
	Total float64 // with everything that it takes part in

	FirstError, TotalError float64 // standard errors over the seeds; NaN of fewer than three
}

// Means returns the mean of every point; nil where a score is undefined, or where there
// are not two points and two seeds.
func (s *Scores) Means() []float64 {
	seeds := s.Rows()
	if s.Points < 2 || seeds < 2 {
		return nil
	}
	means := make([]float64, s.Points)
	for i, x := range s.Values {
		if math.IsNaN(x) {
			return nil
		}
		means[i%s.Points] += x / float64(seeds)
	}
	return means
}

// Sensitivities returns the indices of every axis of a full grid (Sobol' 1993,
// Homma and Saltelli 1996):
//
//	S = Var(means over all other axes)/V,  ST = 1 − Var(means over the axis)/V
//
// and of every pair of them, Sᵢⱼ = Var(means over all but the two)/V − Sᵢ − Sⱼ. lengths
// are those of the axes, the last fastest; points behind those of the grid count for
// nothing. What the seeds give each variance is taken away: of k means with the residuals
// r of seed and mean, under S seeds,
//
//	Σr²/(k·S·(S−1)),
//
// which is right also where points that share their seeds share their noise; of days the squares
// of their errors by cosine. Of one
// seed nothing is taken away. Axes of one value explain nothing. Where no variance is
// left, all are 0. An estimate may lie outside 0 … 1 by about its standard error, which is
// the jackknife's over the seeds.
func Sensitivities(s *Scores, lengths []int) ([]Sensitivity, []Interaction) {
	indices, pairs := sensitivities(s, lengths)
	errors := jackknife(s, 2*len(indices)+len(pairs), func(s *Scores) (values []float64) {
		indices, pairs := sensitivities(s, lengths)
		for _, index := range indices {
			values = append(values, index.First, index.Total)
		}
		for _, pair := range pairs {
			values = append(values, pair.Share)
		}
		return values
	})
	for i := range indices {
		indices[i].FirstError, indices[i].TotalError = errors[2*i], errors[2*i+1]
	}
	for i := range pairs {
		pairs[i].Error = errors[2*len(indices)+i]
	}
	return indices, pairs
}

func sensitivities(s *Scores, lengths []int) ([]Sensitivity, []Interaction) {
	strides, points := stridesOf(lengths)
	indices := make([]Sensitivity, len(lengths))
	var pairs []Interaction
	total := s.variance(points, points, func(point int) int { return point })
	for axis, length := range lengths {
		if length < 2 || total <= 0 {
			continue
		}
		stride := strides[axis]
		indices[axis].First = s.variance(points, length, func(point int) int { return point / stride % length }) / total
		across := s.variance(points, points/length, func(point int) int { return point/(stride*length)*stride + point%stride })
		indices[axis].Total = 1 - across/total
	}
	for i := range lengths {
		for j := i + 1; j < len(lengths); j++ {
			pair := Interaction{Axes: [2]int{i, j}}
			if lengths[i] > 1 && lengths[j] > 1 && total > 0 {
				both := s.variance(points, lengths[i]*lengths[j], func(point int) int { return cellOf(point, strides, lengths, i, j) })
				pair.Share = both/total - indices[i].First - indices[j].First
			}
			pairs = append(pairs, pair)
		}
	}
	return indices, pairs
}

// stridesOf returns how far apart the points of a full grid are that differ by a step
// along each axis, and their number.
func stridesOf(lengths []int) (strides []int, points int) {
	strides, points = make([]int, len(lengths)), 1
	for axis := len(lengths) - 1; axis >= 0; axis-- {
		strides[axis] = points
		points *= lengths[axis]
	}
	return strides, points
}

// cellOf returns the cell of a point over two axes, the second faster.
func cellOf(point int, strides, lengths []int, a, b int) int {
	return point/strides[a]%lengths[a]*lengths[b] + point/strides[b]%lengths[b]
}

// variance returns the variance over points of the means of their cells, without what
// the seeds give it.
func (s *Scores) variance(points, cells int, cell func(point int) int) float64 {
	spread, noise := s.between(points, cells, cell)
	return spread - noise
}

// between returns the variance over points of the means of their cells, and the part of
// it that the seeds are expected to give.
func (s *Scores) between(points, cells int, cell func(point int) int) (spread, noise float64) {
	counts := make([]float64, cells)
	for point := range points {
		counts[cell(point)]++
	}
	seeds := s.Rows()
	means, bySeed, ofSeed := make([]float64, cells), make([]float64, cells*seeds), make([]float64, seeds)
	whole := 0.0
	for seed := range seeds {
		row := bySeed[seed*cells : (seed+1)*cells]
		for point := range points {
			c := cell(point)
			row[c] += s.at(point, seed) / counts[c]
		}
		for c, x := range row {
			means[c] += x / float64(seeds)
			ofSeed[seed] += x * counts[c] / float64(points)
		}
		whole += ofSeed[seed] / float64(seeds)
	}
	for c, mean := range means {
		spread += counts[c] * (mean - whole) * (mean - whole) / float64(points)
	}
	if seeds < 2 {
		return spread, 0
	}
	if s.days != nil {
		return spread, s.noiseOfDays(cells, func(day, c int) float64 { return bySeed[day*cells+c] - means[c] - ofSeed[day] + whole }, counts, points)
	}
	for seed := range seeds {
		for c, mean := range means {
			left := bySeed[seed*cells+c] - mean - ofSeed[seed] + whole
			noise += counts[c] * left * left / float64(points)
		}
	}
	return spread, noise / float64(seeds*(seeds-1))
}

// noiseOfDays is what days are expected to give the variance of the means of cells, from the
// residuals of day and cell, which may depend on those of the days before.
func (s *Scores) noiseOfDays(cells int, left func(day, cell int) float64, counts []float64, points int) (noise float64) {
	column := make([]float64, s.Rows())
	for c := range cells {
		for day := range column {
			column[day] = left(day, c)
		}
		error := s.days.error(column)
		noise += counts[c] * error * error / float64(points)
	}
	return noise
}

// Interaction is how much of the variance two axes explain together beyond what each
// does by itself.
type Interaction struct {
	Axes  [2]int
	Share float64
	Error float64 // standard error over the seeds; NaN of fewer than three
}

// GivenData estimates the first-order index of a parameter, whose value each point has,
// from points that are no full grid (Plischke, Borgonovo and Smith 2013): the variance
// between the means of M classes of its values over that of all n means. A class is a
// value, where there are few, else one of at most 32 of equal count in the order of the
// values. What the seeds give either variance is taken away, as Sensitivities does, and
// of the first what few points to a class give it: the variance within, without the
// seeds' part, times (M−1)/(n−M). Where no variance is left it is 0; NaN where there are
// fewer than two classes or as many as points. The standard error is the
// jackknife's over the seeds.
func GivenData(s *Scores, values []float64) (first, standardError float64) {
	standardError = jackknife(s, 1, func(s *Scores) []float64 { return []float64{givenData(s, values)} })[0]
	return givenData(s, values), standardError
}

func givenData(s *Scores, values []float64) float64 {
	n := s.Points
	classes := classesOf(values)
	most := slices.Max(classes) + 1
	if most < 2 || most >= n {
		return math.NaN()
	}
	total, totalNoise := s.between(n, n, func(point int) int { return point })
	between, betweenNoise := s.between(n, most, func(point int) int { return classes[point] })
	if total-totalNoise <= 0 {
		return 0
	}
	within := (total - between) - (totalNoise - betweenNoise)
	return (between - betweenNoise - float64(most-1)/float64(n-most)*within) / (total - totalNoise)
}

// mostClasses bounds the classes of GivenData.
const mostClasses = 32

// classesOf returns the class of each point by its value.
func classesOf(values []float64) []int {
	n := len(values)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	classes := make([]int, n)
	last := 0
	for i := 1; i < n; i++ {
		if values[order[i]] != values[order[i-1]] {
			last++
		}
		classes[order[i]] = last
	}
	if last >= min(mostClasses, n/2) {
		count := max(2, min(mostClasses, int(math.Sqrt(float64(n)))))
		for i, point := range order {
			classes[point] = i * count / n
		}
	}
	return classes
}

// Cells returns, over the points of a full grid that have each pair of values of two
// axes, the mean over points and seeds and its standard error over seeds: by a, then b.
// errors is nil where there is one seed. Points behind those of the grid count for
// nothing.
func Cells(s *Scores, lengths []int, a, b int) (means, errors [][]float64) {
	strides, points := stridesOf(lengths)
	cells := lengths[a] * lengths[b]
	bySeed := Scores{Points: cells, Values: make([]float64, cells*s.Rows()), days: s.days}
	for seed := range s.Rows() {
		for point := range points {
			cell := cellOf(point, strides, lengths, a, b)
			bySeed.Values[seed*cells+cell] += s.at(point, seed) * float64(cells) / float64(points)
		}
	}
	for row := range lengths[a] {
		means, errors = append(means, nil), append(errors, nil)
		for column := range lengths[b] {
			e := bySeed.Of(row*lengths[b] + column)
			means[row], errors[row] = append(means[row], e.Mean), append(errors[row], e.StandardError)
		}
	}
	if s.Rows() < 2 {
		return means, nil
	}
	return means, errors
}

// Neighborhood returns the estimate over the points of a full grid that are one step
// along one axis from a point, which is not among them: compared with the point's own mean it
// shows a lonely peak.
func Neighborhood(means []float64, lengths []int, point int) Estimate {
	var around []float64
	stride := len(means)
	for _, length := range lengths {
		stride /= length
		for _, step := range []int{-1, 1} {
			if index := point/stride%length + step; index >= 0 && index < length {
				around = append(around, means[point+step*stride])
			}
		}
	}
	return estimate(len(around), func(i int) float64 { return around[i] })
}
