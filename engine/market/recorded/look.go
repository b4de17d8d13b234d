package recorded

import (
	"math"
	"slices"

	"optmm/engine/market"
)

// Seen is what reading recorded quotes took for granted, and what their columns reach.
type Seen struct {
	NoTimestamps            bool
	Zoned                   bool  // the timestamps carry a zone
	Step                    int64 // seconds between minutes: the median inside sessions, of sessions of one minute between them; 0 of one minute
	Moments, Minutes        int   // times of the rows, and the minutes that they became
	Marks                   int   // prices too large for any option
	LargestRate, LargestVol float64
}

// Look returns what is seen of recorded quotes.
func Look(data market.Recorded) Seen {
	switch data := data.(type) {
	case *Chain:
		return Seen{NoTimestamps: data.NoTimestamps, Zoned: data.Zone != "", Step: step(data.Timestamps), Moments: data.Moments, Minutes: len(data.Timestamps), Marks: data.Marks}
	case *Quotes:
		return Seen{NoTimestamps: data.timestamps == nil, Zoned: data.zone != "", Step: step(data.timestamps), Moments: data.rows, Minutes: data.Minutes(), LargestRate: largest(data.rate), LargestVol: largest(data.vol)}
	}
	return Seen{}
}

// step is the median of the seconds between rows.
func step(timestamps []int64) int64 {
	var inside, across []int64
	for i := 1; i < len(timestamps); i++ {
		if gap := timestamps[i] - timestamps[i-1]; gap < sessionGap {
			inside = append(inside, gap)
		} else {
			across = append(across, gap)
		}
	}
	if len(inside) < len(across) { // most sessions have one row
		inside = across
	}
	if inside == nil {
		return 0
	}
	slices.Sort(inside)
	return inside[len(inside)/2]
}

// largest is the largest of the values without sign, 0 of none.
func largest(values []float64) float64 {
	most := 0.0
	for _, x := range values {
		most = max(most, math.Abs(x))
	}
	return most
}
