package explore

import (
	"errors"
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
	once    sync.Once
	err     error // of opening it

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
	o := s.entry(key, of.Path)
	o.once.Do(func() { o.err = o.open() }) // others ask for other studies meanwhile
	if o.err == nil {
		return o, nil
	}
	s.mutex.Lock()
	if s.open[key] == o { // it is tried again when it is asked for again
		s.evict(slices.Index(s.order, key))
	}
	s.mutex.Unlock()
	s.release(o)
	return nil, o.err
}

// entry returns the place of a study among those that are open, for one more reader.
func (s *Server) entry(key, path string) *opened {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	o := s.open[key]
	if o == nil {
		o = &opened{id: s.idOf(path), name: s.nameOf(path), path: path}
		s.open[key] = o
		s.order = append(s.order, key)
		if len(s.order) > mostOpened {
			s.evict(0)
		}
	}
	o.users++
	return o
}

// evict takes a study from those that are open; whoever holds the mutex calls it.
func (s *Server) evict(at int) {
	old := s.open[s.order[at]]
	delete(s.open, s.order[at])
	s.order = slices.Delete(s.order, at, at+1)
	old.evicted = true
	old.closeUnused()
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
	if !o.evicted || o.users > 0 || o.err != nil || o.runs == nil {
		return
	}
	o.points.Close()
	o.runs.Close()
}

// open reads what says what the study is, and opens its tables.
func (o *opened) open() (err error) {
	if o.lock, o.plan, err = folder.OpenParquet("explore", o.path); err != nil {
		return err
	}
	if o.verdict, err = present.ReadConclusion(o.path); err != nil {
		return err
	}
	if o.points, err = tables.OpenPoints(o.plan, o.path); err != nil {
		return err
	}
	if o.runs, err = tables.Open(o.plan, o.path); err != nil {
		return errors.Join(err, o.points.Close())
	}
	return nil
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
