package verdict

import (
	"errors"
	"math"
)

// Windows are those of a walk-forward: a point is picked on some days, and trades the next.
type Windows struct {
	Train, Test, Step int  // days; from one fold to the next a step
	Anchored          bool // every training window begins with the first day
	Gap               int  // days between training and test that neither has
}

// Fold is a training window and the days that follow it, by index.
type Fold struct{ TrainFirst, TrainEnd, TestFirst, TestEnd int }

// The reasons why there are no folds.
var (
	errWindowTooLong = errors.New("the data are shorter than train + test")
	errNoTraining    = errors.New("no training day is left")
)

// Folds returns the folds of n days and how many at the end no fold tests. A last window that
// is shorter than Test is not used. Labels that reach span days ahead, and the gap, take days
// off the end of a training window (López de Prado 2018, snippet 7.1): it shrinks, it does not
// shift.
func (w Windows) Folds(n, span int) (folds []Fold, left int, err error) {
	for first := w.Train; first+w.Test <= n; first += w.Step {
		fold := Fold{first - w.Train, first - span - w.Gap, first, first + w.Test}
		if w.Anchored {
			fold.TrainFirst = 0
		}
		if fold.TrainEnd <= fold.TrainFirst {
			return nil, n, errNoTraining
		}
		folds = append(folds, fold)
	}
	if folds == nil {
		return nil, n, errWindowTooLong
	}
	return folds, n - folds[len(folds)-1].TestEnd, nil
}

// Walk is what picking on each training window and trading the days after it comes to.
type Walk struct {
	Folds  []Fold
	Picked []int // the point of each fold; −1 where no score is defined, or every point is infeasible
	Left   int   // days after the last fold, which none tests

	Days  []int // that are traded, rising
	Point []int // that trades each of them: the one of the last fold before it
}

// WalkForward picks the best point of each training window. The infeasible points of a window
// are those that infeasible returns; nil: none are.
func WalkForward(s *Scores, baseline int, w Windows, infeasible func(first, end int) ([]bool, error)) (*Walk, error) {
	folds, left, err := w.Folds(s.Rows(), 0)
	if err != nil {
		return nil, err
	}
	walk := &Walk{Folds: folds, Left: left}
	trades := make([]int, s.Rows())
	for i := range trades {
		trades[i] = -1
	}
	for _, fold := range folds {
		window := s.Days(fold.TrainFirst, fold.TrainEnd)
		if infeasible != nil {
			if window.Infeasible, err = infeasible(fold.TrainFirst, fold.TrainEnd); err != nil {
				return nil, err
			}
		}
		picked := window.Best(baseline)
		walk.Picked = append(walk.Picked, picked)
		for day := fold.TestFirst; day < fold.TestEnd; day++ {
			trades[day] = picked
		}
	}
	for day, point := range trades {
		if point >= 0 {
			walk.Days, walk.Point = append(walk.Days, day), append(walk.Point, point)
		}
	}
	return walk, nil
}

// Days returns the scores of the days from first to end.
func (s *Scores) Days(first, end int) *Scores {
	return (&Scores{Points: s.Points, Values: s.Values[first*s.Points : end*s.Points]}).OverDays()
}

// Joined returns a figure of the days that are traded: of the points that were picked, and of
// the baseline, in two columns.
func (w *Walk) Joined(figure *Scores, baseline int) *Scores {
	joined := &Scores{Points: 2}
	for i, day := range w.Days {
		joined.Values = append(joined.Values, figure.at(w.Point[i], day), figure.at(baseline, day))
	}
	return joined.OverDays()
}

// Distinct returns how many points were picked at all.
func (w *Walk) Distinct() int {
	seen := map[int]bool{}
	for _, point := range w.Picked {
		if point >= 0 {
			seen[point] = true
		}
	}
	return len(seen)
}

// Without returns how many folds picked no point.
func (w *Walk) Without() int {
	none := 0
	for _, point := range w.Picked {
		if point < 0 {
			none++
		}
	}
	return none
}

// Kept returns the share of the folds but the first that pick the point of the fold before;
// NaN where there is one fold.
func (w *Walk) Kept() float64 {
	kept := 0
	for i := 1; i < len(w.Picked); i++ {
		if w.Picked[i] >= 0 && w.Picked[i] == w.Picked[i-1] {
			kept++
		}
	}
	if len(w.Picked) < 2 {
		return math.NaN()
	}
	return float64(kept) / float64(len(w.Picked)-1)
}
