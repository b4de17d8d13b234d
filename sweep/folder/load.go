package folder

import (
	"fmt"
	"path/filepath"
	"strings"

	"optmm/sweep/fault"
	"optmm/sweep/plan"
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
			absolute, err := filepath.Abs(value)
			if err != nil {
				return nil, err
			}
			lock.Data.Path = absolute
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
