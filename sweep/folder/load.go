package folder

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/quotes"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// Load reads a study file, with values in the form path=value over it, and lays out
// its runs. The lock of a complete study is a study too: the same one, with its data found
// and checked, which takes no values over it but its name and where its data lies.
func Load(file string, overrides []string) (*plan.Plan, error) {
	return load(file, overrides, spec.Files())
}

// LoadUntrained is Load of a study whose models may not be trained yet.
func LoadUntrained(file string, overrides []string) (*plan.Plan, error) {
	return load(file, overrides, spec.Untrained())
}

func load(file string, overrides []string, read spec.Reader) (*plan.Plan, error) {
	if isLock(file) {
		return loadLocked(file, overrides)
	}
	study, err := spec.Load(file, overrides, read)
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
		case moved(key) != "" && lock.Data != nil: // it does not matter while the content is the same
			if err := lock.Data.move(moved(key), value); err != nil {
				return nil, &fault.Option{Name: "set", Value: override, Err: err}
			}
		case key == spec.ModelsPath && lock.Models != nil:
			if err := lock.moveModels(value); err != nil {
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

// moveModels sets the present paths of trained models, as in {linear: {file: ridge.json}}.
func (l *Lock) moveModels(to string) error {
	value, err := spec.YAMLValue(to)
	if err != nil {
		return err
	}
	kinds, _ := value.(map[string]any)
	if len(kinds) == 0 {
		return errors.New("say which, as in {linear: {file: ridge.json}}")
	}
	for kind, below := range kinds {
		keys, _ := below.(map[string]any)
		var places []*string
		for i := range l.Models {
			if l.Models[i].Kind == kind {
				places = append(places, &l.Models[i].Path)
			}
		}
		if err := move(places, keys["file"], "model", " of the kind "+kind); err != nil {
			return err
		}
	}
	return nil
}

// moved is what the files hold of which a key says where they are; empty of other keys.
func moved(key string) string {
	switch key {
	case spec.QuotesPath:
		return quotes.OfQuotes
	case "market.recorded.underlying", "market.recorded.underlying.files":
		return quotes.OfUnderlying
	case "market.recorded.contracts", "market.recorded.contracts.files":
		return quotes.OfContracts
	case "market.recorded.trades", "market.recorded.trades.files":
		return quotes.OfTrades
	}
	return ""
}

// move says where the files of a kind are now: a path or pattern, or a list of them, in their
// order.
func (d *Data) move(of, to string) error {
	value, err := spec.YAMLValue(to)
	if err != nil {
		value = to
	}
	var places []*string
	for i := range d.Files {
		if d.Files[i].Of == of {
			places = append(places, &d.Files[i].Path)
		}
	}
	return move(places, value, "file", " of "+of)
}

// move replaces recorded paths of files by the present ones.
func move(places []*string, to any, what, of string) error {
	paths, err := quotes.Paths(to)
	if err == nil {
		paths, err = quotes.Expand(paths)
	}
	if err != nil {
		return err
	}
	if len(places) != len(paths) {
		return fmt.Errorf("the study has %s, and %d are named", text.Count(len(places), what)+of, len(paths))
	}
	for i, place := range places {
		if *place, err = filepath.Abs(paths[i]); err != nil {
			return err
		}
	}
	return nil
}
