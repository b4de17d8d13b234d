package quotes

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/zeebo/xxh3"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
)

// The prices of a sketch: as many in a row are hashed together, where so many of them differ, and of the hashes one in
// some is kept.
const (
	sketchedPrices = 8
	differentOnes  = 4
	sketchedOneIn  = 8
)

// sketchOf returns hashes by which a history is known again: of prices of the underlying that follow one another, but for
// those that hardly move, which come again on other days. Which hashes are kept depends on them alone (Broder 1997), so that two histories that share minutes
// share hashes, whatever files they come from, however these are compressed, cut, or stamped.
func sketchOf(prices []float64) (sketch []uint64) {
	var key [8 * sketchedPrices]byte
	for i := 0; i+sketchedPrices <= len(prices); i++ {
		some := prices[i : i+sketchedPrices]
		if different(some) < differentOnes {
			continue
		}
		for k, price := range some {
			binary.LittleEndian.PutUint64(key[8*k:], math.Float64bits(price))
		}
		if hash := xxh3.Hash(key[:]); hash%sketchedOneIn == 0 {
			sketch = append(sketch, hash)
		}
	}
	slices.Sort(sketch)
	return slices.Compact(sketch)
}

// different counts the values that differ from one another.
func different(values []float64) (n int) {
	for i, x := range values {
		if !slices.Contains(values[:i], x) {
			n++
		}
	}
	return n
}

// pricesOf returns the prices of the underlying, of the first where there are several.
func pricesOf(data market.Recorded) []float64 {
	switch data := data.(type) {
	case *recorded.Chain:
		if len(data.Expiries) > 0 {
			return data.Expiries[0].Underlying
		}
	case *recorded.Quotes:
		return data.Prices()
	}
	return nil
}
