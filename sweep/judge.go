package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"optmm/sweep/grid"
	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// verdictName is the file of every figure behind the words of a result. It follows
// from the summary and is made again whenever it is gone.
const verdictName = "verdict.json"

// judge compares the points of a complete summary.
func (s *summary) judge(study *Study) (*judged, error) {
	objective, err := s.scores(study.Objective)
	if err != nil {
		return nil, err
	}
	baseline, _ := study.Grid.Baseline()
	j := &judged{study: study, scores: objective, Judgement: verdict.Judge(objective, baseline)}
	if dimensions, ok := study.Grid.Crossed(); ok {
		j.sense(dimensions)
	}
	return j, nil
}

// judged is a judgement of a study, with what only its grid can tell.
type judged struct {
	verdict.Judgement
	study       *Study
	scores      *verdict.Scores
	sensitivity []axisSensitivity // of a full grid; nil of any other
	around      verdict.Estimate  // of the best point's neighbours, over points
}

type axisSensitivity struct {
	name string
	verdict.Sensitivity
}

// writeVerdict writes verdict.json.
func writeVerdict(study *Study, folder string) (err error) {
	s, err := openSummary(study, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.reader.Close()) }()
	j, err := s.judge(study)
	if err != nil {
		return err
	}
	content, err := json.MarshalIndent(j.document(), "", "  ")
	if err != nil {
		return err
	}
	return store.WriteBytes(folder, verdictName, append(content, '\n'))
}

// readWords returns what verdict.json says in words, and makes it where it is gone.
func readWords(study *Study, folder string) ([]string, error) {
	path := filepath.Join(folder, verdictName)
	if !exists(path) {
		if err := writeVerdict(study, folder); err != nil {
			return nil, err
		}
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var document struct{ Words []string }
	if err := json.Unmarshal(content, &document); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w; remove it, and sweep run makes it again", path, err)
	}
	return document.Words, nil
}

// document is the judgement for machines; null is undefined.
func (j *judged) document() map[string]any {
	document := map[string]any{
		"objective": j.study.Objective, "points": j.study.Grid.Points(), "seeds": j.study.Seeds.Len(),
		"baseline": j.point(j.Baseline), "words": j.words(),
	}
	if j.Best < 0 {
		return document
	}
	document["best"] = j.point(j.Best)
	document["difference"] = map[string]any{
		"mean": defined(j.Difference.Mean), "standard_error": defined(j.Difference.StandardError), "pairs": j.Difference.N,
		"interval_t_95": interval(verdict.Interval{Low: j.Difference.Low, High: j.Difference.High}), "interval_bca_95": interval(j.Bootstrap),
		"p_unadjusted": defined(j.P), "p_romano_wolf": defined(j.Adjusted),
	}
	document["compared"] = map[string]any{"points": j.Compared, "level": verdict.Level, "better_than_baseline": head(j.Better), "better_count": len(j.Better),
		"differ_by_false_discovery_rate": head(j.Found), "differ_count": len(j.Found)}
	document["tied_with_best"] = map[string]any{"points": head(j.Tied), "count": len(j.Tied)}
	document["deflated_sharpe"] = map[string]any{
		"ratio_per_seed": defined(j.Ratio), "probability": defined(j.Deflated), "trials": j.Trials, "variance_of_trials": defined(j.TrialsSpread),
		"variance_source": "over points, of mean over standard deviation of the paired difference", "periods": j.Difference.N, "minimum_track_record_seeds": defined(j.MinimumSeeds),
	}
	document["overfitting"] = map[string]any{
		"probability": defined(j.Overfitting.Probability), "mean_logit": defined(j.Overfitting.MeanLogit), "loss_out_of_sample": defined(j.Overfitting.Loss),
		"slope": defined(j.Overfitting.Slope), "splits": j.Overfitting.Splits, "rows": "seeds", "of_pure_noise": "0.51 with standard deviation 0.16 (8 blocks, 100 points, 320 rows)",
	}
	if j.sensitivity != nil {
		axes := []any{}
		for _, axis := range j.sensitivity {
			axes = append(axes, map[string]any{"axis": axis.name, "first_order": defined(axis.First), "total": defined(axis.Total)})
		}
		document["sensitivity"] = axes
		document["plateau"] = map[string]any{"best": defined(j.scores.Of(j.Best).Mean), "neighbours_mean": defined(j.around.Mean), "neighbours": j.around.N}
	}
	return document
}

