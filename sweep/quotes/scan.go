package quotes

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
	"optmm/sweep/fault"
)

// ReadDays reads recorded quotes as histories, in the order of time: each trading day of them,
// or, by histories: file, each file. Files that hold the same day are read as one chain. With
// carry_positions all days are one history. A file that cannot be read, or that is not as the
// others are, is a broken day; it is an error where all are.
func ReadDays(request *Request) (*Days, error) {
	if request.Carry || len(request.Files) == 1 && request.Files[0] == standardInput {
		return readJoined(request)
	}
	source, err := open(request)
	if err != nil {
		return nil, fmt.Errorf("read quotes: %w", err)
	}
	defer source.close()
	s := &scan{request: request, source: source, cache: openCache()}
	if err := s.read(); err != nil {
		return nil, err
	}
	return s.days()
}

// readJoined reads all quotes as one history.
func readJoined(request *Request) (*Days, error) {
	data, trades, err := readAll(request)
	if err != nil {
		return nil, err
	}
	days := single(data)
	if trades != nil {
		days.TradeCounts = data.(*recorded.Chain).TestTrades()
		days.trades = &tradeDays{facts: factsOf(trades), zone: zoneName(request.Trades)}
	}
	for _, named := range request.Names() {
		file, err := fingerprint(named)
		if err != nil {
			return nil, err
		}
		days.Files = append(days.Files, file)
	}
	return days, nil
}

// scan reads files into days.
type scan struct {
	request *Request
	source  *source
	cache   *cache
	files   []File // of quotes, then what comes with them
	own     []any  // what comes with the quotes
	parts   []*part
}

// part is files that are read together, and their days.
type part struct {
	files []int // of the quotes
	chain bool
	days  []Day
	err   error
}

// read reads every file by itself, and those together that hold the same day.
func (s *scan) read() error {
	names := s.request.Names()
	s.files = make([]File, len(names))
	broken := make([]error, len(names))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, named := range names {
		group.Go(func() error {
			s.files[i], broken[i] = fingerprint(named)
			return nil
		})
	}
	group.Wait()
	for i := len(s.request.Files); i < len(names); i++ {
		if broken[i] != nil && names[i].Of != OfTrades {
			return fmt.Errorf("read quotes: %w", broken[i])
		}
		if names[i].Of != OfTrades {
			s.own = append(s.own, names[i].Of, s.files[i].SHA256, s.request.partOf(names[i].Of).valuesOf(names[i].Path))
		}
	}
	s.parts = make([]*part, len(s.request.Files))
	for i := range s.parts {
		s.parts[i] = &part{files: []int{i}, err: broken[i]}
	}
	s.readParts(s.parts, false)
	if !s.request.ByFile {
		s.merge()
	}
	if slices.ContainsFunc(s.parts, func(p *part) bool { return p.chain }) {
		var single []*part // of one strike, on days that have a file each
		for _, p := range s.parts {
			if p.err == nil && !p.chain && len(p.days) > 0 && p.days[0].Broken == "" {
				single = append(single, p)
			}
		}
		s.readParts(single, true)
	}
	if s.cache != nil {
		s.cache.kept.Prune()
	}
	return nil
}

// readParts reads the files of parts.
func (s *scan) readParts(parts []*part, chain bool) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range parts {
		if p.err == nil {
			group.Go(func() error {
				s.readPart(p, chain)
				return nil
			})
		}
	}
	group.Wait()
}

// keptDay is a day as the cache has it.
type keptDay struct {
	Day
	Facts market.Fields
	Step  int
	Put   bool
	Root  string
}

// readPart reads the files of a part, unless the cache has what they hold.
func (s *scan) readPart(p *part, chain bool) {
	chain = chain || len(p.files) > 1
	key := s.keyOf(p, chain)
	var kept []keptDay
	if s.cache.getFacts(key, &kept) {
		p.chain, p.days = true, nil
		for i, k := range kept {
			day := k.Day
			day.facts, day.step, day.put, day.root, day.chain, day.wide, day.key = k.Facts, k.Step, k.Put, k.Root, true, true, keyOf(key, i)
			day.open = s.fromCache(p, i, day.key)
			p.days = append(p.days, day)
		}
		return
	}
	data, err := s.source.of(s.filesOf(p)).read(chain)
	if err != nil {
		p.err = err
		return
	}
	p.chain = data.IsChain()
	p.days = split(data, s.request.ByFile)
	unchanged := !slices.ContainsFunc(p.files, func(i int) bool { return !s.files[i].unchanged() })
	if !p.chain || len(s.request.Files) == 1 && len(p.days) == 1 || !unchanged {
		return // it is in memory
	}
	for i := range p.days {
		day := &p.days[i]
		if day.Broken == "" && s.keep(day, keyOf(key, i)) {
			day.open = s.fromCache(p, i, day.key)
		}
		kept = append(kept, keptDay{*day, day.facts, day.step, day.put, day.root})
	}
	s.cache.putFacts(key, kept)
}

