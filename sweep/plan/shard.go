package plan

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is a part of a study's chunks: those whose number is Index modulo Count.
// The zero value is all of them.
type Shard struct{ Index, Count int }

// Whole reports whether the shard has all chunks.
func (s Shard) Whole() bool { return s.Count == 0 }

// Has reports whether a chunk is in the shard.
func (s Shard) Has(chunk int) bool { return s.Whole() || chunk%s.Count == s.Index }

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index+1, s.Count) }

// ParseShard reads i/n with 1 ≤ i ≤ n; the empty text is the whole.
func ParseShard(text string) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	i, n, _ := strings.Cut(text, "/")
	index, err := strconv.Atoi(i)
	number, err2 := strconv.Atoi(n)
	if err != nil || err2 != nil || index < 1 || index > number {
		return Shard{}, fmt.Errorf("invalid shard %q: want i/n, for example 1/4", text)
	}
	return Shard{Index: index - 1, Count: number}, nil
}
