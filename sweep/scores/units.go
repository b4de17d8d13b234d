package scores

import (
	"math"

	"optmm/sweep/verdict"
)

// perUnit returns the scores of runs as those of what is judged: seeds as they are, or
// recorded days, a day's being the mean over those of its seeds of fills that define it. Days on
// which no point has a score, as those that cannot be read, are left out.
func (s *Source) perUnit(runs *verdict.Scores) *verdict.Scores {
	if !s.plan.OverDays() {
		return runs
	}
	seeds, points := s.plan.RunsPerUnit(), runs.Points
	days := &verdict.Scores{Points: points, Infeasible: runs.Infeasible}
	row := make([]float64, points)
	for day := range len(runs.Values) / points / seeds {
		defined := false
		for point := range row {
			sum, n := 0.0, 0
			for seed := range seeds {
				if x := runs.Values[(day*seeds+seed)*points+point]; !math.IsNaN(x) {
					sum, n = sum+x, n+1
				}
			}
			row[point] = sum / float64(n) // NaN of none
			defined = defined || n > 0
		}
		if defined {
			days.Values, days.Units = append(days.Values, row...), append(days.Units, day)
		}
	}
	return days.OverDays()
}

// Undefined counts the runs of candidates whose objective is undefined, those that failed included.
func (s *Source) Undefined() (int, error) {
	runs, err := s.objectiveOfRuns(s.plan.SelectionStages())
	if err != nil {
		return 0, err
	}
	undefined := 0
	for i, x := range runs.Values {
		point := i % runs.Points
		if _, ran := s.plan.RunOf(point, i/runs.Points); ran && math.IsNaN(x) && s.plan.IsCandidate(point) {
			undefined++
		}
	}
	return undefined, nil
}
