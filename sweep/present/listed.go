package present

import (
	"fmt"
	"strings"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/text"
)

// Listed is a study of a list: what it is, how far, and what it came to.
type Listed struct {
	Folder     string    `json:"folder"`
	Name       string    `json:"name,omitempty"`
	State      string    `json:"state"` // one of those below
	Error      string    `json:"error,omitempty"`
	Changed    time.Time `json:"changed"` // when it was completed, or committed a chunk last
	Engine     string    `json:"engine,omitempty"`
	Runs       int       `json:"runs,omitempty"`
	Committed  int       `json:"runs_committed,omitempty"` // of a study that is not complete
	Host       string    `json:"host,omitempty"`           // where it was begun, if not here
	Left       float64   `json:"seconds_left,omitempty"`   // about, of one that is running
	Notes      string    `json:"notes,omitempty"`
	Tags       []string  `json:"tags,omitempty"`
	Growing    *Listed   `json:"growing,omitempty"` // the larger study that extends it
	Conclusion *Verdict  `json:"verdict,omitempty"` // of a complete study

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

// List reads what a list shows of a study.
func List(s folder.Surveyed, now time.Time) Listed {
	l := Listed{Folder: s.Path, Changed: s.Changed.UTC().Truncate(time.Second), State: stateComplete}
	unreadable := func(err error) Listed {
		l.State, l.Error = stateUnreadable, err.Error()
		return l
	}
	if s.Growing != nil {
		growing := List(*s.Growing, now)
		l.Growing = &growing
	}
	if s.Err != nil {
		return unreadable(s.Err)
	}
	l.Name, l.Engine, l.Runs, l.Notes, l.Tags = s.Lock.Name, s.Lock.Engine, s.Lock.Runs, s.Lock.Notes, s.Lock.Tags
	if s.Complete {
		var verdict Verdict
		if err := readVerdict(s.Path, &verdict); err != nil {
			return unreadable(err)
		}
		if l.Conclusion = &verdict; verdict.Failed > 0 {
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

// Row is a listed study as a table has it: what is not known is empty.
type Row struct{ State, Runs, Objective, Best, Difference, Answer, Tags string }

// Row returns the study as a table has it.
func (l *Listed) Row() Row {
	row := Row{State: l.words(), Answer: l.Error, Tags: strings.Join(l.Tags, ", ")}
	if l.Runs > 0 { // else it is damaged
		row.Runs = fmt.Sprint(l.Runs)
	}
	v := l.Conclusion
	if v == nil {
		return row
	}
	row.Objective = v.Objective.Formula
	if v.Best != nil {
		row.Best, row.Difference = v.Best.Setting, v.lead()
	}
	row.Answer, _, _ = strings.Cut(v.Answer, ":")
	return row
}

// words is the state in words.
func (l *Listed) words() string {
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
		state += "; extended: " + l.Growing.words()
	}
	return state
}
