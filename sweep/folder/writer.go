package folder

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"optmm/sweep/store"
)

// writer is the program that wrote in a folder last.
type writer struct {
	process int
	host    string
	since   time.Time
}

// lastWriter reads who wrote in a folder last; ok is false where it is not known.
func lastWriter(path string) (w writer, ok bool) {
	content, err := store.ReadBounded(filepath.Join(path, writerLock), mostHolderBytes)
	if err != nil {
		return w, false
	}
	var since string
	if _, err := fmt.Sscanf(string(content), "process %d on %s since %s", &w.process, &w.host, &since); err != nil {
		return w, false
	}
	w.host = w.host[:max(0, len(w.host)-1)] // its comma
	w.since, err = time.Parse(time.RFC3339, since)
	return w, err == nil
}

// works reports whether the program is there; known is false of one on another host, which may be.
func (w *writer) works() (works, known bool) {
	host, err := os.Hostname()
	if err != nil || host != w.host {
		return true, false
	}
	return processExists(w.process), true
}
