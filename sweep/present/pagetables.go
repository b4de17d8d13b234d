package present

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"optmm/engine/account"
	"optmm/sweep/folder"
	"optmm/sweep/judge"
	"optmm/sweep/report"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

func resultTable(r *Result) report.Table {
	table := report.Table{Title: "Best, holdout, baseline", Note: fmt.Sprintf("mean ± standard error over %s; figures that are 0 or undefined throughout are left out", text.Count(r.Units, r.Unit)), Header: []string{"figure", "unit"}}
	if r.Best != nil {
		table.Note += fmt.Sprintf(". Best: %s. Baseline: %s", r.Best.Setting, r.Baseline.Setting)
	}
	for _, column := range r.columns() {
		table.Header = append(table.Header, column.name)
	}
	for _, statistic := range r.Objective.Columns() {
		if r.idle(statistic) {
			continue
		}
		row := []string{statistic, unitOf(statistic)}
		for _, column := range r.columns() {
			row = append(row, judge.FormatEstimate(column.statistics[statistic]))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// unitOf is the unit of a figure; empty of a number without one, and of a formula.
func unitOf(figure string) string {
	for _, statistic := range account.Statistics() {
		if statistic.Name == figure && statistic.Unit != "1" {
			return statistic.Unit
		}
	}
	return ""
}

// shownPoints is how many points a page lists.
const shownPoints = 20

// pointsTable lists the best points, and the baseline behind them where it is not one of them.
func (s *sheet) pointsTable() report.Table {
	p := s.Plan
	var points []int
	estimates := make([]verdict.Estimate, s.Scores.Points)
	for point := range estimates {
		if estimates[point] = s.Scores.Of(point); estimates[point].N > 0 {
			points = append(points, point)
		}
	}
	infeasible := func(point int) int {
		if s.Scores.Infeasible != nil && s.Scores.Infeasible[point] {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(points, func(a, b int) int {
		return cmp.Or(infeasible(a)-infeasible(b), cmp.Compare(estimates[b].N, estimates[a].N), cmp.Compare(estimates[b].Mean, estimates[a].Mean))
	})
	table := report.Table{Title: fmt.Sprintf("The best %d points", min(shownPoints, len(points))), Sortable: true, Header: []string{"point"},
		Note: fmt.Sprintf("by the mean of %s over %s, paired with the baseline; points.parquet has all %d, with every figure. A heading sorts by its column.", p.Objective, text.Count(s.Scores.Rows(), p.Unit()), p.Grid.Points())}
	for _, axis := range p.Grid.Axes() {
		table.Header = append(table.Header, axis.Parameter.Name)
	}
	table.Header = append(table.Header, p.Objective.String(), "s.e.", "advantage", "95% CI from", "to", "better in", p.Unit()+"s", "constraints")
	if len(points) > shownPoints {
		head := slices.Clone(points[:shownPoints])
		for _, point := range []int{s.Best, s.Baseline} {
			if point >= 0 && !slices.Contains(head, point) {
				head = append(head, point)
			}
		}
		points = head
	}
	for _, point := range points {
		name := fmt.Sprint(point)
		switch point {
		case s.Baseline:
			name += " (baseline)"
		case s.Best:
			name += " (best)"
		}
		row := []string{name}
		for i, value := range p.Grid.Values(point) {
			row = append(row, p.Grid.Axes()[i].Parameter.Format(value))
		}
		e, d := estimates[point], s.Scores.Compare(point, s.Baseline)
		feasible := ""
		if s.Scores.Infeasible != nil {
			feasible = map[bool]string{true: "not met", false: "met"}[s.Scores.Infeasible[point]]
		}
		row = append(row, text.Significant(p.Objective.Sign()*e.Mean), maybeNumber(e.StandardError))
		if point == s.Baseline {
			row = append(row, "", "", "", "")
		} else {
			row = append(row, maybeNumber(d.Mean), maybeNumber(d.Low), maybeNumber(d.High), percent(s.Scores.WinRate(point, s.Baseline)))
		}
		table.Rows = append(table.Rows, append(row, fmt.Sprint(e.N), feasible))
	}
	return table
}

// maybeNumber is a number, empty where it is undefined.
func maybeNumber(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return text.Significant(x)
}

// shownTies is how many tied points a page lists.
const shownTies = 20

// tables are the finalists on holdout seeds, the points tied with the best, what each axis
// explains and the cross-checks.
func (s *sheet) tables() []report.Table {
	var tables []report.Table
	if len(s.Finalists) > 0 {
		table := report.Table{Title: "The finalists on holdout " + s.Plan.Unit() + "s", Note: fmt.Sprintf("advantage over the baseline on the selection %ss and on %s, with intervals by t and by the studentized bootstrap; selection bias is the difference, and its interval takes the advantage on the selection %ss as fixed", s.Plan.Unit(), text.Count(s.Plan.HoldoutUnits(), "holdout "+s.Plan.Unit()), s.Plan.Unit()),
			Header: []string{"point", "setting", "selection", "holdout, 95% CI", "by bootstrap", "selection bias, 95% CI"}}
		if s.Holdout.Infeasible != nil {
			table.Header = append(table.Header, "feasible on holdout")
		}
		for _, f := range s.Finalists {
			table.Rows = append(table.Rows, []string{fmt.Sprint(f.Point), s.Plan.Setting(f.Point), known(f.Selected.Mean), known(f.Holdout.Mean) + " " + between(f.Holdout.Interval),
				between(f.Bootstrap), known(f.Bias) + " " + between(f.BiasT)})
			if last := len(table.Rows) - 1; s.Holdout.Infeasible != nil {
				table.Rows[last] = append(table.Rows[last], map[bool]string{true: "yes", false: "no"}[s.MeetsOnHoldout(f.Point)])
			}
		}
		tables = append(tables, table)
	}
	if len(s.Tied) > 0 {
		note := "each compared with the best by itself: the paired 95% interval of their difference contains zero. The advantage is over the baseline"
		if more := len(s.Tied) - shownTies; more > 0 {
			note += fmt.Sprintf("; %d more are in %s", more, folder.VerdictName)
		}
		table := report.Table{Title: "Statistically tied with the best", Note: note, Header: []string{"point", "setting", "mean", "advantage, 95% CI", "better in", "neighbor mean"}}
		for _, point := range append([]int{s.Best}, s.Tied[:min(len(s.Tied), shownTies)]...) {
			e, d := s.Scores.Of(point), s.Scores.Compare(point, s.Baseline)
			e.Mean *= s.Plan.Objective.Sign()
			around := ""
			if point < len(s.Means) {
				around = text.Significant(s.Plan.Objective.Sign() * verdict.Neighborhood(s.Means, s.Lengths, point).Mean)
			}
			table.Rows = append(table.Rows, []string{fmt.Sprint(point), s.Plan.Setting(point), judge.FormatEstimate(e), text.Significant(d.Mean) + " " + between(d.Interval), percent(s.Scores.WinRate(point, s.Baseline)), around})
		}
		tables = append(tables, table)
	}
	if s.Sensitivity != nil {
		table := report.Table{Title: "What the axes explain", Note: s.Estimator + ", ± standard error over the " + s.Plan.Unit() + "s; " + judge.SensitivityNote, Header: []string{"axis", "first-order index", "total index"}}
		for _, axis := range s.Sensitivity {
			table.Rows = append(table.Rows, []string{axis.Name, percentOf(axis.First, axis.FirstError), percentOf(axis.Total, axis.TotalError)})
		}
		for _, pair := range s.Pairs {
			table.Rows = append(table.Rows, []string{pair.Names, percentOf(pair.Share, pair.Error), ""})
		}
		tables = append(tables, table)
	}
	if s.Best >= 0 && s.Best != s.Baseline && s.Plan.Halving == nil {
		tables = append(tables, s.crossChecks())
	}
	return tables
}

// crossChecks lists the figures that are no headline.
func (s *sheet) crossChecks() report.Table {
	return report.Table{Title: "Cross-checks", Note: "from the selection " + s.Plan.Unit() + "s; the headline is what the holdout " + s.Plan.Unit() + "s say", Header: []string{"check", "value", "note"}, Rows: [][]string{
		{"95% CI of the advantage (t)", between(s.Difference.Interval), "studentized bootstrap: " + between(s.Bootstrap)},
		{"family-wise adjusted p, one-sided", known(s.Adjusted), fmt.Sprintf("Romano–Wolf, %s; unadjusted, two-sided, by t: %s", text.Count(s.Compared, "comparison"), known(s.P))},
		{"points that differ at a false discovery rate of 5%", fmt.Sprint(len(s.Found)), "Benjamini–Hochberg"},
		{"probability of overfitting", known(s.Overfitting.Probability), describeNoise(s.Noise)},
		{"advantage of the best of four fifths of the " + s.Plan.Unit() + "s", known(s.Folds.InSample), "on the fifth left out: " + known(s.Folds.OutOfSample)},
		{"probabilistic Sharpe ratio of the difference, above 0", known(s.Probabilistic), "ratio a " + s.Plan.Unit() + ": " + known(s.Ratio)},
		{"deflated Sharpe ratio", known(s.Deflated), fmt.Sprintf("N %d, V %s over points, %s", s.Trials, known(s.TrialsSpread), text.Count(s.Difference.N, s.Plan.Unit()))},
		{"minimum track record", known(s.MinimumSeeds), s.Plan.Unit() + "s"},
	}}
}

// describeNoise says what the probability of overfitting is to be compared with.
func describeNoise(n verdict.Noise) string {
	if n.Permutations == 0 {
		return "" // too few seeds, or too many points
	}
	return fmt.Sprintf("of noise %.2f ± %.2f (standard deviation of %d permutations)", n.Mean, n.Deviation, n.Permutations)
}

func known(x float64) string {
	if math.IsNaN(x) {
		return "unknown"
	}
	return text.Significant(x)
}

func between(i verdict.Interval) string {
	if math.IsNaN(i.Low) {
		return "no interval"
	}
	return fmt.Sprintf("(%s to %s)", text.Significant(i.Low), text.Significant(i.High))
}

// percentOf is a share with its standard error, where it has one.
func percentOf(x, standardError float64) string {
	if math.IsNaN(x) || math.IsNaN(standardError) {
		return percent(x)
	}
	return percent(x) + " ± " + percent(standardError)
}

func percent(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return fmt.Sprintf("%.1f%%", 100*x)
}
