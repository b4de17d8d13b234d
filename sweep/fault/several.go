package fault

import (
	"errors"
	"strings"
)

// Several is all that is wrong with something at once: at least two errors.
type Several struct{ Errors []error }

func (s *Several) Error() string {
	var lines []string
	for _, err := range s.Errors {
		lines = append(lines, err.Error())
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors.
func (s *Several) Unwrap() []error { return s.Errors }

// List gathers errors. Of Faults at one key, or at a key and one below it, the first counts: the others
// may follow from it.
type List struct {
	errors []error
	paths  []string
}

// Add adds an error, or each of several; nil adds nothing.
func (l *List) Add(err error) {
	var several *Several
	var at *Fault
	switch {
	case err == nil:
	case errors.As(err, &several):
		for _, one := range several.Errors {
			l.Add(one)
		}
	case errors.As(err, &at):
		for _, path := range l.paths {
			if path == at.Path || strings.HasPrefix(path, at.Path+".") || strings.HasPrefix(at.Path, path+".") {
				return
			}
		}
		l.paths = append(l.paths, at.Path)
		l.errors = append(l.errors, err)
	default:
		l.errors = append(l.errors, err)
	}
}

// Err is what was gathered: nil, an error or Several.
func (l *List) Err() error {
	switch len(l.errors) {
	case 0:
		return nil
	case 1:
		return l.errors[0]
	}
	return &Several{l.errors}
}
