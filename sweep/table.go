package sweep

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"optmm/engine"
	"optmm/sweep/verdict"
)

// shownFailures is how many failed runs a result names.
const shownFailures = 5

// Write prints the result: best against baseline over the seeds, the paired
// difference, and where to look.
func (r *Result) Write(to io.Writer) error {
	var b strings.Builder
	if r.Reused {
		fmt.Fprintf(&b, "%s was complete already; nothing was run\n\n", r.Folder)
	}
	if r.Restored > 0 {
		fmt.Fprintf(&b, "%s gone and made again\n\n", was(r.Restored, "file"))
	}
	table := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	if r.Best.Point < 0 {
		fmt.Fprintf(&b, "no best point: %s is undefined in every run\n\n", r.Objective)
		fmt.Fprintf(table, "mean ± s.e. over %s\tbaseline\n", count(r.Seeds, "seed"))
	} else {
		fmt.Fprintf(table, "mean ± s.e. over %s\tbest\tbaseline\n", count(r.Seeds, "seed"))
	}
	for _, statistic := range engine.Statistics() {
		if r.idleStatistic(statistic.Name) {
			continue
		}
		fmt.Fprintf(table, "%s", statistic.Name)
		if r.Best.Point >= 0 {
			fmt.Fprintf(table, "\t%s", formatEstimate(r.Best.Statistics[statistic.Name]))
		}
		fmt.Fprintf(table, "\t%s\n", formatEstimate(r.Baseline.Statistics[statistic.Name]))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	b.WriteByte('\n')
	if r.Best.Point >= 0 {
		fmt.Fprintf(&b, "best       point %d: %s\n", r.Best.Point, r.Best.Setting)
	}
	fmt.Fprintf(&b, "baseline   point %d: %s\n", r.Baseline.Point, r.Baseline.Setting)
	if r.Best.Point >= 0 {
		fmt.Fprintf(&b, "difference %s\n", r.describeDifference())
	}
	for i, sentence := range r.Words {
		title := "verdict"
		if i > 0 {
			title = ""
		}
		fmt.Fprintf(&b, "%-10s %s\n", title, sentence)
	}
	if repeats := r.describeRepeats(); repeats != "" {
		fmt.Fprintf(&b, "note       %s\n", repeats)
	}
	fmt.Fprintf(&b, "runs       %d, %d failed, in %s\n", r.Runs, r.Failed, r.Elapsed.Round(time.Millisecond))
	for _, failure := range r.Failures {
		fmt.Fprintf(&b, "  %s\n", failure)
	}
	if more := r.Failed - len(r.Failures); more > 0 {
		fmt.Fprintf(&b, "  and %d more, in summary.csv\n", more)
	}
	folder := filepath.ToSlash(r.Folder)
	figures := ""
	if r.Figures {
		figures = ", figures/best, figures/baseline"
	}
	fmt.Fprintf(&b, "\nresults in %s: summary, points, verdict%s\n", folder, figures)
	fmt.Fprintf(&b, "  pandas   pd.read_parquet(%q)\n", folder+"/summary.parquet")
	fmt.Fprintf(&b, "  DuckDB   select * from '%s' order by diff_mean desc\n", folder+"/points.parquet")
	_, err := io.WriteString(to, b.String())
	return err
}

// idleStatistic reports whether a figure is zero or undefined for both points,
// which is not worth a line.
func (r *Result) idleStatistic(name string) bool {
	idle := func(e verdict.Estimate) bool { return e.N == 0 || e.Mean == 0 && !(e.StandardError > 0) }
	return name != r.Objective && idle(r.Baseline.Statistics[name]) && (r.Best.Point < 0 || idle(r.Best.Statistics[name]))
}

func (r *Result) describeDifference() string {
	d := r.Difference
	switch {
	case r.Best.Point == r.Baseline.Point:
		return "none: the baseline is the best point"
	case d.N == 0:
		return fmt.Sprintf("unknown: no seed defines %s for both", r.Objective)
	case math.IsNaN(d.Low):
		return fmt.Sprintf("of %s %s, paired by seed; too few seeds for an interval (%d, at least %d are needed)", r.Objective, significant(d.Mean), d.N, verdict.MinimumPairs)
	}
	return fmt.Sprintf("of %s %s, paired by seed, 95%% interval %s to %s", r.Objective, significant(d.Mean), significant(d.Low), significant(d.High))
}

func formatEstimate(e verdict.Estimate) string {
	switch {
	case e.N == 0:
		return "undefined"
	case math.IsNaN(e.StandardError):
		return significant(e.Mean)
	}
	return significant(e.Mean) + " ± " + significant(e.StandardError)
}

func significant(x float64) string { return fmt.Sprintf("%.4g", x) }

func was(n int, noun string) string {
	if n == 1 {
		return count(n, noun) + " was"
	}
	return count(n, noun) + " were"
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
