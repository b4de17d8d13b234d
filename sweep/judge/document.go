package judge

import (
	"encoding/json"

	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// Content is verdict.json.
func (j *Findings) Content() ([]byte, error) {
	content, err := json.MarshalIndent(j.document(), "", "  ")
	return append(content, '\n'), err
}

// document is the judgment for machines; null is undefined.
func (j *Findings) document() map[string]any {
	objective := j.Plan.Objective
	document := map[string]any{
		"objective": map[string]any{"formula": objective.String(), "aim": objective.Aim()},
		"points":    j.Plan.Grid.Points(), "seeds": j.Plan.Units(),
		"baseline": j.point(j.Baseline), "failed_runs": j.failed, "answer": j.Answer().String(), "words": j.Words(), "warnings": j.Warnings(),
	}
	if where := j.Plan.Where(); where != "" {
		document["where"] = map[string]any{"condition": where, "candidates": j.Plan.Candidates()}
	}
	if constraints := objective.Constraints; constraints != nil {
		var sources []string
		for _, constraint := range constraints {
			sources = append(sources, constraint.Source)
		}
		document["constraints"] = sources
	}
	if j.Plan.Halving != nil {
		document["halving"] = j.Plan.Halving.Notation(j.Plan.Units())
	}
	if j.Plan.OverDays() {
		document["unit"] = map[string]any{"name": j.Plan.Unit(), "count": j.Plan.Units(), "seeds_each": j.Plan.RunsPerUnit(), "broken": j.Plan.Days.Broken(),
			"intervals": "equal-weighted cosine estimator, Student's t; bootstrap: stationary, studentized by Newey and West", "degrees_of_freedom": j.Difference.Degrees, "block": text.Number(j.Block)}
	}
	if w := j.Walk; w != nil && w.Err == nil {
		d := w.Advantage()
		var needed any // null of too few days
		if d.N >= verdict.MinimumPairs {
			needed = d.DaysNeeded()
		}
		picked := make([]any, len(w.Picked)) // null of a fold that picked none
		for i, point := range w.Picked {
			if point >= 0 {
				picked[i] = point
			}
		}
		byDay := []any{}
		for i, day := range w.Days {
			byDay = append(byDay, map[string]any{"day": w.Names[day], "net_pnl_picking": text.Number(w.Profit.Values[2*i]), "net_pnl_baseline": text.Number(w.Profit.Values[2*i+1])})
		}
		document["walk_forward"] = map[string]any{"folds": len(w.Folds), "picked": picked, "by_day": byDay, "days": d.N, "advantage": text.Number(d.Mean), "standard_error": text.Number(d.StandardError), "interval_t_95": interval(d.Interval),
			"net_pnl_picking": text.Number(w.Profit.Of(0).Mean), "net_pnl_baseline": text.Number(w.Profit.Of(1).Mean), "distinct_points": w.Distinct(), "kept": text.Number(w.Kept()), "days_needed": needed}
	}
	if j.Signals != nil {
		document["signals"] = j.signalDocument()
	}
	if j.Sensitivity != nil {
		document["sensitivity"] = j.sensitivityDocument()
	}
	if j.Best < 0 {
		return document
	}
	document["best"] = j.point(j.Best)
	document["difference"] = map[string]any{
		"mean": text.Number(j.Difference.Mean), "standard_error": text.Number(j.Difference.StandardError), "pairs": j.Difference.N,
		"interval_t_95":           interval(j.Difference.Interval),
		"interval_bootstrap_t_95": interval(j.Bootstrap),
		"p_two_sided_unadjusted":  text.Number(j.P), "p_one_sided_romano_wolf": text.Number(j.Adjusted), "win_rate": text.Number(j.Scores.WinRate(j.Best, j.Baseline)),
	}
	if j.Holdout != nil {
		document["holdout"] = j.holdoutDocument()
	}
	document["tied_with_best"] = map[string]any{"points": head(j.Tied), "count": len(j.Tied)}
	if j.NeighborMean.N > 0 {
		document["plateau"] = map[string]any{"best": text.Number(objective.Sign() * j.Scores.Of(j.Best).Mean), "neighbor_mean": text.Number(objective.Sign() * j.NeighborMean.Mean), "neighbors": j.NeighborMean.N}
	}
	if j.Plan.Halving != nil {
		return document // the points that were left out count for the picking too, and have no scores for what follows
	}
	document["compared"] = map[string]any{"points": j.Compared, "replicates": j.Replicates, "level": verdict.Level, "better_than_baseline": head(j.Better), "better_count": len(j.Better),
		"differ_by_false_discovery_rate": head(j.Found), "differ_count": len(j.Found)}
	document["deflated_sharpe"] = map[string]any{
		"ratio_per_unit": text.Number(j.Ratio), "probability": text.Number(j.Deflated), "probability_above_0": text.Number(j.Probabilistic), "trials": j.Trials, "variance_of_trials": text.Number(j.TrialsSpread),
		"variance_of_the_ratio": "at the ratio seen (Bailey and López de Prado 2012, 2014), not under the null", "variance_source": "over points, of mean over standard deviation of the paired difference", "periods": j.Difference.N, "minimum_track_record": text.Number(j.MinimumSeeds),
	}
	document["overfitting"] = map[string]any{
		"probability": text.Number(j.Overfitting.Probability), "mean_logit": text.Number(j.Overfitting.MeanLogit), "loss_out_of_sample": text.Number(j.Overfitting.Loss),
		"slope": text.Number(j.Overfitting.Slope), "splits": j.Overfitting.Splits, "rows": j.Plan.Unit() + "s", "columns": "paired differences from the baseline, scored by mean over standard deviation",
		"of_noise": map[string]any{"mean": text.Number(j.Noise.Mean), "standard_deviation": text.Number(j.Noise.Deviation), "permutations": j.Noise.Permutations, "permuted": "the differences of each " + j.Plan.Unit() + ", among the points"},
	}
	document["folds"] = map[string]any{"folds": j.Folds.Folds, "in_sample": text.Number(j.Folds.InSample), "out_of_sample": text.Number(j.Folds.OutOfSample), "bias": text.Number(j.Folds.Bias())}
	return document
}

// SensitivityNote says how to read an index that no share of a variance can have.
const SensitivityNote = "an estimate may lie outside 0 to 1 by about its standard error, a jackknife's; the true index does not"

func (j *Findings) sensitivityDocument() map[string]any {
	axes, pairs := []any{}, []any{}
	for _, axis := range j.Sensitivity {
		axes = append(axes, map[string]any{"axis": axis.Name, "first_order": text.Number(axis.First), "first_order_standard_error": text.Number(axis.FirstError), "total": text.Number(axis.Total), "total_standard_error": text.Number(axis.TotalError)})
	}
	for _, pair := range j.Pairs {
		pairs = append(pairs, map[string]any{"axes": pair.Names, "share": text.Number(pair.Share), "standard_error": text.Number(pair.Error)})
	}
	return map[string]any{"estimator": j.Estimator, "note": SensitivityNote, "axes": axes, "interactions": pairs}
}

func (j *Findings) holdoutDocument() map[string]any {
	finalists := []any{}
	for _, f := range j.Finalists {
		finalist := map[string]any{
			"point": f.Point, "setting": j.Plan.Setting(f.Point), "selected": text.Number(f.Selected.Mean),
			"holdout": text.Number(f.Holdout.Mean), "standard_error": text.Number(f.Holdout.StandardError), "pairs": f.Holdout.N,
			"interval_t_95": interval(f.Holdout.Interval), "interval_bootstrap_t_95": interval(f.Bootstrap),
			"selection_bias": text.Number(f.Bias), "bias_interval_t_95": interval(f.BiasT), "bias_interval_bootstrap_t_95": interval(f.BiasBootstrap), "bias_interval_takes_as_fixed": "the advantage on the " + j.Plan.Unit() + "s that it was picked by",
		}
		if j.Holdout.Infeasible != nil {
			finalist["meets_constraints"] = j.MeetsOnHoldout(f.Point)
		}
		finalists = append(finalists, finalist)
	}
	return map[string]any{"seeds": j.Plan.HoldoutUnits(), "finalists": finalists, "earlier_selections": j.used}
}

func (j *Findings) point(point int) map[string]any {
	e := j.Scores.Of(point)
	return map[string]any{"point": point, "setting": j.Plan.Setting(point), "mean": text.Number(j.Plan.Objective.Sign() * e.Mean), "standard_error": text.Number(e.StandardError), "seeds": e.N}
}

// shownPoints is how many points of a list the verdict names.
const shownPoints = 100

func head(points []int) []int { return append([]int{}, points[:min(len(points), shownPoints)]...) }

func interval(i verdict.Interval) []any { return []any{text.Number(i.Low), text.Number(i.High)} }
