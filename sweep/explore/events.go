package explore

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"optmm/sweep/folder"
	"optmm/sweep/present"
)

// everyProgress is how often a page learns how far a study is, and mostEvents how often at most before the
// browser asks again.
const (
	everyProgress = 2 * time.Second
	mostEvents    = 120
)

// events tells how far a study is, as server-sent events, from what is committed.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	of, err := s.find(r)
	if err != nil {
		s.fail(w, err)
		return
	}
	to := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	tick := time.NewTicker(everyProgress)
	defer tick.Stop()
	for range mostEvents {
		if s.bringUpToDate(r.Context()) != nil {
			return
		}
		u, err := folder.OpenUnfinished("explore", of.Path)
		switch {
		case err != nil:
			return // it is being replaced, or gone
		case u == nil:
			fmt.Fprint(w, "event: complete\ndata: complete\n\n")
			return
		}
		content, err := json.Marshal(progressOf(u))
		if err != nil {
			return
		}
		fmt.Fprintf(w, "event: progress\ndata: %s\n\n", content)
		if to.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}

// progress is how far a study is, for its page.
type progress struct {
	Lines  []string   `json:"lines"`
	Done   int        `json:"done"`
	Runs   int        `json:"runs"`
	Rate   string     `json:"rate"`
	Header []string   `json:"-"`
	Rows   [][]string `json:"rows"` // of the points so far, the best first
}

func progressOf(u *folder.Unfinished) progress {
	s := present.ReadSoFar(u, time.Now())
	table := s.Rows(unfinishedRows)
	return progress{s.Lines(), s.Committed.Done, s.Committed.Runs, s.Rate(), table[0], table[1:]}
}
