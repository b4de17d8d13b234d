package sweep

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"optmm/engine"
	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// verdictName is the file of every figure behind the words of a result. It follows
// from the tables and the lock, and is made again whenever it is gone.
const verdictName = "verdict.json"

// findings are a judgement of a study, with what only its grid and its fresh seeds can
// tell.
type findings struct {
	verdict.Judgement
	plan      *Plan
	scores    *verdict.Scores
	fresh     *verdict.Scores // a column a finalist; nil where there are no fresh seeds
	finalists []verdict.Finalist
	folds     verdict.Folds
	activity
	profit verdict.Estimate // net P&L of the best point
	used   int              // other selections held against the fresh seeds before
	failed int              // runs

	failedOfSelection int // of them, those that the best point is picked by

	sensitivity []axisSensitivity
	estimator   string // how they were found; empty where they were not
	pairs       []pairInteraction
	around      verdict.Estimate // of the best point's neighbours, over points
	means       []float64        // of every point of a full grid; nil of any other, or where one has none
	lengths     []int            // of its dimensions
	repeats     Repeats
}

// axisSensitivity is what an axis explains; Total is NaN where the estimator has none.
type axisSensitivity struct {
	name string
	verdict.Sensitivity
}

type pairInteraction struct {
	names string
	verdict.Interaction
}

// judgeStudy compares the points of complete tables.
func judgeStudy(s *summary, selections []Selection) (*findings, error) {
	p := s.plan
	objective, err := s.objective()
	if err != nil {
		return nil, err
	}
	baseline, _ := p.Grid.Baseline()
	j := &findings{plan: p, scores: objective, Judgement: verdict.Judge(objective, baseline)}
	fills, err := s.scores("total_fills")
	if err != nil {
		return nil, err
	}
	j.activity = newActivity(p, fills)
	if j.Best >= 0 {
		profits, err := s.source().figureOf(p.selection(), "net_pnl", []int{j.Best})
		if err != nil {
			return nil, err
		}
		j.profit = profits.Of(0)
	}
	if p.Halving != nil {
		j.Judgement = j.Judgement.OfHalving()
	} else {
		j.folds = verdict.CrossFit(objective, baseline)
		j.sense()
	}
	if p.Fresh != nil {
		if j.fresh, err = s.source().holdoutObjective(); err != nil {
			return nil, err
		}
		j.finalists = verdict.OnFreshSeeds(objective, j.fresh, p.holdout().points, baseline)
		if j.used, err = p.usedBefore(selections); err != nil {
			return nil, err
		}
	}
	status, err := s.texts("status")
	if err != nil {
		return nil, err
	}
	for run, text := range status {
		if text != store.StatusFailed {
			continue
		}
		if j.failed++; run < runsOf(p.selection()) {
			j.failedOfSelection++
		}
	}
	if j.failed == 0 {
		j.repeats, err = findRepeats(s)
	}
	return j, err
}

// winner returns what fresh seeds say of the best point; nil where nothing.
func (j *findings) winner() *verdict.Finalist {
	for i := range j.finalists {
		if j.finalists[i].Point == j.Best {
			return &j.finalists[i]
		}
	}
	return nil
}

// meetsOnFresh reports whether a finalist meets the constraints on the fresh seeds too.
func (j *findings) meetsOnFresh(point int) bool {
	place, _ := j.plan.holdout().place(point)
	return j.fresh.Barred == nil || !j.fresh.Barred[place]
}

