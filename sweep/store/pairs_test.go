package store

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// wholeTable is a small file as the program writes it.
func wholeTable(t testing.TB, pairs []Pair) []byte {
	t.Helper()
	layout, err := newLayout([]Field{{Name: "minute", Type: Int32, Rising: true, Unit: "minute", Description: "m"}, {Name: "pnl", Unit: "currency", Description: "p", Nullable: true}})
	if err != nil {
		t.Fatal(err)
	}
	var content bytes.Buffer
	if err := writeTable(newWriter(layout), &content, pairs, []Column{{Int32s: []int32{0, 1, 2}}, {Floats: []float64{1, 0, 3}, Valid: []bool{true, false, true}}}); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// A file that is copied with other metadata is, byte for byte, the file written with it.
func TestCopyWithOtherMetadata(t *testing.T) {
	var many []Pair
	for _, key := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q"} {
		many = append(many, Pair{key, "a value of " + key})
	}
	for _, pairs := range [][][]Pair{{{{"run", "7"}}, {{"run", "123456"}, {"point", "3"}}}, {many, {{"run", "1"}}}, {{{"run", "1"}}, many}} {
		name := filepath.Join(t.TempDir(), "run.parquet")
		if err := os.WriteFile(name, wholeTable(t, pairs[0]), 0o644); err != nil {
			t.Fatal(err)
		}
		var copied bytes.Buffer
		if err := CopyWithPairs(&copied, name, pairs[1]); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(copied.Bytes(), wholeTable(t, pairs[1])) {
			t.Error("the copy is not the file as it would have been written")
		}
		if !IsWhole(name) {
			t.Error("a whole file is said to be damaged")
		}
	}
}

// Whatever the bytes, a copy is an error or a file.
func FuzzCopyWithPairs(f *testing.F) {
	whole := wholeTable(f, []Pair{{"run", "7"}})
	f.Add(whole)
	f.Add(whole[:len(whole)-9])
	f.Add([]byte("PAR1PAR1"))
	f.Fuzz(func(t *testing.T, content []byte) {
		name := filepath.Join(t.TempDir(), "run.parquet")
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
		var copied bytes.Buffer
		if err := CopyWithPairs(&copied, name, []Pair{{"run", "8"}}); err != nil {
			return
		}
		if !IsWhole(name) || copied.Len() < 12 {
			t.Errorf("a damaged file is copied to %d bytes", copied.Len())
		}
	})
}
