package recorded

import (
	"math"
	"slices"
	"strings"
	"testing"

	"optmm/engine/market"
	"optmm/engine/signal"
)

// By act/365 a bare date expires at its end; the seed's clock divides calendar
// time by 252 days.
func TestRecordedClocks(t *testing.T) {
	quotes, err := ReadSeries(NewCSV(strings.NewReader("timestamp,S,K,expiry,call_mid\n2021-01-04 12:00,450,450,2021-01-08,9\n2021-01-08 12:00,450,450,2021-01-08,1\n")), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		clock       string
		first, last float64
	}{{market.TradingClock, 3.5 / 252, market.MinimumYears}, {market.Act365Clock, 4.5 / 365, 0.5 / 365}} {
		m, err := quotes.Market(market.Settings{ImpliedVol: known(0.2), Clock: c.clock, Signal: signal.Signal{Model: signal.SeedSignal}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		if years := m.Series[0].Years; math.Abs(years[0]-c.first) > 1e-15 || math.Abs(years[1]-c.last) > 1e-15 {
			t.Errorf("%s: years %v, want %v and %v", c.clock, years, c.first, c.last)
		}
	}
	settling, err := ReadSeries(NewCSV(strings.NewReader("S,K,time_to_expiry_days,call_mid\n450,440,1,12\n450,440,0,11\n451,440,0,11\n")), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := settling.Market(market.Settings{ImpliedVol: known(0.2), Clock: market.Act365Clock, Signal: signal.Signal{Model: signal.SeedSignal}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if option := &m.Series[0]; option.Years[0] != 1.0/365 || option.Expiry != 1 || option.Mid[1] != 10 {
		t.Errorf("years %v, expiry at %d, settles at %v", option.Years, option.Expiry, option.Mid)
	}
}

// Sessions begin after an hour without a row, and after two steps where these are longer.
func TestRecordedSessions(t *testing.T) {
	for name, c := range map[string]struct {
		timestamps []int64
		want       []int
	}{
		"minutes":      {[]int64{0, 60, 120, 180, 3780, 3840, 7439, 11039}, []int{0, 4, 7}},
		"hours":        {[]int64{0, 3600, 7200, 10800, 72000, 75600, 82800}, []int{0, 4, 6}},
		"half hours":   {[]int64{0, 1800, 3600, 7200, 9000}, []int{0, 3}},
		"fragments":    {[]int64{0, 60, 3660}, []int{0, 2}},
		"a single row": {[]int64{5}, []int{0}},
	} {
		if got, whole := recordedSessions(c.timestamps, len(c.timestamps)); !slices.Equal(got, c.want) || whole != len(c.want) {
			t.Errorf("%s: sessions begin at %v, want %v, all whole", name, got, c.want)
		}
	}
}

// The step is how far apart most rows are, in whole minutes; without one, a row is a minute.
func TestCadence(t *testing.T) {
	for name, c := range map[string]struct {
		timestamps []int64
		want       cadence
		minutes    int
	}{
		"minutes":           {[]int64{0, 60, 120, 180, 86400}, cadence{60, true}, 1},
		"five, one lacks":   {[]int64{0, 300, 600, 1200, 1500}, cadence{300, true}, 5},
		"ten, some seconds": {[]int64{3, 601, 1210, 1799}, cadence{600, true}, 10},
		"a feed":            {[]int64{0, 60, 240, 660, 720, 1020}, cadence{180, false}, 1},
		"two a day":         {[]int64{0, 20700, 86400, 107100}, cadence{20700, true}, 345},
		"90 seconds":        {[]int64{0, 90, 180, 270}, cadence{120, false}, 1},
		"none":              {nil, cadence{60, true}, 1},
	} {
		if got := cadenceOf(c.timestamps); got != c.want || got.minutes() != c.minutes {
			t.Errorf("%s: %+v of %d minutes, want %+v of %d", name, got, got.minutes(), c.want, c.minutes)
		}
	}
}

// The years between the minutes of recorded quotes, and the dividends over them, by hand.
func TestRecordedYearsAndDividends(t *testing.T) {
	const minute, night = 60.0 / 86400, 17.5 / 24 // days
	const timed = "timestamp,S,K,expiry,q,call_mid\n" +
		"2024-07-01T19:59:00Z,100,100,2024-07-20,0.02,5\n" +
		"2024-07-01T20:00:00Z,101,100,2024-07-20,0.04,5\n" +
		"2024-07-02T13:30:00Z,102,100,2024-07-20,0.06,5\n"
	endless := strings.ReplaceAll(strings.Replace(timed, "expiry,", "", 1), "2024-07-20,", "")
	const withoutTimes = "S,K,T_years,call_mid\n100,100,0.003,5\n101,100,0.001,5\n102,100,0.002,5\n103,100,0,3\n104,100,0,4\n"
	seedMinute := 1.0 / (5 * market.SessionsPerYear) // one session of five minutes
	for _, c := range []struct {
		name, content, clock string
		yield                float64
		passed, dividends    []float64
	}{
		{"calendar", timed, market.Act365Clock, 0, []float64{0, minute / 365, night / 365}, []float64{0, 101 * math.Expm1(0.02*minute/365), 102 * math.Expm1(0.04*night/365)}},
		{"the seed's clock", timed, market.TradingClock, 0, []float64{0, minute / 252, night / 252}, []float64{0, 101 * math.Expm1(0.02*minute/252), 102 * math.Expm1(0.04*night/252)}},
		{"calendar, no expiry", endless, market.Act365Clock, 0, []float64{0, minute / 365, night / 365}, []float64{0, 101 * math.Expm1(0.02*minute/365), 102 * math.Expm1(0.04*night/365)}},
		{"the seed's clock, no expiry", endless, market.TradingClock, 0, []float64{0, minute / 252, night / 252}, []float64{0, 101 * math.Expm1(0.02*minute/252), 102 * math.Expm1(0.04*night/252)}},
		{"years that the data has, one of them rising, and expiry", withoutTimes, market.TradingClock, 0.05, []float64{0, 0.002, seedMinute, 0.002, seedMinute},
			[]float64{0, 101 * math.Expm1(0.05*0.002), 102 * math.Expm1(0.05*seedMinute), 103 * math.Expm1(0.05*0.002), 104 * math.Expm1(0.05*seedMinute)}},
		{"no dividends", withoutTimes, market.TradingClock, 0, []float64{0, 0.002, seedMinute, 0.002, seedMinute}, nil},
	} {
		quotes, err := ReadSeries(NewCSV(strings.NewReader(c.content)), Layout{})
		if err != nil {
			t.Fatal(err)
		}
		m, err := quotes.Market(market.Settings{ImpliedVol: known(0.2), Rate: known(0), DividendYield: c.yield, Clock: c.clock, Signal: signal.Signal{Model: signal.SeedSignal}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.name+", years", m.Passed, c.passed)
		near(t, c.name+", dividends", m.Underlyings[0].Dividend, c.dividends)
	}
	chain, err := readChain(NewCSV(strings.NewReader(chainHeader+
		"2024-07-01T19:59:00Z,100,95,2024-07-20,6,6.2,1,1.2\n2024-07-01T20:00:00Z,101,95,2024-07-20,7,7.2,1,1.2\n2024-07-02T13:30:00Z,102,95,2024-07-20,8,8.2,1,1.2\n")), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := chain.Market(market.Settings{ImpliedVol: known(0.2), Rate: known(0), DividendYield: 0.03, Clock: market.Act365Clock, Signal: signal.Signal{Model: signal.ShortReturnSignal}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "chain, years", m.Passed, []float64{0, minute / 365, night / 365})
	near(t, "chain, dividends", m.Underlyings[0].Dividend, []float64{0, 101 * math.Expm1(0.03*minute/365), 102 * math.Expm1(0.03*night/365)})
}

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
		return
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-10*math.Abs(want[i])+1e-18 {
			t.Errorf("%s: %v at %d, want %v", what, got[i], i, want[i])
		}
	}
}

func known(x float64) market.Optional { return market.Optional{Value: x, Set: true} }

// A year is counted by trading days: lunch makes no second day of one, and rows that are missing
// or at irregular times make no minute longer.
func TestCalendarsOfTheData(t *testing.T) {
	day := func(from int64, rows, step int64) (times []int64) {
		for i := range rows {
			times = append(times, from+i*step)
		}
		return times
	}
	const hour, night = 3600, 86400
	whole := append(day(0, 300, 60), day(night, 300, 60)...)
	lunch := slices.Concat(day(0, 150, 60), day(150*60+hour, 150, 60), day(night, 150, 60), day(night+150*60+hour, 150, 60))
	irregular := []int64{0, 60, 240, 660, 720, 1020, 1800, 2340, 3000, 3540}
	for name, c := range map[string]struct {
		timestamps []int64
		minutes    float64 // a day
		perYear    float64
	}{
		"whole days": {whole, 300, 0}, "lunch": {lunch, 300, 0}, "a minute less": {slices.Delete(slices.Clone(whole), 100, 101), 300, 0},
		"five minutes": {day(0, 60, 300), 300, 0}, "round the clock": {day(0, 3*1440, 60), 1440, 0}, "irregular": {irregular, 60, 10 * 252},
	} {
		got := calendarOf(c.timestamps, len(c.timestamps))
		if years := 1 / (252 * c.minutes); math.Abs(got.minuteYears()/years-1) > 1e-12 || math.Abs(got.rowsPerYear()-c.perYear) > 1e-9 {
			t.Errorf("%s: %+v, a minute is %v of a year, want %v; %v rows a year, want %v", name, got, got.minuteYears(), years, got.rowsPerYear(), c.perYear)
		}
	}
}
