package folder

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"optmm/engine"
	"optmm/sweep/fault"
	"optmm/sweep/plan"
	"optmm/sweep/quotes"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// FormatVersion is the version of the files on disk. A folder of another version
// is refused with both.
const FormatVersion = 8

// The files that say which study a folder holds: the plan while it runs, the lock
// when it is complete.
const (
	planName = "chunks/plan.json"
	LockName = "sweep.lock"
)

// Header says which study a folder holds: everything that its results depend on.
// Two folders with equal headers hold equal results.
type Header struct {
	Name      string         `json:"name"` // does not matter, nor do the next two
	Notes     string         `json:"notes,omitempty"`
	Tags      []string       `json:"tags,omitempty"`
	Format    int            `json:"format"`
	Engine    string         `json:"engine"`
	Study     map[string]any `json:"study"`
	StudyHash string         `json:"study_sha256"`
	Data      *Data          `json:"data,omitempty"`
	Models    []modelFile    `json:"models,omitempty"`
	Points    int            `json:"points"`
	Seeds     int            `json:"seeds"`
	Chunk     int            `json:"runs_per_chunk"`
	Removed   bool           `json:"removed,omitempty"` // a study was here and is being removed
	Emptied   bool           `json:"emptied,omitempty"` // it is gone, and a larger one takes its place
}

// Data identifies recorded quotes by their content: of one file its hash, of several that of
// their hashes, a line each.
type Data struct {
	SHA256 string       `json:"sha256"`
	Bytes  int64        `json:"bytes"`
	Form   string       `json:"form"` // series or chain: what the content is read as
	Rows   int          `json:"rows"`
	Step   int          `json:"step_minutes"`     // from one row to the next
	Days   []quotes.Day `json:"days"`             // the histories
	Trades bool         `json:"trades,omitempty"` // are given
	Files  []dataFile   `json:"files"`
}

// dataFile is a file of the data, and where it was, which does not matter.
type dataFile struct {
	Path   string `json:"path"` // from the folder
	Of     string `json:"of"`   // what it holds: quotes, underlying, contracts or trades
	SHA256 string `json:"sha256"`
}

// modelFile is a trained model. Its content identifies it; its path may change.
type modelFile struct {
	Kind   string `json:"kind"`
	Path   string `json:"path"` // from the folder
	SHA256 string `json:"sha256"`
}

// modelsOf lists the models of a study.
func modelsOf(s *spec.Study, folder string) (files []modelFile, err error) {
	for _, kind := range slices.Sorted(maps.Keys(s.Models)) {
		for _, m := range s.Models[kind].Models {
			path, err := relativePath(folder, m.Path)
			if err != nil {
				return nil, err
			}
			files = append(files, modelFile{kind, path, m.SHA256})
		}
	}
	return files, nil
}

// placed lists the files of the models by their kinds.
func placed(files []modelFile) map[string][]string {
	paths := map[string][]string{}
	for _, file := range files {
		paths[file.Kind] = append(paths[file.Kind], file.Path)
	}
	return paths
}

// named returns the files.
func (d *Data) named() []quotes.Named {
	if d == nil {
		return nil
	}
	var files []quotes.Named
	for _, file := range d.Files {
		files = append(files, quotes.Named{Path: file.Path, Of: file.Of})
	}
	return files
}

// Title names the files in a word or two, without their folders.
func (d *Data) Title() string {
	title := filepath.Base(d.Files[0].Path)
	if n := len(d.Files); n > 1 {
		title += " and " + text.Count(n-1, "file") + " more"
	}
	return title
}

// identify says what the files of recorded quotes held when they were read; one that could not
// be read has no hash.
func identify(files []quotes.File, folder string) (*Data, error) {
	data, lines := &Data{}, sha256.New()
	for _, file := range files {
		hash, size := file.SHA256, file.Bytes
		path, err := relativePath(folder, file.Path)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(lines, "%s %s\n", file.Of, hash)
		data.SHA256, data.Bytes, data.Files = hash, data.Bytes+size, append(data.Files, dataFile{Path: path, Of: file.Of, SHA256: hash})
	}
	if len(files) > 1 {
		data.SHA256 = hex.EncodeToString(lines.Sum(nil))
	}
	return data, nil
}

