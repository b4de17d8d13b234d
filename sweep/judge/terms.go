package judge

// Term is a word of a result, with the sentences that explain it.
type Term struct {
	Name     string
	Aliases  []string
	Sentence string
}

// Terms lists the words that results, pages and messages use, as sweep explain and the page explain them.
func Terms() []Term {
	return []Term{
		{"answer", []string{"yes", "no", "inconclusive", "verdict"}, "Whether the best is better than the baseline. Holdout seeds decide where at least five ran both: Yes where the 95% interval of the difference lies above zero, No where it lies below. Otherwise the seeds that the best was picked by: Yes where that interval lies above zero and the family-wise adjusted p is at most 5%. All else is Inconclusive; a best that is the baseline, or no better on average, is No."},
		{"baseline", nil, "The point that all others are compared with. A study names it, or it is the grid's first point."},
		{"best", nil, "The point with the best mean objective over the seeds, among those that have every score and meet the constraints."},
		{"calibration", []string{"calibrate", "arrival law"}, "Fitting the intensity A·exp(−k·distance) of fills to recorded trades, by maximum likelihood."},
		{"candidate", nil, "A point that may be the best: one that is compared."},
		{"chunk", nil, "Some runs that are simulated, committed and counted together; a program that is killed loses what is not committed."},
		{"confidence interval", []string{"95% CI", "interval"}, "The values that the true mean difference may have: an interval made so covers it in 95% of studies. By Student's t over seeds; over days by the equal-weighted cosine estimator, which allows for days that depend on one another."},
		{"constraint", []string{"subject_to", "feasible", "infeasible"}, "A condition on the means of figures. A point that does not meet it is infeasible: it is shown, and is not the best."},
		{"cross-validation", []string{"overfitting", "PBO", "probability of overfitting"}, "Probability of backtest overfitting (Bailey, Borwein, López de Prado and Zhu 2017): the share of splits of the seeds in which the best of one half is below the median on the other. Compare it with that of noise, which is printed next to it."},
		{"deflated Sharpe ratio", []string{"probabilistic Sharpe ratio", "minimum track record"}, "Probability that the true ratio of the difference is above the expected best of N trials without any skill (Bailey and López de Prado 2014). Probabilistic: above 0, as if one point had been tried. Minimum track record: the seeds it takes to be 95% sure of a ratio above 0."},
		{"digest", nil, "A fingerprint (XXH3-128) of the numbers in columns, not of the file: the same numbers in another layout have the same digest."},
		{"false discovery rate", []string{"Benjamini–Hochberg", "Benjamini-Hochberg"}, "The expected share of false positives among the points reported to differ from the baseline."},
		{"family-wise adjusted p", []string{"Romano–Wolf", "Romano-Wolf", "adjusted p"}, "Probability of at least so large a lead somewhere among all points compared if none were better than the baseline, by the studentized step-down bootstrap of Romano and Wolf (2005). It accounts for looking at all of them; an unadjusted p does not."},
		{"finalist", nil, "One of the best points of the selection, which run on the holdout seeds too."},
		{"halving", []string{"rung"}, "A search that runs all points under few seeds, drops the worse part, and runs the rest under more: each such step is a rung."},
		{"holdout seed", []string{"holdout seeds", "holdout day", "holdout days", "holdout"}, "A seed (or day) that the best was not picked by. The finalists and the baseline run on it after the picking, so their difference there has no selection bias. Once its outcome is seen and something is picked again, it is no longer one."},
		{"information coefficient", []string{"rank IC", "IC"}, "Correlation of a score with what comes after it; rank IC: of their ranks. Labels that look several minutes ahead overlap, so that its error is Newey and West's, with lags over twice the minutes ahead, and its second interval is by blocks; an error of one over the root of the rows would be far too small."},
		{"informed", []string{"toxic flow", "informed order"}, "An order by someone who knows where the price goes next: it fills, and the price moves against the fill."},
		{"markout", []string{"markouts"}, "How the mid moved in favor of a fill, some minutes after it, a contract."},
		{"neighbor mean", []string{"plateau", "spike", "grid neighbor"}, "Mean objective of the points one step away on one axis. A best far above it is a spike, which is more often luck than a plateau."},
		{"objective", nil, "The figure of a run, or the formula over figures, whose mean over the seeds is maximized, or minimized."},
		{"paired", []string{"paired difference", "diff_mean"}, "Compared seed by seed: both points have the same market and the same random numbers, so the difference is less noisy than either."},
		{"parity residual", []string{"put-call parity"}, "Call less put less (underlying less discounted strike): 0 without arbitrage."},
		{"point", nil, "One combination of values of the swept parameters."},
		{"run", nil, "One simulation: a point under a seed."},
		{"signal", []string{"ml_score", "short-horizon score"}, "A number that forecasts the next minutes, by which quotes are shifted: a formula, or a trained model's output."},
		{"seen", []string{"in sample", "in_sample"}, "What a model was trained on: market seeds, or days with their times. No market that a model has seen is traded by it, unless the study says in_sample: true."},
		{"score of a run", []string{"score"}, "The objective of one run: what is averaged over the seeds."},
		{"seed", nil, "The randomness of one run: of its market and of its fills. Every point runs under the same seeds."},
		{"selection bias", nil, "The part of the best's lead that comes from picking it: its difference from the baseline on the seeds that picked it, less that on holdout seeds."},
		{"sensitivity", []string{"first-order index", "total index", "Sobol"}, "Sobol' indices: the share of the objective's variance over the points that an axis explains, by itself (first-order) and with all its interactions (total)."},
		{"standard error", []string{"s.e."}, "How far a mean over seeds is from the true mean, about: the standard deviation over the root of the number of seeds."},
		{"statistically tied", []string{"tied", "tied with", "tied with the best", "statistically tied with the best"}, "A point whose paired 95% interval of the difference from the best contains zero, each compared by itself."},
		{"theo", nil, "The theoretical value of an option by Black and Scholes."},
		{"walk-forward", []string{"fold"}, "Picking on past days and trading the point that was picked on the next: each such window is a fold."},
		{"win rate", []string{"win_rate"}, "Share of the seeds in which a point is better than the baseline, those in which both are the same counting half."},
	}
}
