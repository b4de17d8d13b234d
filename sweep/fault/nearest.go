package fault

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// DidYouMean asks about the candidate that is nearest in spelling, behind a sentence, or where none is
// near about those of which the name is a word; empty where there are none either.
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
		nearest = strings.Join(withWord(name, candidates), ", ")
	}
	if nearest == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", nearest)
}

// mostProposed is how many candidates are proposed at most.
const mostProposed = 3

// withWord lists the first candidates of which a name is one of the words, which underscores or spaces part.
func withWord(name string, candidates []string) (found []string) {
	for _, candidate := range candidates {
		if len(found) < mostProposed && slices.Contains(strings.FieldsFunc(candidate, func(r rune) bool { return r == '_' || r == ' ' }), name) && !slices.Contains(found, candidate) {
			found = append(found, candidate)
		}
	}
	return found
}
