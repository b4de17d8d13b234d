package sweep

import "optmm/sweep/fault"

// settled returns the points of the stages that other stages chose, for the lock.
func settled(p *Plan) map[string][]int {
	points := map[string][]int{}
	for i := range p.stages {
		if stage := &p.stages[i]; stage.points != nil {
			points[stage.name] = stage.points
		}
	}
	return points
}

// settle takes the points of every stage of a plan from the lock of a complete study.
func (l *Lock) settle(p *Plan) error {
	for i := range p.stages {
		stage := &p.stages[i]
		if stage.known() {
			continue
		}
		points := l.Stages[stage.name]
		if len(points) != stage.size {
			return fault.Mismatch("sweep.lock has %d points of stage %q, its study %d", len(points), stage.name, stage.size)
		}
		for k, point := range points {
			if point < 0 || point >= p.Grid.Points() || k > 0 && point <= points[k-1] {
				return fault.Mismatch("sweep.lock: the points of stage %q are not points of the grid in their order", stage.name)
			}
		}
		stage.points = points
	}
	return nil
}
