package recorded

import (
	"fmt"
	"strings"
)

// shownFaults is how many faults of a kind are shown; the others are counted.
const shownFaults = 3

// Faults are what is wrong in a table: all of it, by kind in the order of the first of each. A
// kind is what is wrong and in which column.
type Faults struct {
	kinds []*faultKind
	byKey map[string]*faultKind
}

type faultKind struct {
	shown []error
	count int
	last  string // where the last one is
}

// add notes a fault of a kind at a place; the error is made only where it will be shown.
func (f *Faults) add(key, place string, err func() error) {
	kind := f.byKey[key]
	if kind == nil {
		kind = &faultKind{}
		if f.byKey == nil {
			f.byKey = map[string]*faultKind{}
		}
		f.byKey[key], f.kinds = kind, append(f.kinds, kind)
	}
	kind.count++
	kind.last = place
	if len(kind.shown) < shownFaults {
		kind.shown = append(kind.shown, err())
	}
}

// err returns the faults; nil where there are none.
func (f *Faults) err() error {
	if len(f.kinds) == 0 {
		return nil
	}
	return f
}

// total returns how many faults there are.
func (f *Faults) total() int {
	count := 0
	for _, kind := range f.kinds {
		count += kind.count
	}
	return count
}

// Error is the fault, if it is the only one, and else a line for each that is shown.
func (f *Faults) Error() string {
	if f.total() == 1 {
		return f.kinds[0].shown[0].Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d faults", f.total())
	for _, kind := range f.kinds {
		for _, err := range kind.shown {
			fmt.Fprintf(&b, "\n  %v", err)
		}
		if more := kind.count - len(kind.shown); more > 0 {
			fmt.Fprintf(&b, "\n  and %d more like the last", more)
			if kind.last != "" {
				fmt.Fprintf(&b, ", the last of them at %s", kind.last)
			}
		}
	}
	return b.String()
}

// Unwrap returns the faults that are shown.
func (f *Faults) Unwrap() []error {
	var shown []error
	for _, kind := range f.kinds {
		shown = append(shown, kind.shown...)
	}
	return shown
}
