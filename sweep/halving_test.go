package sweep

import (
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"optmm/engine"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/verdict"
)

// On runs of the engine, halving finds a better point than as many runs spread equally
// over the points, both with shared seeds. The truth is the mean over all seeds of all
// repetitions. Sessions are short, so that there is much luck. scripts/calibration
// repeats it more often.
func TestCalibrationOfHalving(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	repetitions := 3
	if text := os.Getenv("OPTMM_HALVINGS"); text != "" {
		var err error
		if repetitions, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	study, err := folder.Load("../configs/halving.yaml", []string{"market.synthetic.minutes=60", "objective=annualized_sharpe_est"})
	if err != nil {
		t.Fatal(err)
	}
	points, seeds := study.Grid.Points(), study.Seeds.Len()
	all := engineScores(t, study, repetitions*seeds)
	truth := make([]float64, points)
	highest := math.Inf(-1)
	for point := range truth {
		truth[point] = all.Of(point).Mean
		highest = max(highest, truth[point])
	}
	baseline, _ := study.Grid.Baseline()
	runs := 0
	for i := range study.SelectionStages() {
		runs += study.Stages[i].Runs()
	}
	equal := (runs + points - 1) / points // no fewer
	var halving, spread, spreadSquares, halvingSquares float64
	for r := range repetitions {
		block := &verdict.Scores{Points: points, Values: all.Values[r*seeds*points : (r+1)*seeds*points]}
		a := highest - truth[halve(study, block, baseline)]
		b := highest - truth[(&verdict.Scores{Points: points, Values: block.Values[:equal*points]}).Best(baseline)]
		halving, spread = halving+a, spread+b
		halvingSquares, spreadSquares = halvingSquares+a*a, spreadSquares+b*b
	}
	n := float64(repetitions)
	se := func(sum, squares float64) float64 { return math.Sqrt(max(0, squares/n-sum/n*sum/n) / n) }
	t.Logf("calibration: regret over %d repetitions of %d runs: halving %.4f ± %.4f, equal seeds (%d each) %.4f ± %.4f; the best is %.4f, the median point %.4f below it",
		repetitions, runs, halving/n, se(halving, halvingSquares), equal, spread/n, se(spread, spreadSquares), highest, highest-verdict.Quantile(sorted(truth), 0.5))
	if halving > spread {
		t.Errorf("halving loses %v on average, equal seeds %v", halving/n, spread/n)
	}
}

// halve picks a point by successive halving, with the rule that a study's stages have.
func halve(study *plan.Plan, s *verdict.Scores, baseline int) int {
	seen := &verdict.Scores{Points: s.Points, Values: make([]float64, len(s.Values))}
	for i := range seen.Values {
		seen.Values[i] = math.NaN()
	}
	var alive []int
	for point := range s.Points {
		alive = append(alive, point)
	}
	for i := range study.SelectionStages() {
		stage := &study.Stages[i]
		if i > 0 {
			alive = verdict.Survivors(&verdict.Scores{Points: s.Points, Values: seen.Values[:stage.FirstSeed*s.Points]}, baseline, stage.Size-1, alive)
		}
		for seed := stage.FirstSeed; seed < stage.EndSeed; seed++ {
			for _, point := range alive {
				seen.Values[seed*s.Points+point] = s.Values[seed*s.Points+point]
			}
		}
	}
	return seen.Best(baseline)
}

// engineScores runs every point of a study under the seeds from 1 on.
func engineScores(t *testing.T, study *plan.Plan, seeds int) *verdict.Scores {
	t.Helper()
	points := study.Grid.Points()
	scores := &verdict.Scores{Points: points, Values: make([]float64, points*seeds)}
	var simulator engine.Simulator
	for seed := range seeds {
		from := study.Seeds.At(0)
		from.Market += uint32(seed)
		from.Fill += uint64(seed)
		for point := range points {
			params := study.Grid.Params(point)
			m, err := study.Source.Market(params.Market, from.Market)
			if err != nil {
				t.Fatal(err)
			}
			summary, err := simulator.Run(m, &params, from.Fill)
			if err != nil {
				t.Fatal(err)
			}
			scores.Values[seed*points+point] = summary.Sharpe.Value
		}
	}
	return scores
}

func sorted(values []float64) []float64 {
	return slices.Sorted(slices.Values(values))
}
