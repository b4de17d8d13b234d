package grid

import (
	"fmt"
	"strconv"

	"github.com/agnivade/levenshtein"
)

// Fault is an error in a study, with the path of the key it concerns: list
// entries by their index, as in grid.skew.2.
type Fault struct {
	Path string
	Err  error
}

func (f *Fault) Error() string { return f.Path + ": " + f.Err.Error() }
func (f *Fault) Unwrap() error { return f.Err }

// NewFault returns a Fault with a formatted message.
func NewFault(path, format string, arguments ...any) error {
	return &Fault{Path: path, Err: fmt.Errorf(format, arguments...)}
}

// Entry is the path of entry i of a list.
func Entry(path string, i int) string { return path + "." + strconv.Itoa(i) }

// Nearest returns " (did you mean X?)" for the candidate that is nearest in
// spelling, or nothing where none is near.
func Nearest(name string, candidates []string) string {
	best, distance := "", max(2, len(name)/3)+1
	for _, candidate := range candidates {
		if d := levenshtein.ComputeDistance(name, candidate); d < distance {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", best)
}
