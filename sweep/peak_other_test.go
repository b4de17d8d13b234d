//go:build !linux

package sweep

func peakMegabytes() int { return 0 }
