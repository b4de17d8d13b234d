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
}

// list shows every study; of one alone its points.
func (s *Server) list(w http.ResponseWriter, r *http.Request) error {
	studies, err := folder.Survey("explore", s.root)
	if err != nil {
		return err
	}
	if len(studies) == 1 && studies[0].Path == s.root {
		to := "/s/" + s.idOf(studies[0].Path)
		if r.URL.RawQuery != "" { // the token: a browser that comes from another site sends no cookie yet
			to += "?" + r.URL.RawQuery
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	var rows []listed
	for i := range studies {
		rows = append(rows, s.listed(&studies[i]))
	}
	return render(w, "list", map[string]any{"Title": "Studies in " + s.root, "Studies": rows})
}

func (s *Server) listed(of *folder.Surveyed) listed {
	l := listed{ID: s.idOf(of.Path), Name: s.nameOf(of.Path), Changed: of.Changed}
	if of.Err != nil {
		l.State, l.Answer = "unreadable", of.Err.Error()
		return l
	}
	l.Notes, l.Tags, l.Runs = of.Lock.Notes, strings.Join(of.Lock.Tags, ", "), of.Lock.Runs
	l.State = stateOf(of)
	if !of.Complete {
		l.Runs = of.Unfinished.Progress(time.Now()).Runs
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

// stateOf says how far a study is, and the larger one that is to take its place.
func stateOf(of *folder.Surveyed) string {
	state := "complete"
	switch {
	case of.Err != nil:
		return "unreadable"
	case !of.Complete && of.Unfinished.Working:
		state = "running, " + of.Unfinished.Progress(time.Now()).String()
	case !of.Complete:
		state = "interrupted, " + of.Unfinished.Progress(time.Now()).String()
	}
	if of.Growing != nil {
		state += "; extended: " + stateOf(of.Growing)
	}
	return state
}