// headerOf returns the header of a plan for a folder, which says where its data is.
func headerOf(p *plan.Plan, folder string) (*Header, error) {
	h := &Header{
		Name: p.Name, Notes: p.Notes, Tags: p.Tags, Format: FormatVersion, Engine: engine.Version,
		Points: p.Grid.Points(), Seeds: p.Seeds.Len(), Chunk: p.RunsPerChunk,
	}
	var err error
	if h.Models, err = modelsOf(p.Study, folder); err != nil {
		return nil, err
	}
	if h.Study, h.StudyHash, err = p.Identity(); err != nil || !p.Recorded() {
		return h, err
	}
	if h.Data, err = identify(p.Days.Files, folder); err != nil {
		return nil, err
	}
	h.Data.Form, h.Data.Rows, h.Data.Step, h.Data.Days, h.Data.Trades = formOf(p.Days), p.Minutes(), p.StepMinutes(), slices.Clone(p.Days.List), p.Days.Provides().Trades
	for i := range h.Data.Days {
		h.Data.Days[i].Sketch = nil // the hashes of the files say more
	}
	return h, nil
}

// owner is what a chunk must be of to count: study, data, engine and format.
func (h *Header) owner() string {
	data := ""
	if h.Data != nil {
		data = h.Data.SHA256
	}
	owner := fmt.Sprintf("format %d engine %s study %s data %s", h.Format, h.Engine, h.StudyHash, data)
	for _, model := range h.Models {
		owner += fmt.Sprintf(" model %s %s", model.Kind, model.SHA256)
	}
	return owner
}

// relativePath returns the way from a folder to a file, so that both can move
// together; without a folder the absolute path.
func relativePath(folder, file string) (string, error) {
	if folder == "" {
		path, err := filepath.Abs(file)
		return filepath.ToSlash(path), err
	}
	from, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	relative, err := filepath.Rel(from, to)
	return filepath.ToSlash(relative), err
}

// pathFrom returns the path of a file that is given relative to a folder.
func pathFrom(folder, path string) (string, error) {
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	return filepath.Abs(path)
}

// Plan returns the study that a header describes, checked to be repeatable by
// this program and the data as it is now; file is where the header was read.
func (h *Header) Plan(file, folder string) (*plan.Plan, error) {
	p, err := h.parse(file, folder, spec.Files())
	if err != nil {
		return nil, err
	}
	now, err := headerOf(p, folder)
	if err != nil {
		return nil, err
	}
	found, err := Differences(h, now)
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return nil, &DifferentStudyError{What: file + " cannot be repeated by this program and data", Differences: found}
	}
	return p, nil
}

// PlanWithoutData returns the study that a header describes for looking at its
// results: recorded quotes are not read, and nothing can be simulated.
func (h *Header) PlanWithoutData(file, folder string) (*plan.Plan, error) {
	return h.parse(file, folder, spec.Reader{Quotes: func(*quotes.Request) (*quotes.Days, error) {
		return quotes.Listed(h.Data.Days, h.Data.Form == chainForm, h.Data.Trades), nil
	}})
}

// The forms of recorded data.
const (
	seriesForm = "series"
	chainForm  = "chain"
)

func formOf(days *quotes.Days) string {
	if days.Chain {
		return chainForm
	}
	return seriesForm
}

// parse returns the study that a header describes, its quotes as read gives them.
func (h *Header) parse(file, folder string, read spec.Reader) (*plan.Plan, error) {
	document := maps.Clone(h.Study)
	document["name"] = h.Name
	if h.Notes != "" {
		document["notes"] = h.Notes
	}
	if h.Tags != nil {
		document["tags"] = h.Tags
	}
	if h.Data != nil {
		section, _ := document["market"].(map[string]any)
		quoted, _ := section["recorded"].(map[string]any)
		if quoted == nil {
			return nil, fmt.Errorf("%s: names data but no recorded market", file)
		}
		quoted = maps.Clone(quoted)
		files := h.Data.named()
		for i := range files {
			var err error
			if files[i].Path, err = pathFrom(folder, files[i].Path); err != nil {
				return nil, err
			}
		}
		quotes.Place(quoted, files)
		document["market"] = map[string]any{"recorded": quoted}
	}
	if h.Models != nil {
		files := slices.Clone(h.Models)
		for i := range files {
			var err error
			if files[i].Path, err = pathFrom(folder, files[i].Path); err != nil {
				return nil, err
			}
		}
		spec.PlaceModels(document, placed(files))
	}
	content, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	study, err := spec.Parse(file, content, nil, read)
	if err != nil {
		return nil, err
	}
	return plan.Continue(study, h.Chunk), nil
}

