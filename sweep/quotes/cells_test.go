package quotes

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
)

const cells = "../../testdata/cells/"

func readChain(t *testing.T, name string) *recorded.Chain {
	t.Helper()
	data, err := Read(OfFile(filepath.Join(cells, name)))
	if err != nil {
		t.Fatal(err)
	}
	chain, ok := data.(*recorded.Chain)
	if !ok {
		t.Fatalf("%s is a %T", name, data)
	}
	return chain
}

// One frame is the same chain whatever its separator, container, rows and numbers are like.
func TestOneFrameInManyForms(t *testing.T) {
	want := readChain(t, "semicolon.csv")
	if len(want.Options) != 12 || len(want.Timestamps) != 40 || want.Zone != "Z" {
		t.Fatalf("%d options, %d minutes, zone %q", len(want.Options), len(want.Timestamps), want.Zone)
	}
	for _, name := range []string{"zip_of_csv.zip", "long_right_rows.csv", "underlying_99.99_99.990.csv", "duckdb_copy.csv"} {
		got := readChain(t, name)
		if got.Zone == "" {
			t.Errorf("%s: no zone", name)
		}
		got.Rows, got.Zone = want.Rows, want.Zone // a row per right is two, and +00 is Z
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s is another chain", name)
		}
	}
	plain, err := os.ReadFile(cells + "semicolon.csv")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"sep line.csv": "sep=;\r\n" + string(plain), "sep line after a byte order mark.csv": "\xef\xbb\xbfSEP=;\n" + string(plain),
		"tabs.tsv": strings.ReplaceAll(string(plain), ";", "\t"), "bars.txt": strings.ReplaceAll(string(plain), ";", "|"), "commas.csv": strings.ReplaceAll(string(plain), ";", ","),
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := ReadChain(OfFile(path)); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: error %v, or another chain", name, err)
		}
	}
}

// Sides that a file says are not there are missing, and nothing else is.
func TestMissingSides(t *testing.T) {
	whole := readChain(t, "semicolon.csv")
	for name, want := range map[string]struct{ sides, marks int }{"nan_text.csv": {2, 0}, "sentinel_ask.csv": {35, 35}} {
		chain := readChain(t, name)
		missing := 0
		for k, o := range chain.Options {
			for i := range o.Ask {
				for _, side := range [][2]float64{{o.Bid[i], whole.Options[k].Bid[i]}, {o.Ask[i], whole.Options[k].Ask[i]}} {
					switch {
					case math.IsNaN(side[0]):
						missing++
					case side[0] != side[1]:
						t.Fatalf("%s: option %d, minute %d: %v, want %v", name, k, i, side[0], side[1])
					}
				}
			}
		}
		if missing != want.sides || chain.Marks != want.marks {
			t.Errorf("%s: %d sides are missing, %d by a mark, want %d and %d", name, missing, chain.Marks, want.sides, want.marks)
		}
	}
	one := readChain(t, "one_strike_one_missing.csv")
	if len(one.Options) != 2 || !math.IsNaN(one.Options[0].Bid[slicesIndexNaN(one.Options[0].Bid)]) {
		t.Errorf("%+v", one.Options)
	}
}

func slicesIndexNaN(values []float64) int {
	for i, x := range values {
		if math.IsNaN(x) {
			return i
		}
	}
	return 0
}

// An expiry at midnight is a date in CSV as in Parquet; dates in other forms are dates; an
// offset may change with the clock; days are instants.
func TestTimesOfFiles(t *testing.T) {
	csv, parquet := readChain(t, "expiry_midnight.csv"), readChain(t, "expiry_midnight.parquet")
	for _, chain := range []*recorded.Chain{csv, parquet} {
		if !chain.Expiries[0].BareDate || math.Abs(365*chain.Years(0, 0)-1.44) > 0.01 {
			t.Errorf("%+v, %v days", chain.Expiries[0].Seconds, 365*chain.Years(0, 0))
		}
	}
	if chain := readChain(t, "expiry_yyyymmdd.csv"); !chain.Expiries[0].BareDate || chain.Expiries[0].Seconds != 1723766400 {
		t.Errorf("%+v", chain.Expiries[0])
	}
	if chain := readChain(t, "dst_offsets.csv"); len(chain.SessionStarts()) != 2 || chain.Timestamps[0]%86400 != 13*3600+31*60 || chain.Timestamps[len(chain.Timestamps)-1]%86400 < 14*3600 {
		t.Errorf("sessions begin at %v of %v", chain.SessionStarts(), chain.Timestamps)
	}
	if chain := readChain(t, "dates_chain.csv"); len(chain.Timestamps) != 20 || chain.Timestamps[0]%86400 != 0 {
		t.Errorf("%v", chain.Timestamps)
	}
}

