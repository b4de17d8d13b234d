package recorded

import "cmp"

// moment is a time to the nanosecond, since 1970 UTC.
type moment struct{ seconds, nanoseconds int64 }

func (m moment) compare(other moment) int {
	return cmp.Or(cmp.Compare(m.seconds, other.seconds), cmp.Compare(m.nanoseconds, other.nanoseconds))
}

// minute returns the seconds at which the minute of the moment begins.
func (m moment) minute() int64 { return floorDivide(m.seconds, 60) * 60 }

// mark returns the first full minute that is not before the moment.
func (m moment) mark() int64 {
	if m.minute() == m.seconds && m.nanoseconds == 0 {
		return m.seconds
	}
	return m.minute() + 60
}

func floorDivide(a, b int64) int64 {
	quotient := a / b
	if a%b < 0 {
		quotient--
	}
	return quotient
}

// minutes are the times of a table, whose rows may be closer than a minute. Two forms are
// distinguished. In a snapshot the options are written one after another, each once, and
// all rows that begin in a minute are of that minute. In a feed an option repeats within a
// minute, and a minute has what is at or before its end, as of the minute's mark.
type minutes struct {
	last    []moment // of each minute
	ends    []int64  // of each minute, rising; seconds
	moments int      // that there were
	feed    bool
}

// add notes a moment that is not before the last, and reports whether it begins a minute.
// Repeats says that an option has had another moment in the minute of this one.
func (m *minutes) add(at moment, repeats bool) (begins bool) {
	last := len(m.last) - 1
	if last >= 0 && at == m.last[last] {
		return false
	}
	if repeats && !m.feed {
		m.feed = true
		if last >= 0 && (last == 0 || m.last[last].mark() > m.ends[last-1]) {
			m.ends[last] = m.last[last].mark()
		}
	}
	m.moments++
	end := at.minute() + 60
	if m.feed {
		end = at.mark()
	}
	if last >= 0 && end <= m.ends[last] {
		m.last[last] = at
		return false
	}
	m.last, m.ends = append(m.last, at), append(m.ends, end)
	return true
}

// finer reports whether any two moments were in one minute.
func (m *minutes) finer() bool { return m.moments > len(m.last) }

// timestamps returns the times of the minutes in seconds: their ends where rows were finer
// than minutes, and else what the rows say.
func (m *minutes) timestamps() []int64 {
	if m.finer() {
		return m.ends
	}
	timestamps := make([]int64, len(m.last))
	for i, at := range m.last {
		timestamps[i] = at.seconds
	}
	return timestamps
}
