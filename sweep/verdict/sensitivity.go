package verdict

import "math"

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
// means are of the points, the last axis fastest; lengths those of the axes. noise is
// the variance that the seeds give a point's mean: with it the seeds' part of each
// variance, (1 − 1/k)·noise/m of k means over m points each, is taken away. Axes of
// one value explain nothing. Where no variance is left, all are 0.
func Sensitivities(means []float64, lengths []int, noise float64) []Sensitivity {
	indices := make([]Sensitivity, len(lengths))
	without := func(values []float64, averaged int) float64 { // of as many means
		return populationVariance(values) - noise/float64(averaged)*(1-1/float64(len(values)))
	}
	total := without(means, 1)
	if total <= 0 {
		return indices
	}
	stride := len(means)
	for axis, length := range lengths {
		stride /= length
		if length < 2 {
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
	return indices
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
