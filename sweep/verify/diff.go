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

// comparison is what two complete studies have in common, and on what they differ.
type comparison struct {
	First   string    `json:"first"` // folders
	Second  string    `json:"second"`
	Same    bool      `json:"same"` // the study and all its results
	Runs    int       `json:"runs"` // of the first
	Digests [2]string `json:"digests"`
	Names   [2]string `json:"names"`

	Keys       []keyDifference    `json:"keys,omitempty"`           // of two studies: all on which they differ
	Differing  []int              `json:"differing_runs,omitempty"` // of one study with other results
	Shared     int                `json:"shared_points,omitempty"`  // of two studies, by all of their parameters
	OnlyFirst  []int              `json:"points_only_in_first,omitempty"`
	OnlySecond int                `json:"points_only_in_second,omitempty"`
	Figures    []figureDifference `json:"figures,omitempty"` // those that differ in some run, or by their mean at some shared point
	sides      [2]*side
}

// keyDifference is a key that two studies do not agree on; a side that lacks it is empty.
type keyDifference struct {
	Key    string `json:"key"`
	First  string `json:"first"`
	Second string `json:"second"`
}

// figureDifference is a figure that differs, with its values where they differ most; null is undefined.
type figureDifference struct {
	Figure    string `json:"figure"`
	Differing int    `json:"differing"` // runs, or shared points
	Most      int    `json:"most_at"`   // the run, or the point of the first study
	First     any    `json:"first"`
	Second    any    `json:"second"`

	values [2]float64
}

// Diff compares a complete study with others, and prints in words, or as JSON, on what each differs from
// it: the studies themselves, then the figures of the points that both have. It reports whether all
// studies and all their results are the same.
func Diff(to io.Writer, first string, others []string, asJSON bool) (same bool, err error) {
	same = true
	comparisons := []*comparison{}
	for i, other := range others {
		c, err := compare(first, other)
		if err != nil {
			return false, err
		}
		same = same && c.Same
		if asJSON {
			comparisons = append(comparisons, c)
			continue
		}
		if len(others) > 1 {
			if i > 0 {
				fmt.Fprintln(to)
			}
			fmt.Fprintf(to, "%s, compared with %s\n", other, first)
		}
		c.write(to)
	}
	if asJSON {
		return same, text.WriteJSON(to, comparisons)
	}
	return same, nil
}

// compare compares two complete studies.
func compare(a, b string) (c *comparison, err error) {
	c = &comparison{First: a, Second: b}
	for i, root := range []string{a, b} {
		s, err := openSide(root)
		if err != nil {
			return nil, err
		}
		defer s.summary.Close()
		c.sides[i], c.Digests[i], c.Names[i] = s, s.lock.Digest, s.lock.Name
	}
	c.Runs = c.sides[0].lock.Runs
	found, err := folder.Differences(&c.sides[0].lock.Header, &c.sides[1].lock.Header)
	if err != nil {
		return nil, err
	}
	for _, d := range found {
		c.Keys = append(c.Keys, keyDifference{d.Key, d.Old, d.New})
	}
	switch {
	case len(found) > 0:
		return c, c.comparePoints()
	case c.Digests[0] == c.Digests[1]:
		c.Same = true
		return c, nil
	}
	return c, c.compareRuns()
}

