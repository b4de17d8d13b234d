package quotes

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
	"optmm/sweep/text"
)

// Request says which files hold quotes and how they are read, as a study and the flags write
// it.
type Request struct {
	Files      []string // paths, or patterns until they are expanded
	Regular    bool     // the files are read again later, and may be no pipes
	Preset     string   // as it was asked for, or found
	Layout     recorded.Layout
	Underlying *Request // nil: the rows have the prices
	Contracts  *Request // nil: the rows say which options they are of
	Trades     *Request // of the options; nil: none are known
	ByFile     bool     // each file is a history by itself, and not each trading day
	Carry      bool     // positions go from day to day: all days are one history

	unread   []string       // files that could not be read, of several, with the reason
	fileName *regexp.Regexp // whose groups are columns; nil: names of files say nothing
	values   map[string]any // as they were written
}

// NewRequest reads the keys of a study below market.recorded. Errors are Faults at a key.
func NewRequest(values map[string]any) (*Request, error) {
	return newRequest(values, values)
}

// newRequest reads keys, of which some were written.
func newRequest(values, written map[string]any) (*Request, error) {
	r := &Request{values: written}
	for _, key := range Keys() {
		raw, ok := values[key.Name]
		if !ok {
			continue
		}
		if err := key.read(r, raw); err != nil {
			var below *fault.Fault
			if errors.As(err, &below) {
				return nil, &fault.Fault{Path: key.Name + "." + below.Path, Err: below.Err}
			}
			return nil, &fault.Fault{Path: key.Name, Err: err}
		}
	}
	return r, nil
}

// OfFile requests a single file that is read without further knowledge.
func OfFile(path string) *Request {
	return &Request{Files: []string{path}, values: map[string]any{}}
}

// with returns the request with a preset, which what was written goes before.
func (r *Request) with(preset *preset) (*Request, error) {
	values, columns := map[string]any{}, map[string]recorded.Source{}
	maps.Copy(values, preset.values)
	maps.Copy(columns, preset.columns)
	for name, raw := range r.values {
		if name != columnsKey {
			values[name] = raw
		}
	}
	maps.Copy(columns, r.Layout.Columns)
	found, err := newRequest(values, r.values)
	if err != nil {
		return nil, err
	}
	found.Files, found.Regular, found.Preset = r.Files, r.Regular, preset.name
	found.Underlying, found.Contracts, found.Trades = r.Underlying, r.Contracts, r.Trades
	found.Layout.Columns = columns
	return found, nil
}

// inherit takes from the quotes, as they were read, what the request of another file leaves open.
func (r *Request) inherit(from *Request) {
	l, quotes := &r.Layout, &from.Layout
	if l.Zone == nil {
		l.Zone = quotes.Zone
	}
	if l.TimeOfDay == 0 {
		l.TimeOfDay = quotes.TimeOfDay
	}
	if l.Dates == recorded.YearFirst {
		l.Dates = quotes.Dates
	}
	if l.Expires == nil {
		l.Expires = quotes.Expires
	}
}

// partOf returns the request of what files hold.
func (r *Request) partOf(of string) *Request {
	for _, part := range r.own() {
		if part.of == of {
			return part.r
		}
	}
	return r
}

// From takes relative paths as of a folder.
func (r *Request) From(folder string) {
	for i, path := range r.Files {
		if !filepath.IsAbs(path) && path != standardInput {
			r.Files[i] = filepath.Join(folder, path)
		}
	}
}

// InheritAsTrades takes from the quotes what is not said of a file of trades, which are of the same options.
func (r *Request) InheritAsTrades(from *Request) {
	r.inherit(from)
	if r.Layout.Roots == nil {
		r.Layout.Roots = from.Layout.Roots
	}
}

// Named is a file with what it holds.
type Named struct {
	Path string
	Of   string // quotes, underlying, contracts or trades
}

// The kinds of files.
const (
	OfQuotes     = "quotes"
	OfUnderlying = "underlying"
	OfContracts  = "contracts"
	OfTrades     = "trades"
)

