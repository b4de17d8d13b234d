package recorded

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// isRoot reports whether a text names a share or an index, as SPXW, rather than an option.
func isRoot(text string) bool {
	return len(text) <= 6 && strings.Trim(strings.ToUpper(text), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.^/$") == ""
}

// mostRoots is how many roots of options a message may need to show.
const mostRoots = 20

// rootStrikes says whether a root has options of several strikes or expiries: what has one alone
// may be the id of an option.
type rootStrikes struct {
	expiry  int64
	strike  float64
	several bool
}

// noteRoot notes the root of a row, as far as a message shows roots.
func (b *chainReader) noteRoot(root string, expiry int64, strike float64) {
	known := b.roots[root]
	switch {
	case root == "":
	case known != nil:
		known.several = known.several || known.expiry != expiry || known.strike != strike
	case len(b.roots) < mostRoots:
		b.roots[strings.Clone(root)] = &rootStrikes{expiry: expiry, strike: strike}
	}
}

// refuseRoots refuses options of several shares that nobody chose from.
func (b *chainReader) refuseRoots() {
	roots := slices.Sorted(maps.Keys(b.roots))
	ofShares := !b.column || slices.ContainsFunc(roots, func(root string) bool { return b.roots[root].several })
	if b.layout.Roots == nil && len(roots) > 1 && ofShares {
		b.faults.add("roots", "", func() error {
			return fmt.Errorf("the options have the roots %s: choose those that are meant by root", strings.Join(roots, ", "))
		})
	}
}
