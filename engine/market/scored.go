package market

import (
	"fmt"
	"math"
	"slices"

	"optmm/engine/signal"
)

// Scored is a source whose markets are scored by trained models where their settings say so.
type Scored struct {
	Source

	// Model returns the model of a kind, one of signal.Trained, that scores the history of a seed.
	Model func(kind string, seed uint32) (*signal.Model, error)
}

// Market makes the history that belongs to the settings and the seed.
func (s Scored) Market(settings Settings, seed uint32) (*Market, error) {
	kind := settings.Signal.Model
	if !slices.Contains(signal.Trained(), kind) {
		return s.Source.Market(settings, seed)
	}
	model, err := s.Model(kind, seed)
	if err != nil {
		return nil, err
	}
	settings.Signal = signal.Signal{Model: signal.NoSignal}
	m, err := s.Source.Market(settings, seed)
	if err != nil {
		return nil, err
	}
	for option := range m.Series {
		if err := m.score(option, model); err != nil {
			return nil, fmt.Errorf("score_model %s: %w", kind, err)
		}
	}
	return m, nil
}

// score scores an option; after its expiry the score is 0.
func (m *Market) score(option int, model *signal.Model) error {
	panel := m.Panel(option)
	scores, err := model.Score(panel)
	if err != nil {
		return err
	}
	for i, x := range scores {
		if math.IsInf(x, 0) {
			return fmt.Errorf("the score of minute %d is %v", i, x)
		}
	}
	copy(m.Series[option].Score, scores)
	return nil
}

// Panel is an option as features see it, up to its expiry.
func (m *Market) Panel(option int) *signal.Panel {
	s := &m.Series[option]
	n := m.Minutes()
	if s.Expiry >= 0 {
		n = min(n, s.Expiry+1)
	}
	p := &signal.Panel{Price: m.Underlyings[s.Underlying].Price[:n], Mid: s.Mid[:n], Vol: s.Vol[:n], Residual: s.ParityResidual[:n], Years: s.Years[:n], Delta: s.Delta[:n], Strike: s.Strike, Sessions: m.Sessions, Step: m.StepMinutes()}
	if s.Width != nil {
		p.Width = s.Width[:n]
	}
	if s.Quotable != nil {
		p.Quotable = s.Quotable[:n]
	}
	if len(p.Sessions) == 0 {
		p.Sessions = []int{0}
	}
	return p
}
