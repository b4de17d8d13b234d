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
}

// Table returns the mean of every point and the variance that the seeds give each: of
// what is left of the scores without the means of points and of seeds, over the
// number of seeds. Seeds that all points share raise or lower them together, which is
// no difference between points. means is nil where a score is undefined, or where
// there are not two points and two seeds.
func (s *Scores) Table() (means []float64, noise float64) {
	seeds := s.Seeds()
	if s.Points < 2 || seeds < 2 {
		return nil, 0
	}
	means = make([]float64, s.Points)
	ofSeeds, whole := make([]float64, seeds), 0.0
	for seed := range seeds {
		for point := range s.Points {
			x := s.at(point, seed)
			if math.IsNaN(x) {
				return nil, 0
			}
			means[point] += x / float64(seeds)
			ofSeeds[seed] += x / float64(s.Points)
			whole += x / float64(seeds*s.Points)
		}
	}
	for seed := range seeds {
		for point := range s.Points {
			left := s.at(point, seed) - means[point] - ofSeeds[seed] + whole
			noise += left * left
		}
	}
	return means, noise / float64((s.Points-1)*(seeds-1)) / float64(seeds)
}

// Sensitivities returns the indices of every axis of a full grid (Sobol' 1993,
// Homma and Saltelli 1996):
//
//	S = Var(means over all other axes)/V,  ST = 1 − Var(means over the axis)/V
//
// and of every pair of them, Sᵢⱼ = Var(means over all but the two)/V − Sᵢ − Sⱼ. means
// are of the points, the last axis fastest; lengths those of the axes. noise is the
// variance that the seeds give a point's mean: with it the seeds' part of each
// variance, (1 − 1/k)·noise/m of k means over m points each, is taken away. Axes of
// one value explain nothing. Where no variance is left, all are 0.
func Sensitivities(means []float64, lengths []int, noise float64) ([]Sensitivity, []Interaction) {
	indices := make([]Sensitivity, len(lengths))
	var pairs []Interaction
	without := func(values []float64, averaged int) float64 { // of as many means
		return populationVariance(values) - noise/float64(averaged)*(1-1/float64(len(values)))
	}
	total := without(means, 1)
	stride := len(means)
	strides := make([]int, len(lengths))
	for axis, length := range lengths {
		stride /= length
		strides[axis] = stride
		if length < 2 || total <= 0 {
			continue
		}
		along, across := make([]float64, length), make([]float64, len(means)/length)
		for point, mean := range means {
			place := point / stride % length
			along[place] += mean / float64(len(across))
			across[point/(stride*length)*stride+point%stride] += mean / float64(length)
		}
		indices[axis].First = without(along, len(across)) / total
		indices[axis].Total = 1 - without(across, length)/total
	}
	for i := range lengths {
		for j := i + 1; j < len(lengths); j++ {
			pair := Interaction{Axes: [2]int{i, j}}
			if lengths[i] > 1 && lengths[j] > 1 && total > 0 {
				cells := make([]float64, lengths[i]*lengths[j])
				each := float64(len(means) / len(cells))
				for point, mean := range means {
					cells[point/strides[i]%lengths[i]*lengths[j]+point/strides[j]%lengths[j]] += mean / each
				}
				pair.Share = without(cells, len(means)/len(cells))/total - indices[i].First - indices[j].First
			}
			pairs = append(pairs, pair)
		}
	}
	return indices, pairs
}

// Interaction is how much of the variance two axes explain together beyond what each
// does by itself.
type Interaction struct {
	Axes  [2]int
	Share float64
}

// GivenData estimates the first-order index of a parameter from points that are no full
// grid (Plischke, Borgonovo and Smith 2013): the variance between the means of classes
// of its values over that of all means. A class is a value, where there are few, else
// one of at most 32 of equal count in the order of the values. What the variance within
// gives the classes is taken away, as the seeds' noise of a mean is from the whole.
// Where no variance is left it is 0; NaN where there are fewer than two classes or as
// many as points.
func GivenData(values, means []float64, noise float64) float64 {
	n := len(means)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	classes := classesOf(order, values)
	most := 0
	for _, class := range classes {
		most = max(most, class+1)
	}
	if most < 2 || most >= n {
		return math.NaN()
	}
	sums, counts, whole := make([]float64, most), make([]float64, most), 0.0
	for i, point := range order {
		sums[classes[i]] += means[point]
		counts[classes[i]]++
		whole += means[point] / float64(n)
	}
	var between, within float64
	for i, point := range order {
		center := sums[classes[i]] / counts[classes[i]]
		between += (center - whole) * (center - whole)
		within += (means[point] - center) * (means[point] - center)
	}
	total := (between+within)/float64(n) - noise*(1-1/float64(n))
	if total <= 0 {
		return 0
	}
	return (between - float64(most-1)*within/float64(n-most)) / float64(n) / total
}

// mostClasses bounds the classes of GivenData.
const mostClasses = 32

// classesOf returns the class of each point in the order of its values.
func classesOf(order []int, values []float64) []int {
	classes := make([]int, len(order))
	for i := 1; i < len(order); i++ {
		classes[i] = classes[i-1]
		if values[order[i]] != values[order[i-1]] {
			classes[i]++
		}
	}
	if n := len(order); classes[n-1] >= mostClasses {
		count := max(2, min(mostClasses, int(math.Sqrt(float64(n)))))
		for i := range classes {
			classes[i] = i * count / n
		}
	}
	return classes
}

// Cells returns, over the points of a full grid that have each pair of values of two
// axes, the mean over points and seeds and its standard error over seeds: by a, then b.
// errors is nil where there is one seed. Points behind those of the grid count for
// nothing.
func Cells(s *Scores, lengths []int, a, b int) (means, errors [][]float64) {
	points := 1
	strides := make([]int, len(lengths))
	for axis := len(lengths) - 1; axis >= 0; axis-- {
		strides[axis] = points
		points *= lengths[axis]
	}
	cells := lengths[a] * lengths[b]
	bySeed := Scores{Points: cells, Values: make([]float64, cells*s.Seeds())}
	for seed := range s.Seeds() {
		for point := range points {
			cell := point/strides[a]%lengths[a]*lengths[b] + point/strides[b]%lengths[b]
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
	if s.Seeds() < 2 {
		return means, nil
	}
	return means, errors
}

// Neighbourhood returns the estimate over the points of a full grid that are one step
// along one axis from a point, which is not among them: beside the point's own mean it
// shows a lonely peak.
func Neighbourhood(means []float64, lengths []int, point int) Estimate {
	var around []float64
	stride := len(means)
	for _, length := range lengths {
		stride /= length
		for _, step := range []int{-1, 1} {
			if place := point/stride%length + step; place >= 0 && place < length {
				around = append(around, means[point+step*stride])
			}
		}
	}
	return estimate(len(around), func(i int) float64 { return around[i] })
}

func populationVariance(values []float64) float64 {
	mean, squares := 0.0, 0.0
	for _, x := range values {
		mean += x / float64(len(values))
	}
	for _, x := range values {
		squares += (x - mean) * (x - mean)
	}
	return squares / float64(len(values))
}
