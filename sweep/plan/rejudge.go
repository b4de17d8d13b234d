package plan

import (
	"slices"

	"optmm/sweep/spec"
)

// Rejudged returns the plan of a study that was run, for judging it again: the runs are laid out as
// they were. Candidates are the points that meet a condition, where there is one; nil: all. Where no
// holdout seed ran the baseline, the holdout seeds say nothing and are left out.
func (p *Plan) Rejudged(study *spec.Study, where string, candidates []bool) *Plan {
	other := *p
	other.Study, other.where, other.candidates = study, where, candidates
	stage := p.HoldoutStage()
	baseline, _ := study.Grid.Baseline()
	if stage == nil {
		return &other
	}
	if _, ran := stage.Index(baseline); !ran {
		other.Study, other.Stages, other.holdoutLacks = study.WithoutHoldout(), slices.Clip(p.SelectionStages()), true
	}
	return &other
}

// IsCandidate reports whether a point may be the best. The baseline, which the others are compared
// with, always has its scores.
func (p *Plan) IsCandidate(point int) bool {
	baseline, _ := p.Grid.Baseline()
	return p.candidates == nil || p.candidates[point] || point == baseline
}

// Candidates returns the number of points that are compared.
func (p *Plan) Candidates() int {
	if p.candidates == nil {
		return p.Grid.Points()
	}
	n := 0
	for point := range p.candidates {
		if p.IsCandidate(point) {
			n++
		}
	}
	return n
}

// Where is the condition that candidates meet; empty where all points are candidates.
func (p *Plan) Where() string { return p.where }

// HoldoutLacksBaseline reports whether there are holdout seeds that did not run the baseline.
func (p *Plan) HoldoutLacksBaseline() bool { return p.holdoutLacks }
