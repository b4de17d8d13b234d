package sweep

import (
	"fmt"
	"math"

	"github.com/zeebo/xxh3"
)

// Repeats tells of points that have the same P&L, turnover and objective under every
// seed as another point: what they differ in counted for nothing in this study.
type Repeats struct {
	Points        int // that repeat an earlier one
	First, Second int // the first such pair
}

// repeats compares the points that traded at all; one that never did repeats every
// other such.
func (s *summary) repeats(objective string) (found Repeats, err error) {
	prints := make([]uint64, s.points)
	traded := make([]bool, s.points)
	for _, name := range []string{"net_pnl", "option_turnover", "hedge_turnover", objective} {
		scores, err := s.scores(name)
		if err != nil {
			return found, err
		}
		var bytes [8]byte
		for i, value := range scores.Values {
			point := i % s.points
			bits := math.Float64bits(value)
			for b := range bytes {
				bytes[b] = byte(bits >> (8 * b))
			}
			prints[point] = xxh3.HashSeed(bytes[:], prints[point])
			traded[point] = traded[point] || name != objective && value != 0
		}
	}
	seen := make(map[uint64]int, s.points)
	for point, print := range prints {
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

// describeRepeats says what a user should know of them; empty where there are
// none.
func (r *Result) describeRepeats() string {
	if r.Repeats.Points == 0 {
		return ""
	}
	return fmt.Sprintf("%s the figures of another under every seed, as %d (%s) has those of %d: what they differ in counted for nothing here",
		pluralOf(r.Repeats.Points, "point has", "points have"), r.Repeats.Second, r.RepeatSetting, r.Repeats.First)
}
