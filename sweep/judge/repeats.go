package judge

import (
	"fmt"
	"math"

	"github.com/zeebo/xxh3"

	"optmm/sweep/tables"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// Repeats describes points that have the same P&L, turnover and objective under every
// seed as another point: what they differ in had no effect in this study.
type Repeats struct {
	Points        int // that repeat an earlier one
	First, Second int // the first such pair
}

// findRepeats compares the points that traded at all; one that never did repeats every
// other such.
func findRepeats(s *tables.Runs) (found Repeats, err error) {
	points := s.Plan.Grid.Points()
	prints := make([]uint64, points)
	traded := make([]bool, points)
	const objective = ""
	for _, name := range []string{"net_pnl", "option_turnover", "hedge_turnover", objective} {
		ofObjective := name == objective
		read := func() (*verdict.Scores, error) { return s.Figure(name) }
		if ofObjective {
			read = s.Objective
		}
		scores, err := read()
		if err != nil {
			return found, err
		}
		var bytes [8]byte
		for i, value := range scores.Values {
			point := i % points
			bits := math.Float64bits(value)
			for b := range bytes {
				bytes[b] = byte(bits >> (8 * b))
			}
			prints[point] = xxh3.HashSeed(bytes[:], prints[point])
			traded[point] = traded[point] || !ofObjective && value != 0 && !math.IsNaN(value)
		}
	}
	seen := make(map[uint64]int, points)
	for point, print := range prints {
		if !s.Plan.IsCandidate(point) {
			continue
		}
		if !traded[point] {
			continue
		}
		first, twice := seen[print]
		switch {
		case !twice:
			seen[print] = point
		case found.Points == 0:
			found = Repeats{Points: 1, First: first, Second: point}
		default:
			found.Points++
		}
	}
	return found, nil
}

// repeatsWarning says what a user should know of them; empty where there are none.
func (j *Findings) repeatsWarning() string {
	r := j.repeats
	if r.Points == 0 {
		return ""
	}
	return fmt.Sprintf("%s the figures of another under every "+j.Plan.Unit()+", as %d (%s) has those of %d: what they differ in had no effect here",
		text.Plural(r.Points, "point has", "points have"), r.Second, j.Plan.Setting(r.Second), r.First)
}
