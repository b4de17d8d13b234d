package quotes

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
	"optmm/sweep/text"
)

// tradeDays are recorded trades by their UTC date, those of the dates in work in memory.
type tradeDays struct {
	cache  *cache
	dates  map[int64][]tradePart // by days since 1970 UTC
	keys   []string              // of the files' content, as it is read
	broken []string              // files that cannot be read, with the reason
	facts  keptTrades            // of all files together
	zone   string                // of times without one
}

// tradePart is what a file has of a date.
type tradePart struct {
	key    string
	count  int
	trades []recorded.Trade // nil: the cache has them
	again  func() ([]recorded.Trade, error)
}

// keptTrades are the trades of a file as the cache has them.
type keptTrades struct {
	Dates                                []int64
	Counts                               []int
	Late, Canceled, Unmatched, Fractions int
	NoSizes                              bool
	Zone, Root                           string
}

const secondsPerDay = 86400

// content is what the trades are made of.
func (t *tradeDays) content() []string {
	if t == nil {
		return nil
	}
	return t.keys
}

// addTrades reads the files of trades and gives each day its own. A day without any is broken.
func (s *scan) addTrades(d *Days) error {
	if !d.Chain {
		return fmt.Errorf("read trades: they need quotes in long form: timestamp, underlying, strike, expiry and the sides of call and put")
	}
	request := s.request.Trades
	request.InheritAsTrades(s.request)
	t := &tradeDays{cache: s.cache, dates: map[int64][]tradePart{}, zone: zoneName(request)}
	kept := make([]keptTrades, len(request.Files))
	parts := make([][]tradePart, len(request.Files))
	errs := make([]error, len(request.Files))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	first := slices.IndexFunc(s.files, func(file File) bool { return file.Of == OfTrades })
	for i, path := range request.Files {
		key := tradeKey(request, path, s.files[first+i].SHA256)
		t.keys = append(t.keys, key)
		group.Go(func() error {
			kept[i], parts[i], errs[i] = s.readTrades(request, path, key)
			return nil
		})
	}
	group.Wait()
	root := d.whole().root
	for i, path := range request.Files {
		if of := kept[i].Root; errs[i] == nil && of != "" && root != "" && of != root {
			errs[i] = fmt.Errorf("%s: its trades are of %s, the quotes of %s", path, of, root)
		}
		if errs[i] != nil {
			t.broken = append(t.broken, oneLine(errs[i], path))
			continue
		}
		for k, date := range kept[i].Dates {
			t.dates[date] = append(t.dates[date], parts[i][k])
		}
		t.facts.add(&kept[i])
	}
	if len(t.broken) == len(request.Files) {
		return fmt.Errorf("read trades: %s", t.broken[0])
	}
	d.trades = t
	for i := range d.List {
		day := &d.List[i]
		day.facts.Trades = true
	}
	if err := d.testTrades(); err != nil {
		return err
	}
	if d.Broken() == len(d.List) {
		return fmt.Errorf("read trades: none is of a day of the quotes, which begin on %s; the trades are of %s", d.List[0].Name, firstOf(t.names()))
	}
	return nil
}

// zoneName names the zone of times that carry none.
func zoneName(r *Request) string {
	if r.Layout.Zone == nil {
		return "UTC"
	}
	return r.Layout.Zone.String()
}

// add adds what is said of another file.
func (k *keptTrades) add(other *keptTrades) {
	k.Late, k.Canceled, k.Unmatched, k.Fractions = k.Late+other.Late, k.Canceled+other.Canceled, k.Unmatched+other.Unmatched, k.Fractions+other.Fractions
	k.NoSizes = k.NoSizes || other.NoSizes
	if k.Zone == "" {
		k.Zone = other.Zone
	}
}

// oneLine is an error in one line and without the folders of its files.
func oneLine(err error, paths ...string) string {
	text := err.Error()
	for _, path := range paths {
		text = strings.ReplaceAll(text, path, filepath.Base(path))
	}
	line, rest, _ := strings.Cut(text, "\n")
	if first, _, _ := strings.Cut(rest, "\n"); strings.HasSuffix(line, " faults") {
		line += ", the first: " + strings.TrimSpace(first)
	}
	for _, prefix := range []string{"read quotes: ", "read trades: "} {
		line = strings.ReplaceAll(line, prefix, "")
	}
	return line
}

