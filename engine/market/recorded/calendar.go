package recorded

import "optmm/engine/market"

// sessionGap is the least number of seconds without a row that ends a session of recorded
// quotes.
const sessionGap = 3600

// recordedSessions finds where sessions begin by the gaps between rows, and takes them
// for whole; without timestamps they are the seed's.
func recordedSessions(timestamps []int64, minutes int) (starts []int, whole int) {
	if timestamps == nil {
		return market.EqualSessions(minutes, market.MinutesPerSession, market.TradingClock)
	}
	starts = []int{0}
	for i := 1; i < len(timestamps); i++ {
		if timestamps[i]-timestamps[i-1] >= sessionGap {
			starts = append(starts, i)
		}
	}
	return starts, len(starts)
}

// fallingSteps returns the years by which a recorded time to expiry falls in each minute;
// where it does not fall, as after expiry, those of recordedSteps.
func fallingSteps(years, otherwise []float64) []float64 {
	steps := make([]float64, len(years))
	for i := 1; i < len(years); i++ {
		if steps[i] = years[i-1] - years[i]; steps[i] <= 0 {
			steps[i] = otherwise[i]
		}
	}
	return steps
}

// recordedSteps returns the years since the minute before of recorded quotes, by the
// calendar where they have timestamps.
func recordedSteps(timestamps []int64, minutes int, minuteYears float64, clock string) []float64 {
	steps := make([]float64, minutes)
	year := float64(market.SessionsPerYear * 86400) // as Settings.Clock has it
	if clock == market.Act365Clock {
		year = market.DaysPerYear * 86400
	}
	for i := 1; i < minutes; i++ {
		if steps[i] = minuteYears; timestamps != nil {
			steps[i] = float64(timestamps[i]-timestamps[i-1]) / year
		}
	}
	return steps
}
