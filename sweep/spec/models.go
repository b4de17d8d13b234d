package spec

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/engine/signal"
	"optmm/sweep/fault"
	"optmm/sweep/grid"
	"optmm/sweep/models"
	"optmm/sweep/quotes"
	"optmm/sweep/text"
)

// A study writes a trained model as a value of score_model, {linear: {file: model.json}}. It is kept as the
// name of the kind, with the file below signal.models, which is how a resolved study has it.

const scoreModel = "score_model"

// ModelsPath is the key of the models of a resolved study.
const ModelsPath = "signal.models"

// readModels reads which models a study trades, and leaves the name of the kind as the value of score_model.
func (s *Study) readModels() error {
	s.Models = map[string]*models.Set{}
	var wrong fault.List
	if raw, ok := s.document.get(ModelsPath); ok {
		kinds, ok := raw.(map[string]any)
		if !ok {
			return fault.New(ModelsPath, "want a map, as in {linear: {file: model.json}}")
		}
		for _, kind := range slices.Sorted(maps.Keys(kinds)) {
			_, err := s.modelOf(ModelsPath, map[string]any{kind: kinds[kind]})
			wrong.Add(err)
		}
	}
	entries := func(path string, list []any) []any {
		list = slices.Clone(list)
		for i := range list {
			var err error
			list[i], err = s.modelOf(fault.Entry(path, i), list[i])
			wrong.Add(err)
		}
		return list
	}
	for _, path := range []string{"engine." + scoreModel, "baseline." + scoreModel} {
		if raw, ok := s.document.get(path); ok {
			value, err := s.modelOf(path, raw)
			wrong.Add(err)
			s.document.layers.Set(path, value)
		}
	}
	if list, ok := s.document.list("grid." + scoreModel); ok {
		s.document.layers.Set("grid."+scoreModel, entries("grid."+scoreModel, list))
	}
	if zips, ok := s.document.list("zip"); ok {
		zips = slices.Clone(zips)
		for i, zip := range zips {
			axes, _ := zip.(map[string]any)
			if list, ok := axes[scoreModel].([]any); ok {
				axes = maps.Clone(axes)
				axes[scoreModel] = entries(fault.Entry("zip", i)+"."+scoreModel, list)
				zips[i] = axes
			}
		}
		s.document.layers.Set("zip", zips)
	}
	return wrong.Err()
}

// modelOf reads a value of score_model, and returns the name of what is chosen.
func (s *Study) modelOf(path string, raw any) (any, error) {
	value, ok := raw.(map[string]any)
	if !ok {
		return raw, nil // its own parser checks it
	}
	if len(value) != 1 {
		return raw, fault.New(path, "name one model, as in {linear: {file: model.json}}")
	}
	kind := slices.Collect(maps.Keys(value))[0]
	if !slices.Contains(signal.Trained(), kind) {
		return raw, fault.New(path, "%.40q is not a kind of trained model, which are %s%s", kind, strings.Join(signal.Trained(), " | "), fault.DidYouMean(kind, signal.Trained()))
	}
	keys, ok := value[kind].(map[string]any)
	if !ok {
		return kind, fault.New(path+"."+kind, "want {file: model.json}")
	}
	set := &models.Set{Kind: kind}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		at := path + "." + kind + "." + key
		switch key {
		case "file":
			paths, err := quotes.Paths(keys[key])
			if err != nil {
				return kind, &fault.Fault{Path: at, Err: err}
			}
			for _, file := range paths {
				if err := text.CheckLine(file); err != nil {
					return kind, &fault.Fault{Path: at, Err: err}
				}
				if !filepath.IsAbs(file) && !s.document.fromCommand(path) {
					file = filepath.Join(filepath.Dir(s.File), file)
				}
				set.Paths = append(set.Paths, file)
			}
		case "in_sample":
			if set.InSample, ok = keys[key].(bool); !ok {
				return kind, fault.New(at, "%v is not true or false", keys[key])
			}
		default:
			return kind, fault.New(at, "unknown key %.40s%s", key, fault.DidYouMean(key, []string{"file", "in_sample"}))
		}
	}
	if set.Paths == nil {
		return kind, fault.New(path+"."+kind, "file is missing: name the model, as in {file: model.json}")
	}
	set.Place = path
	if other := s.Models[kind]; other != nil && (!slices.Equal(other.Paths, set.Paths) || other.InSample != set.InSample) {
		return kind, fault.New(path, "a study has one %s model, and %s names another: keep one; several files of one are a list, of which each day is scored by the latest that was trained before it", kind, other.Place)
	} else if other == nil {
		s.Models[kind] = set
	}
	return kind, nil
}

// fromCommand reports whether --set gave the value at a path.
func (d *document) fromCommand(path string) bool {
	for set := range d.set {
		if path == set || strings.HasPrefix(path, set+".") {
			return true
		}
	}
	return false
}