func (j *judged) point(point int) map[string]any {
	e := j.scores.Of(point)
	return map[string]any{"point": point, "setting": j.study.setting(point), "mean": defined(e.Mean), "standard_error": defined(e.StandardError), "seeds": e.N}
}

// shownPoints is how many points of a list the verdict names.
const shownPoints = 100

func head(points []int) []int { return append([]int{}, points[:min(len(points), shownPoints)]...) }

func interval(i verdict.Interval) []any { return []any{defined(i.Low), defined(i.High)} }

// defined is a number, or nil where there is none.
func defined(x float64) any {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return x
}

// sense finds the sensitivities of a full grid whose every point has a mean, and the
// best point's neighbourhood.
func (j *judged) sense(dimensions []grid.Dimension) {
	means, noise := j.scores.Table()
	if means == nil {
		return
	}
	var lengths []int
	for _, d := range dimensions {
		lengths = append(lengths, d.Length)
	}
	for i, s := range verdict.Sensitivities(means, lengths, noise) {
		j.sensitivity = append(j.sensitivity, axisSensitivity{strings.Join(dimensions[i].Names, ", "), s})
	}
	j.around = verdict.Neighbourhood(means, lengths, j.Best)
}

// words says in plain language what the figures mean. Everything here is seen on the
// runs that the best was picked by.
func (j *judged) words() []string {
	var words []string
	say := func(format string, arguments ...any) { words = append(words, fmt.Sprintf(format, arguments...)) }
	points := j.study.Grid.Points()
	switch {
	case j.Best < 0:
		say("%s is undefined in every run: there is no best point", j.study.Objective)
		return words
	case points == 1:
		say("one setting was run: there is nothing to compare")
		return words
	case j.Best == j.Baseline:
		say("no setting beat the baseline: of %d, none has a higher mean", points)
		return words
	case math.IsNaN(j.Difference.Low):
		say("%s: too few seeds to tell anything from luck; at least %d are needed", count(j.study.Seeds.Len(), "seed"), verdict.MinimumPairs)
		return words
	case j.Difference.Low <= 0:
		say("no setting beat the baseline: that of the best, %s better over %s, may be luck (95%%: %s to %s)", significant(j.Difference.Mean), count(j.Difference.N, "seed"), significant(j.Difference.Low), significant(j.Difference.High))
	case j.Adjusted > verdict.Level:
		say("no setting is known to beat the baseline: the best looks %s better, but of %d settings compared one would look so good by chance with probability %s", significant(j.Difference.Mean), j.Compared, significant(j.Adjusted))
	default:
		say("%s tried; the best looked %s better than the baseline (95%%: %s to %s)", was(points, "setting"), significant(j.Difference.Mean), significant(j.Difference.Low), significant(j.Difference.High))
		if !math.IsNaN(j.Adjusted) {
			say("the chance of seeing this if no setting helped is %s (Romano–Wolf over %d); %d of them beat the baseline beyond it", atMost(j.Adjusted), j.Compared, len(j.Better))
		}
		say("it was picked by the same runs, so its lead is too high: only new seeds would tell by how much")
	}
	if len(j.Tied) > 0 {
		say("%s not told apart from the best, taken one by one", isAre(len(j.Tied), "other setting"))
	}
	if j.around.N > 0 {
		say("its %d neighbours on the grid have a mean of %s, it %s", j.around.N, significant(j.around.Mean), significant(j.scores.Of(j.Best).Mean))
	}
	return words
}

// atMost writes a probability that a bootstrap of so many replicates bounds.
func atMost(p float64) string {
	if least := 1.0 / 1000; p <= least {
		return "at most 1 in 1,000"
	}
	return fmt.Sprintf("%.0f in 1,000", 1000*p)
}

func isAre(n int, noun string) string {
	if n == 1 {
		return count(n, noun) + " is"
	}
	return count(n, noun) + " are"
}
