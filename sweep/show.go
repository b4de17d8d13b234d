package sweep

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/present"
	"optmm/sweep/store"
	"optmm/sweep/tables"
)

// Showing is what of the table of points is shown.
type Showing struct {
	Folder string
	Top    int    // rows at most; 0 shows all
	Sort   string // a column, or a figure, whose mean is meant; highest first, lowest with a minus before it; empty: the objective
	Where  string // a condition on columns and figures, as in net_pnl > 0 && skew < 0.02; empty: all
	JSON   bool   // every column of the rows, as a JSON array

	Objective, Baseline string // others than the study's, by which it is judged again first

	Figures bool // instead: every figure of the best point and the baseline
}

// Show prints the points of a complete study, or the figures of two of them; of a study that is not
// complete, what is committed.
func Show(to io.Writer, show Showing) (err error) {
	if u, err := folder.OpenUnfinished("show", show.Folder); u != nil || err != nil {
		if err != nil {
			return err
		}
		return showSoFar(to, u, show, time.Now())
	}
	_, p, err := folder.OpenComplete("show", show.Folder)
	if err != nil {
		return err
	}
	if show.Figures {
		result, err := present.Load(p, show.Folder)
		if err != nil {
			return err
		}
		return result.WriteFigures(to)
	}
	root := show.Folder
	if show.Objective != "" || show.Baseline != "" {
		q := Question{Objective: show.Objective, Baseline: show.Baseline, Where: show.Where}
		result, err := Rejudge(root, q)
		if err != nil {
			return err
		}
		if p, err = q.plan(root, p); err != nil {
			return err
		}
		root, show.Where = result.Folder, "" // which says what was judged, of the study's own table
		if !show.JSON {
			if err := result.WriteJudged(to); err != nil {
				return err
			}
			fmt.Fprintln(to)
		}
	}
	t, err := openPoints(p, root)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	rows, err := t.choose(show)
	if err != nil {
		return err
	}
	if show.JSON {
		var columns []string
		for _, field := range t.Fields() {
			columns = append(columns, field.Name)
		}
		return t.WriteJSON(to, columns, rows)
	}
	return t.write(to, show, rows)
}

// pointTable is the table of points as it is printed.
type pointTable struct {
	*tables.Points
	plan *plan.Plan
}

// openPoints opens the table of points of a study, or of a judgment of it, in a folder.
func openPoints(p *plan.Plan, root string) (*pointTable, error) {
	points, err := tables.OpenPoints(p, root)
	return &pointTable{points, p}, err
}

// choose returns the rows to show, in order.
func (t *pointTable) choose(show Showing) ([]int, error) {
	rows, err := t.Filter(show.Where)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(row int) bool { return !t.plan.IsCandidate(row) })
	if rows, err = t.Sorted(rows, show.Sort); err != nil {
		return nil, err
	}
	if show.Top > 0 {
		rows = rows[:min(len(rows), show.Top)]
	}
	return rows, nil
}

// write prints the parameters, the objective and its difference from the baseline,
// and the column that is sorted by.
func (t *pointTable) write(to io.Writer, show Showing, rows []int) error {
	names := []string{"point"}
	for _, axis := range t.plan.Grid.Axes() {
		names = append(names, axis.Parameter.Name)
	}
	if t.plan.Halving != nil {
		names = append(names, "objective_n")
	}
	names = append(names, "objective_mean", "objective_se", "diff_mean", "diff_low95", "diff_high95")
	if sorted := strings.TrimPrefix(show.Sort, "-"); sorted != "" {
		if column, err := t.Column(sorted); err == nil && column != nil && !slices.Contains(names, column.Field.Name) {
			names = append(names, column.Field.Name)
		}
	}
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, strings.Join(names, "\t"))
	for _, row := range rows {
		cells := make([]string, len(names))
		for i, name := range names {
			var err error
			if cells[i], err = t.Cell(name, row); err != nil {
				return err
			}
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	baseline, _ := t.plan.Grid.Baseline()
	note := ""
	if len(rows) < t.Rows() {
		note = fmt.Sprintf("; %d of %d points shown", len(rows), t.Rows())
	}
	unit := ""
	if at := slices.IndexFunc(t.Fields(), func(f store.Field) bool { return f.Name == "objective_mean" }); at >= 0 && t.Fields()[at].Unit != "1" {
		unit = fmt.Sprintf("; %s in %s", t.plan.Objective, t.Fields()[at].Unit)
	}
	_, err := fmt.Fprintf(to, "\nbaseline: point %d%s%s\n", baseline, unit, note)
	return errors.Join(err, writeExtension(to, show.Folder))
}

// PointColumns lists the columns of the points of a study.
func PointColumns(root string) (names []string, err error) {
	lock, _, err := folder.Read(root)
	if err != nil || lock == nil || lock.Removed {
		return nil, err
	}
	p, err := lock.PlanWithoutData(filepath.Join(root, folder.LockName), root)
	if err != nil {
		return nil, err
	}
	for _, field := range tables.PointFields(p) {
		names = append(names, field.Name)
	}
	return names, nil
}
