package sweep

import (
	"optmm/sweep/verdict"
)

// settle finds which points a stage is about from the runs of the stages before it:
// the best by the objective, as many as it takes, and the baseline.
func (s *source) settle(stage *stage) error {
	if stage.known() {
		return nil
	}
	points, err := s.survivors(stage)
	stage.points = points
	return err
}

// survivors returns the points that a stage is about.
func (s *source) survivors(of *stage) ([]int, error) {
	before := s.plan.before(of)
	scores, err := s.objective(before)
	if err != nil {
		return nil, err
	}
	baseline, _ := s.plan.Grid.Baseline()
	return verdict.Survivors(scores, baseline, of.size-1, before[len(before)-1].points), nil
}
