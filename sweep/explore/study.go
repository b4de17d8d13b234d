package explore

import (
	"path/filepath"
	"slices"
	"sync"

	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/present"
	"optmm/sweep/tables"
	"optmm/sweep/verdict"
)

// opened is a complete study that is looked at: its columns are read once, for all who ask.
type opened struct {
	id, name string // in URLs, and on pages
	path     string
	plan     *plan.Plan
	lock     *folder.Lock
	verdict  *present.Conclusion
	points   *tables.Points
	runs     *tables.Runs

	users   int  // requests that read it; under the server's mutex
	evicted bool // by others: the last request closes it

	mutex     sync.Mutex // of what is kept
	objective *verdict.Scores
	pictures  map[string]map[string][]byte // of runs that were drawn last, by their names
	minutes   []*minutes                   // of the runs that were looked at last
}

// mostOpened is how many studies are kept open.
const mostOpened = 4

// study opens a complete study, or returns it as it was opened before. The caller releases it.
func (s *Server) study(of *folder.Surveyed) (*opened, error) {
	key := of.Path + " " + of.Lock.Seal
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o := s.open[key]
	if o == nil {
		var err error
		if o, err = s.opens(of); err != nil {
			return nil, err
		}
		s.open[key] = o
		s.order = append(s.order, key)
		for len(s.order) > mostOpened {
			old := s.open[s.order[0]]
			delete(s.open, s.order[0])
			s.order = slices.Delete(s.order, 0, 1)
			old.evicted = true
			old.closeUnused()
		}
	}
	o.users++
	return o, nil
}

// release ends the reading of a study.
func (s *Server) release(o *opened) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o.users--
	o.closeUnused()
}

// closeUnused closes a study that nobody will read any more. It was read only: no error loses anything.
func (o *opened) closeUnused() {
	if !o.evicted || o.users > 0 {
		return
	}
	o.points.Close()
	o.runs.Close()
}

func (s *Server) opens(of *folder.Surveyed) (*opened, error) {
	lock, p, err := folder.OpenParquet("explore", of.Path)
	if err != nil {
		return nil, err
	}
	conclusion, err := present.ReadConclusion(of.Path)
	if err != nil {
		return nil, err
	}
	points, err := tables.OpenPoints(p, of.Path)
	if err != nil {
		return nil, err
	}
	runs, err := tables.Open(p, of.Path)
	if err != nil {
		points.Close()
		return nil, err
	}
	return &opened{id: s.idOf(of.Path), name: s.nameOf(of.Path), path: of.Path, plan: p, lock: lock, verdict: conclusion, points: points, runs: runs}, nil
}

// withData returns the plan of a study with its data, for simulating.
func (o *opened) withData() (*plan.Plan, error) {
	p, err := o.lock.Plan(filepath.Join(o.path, folder.LockName), o.path)
	if err != nil {
		return nil, err
	}
	return p, o.lock.Settle(p)
}

// scores are the objective of every run that the best point is picked by, read once.
func (o *opened) scores() (*verdict.Scores, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.objective == nil {
		objective, err := o.runs.Objective()
		if err != nil {
			return nil, err
		}
		o.objective = objective
	}
	return o.objective, nil
}

// baseline is the point that all others are compared with.
func (o *opened) baseline() int {
	baseline, _ := o.plan.Grid.Baseline()
	return baseline
}
