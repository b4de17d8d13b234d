package quotes

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"optmm/engine/market/recorded"
	"optmm/engine/param"
	"optmm/sweep/store"
)

// Compressed quotes are the same quotes, whatever the file is called; a damaged
// file is an error that names it.
func TestCompressedQuotes(t *testing.T) {
	plain, err := os.ReadFile("../../testdata/csv/tiny_five_rows.csv")
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	writer := gzip.NewWriter(&zipped)
	writer.Write(plain)
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	standard := encoder.EncodeAll(plain, nil)
	for name, content := range map[string][]byte{"quotes.csv": plain, "quotes.csv.gz": zipped.Bytes(), "zstandard": standard} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		quotes, err := Read(OfFile(path))
		if err != nil || quotes.Minutes() != 5 {
			t.Errorf("%s: %v", name, err)
		}
		if name == "quotes.csv" {
			continue
		}
		if err := os.WriteFile(path, content[:len(content)-9], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(OfFile(path)); err == nil || !strings.Contains(err.Error(), "read quotes: "+path) {
			t.Errorf("a truncated %s: error %v", name, err)
		}
	}
}

// The same rows of Parquet, as pandas writes them, are the same chain: with times as
// times or as text, nulls for empty cells, and an expiry at midnight for a bare date.
func TestParquetQuotes(t *testing.T) {
	const header = "timestamp,underlying,strike,expiry,call_bid,call_ask,put_bid,put_ask\n"
	csv := header +
		"2024-07-01T13:31:00Z,100.5,95,2024-07-20,6,6.25,0.5,0.75\n" +
		"2024-07-01T13:31:00Z,100.5,105,2024-07-20,1,1.25,,\n" +
		"2024-07-01T13:32:00Z,100.75,95,2024-07-20,6.125,6.25,0.5,0.625\n"
	folder := t.TempDir()
	plain := filepath.Join(folder, "chain.csv")
	if err := os.WriteFile(plain, []byte(csv), 0o644); err != nil {
		t.Fatal(err)
	}
	want, err := ReadChain(OfFile(plain))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2024, 7, 1, 13, 31, 0, 0, time.UTC).Unix()
	expiry := time.Date(2024, 7, 20, 0, 0, 0, 0, time.UTC).Unix()
	valid := []bool{true, false, true}
	numbers := func(name string, values ...float64) store.NamedColumn {
		return store.NamedColumn{Field: store.Field{Name: name}, Column: store.Column{Floats: values}}
	}
	puts := func(name string, values ...float64) store.NamedColumn {
		c := numbers(name, values...)
		c.Field.Nullable, c.Column.Valid = true, valid
		return c
	}
	times := []store.NamedColumn{
		{Field: store.Field{Name: "timestamp", Type: store.Seconds}, Column: store.Column{Int64s: []int64{at, at, at + 60}}},
		{Field: store.Field{Name: "expiry", Type: store.Seconds}, Column: store.Column{Int64s: []int64{expiry, expiry, expiry}}},
	}
	texts := []store.NamedColumn{
		{Field: store.Field{Name: "timestamp", Type: store.Text}, Column: store.Column{Texts: []string{"2024-07-01T13:31:00Z", "2024-07-01T13:31:00Z", "2024-07-01T13:32:00Z"}}},
		{Field: store.Field{Name: "expiry", Type: store.Text}, Column: store.Column{Texts: []string{"2024-07-20", "2024-07-20", "2024-07-20"}}},
	}
	prices := []store.NamedColumn{
		numbers("underlying", 100.5, 100.5, 100.75), numbers("strike", 95, 105, 95),
		numbers("call_bid", 6, 1, 6.125), numbers("call_ask", 6.25, 1.25, 6.25), puts("put_bid", 0.5, 0, 0.5), puts("put_ask", 0.75, 0, 0.625),
	}
	for name, columns := range map[string][]store.NamedColumn{"times": append(times, prices...), "texts": append(texts, prices...)} {
		path := writeParquet(t, folder, name, columns)
		got, err := ReadChain(OfFile(path))
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) { // NaN is not equal to itself
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		recorded, err := Read(OfFile(path))
		if err != nil || param.DataOf(recorded) != param.ManySeries {
			t.Errorf("%s: %T, error %v", name, recorded, err)
		}
	}
	prices[0].Column.Floats[1] = -1
	path := writeParquet(t, folder, "wrong", append(times, prices...))
	if _, err := ReadChain(OfFile(path)); err == nil || !strings.Contains(err.Error(), path+": row 2, column underlying: ") {
		t.Errorf("error %v, want one that names the row", err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content[:len(content)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadChain(OfFile(path)); err == nil || !strings.Contains(err.Error(), "read quotes: "+path) {
		t.Errorf("a truncated file: error %v", err)
	}
}

func writeParquet(t *testing.T, folder, name string, columns []store.NamedColumn) string {
	t.Helper()
	var fields []store.Field
	var content []store.Column
	for _, column := range columns {
		fields, content = append(fields, column.Field), append(content, column.Column)
	}
	err := store.WriteTable(folder, name, fields, func(use func([]store.Column) error) error { return use(content) })
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, name+".parquet")
}

// A file of one option is one, of several a chain; what is neither says what is wrong
// with it.
func TestReadRecorded(t *testing.T) {
	for path, want := range map[string]param.Data{
		"../../testdata/chain/small.csv": param.ManySeries, "../../testdata/csv/bidask_expiry_full.csv": param.OneSeries,
	} {
		recorded, err := Read(OfFile(path))
		if err != nil || param.DataOf(recorded) != want {
			t.Errorf("%s is %v, error %v", path, param.DataOf(recorded), err)
		}
	}
	path := filepath.Join(t.TempDir(), "two.csv")
	two := "timestamp,S,K,call_mid\n2024-07-01T13:31:00Z,100,100,3\n2024-07-01T13:31:00Z,100,105,1\n"
	if err := os.WriteFile(path, []byte(two), 0o644); err != nil {
		t.Fatal(err)
	}
	if recorded, err := Read(OfFile(path)); recorded != nil || err == nil || !strings.Contains(err.Error(), "no column expiry") {
		t.Errorf("%v, error %v", recorded, err)
	}
}

// check-data takes a file of one option as well.
func TestCheckDataOfOneOption(t *testing.T) {
	for path, want := range map[string][]string{
		"../../testdata/csv/bidask_expiry_full.csv": {"options     2 of 1 expiry", "written in zone Z", "2024-07-31 Wed   30.4   1", "-0.1048 ± 0.0213"},
		"../../testdata/csv/t_years.csv":            {"without timestamps, taken to follow one another", "1 option has no quote in any minute"},
	} {
		var out strings.Builder
		if err := Check(&out, OfFile(path), recorded.CheckSettings{StaleMinutes: 5}, false); err != nil {
			t.Fatal(err)
		}
		for _, text := range want {
			if !strings.Contains(out.String(), text) {
				t.Errorf("%s: %q is not in\n%s", path, text, out.String())
			}
		}
	}
}

// A chain is a chain whatever its first rows lack.
func TestChainsWhoseFirstRowsLackQuotes(t *testing.T) {
	const header = "timestamp,underlying,strike,expiry,call_bid,call_ask,put_bid,put_ask\n"
	const rest = "2024-07-01T13:31:00Z,100,105,2024-07-20,1,1.1,6,6.1\n2024-07-01T13:32:00Z,100,95,2024-07-20,6,6.1,1,1.1\n"
	for name, first := range map[string]string{
		"missing":       "2024-07-01T13:31:00Z,100,95,2024-07-20,,,1,1.1\n",
		"crossed":       "2024-07-01T13:31:00Z,100,95,2024-07-20,6.2,6.1,1,1.1\n",
		"zero":          "2024-07-01T13:31:00Z,100,95,2024-07-20,0,0,1,1.1\n",
		"calls only":    "2024-07-01T13:31:00Z,100,95,2024-07-20,6,6.1,,\n",
		"no underlying": "2024-07-01T13:31:00Z,,95,2024-07-20,6,6.1,1,1.1\n",
	} {
		if name == "no underlying" { // the same in the minute's other row
			first += strings.Replace(rest, "Z,100,105", "Z,,105", 1)
		} else {
			first += rest
		}
		path := filepath.Join(t.TempDir(), "chain.csv")
		if err := os.WriteFile(path, []byte(header+first), 0o644); err != nil {
			t.Fatal(err)
		}
		if recorded, err := Read(OfFile(path)); err != nil || param.DataOf(recorded) != param.ManySeries {
			t.Errorf("%s: %T, error %v", name, recorded, err)
		}
	}
	path := filepath.Join(t.TempDir(), "one.csv") // of one strike
	one := header + "2024-07-01T13:31:00Z,100,95,2024-07-20,6,6.1,1,1.1\n2024-07-01T13:32:00Z,100,95,2024-07-20,,,1,1.1\n"
	if err := os.WriteFile(path, []byte(one), 0o644); err != nil {
		t.Fatal(err)
	}
	if recorded, err := Read(OfFile(path)); err != nil || recorded.Series() != 2 {
		t.Errorf("one strike with a gap: %+v, error %v, want a chain of its call and put", recorded, err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(header, "expiry", "expiri", 1)+rest), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(OfFile(path)); err == nil || !strings.Contains(err.Error(), "no column expiry; the header has timestamp, underlying, strike, expiri, call_bid") {
		t.Errorf("a chain with a misspelled header: error %v", err)
	}
	if err := os.WriteFile(path, []byte(header+"2024-07-01T13:31:00Z,100,95,2024-07-20,6,6.1,1,1.1\n2024-07-01T13:31:00Z,100,95,2024-07-20,6,6.1,1,1.1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(OfFile(path)); err == nil || !strings.Contains(err.Error(), "line 3, column call_bid: duplicate quote of the call 95 at 2024-07-01T13:31:00Z") {
		t.Errorf("a duplicate key: error %v", err)
	}
}

// Wherever a Parquet file is damaged, no row of it is lost without a word.
func TestDamagedParquetLosesNoRows(t *testing.T) {
	const groups, each = 4, 600
	fields := []store.Field{{Name: "timestamp", Type: store.Text}, {Name: "underlying"}, {Name: "strike"}, {Name: "expiry", Type: store.Text}}
	for _, name := range []string{"call_bid", "call_ask", "put_bid", "put_ask"} {
		fields = append(fields, store.Field{Name: name})
	}
	folder, minute := t.TempDir(), 0
	err := store.WriteTable(folder, "chain", fields, func(use func([]store.Column) error) error {
		minute = 0
		for range groups {
			columns := make([]store.Column, len(fields))
			for range each {
				at := time.Date(2024, 7, 1, 0, minute, 0, 0, time.UTC).Format(time.RFC3339)
				minute++
				for i, value := range []any{at, 100.0, 100.0, "2024-12-20", 2.0, 2.1, 2.0, 2.1} {
					if text, ok := value.(string); ok {
						columns[i].Texts = append(columns[i].Texts, text)
					} else {
						columns[i].Floats = append(columns[i].Floats, value.(float64))
					}
				}
			}
			if err := use(columns); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "chain.parquet")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for at := 4; at < len(whole)-8; at += len(whole) / 150 {
		damaged := append([]byte(nil), whole...)
		for i := range 8 {
			damaged[at+i] ^= 0xa5
		}
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		chain, err := ReadChain(OfFile(path))
		if err != nil {
			refused++
		} else if chain.Rows != groups*each {
			t.Errorf("8 bytes at %d are changed, and %d of %d rows are read", at, chain.Rows, groups*each)
		}
	}
	if refused == 0 {
		t.Error("no damage is noticed")
	}
}