// keep puts a day into the cache.
func (s *scan) keep(day *Day, key string) bool {
	data, err := day.open()
	if err != nil {
		return false
	}
	packed, err := data.(*recorded.Chain).Pack()
	if err != nil || !s.cache.put(key, packed) {
		return false
	}
	day.key = key
	return true
}

// fromCache returns how a day is opened: from the cache, or from its files, where the cache
// has lost it.
func (s *scan) fromCache(p *part, index int, key string) func() (market.Recorded, error) {
	files, cache, request := s.filesOf(p), s.cache, s.request
	return func() (market.Recorded, error) {
		if packed, ok := cache.get(key); ok {
			if chain, err := recorded.UnpackChain(packed); err == nil {
				return chain, nil
			}
		}
		again := *request
		again.Files = files
		source, err := open(&again)
		if err != nil {
			return nil, fmt.Errorf("read quotes: %w", err)
		}
		defer source.close()
		data, err := source.read(true)
		if err != nil {
			return nil, err
		}
		days := split(data, request.ByFile)
		if index >= len(days) || days[index].Broken != "" {
			return nil, errNotKept
		}
		return days[index].open()
	}
}

func (s *scan) filesOf(p *part) []string {
	var files []string
	for _, i := range p.files {
		files = append(files, s.request.Files[i])
	}
	return files
}

// keyOf is the key of what a part's files hold, as they are read: as a chain in any case, or as
// what they seem to be.
func (s *scan) keyOf(p *part, chain bool) string {
	if s.cache == nil {
		return ""
	}
	var content []any
	for _, i := range p.files {
		content = append(content, s.files[i].SHA256, s.request.valuesOf(s.request.Files[i]))
	}
	return keyOf("quotes", chain, s.request.ByFile, s.request.Notation(), s.own, content)
}

// split cuts quotes into trading days, or takes them as one.
func split(data market.Recorded, whole bool) []Day {
	timestamps, minutes := timesOf(data), data.Minutes()
	starts := []int{0}
	if !whole {
		starts = recorded.Days(timestamps)
	}
	var days []Day
	for i, first := range starts {
		end := minutes
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		day := Day{Minutes: end - first}
		if timestamps != nil {
			day.First, day.Last = timestamps[first], timestamps[end-1]
			day.Name = dayOf(day.First, day.Last)
		}
		part, err := data, error(nil)
		if len(starts) > 1 {
			part, err = between(data, first, end)
		}
		if err != nil {
			day.Broken = err.Error()
			day.open = func() (market.Recorded, error) { return nil, err }
		} else {
			day.describe(part)
			day.open = func() (market.Recorded, error) { return part, nil }
		}
		days = append(days, day)
	}
	return days
}

// timesOf returns the times of quotes; nil where they have none.
func timesOf(data market.Recorded) []int64 {
	switch data := data.(type) {
	case *recorded.Chain:
		if !data.NoTimestamps {
			return data.Timestamps
		}
	case *recorded.Quotes:
		return data.Timestamps()
	}
	return nil
}

func between(data market.Recorded, first, end int) (market.Recorded, error) {
	if chain, ok := data.(*recorded.Chain); ok {
		part, err := chain.Between(first, end)
		if err != nil { // and no nil chain in an interface
			return nil, err
		}
		return part, nil
	}
	return data.(*recorded.Quotes).Between(first, end), nil
}

// merge reads the parts together that hold the same days. Where that fails, the days that several
// hold are broken, and the others are not.
func (s *scan) merge() {
	s.parts = s.together()
	var again []*part
	before := map[*part][]Day{}
	for i, p := range s.parts {
		if len(p.files) > 1 {
			slices.Sort(p.files)
			s.parts[i] = &part{files: p.files}
			before[s.parts[i]] = p.days
			again = append(again, s.parts[i])
		}
	}
	s.readParts(again, true)
	for _, p := range again {
		if p.err == nil {
			continue
		}
		err := fmt.Errorf("%s hold the same day: %w", strings.Join(s.filesOf(p), " and "), p.err)
		p.chain = slices.ContainsFunc(before[p], func(day Day) bool { return day.key != "" || day.chain })
		p.err, p.days = nil, nil
		for i, day := range before[p] {
			if slices.ContainsFunc(p.days, func(other Day) bool { return other.sameAs(&day) }) {
				continue // it is there
			}
			for k := range before[p] {
				if other := &before[p][k]; k != i && other.sameAs(&day) {
					day.Broken = s.because(p, err)
				}
			}
			p.days = append(p.days, day)
		}
	}
}

