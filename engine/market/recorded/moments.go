package recorded

import (
	"cmp"
	"math"
	"slices"
)

// moment is a time to the nanosecond, since 1970 UTC.
type moment struct{ seconds, nanoseconds int64 }

func (m moment) compare(other moment) int {
	return cmp.Or(cmp.Compare(m.seconds, other.seconds), cmp.Compare(m.nanoseconds, other.nanoseconds))
}

// minute returns the seconds at which the minute of the moment begins.
func (m moment) minute() int64 {
	minute := m.seconds / 60
	if m.seconds%60 < 0 {
		minute--
	}
	return minute * 60
}

// onMark reports whether the moment begins a minute.
func (m moment) onMark() bool { return m.minute() == m.seconds && m.nanoseconds == 0 }

// mark returns the first full minute that is not before the moment.
func (m moment) mark() int64 {
	if m.onMark() {
		return m.seconds
	}
	return m.minute() + 60
}

// minutes are the minutes that the moments of a table make.
type minutes struct {
	of   []int32 // the minute of each moment
	ends []int64 // when each minute is over, rising; seconds
}

// minutesOf makes minutes of moments that rise. Those that are each in a minute of their own
// keep their times, unless marks asks for the minutes' ends. Otherwise the table is one of two forms. In a feed, where an option
// repeats within a minute, a minute has what is at or before its end. In a snapshot the
// options are written one after another, each once, and all that begins in a minute is of
// it, and is known at its end. In a snapshot of which most minutes are written at once, on the
// minute, each has what is at or before its mark, or some seconds late.
func minutesOf(moments []moment, feed, marks bool) minutes {
	begun, together, once := 0, marks, 0
	for i, at := range moments {
		switch {
		case i > 0 && at.minute() == moments[i-1].minute():
			together = true
		default:
			begun++
			if at.onMark() && (i+1 == len(moments) || moments[i+1].minute() != at.minute()) {
				once++
			}
		}
	}
	end := func(at moment) int64 { return at.minute() + 60 }
	switch {
	case feed:
		end = moment.mark
	case 2*once > begun: // a row that comes some seconds late is of its mark
		end = func(at moment) int64 {
			if at.seconds-at.minute() <= fewSeconds {
				return at.minute()
			}
			return at.mark()
		}
	case !marks:
		if m, ok := snapshots(moments); ok {
			return m
		}
	}
	m := minutes{of: make([]int32, len(moments))}
	for i, at := range moments {
		this := at.seconds
		if together {
			this = end(at)
		}
		if last := len(m.ends) - 1; last < 0 || this > m.ends[last] {
			m.ends = append(m.ends, this)
		}
		m.of[i] = int32(len(m.ends) - 1)
	}
	return m
}

// snapshots makes minutes of moments that are written in groups, wherever the clock is then: some
// seconds long and as far apart at least, or less than a minute and more than one apart. Each is
// known when its last minute ends. Where every group is one moment there is nothing to do.
func snapshots(moments []moment) (m minutes, ok bool) {
	for _, apart := range []int64{fewSeconds + 5, 60} {
		if m, ok = groupsOf(moments, apart); ok {
			break
		}
	}
	return m, ok
}

// groupsOf makes minutes of groups of moments that are less than some seconds long, and at least
// as many apart, each in a minute of its own.
func groupsOf(moments []moment, apart int64) (m minutes, ok bool) {
	m.of = make([]int32, len(moments))
	groups, begins := 0, moment{}
	for i, at := range moments {
		if i == 0 || at.seconds-moments[i-1].seconds >= apart {
			groups, begins = groups+1, at
			m.ends = append(m.ends, 0)
		} else if at.seconds-begins.seconds >= apart {
			return m, false
		}
		m.of[i] = int32(groups - 1)
		m.ends[groups-1] = at.minute() + 60
	}
	for i := 1; i < groups; i++ {
		if m.ends[i] <= m.ends[i-1] {
			return m, false
		}
	}
	return m, groups < len(moments)
}

// known returns when all that is of each minute was known, seconds, rounded up: its end, or the
// last of its rows, which may be some seconds late; nil where none is.
func (m *minutes) known(moments []moment) []int64 {
	known, late := slices.Clone(m.ends), false
	for i, at := range moments {
		seconds := at.seconds
		if at.nanoseconds > 0 {
			seconds++
		}
		if minute := m.of[i]; seconds > known[minute] {
			known[minute], late = seconds, true
		}
	}
	if !late {
		return nil
	}
	return known
}

// last returns the last moment of each minute.
func (m *minutes) last() []int {
	last := make([]int, len(m.ends))
	for i, minute := range m.of {
		last[minute] = i
	}
	return last
}

