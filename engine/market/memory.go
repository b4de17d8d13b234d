package market

// stride returns how many numbers apart columns of N minutes lie in memory: an
// odd number of cache lines, of numbers of eight bytes. Were it a power of two, as it is
// where each has memory of its own, one minute of many columns would crowd into a few
// sets of the cache.
func stride(minutes int) int {
	const perLine = 8
	return ((minutes+perLine-1)/perLine | 1) * perLine
}

// Allocate makes columns of N minutes out of one block of memory, an old one where
// it is large enough, which it returns.
func Allocate[T float64 | int32](block []T, minutes int, columns []*[]T) []T {
	stride := stride(minutes)
	block = Resize(block, len(columns)*stride)
	for i, column := range columns {
		*column = block[i*stride:][:minutes:minutes]
	}
	return block
}

// Resize returns the values with another length and what there was of them; what comes on
// top is as it was left, or zero.
func Resize[T any](values []T, n int) []T {
	if cap(values) < n {
		grown := make([]T, n)
		copy(grown, values[:cap(values)])
		return grown
	}
	return values[:n]
}