// loadModels reads the models, and refuses a study that trades their training data.
func (s *Study) loadModels() error {
	used := map[string]bool{}
	for _, value := range s.possible(scoreModel) {
		used[value.Text] = true
	}
	for _, kind := range signal.Trained() {
		set := s.Models[kind]
		switch {
		case set == nil && used[kind]:
			err := &param.Error{Parameter: scoreModel, Reason: fmt.Sprintf("%s needs the file of a model: write {%s: {file: …}}", kind, kind)}
			return &fault.Fault{Path: s.blame("engine", err), Err: err}
		case set == nil:
			continue
		case !used[kind]:
			return fault.New(set.Place, "has no effect: no point has score_model %s", kind)
		}
		if s.read.Models == nil {
			continue
		}
		err := s.read.Models(set)
		if errors.Is(err, fs.ErrNotExist) {
			remedy := "sweep train makes a linear model, scripts/python/train.py trees"
			if s.fromLock() {
				remedy = fmt.Sprintf("sweep run takes --set '%s={%s: {file: …}}' for where it is now", ModelsPath, set.Kind)
			}
			err = fmt.Errorf("%w: %s", err, remedy)
		}
		if err != nil {
			return &fault.Fault{Path: set.Place, Err: err}
		}
		if err := s.refuseSeen(set); err != nil {
			return err
		}
	}
	if len(s.Models) > 0 {
		s.Source = market.Scored{Source: s.Source, Model: s.scorer}
	}
	return nil
}

// refuseSeen refuses a model that was trained on a market that the study trades.
func (s *Study) refuseSeen(set *models.Set) error {
	for _, part := range []struct {
		of   *grid.Seeds
		what string
	}{{s.Seeds, "the best point is picked by"}, {s.Holdout, "is held out"}} {
		if part.of == nil {
			continue
		}
		known := map[uint32]bool{}
		for i := range part.of.Len() {
			seed := part.of.At(i).Market
			if known[seed] {
				continue
			}
			known[seed] = true
			if _, err := s.ModelFor(set, seed); err != nil {
				h := s.HistoryOf(seed)
				return fault.New(set.Place, "%s, which %s, may not be traded: %w; trade others, train on others, or write in_sample: true, which every page then says", s.marketNamed(&h), part.what, err)
			}
		}
	}
	return nil
}

// fromLock reports whether the study was read from its lock or its plan.
func (s *Study) fromLock() bool {
	return filepath.Ext(s.File) == ".lock" || filepath.Ext(s.File) == ".json"
}

// marketNamed names a history in words.
func (s *Study) marketNamed(h *models.History) string {
	switch {
	case !s.Recorded():
		return "market seed " + h.Name
	case s.OverDays():
		return s.Unit() + " " + h.Name
	}
	return "the history " + h.Name
}

// MarketKind says which kind of markets a study runs on.
func (s *Study) MarketKind() string {
	if s.Recorded() {
		return models.Recorded
	}
	return models.Synthetic
}

// HistoryOf names the history of a market seed, or of the number of a recorded one.
func (s *Study) HistoryOf(seed uint32) models.History {
	if !s.Recorded() {
		return models.History{Name: fmt.Sprint(seed)}
	}
	if !s.OverDays() {
		seed = 0
	}
	h := models.History{Name: s.Days.List[seed].Name}
	if h.Name == "" {
		h.Name = s.Data.Title()
	}
	h.First, h.Last = s.Days.Times(int(seed))
	h.Sketch = s.Days.List[seed].Sketch
	return h
}

// ModelFor returns the model of a set that scores the market of a seed, or of the number of a day.
func (s *Study) ModelFor(set *models.Set, seed uint32) (*models.Model, error) {
	h := s.HistoryOf(seed)
	return set.For(s.MarketKind(), &h, func(after int64) int { return s.sessionsBetween(after, &h) })
}

// sessionsBetween counts the sessions between a time and a history: of the study's days, where they go back so far, and
// else weekdays.
func (s *Study) sessionsBetween(after int64, h *models.History) int {
	known, n := false, 0
	for i := range s.Days.List {
		first, last := s.Days.Times(i)
		known = known || first != 0 && first <= after
		if first > after && last < h.First {
			n++
		}
	}
	if !known {
		return models.Weekdays(after, h.First)
	}
	return n
}

var errUnread = errors.New("the models were not read")

// scorer returns the model that scores the market of a seed.
func (s *Study) scorer(kind string, seed uint32) (*signal.Model, error) {
	set := s.Models[kind]
	if set == nil || set.Models == nil {
		return nil, errUnread
	}
	m, err := s.ModelFor(set, seed)
	if err != nil {
		return nil, err
	}
	return set.Traded(m), nil
}

// modelsNotation is signal.models as a file would write it; the files as they are given here, by their kinds.
func (s *Study) modelsNotation(files map[string][]string) map[string]any {
	notation := map[string]any{}
	for kind, set := range s.Models {
		one := map[string]any{}
		if paths := files[kind]; len(paths) == 1 {
			one["file"] = paths[0]
		} else if len(paths) > 1 {
			one["file"] = paths
		}
		if set.InSample {
			one["in_sample"] = true
		}
		notation[kind] = one
	}
	return notation
}

// PlaceModels puts the files of trained models, by their kinds, into a resolved study.
func PlaceModels(study map[string]any, files map[string][]string) {
	signal, _ := study["signal"].(map[string]any)
	kinds, _ := signal["models"].(map[string]any)
	kinds = maps.Clone(kinds)
	for kind, paths := range files {
		one, _ := kinds[kind].(map[string]any)
		if one = maps.Clone(one); one == nil {
			continue // a study that does not name it has no file of it
		}
		one["file"] = paths
		kinds[kind] = one
	}
	signal = maps.Clone(signal)
	signal["models"] = kinds
	study["signal"] = signal
}
