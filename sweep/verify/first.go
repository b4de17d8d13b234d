package verify

import "sync"

// firstError keeps the error of the lowest-numbered item, whatever the order in
// which the items end.
type firstError struct {
	mutex sync.Mutex
	item  int
	err   error
}

func newFirstError() *firstError { return &firstError{item: -1} }

func (f *firstError) add(item int, err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.err == nil || item < f.item {
		f.item, f.err = item, err
	}
}

// before reports whether an item before this one has an error.
func (f *firstError) before(item int) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.err != nil && f.item < item
}
