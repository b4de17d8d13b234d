package market

// The calendar of the seed model, and of recorded quotes that tell no other: a
// session is 390 minutes, a year 252 sessions.
const (
	MinutesPerSession = 390
	SessionsPerYear   = 252
)

// The clocks that count time to expiry.
const (
	TradingClock = "trading" // sessions ÷ sessions per year; calendar days ÷ 252 on recorded quotes, as the seed counts
	Act365Clock  = "act365"  // calendar days ÷ 365
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

// MinuteYears returns a minute of trading in years.
func (s *Settings) MinuteYears() float64 {
	return 1 / float64(s.MinutesPerSession*s.SessionsPerYear)
}

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
	session := minute / s.MinutesPerSession
	weekends := (sessions-1)/sessionsPerWeek - session/sessionsPerWeek
	days := sessions - 1 - session + weekends*(daysPerWeek-sessionsPerWeek)
	minutes := days*minutesPerDay + s.MinutesPerSession - minute%s.MinutesPerSession
	return float64(minutes) / (daysPerYear * minutesPerDay)
}

// everySession returns the minutes before the end at which sessions of equal length
// begin.
func everySession(end, length int) []int {
	var starts []int
	for i := 0; i < end; i += length {
		starts = append(starts, i)
	}
	return starts
}

// recordedSessions finds where sessions begin by the gaps between rows; without
// a clock they are the seed's.
func recordedSessions(timestamps []int64, minutes int) []int {
	if timestamps == nil {
		return everySession(minutes, MinutesPerSession)
	}
	starts := []int{0}
	for i := 1; i < len(timestamps); i++ {
		if timestamps[i]-timestamps[i-1] >= sessionGap {
			starts = append(starts, i)
		}
	}
	return starts
}
