package store

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"optmm/engine/market"
)

func someColumns(seed float64) market.Packed {
	return market.Packed{Facts: []byte(`{"seed":1}`), Columns: [][]float64{{seed, math.NaN(), math.Inf(-1)}, {}, {0, 1 << 53}}}
}

// What is put is got, bit by bit; what is damaged or deleted is absent.
func TestCache(t *testing.T) {
	root := filepath.Join(t.TempDir(), "a", "b")
	cache, err := OpenCache(root, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := cache.Get("x"); ok {
		t.Error("an empty cache has something")
	}
	want := someColumns(3.5)
	if err := cache.Put("x", want); err != nil {
		t.Fatal(err)
	}
	got, ok := cache.Get("x")
	if !ok || fmt.Sprint(got.Columns) != fmt.Sprint(want.Columns) || string(got.Facts) != string(want.Facts) {
		t.Errorf("got %v, %v", got, ok)
	}
	path := filepath.Join(root, "x.arrows")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := range content { // a bit that is flipped anywhere shows, or changes nothing
		changed := append([]byte(nil), content...)
		changed[at] ^= 0x10
		if packed, err := decodeColumns(changed); err == nil && fmt.Sprint(packed.Columns) != fmt.Sprint(want.Columns) {
			t.Fatalf("byte %d changed: %v", at, packed.Columns)
		}
	}
	if err := os.WriteFile(path, content[:len(content)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, ok := cache.Get("x"); ok || Exists(path) {
		t.Error("half a file is got, or stays")
	}
}

// Beyond its size a cache removes what was used longest ago.
func TestCachePrunes(t *testing.T) {
	root := t.TempDir()
	cache, err := OpenCache(root, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, key := range []string{"old", "new"} {
		if err := cache.Put(key, someColumns(1)); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(time.Duration(i-2) * time.Hour)
		if err := os.Chtimes(filepath.Join(root, key+".arrows"), then, then); err != nil {
			t.Fatal(err)
		}
	}
	information, err := os.Stat(filepath.Join(root, "new.arrows"))
	if err != nil {
		t.Fatal(err)
	}
	cache.most = information.Size()
	if err := cache.Prune(); err != nil {
		t.Fatal(err)
	}
	if _, ok := cache.Get("old"); ok {
		t.Error("what was used longest ago is still there")
	}
	if _, ok := cache.Get("new"); !ok {
		t.Error("what was used last is gone")
	}
}

// FuzzDecodeColumns: whatever the bytes, an error or columns.
func FuzzDecodeColumns(f *testing.F) {
	content, err := encodeColumns(someColumns(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Fuzz(func(t *testing.T, content []byte) {
		if packed, err := decodeColumns(content); err == nil && packed.Facts == nil {
			t.Error("nothing was read, without an error")
		}
	})
}