// spread gives every minute its last value of those at some moments, NaN where it has none;
// what is missing may leave an earlier one.
func (m *minutes) spread(at []int32, values []float64, keep bool) []float64 {
	column := make([]float64, len(m.ends))
	for i := range column {
		column[i] = math.NaN()
	}
	for i, moment := range at {
		if !keep || !math.IsNaN(values[i]) {
			column[m.of[moment]] = values[i]
		}
	}
	return column
}

// fill adds the minutes of each session that no row is of, a step apart.
func (m *minutes) fill() {
	step := int64(60 * stepOf(m.ends))
	starts, _ := recordedSessions(m.ends, len(m.ends))
	ends := make([]int64, 0, len(m.ends))
	indexes := make([]int32, len(m.ends)) // where each has gone
	for i, end := range m.ends {
		if _, begins := slices.BinarySearch(starts, i); !begins {
			for next := ends[len(ends)-1] + step; next < end; next += step {
				ends = append(ends, next)
			}
		}
		ends, indexes[i] = append(ends, end), int32(len(ends))
	}
	m.ends = ends
	for i, minute := range m.of {
		m.of[i] = indexes[minute]
	}
}

// carry gives every minute without a row the value of the one before it in the session.
func (m *minutes) carry(at []int32, column []float64) {
	m.hold(at, func(minute int) { column[minute] = column[minute-1] })
}

// seen returns for every minute the seconds of the last row up to it in the session, its own
// end where there is none.
func (m *minutes) seen(at []int32, moments []moment) []int64 {
	seen := slices.Clone(m.ends)
	for _, i := range at {
		seen[m.of[i]] = moments[i].seconds
	}
	m.hold(at, func(minute int) { seen[minute] = seen[minute-1] })
	return seen
}

// hold calls a function at every minute that follows one with a row in its session, directly
// or after others, and has none itself.
func (m *minutes) hold(at []int32, call func(minute int)) {
	starts, _ := recordedSessions(m.ends, len(m.ends))
	held, row := false, 0
	for minute := range m.ends {
		if len(starts) > 0 && starts[0] == minute {
			held, starts = false, starts[1:]
		}
		own := false
		for ; row < len(at) && int(m.of[at[row]]) == minute; row++ {
			own = true
		}
		if held && !own {
			call(minute)
		}
		held = held || own
	}
}

// timeline gathers the times of rows.
type timeline struct {
	moments  []moment // that differ
	zone     string   // of the times as they are written, empty where none is
	unit     string   // of times that are counts since 1970
	written  string   // the last time, to parse each one once
	unsorted bool     // they fall, and some may be there several times
	falls    bool     // within a table
}

// read adds the time of a row, and reports whether it is the last one again. Where sorted is
// false rows may be in any order.
func (t *timeline) read(row *tableRow, c *timeColumns, sorted bool) (again bool) {
	written := row.when(c)
	if written == t.written && written != "" {
		return true
	}
	at := row.moment(c)
	last := len(t.moments) - 1
	if row.sameZone(c.first(), at, &t.zone, last < 0); row.failed {
		return false
	}
	if last >= 0 && at.compare(t.moments[last]) < 0 {
		if sorted {
			row.fail(c.first(), "%s is before %s in a row above it: sort the file by time", written, t.written)
			return false
		}
		t.unsorted, t.falls = true, t.falls || t.written != ""
	}
	t.written, t.unit = written, at.unit
	if again = last >= 0 && at.moment == t.moments[last]; !again {
		t.moments = append(t.moments, at.moment)
	}
	return again
}

// sort puts the moments in order, each once, and returns where each of those that were read
// has gone; nil where all were in order.
func (t *timeline) sort() (indexes []int32) {
	if !t.unsorted {
		return nil
	}
	order := make([]int32, len(t.moments))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int { return t.moments[i].compare(t.moments[j]) })
	indexes = make([]int32, len(order))
	sorted := make([]moment, 0, len(order))
	for _, i := range order {
		if at := t.moments[i]; len(sorted) == 0 || sorted[len(sorted)-1] != at {
			sorted = append(sorted, at)
		}
		indexes[i] = int32(len(sorted) - 1)
	}
	t.moments = sorted
	return indexes
}

// now is the index of the last moment.
func (t *timeline) now() int32 { return int32(len(t.moments) - 1) }

// shift dates rows that are dated by their starts by their ends: later by what most are apart,
// of an hour at most, or else by a minute.
func (t *timeline) shift() {
	gaps := make([]int64, 0, len(t.moments))
	for i := 1; i < len(t.moments); i++ {
		gaps = append(gaps, t.moments[i].seconds-t.moments[i-1].seconds)
	}
	slices.Sort(gaps)
	step := int64(60)
	if len(gaps) > 0 {
		if median := gaps[(len(gaps)-1)/2]; median > 0 && median <= 3600 {
			step = median
		}
	}
	for i := range t.moments {
		t.moments[i].seconds += step
	}
}
