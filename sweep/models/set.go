package models

import (
	"fmt"
	"path/filepath"
	"strings"

	"optmm/engine/signal"
	"optmm/sweep/quotes"
)

// Set is the models of a kind that a study names: one, or one for each period that is traded.
type Set struct {
	Kind     string   // one of signal.Trained
	Paths    []string // as the study names them: files, or patterns
	Place    string   // key of the study that names them
	InSample bool     // the study allows them to trade their training data
	Models   []*Model // nil where a study is read without them

	traded map[*Model]*signal.Model
}

// mostModels bounds the models of a set.
const mostModels = 1000

// Load reads the models of a set, which are all of its kind.
func (s *Set) Load() error {
	files, err := quotes.Expand(s.Paths)
	if err != nil {
		return err
	}
	if len(files) > mostModels {
		return fmt.Errorf("%d files of models, and at most %d are taken", len(files), mostModels)
	}
	s.traded = map[*Model]*signal.Model{}
	for _, file := range files {
		if strings.HasSuffix(file, SeenSuffix) { // which a pattern finds too
			continue
		}
		m, err := Read(file)
		if err != nil {
			return err
		}
		if m.Kind != s.Kind {
			return fmt.Errorf("%s is a model of the kind %s, not %s", file, m.Kind, s.Kind)
		}
		if s.traded[m], err = m.traded(); err != nil {
			return err
		}
		if len(s.Models) > 0 {
			if first := s.Models[0]; first.About.Hash != m.About.Hash || first.About.Label != m.About.Label {
				return fmt.Errorf("%s and %s have different features or labels: the models of a set need the same", first.Path, file)
			}
		}
		s.Models = append(s.Models, m)
	}
	if s.Models == nil {
		return fmt.Errorf("%s is no model: it records the training data of one", files[0])
	}
	return nil
}

// For returns the model that scores a history: of those that were not trained on it, the one whose training ended latest
// before it, or, without times, the first; between counts the sessions between a time and the history. If all were
// trained on it, For returns an error that names one, unless in-sample trading is allowed.
func (s *Set) For(market string, h *History, between func(after int64) int) (*Model, error) {
	var found, best *Model
	var refused error
	for _, m := range s.Models {
		if how, seen := m.About.Seen.has(market, h, between); seen {
			if best == nil || later(&m.About.Seen, &best.About.Seen, h) {
				best, refused = m, fmt.Errorf("%s %s", filepath.Base(m.Path), how)
			}
			continue
		}
		if found == nil || later(&m.About.Seen, &found.About.Seen, h) {
			found = m
		}
	}
	switch {
	case found != nil:
		return found, nil
	case s.InSample && len(s.Models) > 0:
		return s.Models[len(s.Models)-1], nil
	}
	return nil, refused
}

// later reports whether a model is to be preferred to another: it ends before the history, and the other does
// not, or ends before it.
func later(a, b *Seen, h *History) bool {
	before := func(s *Seen) bool { return s.last() != 0 && s.last() < h.First }
	if before(a) != before(b) {
		return before(a)
	}
	return before(a) && a.last() > b.last()
}

// Foresees reports whether a model was trained on times after a history, though not on it.
func (m *Model) Foresees(h *History) bool { return h.First != 0 && m.About.Seen.last() > h.Last }

// Traded returns a model of the set as the engine scores markets with it.
func (s *Set) Traded(m *Model) *signal.Model { return s.traded[m] }
