package learn

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"optmm/engine/signal"
	"optmm/engine/signal/lightgbm"
	"optmm/engine/signal/linear"
	"optmm/sweep/fault"
	"optmm/sweep/store"
)

// Model scores rows of features, in the order of their names.
type Model struct {
	Features []string

	score  func(columns [][]float64, into []float64)
	output func(raw float64) float64
	seen   []string // markets that it was trained on; nil: it does not say
}

// Linear is a linear model as a file has it, with what it has seen.
type Linear struct {
	Format       string      `json:"format"` // linearFormat
	Label        int         `json:"label_minutes"`
	Features     []described `json:"features"`
	Hash         string      `json:"features_sha256"` // of their names, windows and versions
	Intercept    float64     `json:"intercept"`
	Mean         []float64   `json:"mean"`
	Scale        []float64   `json:"scale"`
	Coefficients []float64   `json:"coefficients"`
	L1           float64     `json:"l1_ratio"` // 0: ridge
	Penalty      float64     `json:"penalty"`  // λ of ridge, α of the elastic net
	Seen         Seen        `json:"seen"`
}

// Seen is what a model was trained on.
type Seen struct {
	Market    string   `json:"market"`    // synthetic or recorded
	Histories []string `json:"histories"` // market seeds, or days
	Sessions  int      `json:"sessions"`
	Rows      int      `json:"rows"`
	Content   string   `json:"content_sha256"` // of the features and labels of these rows
	Tried     int      `json:"models_tried"`
}

const linearFormat = "optmm linear 1"

// ReadModel reads a model: the text of LightGBM, with the file next to it that says what it has seen, where
// there is one; or a linear model as sweep train writes it. An error is of the user's.
func ReadModel(path string) (*Model, error) {
	text, err := store.ReadBounded(path, lightgbm.MostBytes)
	if err != nil {
		return nil, fault.Usage(err)
	}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		m, err := readLinear(text)
		if err != nil {
			return nil, fault.Usagef("%s: read a linear model: %w", path, err)
		}
		return m, nil
	}
	m, err := lightgbm.Parse(text)
	if err != nil {
		return nil, fault.Usagef("%s: %w", path, err)
	}
	seen, err := readSeen(path + seenSuffix)
	return &Model{Features: m.Features, score: m.NewScorer().Score, output: m.Output, seen: seen}, err
}

// seenSuffix ends the name of the file next to a model's text that says what the model has seen.
const seenSuffix = ".seen.json"

// mostSeenBytes bounds that file.
const mostSeenBytes = 16 << 20

// readSeen reads which markets a model has seen; nil where no file says.
func readSeen(path string) ([]string, error) {
	if !store.Exists(path) {
		return nil, nil
	}
	text, err := store.ReadBounded(path, mostSeenBytes)
	if err != nil {
		return nil, fault.Usage(err)
	}
	var seen Seen
	if err := json.Unmarshal(text, &seen); err != nil {
		return nil, fault.Usagef("%s is damaged: %w", path, err)
	}
	return seen.Histories, nil
}

// readLinear reads a linear model, and refuses one whose parts do not fit together.
func readLinear(text []byte) (*Model, error) {
	var l Linear
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&l); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if decoder.More() {
		return nil, errors.New("something comes after its end")
	}
	n := len(l.Features)
	switch {
	case l.Format != linearFormat:
		return nil, fmt.Errorf("its format is %.40q, not %q", l.Format, linearFormat)
	case n == 0 || len(l.Mean) != n || len(l.Scale) != n || len(l.Coefficients) != n:
		return nil, fmt.Errorf("it has %d features, %d means, %d scales and %d coefficients", n, len(l.Mean), len(l.Scale), len(l.Coefficients))
	}
	var chosen []signal.Chosen
	var names []string
	for _, d := range l.Features {
		title := d.Name
		if d.Window != 0 {
			title = fmt.Sprintf("%s_%d", d.Name, d.Window)
		}
		c, ok := signal.Choose(title)
		if !ok || c.Version != d.Version {
			return nil, fmt.Errorf("feature %.60s, version %d, is not known to this program", title, d.Version)
		}
		chosen, names = append(chosen, c), append(names, title)
	}
	if hash := hashOf(chosen); hash != l.Hash {
		return nil, fmt.Errorf("its features have the hash %.16s, not %s", l.Hash, hash)
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
			return nil, fmt.Errorf("the scale of %s is %v", names[k], scale)
		}
	}
	m := &linear.Model{Intercept: l.Intercept, Mean: l.Mean, Scale: l.Scale, Coefficients: l.Coefficients}
	return &Model{Features: names, seen: l.Seen.Histories, score: m.Score, output: func(raw float64) float64 { return raw }}, nil
}

// Content is the text of the model's file.
func (l *Linear) Content() ([]byte, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(l)
	return []byte(b.String()), err
}