// parseHeader reads a plan or a lock.
func parseHeader(name string, content []byte) (*Lock, error) {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber() // a fill seed has more bits than a float64
	var lock Lock
	if err := decoder.Decode(&lock); err != nil {
		return nil, fault.WithRemedies(fmt.Errorf("%s is damaged: %w; move it away", name, err), fault.Overwrite)
	}
	if lock.Format != FormatVersion {
		return nil, fmt.Errorf("%s was written in format %d by engine version %s; this program reads format %d", name, lock.Format, lock.Engine, FormatVersion)
	}
	if !lock.Removed && (lock.Study == nil || lock.Points < 1 || lock.Seeds < 1 || lock.Chunk < 1 || lock.Data != nil && (len(lock.Data.Files) == 0 || len(lock.Data.Days) == 0)) {
		return nil, fault.WithRemedies(fmt.Errorf("%s is damaged: it names no study; move it away", name), fault.Overwrite)
	}
	if isLock(name) {
		return &lock, lock.checkSeal()
	}
	return &lock, nil
}

// ErrRemoved says that a removal has to be completed first.
var ErrRemoved = fault.WithRemedies(errors.New("the removal of a study here was cut short"), fault.Overwrite)

// Read returns the plan or lock of the study in a folder, nil where there
// is none, and whether the study is complete.
func Read(folder string) (lock *Lock, complete bool, err error) {
	for _, name := range []string{LockName, planName} {
		path := filepath.Join(folder, name)
		content, err := store.ReadBounded(path, mostLockBytes)
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		lock, err := parseHeader(path, content)
		return lock, name == LockName, err
	}
	return nil, false, nil
}

// Difference is a key that two headers do not agree on; a side that lacks the
// key is empty.
type Difference struct{ Key, Old, New string }

func (d Difference) String() string {
	show := func(value string) string {
		if value == "" {
			return "nothing"
		}
		return value
	}
	return fmt.Sprintf("%s: %s there, %s now", d.Key, show(d.Old), show(d.New))
}

// DifferentStudyError says that two studies are not the same.
type DifferentStudyError struct {
	What        string
	Differences []Difference
}

func (e *DifferentStudyError) Error() string {
	text := e.What + ":"
	for _, d := range e.Differences {
		text += "\n  " + d.String()
	}
	return text
}

// Differences lists the keys that matter and on which two headers differ, sorted.
func Differences(old, now *Header) ([]Difference, error) {
	before, after := map[string]string{}, map[string]string{}
	for _, side := range []struct {
		header Header
		flat   map[string]string
	}{{*old, before}, {*now, after}} {
		side.header.Name, side.header.Notes, side.header.Tags = "", "", nil
		side.header.StudyHash = "" // the keys say more
		side.header.Data.flatten(side.flat)
		for i, model := range side.header.Models {
			side.flat[fmt.Sprintf("models.%d (%s)", i+1, model.Kind)] = model.SHA256
		}
		side.header.Models = nil
		if side.header.Data != nil {
			side.header.Data = &Data{SHA256: side.header.Data.SHA256, Bytes: side.header.Data.Bytes}
		}
		content, err := json.Marshal(side.header)
		if err != nil {
			return nil, err
		}
		decoder := json.NewDecoder(bytes.NewReader(content))
		decoder.UseNumber()
		var decoded map[string]any
		if err := decoder.Decode(&decoded); err != nil {
			return nil, err
		}
		if err := flatten("", decoded, side.flat); err != nil {
			return nil, err
		}
	}
	keys := maps.Clone(before)
	maps.Copy(keys, after)
	var found []Difference
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if before[key] != after[key] {
			found = append(found, Difference{key, before[key], after[key]})
		}
	}
	return found, nil
}

// flatten writes the hash of each of several files, by what it holds and its place.
func (d *Data) flatten(into map[string]string) {
	if d == nil || len(d.Files) < 2 {
		return
	}
	for i, file := range d.Files {
		into[fmt.Sprintf("data.files.%d (%s)", i+1, file.Of)] = file.SHA256
	}
}

// flatten writes every value that is not a map under its path.
func flatten(path string, value any, into map[string]string) error {
	if section, ok := value.(map[string]any); ok {
		if path != "" {
			path += "."
		}
		for key, below := range section {
			if err := flatten(path+key, below, into); err != nil {
				return err
			}
		}
		return nil
	}
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	into[path] = strings.TrimSpace(content.String())
	return err
}
