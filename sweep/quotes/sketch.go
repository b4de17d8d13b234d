package quotes

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/zeebo/xxh3"

	"optmm/engine/market"
	"optmm/engine/market/recorded"
)

const (
	sketchedPrices = 8 // consecutive prices in a hash
	distinctPrices = 4 // fewest distinct prices among them: flat stretches recur on other days
	sketchedOneIn  = 8 // one hash in eight is kept
)

// sketchOf returns hashes of consecutive prices of the underlying, by which the same minutes are recognized in another
// file. Whether a hash is kept depends on the hash alone (Broder 1997), so two histories that share minutes share hashes,
// also if a file is renamed, compressed, cut, or in another time zone.
func sketchOf(prices []float64) (sketch []uint64) {
	var key [8 * sketchedPrices]byte
	for i := 0; i+sketchedPrices <= len(prices); i++ {
		some := prices[i : i+sketchedPrices]
		if distinct(some) < distinctPrices {
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

// distinct counts the distinct values.
func distinct(values []float64) (n int) {
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
