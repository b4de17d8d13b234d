package explore

import (
	"net/http"
	"strings"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/present"
)

// listed is a study of the list.
type listed struct {
	ID, Name, State, Objective, Best, Lead, Answer, Notes, Tags string
	Changed                                                     time.Time
	Runs                                                        int
	Running                                                     bool
}

// list shows every study; of one alone its points.
func (s *Server) list(w http.ResponseWriter, r *http.Request) error {
	studies, err := folder.Survey(s.root)
	if err != nil {
		return err
	}
	if len(studies) == 1 && studies[0].Path == s.root {
		http.Redirect(w, r, "/s/"+s.idOf(studies[0].Path), http.StatusSeeOther)
		return nil
	}
	var rows []listed
	for i := range studies {
		rows = append(rows, s.listed(&studies[i]))
	}
	return render(w, "list", map[string]any{"Title": "Studies in " + s.root, "Studies": rows})
}

func (s *Server) listed(of *folder.Surveyed) listed {
	l := listed{ID: s.idOf(of.Path), Name: s.nameOf(of.Path), State: "complete", Changed: of.Changed}
	if of.Err != nil {
		l.State, l.Answer = "unreadable", of.Err.Error()
		return l
	}
	l.Notes, l.Tags, l.Runs = of.Lock.Notes, strings.Join(of.Lock.Tags, ", "), of.Lock.Runs
	if !of.Complete {
		progress := of.Unfinished.Progress(time.Now())
		l.State, l.Runs, l.Running = "interrupted, "+progress.String(), progress.Runs, of.Unfinished.Working
		if l.Running {
			l.State = "running, " + progress.String()
		}
		return l
	}
	verdict, err := present.ReadVerdict(of.Path)
	if err != nil {
		l.State, l.Answer = "unreadable", err.Error()
		return l
	}
	l.Objective, l.Lead = verdict.Objective.Formula, verdict.Lead()
	if verdict.Best != nil {
		l.Best = verdict.Best.Setting
	}
	l.Answer, _, _ = strings.Cut(verdict.Answer, ":")
	return l
}
