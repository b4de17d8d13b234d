package market

// The calendar of the seed model, and of recorded quotes that tell no other: a
// session is 390 minutes, a year 252 sessions.
const (
	MinutesPerSession = 390
	SessionsPerYear   = 252
)

// The clocks. A market has one: options decay by it, cash and shares carry by it, and
// the volatility of a synthetic underlying is spread over it, so that an option that is
// priced fairly earns nothing.
const (
	TradingClock = "trading" // sessions ÷ sessions per year, nothing happens between them; calendar days ÷ 252 on recorded quotes, as the seed counts
	Act365Clock  = "act365"  // calendar days ÷ 365; Settings.ClosedWeight says how a week's time is spread over sessions, nights and weekends
)

// Clocks lists the choices of Settings.Clock.
func Clocks() []string { return []string{TradingClock, Act365Clock} }

const (
	minutesPerDay   = 1440
	sessionsPerWeek = 5
	daysPerWeek     = 7
	daysPerYear     = 365

	// sessionGap is the least number of seconds without a row that ends a session
	// of recorded quotes.
	sessionGap = 3600
)

// yearMinutes returns the minutes of the clock in a year.
func (s *Settings) yearMinutes() float64 {
	if s.Clock == Act365Clock {
		open := sessionsPerWeek * s.MinutesPerSession
		closed := daysPerWeek*minutesPerDay - open
		return daysPerYear * (float64(open) + float64(s.ClosedWeight*float64(closed))) / daysPerWeek
	}
	return float64(s.MinutesPerSession * s.SessionsPerYear)
}

// MinuteYears returns a minute of trading in years.
func (s *Settings) MinuteYears() float64 { return 1 / s.yearMinutes() }

// stepMinutes returns the minutes of the clock that pass from the minute before to a
// minute of the synthetic history: one, and by act/365 the night or weekend before the
// first one after a session's close, by its weight.
func (s *Settings) stepMinutes(minute int) float64 {
	if s.Clock != Act365Clock || minute <= 1 || (minute-1)%s.MinutesPerSession != 0 {
		return 1
	}
	weekends := 0
	if s.session(minute)%sessionsPerWeek == 0 {
		weekends = 1
	}
	return 1 + s.closed(1, weekends)
}

// closed returns the clock minutes of a number of nights, some of them over weekends.
func (s *Settings) closed(nights, weekends int) float64 {
	minutes := nights*(minutesPerDay-s.MinutesPerSession) + weekends*(daysPerWeek-sessionsPerWeek)*minutesPerDay
	return float64(s.ClosedWeight * float64(minutes))
}

// steps returns, for each minute of the synthetic history, the years since the minute
// before; since the start, a minute earlier, of the first.
func (s *Settings) steps(minutes int) []float64 {
	steps, year := make([]float64, minutes), s.yearMinutes()
	for i := range steps {
		steps[i] = s.stepMinutes(i) / year
	}
	return steps
}

// elapsed returns the years that the synthetic history takes.
func (s *Settings) elapsed(minutes int) float64 {
	passed := 0.0
	for i := range minutes {
		passed += s.stepMinutes(i)
	}
	return passed / s.yearMinutes()
}

// LongestStep returns the most years that pass between two minutes of the synthetic
// history.
func (s *Settings) LongestStep() float64 {
	longest := 1.0
	for session := 1; session <= sessionsPerWeek; session++ {
		longest = max(longest, s.stepMinutes(session*s.MinutesPerSession+1))
	}
	return longest / s.yearMinutes()
}

// session returns the session in which a minute of the synthetic history lies, from 0.
// The first minute is the open of the first session; the minute that ends a session, at
// which options expire, is its close.
func (s *Settings) session(minute int) int { return max(0, minute-1) / s.MinutesPerSession }

// Life returns the minutes from the first one to the first expiry.
func (s *Settings) Life() int { return s.ExpirySessions * s.MinutesPerSession }

// yearsToExpiry is the time to an expiry after so many sessions at a minute of the
// synthetic history, 0 once it is past. By act/365 sessions are on five days of a
// week, at the same hours, the first on a Monday.
func (s *Settings) yearsToExpiry(sessions, minute int) float64 {
	left := sessions*s.MinutesPerSession - minute
	if left <= 0 {
		return 0
	}
	if s.Clock != Act365Clock {
		return float64(left) / float64(s.MinutesPerSession*s.SessionsPerYear)
	}
	session := s.session(minute)
	weekends := (sessions-1)/sessionsPerWeek - session/sessionsPerWeek
	return (float64(left) + s.closed(sessions-1-session, weekends)) / s.yearMinutes()
}

// equalSessions returns the first minute of each session of the given length, and the
// number of whole sessions: all but a last one that lacks more than its close. By act/365
// the first session has both its open and its close, each other one its close alone.
func equalSessions(minutes, length int, clock string) (starts []int, whole int) {
	start, next := 0, length
	if clock == Act365Clock {
		next++
	}
	for ; start < minutes; start, next = next, next+length {
		starts = append(starts, start)
	}
	whole = len(starts)
	if minutes < start-1 { // start is where one more session would begin
		whole--
	}
	return starts, whole
}

// recordedSessions finds where sessions begin by the gaps between rows, and takes them
// for whole; without timestamps they are the seed's.
func recordedSessions(timestamps []int64, minutes int) (starts []int, whole int) {
	if timestamps == nil {
		return equalSessions(minutes, MinutesPerSession, TradingClock)
	}
	starts = []int{0}
	for i := 1; i < len(timestamps); i++ {
		if timestamps[i]-timestamps[i-1] >= sessionGap {
			starts = append(starts, i)
		}
	}
	return starts, len(starts)
}

// sessions returns the first minute of each session of the synthetic history, and the
// number of whole ones. The minute of expiry ends the last.
func (s *Settings) sessions() (starts []int, whole int) {
	return equalSessions(min(s.Minutes, s.lastLife()), s.MinutesPerSession, s.Clock)
}

// WholeSessions returns the number of whole sessions of the synthetic history.
func (s *Settings) WholeSessions() int {
	_, whole := s.sessions()
	return whole
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
	year := float64(SessionsPerYear * 86400) // as Settings.Clock has it
	if clock == Act365Clock {
		year = daysPerYear * 86400
	}
	for i := 1; i < minutes; i++ {
		if steps[i] = minuteYears; timestamps != nil {
			steps[i] = float64(timestamps[i]-timestamps[i-1]) / year
		}
	}
	return steps
}
