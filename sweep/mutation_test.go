package sweep

import (
	"bytes"
	"compress/gzip"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"optmm/sweep/quotes"
)

// damages are how often a file is damaged at random: OPTMM_MUTATIONS, which
// scripts/mutations sets, or a few.
func damages(t *testing.T) int {
	t.Helper()
	text := os.Getenv("OPTMM_MUTATIONS")
	if text == "" {
		return 60
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("OPTMM_MUTATIONS=%s is no number of mutations", text)
	}
	return n
}

// intact lists files of quotes of every form that is read.
func intact(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, pattern := range []string{"../testdata/chain/*.parquet", "../testdata/parquet/*.parquet", "../testdata/chain/small.csv", "../testdata/csv/bidask_expiry_full.csv"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = content
		}
	}
	for name, content := range files {
		if !strings.HasSuffix(name, ".csv") {
			continue
		}
		var zipped, standard bytes.Buffer
		writer := gzip.NewWriter(&zipped)
		encoder, err := zstd.NewWriter(&standard)
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range []interface {
			Write([]byte) (int, error)
			Close() error
		}{writer, encoder} {
			if _, err := to.Write(content); err != nil {
				t.Fatal(err)
			}
			if err := to.Close(); err != nil {
				t.Fatal(err)
			}
		}
		files[name+".gz"], files[name+".zst"] = zipped.Bytes(), standard.Bytes()
	}
	return files
}

// damage changes some bytes anywhere, in the last two thousand, where Parquet's footer
// is, or cuts the end off.
func damage(random *rand.Rand, content []byte) []byte {
	b := bytes.Clone(content)
	switch random.IntN(4) {
	case 0:
		for range 1 + random.IntN(8) {
			b[random.IntN(len(b))] = byte(random.IntN(256))
		}
	case 1:
		at := len(b) - 1 - random.IntN(min(len(b)-1, 2000))
		for i := range 1 + random.IntN(4) {
			b[min(len(b)-1, at+i)] = byte(random.IntN(256))
		}
	case 2:
		at := random.IntN(len(b))
		for i := range random.IntN(20) {
			b[min(len(b)-1, at+i)] = 0xff
		}
	default:
		b = b[:random.IntN(len(b))]
	}
	return b
}

// Whatever happened to a file, it is read or refused: no panic, no end that never comes,
// and not much memory.
func TestDamagedFilesAreReadOrRefused(t *testing.T) {
	random := rand.New(rand.NewPCG(16, 2))
	path := filepath.Join(t.TempDir(), "quotes")
	files := intact(t)
	if len(files) < 8 {
		t.Fatalf("only %d files to damage", len(files))
	}
	refused := 0
	n := damages(t)
	for i := range n {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if err := os.WriteFile(path, damage(random, files[name]), 0o644); err != nil {
				t.Fatal(err)
			}
			before := peakMegabytes()
			_, err := quotes.Read(quotes.OfFile(path))
			if after := peakMegabytes(); after > max(before, 500) {
				t.Errorf("mutation %d of %s takes %d MB: error %v", i, name, after, err)
			}
			if err != nil {
				refused++
				if !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "goroutine") || len(err.Error()) > 20_000 {
					t.Fatalf("mutation %d of %s: %v", i, name, err)
				}
			}
		}
	}
	t.Logf("%d of %d damaged files are refused; at most %d MB of memory", refused, n*len(files), peakMegabytes())
	if peak := peakMegabytes(); peak > 1000 {
		t.Errorf("it took %d MB of memory", peak)
	}
}
