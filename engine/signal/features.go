package signal

import (
	"math"
	"math/bits"
	"slices"
)

// The windows of the seed model, in minutes.
const (
	volWindow   = 5
	shortWindow = 3
)

// Entries returns the number of entries, step minutes apart, in the given minutes, rounded up.
func Entries(minutes, step int) int { return (minutes + step - 1) / step }

// returns gives S_i/S_{i−1} − 1; the first, which is undefined, is 0.
func returns(underlying []float64) []float64 {
	changes := make([]float64, len(underlying))
	for i := 1; i < len(underlying); i++ {
		changes[i] = underlying[i]/underlying[i-1] - 1
	}
	return changes
}

// RecentVol gives the volatility of prices that are step minutes apart, per square-root
// minute: at each entry the sample standard deviation of the defined returns among the last
// volWindow minutes (at least two entries), over √step; 0 where fewer than two are defined.
func RecentVol(prices []float64, step int) []float64 {
	changes, size := returns(prices), max(2, Entries(volWindow, step))
	vol := make([]float64, len(changes))
	for i := range vol {
		window := changes[max(1, i-size+1) : i+1 : i+1]
		if i == 0 || len(window) < 2 {
			continue
		}
		vol[i] = math.Sqrt(squaredDeviations(window) / float64((len(window)-1)*step))
	}
	return vol
}

// seedScore is the seed's score, which sees the whole sample (the realistic
// signals do not):
//
//	z_i   = (residual_i − median) / (mean |residual − mean| + 1e-9)
//	raw_i = 0.7·short_i − 0.3·z_i
//	score = (raw − mean(raw)) / (population sd(raw) + 1e-9)
//
// where short_i is the mean return a minute over the last shortWindow minutes, of entries
// that are step minutes apart.
func seedScore(changes, residual []float64, step int) []float64 {
	window := Entries(shortWindow, step)
	center := mean(residual)
	deviation := 0.0
	for _, value := range residual {
		deviation += math.Abs(value - center)
	}
	deviation = deviation/float64(len(residual)) + 1e-9
	middle := median(residual)

	score := make([]float64, len(changes))
	for i := range score {
		short := mean(changes[max(0, i-window+1):i+1]) / float64(step)
		z := (residual[i] - middle) / deviation
		score[i] = float64(0.7*short) - float64(0.3*z)
	}
	center = mean(score)
	deviation = math.Sqrt(squaredDeviations(score)/float64(len(score))) + 1e-9
	for i := range score {
		score[i] = (score[i] - center) / deviation
	}
	return score
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, value := range values {
		sum += value
	}
	return sum / float64(len(values))
}

// median is the middle of the values, of an even number the mean of both.
func median(values []float64) float64 {
	values = slices.Clone(values)
	half := len(values) / 2
	middle := ranked(values, half)
	if len(values)%2 == 1 {
		return middle
	}
	return (slices.Max(values[:half]) + middle) / 2
}

// ranked returns the value that a sort would put at a rank, and moves those that are not larger before it (Hoare 1961, algorithm 65).
func ranked(values []float64, rank int) float64 {
	low, high := 0, len(values)-1
	for left := 4 * bits.Len(uint(len(values))); low < high; left-- {
		if left == 0 { // an order for which selection is slow
			slices.Sort(values[low : high+1])
			break
		}
		pivot, i, j := values[low+(high-low)/2], low, high
		for i <= j {
			for values[i] < pivot {
				i++
			}
			for values[j] > pivot {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i, j = i+1, j-1
			}
		}
		if rank <= j {
			high = j
		} else if rank >= i {
			low = i
		} else {
			break
		}
	}
	return values[rank]
}

// squaredDeviations sums (value − mean)².
func squaredDeviations(values []float64) float64 {
	center := mean(values)
	sum := 0.0
	for _, value := range values {
		sum += float64((value - center) * (value - center))
	}
	return sum
}
