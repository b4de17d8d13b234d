package quotes

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"optmm/engine"
	"optmm/engine/market"
	"optmm/engine/signal"
	"optmm/sweep/store"
)

// What is read of days, and the markets that are made of them, is kept in the user's cache
// folder by what it was made of, so that a machine reads and prepares each day once.

// readerVersion changes whenever a file may be read otherwise.
const readerVersion = "2"

// The bounds of the cache: bytes on disk, and after how many files it is looked at.
const (
	mostCached = 4 << 30
	pruneAfter = 64
)

// cache is a store.Cache with its keys; nil keeps nothing.
type cache struct {
	kept *store.Cache
	puts atomic.Int64
}

// openCache opens the cache of the user; nil where there is no folder that can be written.
func openCache() *cache {
	root, err := os.UserCacheDir()
	if err != nil {
		return nil
	}
	kept, err := store.OpenCache(filepath.Join(root, "optmm", "days"), mostCached)
	if err != nil {
		return nil
	}
	return &cache{kept: kept}
}

func (c *cache) get(key string) (packed market.Packed, ok bool) {
	if c == nil || key == "" {
		return packed, false
	}
	return c.kept.Get(key)
}

// put keeps columns where it can: what fails is made again the next time.
func (c *cache) put(key string, packed market.Packed) bool {
	if c == nil || key == "" || c.kept.Put(key, packed) != nil {
		return false
	}
	if c.puts.Add(1)%pruneAfter == 0 {
		c.kept.Prune()
	}
	return true
}

// getFacts reads a text that is kept without columns.
func (c *cache) getFacts(key string, to any) bool {
	packed, ok := c.get(key)
	return ok && json.Unmarshal(packed.Facts, to) == nil
}

func (c *cache) putFacts(key string, from any) {
	if facts, err := json.Marshal(from); err == nil {
		c.put(key, market.Packed{Facts: facts})
	}
}

// keyOf is the key of what is made of some things; empty where one of them cannot be written.
func keyOf(things ...any) string {
	content, err := json.Marshal(append([]any{readerVersion, engine.Version}, things...))
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:16])
}

// marketKey is the key of a day's market: the score is added when it is used.
func (c *cache) marketKey(day *Day, trades *tradeDays, settings market.Settings) string {
	if c == nil || day.key == "" {
		return ""
	}
	settings.Signal = signal.Signal{}
	return keyOf("market", day.key, trades.content(), settings)
}

// fingerprint reads a file through.
func fingerprint(named Named) (File, error) {
	file := File{Named: named}
	in, err := os.Open(named.Path)
	if err != nil {
		return file, err
	}
	defer in.Close()
	information, err := in.Stat()
	if err == nil && information.IsDir() {
		err = fmt.Errorf("%s is a folder", named.Path)
	}
	if err != nil {
		return file, err
	}
	file.modified = information.ModTime()
	file.SHA256, file.Bytes, err = store.SHA256From(in)
	return file, err
}

// unchanged reports whether a file seems to be what was read through: what is made of another is
// not kept under its name.
func (f *File) unchanged() bool {
	information, err := os.Stat(f.Path)
	return err == nil && information.Size() == f.Bytes && information.ModTime().Equal(f.modified)
}

// errNotKept says that a day is neither in memory nor in the cache.
var errNotKept = errors.New("the day is not in the cache any more")
