package models

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"

	"optmm/engine/signal"
	"optmm/engine/signal/lightgbm"
	"optmm/sweep/fault"
	"optmm/sweep/store"
)

// Model scores rows of features, in the order of their names.
type Model struct {
	Path     string
	Kind     string // one of signal.Trained
	SHA256   string // of the file and the one next to it
	Features []string
	Output   func(raw float64) float64 // what a raw score predicts
	About    *About                    // nil: no file says what it was trained on

	scorer func() func(columns [][]float64, into []float64)
}

// About describes a model's training.
type About struct {
	Label    int         `json:"label_minutes"`
	Features []Described `json:"features"`
	Hash     string      `json:"features_sha256"` // of their names, windows and versions
	Seen     Seen        `json:"seen"`
}

// Described is a feature as files name it.
type Described struct {
	Name    string `json:"name"`
	Window  int    `json:"window_minutes"`
	Version int    `json:"version"`
}

// Title is its name in tables.
func (d *Described) Title() string {
	if d.Window == 0 {
		return d.Name
	}
	return fmt.Sprintf("%s_%d", d.Name, d.Window)
}

// Describe names features with their windows and versions.
func Describe(chosen []signal.Chosen) []Described {
	all := []Described{}
	for _, c := range chosen {
		all = append(all, Described{c.Name, c.Window, c.Version})
	}
	return all
}

// HashOf is a fingerprint of the names, windows and versions of features.
func HashOf(features []Described) string {
	content, err := json.Marshal(features)
	if err != nil {
		panic(fmt.Sprintf("models: %v", err)) // texts and integers
	}
	hash := sha256.Sum256(content)
	return hex.EncodeToString(hash[:])
}

// Read reads a model: LightGBM's text, with the file next to it that records the training data, if there is one; or a
// linear model of sweep train. Errors are usage errors.
func Read(path string) (*Model, error) {
	text, err := store.ReadBounded(path, lightgbm.MostBytes)
	if err != nil {
		return nil, fault.Usage(err)
	}
	m, err := parse(path, text)
	if err != nil {
		return nil, fault.Usagef("%s: %w", path, err)
	}
	return m, nil
}

// parse reads the content of a file, and the one next to it.
func parse(path string, text []byte) (*Model, error) {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		m, err := readLinear(text)
		if err != nil {
			return nil, fmt.Errorf("read a linear model: %w", err)
		}
		m.Path, m.SHA256 = path, hashOf(text)
		return m, nil
	}
	trees, err := lightgbm.Parse(text)
	if err != nil {
		return nil, err
	}
	m := &Model{Path: path, Kind: signal.LightGBMSignal, SHA256: hashOf(text), Features: trees.Features, Output: trees.Output}
	m.scorer = func() func([][]float64, []float64) { return trees.NewScorer().Score }
	if !store.Exists(path + SeenSuffix) {
		return m, nil
	}
	about, err := store.ReadBounded(path+SeenSuffix, mostSeenBytes)
	if err != nil {
		return nil, err
	}
	m.SHA256 = hashOf(text, about)
	if m.About, err = readAbout(about, trees.Features); err != nil {
		return nil, fmt.Errorf("%s%s: %w", filepath.Base(path), SeenSuffix, err)
	}
	return m, nil
}

func hashOf(parts ...[]byte) string {
	sum := sha256.New()
	for _, part := range parts {
		sum.Write(part)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// SeenSuffix ends the name of the file next to a model's text that records its training data.
const SeenSuffix = ".seen.json"

// mostSeenBytes bounds that file.
const mostSeenBytes = 16 << 20

// decode reads JSON that has the fields of a value and no others.
func decode(text []byte, to any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(to); err != nil {
		return fmt.Errorf("it is damaged: %w", err)
	}
	if decoder.More() {
		return fmt.Errorf("something comes after its end")
	}
	return nil
}

// readAbout reads what is known of the training of a model on features of these names.
func readAbout(text []byte, names []string) (*About, error) {
	var a About
	if err := decode(text, &a); err != nil {
		return nil, err
	}
	if len(a.Features) != len(names) {
		return nil, fmt.Errorf("it has %d features, the model %d", len(a.Features), len(names))
	}
	for i := range a.Features {
		if title := a.Features[i].Title(); title != names[i] {
			return nil, fmt.Errorf("feature %d is %.60s, of the model %.60s", i, title, names[i])
		}
	}
	return &a, a.check()
}

// check refuses inconsistent content.
func (a *About) check() error {
	if hash := HashOf(a.Features); hash != a.Hash {
		return fmt.Errorf("its features have the hash %.16s, not %s", a.Hash, hash)
	}
	if a.Label < 1 || a.Label > mostAhead {
		return fmt.Errorf("label_minutes is %d, not from 1 to %d", a.Label, mostAhead)
	}
	return a.Seen.check(a.Features)
}

// Scorer returns a function of the columns of rows, in the order of Features, to their raw scores. Each goroutine needs its
// own.
func (m *Model) Scorer() func(columns [][]float64, into []float64) { return m.scorer() }

// traded makes the model that the engine scores markets with.
func (m *Model) traded() (*signal.Model, error) {
	if m.About == nil {
		return nil, fmt.Errorf("%s%s is missing, which says what the model was trained on, and how its scores are scaled", m.Path, SeenSuffix)
	}
	t := &signal.Model{Center: m.About.Seen.Score.Center, Scale: m.About.Seen.Score.Scale, Raw: m.scorer}
	for i := range m.About.Features {
		c, err := known(&m.About.Features[i])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Path, err)
		}
		t.Features = append(t.Features, c)
	}
	return t, nil
}

// known finds a feature of this program.
func known(d *Described) (c signal.Chosen, err error) {
	title := d.Title()
	c, ok := signal.Choose(title)
	if !ok {
		var names []string
		for _, other := range signal.DefaultFeatures() {
			names = append(names, other.Title())
		}
		return c, fmt.Errorf("feature %.60s is not known to this program%s", title, fault.DidYouMean(title, names))
	}
	if c.Version != d.Version {
		return c, fmt.Errorf("feature %s is of version %d, this program makes version %d", title, d.Version, c.Version)
	}
	return c, nil
}
