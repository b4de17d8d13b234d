package explore

import (
	"path/filepath"
	"slices"
	"sync"

	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/tables"
)

// opened is a complete study that was looked at: its columns are read once.
type opened struct {
	mutex  sync.Mutex // its tables are of one reader at a time
	plan   *plan.Plan
	lock   *folder.Lock
	points *tables.Points
	path   string

	pictures map[int]map[string][]byte // of points that were drawn last, by their names
}

// mostOpened is how many studies are kept open.
const mostOpened = 4

// study opens a complete study, or returns it as it was opened before, held for the caller, who unlocks it.
func (s *Server) study(of *folder.Surveyed) (*opened, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	key := of.Path + " " + of.Lock.Seal
	if o := s.open[key]; o != nil {
		o.mutex.Lock()
		return o, nil
	}
	lock, p, err := folder.OpenComplete("explore", of.Path)
	if err != nil {
		return nil, err
	}
	points, err := tables.OpenPoints(p, of.Path)
	if err != nil {
		return nil, err
	}
	key = of.Path + " " + lock.Seal // it may have been replaced meanwhile
	if o := s.open[key]; o != nil {
		o.mutex.Lock()
		return o, points.Close()
	}
	o := &opened{plan: p, lock: lock, points: points, path: of.Path}
	s.open[key] = o
	s.order = append(s.order, key)
	for len(s.order) > mostOpened {
		old := s.open[s.order[0]]
		delete(s.open, s.order[0])
		s.order = slices.Delete(s.order, 0, 1)
		old.mutex.Lock()
		old.points.Close() // it was read only
		old.mutex.Unlock()
	}
	o.mutex.Lock()
	return o, nil
}

// withData returns the plan of a study with its data, for simulating.
func (o *opened) withData() (*plan.Plan, error) {
	p, err := o.lock.Plan(filepath.Join(o.path, folder.LockName), o.path)
	if err != nil {
		return nil, err
	}
	return p, o.lock.Settle(p)
}
