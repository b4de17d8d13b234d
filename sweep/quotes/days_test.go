package quotes

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"optmm/engine/market"
	"optmm/engine/param"
)

// The days of testdata/days, made by scripts/year.
const daysFolder = "../../testdata/days"

// copyDays copies days and their trades into a folder of their own, with a cache of its own.
func copyDays(t *testing.T, names ...string) string {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	folder := t.TempDir()
	for _, below := range []string{"quotes", "trades"} {
		if err := os.Mkdir(filepath.Join(folder, below), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			writeIn(t, folder, below+"/"+name+".csv", readIn(t, daysFolder, below+"/"+name+".csv"))
		}
	}
	return folder
}

func readIn(t *testing.T, folder, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func writeIn(t *testing.T, folder, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, filepath.FromSlash(name)), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// daysOf reads days by the keys of a study.
func daysOf(values map[string]any) (*Days, error) {
	request, err := NewRequest(values)
	if err != nil {
		return nil, err
	}
	request.Regular = true
	return ReadDays(request)
}

func mustDays(t *testing.T, values map[string]any) *Days {
	t.Helper()
	days, err := daysOf(values)
	if err != nil {
		t.Fatal(err)
	}
	return days
}

func settingsOf(days *Days) market.Settings { return param.Defaults(param.DataOf(days)).Market }

// content is a market's columns as text.
func content(t *testing.T, days *Days, day int) string {
	t.Helper()
	m, err := days.Market(settingsOf(days), uint32(day))
	if err != nil {
		t.Fatal(err)
	}
	packed, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return string(packed.Facts) + fmt.Sprint(packed.Columns, m.Series[0].Score)
}

func names(days *Days) (list []string) {
	for _, day := range days.List {
		list = append(list, day.Name)
	}
	return list
}

var threeDays = []string{"2024-01-04", "2024-01-05", "2024-01-08"}

// Days are the same whether a file holds one or all of them, in whatever order they are named,
// whether they come from the files or from the cache, and when the cache is deleted meanwhile.
func TestDays(t *testing.T) {
	folder := copyDays(t, threeDays...)
	all := ""
	for i, name := range threeDays {
		lines := strings.SplitAfter(readIn(t, folder, "quotes/"+name+".csv"), "\n")
		if i > 0 {
			lines = lines[1:]
		}
		all += strings.Join(lines, "")
	}
	writeIn(t, folder, "all.csv", all)
	apart := map[string]any{"files": filepath.Join(folder, "quotes", "*.csv")}
	first := mustDays(t, apart)
	if !slices.Equal(names(first), threeDays) || !first.IsChain() || first.Minutes() != 60 || first.Series() != 8 || first.Sorted {
		t.Fatalf("days %v, of %d minutes and %d options", names(first), first.Minutes(), first.Series())
	}
	var want []string
	for day := range threeDays {
		want = append(want, content(t, first, day))
	}
	if want[0] == want[1] {
		t.Fatal("two days are the same")
	}
	turned := map[string]any{"files": []any{filepath.Join(folder, "quotes", threeDays[2]+".csv"), filepath.Join(folder, "quotes", threeDays[0]+".csv"), filepath.Join(folder, "quotes", threeDays[1]+".csv")}}
	for what, days := range map[string]*Days{
		"from the cache":    mustDays(t, apart),
		"of one file":       mustDays(t, map[string]any{"files": filepath.Join(folder, "all.csv")}),
		"in another order":  mustDays(t, turned),
		"without the cache": mustDays(t, apart),
	} {
		if what == "without the cache" {
			if err := os.RemoveAll(os.Getenv("XDG_CACHE_HOME")); err != nil {
				t.Fatal(err)
			}
		}
		if days.Sorted != (what == "in another order") {
			t.Errorf("%s: sorted %v", what, days.Sorted)
		}
		for day := range threeDays {
			if got := content(t, days, day); got != want[day] {
				t.Errorf("%s: %s is another", what, days.List[day].Name)
			}
		}
	}
	if _, err := first.Market(settingsOf(first), 3); err == nil {
		t.Error("there is a fourth day")
	}
}

// Calls and puts of a day in files of their own are one day, and so are both halves of a chain.
func TestFilesOfOneDayAreRead(t *testing.T) {
	folder := copyDays(t, threeDays[:2]...)
	whole := mustDays(t, map[string]any{"files": filepath.Join(folder, "quotes", "*.csv")})
	want := content(t, whole, 0)
	header, rows, _ := strings.Cut(readIn(t, folder, "quotes/"+threeDays[0]+".csv"), "\n")
	halves := [2]string{header + "\n", header + "\n"}
	for i, row := range strings.SplitAfter(rows, "\n") {
		halves[i%2] += row // strikes alternate
	}
	writeIn(t, folder, "quotes/"+threeDays[0]+".csv", halves[0])
	writeIn(t, folder, "quotes/other.csv", halves[1])
	split := mustDays(t, map[string]any{"files": filepath.Join(folder, "quotes", "*.csv")})
	if !slices.Equal(names(split), threeDays[:2]) || content(t, split, 0) != want {
		t.Errorf("days %v of halves, or another market", names(split))
	}
	byFile := mustDays(t, map[string]any{"files": filepath.Join(folder, "quotes", "*.csv"), "histories": "file"})
	if !slices.Equal(names(byFile), []string{threeDays[0], "other", threeDays[1]}) {
		t.Errorf("files as histories are %v", names(byFile))
	}
	carried := mustDays(t, map[string]any{"files": filepath.Join(folder, "quotes", "*.csv"), "carry_positions": true})
	if len(carried.List) != 1 || carried.Minutes() != 120 {
		t.Errorf("carried: %d histories of %d minutes", len(carried.List), carried.Minutes())
	}
}

// A day that is wrong is named and broken, and the others are not; where all are, or nothing is
// there, it is an error.
func TestBrokenDays(t *testing.T) {
	const middle = "quotes/2024-01-05.csv"
	for _, c := range []struct {
		name   string
		break_ func(t *testing.T, folder string)
		want   string
	}{
		{"empty", func(t *testing.T, f string) { writeIn(t, f, middle, "") }, "2024-01-05.csv: the file is empty"},
		{"a header alone", func(t *testing.T, f string) {
			writeIn(t, f, middle, strings.SplitAfter(readIn(t, f, middle), "\n")[0])
		}, "a header but no rows"},
		{"another layout", func(t *testing.T, f string) {
			writeIn(t, f, middle, strings.Replace(readIn(t, f, middle), "call_bid", "bid_of_call", 1))
		}, "line 1: no column call_bid"},
		{"another cadence", func(t *testing.T, f string) {
			lines := strings.SplitAfter(readIn(t, f, middle), "\n")
			kept := lines[0]
			for i := 1; i+4 <= len(lines); i += 20 {
				kept += strings.Join(lines[i:i+4], "")
			}
			writeIn(t, f, middle, kept)
		}, "its rows are 5 minutes apart, those of 2024-01-04 1 minute"},
		{"twice", func(t *testing.T, f string) { writeIn(t, f, "quotes/again.csv", readIn(t, f, middle)) },
			"2024-01-05.csv and again.csv hold the same day"},
		{"without trades", func(t *testing.T, f string) {
			if err := os.Remove(filepath.Join(f, "trades", "2024-01-05.csv")); err != nil {
				t.Fatal(err)
			}
		}, "no trade is of this day"},
		{"with trades of another day", func(t *testing.T, f string) {
			writeIn(t, f, "trades/2024-01-05.csv", readIn(t, daysFolder, "trades/2024-01-11.csv"))
		}, "no trade is of this day"},
		{"with trades that cannot be read", func(t *testing.T, f string) { writeIn(t, f, "trades/2024-01-05.csv", "x\n1\n") },
			"no trade is of this day: is its file of trades missing?"},
	} {
		folder := copyDays(t, threeDays...)
		values := map[string]any{"files": filepath.Join(folder, "quotes", "*.csv"), "trades": filepath.Join(folder, "trades", "*.csv")}
		whole := mustDays(t, values)
		c.break_(t, folder)
		days, err := daysOf(values)
		if err != nil {
			t.Errorf("%s: error %v", c.name, err)
			continue
		}
		if len(days.List) != 3 || days.Broken() != 1 || !strings.Contains(days.List[1].Broken, c.want) {
			t.Errorf("%s: %d of %d broken: %q, want %q", c.name, days.Broken(), len(days.List), days.List[1].Broken, c.want)
			continue
		}
		if remarks := strings.Join(days.tradeRemarks(), "\n"); strings.Contains(c.name, "cannot be read") && !strings.Contains(remarks, "a file of trades cannot be read: 2024-01-05.csv: line 1: no column") {
			t.Errorf("%s: the remarks are %s", c.name, remarks)
		}
		if strings.Contains(days.List[1].Broken, folder) {
			t.Errorf("%s: the reason names a folder: %s", c.name, days.List[1].Broken)
		}
		if _, err := days.Market(settingsOf(days), 1); err == nil || !strings.Contains(err.Error(), days.List[1].Name) {
			t.Errorf("%s: a market with error %v", c.name, err)
		}
		for _, day := range []int{0, 2} {
			if content(t, days, day) != content(t, whole, day) {
				t.Errorf("%s: %s is another", c.name, days.List[day].Name)
			}
		}
	}
	folder := copyDays(t, threeDays...)
	for _, c := range []struct{ files, trades, want string }{
		{"quotes/nothing*.csv", "trades/*.csv", "no file matches"},
		{"quotes/*.csv", "trades/nothing*.csv", "no file matches"},
		{"trades/*.csv", "trades/*.csv", "no column underlying"},
		{"quotes/*.csv", "quotes/*.csv", "no column low"},
	} {
		if _, err := daysOf(map[string]any{"files": filepath.Join(folder, c.files), "trades": filepath.Join(folder, c.trades)}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s and %s: error %v, want %q", c.files, c.trades, err, c.want)
		}
	}
	missing := mustDays(t, map[string]any{"files": []any{filepath.Join(folder, "quotes", "2024-01-04.csv"), filepath.Join(folder, "gone.csv"), filepath.Join(folder, "quotes", "2024-01-08.csv")}})
	if !slices.Equal(names(missing), []string{"2024-01-04", "gone", "2024-01-08"}) || missing.List[1].Broken != "open gone.csv: no such file or directory" {
		t.Errorf("a file that is missing: %v, %q", names(missing), missing.List[1].Broken)
	}
}

// Trades are tested against the quotes of their minute, by day, and what is wrong with them is
// said.
func TestTradesOfDays(t *testing.T) {
	folder := copyDays(t, threeDays...)
	lines := strings.SplitAfter(readIn(t, folder, "trades/2024-01-05.csv"), "\n")
	cells := strings.Split(strings.TrimSpace(lines[1]), ",")
	odd := func(change func(c []string)) string {
		c := slices.Clone(cells)
		change(c)
		return strings.Join(c, ",") + "\n"
	}
	more := odd(func(c []string) { c[1] = "55" }) + // an option that is not quoted
		odd(func(c []string) { c[4] = "77" }) + // out of range
		odd(func(c []string) { c[0] = "2024-01-05T03:00:00Z" }) // at night
	values := map[string]any{"files": filepath.Join(folder, "quotes", "*.csv"), "trades": filepath.Join(folder, "trades", "*.csv")}
	before := mustDays(t, values).TradeCounts
	writeIn(t, folder, "trades/2024-01-05.csv", strings.Join(lines, "")+more)
	writeIn(t, folder, "trades/2024-01-12.csv", readIn(t, daysFolder, "trades/2024-01-12.csv"))
	days := mustDays(t, values)
	after := days.TradeCounts
	if after.Unknown != before.Unknown+1 || after.OutOfRange != before.OutOfRange+1 || before.Trades < 50 {
		t.Errorf("counts %+v, before %+v", after, before)
	}
	said := strings.Join(days.tradeRemarks(), "\n")
	for _, want := range []string{"are of options without quotes", "out of range", "trades of 1 day without quotes are left out: 2024-01-12"} {
		if !strings.Contains(said, want) {
			t.Errorf("the remarks are %s, want %q", said, want)
		}
	}
	m, err := days.Market(settingsOf(days), 1)
	if err != nil {
		t.Fatal(err)
	}
	prints := 0
	for i := range m.Series {
		prints += len(m.Series[i].Prints.Price)
	}
	if prints == 0 {
		t.Error("the market has no prints")
	}
}

// Late prints and canceled trades are left out by their conditions.
func TestConditionsOfTrades(t *testing.T) {
	folder := copyDays(t, threeDays...)
	var b strings.Builder
	b.WriteString("timestamp,strike,expiry,right,price,size,condition\n")
	rows := strings.Split(strings.TrimSpace(readIn(t, folder, "trades/2024-01-05.csv")), "\n")[1:]
	for i, row := range rows {
		condition := ""
		switch i {
		case 0:
			condition = "D"
		case 1:
			condition = "oseq"
		}
		b.WriteString(row + "," + condition + "\n")
	}
	b.WriteString(rows[3] + ",CANC\n")
	writeIn(t, folder, "trades/2024-01-05.csv", b.String())
	request, err := NewRequest(map[string]any{"files": filepath.Join(folder, "trades", "2024-01-05.csv")})
	if err != nil {
		t.Fatal(err)
	}
	trades, err := ReadTrades(request)
	if err != nil {
		t.Fatal(err)
	}
	if trades.Late != 2 || trades.Canceled != 1 || len(trades.All) != len(rows)-3 || trades.NoSizes {
		t.Errorf("%d late, %d canceled, %d of %d left", trades.Late, trades.Canceled, len(trades.All), len(rows))
	}
}

// What a market depends on is in the key of the cache: whether the quotes are read as a chain, and
// what the names of files say.
func TestTheCacheKnowsWhatADayIsMadeOf(t *testing.T) {
	folder := copyDays(t, threeDays[:2]...)
	header, rows, _ := strings.Cut(readIn(t, folder, "quotes/"+threeDays[1]+".csv"), "\n")
	one := header + "\n"
	for _, row := range strings.SplitAfter(rows, "\n") {
		if strings.Contains(row, ",100,2024-01-19,") {
			one += row
		}
	}
	writeIn(t, folder, "one.csv", one)
	alone := map[string]any{"files": filepath.Join(folder, "one.csv")}
	want := mustDays(t, alone)
	together := mustDays(t, map[string]any{"files": []any{filepath.Join(folder, "quotes", threeDays[0]+".csv"), filepath.Join(folder, "one.csv")}})
	if want.IsChain() || !together.IsChain() || together.Broken() != 0 {
		t.Fatalf("one strike by itself is a chain: %v; next to a chain: %v, %d broken", want.IsChain(), together.IsChain(), together.Broken())
	}
	if again := mustDays(t, alone); again.IsChain() || content(t, again, 0) != content(t, want, 0) {
		t.Error("one strike by itself is another market once it was read as a chain")
	}
	lines := strings.Split(strings.TrimSpace(readIn(t, folder, "trades/"+threeDays[0]+".csv")), "\n")
	trades := "timestamp,strike,right,price,size\n"
	for _, line := range lines[1:] {
		c := strings.Split(line, ",")
		if c[2] == "2024-01-19" {
			trades += strings.Join([]string{c[0], c[1], c[3], c[4], c[5]}, ",") + "\n"
		}
	}
	for name, unknown := range map[string]bool{"t_20240119.csv": false, "t_20240322.csv": true} {
		writeIn(t, folder, name, trades)
		days, err := daysOf(map[string]any{"files": filepath.Join(folder, "quotes", threeDays[0]+".csv"), "trades": map[string]any{"files": filepath.Join(folder, name), "file_name": "_(?P<expiry>[0-9]{8})"}})
		if err != nil || (days.TradeCounts.Unknown == days.TradeCounts.Trades) != unknown {
			t.Errorf("%s: error %v, counts %+v", name, err, days.TradeCounts)
		}
	}
}

// Files of one day that do not overlap are one day, as morning and afternoon; a day that two files
// hold is broken, and their other days are not.
func TestPartsOfADay(t *testing.T) {
	folder := copyDays(t, threeDays...)
	want := mustDays(t, map[string]any{"files": filepath.Join(folder, "quotes", "*.csv")})
	day := func(name string) (header string, rows []string) {
		lines := strings.SplitAfter(readIn(t, folder, "quotes/"+name+".csv"), "\n")
		return lines[0], lines[1:]
	}
	header, rows := day(threeDays[1])
	writeIn(t, folder, "quotes/"+threeDays[1]+".csv", header+strings.Join(rows[:100], ""))
	writeIn(t, folder, "quotes/afternoon.csv", header+strings.Join(rows[100:], ""))
	days := mustDays(t, map[string]any{"files": filepath.Join(folder, "quotes", "*.csv")})
	if !slices.Equal(names(days), threeDays) || content(t, days, 1) != content(t, want, 1) {
		t.Errorf("morning and afternoon are %v, or another market", names(days))
	}
	_, first := day(threeDays[0])
	_, last := day(threeDays[2])
	writeIn(t, folder, "a.csv", header+strings.Join(first, "")+strings.Join(rows, ""))
	writeIn(t, folder, "b.csv", header+strings.Join(rows, "")+strings.Join(last, ""))
	both := mustDays(t, map[string]any{"files": []any{filepath.Join(folder, "a.csv"), filepath.Join(folder, "b.csv")}})
	if !slices.Equal(names(both), threeDays) || both.Broken() != 1 || !strings.Contains(both.List[1].Broken, "a.csv and b.csv hold the same day") {
		t.Errorf("days %v, broken %+v", names(both), both.List)
	} else if content(t, both, 0) != content(t, want, 0) || content(t, both, 2) != content(t, want, 2) {
		t.Error("the days of one file alone are others")
	}
}

// Trading that does not pause has a day from midnight to midnight, whichever file a row is in, and a
// market that trades in the evening before has that evening's day.
func TestDaysOfOtherMarkets(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	folder := t.TempDir()
	rows := func(from time.Time, minutes int) string {
		var b strings.Builder
		for i := range minutes {
			fmt.Fprintf(&b, "%s,100,100,2024-03-15,4.0,4.1,3.9,4.0\n", from.Add(time.Duration(i)*time.Minute).Format(time.RFC3339))
		}
		return b.String()
	}
	const header = "timestamp,underlying,strike,expiry,call_bid,call_ask,put_bid,put_ask\n"
	midnight := time.Date(2024, 1, 2, 0, 1, 0, 0, time.UTC) // of the end of the first minute
	for _, c := range []struct {
		name, content string
		want          []string
		minutes       []int
	}{
		{"all day", rows(midnight, 3*1440), []string{"2024-01-02", "2024-01-03", "2024-01-04"}, []int{1440, 1440, 1440}},
		{"from noon", rows(midnight.Add(12*time.Hour), 2*1440), []string{"2024-01-02", "2024-01-03", "2024-01-04"}, []int{720, 1440, 720}},
		{"from the evening", rows(midnight.Add(23*time.Hour), 1380) + rows(midnight.Add(47*time.Hour), 1380), []string{"2024-01-03", "2024-01-04"}, []int{1380, 1380}},
		{"with lunch", rows(midnight.Add(2*time.Hour), 120) + rows(midnight.Add(6*time.Hour), 120) + rows(midnight.Add(26*time.Hour), 120), []string{"2024-01-02", "2024-01-03"}, []int{240, 120}},
	} {
		writeIn(t, folder, "all.csv", header+c.content)
		days := mustDays(t, map[string]any{"files": filepath.Join(folder, "all.csv")})
		var minutes []int
		for _, day := range days.List {
			minutes = append(minutes, day.Minutes)
		}
		if !slices.Equal(names(days), c.want) || !slices.Equal(minutes, c.minutes) {
			t.Errorf("%s: days %v of %v minutes, want %v of %v", c.name, names(days), minutes, c.want, c.minutes)
		}
	}
}

// Trades of another root are none of the quotes', and what trades cannot have is refused.
func TestTradesOfAnotherRoot(t *testing.T) {
	folder := copyDays(t, threeDays[0])
	var quoted, traded strings.Builder
	quoted.WriteString("timestamp,underlying,symbol,bid,ask\n")
	traded.WriteString("timestamp,symbol,price,size\n")
	for i := range 30 {
		for _, right := range []string{"C", "P"} {
			fmt.Fprintf(&quoted, "2024-01-04T14:%02d:00Z,100,XYZ240119%s00100000,1.9,2.1\n", i, right)
		}
		fmt.Fprintf(&traded, "2024-01-04T14:%02d:30Z,QQQ240119C00100000,2.1,1\n", i)
	}
	writeIn(t, folder, "quoted.csv", quoted.String())
	writeIn(t, folder, "traded.csv", traded.String())
	values := map[string]any{"files": filepath.Join(folder, "quoted.csv"), "trades": filepath.Join(folder, "traded.csv")}
	if _, err := daysOf(values); err == nil || !strings.Contains(err.Error(), "traded.csv: its trades are of QQQ, the quotes of XYZ") {
		t.Errorf("trades of QQQ: error %v", err)
	}
	values["root"] = "XYZ"
	if _, err := daysOf(values); err == nil || !strings.Contains(err.Error(), "no trade is of the root XYZ") {
		t.Errorf("trades of QQQ where XYZ is meant: error %v", err)
	}
	for key, want := range map[string]string{"preset": "trades.preset: trades are read by their columns", "prices": "trades.prices: prices in coin are not read of trades"} {
		trades := map[string]any{"files": filepath.Join(folder, "traded.csv"), key: map[string]string{"preset": "lean", "prices": "coin"}[key]}
		if _, err := NewRequest(map[string]any{"files": "x.csv", "trades": trades}); err == nil || !strings.Contains(fmt.Sprint(err), strings.TrimPrefix(want, "trades.")) && !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("trades with %s: error %v, want %s", key, err, want)
		}
	}
}
