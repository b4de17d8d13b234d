package recorded

import (
	"slices"

	"optmm/engine/market"
)

// sessionGap is the least number of seconds without a row that ends a session of recorded
// quotes, or two of their steps, where those are longer.
const sessionGap = 3600

// fewSeconds is by how many a row may be early or late.
const fewSeconds = 15

// cadence is how far apart the rows of recorded quotes are.
type cadence struct {
	step    int64 // seconds, the typical one
	regular bool  // most rows are as far apart
}

// cadenceOf finds the cadence of minutes, which rise: how far apart most of them are, in whole
// minutes. Where no distance is that of most, as of a feed without the rows in which nothing
// changed, it is not regular, and the step is the median.
func cadenceOf(timestamps []int64) cadence {
	if len(timestamps) < 2 {
		return cadence{step: 60, regular: true}
	}
	gaps := make([]int64, len(timestamps)-1)
	whole := 0 // of the gaps, those that are whole minutes, but for some seconds
	for i := range gaps {
		gap := timestamps[i+1] - timestamps[i]
		gaps[i] = max(1, (gap+30)/60) * 60
		if away := gap - gaps[i]; away <= fewSeconds && away >= -fewSeconds {
			whole++
		}
	}
	slices.Sort(gaps)
	median := gaps[(len(gaps)-1)/2] // what most are is the median too
	first, _ := slices.BinarySearch(gaps, median)
	end, _ := slices.BinarySearch(gaps, median+1)
	return cadence{step: median, regular: 2*(end-first) > len(gaps) && 2*whole > len(gaps)}
}

// minutes returns the minutes that a row is taken for: those to the next where rows are
// regular, and one where they are not.
func (c cadence) minutes() int {
	if !c.regular {
		return 1
	}
	return int(c.step / 60)
}

// stepOf is the minutes that a row is taken for; without timestamps one.
func stepOf(timestamps []int64) int { return cadenceOf(timestamps).minutes() }

// recordedSessions finds where sessions begin by the gaps between rows, and takes them
// for whole; without timestamps they are the seed's.
func recordedSessions(timestamps []int64, minutes int) (starts []int, whole int) {
	if timestamps == nil {
		return market.EqualSessions(minutes, market.MinutesPerSession, market.TradingClock)
	}
	starts = []int{0}
	least := max(sessionGap, int64(2*60*stepOf(timestamps)))
	for i := 1; i < len(timestamps); i++ {
		if timestamps[i]-timestamps[i-1] >= least {
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

// recordedSteps returns the years since the row before of recorded quotes, by the calendar
// where they have timestamps, and a row's share of a year where they have none.
func recordedSteps(timestamps []int64, rows int, rowYears float64, clock string) []float64 {
	steps := make([]float64, rows)
	year := float64(market.SessionsPerYear * 86400) // as Settings.Clock has it
	if clock == market.Act365Clock {
		year = market.DaysPerYear * 86400
	}
	for i := 1; i < rows; i++ {
		if steps[i] = rowYears; timestamps != nil {
			steps[i] = float64(timestamps[i]-timestamps[i-1]) / year
		}
	}
	return steps
}

// sameDay is how many seconds after another a session begins at most to be of the same day, as
// after lunch, or a morning after the night before it.
const sameDay = 14 * 3600

// calendar is the data's own: its minutes on its trading days, of which there are 252 a year.
type calendar struct {
	days    int
	minutes int // of sessions, a step after their last rows, gaps included
	rows    int
	regular bool
}

func calendarOf(timestamps []int64, rows int) calendar {
	starts, _ := recordedSessions(timestamps, rows)
	if timestamps == nil {
		return calendar{days: len(starts), minutes: rows, rows: rows, regular: true}
	}
	cadence := cadenceOf(timestamps)
	c := calendar{rows: rows, regular: cadence.regular}
	day := int64(0)
	for i, first := range starts {
		last := rows - 1
		if i+1 < len(starts) {
			last = starts[i+1] - 1
		}
		if i == 0 || timestamps[first]-day >= sameDay {
			c.days += 1 + int((timestamps[last]-timestamps[first])/86400) // where trading does not pause, a day is 24 hours
			day = timestamps[first]
		}
		c.minutes += int((timestamps[last]-timestamps[first])/60) + cadence.minutes()
	}
	return c
}

// minuteYears is a minute of trading in years.
func (c calendar) minuteYears() float64 {
	return float64(c.days) / float64(c.minutes*market.SessionsPerYear)
}

// rowYears is a row's share of a year.
func (c calendar) rowYears() float64 {
	return float64(c.days) / float64(c.rows*market.SessionsPerYear)
}

// rowsPerYear is 0 where rows are a step apart, by which the year is counted, and else as many as
// the data would have.
func (c calendar) rowsPerYear() float64 {
	if c.regular {
		return 0
	}
	return 1 / c.rowYears()
}
