package grid

import (
	"math"
	"slices"
	"strconv"

	"optmm/engine/random"
	"optmm/sweep/fault"
)

// Seed is the randomness of one run: of its market and of its fills.
type Seed struct {
	Market uint32
	Fill   uint64
}

func (s Seed) String() string {
	if uint64(s.Market) == s.Fill {
		return strconv.FormatUint(s.Fill, 10)
	}
	return "market " + strconv.FormatUint(uint64(s.Market), 10) + ", fill " + strconv.FormatUint(s.Fill, 10)
}

// Seeds are the replicates of every point: count from first on, or a list; over recorded
// histories all of them in each history.
type Seeds struct {
	first    uint32
	count    int
	listed   []Seed
	notation any

	firstHistory int
	histories    int // 0: there is one market a seed
}

// Len returns the number of replicates.
func (s *Seeds) Len() int { return s.count * max(1, s.histories) }

// PerHistory returns the number of replicates that share a history.
func (s *Seeds) PerHistory() int { return s.count }

// Histories returns how many recorded histories the replicates are over; 0 where they have a
// market each.
func (s *Seeds) Histories() int { return s.histories }

// At returns replicate i, history by history.
func (s *Seeds) At(i int) Seed {
	if s.histories > 0 {
		history := s.firstHistory + i/s.count
		return Seed{Market: uint32(history), Fill: s.at(i%s.count).Fill + uint64(history)*s.span()}
	}
	return s.at(i)
}

func (s *Seeds) at(i int) Seed {
	if s.listed != nil {
		return s.listed[i]
	}
	both := s.first + uint32(i)
	return Seed{Market: both, Fill: uint64(both)}
}

// OverHistories returns the seeds in each of the histories from first to end, all histories
// having fills of their own: those of history h are later by h times the seeds' span.
func (s *Seeds) OverHistories(first, end int) *Seeds {
	over := *s
	over.firstHistory, over.histories = first, end-first
	return &over
}

// span is how many numbers the seeds of fills lie on.
func (s *Seeds) span() uint64 {
	if s.listed == nil {
		return uint64(s.count)
	}
	low, high := s.listed[0].Fill, s.listed[0].Fill
	for _, seed := range s.listed {
		low, high = min(low, seed.Fill), max(high, seed.Fill)
	}
	return high - low + 1
}

// SameFills returns two seeds that differ only in the market, which recorded quotes do not draw.
func (s *Seeds) SameFills() (one, other Seed, found bool) {
	seen := map[uint64]Seed{}
	for _, seed := range s.listed {
		if first, twice := seen[seed.Fill]; twice {
			return first, seed, true
		}
		seen[seed.Fill] = seed
	}
	return one, other, false
}

// Notation returns the seeds as a study file writes them.
func (s *Seeds) Notation() any { return s.notation }

// maxListedSeeds bounds a list of seeds, whose text is all held in memory.
const maxListedSeeds = 100_000

// ParseSeeds reads {first, count}, or a list whose entries are s, which seeds
// both streams, or {market, fill}. Errors are Faults below path.
func ParseSeeds(path string, raw any) (*Seeds, error) {
	switch raw := raw.(type) {
	case map[string]any:
		return parseCount(path, raw)
	case []any:
		return parseSeedList(path, raw)
	}
	return nil, fault.New(path, "seeds are {first, count} or a list, as in [1, 2, {market: 42, fill: 123}], not %s", describe(raw))
}

func parseCount(path string, raw map[string]any) (*Seeds, error) {
	if err := onlyKeys(path, raw, "first", "count"); err != nil {
		return nil, err
	}
	first, err := parseSeed(path+".first", raw["first"], random.MaxLegacySeed)
	if err != nil {
		return nil, err
	}
	count, err := ParseInteger(path+".count", raw["count"])
	if err != nil {
		return nil, err
	}
	if count < 1 {
		return nil, fault.New(path+".count", "count %d must be at least 1", count)
	}
	if last := first + uint64(count) - 1; last > random.MaxLegacySeed {
		return nil, fault.New(path, "the last seed, %d, is beyond the market stream's largest, %d", last, uint64(random.MaxLegacySeed))
	}
	return &Seeds{first: uint32(first), count: int(count), notation: map[string]any{"first": first, "count": count}}, nil
}