// sense finds what the axes explain: on a full grid whose every point has a mean
// exactly, on any other by what is in the data.
func (j *findings) sense() {
	scores := j.scores
	dimensions, crossed := j.plan.Grid.Crossed()
	if crossed {
		points := 1
		for _, d := range dimensions {
			j.lengths = append(j.lengths, d.Length)
			points *= d.Length
		}
		scores = scores.Head(points)
	}
	means := scores.Means()
	if means == nil {
		return
	}
	if !crossed {
		j.senseSample()
		return
	}
	j.means, j.estimator = means, "Sobol' indices of the full grid"
	indices, pairs := verdict.Sensitivities(scores, j.lengths)
	name := func(i int) string { return strings.Join(dimensions[i].Names, ", ") }
	for i, s := range indices {
		j.sensitivity = append(j.sensitivity, axisSensitivity{name(i), s})
	}
	for _, pair := range pairs {
		j.pairs = append(j.pairs, pairInteraction{name(pair.Axes[0]) + " × " + name(pair.Axes[1]), pair})
	}
	if j.Best >= 0 && j.Best < len(means) {
		j.around = verdict.Neighbourhood(means, j.lengths, j.Best)
	}
}

// senseSample estimates what each axis explains by itself on points that are no full
// grid.
func (j *findings) senseSample() {
	axes := j.plan.Grid.Axes()
	values := make([][]float64, len(axes))
	for point := range j.scores.Points {
		for i, value := range j.plan.Grid.Values(point) {
			values[i] = append(values[i], place(&axes[i].Parameter, value))
		}
	}
	j.estimator = "first-order indices from classes of the given points; total indices and interactions need a full grid"
	for i := range axes {
		s := verdict.Sensitivity{Total: math.NaN(), TotalError: math.NaN()}
		s.First, s.FirstError = verdict.GivenData(j.scores, values[i])
		j.sensitivity = append(j.sensitivity, axisSensitivity{axes[i].Parameter.Name, s})
	}
}

// place is where a value stands on its axis: a number, of a choice its number, and
// below all where it is unset.
func place(parameter *engine.Parameter, value engine.Value) float64 {
	switch {
	case value.Unset:
		return math.Inf(-1)
	case parameter.Kind == engine.Choice:
		return float64(slices.Index(parameter.Domain.Choices, value.Text))
	}
	return value.Number
}

// content is verdict.json.
func (j *findings) content() ([]byte, error) {
	content, err := json.MarshalIndent(j.document(), "", "  ")
	return append(content, '\n'), err
}

// writeVerdict writes verdict.json.
func writeVerdict(j *findings, folder string) error {
	content, err := j.content()
	if err != nil {
		return err
	}
	return store.WriteBytes(folder, verdictName, content)
}

// changed returns what the verdict and the page of a complete folder should be, where
// they are gone or something else.
func changed(s *summary, j *findings, lock *Lock, folder string) (map[string][]byte, error) {
	content, err := j.content()
	if err != nil {
		return nil, err
	}
	page, err := pageOf(s, j, lock, folder)
	if err != nil {
		return nil, err
	}
	changed := map[string][]byte{verdictName: content, reportName: page}
	for name, want := range changed {
		if got, err := store.ReadBounded(filepath.Join(folder, name), mostResultBytes); err == nil && says(got, want) {
			delete(changed, name)
		}
	}
	return changed, nil
}

// says reports whether a verdict or a page says the same as another. The last digits of
// a statistic may be others on another processor (only what the engine computes is
// the same everywhere): numbers of verdict.json are compared to nine digits, and of a page
// the text.
func says(got, want []byte) bool {
	var a, b any
	if json.Unmarshal(got, &a) == nil && json.Unmarshal(want, &b) == nil {
		return alike(a, b)
	}
	drawings := regexp.MustCompile(`(?s)<svg.*?</svg>`)
	return bytes.Equal(drawings.ReplaceAll(got, nil), drawings.ReplaceAll(want, nil))
}

// alike compares decoded JSON, numbers to nine digits.
func alike(a, b any) bool {
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		return ok && math.Abs(a-b) <= 1e-9*max(1, math.Abs(a))
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, alike)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, alike)
	}
	return a == b
}

// said is what verdict.json says in words.
type said struct{ Words, Warnings []string }

// readSaid reads what verdict.json says in words.
func readSaid(folder string) (s said, err error) {
	path := filepath.Join(folder, verdictName)
	content, err := store.ReadBounded(path, mostResultBytes)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(content, &s); err != nil {
		return s, fmt.Errorf("%s is damaged: %w; remove it, and sweep run makes it again", path, err)
	}
	return s, nil
}

