package recorded

import "cmp"

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
// keep their times. Otherwise the table is one of two forms. In a feed, where an option
// repeats within a minute, a minute has what is at or before its end. In a snapshot the
// options are written one after another, each once, and all that begins in a minute is of
// it, and is known at its end. A table in which most minutes are written at once, on the
// minute, is read as a feed.
func minutesOf(moments []moment, feed bool) minutes {
	begun, together, once := 0, false, 0
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
	if feed || 2*once > begun {
		end = moment.mark
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

// last returns the last moment of each minute.
func (m *minutes) last() []int {
	last := make([]int, len(m.ends))
	for i, minute := range m.of {
		last[minute] = i
	}
	return last
}

// timeline gathers the times of rows, which do not fall.
type timeline struct {
	moments []moment // that differ
	zone    string   // of the times as they are written, empty where none is
	written string   // the last time, to parse each one once
}

// read adds the time of a row, and reports whether it is the last one again.
func (t *timeline) read(row *tableRow, c column) (again bool) {
	written := row.text(c)
	if written == t.written && written != "" {
		return true
	}
	at := row.instant(c)
	last := len(t.moments) - 1
	if row.sameZone(c, at, &t.zone, last < 0); row.failed {
		return false
	}
	if last >= 0 && at.compare(t.moments[last]) < 0 {
		row.fail(c, "%s is before %s in a row above it: sort the file by time", written, t.written)
		return false
	}
	t.written = written
	if again = last >= 0 && at.moment == t.moments[last]; !again {
		t.moments = append(t.moments, at.moment)
	}
	return again
}

// now is the index of the last moment.
func (t *timeline) now() int32 { return int32(len(t.moments) - 1) }

// notExpired refuses an expiry before the row's time. A bare date may trade all that day.
func (t *timeline) notExpired(row *tableRow, c column, written string, expiry int64, bareDate bool) {
	if bareDate {
		expiry += 86400 - 1
	}
	if t.moments[t.now()].seconds > expiry {
		row.fail(c, "expiry %s is before timestamp %s", written, t.written)
	}
}
