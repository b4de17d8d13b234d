package sweep

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/present"
	"optmm/sweep/text"
)

// listedStudy is a study of a list.
type listedStudy struct {
	Folder     string           `json:"folder"`
	Name       string           `json:"name,omitempty"`
	State      string           `json:"state"` // one of those below
	Error      string           `json:"error,omitempty"`
	Changed    time.Time        `json:"changed"` // when it was completed, or committed a chunk last
	Engine     string           `json:"engine,omitempty"`
	Runs       int              `json:"runs,omitempty"`
	Committed  int              `json:"runs_committed,omitempty"` // of a study that is not complete
	Host       string           `json:"host,omitempty"`           // where it was begun, if not here
	Left       float64          `json:"seconds_left,omitempty"`   // about, of one that is running
	Notes      string           `json:"notes,omitempty"`
	Tags       []string         `json:"tags,omitempty"`
	Growing    *listedStudy     `json:"growing,omitempty"` // the larger study that extends it
	Conclusion *present.Verdict `json:"verdict,omitempty"` // of a complete study

	progress folder.Progress
}

// The states of a listed study.
const (
	stateComplete    = "complete"
	stateFailed      = "failed" // complete, but some runs failed
	stateRunning     = "running"
	stateInterrupted = "interrupted"
	stateUnknown     = "unknown" // begun on another host, where it may be running
	stateUnreadable  = "unreadable"
)

// List prints the studies in a folder and below it, as a table or as JSON.
func List(to io.Writer, root string, asJSON bool, now time.Time) error {
	found, err := folder.Survey("list", root)
	if err != nil {
		return err
	}
	studies := []listedStudy{}
	for _, s := range found {
		studies = append(studies, listed(s, now))
	}
	if asJSON {
		return text.WriteJSON(to, studies)
	}
	if len(studies) == 0 {
		_, err := fmt.Fprintf(to, "no study in %s\n", root)
		return err
	}
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "folder\tchanged\tstate\truns\tobjective\tbest\tdifference, 95% CI\tanswer\ttags")
	for _, s := range studies {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", filepath.ToSlash(s.Folder), s.Changed.Local().Format("2006-01-02 15:04"), s.state(), s.found())
	}
	return table.Flush()
}

// listed reads what a list shows of a study.
func listed(s folder.Surveyed, now time.Time) listedStudy {
	l := listedStudy{Folder: s.Path, Changed: s.Changed.UTC().Truncate(time.Second), State: stateComplete}
	unreadable := func(err error) listedStudy {
		l.State, l.Error = stateUnreadable, err.Error()
		return l
	}
	if s.Growing != nil {
		growing := listed(*s.Growing, now)
		l.Growing = &growing
	}
	if s.Err != nil {
		return unreadable(s.Err)
	}
	l.Name, l.Engine, l.Runs, l.Notes, l.Tags = s.Lock.Name, s.Lock.Engine, s.Lock.Runs, s.Lock.Notes, s.Lock.Tags
	if s.Complete {
		verdict, err := present.ReadVerdict(s.Path)
		if err != nil {
			return unreadable(err)
		}
		if l.Conclusion = verdict; verdict.Failed > 0 {
			l.State = stateFailed
		}
		return l
	}
	l.progress = s.Unfinished.Progress(now)
	l.Runs, l.Committed, l.Left = l.progress.Runs, l.progress.Done, l.progress.Left.Seconds()
	switch {
	case s.Unfinished.Host != "":
		l.State, l.Host = stateUnknown, s.Unfinished.Host
	case s.Unfinished.Working:
		l.State = stateRunning
	default:
		l.State = stateInterrupted
	}
	return l
}

// state is the state in words.
func (l *listedStudy) state() string {
	state := l.State
	if l.State == stateUnknown {
		state = "begun on " + l.Host
	}
	switch {
	case l.progress.Runs > 0:
		state += ", " + l.progress.String()
	case l.State == stateFailed:
		state = "complete, " + text.Count(l.Conclusion.Failed, "run") + " failed"
	}
	if l.Growing != nil {
		state += "; extended: " + l.Growing.state()
	}
	return state
}

// found is what a study came to, in the last columns of the table.
func (l *listedStudy) found() string {
	runs := "" // of a damaged one
	if l.Runs > 0 {
		runs = fmt.Sprint(l.Runs)
	}
	tags := strings.Join(l.Tags, ", ")
	v := l.Conclusion
	if v == nil {
		return strings.Join([]string{runs, "", "", "", l.Error, tags}, "\t")
	}
	best, difference := "", ""
	if v.Best != nil {
		best, difference = v.Best.Setting, v.Lead()
	}
	answer, _, _ := strings.Cut(v.Answer, ":")
	return strings.Join([]string{runs, v.Objective.Formula, best, difference, answer, tags}, "\t")
}
