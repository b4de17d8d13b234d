package quotes

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
)

// source is files that are open, or will be.
type source struct {
	request *Request
	kept    map[string]*input // pipes, which are open once
	several bool              // of the tables that were read
	own     recorded.Own
}

// open finds the files of a request and their layout, and reads the files of their own.
func open(request *Request) (s *source, err error) {
	s = &source{request: request, kept: map[string]*input{}}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if err = s.find(request); err != nil {
		return s, err
	}
	if trades := request.Trades; trades != nil {
		trades.Regular = request.Regular
		if err = trades.expand(); err != nil {
			return s, &fault.Fault{Path: OfTrades, Err: err}
		}
	}
	for _, part := range []struct {
		r    *Request
		read func(*source) error
	}{
		{request.Underlying, func(own *source) error { return s.own.ReadPrices(own.tables, own.request.Layout) }},
		{request.Contracts, func(own *source) error { return s.own.ReadContracts(own.tables, own.request.Layout) }},
	} {
		if part.r == nil {
			continue
		}
		part.r.Regular = request.Regular
		own := &source{request: part.r, kept: s.kept}
		if err = own.find(part.r); err != nil {
			return s, err
		}
		part.r.inherit(request)
		if err = part.read(own); err != nil && !own.withoutBroken(part.read) {
			return s, own.explain(err)
		}
	}
	return s, nil
}

// withoutBroken reads the files again without those that cannot be read by themselves, as the prices
// of a day; it reports whether some are left, and that is all that was wrong.
func (s *source) withoutBroken(read func(*source) error) bool {
	var whole, unread []string
	for _, path := range s.request.Files {
		one := s.of([]string{path})
		if err := read(one); err != nil {
			unread = append(unread, oneLine(one.explain(err), path))
		} else {
			whole = append(whole, path)
		}
	}
	s.request.unread = unread
	return whole != nil && unread != nil && read(s.of(whole)) == nil
}

func (s *source) close() {
	for _, in := range s.kept {
		in.close()
	}
}

// find expands the files' names, and finds the layout of the first.
func (s *source) find(r *Request) error {
	defer func() { r.Layout.Zones = remembered(zoneNamed) }()
	if err := r.expand(); err != nil {
		return err
	}
	var found *preset
	switch r.Preset {
	case noPreset:
		return nil
	case "":
		var err error
		if found, err = s.look(); err != nil {
			return of(r.Files[0], err)
		}
	default:
		found = presetNamed(r.Preset)
	}
	if found == nil {
		return nil
	}
	if found.refused != "" {
		return fmt.Errorf("%s: %s", r.Files[0], found.refused)
	}
	with, err := r.with(found)
	if err == nil {
		*r = *with
	}
	return err
}

// remembered looks up each zone once.
func remembered(look func(string) *time.Location) func(string) *time.Location {
	known := map[string]*time.Location{}
	return func(name string) *time.Location {
		zone, ok := known[name]
		if !ok {
			if zone = look(name); zone != nil {
				known[strings.Clone(name)] = zone
			}
		}
		return zone
	}
}

// errEnough ends reading where enough was seen.
var errEnough = errors.New("enough was seen")

// rowsToLook is how many rows show how a vendor's numbers are written.
const rowsToLook = 1000

// look finds the preset of most of the first files that can be read; nil where there is none.
func (s *source) look() (found *preset, err error) {
	votes, looked, name := map[string]int{}, 0, ""
	var first error
	for _, path := range s.request.Files {
		one, err := s.lookAt(path)
		if err != nil {
			first = cmp.Or(first, err)
			continue
		}
		of := ""
		if one != nil {
			of = one.name
		}
		if votes[of]++; votes[of] > votes[name] || looked == 0 {
			found, name = one, of
		}
		if looked++; looked == mostLooked {
			break
		}
	}
	if looked == 0 && len(s.request.Files) == 1 && errors.Is(first, errNoHeader) {
		return nil, nil // which reading reports better
	}
	if looked == 0 {
		return nil, first
	}
	return found, nil
}

// mostLooked is how many files are looked at for their layout, which is that of most.
const mostLooked = 5

// errNoHeader says that a table has no header.
var errNoHeader = errors.New("the file has no header")

