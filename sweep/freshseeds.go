package sweep

import (
	"encoding/json"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"optmm/sweep/grid"
)

// FreshUse is a use of fresh seeds: which points were run on them, for which study.
// Whoever has seen what came of it and picks again picks by them too.
type FreshUse struct {
	Study     string `json:"study_sha256"`
	Objective any    `json:"objective"`
	Seeds     any    `json:"seeds"`
	Points    []int  `json:"points"`
}

// freshUses returns every use of fresh seeds in the folder, the last this study's;
// doing the same again is no further use.
func freshUses(study *Study, f *folder) ([]FreshUse, error) {
	if study.Fresh == nil {
		return f.uses, nil
	}
	header, err := study.header()
	if err != nil {
		return nil, err
	}
	this := FreshUse{header.StudyHash, study.Objective.notation(), study.Fresh.Notation(), study.freshRuns().points}
	uses := slices.DeleteFunc(slices.Clone(f.uses), func(use FreshUse) bool {
		return use.Study == this.Study && slices.Equal(use.Points, this.Points)
	})
	return append(uses, this), nil
}

// usedBefore counts the other selections that have been held against fresh seeds of
// this study in its folder.
func usedBefore(study *Study, uses []FreshUse) (int, error) {
	used := 0
	for _, use := range uses[:max(0, len(uses)-1)] {
		content, err := json.Marshal(use.Seeds)
		if err != nil {
			return 0, err
		}
		var notation any
		if err := yaml.Unmarshal(content, &notation); err != nil {
			return 0, err
		}
		seeds, err := grid.ParseSeeds("fresh_uses", notation)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", lockName, err)
		}
		if _, shared := seeds.Shared(study.Fresh); shared {
			used++
		}
	}
	return used, nil
}
