package sweep

import (
	"slices"
	"testing"
)

// The scores of some points are those of all points, cut; across row groups that
// begin and end anywhere among the seeds.
func TestScoresOfSomePoints(t *testing.T) {
	study := mustParse(t, small)
	s := summaryOf(t, study)
	whole, err := s.scores("net_pnl")
	if err != nil {
		t.Fatal(err)
	}
	points, seeds := study.Grid.Points(), study.Seeds.Len()
	if points < 4 || seeds < 3 || study.chunks() < 5 {
		t.Fatalf("%d points, %d seeds, %d row groups: the test shows little", points, seeds, study.chunks())
	}
	for first := range points {
		for end := first + 1; end <= points; end++ {
			part, err := study.figures(study.selection(), s.column, "net_pnl", first, end)
			if err != nil {
				t.Fatal(err)
			}
			var want []float64
			for seed := range seeds {
				want = append(want, whole.Values[seed*points+first:seed*points+end]...)
			}
			if !slices.Equal(part.Values, want) {
				t.Fatalf("points %d to %d: %v, want %v", first, end, part.Values, want)
			}
		}
	}
	// Which row groups are read is decided by has alone: every row by itself.
	for row := range points * seeds {
		for first := range points {
			point := row % points
			if has(points, row, row+1, first, first+1) != (point == first) {
				t.Fatalf("row %d and point %d", row, first)
			}
		}
	}
}
