package fault

import (
	"fmt"

	"github.com/agnivade/levenshtein"
)

// DidYouMean asks about the candidate that is nearest in spelling, behind a sentence;
// empty where none is near.
func DidYouMean(name string, candidates []string) string {
	nearest, distance := "", max(2, len(name)/3)+1
	if len(name) <= 3 { // of which two letters are most
		distance = 2
	}
	for _, candidate := range candidates {
		if d := levenshtein.ComputeDistance(name, candidate); d < distance {
			nearest, distance = candidate, d
		}
	}
	if nearest == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", nearest)
}
