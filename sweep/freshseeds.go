package sweep

import (
	"encoding/json"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"optmm/sweep/grid"
)

// Selection is a picking of points in a folder: by which seeds, and what was held against
// fresh ones. Whoever has seen what came of it picks by all of them the next time.
type Selection struct {
	Study     string `json:"study_sha256"`
	Objective any    `json:"objective"`
	Picked    any    `json:"picked_by"`       // seeds
	Fresh     any    `json:"fresh,omitempty"` // seeds
	Points    []int  `json:"points,omitempty"`
}

// selectionsOf returns every selection in the folder, the last this study's; doing the
// same again is no further one.
func selectionsOf(study *Study, f *folder) ([]Selection, error) {
	header, err := study.header()
	if err != nil {
		return nil, err
	}
	this := Selection{Study: header.StudyHash, Objective: study.Objective.notation(), Picked: study.Seeds.Notation()}
	if study.Fresh != nil {
		this.Fresh, this.Points = study.Fresh.Notation(), study.freshRuns().points
	}
	return this.last(f.selections), nil
}

// last puts the selection behind others, of which it replaces the same one.
func (s Selection) last(others []Selection) []Selection {
	kept := slices.DeleteFunc(slices.Clone(others), func(other Selection) bool {
		return other.Study == s.Study && slices.Equal(other.Points, s.Points)
	})
	return append(kept, s)
}

// usedBefore counts the other selections in the folder that have seen what fresh seeds of
// this study come to.
func usedBefore(study *Study, selections []Selection) (int, error) {
	used := 0
	for _, selection := range selections[:max(0, len(selections)-1)] {
		seen := false
		for _, notation := range []any{selection.Picked, selection.Fresh} {
			if notation == nil {
				continue
			}
			seeds, err := parseNotation(notation)
			if err != nil {
				return 0, err
			}
			_, shared := study.Fresh.Shared(seeds)
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
		return nil, fmt.Errorf("%s: %w", lockName, err)
	}
	return seeds, nil
}
