package scores

import (
	"optmm/sweep/plan"
	"optmm/sweep/verdict"
)

// Settle finds which points a stage is about from the runs of the stages before it:
// the best by the objective, as many as it takes, and the baseline.
func (s *Source) Settle(stage *plan.Stage) error {
	if stage.Known() {
		return nil
	}
	points, err := s.Survivors(stage)
	stage.Points = points
	return err
}

// Survivors returns the points that a stage is about.
func (s *Source) Survivors(of *plan.Stage) ([]int, error) {
	before := s.plan.Before(of)
	scores, err := s.Objective(before)
	if err != nil {
		return nil, err
	}
	baseline, _ := s.plan.Grid.Baseline()
	return verdict.Survivors(scores, baseline, of.Size-1, before[len(before)-1].Points), nil
}
