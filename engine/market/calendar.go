package market

// The calendar of the seed model, and of recorded quotes that have no other: a
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

// DaysPerYear is what act/365 counts.
const DaysPerYear = 365

// EqualSessions returns the first minute of each session of the given length, and the
// number of whole sessions: all but a last one that lacks more than its close. By act/365
// the first session has both its open and its close, each other one its close alone.
func EqualSessions(minutes, length int, clock string) (starts []int, whole int) {
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

// MinimumYears is the seed's least time to expiry: its formulas need a little.
const MinimumYears = 1e-6