// document is the judgement for machines; null is undefined.
func (j *findings) document() map[string]any {
	objective := j.plan.Objective
	document := map[string]any{
		"objective": map[string]any{"formula": objective.String(), "aim": objective.aim()},
		"points":    j.plan.Grid.Points(), "seeds": j.plan.Seeds.Len(),
		"baseline": j.point(j.Baseline), "words": j.words(), "warnings": j.warnings(),
	}
	if constraints := objective.Constraints; constraints != nil {
		var sources []string
		for _, constraint := range constraints {
			sources = append(sources, constraint.Source)
		}
		document["constraints"] = sources
	}
	if j.plan.Halving != nil {
		document["halving"] = j.plan.Halving.notation(j.plan.Seeds.Len())
	}
	if j.sensitivity != nil {
		document["sensitivity"] = j.sensitivityDocument()
	}
	if j.Best < 0 {
		return document
	}
	document["best"] = j.point(j.Best)
	document["difference"] = map[string]any{
		"mean": defined(j.Difference.Mean), "standard_error": defined(j.Difference.StandardError), "pairs": j.Difference.N,
		"interval_t_95":           interval(verdict.Interval{Low: j.Difference.Low, High: j.Difference.High}),
		"interval_bootstrap_t_95": interval(j.Bootstrap),
		"p_two_sided_unadjusted":  defined(j.P), "p_one_sided_romano_wolf": defined(j.Adjusted), "win_rate": defined(j.scores.WinRate(j.Best, j.Baseline)),
	}
	if j.fresh != nil {
		document["fresh"] = j.freshDocument()
	}
	document["tied_with_best"] = map[string]any{"points": head(j.Tied), "count": len(j.Tied)}
	if j.around.N > 0 {
		document["plateau"] = map[string]any{"best": defined(objective.sign() * j.scores.Of(j.Best).Mean), "neighbours_mean": defined(objective.sign() * j.around.Mean), "neighbours": j.around.N}
	}
	if j.plan.Halving != nil {
		return document // the points that were left out count for the picking too, and have no scores for what follows
	}
	document["compared"] = map[string]any{"points": j.Compared, "replicates": j.Replicates, "level": verdict.Level, "better_than_baseline": head(j.Better), "better_count": len(j.Better),
		"differ_by_false_discovery_rate": head(j.Found), "differ_count": len(j.Found)}
	document["deflated_sharpe"] = map[string]any{
		"ratio_per_seed": defined(j.Ratio), "probability": defined(j.Deflated), "probability_above_0": defined(j.Probabilistic), "trials": j.Trials, "variance_of_trials": defined(j.TrialsSpread),
		"variance_of_the_ratio": "at the ratio seen (Bailey and López de Prado 2012, 2014), not under the null", "variance_source": "over points, of mean over standard deviation of the paired difference", "periods": j.Difference.N, "minimum_track_record_seeds": defined(j.MinimumSeeds),
	}
	document["overfitting"] = map[string]any{
		"probability": defined(j.Overfitting.Probability), "mean_logit": defined(j.Overfitting.MeanLogit), "loss_out_of_sample": defined(j.Overfitting.Loss),
		"slope": defined(j.Overfitting.Slope), "splits": j.Overfitting.Splits, "rows": "seeds", "columns": "paired differences from the baseline, scored by mean over standard deviation",
		"of_noise": map[string]any{"mean": defined(j.Noise.Mean), "standard_deviation": defined(j.Noise.Deviation), "permutations": j.Noise.Permutations, "permuted": "the differences of each seed, among the points"},
	}
	document["folds"] = map[string]any{"folds": j.folds.Folds, "in_sample": defined(j.folds.InSample), "out_of_sample": defined(j.folds.OutOfSample), "bias": defined(j.folds.Bias())}
	return document
}

