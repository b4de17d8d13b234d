package folder

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/quotes"
	"optmm/sweep/spec"
	"optmm/sweep/store"
)

// Load reads a study file, with values in the form path=value over it, and lays out
// its runs. The lock of a complete study is a study too: the same one, with its data found
// and checked, which takes no values over it but its name and where its data lies.
func Load(file string, overrides []string) (*plan.Plan, error) {
	if isLock(file) {
		return loadLocked(file, overrides)
	}
	study, err := spec.Load(file, overrides)
	if err != nil {
		return nil, err
	}
	return plan.New(study), nil
}

// isLock distinguishes the lock of a study from a study file.
func isLock(file string) bool { return filepath.Ext(file) == filepath.Ext(LockName) }

func loadLocked(file string, overrides []string) (*plan.Plan, error) {
	content, err := store.ReadBounded(file, mostLockBytes)
	if err != nil {
		return nil, fmt.Errorf("read study: %w", err)
	}
	lock, err := parseHeader(file, content)
	if err != nil {
		return nil, err
	}
	for _, override := range overrides {
		key, value, _ := strings.Cut(override, "=")
		value = strings.Trim(value, `"`)
		switch {
		case key == "name":
			lock.Name = value
		case key == spec.QuotesPath && lock.Data != nil: // it does not matter while the content is the same
			if err := lock.Data.move(value); err != nil {
				return nil, &fault.Option{Name: "set", Value: override, Err: err}
			}
		default:
			return nil, &fault.Option{Name: "set", Value: override, Err: fmt.Errorf("%s is repeated as it is; change the study file instead", file)}
		}
	}
	p, err := lock.Plan(file, filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	p.Earlier = lock.Selections
	return p, nil
}

// move says where the files of quotes are now: a path, or a list of as many as there were.
func (d *Data) move(to string) error {
	var paths []string
	if json.Unmarshal([]byte(to), &paths) != nil {
		paths = []string{to}
	}
	next := 0
	for i := range d.Files {
		if d.Files[i].Of != quotes.OfQuotes {
			continue
		}
		if next == len(paths) {
			return fmt.Errorf("the study has more files of quotes than the %d that are named", len(paths))
		}
		absolute, err := filepath.Abs(paths[next])
		if err != nil {
			return err
		}
		d.Files[i].Path, next = absolute, next+1
	}
	if next < len(paths) {
		return fmt.Errorf("the study has fewer files of quotes than the %d that are named", len(paths))
	}
	return nil
}
