package fault

import (
	"fmt"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the candidate that is nearest in spelling; ok is false where none is near.
func Nearest(name string, candidates []string) (nearest string, ok bool) {
	distance := max(2, len(name)/3) + 1
	for _, candidate := range candidates {
		if d := levenshtein.ComputeDistance(name, candidate); d < distance {
			nearest, distance, ok = candidate, d, true
		}
	}
	return nearest, ok
}

// DidYouMean asks about the candidate that is nearest in spelling, behind a sentence;
// empty where none is near.
func DidYouMean(name string, candidates []string) string {
	if nearest, ok := Nearest(name, candidates); ok {
		return fmt.Sprintf(" (did you mean %s?)", nearest)
	}
	return ""
}
