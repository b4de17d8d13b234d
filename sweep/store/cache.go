package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/zeebo/xxh3"

	"optmm/engine/market"
)

// Cache keeps columns of numbers by a key in a folder: Arrow IPC streams, a record batch a
// column, and after them the XXH3-128 of all that, which is checked before the library reads
// them, since it believes what they say of their own sizes. It holds nothing that cannot be made
// again: any of it may be deleted at any time, and what is damaged counts as absent.
type Cache struct {
	root string
	most int64 // bytes, beyond which what was used longest ago is removed
}

// mostCachedBytes is the size of the largest file of a cache that is read.
const mostCachedBytes = 4 << 30

// cacheEnding is the ending of the files of a cache.
const cacheEnding = ".arrows"

// OpenCache opens a cache in a folder, which is made where it is not there.
func OpenCache(root string, most int64) (*Cache, error) {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, err
	}
	probe, err := os.CreateTemp(root, temporaryPrefix+"*") // a folder may be there and not be writable
	if err != nil {
		return nil, err
	}
	return &Cache{root, most}, errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func (c *Cache) path(key string) string { return filepath.Join(c.root, key+cacheEnding) }

// factsKey is the key of the metadata of a cached stream.
const factsKey = "facts"

// Get returns what is kept by a key; ok is false where nothing whole is.
func (c *Cache) Get(key string) (packed market.Packed, ok bool) {
	path := c.path(key)
	content, err := ReadBounded(path, mostCachedBytes)
	if err != nil {
		return packed, false
	}
	if packed, err = decodeColumns(content); err != nil {
		os.Remove(path)
		return packed, false
	}
	now := time.Now()
	os.Chtimes(path, now, now) // it was used; who cannot say so still has it
	return packed, true
}

// Put keeps columns by a key. Where that fails, nothing is kept.
func (c *Cache) Put(key string, packed market.Packed) error {
	content, err := encodeColumns(packed)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(c.root, temporaryPrefix+"*")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), c.path(key))
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}

// Prune removes what was used longest ago, as far as the cache is too large, and what is left
// of writers that were killed.
func (c *Cache) Prune() error {
	entries, err := os.ReadDir(c.root)
	if err != nil {
		return err
	}
	type kept struct {
		name string
		size int64
		used time.Time
	}
	var files []kept
	total := int64(0)
	for _, entry := range entries {
		information, err := entry.Info()
		if err != nil || !information.Mode().IsRegular() {
			continue
		}
		if Temporary(entry.Name()) && time.Since(information.ModTime()) > time.Hour {
			os.Remove(filepath.Join(c.root, entry.Name()))
			continue
		}
		if strings.HasSuffix(entry.Name(), cacheEnding) {
			files = append(files, kept{entry.Name(), information.Size(), information.ModTime()})
			total += information.Size()
		}
	}
	slices.SortFunc(files, func(a, b kept) int { return a.used.Compare(b.used) })
	for _, file := range files {
		if total <= c.most {
			break
		}
		if os.Remove(filepath.Join(c.root, file.name)) == nil {
			total -= file.size
		}
	}
	return nil
}

func valueSchema(facts []byte) *arrow.Schema {
	metadata := arrow.NewMetadata([]string{factsKey}, []string{string(facts)})
	return arrow.NewSchema([]arrow.Field{{Name: "value", Type: arrow.PrimitiveTypes.Float64}}, &metadata)
}

// encodeColumns makes an Arrow IPC stream of columns.
func encodeColumns(packed market.Packed) (content []byte, err error) {
	defer recoverInto(&err)
	schema := valueSchema(packed.Facts)
	var to bytes.Buffer
	writer := ipc.NewWriter(&to, ipc.WithSchema(schema))
	for _, column := range packed.Columns {
		data := array.NewData(arrow.PrimitiveTypes.Float64, len(column), []*memory.Buffer{nil, memory.NewBufferBytes(arrow.Float64Traits.CastToBytes(column))}, nil, 0, 0)
		values := array.NewFloat64Data(data)
		if err := writer.Write(array.NewRecord(schema, []arrow.Array{values}, int64(len(column)))); err != nil {
			return nil, err
		}
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	sum := xxh3.Hash128(to.Bytes()).Bytes()
	return append(to.Bytes(), sum[:]...), nil
}

// decodeColumns reads what encodeColumns made.
func decodeColumns(content []byte) (packed market.Packed, err error) {
	defer recoverInto(&err)
	const sealed = 16
	whole := len(content) - sealed
	if whole < 0 || xxh3.Hash128(content[:whole]).Bytes() != [sealed]byte(content[whole:]) {
		return packed, errors.New("the columns are not what was written")
	}
	reader, err := ipc.NewReader(bytes.NewReader(content[:whole]))
	if err != nil {
		return packed, err
	}
	defer reader.Release()
	facts, _ := reader.Schema().Metadata().GetValue(factsKey)
	packed.Facts = []byte(facts)
	for reader.Next() {
		values, ok := reader.Record().Column(0).(*array.Float64)
		if !ok {
			return packed, errors.New("a column holds no numbers")
		}
		packed.Columns = append(packed.Columns, slices.Clone(values.Float64Values()))
	}
	return packed, reader.Err()
}

// recoverInto makes an error of a panic in the library, which trusts what it reads.
func recoverInto(err *error) {
	if cause := recover(); cause != nil {
		*err = fmt.Errorf("panic: %v", cause)
	}
}
