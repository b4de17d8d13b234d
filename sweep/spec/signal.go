package spec

import (
	"fmt"
	"slices"

	"optmm/engine/signal"
	"optmm/sweep/fault"
	"optmm/sweep/grid"
)

// Signal is the training data of a signal.
type Signal struct {
	Features []signal.Chosen
	Given    bool        // the study names them: a history must have them all
	Labels   []int       // minutes ahead
	Seeds    *grid.Seeds // of synthetic markets, none of which the study runs on; nil on recorded quotes
}

// The bounds of what is learned from.
const (
	mostFeatures = 200
	mostLabels   = 20
	mostAhead    = 1_000 // minutes
)

// defaultLabels are the minutes that labels look ahead where a study does not say.
func defaultLabels() []int { return []int{1, 5, 15} }

// learningKeys are the keys below signal that choose the training data.
func learningKeys() []string { return []string{"features", "labels", "seeds", "days", "embargo_days"} }

// signalKeys are all below signal.
func signalKeys() []string { return append(learningKeys(), "models") }

// readSignal reads what a signal is learned from.
func (s *Study) readSignal() error {
	if !slices.ContainsFunc(learningKeys(), func(key string) bool { return s.document.has("signal." + key) }) {
		return nil
	}
	l := &Signal{Features: signal.DefaultFeatures(), Labels: defaultLabels()}
	if raw, ok := s.document.get("signal.features"); ok {
		titles, err := texts("signal.features", raw, mostFeatures)
		if err != nil {
			return err
		}
		l.Features, l.Given = nil, true
		for i, title := range titles {
			c, ok := signal.Choose(title)
			if !ok {
				return fault.New(fault.Entry("signal.features", i), "%q is not a feature%s; sweep params lists them, and a window of 1 to %d minutes comes after its name, as in return_5", title, fault.DidYouMean(title, featureTitles(signal.DefaultFeatures())), signal.MostWindow)
			}
			if slices.Contains(titles[:i], title) {
				return fault.New(fault.Entry("signal.features", i), "duplicate %s", title)
			}
			l.Features = append(l.Features, c)
		}
	}
	if raw, ok := s.document.get("signal.labels"); ok {
		list, is := raw.([]any)
		if !is || len(list) == 0 || len(list) > mostLabels {
			return fault.New("signal.labels", "want a list of 1 to %d numbers of minutes, as in [1, 5, 15]", mostLabels)
		}
		l.Labels = nil
		for i, entry := range list {
			path := fault.Entry("signal.labels", i)
			minutes, err := grid.ParseInteger(path, entry)
			switch {
			case err != nil:
				return err
			case minutes < 1 || minutes > mostAhead:
				return fault.New(path, "%d is not a number of minutes from 1 to %d", minutes, mostAhead)
			case slices.Contains(l.Labels, int(minutes)):
				return fault.New(path, "duplicate %d", minutes)
			}
			l.Labels = append(l.Labels, int(minutes))
		}
	}
	raw, given := s.document.get("signal.seeds")
	switch {
	case s.Recorded() && given:
		return fault.New("signal.seeds", "a recorded market has no seeds: a signal is learned from its days")
	case !s.OverDays() && (s.document.has(learnedPath) || s.document.has(learnedEmbargo)):
		return fault.New(learnedPath, "there are no recorded days: a synthetic market has signal.seeds")
	case s.Recorded():
	case !given:
		return fault.New("signal", "seeds is missing: a signal is learned from other synthetic markets than the study runs on; write seeds: {first: 1001, count: 20}")
	default:
		var err error
		if l.Seeds, err = grid.ParseSeeds("signal.seeds", raw); err != nil {
			return err
		}
		if err := s.refuseSharedMarkets(l.Seeds); err != nil {
			return err
		}
	}
	s.Signal = l
	return nil
}

// refuseSharedMarkets refuses seeds of markets that the study runs on.
func (s *Study) refuseSharedMarkets(seeds *grid.Seeds) error {
	markets := map[uint32]string{}
	add := func(of *grid.Seeds, what string) {
		if of == nil {
			return
		}
		for i := range of.Len() {
			markets[of.At(i).Market] = what
		}
	}
	add(s.Holdout, "is held out")
	add(s.Seeds, "the best point is picked by")
	for i := range seeds.Len() {
		if what, shared := markets[seeds.At(i).Market]; shared {
			return fault.New("signal.seeds", "market seed %d is one that %s: no minute that a signal was learned from may be traded", seeds.At(i).Market, what)
		}
	}
	return nil
}

