package param

import "fmt"

// Error says which parameter has a value that cannot be simulated, and why.
type Error struct {
	Parameter string // its name
	Reason    string // what follows the name in a sentence
}

func (e *Error) Error() string { return e.Parameter + " " + e.Reason }

func inconsistent(parameter, reason string, arguments ...any) error {
	return &Error{parameter, fmt.Sprintf(reason, arguments...)}
}
