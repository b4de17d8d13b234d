package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"optmm/engine/signal"
	"optmm/engine/signal/linear"
)

// Linear is the file of a linear model.
type Linear struct {
	Format string `json:"format"` // LinearFormat
	About
	Intercept    float64   `json:"intercept"`
	Mean         []float64 `json:"mean"`
	Scale        []float64 `json:"scale"`
	Coefficients []float64 `json:"coefficients"`
	L1           float64   `json:"l1_ratio"` // 0: ridge
	Penalty      float64   `json:"penalty"`  // λ of ridge, α of the elastic net
}

// LinearFormat is the version of the file of a linear model.
const LinearFormat = "optmm linear 1"

// readLinear reads a linear model, and refuses an inconsistent one.
func readLinear(text []byte) (*Model, error) {
	var l Linear
	if err := decode(text, &l); err != nil {
		return nil, err
	}
	n := len(l.Features)
	switch {
	case l.Format != LinearFormat:
		return nil, fmt.Errorf("its format is %.40q, not %q", l.Format, LinearFormat)
	case n == 0 || len(l.Mean) != n || len(l.Scale) != n || len(l.Coefficients) != n:
		return nil, fmt.Errorf("it has %d features, %d means, %d scales and %d coefficients", n, len(l.Mean), len(l.Scale), len(l.Coefficients))
	}
	m := &Model{Kind: signal.LinearSignal, About: &l.About, Output: func(raw float64) float64 { return raw }}
	for i := range l.Features {
		c, err := known(&l.Features[i])
		if err != nil {
			return nil, err
		}
		m.Features = append(m.Features, c.Title())
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	for _, numbers := range [][]float64{{l.Intercept}, l.Mean, l.Scale, l.Coefficients} {
		for _, x := range numbers {
			if math.IsInf(x, 0) || math.IsNaN(x) {
				return nil, errors.New("it has a number that is not finite")
			}
		}
	}
	for k, scale := range l.Scale {
		if !(scale > 0) {
			return nil, fmt.Errorf("the scale of %s is %v", m.Features[k], scale)
		}
	}
	model := &linear.Model{Intercept: l.Intercept, Mean: l.Mean, Scale: l.Scale, Coefficients: l.Coefficients}
	m.scorer = func() func([][]float64, []float64) { return model.Score }
	return m, nil
}

// Content is the text of the model's file.
func (l *Linear) Content() ([]byte, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(l)
	return []byte(b.String()), err
}
