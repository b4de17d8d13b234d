// Package fault has the errors of a study that every room makes and the commands tell
// apart: what the user asked for is wrong, at which key, or results are not what they
// should be.
package fault

import (
	"fmt"
	"strconv"
)

// Fault is an error in a study, with the path of the key it concerns: list
// entries by their index, as in grid.skew.2.
type Fault struct {
	Path string
	Err  error
}

func (f *Fault) Error() string { return f.Path + ": " + f.Err.Error() }
func (f *Fault) Unwrap() error { return f.Err }

// New returns a Fault with a formatted message.
func New(path, format string, arguments ...any) error {
	return &Fault{Path: path, Err: fmt.Errorf(format, arguments...)}
}

// Entry is the path of entry i of a list.
func Entry(path string, i int) string { return path + "." + strconv.Itoa(i) }
