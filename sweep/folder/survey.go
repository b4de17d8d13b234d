package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"optmm/sweep/fault"
	"optmm/sweep/store"
)

// Surveyed is a study that was found in a folder.
type Surveyed struct {
	Path     string
	Lock     *Lock // of an unfinished study its header alone; nil where it cannot be read
	Err      error // why not
	Complete bool

	Unfinished *Unfinished // of a study that is not complete
	Growing    *Surveyed   // the larger study that takes its place when it is complete; nil: none
	Changed    time.Time   // when it was completed, or committed a chunk last
}

// mostDepth bounds how many folders deep studies are looked for, below the first.
const mostDepth = 4

// Survey finds the studies in a folder and below it, in the order of their paths. It does not look
// into studies, nor through links.
func Survey(command, root string) (found []Surveyed, err error) {
	if information, err := os.Stat(root); err != nil {
		return nil, fault.Usagef("%s: %w", command, err)
	} else if !information.IsDir() {
		return nil, fault.Usagef("%s: %s is not a folder", command, root)
	}
	return survey(nil, root, mostDepth)
}

func survey(found []Surveyed, path string, depth int) ([]Surveyed, error) {
	if s, is := look(path); is {
		return append(found, s), nil
	}
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrPermission) || depth < 0 {
		return found, nil
	}
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		if found, err = survey(found, filepath.Join(path, entry.Name()), depth-1); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// look reports whether a folder holds a study, and which.
func look(path string) (s Surveyed, is bool) {
	name := filepath.Join(path, LockName)
	if s.Complete = store.Exists(name); !s.Complete {
		if name = filepath.Join(path, planName); !store.Exists(name) {
			return s, false
		}
	}
	s.Path = path
	s.Lock, _, s.Err = Read(path)
	if s.Lock != nil && s.Lock.Removed {
		return s, false
	}
	if information, err := os.Stat(name); err == nil {
		s.Changed = information.ModTime()
	}
	if growing, is := look(filepath.Join(path, growingName)); is {
		s.Growing = &growing
	}
	if s.Complete || s.Err != nil {
		return s, true
	}
	for _, chunk := range committedFiles(path) {
		if information, err := os.Stat(chunk); err == nil && information.ModTime().After(s.Changed) {
			s.Changed = information.ModTime()
		}
	}
	s.Unfinished, s.Err = OpenUnfinished("list", path)
	return s, true
}
