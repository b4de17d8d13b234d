package present

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/scores"
	"optmm/sweep/text"
)

// What is committed of a study that is running or was interrupted. It is shown with counts and never
// judged: the leader of the first seeds is often another point than the best of all.

// SoFar is how far a study is.
type SoFar struct {
	*folder.Unfinished
	Committed folder.Progress
	scores    *scores.Running
}

// ReadSoFar reads what is committed of a study.
func ReadSoFar(u *folder.Unfinished, now time.Time) *SoFar {
	s := &SoFar{u, u.Progress(now), scores.NewRunning(u.Plan)}
	u.EachPart(s.scores.Add)
	return s
}

// Lines says how far it is, and who leads.
func (s *SoFar) Lines() []string {
	state := "interrupted: sweep run goes on"
	began := s.Started.Local().Format("2006-01-02 15:04")
	switch {
	case s.Host != "":
		state = fmt.Sprintf("begun on %s at %s, where it may be running", s.Host, began)
	case s.Working:
		state = "running since " + began
	}
	lines := []string{fmt.Sprintf("%s; %s are committed", state, s.Committed)}
	if leader := s.leader(); leader != "" {
		lines = append(lines, leader)
	}
	return append(lines, "nothing is judged before the study is complete: the leader of the first "+s.Plan.Unit()+"s is often another point than the best of all")
}

// Rate says how fast it is, and how many runs failed.
func (s *SoFar) Rate() string {
	var parts []string
	if s.Committed.PerSecond > 0 {
		parts = append(parts, text.Significant(s.Committed.PerSecond)+" runs a second")
	}
	if s.Committed.Left > 0 {
		parts = append(parts, fmt.Sprintf("about %s left", s.Committed.Left))
	}
	if s.scores.Failed > 0 {
		parts = append(parts, text.Count(s.scores.Failed, "run")+" failed")
	}
	return strings.Join(parts, ", ")
}

// leader says which point leads; empty before one has a score.
func (s *SoFar) leader() string {
	leader := s.scores.Leader()
	if leader != "" {
		leader = "leader so far, " + leader
	}
	return leader
}

// points lists the first of the points that have a score, the best first; 0 is all.
func (s *SoFar) points(top int) []int {
	points := s.scores.Ranked()
	if top > 0 {
		points = points[:min(top, len(points))]
	}
	return points
}

// Rows are the first of the points as a table has them, the best first, behind a header; 0 is all.
func (s *SoFar) Rows(top int) [][]string {
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

// Points describes the first of the points for a program, the best first; 0 is all.
func (s *SoFar) Points(top int) []any {
	points := []any{}
	for _, point := range s.points(top) {
		e := s.scores.Of(point)
		points = append(points, map[string]any{"point": point, "setting": s.Plan.Setting(point), "objective_mean": text.Number(s.Plan.Objective.Sign() * e.Mean), "objective_se": text.Number(e.StandardError),
			"objective_n": e.N, "of": s.Plan.Seeds.Len(), "runs_committed": s.Committed.Done, "runs": s.Committed.Runs})
	}
	return points
}