// ownFiles are files that come with the quotes: nil are none.
type ownFiles struct {
	of string
	r  *Request
}

// own are the files of their own that come with the quotes.
func (r *Request) own() []ownFiles {
	return []ownFiles{{OfUnderlying, r.Underlying}, {OfContracts, r.Contracts}, {OfTrades, r.Trades}}
}

// Names lists all files, after they were read.
func (r *Request) Names() []Named {
	var names []Named
	for _, path := range r.Files {
		names = append(names, Named{Path: path, Of: OfQuotes})
	}
	for _, part := range r.own() {
		if part.r != nil {
			for _, path := range part.r.Files {
				names = append(names, Named{Path: path, Of: part.of})
			}
		}
	}
	return names
}

// Notation is the request as a study writes it, without its files.
func (r *Request) Notation() map[string]any {
	notation := maps.Clone(r.values)
	delete(notation, filesKey)
	if r.Preset != "" {
		notation[presetKey] = r.Preset
	}
	for _, part := range r.own() {
		if part.r != nil {
			notation[part.of] = part.r.Notation()
		}
	}
	return notation
}

// Place puts files into a notation, a single one as its path.
func Place(notation map[string]any, files []Named) {
	lists := map[string][]any{}
	for _, file := range files {
		lists[file.Of] = append(lists[file.Of], filepath.ToSlash(file.Path))
	}
	for of, list := range lists {
		section := notation
		if of != OfQuotes {
			below, _ := notation[of].(map[string]any)
			section = maps.Clone(below)
			notation[of] = section
		}
		if section[filesKey] = list; len(list) == 1 {
			section[filesKey] = list[0]
		}
	}
}

// facts says which files are read and how.
func (r *Request) facts() [][2]string {
	facts := [][2]string{{"file", r.Title()}}
	if r.Preset != "" && r.Preset != noPreset {
		facts = append(facts, [2]string{"layout", r.Preset + " (in a study, preset: " + r.Preset + ")"})
	}
	for _, part := range r.own() {
		if part.r != nil {
			facts = append(facts, [2]string{part.of, part.r.Title()})
		}
	}
	return facts
}

// Title names the files in a word or two.
func (r *Request) Title() string {
	if len(r.Files) == 1 {
		return r.Files[0]
	}
	return r.Files[0] + " and " + text.Count(len(r.Files)-1, "file") + " more"
}

// mostFiles is how many files are read as one.
const mostFiles = 100_000

// Expand replaces patterns by the files that they match, sorted.
func Expand(paths []string) ([]string, error) {
	var files []string
	seen := map[string]bool{}
	for _, path := range paths {
		matches := []string{path}
		if _, err := os.Lstat(path); err != nil && strings.ContainsAny(path, "*?[") {
			if matches, err = filepath.Glob(path); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			if len(matches) == 0 {
				return nil, fmt.Errorf("no file matches %s", path)
			}
		}
		for _, match := range matches {
			clean := filepath.Clean(match)
			if seen[clean] {
				return nil, fmt.Errorf("%s is named twice", match)
			}
			seen[clean] = true
			files = append(files, match)
		}
	}
	if len(files) > mostFiles {
		return nil, fmt.Errorf("%d files, at most %d are read", len(files), mostFiles)
	}
	return files, nil
}

// expand replaces patterns, and refuses what cannot be read again where that will be needed.
func (r *Request) expand() (err error) {
	if r.Files, err = Expand(r.Files); err != nil {
		return err
	}
	for _, path := range r.Files {
		if !r.Regular {
			break
		}
		information, err := os.Stat(path)
		if path == standardInput || err == nil && !information.Mode().IsRegular() && !information.IsDir() { // of others reading says it better
			return fmt.Errorf("%s is a pipe or a device: a study reads its quotes again when it goes on and when it is verified; write them to a file", path)
		}
	}
	return nil
}

// Zone is that of the files' times, UTC where they do not say.
func (r *Request) Zone() *time.Location {
	if r.Layout.Zone == nil {
		return time.UTC
	}
	return r.Layout.Zone
}
