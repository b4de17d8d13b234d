package signal

import (
	"fmt"
	"math"
)

// Model is a trained model that scores the minutes of an option by its features.
type Model struct {
	Features []Chosen // in the order of its columns

	// Center and Scale are the mean and the standard deviation of its raw scores on what it was trained on:
	// numbers of the training, and not of what is traded.
	Center, Scale float64

	// Raw returns what scores rows that are given by their columns into a slice of the columns' length. It is
	// called for each market, and what it returns is used by one goroutine.
	Raw func() func(columns [][]float64, into []float64)
}

// Columns returns the features of a panel; an error names one that the panel does not have.
func (m *Model) Columns(p *Panel) ([][]float64, error) {
	columns := make([][]float64, len(m.Features))
	for k := range m.Features {
		c := &m.Features[k]
		if why := c.Missing(p); why != "" {
			return nil, fmt.Errorf("feature %s: %s", c.Title(), why)
		}
		columns[k] = c.Values(p)
	}
	return columns, nil
}

// Score scores each entry of a panel.
func (m *Model) Score(p *Panel) ([]float64, error) {
	columns, err := m.Columns(p)
	if err != nil {
		return nil, err
	}
	return m.Scores(columns), nil
}

// Scores returns (raw − Center)/Scale of each row, and 0, which is no view, where the raw score is NaN: of a linear
// model where a feature is not known yet.
func (m *Model) Scores(columns [][]float64) []float64 {
	scores := make([]float64, len(columns[0]))
	m.Raw()(columns, scores)
	for i, raw := range scores {
		scores[i] = (raw - m.Center) / m.Scale
		if math.IsNaN(raw) {
			scores[i] = 0
		}
	}
	return scores
}
