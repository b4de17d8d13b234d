package present

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/judge"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// shownFailures is how many failed runs a result names.
const shownFailures = 5

// shownWarnings is how many warnings a result prints; the page has all.
const shownWarnings = 2

// Write prints the result: the answer first, then what it rests on, the first warnings, and where
// to look.
func (r *Result) Write(to io.Writer) error {
	var b strings.Builder
	if r.Reused {
		fmt.Fprintf(&b, "%s was complete already; nothing was run\n\n", r.Folder)
	}
	if r.Restored > 0 {
		fmt.Fprintf(&b, "%s gone and made again\n\n", text.Were(r.Restored, "file"))
	}
	r.writeAnswer(&b)
	taken := ""
	if r.TakenOver > 0 {
		taken = fmt.Sprintf(", %d taken over from the smaller study", r.TakenOver)
	}
	fmt.Fprintf(&b, "runs       %d, %d failed%s, in %s\n", r.Runs, r.Failed, taken, r.Elapsed.Round(time.Millisecond))
	for _, failure := range r.Failures {
		fmt.Fprintf(&b, "  %s\n", failure)
	}
	if more := r.Failed - len(r.Failures); more > 0 {
		fmt.Fprintf(&b, "  and %d more, in summary.csv\n", more)
	}
	root := filepath.ToSlash(r.Folder)
	figures := ""
	if r.Figures {
		figures = ", figures/best, figures/baseline"
	}
	fmt.Fprintf(&b, "\nresults in %s: report.html, verdict, points, summary%s\n", root, figures)
	fmt.Fprintf(&b, "  browser  %s\n", text.Shell([]string{"sweep", "explore", root}))
	fmt.Fprintf(&b, "  pandas   pd.read_parquet(%q)\n", root+"/summary.parquet")
	fmt.Fprintf(&b, "  DuckDB   select * from '%s' order by diff_mean desc\n", root+"/points.parquet")
	if !r.Copied {
		fmt.Fprintf(&b, "  all      python -i %s, or in its folder duckdb -init %s\n", root+"/"+folder.OpenPythonName, folder.OpenSQLName)
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// WriteJSON writes the result as JSON: what was done, and everything that is known of the best point, as
// verdict.json has it.
func (r *Result) WriteJSON(to io.Writer) error {
	var verdict map[string]any
	if err := readVerdict(r.Folder, &verdict); err != nil {
		return err
	}
	return text.WriteJSON(to, map[string]any{
		"folder": filepath.ToSlash(r.Folder), "runs": r.Runs, "failed": r.Failed, "complete_already": r.Reused, "taken_over": r.TakenOver, "files_made_again": r.Restored,
		"seconds": r.Elapsed.Seconds(), "verdict": verdict,
	})
}

// writeAnswer prints the answer and what it rests on.
func (r *Result) writeAnswer(b *strings.Builder) {
	fmt.Fprintf(b, "%s\n\n", r.Answer)
	if r.Best != nil {
		fmt.Fprintf(b, "best       point %d: %s\n", r.Best.Point, r.Best.Setting)
	}
	fmt.Fprintf(b, "baseline   point %d: %s\n", r.Baseline.Point, r.Baseline.Setting)
	if r.Best != nil {
		fmt.Fprintf(b, "difference %s\n", r.describeDifference())
	}
	writeSentences(b, "verdict", r.Words)
	warnings := r.Warnings
	if more := len(warnings) - shownWarnings; more > 0 {
		warnings = append(warnings[:shownWarnings:shownWarnings], fmt.Sprintf("%s in report.html", text.Plural(more, "warning more is", "warnings more are")))
	}
	writeSentences(b, "warning", warnings)
}

// WriteFigures prints every figure of the best point and of the baseline, on the seeds that the best
// was picked by and on the holdout seeds.
func (r *Result) WriteFigures(to io.Writer) error {
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	columns := r.columns()
	fmt.Fprintf(table, "mean ± s.e. over %s", text.Count(r.Units, r.Unit))
	for _, column := range columns {
		fmt.Fprintf(table, "\t%s", column.name)
	}
	fmt.Fprintln(table)
	for _, statistic := range r.Objective.Columns() {
		if r.idle(statistic) {
			continue
		}
		fmt.Fprintf(table, "%s", statistic)
		for _, column := range columns {
			fmt.Fprintf(table, "\t%s", judge.FormatEstimate(column.statistics[statistic]))
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}

// writeSentences prints sentences, one a line, under a title.
func writeSentences(b *strings.Builder, title string, sentences []string) {
	for _, sentence := range sentences {
		fmt.Fprintf(b, "%-10s %s\n", title, sentence)
		title = ""
	}
}

// resultColumn is a point's figures over some seeds.
type resultColumn struct {
	name       string
	statistics map[string]verdict.Estimate
}

// columns lists what a result compares: the best and the baseline, and both on holdout
// seeds.
func (r *Result) columns() []resultColumn {
	var columns []resultColumn
	if r.Best != nil {
		columns = append(columns, resultColumn{"best", r.Best.Statistics})
	}
	columns = append(columns, resultColumn{"baseline", r.Baseline.Statistics})
	on := fmt.Sprintf(", %s", text.Count(r.HoldoutUnits, "holdout "+r.Unit))
	if r.Best != nil && r.Best.Holdout != nil && r.Best.Point != r.Baseline.Point {
		columns = append(columns, resultColumn{"best" + on, r.Best.Holdout})
	}
	if r.Baseline.Holdout != nil {
		columns = append(columns, resultColumn{"baseline" + on, r.Baseline.Holdout})
	}
	return columns
}

// idle reports whether a figure is zero or undefined in every column, which is not
// worth a line.
func (r *Result) idle(statistic string) bool {
	if r.Objective.String() == statistic {
		return false
	}
	for _, column := range r.columns() {
		if e := column.statistics[statistic]; e.N > 0 && (e.Mean != 0 || e.StandardError > 0) {
			return false
		}
	}
	return true
}

func (r *Result) describeDifference() string {
	d := r.Difference
	better := map[bool]string{true: ", less being better", false: ""}[r.Objective.Minimized]
	switch {
	case r.Best.Point == r.Baseline.Point:
		return "none: the baseline is the best point"
	case d.N == 0:
		return fmt.Sprintf("unknown: no %s defines %s for both", r.Unit, r.Objective)
	case math.IsNaN(d.Low):
		return fmt.Sprintf("of %s %s%s, paired by %s; too few %ss for an interval (%d, at least %d are needed)", r.Objective, text.Significant(r.Objective.Sign()*d.Mean), better, r.Unit, r.Unit, d.N, verdict.MinimumPairs)
	case r.Objective.Minimized:
		d.Mean, d.Low, d.High = -d.Mean, -d.High, -d.Low
	}
	return fmt.Sprintf("of %s %s%s, paired by %s, 95%% interval %s to %s", r.Objective, text.Significant(d.Mean), better, r.Unit, text.Significant(d.Low), text.Significant(d.High))
}
