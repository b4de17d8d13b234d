package synthetic

import "optmm/engine/market"

const (
	minutesPerDay   = 1440
	sessionsPerWeek = 5
	daysPerWeek     = 7
)

// yearMinutes returns the minutes of the clock in a year.
func (s *history) yearMinutes() float64 {
	if s.Clock == market.Act365Clock {
		open := sessionsPerWeek * s.MinutesPerSession
		closed := daysPerWeek*minutesPerDay - open
		return market.DaysPerYear * (float64(open) + float64(s.ClosedWeight*float64(closed))) / daysPerWeek
	}
	return float64(s.MinutesPerSession * s.SessionsPerYear)
}

// minuteYears returns a minute of trading in years.
func (s *history) minuteYears() float64 { return 1 / s.yearMinutes() }

// stepMinutes returns the minutes of the clock that pass from the minute before to a
// minute of the synthetic history: one, and by act/365 the night or weekend before the
// first one after a session's close, by its weight.
func (s *history) stepMinutes(minute int) float64 {
	if s.Clock != market.Act365Clock || minute <= 1 || (minute-1)%s.MinutesPerSession != 0 {
		return 1
	}
	weekends := 0
	if s.session(minute)%sessionsPerWeek == 0 {
		weekends = 1
	}
	return 1 + s.closed(1, weekends)
}

// closed returns the clock minutes of a number of nights, some of them over weekends.
func (s *history) closed(nights, weekends int) float64 {
	minutes := nights*(minutesPerDay-s.MinutesPerSession) + weekends*(daysPerWeek-sessionsPerWeek)*minutesPerDay
	return float64(s.ClosedWeight * float64(minutes))
}

// steps returns, for each minute of the synthetic history, the years since the minute
// before; since the start, a minute earlier, of the first.
func (s *history) steps(minutes int) []float64 {
	steps, year := make([]float64, minutes), s.yearMinutes()
	for i := range steps {
		steps[i] = s.stepMinutes(i) / year
	}
	return steps
}

// elapsed returns the years that the synthetic history takes.
func (s *history) elapsed(minutes int) float64 {
	passed := 0.0
	for i := range minutes {
		passed += s.stepMinutes(i)
	}
	return passed / s.yearMinutes()
}

// longestStep returns the most years that pass between two minutes of the synthetic
// history.
func (s *history) longestStep() float64 {
	longest := 1.0
	for session := 1; session <= sessionsPerWeek; session++ {
		longest = max(longest, s.stepMinutes(session*s.MinutesPerSession+1))
	}
	return longest / s.yearMinutes()
}

// session returns the session in which a minute of the synthetic history lies, from 0.
// The first minute is the open of the first session; the minute that ends a session, at
// which options expire, is its close.
func (s *history) session(minute int) int { return max(0, minute-1) / s.MinutesPerSession }

// life returns the minutes from the first one to the first expiry.
func (s *history) life() int { return s.ExpirySessions * s.MinutesPerSession }

// yearsToExpiry is the time to an expiry after N sessions at a minute of the
// synthetic history, 0 once it is past. By act/365 sessions are on five days of a
// week, at the same hours, the first on a Monday.
func (s *history) yearsToExpiry(sessions, minute int) float64 {
	left := sessions*s.MinutesPerSession - minute
	if left <= 0 {
		return 0
	}
	if s.Clock != market.Act365Clock {
		return float64(left) / float64(s.MinutesPerSession*s.SessionsPerYear)
	}
	session := s.session(minute)
	weekends := (sessions-1)/sessionsPerWeek - session/sessionsPerWeek
	return (float64(left) + s.closed(sessions-1-session, weekends)) / s.yearMinutes()
}

// sessions returns the first minute of each session of the synthetic history, and the
// number of whole ones. The minute of expiry ends the last.
func (s *history) sessions() (starts []int, whole int) {
	return market.EqualSessions(min(s.Minutes, s.lastLife()), s.MinutesPerSession, s.Clock)
}

// wholeSessions returns the number of whole sessions of the synthetic history.
func (s *history) wholeSessions() int {
	_, whole := s.sessions()
	return whole
}