// sameAs reports whether two days of different files are of one trading day.
func (d *Day) sameAs(other *Day) bool {
	if d.First > other.First {
		d, other = other, d
	}
	return d.First > 0 && (other.First <= d.Last || recorded.SameDay(d.First, d.Last, other.First))
}

// because is an error in one line and without folders, since it is in the results, which are the
// same wherever the files are.
func (s *scan) because(p *part, err error) string { return oneLine(err, s.filesOf(p)...) }

// together joins the parts that have a day in common.
func (s *scan) together() (joined []*part) {
	type interval struct {
		first, last int64
		part        int
	}
	var intervals []interval
	for i, p := range s.parts {
		for _, day := range p.days {
			if p.err == nil && day.First > 0 {
				intervals = append(intervals, interval{day.First, day.Last, i})
			}
		}
	}
	slices.SortFunc(intervals, func(a, b interval) int { return cmp.Compare(a.first, b.first) })
	group := make([]int, len(s.parts)) // of each part, one that it is joined to, or itself
	for i := range group {
		group[i] = i
	}
	root := func(i int) int {
		for group[i] != i {
			group[i] = group[group[i]]
			i = group[i]
		}
		return i
	}
	var open interval // that ends last so far
	for i, next := range intervals {
		if i > 0 && (next.first <= open.last || recorded.SameDay(open.first, open.last, next.first)) {
			group[root(next.part)] = root(open.part)
		}
		if i == 0 || next.last > open.last {
			open = next
		}
	}
	index := map[int]*part{}
	for i, p := range s.parts {
		first, seen := index[root(i)]
		if !seen {
			index[root(i)] = p
			joined = append(joined, p)
			continue
		}
		first.files, first.days = append(first.files, p.files...), append(first.days, p.days...)
	}
	return joined
}

// days puts the days in the order of time, those that are broken after the file before them.
func (s *scan) days() (*Days, error) {
	d := &Days{Files: s.files, cache: s.cache}
	type placed struct {
		Day
		begins int64
		part   int
		err    error
	}
	var all []placed
	slices.SortStableFunc(s.parts, func(a, b *part) int { return cmp.Compare(a.files[0], b.files[0]) })
	last := int64(0) // when the day before began
	for i, p := range s.parts {
		if p.err != nil {
			p.days = []Day{{Name: nameOf(s.filesOf(p)[0]), Broken: s.because(p, p.err)}}
		}
		for _, day := range p.days {
			if s.request.ByFile {
				day.Name = nameOf(s.filesOf(p)[0])
			}
			if day.Name == "" {
				day.Name = nameOf(s.filesOf(p)[0])
			}
			if day.First > 0 {
				d.Sorted = d.Sorted || day.First < last
				last = day.First
			}
			all = append(all, placed{day, last, i, p.err})
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Or(cmp.Compare(a.begins, b.begins), cmp.Compare(a.part, b.part)) })
	names := map[string]int{}
	var firstErr error
	for _, p := range all {
		if names[p.Name]++; names[p.Name] > 1 {
			p.Name += fmt.Sprintf(" (%d)", names[p.Name])
		}
		if p.Broken != "" && firstErr == nil {
			firstErr = cmp.Or(p.err, errors.New(p.Broken))
		}
		d.List = append(d.List, p.Day)
	}
	if d.Broken() == len(d.List) {
		return nil, firstErr
	}
	d.compareAll()
	if d.Broken() == len(d.List) {
		return nil, fmt.Errorf("read quotes: %s: %s", d.List[0].Name, d.List[0].Broken)
	}
	d.Chain = d.whole().chain
	if s.request.Trades != nil {
		if err := s.addTrades(d); err != nil {
			return nil, &fault.Fault{Path: "trades", Err: err}
		}
	}
	example, err := d.whole().open()
	if err != nil {
		return nil, err
	}
	d.example = example
	return d, nil
}

// nameOf names a history by its file, without folder and endings.
func nameOf(path string) string {
	name, _, _ := strings.Cut(filepath.Base(path), ".")
	return name
}
