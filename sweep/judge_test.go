package sweep

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"optmm/sweep/verdict"
)

// What is said follows from the figures, and claims no more than they bear.
func TestWordsFollowFromTheFigures(t *testing.T) {
	study := mustParse(t, small, "baseline.k_fill=20")
	scores := &verdict.Scores{Points: 6, Values: make([]float64, 36)}
	difference := func(mean, low, high float64) verdict.Difference {
		return verdict.Difference{Estimate: verdict.Estimate{N: 6, Mean: mean, StandardError: 1}, Low: low, High: high}
	}
	nan := math.NaN()
	for name, c := range map[string]struct {
		judgement verdict.Judgement
		want, not string
	}{
		"nothing defined":     {verdict.Judgement{Best: -1}, "net_pnl is undefined in every run", "better"},
		"the baseline":        {verdict.Judgement{Best: 0}, "no setting beat the baseline: of 6, none is better on average", "luck"},
		"few seeds":           {verdict.Judgement{Best: 1, Difference: difference(2, nan, nan)}, "6 seeds: too few seeds to tell anything from luck; at least 5 are needed", "better"},
		"zero inside":         {verdict.Judgement{Best: 1, Difference: difference(2, -1, 5), Adjusted: 0.3}, "no setting beat the baseline: that of the best, 2 better over 6 seeds, may be luck (95%: -1 to 5)", "tried"},
		"luck of many":        {verdict.Judgement{Best: 1, Difference: difference(2, 1, 3), Adjusted: 0.2, Compared: 5}, "no setting is known to beat the baseline: the best looks 2 better, but of 5 settings compared one would look so good by chance with probability 0.2", "tried"},
		"better":              {verdict.Judgement{Best: 1, Difference: difference(2, 1, 3), Adjusted: 0.003, Compared: 5, Better: []int{1, 2}}, "6 settings were tried; the best looked 2 better than the baseline (95%: 1 to 3)\nthe chance of seeing this if no setting helped is 3 in 1,000 (Romano–Wolf over 5); 2 of them beat the baseline beyond it\nit was picked by the same runs", "no setting beat"},
		"as sure as can be":   {verdict.Judgement{Best: 1, Difference: difference(2, 1, 3), Adjusted: 0.001, Compared: 5}, "at most 1 in 1,000", "no setting beat"},
		"tied":                {verdict.Judgement{Best: 1, Difference: difference(2, 1, 3), Adjusted: 0.01, Tied: []int{3}}, "1 other setting is not told apart from the best", "no setting beat"},
		"several that tie":    {verdict.Judgement{Best: 1, Difference: difference(2, 1, 3), Adjusted: 0.01, Tied: []int{3, 4}}, "2 other settings are not told apart", "no setting beat"},
		"no adjusted chances": {verdict.Judgement{Best: 1, Difference: difference(2, 1, 3), Adjusted: nan}, "6 settings were tried", "chance"},
	} {
		words := strings.Join((&judged{Judgement: c.judgement, study: study, scores: scores}).words(), "\n")
		if !strings.Contains(words, c.want) || strings.Contains(words, c.not) {
			t.Errorf("%s: %q, want %q and not %q", name, words, c.want, c.not)
		}
	}
}

// verdict.json holds the figures, is made again when it is gone, and says the same.
func TestVerdictFile(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "study")
	study := mustParse(t, small, "baseline.k_fill=20")
	if _, err := runStudy(t, study, folder, 1); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, verdictName)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Points, Seeds int
		Words         []string
		Difference    struct {
			Mean     float64
			Interval []float64 `json:"interval_t_95"`
		}
		Sensitivity struct {
			Estimator string
			Axes      []struct {
				Axis  string
				Total float64
			}
		}
		Overfitting struct{ Probability *float64 }
	}
	if err := json.Unmarshal(before, &document); err != nil {
		t.Fatal(err)
	}
	if document.Points != 6 || document.Seeds != 6 || len(document.Words) == 0 || len(document.Sensitivity.Axes) != 2 || document.Sensitivity.Axes[0].Axis != "skew" || document.Overfitting.Probability != nil {
		t.Errorf("%+v", document)
	}
	s := summaryOf(t, study)
	defer s.close()
	scores, err := s.scores("net_pnl")
	if err != nil {
		t.Fatal(err)
	}
	baseline, _ := study.Grid.Baseline()
	if want := scores.Compare(scores.Best(), baseline); document.Difference.Mean != want.Mean || document.Difference.Interval[0] != want.Low {
		t.Errorf("difference %+v, want %+v", document.Difference, want)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	result, err := runStudy(t, study, folder, 1)
	if err != nil || result.Restored != 1 {
		t.Fatalf("%+v, error %v", result, err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("not made again as it was: %v", err)
	}
}
