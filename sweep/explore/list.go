package explore

import (
	"net/http"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/present"
)

// listed is a study of the list.
type listed struct {
	present.Row
	ID, Name, Notes string
	Changed         time.Time
	Conclusion      bool // it is complete: it can be compared
}

// list shows every study; of a single study its points.
func (s *Server) list(w http.ResponseWriter, r *http.Request) error {
	if err := s.bringUpToDate(r.Context()); err != nil {
		return err
	}
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
		l := present.List(studies[i], time.Now())
		rows = append(rows, listed{l.Row(), s.idOf(l.Folder), s.nameOf(l.Folder), l.Notes, l.Changed, l.Conclusion != nil})
	}
	return s.render(w, "list", map[string]any{"Title": "Studies in " + s.shown, "Script": "list.js", "Studies": rows})
}
