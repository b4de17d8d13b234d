package scores

import "testing"

// Which chunks are read is decided by has alone: every row by itself.
func TestRowsHaveTheirOwnPoint(t *testing.T) {
	const points, seeds = 6, 4
	for row := range points * seeds {
		for first := range points {
			if has(points, row, row+1, first, first+1) != (row%points == first) {
				t.Fatalf("row %d and point %d", row, first)
			}
		}
	}
}
