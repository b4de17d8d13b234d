package verdict

import (
	"cmp"
	"math"
	"slices"
)

// Finalist is a point that was picked by some seeds and run on others.
type Finalist struct {
	Point     int
	Selected  Difference // from the baseline, on the seeds that it was picked by
	Holdout   Difference // on the others
	Bootstrap Interval   // of Holdout, studentized; of days in blocks

	// Bias is how much of the advantage came of the picking: Selected less Holdout. Its
	// intervals are those of Holdout about it: they take what was seen at the picking as
	// fixed, and are of this selection, not of picking in general.
	Bias          float64
	BiasT         Interval
	BiasBootstrap Interval
}

// OnHoldout compares the points that ran on holdout seeds with the baseline there,
// the best at the selection first. Column k of holdout is of points[k], which are rising
// and have the baseline among them.
func OnHoldout(selection, holdout *Scores, points []int, baseline int) []Finalist {
	reference, _ := slices.BinarySearch(points, baseline)
	var finalists []Finalist
	for index, point := range points {
		if point == baseline {
			continue
		}
		f := Finalist{Point: point, Selected: selection.Compare(point, baseline), Holdout: holdout.Compare(index, reference)}
		f.Bootstrap = holdout.bootstrap(index, reference)
		f.Bias = f.Selected.Mean - f.Holdout.Mean
		f.BiasT = Interval{f.Selected.Mean - f.Holdout.High, f.Selected.Mean - f.Holdout.Low}
		f.BiasBootstrap = Interval{f.Selected.Mean - f.Bootstrap.High, f.Selected.Mean - f.Bootstrap.Low}
		finalists = append(finalists, f)
	}
	slices.SortStableFunc(finalists, func(a, b Finalist) int {
		if x, y := selection.infeasible(a.Point), selection.infeasible(b.Point); x != y {
			return map[bool]int{true: 1, false: -1}[x]
		}
		x, y := selection.Of(a.Point), selection.Of(b.Point)
		return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(y.Mean, x.Mean))
	})
	return finalists
}

// Folds is what picking by some of the seeds leaves on the rest.
type Folds struct {
	Folds       int     // 0 where there are too few seeds
	InSample    float64 // mean advantage over the baseline of the best, on the seeds that it was picked by
	OutOfSample float64 // on those left out
}

// Bias is the part of the advantage that the picking gave it.
func (f Folds) Bias() float64 { return f.InSample - f.OutOfSample }

// foldsOfSeeds is how many times a part of the seeds is left out.
const foldsOfSeeds = 5

// CrossFit leaves out each of five contiguous parts of the seeds in turn, picks the
// point with the best mean by the others, and compares it with the baseline on both.
// Points without every score are passed over. It needs ten seeds. A cross-check: the
// folds pick by fewer seeds than the study, and share most of them.
func CrossFit(s *Scores, baseline int) Folds {
	none := Folds{InSample: math.NaN(), OutOfSample: math.NaN()}
	seeds := s.Rows()
	if seeds < 2*foldsOfSeeds || s.Points < 2 {
		return none
	}
	result := Folds{Folds: foldsOfSeeds}
	for fold := range foldsOfSeeds {
		first, end := fold*seeds/foldsOfSeeds, (fold+1)*seeds/foldsOfSeeds
		in, out := make([]float64, s.Points), make([]float64, s.Points)
		for seed := range seeds {
			sums, n := in, seeds-(end-first)
			if seed >= first && seed < end {
				sums, n = out, end-first
			}
			for point := range s.Points {
				sums[point] += s.at(point, seed) / float64(n)
			}
		}
		best := -1
		for point := range s.Points {
			if x := in[point] + out[point]; !math.IsNaN(x) && !s.infeasible(point) && (best < 0 || in[point] > in[best]) {
				best = point
			}
		}
		if best < 0 {
			return none
		}
		result.InSample += (in[best] - in[baseline]) / foldsOfSeeds
		result.OutOfSample += (out[best] - out[baseline]) / foldsOfSeeds
	}
	return result
}