// texts reads a list of texts.
func texts(path string, raw any, most int) (all []string, err error) {
	list, is := raw.([]any)
	if !is || len(list) == 0 || len(list) > most {
		return nil, fault.New(path, "want a list of 1 to %d names", most)
	}
	for i, entry := range list {
		text, is := entry.(string)
		if !is {
			return nil, fault.New(fault.Entry(path, i), "%v is not a name", entry)
		}
		all = append(all, text)
	}
	return all, nil
}

func featureTitles(chosen []signal.Chosen) (titles []string) {
	for _, c := range chosen {
		titles = append(titles, c.Title())
	}
	return titles
}

// SignalLabels are the horizons, in minutes, by which the scores of a trained model are judged.
func (s *Study) SignalLabels() []int {
	if s.Signal == nil {
		return defaultLabels()
	}
	return slices.Clone(s.Signal.Labels)
}

// signalNotation is the key as a study file writes it; the files of trained models as they are given here.
func (s *Study) signalNotation(trained map[string][]string) map[string]any {
	notation := map[string]any{}
	if len(s.Models) > 0 {
		notation["models"] = s.modelsNotation(trained)
	}
	if s.Signal == nil {
		return notation
	}
	notation["labels"] = s.Signal.Labels
	if s.Signal.Given {
		notation["features"] = featureTitles(s.Signal.Features)
	}
	if s.Signal.Seeds != nil {
		notation["seeds"] = s.Signal.Seeds.Notation()
	}
	if l := s.learned; l.end > 0 {
		notation["days"] = []any{s.Days.List[l.first].Name, s.Days.List[l.end-1].Name}
		if gap, given := s.document.get(learnedEmbargo); given {
			notation["embargo_days"] = gap
		}
	}
	return notation
}

// signalSchema describes the key.
func signalSchema() object {
	titles := featureTitles(signal.DefaultFeatures())
	minutes := object{"type": "integer", "minimum": 1, "maximum": mostAhead}
	return closed(object{
		"features":     object{"type": "array", "minItems": 1, "maxItems": mostFeatures, "uniqueItems": true, "items": object{"type": "string", "examples": titles}, "description": "Features, with the minutes that they look back, as in return_5; all, with windows of their own, where it is left out."},
		"labels":       object{"type": "array", "minItems": 1, "maxItems": mostLabels, "uniqueItems": true, "items": minutes, "default": defaultLabels(), "description": "Minutes that labels look ahead."},
		"seeds":        reference("seeds"),
		"days":         object{"anyOf": []any{object{"type": []string{"string", "integer"}}, object{"type": "array", "minItems": 2, "maxItems": 2}}, "description": "The recorded days that a signal is learned from, none of which is traded: the first ones, as 60% or a number, or the first and the last."},
		"embargo_days": object{"type": "integer", "minimum": 0, "default": 0, "description": "Days after these that are not traded either."},
		"models":       object{"type": "object", "additionalProperties": false, "properties": trainedSchema(), "description": "Trained models that are traded, as a resolved study has them; a study writes score_model: {linear: {file: model.json}}."},
	}, fmt.Sprintf("What a signal is learned from (sweep features): no window is longer than %d minutes.", signal.MostWindow))
}

// trainedSchema describes a trained model of each kind.
func trainedSchema() object {
	properties := object{}
	for _, kind := range signal.Trained() {
		properties[kind] = modelSchema()
	}
	return properties
}

// scoreModelSchema describes a trained model as a value of score_model.
func scoreModelSchema() object {
	return object{"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false, "properties": trainedSchema()}
}

// modelSchema describes a trained model.
func modelSchema() object {
	text := object{"type": "string"}
	return closed(object{
		"file":      object{"anyOf": []any{text, object{"type": "array", "items": text, "minItems": 1}}, "description": "The file, relative to this one: a path, a pattern, or a list, of which each day is scored by the latest model that was trained before it."},
		"in_sample": object{"type": "boolean", "default": false, "description": "true: it may trade what it was trained on, which every page then says."},
	}, "A trained model.")
}
