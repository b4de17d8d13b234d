package sweep

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// Compressed quotes are the same quotes, whatever the file is called; a damaged
// file is an error that names it.
func TestCompressedQuotes(t *testing.T) {
	plain, err := os.ReadFile("../testdata/csv/tiny_five_rows.csv")
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
		quotes, err := ReadQuotes(path)
		if err != nil || quotes.Minutes() != 5 {
			t.Errorf("%s: %v", name, err)
		}
		if name == "quotes.csv" {
			continue
		}
		if err := os.WriteFile(path, content[:len(content)-9], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadQuotes(path); err == nil || !strings.Contains(err.Error(), "read quotes: "+path) {
			t.Errorf("a truncated %s: error %v", name, err)
		}
	}
}