// tradeKey is the key of what a file of trades holds, as it is read.
func tradeKey(request *Request, path, hash string) string {
	l := &request.Layout
	return keyOf("trades", request.Notation(), fmt.Sprint(l.Zone, l.TimeOfDay, l.Dates, l.Expires, l.Roots), hash, request.valuesOf(path))
}

// names lists the dates that trades are of.
func (t *tradeDays) names() []string {
	var names []string
	for _, date := range slices.Sorted(maps.Keys(t.dates)) {
		names = append(names, time.Unix(date*secondsPerDay, 0).UTC().Format(time.DateOnly))
	}
	return names
}

// readTrades reads a file of trades, unless the cache has them.
func (s *scan) readTrades(request *Request, path, key string) (kept keptTrades, parts []tradePart, err error) {
	one := *request
	one.Files = []string{path}
	again := func(date int64) func() ([]recorded.Trade, error) {
		return func() ([]recorded.Trade, error) {
			again := one
			trades, err := ReadTrades(&again)
			if err != nil {
				return nil, err
			}
			return byDate(trades.All)[date], nil
		}
	}
	if s.cache.getFacts(key, &kept) {
		for i, date := range kept.Dates {
			parts = append(parts, tradePart{key: keyOf(key, date), count: kept.Counts[i], again: again(date)})
		}
		return kept, parts, nil
	}
	own := one
	trades, err := ReadTrades(&own)
	if err != nil {
		return kept, nil, err
	}
	kept = factsOf(trades)
	dates := byDate(trades.All)
	for _, date := range slices.Sorted(maps.Keys(dates)) {
		kept.Dates, kept.Counts = append(kept.Dates, date), append(kept.Counts, len(dates[date]))
		part := tradePart{key: keyOf(key, date), count: len(dates[date]), again: again(date)}
		if !s.cache.put(part.key, packTrades(dates[date])) {
			part.trades = dates[date]
		}
		parts = append(parts, part)
	}
	s.cache.putFacts(key, kept)
	return kept, parts, nil
}

// byDate returns trades by days since 1970 UTC.
func byDate(trades []recorded.Trade) map[int64][]recorded.Trade {
	dates := map[int64][]recorded.Trade{}
	for _, trade := range trades {
		date := trade.Seconds / secondsPerDay
		dates[date] = append(dates[date], trade)
	}
	return dates
}

// between returns the trades after one time and up to another, rising.
func (t *tradeDays) between(after, last int64) ([]recorded.Trade, error) {
	trades := []recorded.Trade{}
	for date := after / secondsPerDay; date <= last/secondsPerDay; date++ {
		for _, part := range t.dates[date] {
			all, err := part.all(t.cache)
			if err != nil {
				return nil, err
			}
			for _, trade := range all {
				if trade.Seconds > after && trade.Seconds <= last {
					trades = append(trades, trade)
				}
			}
		}
	}
	slices.SortStableFunc(trades, func(a, b recorded.Trade) int { return cmp.Compare(a.Seconds, b.Seconds) })
	return trades, nil
}

func (p *tradePart) all(c *cache) ([]recorded.Trade, error) {
	if p.trades != nil {
		return p.trades, nil
	}
	if packed, ok := c.get(p.key); ok && len(packed.Columns) == tradeColumns {
		return unpackTrades(packed), nil
	}
	return p.again()
}

// tradeColumns is how many columns packed trades have.
const tradeColumns = 7

func packTrades(trades []recorded.Trade) market.Packed {
	columns := make([][]float64, tradeColumns)
	for i := range trades {
		t := &trades[i]
		put := 0.0
		if t.Put {
			put = 1
		}
		for k, x := range [tradeColumns]float64{float64(t.Seconds), t.Strike, float64(t.Expiry), put, t.Low, t.High, float64(t.Size)} {
			columns[k] = append(columns[k], x)
		}
	}
	return market.Packed{Facts: []byte("{}"), Columns: columns}
}