func parseSeedList(path string, raw []any) (*Seeds, error) {
	if len(raw) == 0 {
		return nil, fault.New(path, "there are no seeds")
	}
	if len(raw) > maxListedSeeds {
		return nil, fault.New(path, "%d seeds are too many to list, more than %d; write {first, count}", len(raw), maxListedSeeds)
	}
	seeds := &Seeds{count: len(raw), notation: raw}
	seen := map[Seed]int{}
	for i, entry := range raw {
		at := fault.Entry(path, i)
		var seed Seed
		if pair, ok := entry.(map[string]any); ok {
			if err := onlyKeys(at, pair, "market", "fill"); err != nil {
				return nil, err
			}
			market, err := parseSeed(at+".market", pair["market"], random.MaxLegacySeed)
			if err != nil {
				return nil, err
			}
			if seed.Fill, err = parseSeed(at+".fill", pair["fill"], 1<<64-1); err != nil {
				return nil, err
			}
			seed.Market = uint32(market)
		} else {
			both, err := parseSeed(at, entry, random.MaxLegacySeed)
			if err != nil {
				return nil, err
			}
			seed = Seed{Market: uint32(both), Fill: both}
		}
		if first, twice := seen[seed]; twice {
			return nil, fault.New(at, "duplicate seed %s, first as entry %d", seed, first+1)
		}
		seen[seed] = i
		seeds.listed = append(seeds.listed, seed)
	}
	return seeds, nil
}

func parseSeed(path string, raw any, largest uint64) (uint64, error) {
	var seed uint64
	switch raw := raw.(type) {
	case int:
		if raw < 0 {
			return 0, fault.New(path, "seed %d is below 0", raw)
		}
		seed = uint64(raw)
	case uint64:
		seed = raw
	default:
		return 0, fault.New(path, "%s is not an integer", describe(raw))
	}
	if seed > largest {
		return 0, fault.New(path, "seed %d is beyond %d", seed, largest)
	}
	return seed, nil
}

// onlyKeys requires exactly the keys.
func onlyKeys(path string, raw map[string]any, keys ...string) error {
	for _, key := range sortedKeys(raw) {
		known := false
		for _, k := range keys {
			known = known || k == key
		}
		if !known {
			return fault.New(path+"."+key, "unknown key %s%s", key, fault.DidYouMean(key, keys))
		}
	}
	for _, key := range keys {
		if _, ok := raw[key]; !ok {
			return fault.New(path, "%s is missing", key)
		}
	}
	return nil
}

// Following returns count seeds that are none of these: behind the largest, and from
// 0 on where there is no more room, market and fill apart. A stream that has one seed
// in all of several keeps it: in a study of one market, say, the market stays what it
// is. Errors are Faults at path.
func (s *Seeds) Following(path string, count int) (*Seeds, error) {
	if s.listed == nil && uint64(s.first)+uint64(s.count)+uint64(count)-1 <= random.MaxLegacySeed {
		return parseCount(path, map[string]any{"first": int(s.first) + s.count, "count": count})
	}
	if count > maxListedSeeds {
		return nil, fault.New(path, "%d seeds do not fit behind those of the study: give {first, count}", count)
	}
	markets := s.unused(count, random.MaxLegacySeed, func(seed Seed) uint64 { return uint64(seed.Market) })
	largest := uint64(random.MaxLegacySeed)
	if s.listed != nil {
		largest = math.MaxUint64
	}
	fills := s.unused(count, largest, func(seed Seed) uint64 { return seed.Fill })
	var notation []any
	for i := range count {
		if markets[i] == fills[i] {
			notation = append(notation, int(markets[i]))
		} else {
			notation = append(notation, map[string]any{"market": int(markets[i]), "fill": fills[i]})
		}
	}
	return parseSeedList(path, notation)
}

// unused returns count numbers of a stream, up to the largest there is, that no seed
// has.
func (s *Seeds) unused(count int, largest uint64, of func(Seed) uint64) []uint64 {
	used := map[uint64]bool{}
	next := uint64(0)
	for i := range s.count {
		used[of(s.At(i))] = true
		next = max(next, of(s.At(i)))
	}
	if one := next; s.count > 1 && len(used) == 1 {
		return slices.Repeat([]uint64{one}, count)
	}
	var numbers []uint64
	for len(numbers) < count {
		if next == largest {
			next = 0
		} else {
			next++
		}
		if !used[next] {
			numbers = append(numbers, next)
		}
	}
	return numbers
}

// Shared returns a seed that both have.
func (s *Seeds) Shared(other *Seeds) (Seed, bool) {
	seen := make(map[Seed]bool, s.Len())
	for i := range s.Len() {
		seen[s.At(i)] = true
	}
	for i := range other.Len() {
		if seed := other.At(i); seen[seed] {
			return seed, true
		}
	}
	return Seed{}, false
}
