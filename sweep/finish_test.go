package sweep

import (
	"path/filepath"
	"slices"
	"testing"

	"optmm/sweep/folder"
	"optmm/sweep/store"
)

// The scores of some points are those of all points, cut; across chunks that begin and
// end anywhere among the seeds.
func TestScoresOfSomePoints(t *testing.T) {
	study := mustPlan(t, small)
	s := summaryOf(t, study)
	whole, err := s.Figure("net_pnl")
	if err != nil {
		t.Fatal(err)
	}
	points, seeds := study.Grid.Points(), study.Seeds.Len()
	if points < 4 || seeds < 3 || study.ChunkCount() < 5 {
		t.Fatalf("%d points, %d seeds, %d chunks: the test shows little", points, seeds, study.ChunkCount())
	}
	for first := range points {
		for end := first + 1; end <= points; end++ {
			part, err := s.Scores().Figure(study.SelectionStages(), "net_pnl", first, end)
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
	for one := range points {
		for _, some := range [][]int{{one}, {one, 0}, {points - 1, one, one}} {
			part, err := s.Scores().FigureOf(study.SelectionStages(), "net_pnl", some)
			if err != nil {
				t.Fatal(err)
			}
			for seed := range seeds {
				for k, point := range some {
					if part.Values[seed*len(some)+k] != whole.Values[seed*points+point] {
						t.Fatalf("points %v: seed %d of point %d is %v, want %v", some, seed, point, part.Values[seed*len(some)+k], whole.Values[seed*points+point])
					}
				}
			}
		}
	}
}

// Chunks are read as they were committed, wherever the row groups of the table begin.
func TestChunksAcrossRowGroups(t *testing.T) {
	study := mustPlan(t, "name: long\nmarket: {synthetic: {minutes: 1}}\ngrid: {skew: [0, 0.02, 0.04]}\nseeds: {first: 1, count: 7001}\nobjective: net_pnl\noutput: {timeseries: none, figures: false}\n")
	root := filepath.Join(t.TempDir(), "long")
	if _, err := runStudy(t, study, root, 2); err != nil {
		t.Fatal(err)
	}
	lock, _, err := folder.Read(root)
	if err != nil {
		t.Fatal(err)
	}
	s := openedSummary(t, study, root)
	part := store.NewSummaryPart(study.Grid.Axes(), false)
	for chunk, want := range lock.Chunks {
		if err := s.Part(chunk, part); err != nil {
			t.Fatal(err)
		}
		if part.Digest() != want {
			t.Fatalf("chunk %d of %d is not what was committed", chunk, len(lock.Chunks))
		}
	}
	reader, err := store.OpenReader(filepath.Join(root, "summary.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if groups := reader.RowGroups(); groups < 2 || len(lock.Chunks) < 5 {
		t.Errorf("%d row groups and %d chunks: the test shows little", groups, len(lock.Chunks))
	}
}
