package sweep

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"text/tabwriter"
	"time"

	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/present"
	"optmm/sweep/scores"
	"optmm/sweep/text"
)

// What is committed of a study that is running or was interrupted. It is shown with counts and never
// judged: the leader of the first seeds is often another point than the best of all.

// soFar is how far a study is.
type soFar struct {
	*folder.Unfinished
	progress folder.Progress
	scores   *scores.Running
}

func readSoFar(u *folder.Unfinished, now time.Time) *soFar {
	s := &soFar{u, u.Progress(now), scores.NewRunning(u.Plan)}
	u.EachPart(s.scores.Add)
	return s
}

// lines says how far it is, and who leads.
func (s *soFar) lines() []string {
	state := "interrupted: sweep run goes on"
	began := s.Started.Local().Format("2006-01-02 15:04")
	switch {
	case s.Host != "":
		state = fmt.Sprintf("begun on %s at %s, where it may be running", s.Host, began)
	case s.Working:
		state = "running since " + began
	}
	lines := []string{fmt.Sprintf("%s; %s are committed", state, s.progress)}
	if leader := s.scores.Leader(); leader != "" {
		lines = append(lines, "leader so far, "+leader)
	}
	return append(lines, "nothing is judged before the study is complete: the leader of the first "+s.Plan.Unit()+"s is often another point than the best of all")
}

// points lists the first of the points that have a score, the best first; 0 is all.
func (s *soFar) points(top int) []int {
	points := s.scores.Ranked()
	if top > 0 {
		points = points[:min(top, len(points))]
	}
	return points
}

// rows are the points as a table has them, behind a header.
func (s *soFar) rows(top int) [][]string {
	header := []string{"point"}
	for _, axis := range s.Plan.Grid.Axes() {
		header = append(header, axis.Parameter.Name)
	}
	rows := [][]string{append(header, s.Plan.Objective.String(), "s.e.", "run")}
	for _, point := range s.points(top) {
		row := []string{strconv.Itoa(point)}
		for i, value := range s.Plan.Grid.Values(point) {
			row = append(row, s.Plan.Grid.Axes()[i].Parameter.Format(value))
		}
		e := s.scores.Of(point)
		spread := ""
		if e.N > 1 {
			spread = text.Significant(e.StandardError)
		}
		rows = append(rows, append(row, text.Significant(s.Plan.Objective.Sign()*e.Mean), spread, s.scores.Share(point)))
	}
	return rows
}

// showSoFar prints what is committed of a study that is not complete.
func showSoFar(to io.Writer, u *folder.Unfinished, show Showing, now time.Time) error {
	if show.Sort != "" || show.Where != "" || show.Figures || show.Objective != "" || show.Baseline != "" {
		return fault.Usage(errors.New("show: the study is not complete, so its points are shown as committed, with --top and --json only"))
	}
	s := readSoFar(u, now)
	if show.JSON {
		return s.writeJSON(to, show.Top)
	}
	for _, line := range s.lines() {
		fmt.Fprintln(to, line)
	}
	fmt.Fprintln(to)
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	for _, row := range s.rows(show.Top) {
		for i, cell := range row {
			if i > 0 {
				fmt.Fprint(table, "\t")
			}
			fmt.Fprint(table, cell)
		}
		fmt.Fprintln(table)
	}
	return table.Flush()
}

func (s *soFar) writeJSON(to io.Writer, top int) error {
	points := []any{}
	for _, point := range s.points(top) {
		e := s.scores.Of(point)
		points = append(points, map[string]any{"point": point, "setting": s.Plan.Setting(point), "objective_mean": text.Number(s.Plan.Objective.Sign() * e.Mean), "objective_se": text.Number(e.StandardError),
			"objective_n": e.N, "of": s.Plan.Seeds.Len(), "runs_committed": s.progress.Done, "runs": s.progress.Runs})
	}
	return text.WriteJSON(to, points)
}

// reportSoFar writes the page of a study that is not complete, among its chunks, and returns its name.
func reportSoFar(u *folder.Unfinished, root string, now time.Time) (string, error) {
	const shown = 50
	s := readSoFar(u, now)
	name := folder.UnfinishedReport()
	return filepath.Join(root, name), present.WriteSoFar(u.Plan, s.lines(), s.rows(shown), root, name)
}

// writeExtension says where a larger study extends that in a folder, and how far it is.
func writeExtension(to io.Writer, root string) error {
	u, err := folder.OpenExtension("show", root)
	if u == nil || err != nil {
		return err
	}
	_, err = fmt.Fprintf(to, "the study is being extended: %s\n", u.Progress(time.Now()))
	return err
}