// write prints the comparison.
func (c *comparison) write(to io.Writer) {
	switch {
	case c.Same:
		fmt.Fprintf(to, "the same study with the same results: %d runs, digest %s\n", c.Runs, c.Digests[0])
		return
	case c.Keys == nil:
		fmt.Fprintf(to, "the same study with other results: digest %s in %s, %s in %s\n", c.Digests[0], c.First, c.Digests[1], c.Second)
		for i, run := range c.Differing {
			if i == shownDifferences {
				break
			}
			point, seed := c.sides[0].plan.RunAt(run)
			fmt.Fprintf(to, "  run %d differs: seed %s, %s\n", run, seed, c.sides[0].plan.Setting(point))
		}
		fmt.Fprintf(to, "  %d of %d runs differ\n", len(c.Differing), c.Runs)
		for _, d := range c.Figures {
			fmt.Fprintf(to, "  %s differs in %s, most in run %d: %v against %v\n", d.Figure, text.Count(d.Differing, "run"), d.Most, d.values[0], d.values[1])
		}
		return
	}
	fmt.Fprintf(to, "two studies: %s in %s, %s in %s\n", c.Names[0], c.First, c.Names[1], c.Second)
	for i, d := range c.Keys {
		if i == shownDifferences {
			fmt.Fprintf(to, "  and %d keys more\n", len(c.Keys)-i)
			break
		}
		fmt.Fprintf(to, "  %s: %s against %s\n", d.Key, orNothing(d.First), orNothing(d.Second))
	}
	for i, point := range c.OnlyFirst {
		if i == shownDifferences {
			break
		}
		fmt.Fprintf(to, "  point %d is only in the first: %s\n", point, c.sides[0].plan.Setting(point))
	}
	fmt.Fprintf(to, "  %d points in both, %d only in the first, %d only in the second\n", c.Shared, len(c.OnlyFirst), c.OnlySecond)
	if c.Shared == 0 {
		return
	}
	differing := map[string]*figureDifference{}
	for i := range c.Figures {
		differing[c.Figures[i].Figure] = &c.Figures[i]
	}
	for _, statistic := range account.Statistics() {
		if d := differing[statistic.Name]; d != nil {
			fmt.Fprintf(to, "  %s: other means at %d of %d shared points, most at %s: %s against %s\n", statistic.Name,
				d.Differing, c.Shared, c.sides[0].plan.Setting(d.Most), text.Significant(d.values[0]), text.Significant(d.values[1]))
		} else {
			fmt.Fprintf(to, "  %s: the same mean at every shared point\n", statistic.Name)
		}
	}
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

// compareRuns finds the runs of two results of one study that differ, and the largest difference of
// each figure.
func (c *comparison) compareRuns() (err error) {
	var digests [2][]string
	for i, side := range c.sides {
		if digests[i], err = side.summary.Texts("digest"); err != nil {
			return err
		}
	}
	for run := range digests[0] {
		if digests[0][run] != digests[1][run] {
			c.Differing = append(c.Differing, run)
		}
	}
	for _, statistic := range account.Statistics() {
		var values [2][]float64
		for i, side := range c.sides {
			if values[i], err = side.summary.Values(statistic.Name); err != nil {
				return err
			}
		}
		worst := largest{}
		for run := range values[0] {
			worst.add(run, values[0][run], values[1][run])
		}
		c.add(statistic.Name, &worst)
	}
	return nil
}

// add adds a figure that differs somewhere.
func (c *comparison) add(figure string, worst *largest) {
	if worst.differing > 0 {
		c.Figures = append(c.Figures, figureDifference{figure, worst.differing, worst.at, text.Number(worst.a), text.Number(worst.b), [2]float64{worst.a, worst.b}})
	}
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

// comparePoints compares the points that two studies share, by all of their parameters, on the figures'
// means over the seeds.
func (c *comparison) comparePoints() error {
	places := map[param.Params]int{}
	for point := range c.sides[1].plan.Grid.Points() {
		places[c.sides[1].plan.Grid.Params(point)] = point
	}
	var shared [][2]int
	for point := range c.sides[0].plan.Grid.Points() {
		if other, ok := places[c.sides[0].plan.Grid.Params(point)]; ok {
			shared = append(shared, [2]int{point, other})
		} else {
			c.OnlyFirst = append(c.OnlyFirst, point)
		}
	}
	if c.Shared, c.OnlySecond = len(shared), len(places)-len(shared); c.Shared == 0 {
		return nil
	}
	for _, statistic := range account.Statistics() {
		first, err := c.sides[0].summary.Figure(statistic.Name)
		if err != nil {
			return err
		}
		second, err := c.sides[1].summary.Figure(statistic.Name)
		if err != nil {
			return err
		}
		worst := largest{}
		for _, pair := range shared {
			worst.add(pair[0], first.Of(pair[0]).Mean, second.Of(pair[1]).Mean)
		}
		c.add(statistic.Name, &worst)
	}
	return nil
}

// ErrDifferent says that two studies are not the same.
var ErrDifferent = errors.New("the studies differ")