// What was taken for granted is said, and what cannot be is no good quote.
func TestRemarks(t *testing.T) {
	for name, want := range map[string]string{
		"daily_rows.csv": "the rows are typically 24h apart", "five_minute_rows.csv": "rows are 5 minutes apart: each has the orders of 5 minutes",
		"row_own_second.csv": "their 240 times make 40 minutes, each with the last quotes at or before its end", "iv_in_percent.csv": "column iv reaches 20, which is a volatility of 2000%: is it in percent?",
		"r_in_percent.csv": "column r reaches 4.5, which is 450% a year: is it in percent?", "sentinel_ask.csv": "too large for any option and taken for no price",
		"expiry_midnight.csv": "the timestamps carry no zone: they are taken as UTC", "semicolon.csv": "",
	} {
		request := OfFile(filepath.Join(cells, name))
		data, err := Read(request)
		if err != nil {
			t.Error(err)
			continue
		}
		got := strings.Join(Remarks(data, request, 5), "\n")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"fat_finger.csv": "above what the option can be worth (a call its underlying, a put its strike), first the", "stale_over_hole.csv": "are stale: neither side has changed for more than 5 minutes"} {
		var out strings.Builder
		if err := Check(&out, OfFile(filepath.Join(cells, name)), recorded.CheckSettings{StaleMinutes: 5}, false); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s: error %v\n%s", name, err, out.String())
		}
		if got := strings.Join(Remarks(readChain(t, name), OfFile(name), 5), "\n"); !strings.Contains(got, want) {
			t.Errorf("%s: run would say %q, want %q", name, got, want)
		}
	}
	check := readChain(t, "stale_over_hole.csv").Check(recorded.CheckSettings{StaleMinutes: 5})
	if stale := check.States[market.Stale]; stale != 8 {
		t.Errorf("%d option-minutes are stale over the hole, want 2 of 4 options", stale)
	}
}

