package verify

import (
	"errors"
	"fmt"
	"io"
	"math"

	"optmm/engine/account"
	"optmm/engine/param"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/tables"
	"optmm/sweep/text"
)

// shownDifferences is how many differing keys, points or runs a diff names.
const shownDifferences = 10

// Diff compares two complete studies and says in words on what they differ: the
// studies themselves, then the figures of the points that both have. It reports
// whether the studies and all their results are the same.
func Diff(to io.Writer, a, b string) (same bool, err error) {
	var sides [2]*side
	for i, root := range []string{a, b} {
		if sides[i], err = openSide(root); err != nil {
			return false, err
		}
		defer sides[i].summary.Close()
	}
	found, err := folder.Differences(&sides[0].lock.Header, &sides[1].lock.Header)
	if err != nil {
		return false, err
	}
	if len(found) == 0 {
		if sides[0].lock.Digest == sides[1].lock.Digest {
			fmt.Fprintf(to, "the same study with the same results: %d runs, digest %s\n", sides[0].lock.Runs, sides[0].lock.Digest)
			return true, nil
		}
		fmt.Fprintf(to, "the same study with other results: digest %s in %s, %s in %s\n", sides[0].lock.Digest, a, sides[1].lock.Digest, b)
		return false, diffRuns(to, sides)
	}
	fmt.Fprintf(to, "two studies: %s in %s, %s in %s\n", sides[0].lock.Name, a, sides[1].lock.Name, b)
	for i, d := range found {
		if i == shownDifferences {
			fmt.Fprintf(to, "  and %d keys more\n", len(found)-i)
			break
		}
		fmt.Fprintf(to, "  %s: %s against %s\n", d.Key, orNothing(d.Old), orNothing(d.New))
	}
	return false, diffPoints(to, sides)
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return text
}

// side is one of two complete studies.
type side struct {
	lock    *folder.Lock
	plan    *plan.Plan
	summary *tables.Runs
}

func openSide(root string) (*side, error) {
	lock, p, err := folder.OpenComplete("diff", root)
	if err != nil {
		return nil, err
	}
	s, err := tables.Open(p, root)
	if err != nil {
		return nil, err
	}
	return &side{lock, p, s}, nil
}

// diffRuns names the first runs of two results of one study that differ, and the
// largest difference of each statistic.
func diffRuns(to io.Writer, sides [2]*side) (err error) {
	var digests [2][]string
	for i, side := range sides {
		if digests[i], err = side.summary.Texts("digest"); err != nil {
			return err
		}
	}
	differing := 0
	for run := range digests[0] {
		if digests[0][run] == digests[1][run] {
			continue
		}
		if differing++; differing <= shownDifferences {
			point, seed := sides[0].plan.RunAt(run)
			fmt.Fprintf(to, "  run %d differs: seed %s, %s\n", run, seed, sides[0].plan.Setting(point))
		}
	}
	fmt.Fprintf(to, "  %d of %d runs differ\n", differing, len(digests[0]))
	for _, statistic := range account.Statistics() {
		var values [2][]float64
		for i, side := range sides {
			if values[i], err = side.summary.Values(statistic.Name); err != nil {
				return err
			}
		}
		worst := largest{}
		for run := range values[0] {
			worst.add(run, values[0][run], values[1][run])
		}
		if worst.differing > 0 {
			fmt.Fprintf(to, "  %s differs in %s, most in run %d: %v against %v\n", statistic.Name, text.Count(worst.differing, "run"), worst.at, worst.a, worst.b)
		}
	}
	return nil
}

// largest follows the largest difference of two columns.
type largest struct {
	differing, at int
	a, b, size    float64
}

func (l *largest) add(at int, a, b float64) {
	if a == b || math.IsNaN(a) && math.IsNaN(b) {
		return
	}
	size := math.Abs(a - b)
	if math.IsNaN(size) {
		size = math.Inf(1) // undefined on one side alone
	}
	if l.differing++; l.differing == 1 || size > l.size {
		l.at, l.a, l.b, l.size = at, a, b, size
	}
}

// diffPoints compares the points that two studies share, by all of their
// parameters, on the statistics' means over the seeds.
func diffPoints(to io.Writer, sides [2]*side) error {
	places := map[param.Params]int{}
	for point := range sides[1].plan.Grid.Points() {
		places[sides[1].plan.Grid.Params(point)] = point
	}
	var shared [][2]int
	only := 0
	for point := range sides[0].plan.Grid.Points() {
		if other, ok := places[sides[0].plan.Grid.Params(point)]; ok {
			shared = append(shared, [2]int{point, other})
			continue
		}
		if only++; only <= shownDifferences {
			fmt.Fprintf(to, "  point %d is in the first alone: %s\n", point, sides[0].plan.Setting(point))
		}
	}
	fmt.Fprintf(to, "  %d points in both, %d in the first alone, %d in the second alone\n", len(shared), only, len(places)-len(shared))
	if len(shared) == 0 {
		return nil
	}
	for _, statistic := range account.Statistics() {
		first, err := sides[0].summary.Figure(statistic.Name)
		if err != nil {
			return err
		}
		second, err := sides[1].summary.Figure(statistic.Name)
		if err != nil {
			return err
		}
		worst := largest{}
		for i, pair := range shared {
			worst.add(i, first.Of(pair[0]).Mean, second.Of(pair[1]).Mean)
		}
		if worst.differing == 0 {
			fmt.Fprintf(to, "  %s: the same mean at every shared point\n", statistic.Name)
			continue
		}
		fmt.Fprintf(to, "  %s: other means at %d of %d shared points, most at %s: %s against %s\n", statistic.Name,
			worst.differing, len(shared), sides[0].plan.Setting(shared[worst.at][0]), text.Significant(worst.a), text.Significant(worst.b))
	}
	return nil
}

// ErrDifferent says that two studies are not the same.
var ErrDifferent = errors.New("the studies differ")
