package verdict_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"optmm/sweep/verdict"
)

// scores are three points under eight seeds: the second is better than the first by about 1,
// the third equal to it.
func scores() *verdict.Scores {
	s := &verdict.Scores{Points: 3}
	for seed, noise := range []float64{0.3, -0.2, 0.1, 0.4, -0.3, 0, 0.2, -0.1} {
		common := float64(seed % 4)
		s.Values = append(s.Values, common, common+1+noise, common-noise)
	}
	return s
}

// Points are compared with the baseline seed by seed: what a seed does to both cancels.
func ExampleScores_Compare() {
	s := scores()
	d := s.Compare(1, 0)
	fmt.Printf("mean %.3f, 95%% %.3f to %.3f over %d pairs\n", d.Mean, d.Low, d.High, d.N)
	fmt.Println("best", s.Best(0))
	// Output:
	// mean 1.050, 95% 0.845 to 1.255 over 8 pairs
	// best 1
}

// Judge is what the seeds that picked can tell.
func ExampleJudge() {
	j := verdict.Judge(scores(), 0)
	fmt.Printf("best %d, adjusted p %.3f over %d comparisons, tied with %d others\n", j.Best, j.Adjusted, j.Compared, len(j.Tied))
	// Output:
	// best 1, adjusted p 0.001 over 2 comparisons, tied with 0 others
}

// OnHoldout is what is left of the best on seeds that it was not picked by.
func ExampleOnHoldout() {
	selection := scores()
	holdout := &verdict.Scores{Points: 2} // the baseline, and the best
	for seed := range 8 {
		holdout.Values = append(holdout.Values, float64(seed%3), float64(seed%3)+0.8+0.1*float64(seed%2))
	}
	best := verdict.OnHoldout(selection, holdout, []int{0, 1}, 0)[0]
	fmt.Printf("point %d: picked by %.3f, on holdout seeds %.3f, selection bias %.3f\n", best.Point, best.Selected.Mean, best.Holdout.Mean, best.Bias)
	// Output:
	// point 1: picked by 1.050, on holdout seeds 0.850, selection bias 0.200
}

// The studentized bootstrap interval of a mean.
func ExampleStudentized() {
	i := verdict.Studentized([]float64{1.3, 0.8, 1.1, 1.4, 0.7, 1, 1.2, 0.9}, 0.95, 1)
	fmt.Printf("%.3f to %.3f\n", i.Low, i.High)
	// Output:
	// 0.835 to 1.261
}

// Of two columns of differences from a baseline the first is above 0.
func ExampleStepDown() {
	columns := [][]float64{{1.3, 0.8, 1.1, 1.4, 0.7, 1, 1.2, 0.9}, {0.3, -0.2, 0.1, 0.4, -0.3, 0, 0.2, -0.4}}
	random := rand.New(rand.NewPCG(1, 1))
	p := verdict.StepDown(columns, verdict.OfSample, 999, func(rows []int) {
		for i := range rows {
			rows[i] = random.IntN(8)
		}
	})
	fmt.Printf("%.3f\n", p[0])
	fmt.Println(p[1] > 0.2)
	// Output:
	// 0.001
	// true
}

// Of five probabilities two are discoveries at a false discovery rate of 5%.
func ExampleDiscoveries() {
	fmt.Println(verdict.Discoveries([]float64{0.001, 0.4, 0.015, 0.7, 0.2}, 0.05))
	// Output: [true false true false false]
}

// A strategy with a Sharpe ratio of 0.1 a day over 250 days, picked among 50 whose ratios
// have a standard deviation of 0.05.
func ExampleTrack_Probabilistic() {
	track := verdict.Track{Sharpe: 0.1, Observations: 250, Kurtosis: 3}
	fmt.Printf("above 0 with probability %.3f, above the best of 50 by chance with %.3f\n",
		track.Probabilistic(0), track.Probabilistic(verdict.ExpectedBest(50, 0.05*0.05)))
	fmt.Printf("%.0f days would do for 0\n", math.Ceil(track.MinimumLength(0, 0.95)))
	// Output:
	// above 0 with probability 0.942, above the best of 50 by chance with 0.414
	// 273 days would do for 0
}

// The best of ten columns of noise in one half of the rows is no better than the others in the other half.
func ExampleCrossValidate() {
	random := rand.New(rand.NewPCG(3, 3))
	columns := make([][]float64, 10)
	for i := range columns {
		for range 16 {
			columns[i] = append(columns[i], random.NormFloat64())
		}
	}
	o := verdict.CrossValidate(columns, 8)
	noise := verdict.NoiseOfOverfitting(columns, 8)
	fmt.Printf("probability of overfitting %.2f of %d splits; of permuted rows %.2f\n", o.Probability, o.Splits, noise.Mean)
	// Output:
	// probability of overfitting 0.69 of 70 splits; of permuted rows 0.49
}