// lookAt finds the preset of the first table of a file; nil where there is none.
func (s *source) lookAt(path string) (found *preset, err error) {
	err = s.use(path, func(t table) error {
		name := t.name
		if name == "" {
			name = path
		}
		header, err := t.rows.Read()
		if err != nil {
			return errNoHeader
		}
		header = slices.Clone(header)
		var rows [][]string
		for len(rows) < rowsToLook {
			row, err := t.rows.Read()
			if err != nil {
				break
			}
			rows = append(rows, slices.Clone(row))
		}
		if found = findPreset(name, header, rows); found == nil && t.name != "" {
			found = findPreset(path, header, rows)
		}
		return errEnough
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return found, err
}

// unopened is an error that names its file already.
type unopened struct{ error }

func (e *unopened) Unwrap() error { return e.error }

// of names the file of an error.
func of(path string, err error) error {
	var named *unopened
	if err == nil || errors.As(err, &named) {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// use calls a function with the tables of a file.
func (s *source) use(path string, use func(table) error) error {
	in := s.kept[path]
	if in == nil {
		opened, err := openInput(path)
		if err != nil {
			return &unopened{err}
		}
		if in = opened; in.regular() {
			defer in.close()
		} else {
			s.kept[path] = in
		}
	}
	return in.tables(s.request.Layout.Separator, use)
}

// tables goes through the tables of all files.
func (s *source) tables(yield func(recorded.Table, error) bool) {
	single, read := len(s.request.Files) == 1, 0
	for _, path := range s.request.Files {
		err := s.use(path, func(t table) error {
			name := path
			if t.name != "" {
				name = t.name
			}
			next := recorded.Table{Rows: t.rows, Values: s.request.valuesOf(name)}
			if !single {
				next.Name = path
			}
			if t.name != "" {
				next.Name = strings.TrimPrefix(next.Name+" "+t.name, " ")
			}
			read++
			s.several = s.several || read > 1
			if !yield(next, nil) {
				return errEnough
			}
			return nil
		})
		if errors.Is(err, errEnough) {
			return
		}
		if !single {
			err = of(path, err)
		}
		if err != nil && !yield(recorded.Table{}, err) {
			return
		}
	}
}

// valuesOf returns what the name of a file says of its rows.
func (r *Request) valuesOf(path string) map[string]string {
	if r.fileName == nil {
		return nil
	}
	match := r.fileName.FindStringSubmatch(filepath.Base(path))
	values := map[string]string{}
	for i, group := range r.fileName.SubexpNames() {
		if group != "" && match != nil && match[i] != "" {
			values[group] = match[i]
		}
	}
	return values
}

// of returns the source of some of the files, which may be read while others are.
func (s *source) of(files []string) *source {
	request := *s.request
	request.Files = files
	return &source{request: &request, kept: s.kept, own: s.own.Share()}
}

func (s *source) chain() (*recorded.Chain, error) {
	chain, err := recorded.ReadChain(s.tables, s.own, s.request.Layout)
	if err != nil {
		return nil, fmt.Errorf("read quotes: %w", s.explain(err))
	}
	return chain, nil
}

// one reads a single table.
func one[T any](s *source, read func(recorded.Rows, recorded.Layout) (T, error)) (data T, err error) {
	next, stop := iter.Pull2(s.tables)
	defer stop()
	table, err, ok := next()
	if ok && err == nil {
		data, err = read(table.Rows, s.request.Layout)
	}
	if err == nil {
		if _, _, more := next(); more {
			err = errors.New("one table is read, and there are more")
		}
	}
	if err != nil {
		return data, fmt.Errorf("read quotes: %w", s.explain(err))
	}
	return data, nil
}

// explain names the file where there is one, and the nearest name of a column that is missing.
func (s *source) explain(err error) error {
	var missing *recorded.MissingColumn
	if errors.As(err, &missing) {
		err = fmt.Errorf("%w%s", err, s.remedy(missing))
	}
	if len(s.request.Files) == 1 {
		return of(s.request.Files[0], err)
	}
	return err
}

// remedy says what may be meant where a column is missing.
func (s *source) remedy(missing *recorded.MissingColumn) string {
	suggestion := fault.DidYouMean(missing.Names[0], missing.Header)
	switch {
	case s.request.Preset == "thetadata_v2":
		return "; such a file does not say of which contract it is: give each as columns: {strike: {value: 95}, expiry: {value: 2024-11-15}, right: {value: put}}, or by file_name"
	case suggestion != "" || s.request.Layout.Columns != nil && s.request.Preset == "":
		return suggestion
	case missing.Names[0] == "underlying" && s.request.Preset != "":
		return "; name the file of the underlying's prices: --underlying FILE, or underlying below market.recorded"
	}
	return propose(missing.Header)
}
