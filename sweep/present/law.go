package present

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/report"
	"optmm/sweep/text"
)

// unitOfRuns is what the runs of the law are compared over: days, or the runs of one history.
func unitOfRuns(p *plan.Plan) string {
	if p.OverDays() {
		return p.Unit()
	}
	return "run"
}

// lawTable compares the fills of recorded trades with those of the exponential law.
func lawTable(law *folder.Law, unit string) report.Table {
	table := report.Table{Title: "Filled by recorded trades, and by the exponential law", Note: strings.Join(describeLaw(law, unit), " "),
		Header: []string{"point", "figure", "by trades", "by the law", "the law less the trades, 95% CI"}}
	for _, point := range law.Points {
		for i, figure := range law.Figures {
			role := fmt.Sprintf("%s, point %d", point.Role, point.Point)
			table.Rows = append(table.Rows, []string{role, figure, maybe(point.Trades[i]), maybe(point.Law[i]), maybe(point.Difference[i]) + maybeBetween(point.Interval[i])})
		}
	}
	return table
}

func describeLaw(law *folder.Law, unit string) []string {
	days := 0
	for _, point := range law.Points {
		days = max(days, point.Days)
	}
	p := math.NaN()
	if law.TailProbability != nil {
		p = *law.TailProbability
	}
	return []string{
		fmt.Sprintf("Means over %s that the best point is picked by, with the same quoting rule.", text.Count(days, unit)),
		fmt.Sprintf("The law: %s · exp(−%s · δ) orders a minute on each side, δ half-spreads from the mid, fitted to the same trades (p of its deviance: %s).",
			text.Significant(law.Rate), text.Significant(law.Decay), text.TailProbability(p)),
		"It fills without regard to where the price goes next.",
	}
}

// WriteLaw prints the comparison.
func WriteLaw(to io.Writer, law *folder.Law, p *plan.Plan) error {
	table := lawTable(law, unitOfRuns(p))
	fmt.Fprintf(to, "%s\n\n", table.Title)
	rows := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	for _, row := range append([][]string{table.Header}, table.Rows...) {
		for i, cell := range row {
			if i > 0 {
				fmt.Fprint(rows, "\t")
			}
			fmt.Fprint(rows, cell)
		}
		fmt.Fprintln(rows)
	}
	if err := rows.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(to, "\n%s\n", strings.Join(describeLaw(law, unitOfRuns(p)), "\n"))
	return err
}

func maybe(x *float64) string {
	if x == nil {
		return "undefined"
	}
	return text.Significant(*x)
}

func maybeBetween(i [2]*float64) string {
	if i[0] == nil || i[1] == nil {
		return ""
	}
	return fmt.Sprintf(" (%s to %s)", text.Significant(*i[0]), text.Significant(*i[1]))
}
