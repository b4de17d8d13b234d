package quotes

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/parquet-go/parquet-go"

	"optmm/engine/market/recorded"
)

// One frame is the same quotes in every encoding and codec that pyarrow writes.
func TestParquetInEveryEncoding(t *testing.T) {
	for _, same := range [][]string{{"lz4_raw", "byte_stream_split"}, {"snappy", "zstd_v2", "gzip_delta", "brotli", "texts_delta"}} {
		var want *recorded.Chain
		for _, name := range same {
			chain, err := ReadChain(OfFile(filepath.Join("../../testdata/parquet", name+".parquet")))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if want == nil {
				want = chain
			}
			if !reflect.DeepEqual(chain, want) {
				t.Errorf("%s is read otherwise than %s", name, same[0])
			}
		}
	}
}

// A file whose column lies outside of it is refused before the library sees it.
func TestParquetThatContradictsItself(t *testing.T) {
	content, err := os.ReadFile("../../testdata/parquet/snappy.parquet")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "quotes.parquet")
	for name, change := range map[string]func(b []byte) []byte{
		"cut short":     func(b []byte) []byte { return b[:len(b)/2] },
		"longer footer": func(b []byte) []byte { b[len(b)-5] = 0x7f; return b },
		"no end":        func(b []byte) []byte { return b[:len(b)-4] },
		"magic alone":   func([]byte) []byte { return []byte("PAR1PAR1") },
		"huge list":     func(b []byte) []byte { return bytes.Replace(b, []byte("\x19\x9c"), []byte("\x19\xfc"), 1) },
	} {
		if err := os.WriteFile(path, change(bytes.Clone(content)), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(OfFile(path)); err == nil || !strings.Contains(err.Error(), path+": the Parquet file cannot be read: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// What cannot be read twice is read once, whatever its form; a study, which reads its
// quotes again, refuses it.
func TestPipesAreReadOnce(t *testing.T) {
	for _, name := range []string{"../../testdata/csv/mid_only_defaults.csv", "../../testdata/csv/bidask_expiry_full.csv", "../../testdata/chain/small.csv", "../../testdata/parquet/zstd_v2.parquet"} {
		want, err := Read(OfFile(name))
		if err != nil {
			t.Fatal(err)
		}
		pipe := filepath.Join(t.TempDir(), "pipe")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Skip("no pipes here: ", err)
		}
		go func() {
			content, _ := os.ReadFile(name)
			if to, err := os.OpenFile(pipe, os.O_WRONLY, 0); err == nil {
				to.Write(content)
				to.Close()
			}
		}()
		got, err := Read(OfFile(pipe))
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) { // which NaN does not hinder
			t.Errorf("%s through a pipe: error %v", name, err)
		}
		study := OfFile(pipe)
		study.Regular = true
		if _, err := Read(study); err == nil || !strings.Contains(err.Error(), "is a pipe or a device: a study reads its quotes again") {
			t.Errorf("a study over a pipe: error %v", err)
		}
	}
}

// Little that decompresses to very much is not held in memory.
func TestExpansionIsLimited(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small")
	if err := os.WriteFile(path, make([]byte, 1<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	in, err := openInput(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.close()
	for size, want := range map[int64]string{400 << 20: "", 501 << 20: "more than 500 times its size"} {
		limit := (&expansion{in: in}).of(io.LimitReader(zeros{}, size))
		n, err := io.Copy(io.Discard, limit)
		if want == "" && (err != nil || n != size) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%d bytes of a megabyte: %d are read, error %v", size, n, err)
		}
	}
}

type zeros struct{}

func (zeros) Read(to []byte) (int, error) { return len(to), nil }

// A row that never ends is refused where it begins, whether by a line or by a quotation
// mark that is not closed.
func TestRowsAreBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "quotes.csv")
	header := "underlying,strike,call_mid\n100,100,5\n"
	for name, c := range map[string]struct{ content, want string }{
		"a long line":              {header + strings.Repeat("1", 3<<20) + "\n", "line 3: the row is longer than 1048576 bytes"},
		"commas":                   {header + strings.Repeat(",", 3<<20) + "\n", "line 3: the row is longer than 1048576 bytes"},
		"a cell of lines":          {header + "\"" + strings.Repeat("1\n", 2<<20), "line 3: the row is longer than 1048576 bytes, or a quotation mark is not closed"},
		"a long header":            {strings.Repeat("x", 3<<20), "line 1: the row is longer"},
		"many columns":             {strings.Repeat("a,", 5000) + "\n", "line 1: 5001 columns, at most 4096 are read"},
		"a long cell":              {header + "100,100," + strings.Repeat("x", 100_000) + "\n", "line 3, column call_mid: "},
		"zeros of a device":        {strings.Repeat("\x00", 3<<20), "the text is UTF-16: save it as UTF-8"},
		"a line that does not end": {strings.Repeat("x", 3<<20), "line 1: the row is longer"},
		"a cell that is bad":       {header + "100,\"1\"0,5\n", "line 3: "},
	} {
		if err := os.WriteFile(path, []byte(c.content), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Read(OfFile(path))
		if err == nil || !strings.Contains(err.Error(), path+": "+c.want) || len(err.Error()) > 1000 {
			t.Errorf("%s: error %.300v", name, err)
		}
	}
}

// Many rows in few bytes are not taken into memory.
func TestRepetitiveParquetIsRefused(t *testing.T) {
	type row struct {
		S float64 `parquet:"S,dict,zstd"`
	}
	path := filepath.Join(t.TempDir(), "bomb.parquet")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	writer := parquet.NewGenericWriter[row](file)
	same := make([]row, 1<<16)
	for range 60 {
		if _, err := writer.Write(same); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(writer.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(OfFile(path)); err == nil || !strings.Contains(err.Error(), "its 3932160 rows are more than 500 times its size") {
		t.Errorf("error %v", err)
	}
}
