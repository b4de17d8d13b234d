package plan

import (
	"encoding/json"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"optmm/sweep/grid"
)

// Selection is a picking of points in a folder: by which seeds, and what was held against
// holdout ones. Who has seen its outcome picks by all of them the next time.
type Selection struct {
	Study     string `json:"study_sha256"`
	Objective any    `json:"objective"`
	Picked    any    `json:"picked_by"`         // seeds
	Holdout   any    `json:"holdout,omitempty"` // seeds
	Points    []int  `json:"points,omitempty"`
	Where     string `json:"where,omitempty"` // that candidates meet

	PickedDays  []string `json:"picked_by_days,omitempty"` // recorded ones
	HoldoutDays []string `json:"holdout_days,omitempty"`
}

// SelectionsAfter returns every selection in the folder, where those were made before, the
// last this plan's; doing the same again is no further one.
func (p *Plan) SelectionsAfter(others []Selection) ([]Selection, error) {
	_, hash, err := p.Identity()
	if err != nil {
		return nil, err
	}
	this := Selection{Study: hash, Objective: p.Objective.Notation(), Picked: p.Seeds.Notation(), Where: p.where}
	if p.Holdout != nil {
		this.Holdout, this.Points = p.Holdout.Notation(), p.HoldoutStage().Points
	}
	if p.OverDays() {
		this.PickedDays = p.DayNames(p.Seeds)
		if p.Holdout != nil {
			this.HoldoutDays = p.DayNames(p.Holdout)
		}
	}
	return this.After(others), nil
}

// After puts the selection behind others, of which it replaces the same one.
func (s Selection) After(others []Selection) []Selection {
	kept := slices.DeleteFunc(slices.Clone(others), func(other Selection) bool {
		return other.Study == s.Study && other.Where == s.Where && slices.Equal(other.Points, s.Points)
	})
	return append(kept, s)
}

// UsedBefore counts the other selections in the folder that have seen what holdout seeds of
// this study come to.
func (p *Plan) UsedBefore(selections []Selection) (int, error) {
	used := 0
	for _, selection := range selections[:max(0, len(selections)-1)] {
		if p.OverDays() {
			if seen := append(slices.Clone(selection.PickedDays), selection.HoldoutDays...); slices.ContainsFunc(p.DayNames(p.Holdout), func(day string) bool { return slices.Contains(seen, day) }) {
				used++
			}
			continue
		}
		seen := false
		for _, notation := range []any{selection.Picked, selection.Holdout} {
			if notation == nil {
				continue
			}
			seeds, err := parseNotation(notation)
			if err != nil {
				return 0, err
			}
			_, shared := p.Holdout.Shared(seeds)
			seen = seen || shared
		}
		if seen {
			used++
		}
	}
	return used, nil
}

// parseNotation reads seeds as a lock has them.
func parseNotation(notation any) (*grid.Seeds, error) {
	content, err := json.Marshal(notation)
	if err != nil {
		return nil, err
	}
	var plain any
	if err := yaml.Unmarshal(content, &plain); err != nil {
		return nil, err
	}
	seeds, err := grid.ParseSeeds("selections", plain)
	if err != nil {
		return nil, fmt.Errorf("a selection of the lock: %w", err)
	}
	return seeds, nil
}