// What is seen of the numbers is asked about: times that are counts, days in place of years, a
// split.
func TestRemarksOfNumbers(t *testing.T) {
	for want, content := range map[string]string{
		"by their size they count milliseconds since 1970 UTC":                                "timestamp,S,K,call_mid\n1719840600000,100,100,3\n1719840660000,100,100,3\n",
		"column T_years reaches 30: is it in days?":                                           "S,K,call_mid,T_years\n100,100,3,30\n100,100,3,29\n",
		"goes from 100 to 50 from one row to the next at 2024-07-01 13:31 UTC: is it a split": "timestamp,S,K,call_mid\n2024-07-01T13:30:00Z,100,100,3\n2024-07-01T13:31:00Z,50,100,3\n",
		"by their size they count seconds since 1970 UTC":                                     "timestamp,S,K,expiry,right,bid,ask\n1719840600,100,95,2024-08-16,C,6,7\n1719840600,100,105,2024-08-16,C,1,2\n",
	} {
		path := filepath.Join(t.TempDir(), "quotes.csv")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		request := OfFile(path)
		data, err := Read(request)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(Remarks(data, request, 0), "\n"); !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// What is no table is named, with the way out.
func TestOtherFilesAreNamed(t *testing.T) {
	zipped := func(names ...string) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, name := range names {
			if to, err := w.Create(name); err == nil {
				to.Write([]byte("S,K,call_mid\n100,100,5\n"))
			}
		}
		w.Close()
		return b.Bytes()
	}
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"UTF-16":            {[]byte("\xff\xfeS\x00,\x00K\x00"), "the text is UTF-16: save it as UTF-8"},
		"UTF-16 plain":      {[]byte("S\x00,\x00K\x00"), "the text is UTF-16: save it as UTF-8"},
		"a workbook":        {zipped("[Content_Types].xml", "xl/workbook.xml"), "it is a workbook of a spreadsheet: export the sheet as CSV"},
		"xz":                {[]byte("\xfd7zXZ\x00\x00\x04"), "it is compressed by xz, 7-Zip or LZ4: compress it by gzip"},
		"an old workbook":   {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "it is a workbook of a spreadsheet"},
		"an archive of two": {zipped("a.csv", "b.csv"), "a.csv, line 1: no column timestamp, expiry, call_bid"},
		"an empty archive":  {zipped(), "the zip archive"},
		"a damaged archive": {zipped("a.csv")[:40], "the zip archive cannot be read"},
		"damaged bzip2":     {[]byte("BZh91AY&SY"), "read quotes"},
	} {
		path := filepath.Join(t.TempDir(), "quotes")
		if err := os.WriteFile(path, c.content, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(OfFile(path)); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	path := filepath.Join(t.TempDir(), "quotes.zip")
	if err := os.WriteFile(path, zipped("__MACOSX/._a.csv", "a.csv"), 0o644); err != nil {
		t.Fatal(err)
	}
	if data, err := Read(OfFile(path)); err != nil || data.Minutes() != 1 {
		t.Errorf("%v, error %v", data, err)
	}
}

// What is no layout is refused at its key.
func TestRequestsAreChecked(t *testing.T) {
	columns, err := ParseColumns([]string{"underlying=S0", "strike=strike_price*0.001", "bid=a*b"})
	if err != nil {
		t.Fatal(err)
	}
	request, err := NewRequest(map[string]any{"files": "a.csv", "columns": columns, "time_zone": "America/New_York", "separator": ";", "decimal": ",", "expiry_time": map[string]any{"spx": "09:30"}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]recorded.Source{"underlying": {From: "S0"}, "strike": {From: "strike_price", Scale: 0.001}, "bid": {From: "a*b"}}
	if l := request.Layout; !maps.Equal(l.Columns, want) || l.Zone.String() != "America/New_York" || l.Separator != ';' || !l.Comma || l.Expires["SPX"] != 9*time.Hour+30*time.Minute {
		t.Errorf("%+v", l)
	}
	if own, err := NewRequest(map[string]any{"files": "a.csv", "underlying": map[string]any{"file": "u.csv"}}); err != nil || own.Underlying.Files[0] != "u.csv" {
		t.Errorf("the file of the underlying is %+v, error %v", own, err)
	}
	if _, err := ParseColumns([]string{"underlying"}); err == nil {
		t.Error("an entry without = is accepted")
	}
	type keys = map[string]any
	for want, values := range map[string]keys{
		`columns.strik: strik is not a column of quotes or trades (did you mean strike?)`: {"columns": keys{"strik": "K"}},
		`columns.strike.scale: 0 must be above 0`:                                         {"columns": keys{"strike": keys{"from": "K", "scale": 0}}},
		`columns.strike.form: want from, the name of a column`:                            {"columns": keys{"strike": keys{"form": "K"}}},
		`columns.strike: it comes from a column, or has a value, not both`:                {"columns": keys{"strike": keys{"from": "K", "value": 5}}},
		`columns.strike: want the name of a column`:                                       {"columns": keys{"strike": true}},
		`columns: write a map`:                                                        {"columns": 5},
		`time_zone: "New York" is not a time zone`:                                    {"time_zone": "New York"},
		`separator: "::" is not one of comma`:                                         {"separator": "::"},
		`decimal: "x" is neither . nor ,`:                                             {"decimal": "x"},
		`preset: "orat" is not one of`:                                                {"preset": "orat"},
		`carry: "always" is not one of none | session`:                                {"carry": "always"},
		`time_of_day: "4 pm" is not a time of day; write it as 16:15`:                 {"time_of_day": "4 pm"},
		`expiry_time: "x" is not a time of day`:                                       {"expiry_time": keys{"SPX": "x"}},
		`file_name: "(" is not a regular expression`:                                  {"file_name": "("},
		`file_name: the group strik is not a column of quotes (did you mean strike?)`: {"file_name": `(?P<strik>\d+)`},
		`file_name: "a" has no named group`:                                           {"file_name": "a"},
		`header: 5 is not true or false`:                                              {"header": 5},
		`files: want a text, or a list of texts`:                                      {"files": true},
		`root: true is not a text`:                                                    {"root": []any{true}},
		`underlying.carry: it is a key of the quotes`:                                 {"underlying": keys{"files": "u.csv", "carry": "session"}},
		`underlying.fils: unknown key fils (did you mean files?)`:                     {"underlying": keys{"fils": "u.csv"}},
		`underlying.files: the key is missing`:                                        {"underlying": keys{"preset": "polygon"}},
		`underlying.time_zone: "x" is not a time zone`:                                {"underlying": keys{"files": "u.csv", "time_zone": "x"}},
	} {
		if _, err := NewRequest(values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", values, err, want)
		}
	}
}
