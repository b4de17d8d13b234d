package explore

import (
	"fmt"
	"net/http"
	"strings"
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
		s.fail(w, http.StatusNotFound, err)
		return
	}
	to := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	tick := time.NewTicker(everyProgress)
	defer tick.Stop()
	for range mostEvents {
		u, err := folder.OpenUnfinished("explore", of.Path)
		switch {
		case err != nil:
			return // it is being replaced, or gone
		case u == nil:
			fmt.Fprint(w, "event: complete\ndata: complete\n\n")
			return
		}
		fmt.Fprintf(w, "event: progress\ndata: %s\n\n", strings.Join(present.ReadSoFar(u, time.Now()).Lines(), "\ndata: "))
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
