package sweep

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/present"
)

// listedStudy is a study of a list.
type listedStudy struct {
	Folder     string           `json:"folder"`
	Name       string           `json:"name,omitempty"`
	State      string           `json:"state"` // complete, unfinished or unreadable
	Error      string           `json:"error,omitempty"`
	Changed    time.Time        `json:"changed"` // when it was completed, or committed a chunk last
	Engine     string           `json:"engine,omitempty"`
	Runs       int              `json:"runs,omitempty"`
	Chunks     int              `json:"chunks,omitempty"`           // of the plan
	Committed  int              `json:"committed_chunks,omitempty"` // of an unfinished study
	Growing    *listedStudy     `json:"growing,omitempty"`          // the larger study that extends it
	Conclusion *present.Verdict `json:"verdict,omitempty"`          // of a complete study
}

// The states of a listed study. Whether a program is at work on an unfinished one is not known: its
// last chunk says when one was.
const (
	stateComplete   = "complete"
	stateUnfinished = "unfinished"
	stateUnreadable = "unreadable"
)

// List prints the studies in a folder and below it, as a table or as JSON lines.
func List(to io.Writer, root string, asJSON bool, now time.Time) error {
	found, err := folder.Survey(root)
	if err != nil {
		return err
	}
	var studies []listedStudy
	for _, s := range found {
		studies = append(studies, listed(s))
	}
	if asJSON {
		encoder := json.NewEncoder(to)
		encoder.SetEscapeHTML(false)
		for _, s := range studies {
			if err := encoder.Encode(s); err != nil {
				return err
			}
		}
		return nil
	}
	if len(studies) == 0 {
		_, err := fmt.Fprintf(to, "no study in %s\n", root)
		return err
	}
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "folder\tchanged\tstate\truns\tobjective\tbest\tdifference, 95% CI\tanswer")
	for _, s := range studies {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", filepath.ToSlash(s.Folder), s.Changed.Local().Format("2006-01-02 15:04"), s.state(now), s.found())
	}
	return table.Flush()
}

// listed reads what a list shows of a study.
func listed(s folder.Surveyed) listedStudy {
	l := listedStudy{Folder: s.Path, Changed: s.Changed.UTC().Truncate(time.Second), State: stateUnfinished, Committed: s.Chunks}
	if s.Complete {
		l.State = stateComplete
	}
	if s.Growing != nil {
		growing := listed(*s.Growing)
		l.Growing = &growing
	}
	unreadable := func(err error) listedStudy {
		l.State, l.Error = stateUnreadable, err.Error()
		return l
	}
	if s.Err != nil {
		return unreadable(s.Err)
	}
	l.Name, l.Engine, l.Runs, l.Chunks = s.Lock.Name, s.Lock.Engine, s.Lock.Runs, len(s.Lock.Chunks)
	if s.Complete {
		verdict, err := present.ReadVerdict(s.Path)
		if err != nil {
			return unreadable(err)
		}
		l.Conclusion = verdict
		return l
	}
	p, err := s.Lock.PlanWithoutData(s.Path, s.Path)
	if err != nil {
		return unreadable(err)
	}
	l.Runs, l.Chunks = p.Runs(), p.ChunkCount()
	return l
}

// state is the state in words.
func (l *listedStudy) state(now time.Time) string {
	state := l.State
	if state == stateUnfinished {
		state = fmt.Sprintf("%d of %d chunks, last %s ago", l.Committed, l.Chunks, now.Sub(l.Changed).Round(time.Second))
	}
	if l.Growing != nil {
		state += "; extended: " + l.Growing.state(now)
	}
	return state
}

// found is what a study came to, in the last columns of the table.
func (l *listedStudy) found() string {
	runs := "" // of a damaged one
	if l.Runs > 0 {
		runs = fmt.Sprint(l.Runs)
	}
	v := l.Conclusion
	if v == nil {
		return runs + "\t\t\t\t" + l.Error
	}
	best, difference := "", ""
	if v.Best != nil {
		best, difference = v.Best.Setting, v.Lead()
	}
	answer, _, _ := strings.Cut(v.Answer, ":")
	return strings.Join([]string{runs, v.Objective.Formula, best, difference, answer}, "\t")
}