// sensitivityNote says how to read an index that no share of a variance can have.
const sensitivityNote = "an estimate may lie outside 0 to 1 by about its standard error, which is over the seeds (jackknife); the true index does not"

func (j *findings) sensitivityDocument() map[string]any {
	axes, pairs := []any{}, []any{}
	for _, axis := range j.sensitivity {
		axes = append(axes, map[string]any{"axis": axis.name, "first_order": defined(axis.First), "first_order_standard_error": defined(axis.FirstError), "total": defined(axis.Total), "total_standard_error": defined(axis.TotalError)})
	}
	for _, pair := range j.pairs {
		pairs = append(pairs, map[string]any{"axes": pair.names, "share": defined(pair.Share), "standard_error": defined(pair.Error)})
	}
	return map[string]any{"estimator": j.estimator, "note": sensitivityNote, "axes": axes, "interactions": pairs}
}

func (j *findings) freshDocument() map[string]any {
	finalists := []any{}
	for _, f := range j.finalists {
		finalist := map[string]any{
			"point": f.Point, "setting": j.plan.setting(f.Point), "selected": defined(f.Selected.Mean),
			"fresh": defined(f.Fresh.Mean), "standard_error": defined(f.Fresh.StandardError), "pairs": f.Fresh.N,
			"interval_t_95": interval(verdict.Interval{Low: f.Fresh.Low, High: f.Fresh.High}), "interval_bootstrap_t_95": interval(f.Bootstrap),
			"selection_bias": defined(f.Bias), "bias_interval_t_95": interval(f.BiasT), "bias_interval_bootstrap_t_95": interval(f.BiasBootstrap), "bias_interval_takes_as_fixed": "the advantage on the seeds that it was picked by",
		}
		if j.fresh.Barred != nil {
			finalist["meets_constraints"] = j.meetsOnFresh(f.Point)
		}
		finalists = append(finalists, finalist)
	}
	return map[string]any{"seeds": j.plan.Fresh.Len(), "finalists": finalists, "earlier_selections": j.used}
}

func (j *findings) point(point int) map[string]any {
	e := j.scores.Of(point)
	return map[string]any{"point": point, "setting": j.plan.setting(point), "mean": defined(j.plan.Objective.sign() * e.Mean), "standard_error": defined(e.StandardError), "seeds": e.N}
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

// edge returns the axes on whose lowest or highest number of at least three the best
// point lies, with the number, unless it can go no further: beyond it may be better. Of
// axes that step together it is the first.
func (j *findings) edge() []string {
	if j.Best < 0 || j.Best == j.Baseline {
		return nil
	}
	var names []string
	for i, value := range j.plan.Grid.Values(j.Best) {
		axis := &j.plan.Grid.Axes()[i]
		if axis.Parameter.Kind == engine.Choice || value.Unset || j.plan.Grid.Follows(i) {
			continue
		}
		lowest, highest, values := true, true, 0
		for k := range axis.Len() {
			if other := axis.At(k); !other.Unset {
				values++
				lowest, highest = lowest && value.Number <= other.Number, highest && value.Number >= other.Number
			}
		}
		if values < 3 { // of two each is an end
			continue
		}
		atBound := lowest && value.Number == axis.Parameter.Domain.Low || highest && value.Number == axis.Parameter.Domain.High
		if (lowest || highest) && !atBound {
			names = append(names, axis.Parameter.Name+" "+axis.Parameter.Format(value))
		}
	}
	return names
}

// roles lists whose figures there are: the best point's where there is one, and the
// baseline's where some run of it did not fail.
func (j *findings) roles() []string {
	var roles []string
	if j.Best >= 0 {
		roles = append(roles, "best")
	}
	if j.scores.Of(j.Baseline).N > 0 || j.failedOfSelection == 0 {
		roles = append(roles, "baseline")
	}
	return roles
}

// mostResultBytes bounds a page, a drawing or a verdict that is read.
const mostResultBytes = 64 << 20
