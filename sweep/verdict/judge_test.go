package verdict

import (
	"strconv"
	"testing"
)

// BenchmarkJudge judges studies of few and of many points, under 20 seeds each.
func BenchmarkJudge(b *testing.B) {
	const seeds = 20
	for _, points := range []int{48, 1000, 20_000} {
		b.Run(strconv.Itoa(points), func(b *testing.B) {
			truth := make([]float64, points)
			truth[points/2] = 2
			s := madeUp(truth, seeds, 1, 1, normals(1))
			b.ReportAllocs()
			for b.Loop() {
				if j := Judge(s, 0); j.Best != points/2 {
					b.Fatalf("the best is %d", j.Best)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(points*seeds), "ns/score")
		})
	}
}