func unpackTrades(packed market.Packed) []recorded.Trade {
	c := packed.Columns
	trades := make([]recorded.Trade, len(c[0]))
	for i := range trades {
		trades[i] = recorded.Trade{Seconds: int64(c[0][i]), Strike: c[1][i], Expiry: int64(c[2][i]), Put: c[3][i] != 0, Low: c[4][i], High: c[5][i], Size: int32(c[6][i])}
	}
	return trades
}

// testTrades tests the trades of every day against its quotes.
func (d *Days) testTrades() error {
	counts := make([]recorded.TradeCounts, len(d.List))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range d.List {
		day := &d.List[i]
		if day.Broken != "" {
			continue
		}
		group.Go(func() error {
			key := ""
			if day.key != "" {
				key = keyOf("counts", day.key, d.trades.content())
			}
			if d.cache.getFacts(key, &counts[i]) {
				return nil
			}
			data, err := d.opened(day)
			if err != nil {
				return err
			}
			counts[i] = data.(*recorded.Chain).TestTrades()
			d.cache.putFacts(key, counts[i])
			return nil
		})
	}
	err := group.Wait()
	for i, count := range counts {
		d.TradeCounts.Add(count)
		if day := &d.List[i]; day.Broken == "" && count.Trades == 0 {
			day.Broken = "no trade is of this day: is its file of trades missing?"
		}
	}
	return err
}

// factsOf is what is said of trades beyond their number.
func factsOf(trades *recorded.Trades) keptTrades {
	return keptTrades{Late: trades.Late, Canceled: trades.Canceled, Unmatched: trades.Unmatched, Fractions: trades.Fractions, NoSizes: trades.NoSizes, Zone: trades.Zone, Root: trades.Root}
}

// remarks says what became of the trades.
func (d *Days) tradeRemarks() (remarks []string) {
	remark := func(format string, arguments ...any) { remarks = append(remarks, fmt.Sprintf(format, arguments...)) }
	t, counts := d.trades, &d.TradeCounts
	if t.facts.Zone == "" {
		remark("the times of the trades carry no zone: they are taken as those of %s", t.zone)
	}
	percent := func(n int) string { return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(max(1, counts.Trades))) }
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{
		{counts.Unknown, "are of options without quotes"},
		{counts.Unquoted, "have no quote in the minute before"},
		{counts.OutOfRange, "are out of range: beyond every bid and ask of their minute by more than the width"},
	} {
		if part.n > 0 {
			parts = append(parts, percent(part.n)+" "+part.what)
		}
	}
	if parts != nil {
		remark("of %s %s; they fill nothing", text.Count(counts.Trades, "trade"), strings.Join(parts, ", "))
	}
	if n := t.facts.Late; n > 0 {
		remark("%s late or out of sequence by the condition, and left out", text.Plural(n, "trade is", "trades are"))
	}
	if n := t.facts.Canceled; n > 0 {
		remark("%s canceled by the condition, and left out", text.Plural(n, "trade is", "trades are"))
	}
	if n := t.facts.Unmatched; n > 0 {
		remark("%s no trade that is there", text.Plural(n, "cancel is of", "cancels are of"))
	}
	if n := t.facts.Fractions; n > 0 {
		remark("%s a size that is not whole, and is rounded down", text.Plural(n, "trade has", "trades have"))
	}
	if t.facts.NoSizes {
		remark("the trades have no column size: each counts as one contract, a bar of two prices as one at each")
	}
	var outside []string
	all := 0
	for _, date := range slices.Sorted(maps.Keys(t.dates)) {
		for _, part := range t.dates[date] {
			all += part.count
		}
		if !slices.ContainsFunc(d.List, func(day Day) bool { return day.First/secondsPerDay <= date && date <= day.Last/secondsPerDay }) {
			outside = append(outside, time.Unix(date*secondsPerDay, 0).UTC().Format(time.DateOnly))
		}
	}
	if n := all - counts.Trades; n > 0 && outside == nil {
		remark("%s outside the hours of the quotes, and left out", text.Plural(n, "trade is", "trades are"))
	}
	if outside != nil {
		remark("trades of %s without quotes are left out: %s", text.Count(len(outside), "day"), firstOf(outside))
	}
	for _, broken := range t.broken {
		remark("a file of trades cannot be read: %s", broken)
	}
	return remarks
}
