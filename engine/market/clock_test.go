package market

import (
	"math"
	"strings"
	"testing"
)

// Over a night every model moves as its minutes by the clock say: the variance of the
// first minute of a session is to that of another minute as those minutes to 1.
func TestNightsMoveEveryModel(t *testing.T) {
	const seeds, first, ordinary = 3000, 21, 31
	for _, c := range []struct {
		model string
		set   func(*Settings)
	}{
		{GBMModel, func(*Settings) {}},
		{MertonModel, func(s *Settings) {
			s.RealizedVol, s.Jumps.Intensity, s.Jumps.Mean, s.Jumps.Vol = 0.001, 1/s.MinuteYears(), 0, 0.01
		}},
		{HestonModel, func(s *Settings) {
			s.Variance.Variance, s.Variance.LongRun, s.Variance.VolOfVol, s.Variance.Correlation = 0.04, 0.04, 0.1, 0
		}},
		{WalkModel, func(s *Settings) { s.Spot, s.PriceVol = 1e6, 1 }},
	} {
		s := base(c.model)
		s.Minutes, s.MinutesPerSession, s.ExpirySessions, s.Clock, s.ClosedWeight = 41, 20, 5, Act365Clock, 0.05
		c.set(&s)
		want := s.stepMinutes(first)
		if s.stepMinutes(ordinary) != 1 || want < 50 {
			t.Fatalf("minutes %v and %v", s.stepMinutes(ordinary), want)
		}
		var squares, sums [2]float64
		for seed := range seeds {
			price := draw(t, s, uint32(seed)).Underlyings[0].Price
			for k, i := range []int{first, ordinary} {
				x := math.Log(price[i] / price[i-1])
				squares[k], sums[k] = squares[k]+x*x, sums[k]+x
			}
		}
		variance := func(k int) float64 { return squares[k]/seeds - (sums[k]/seeds)*(sums[k]/seeds) }
		if got := variance(0) / variance(1); math.Abs(got/want-1) > 0.2 {
			t.Errorf("%s: a night has %v times a minute's variance, want %v", c.model, got, want)
		}
	}
	s := chainOf()
	s.MinutesPerSession, s.Clock, s.ClosedWeight, s.VolOfVol = 20, Act365Clock, 0.05, 1
	var squares [2]float64
	for seed := range seeds {
		levels := s.levels(uint32(seed), s.Minutes)
		for k, i := range []int{first, ordinary} {
			x := math.Log(levels[i] / levels[i-1])
			squares[k] += x * x
		}
	}
	if got, want := squares[0]/squares[1], s.stepMinutes(first); math.Abs(got/want-1) > 0.2 {
		t.Errorf("implied volatility: a night has %v times a minute's variance, want %v", got, want)
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
	const untimed = "S,K,T_years,call_mid\n100,100,0.003,5\n101,100,0.001,5\n102,100,0.002,5\n103,100,0,3\n104,100,0,4\n"
	seedMinute := 1.0 / (5 * SessionsPerYear) // one session of five minutes
	for _, c := range []struct {
		name, content, clock string
		yield                float64
		passed, dividends    []float64
	}{
		{"calendar", timed, Act365Clock, 0, []float64{0, minute / 365, night / 365}, []float64{0, 101 * math.Expm1(0.02*minute/365), 102 * math.Expm1(0.04*night/365)}},
		{"the seed's clock", timed, TradingClock, 0, []float64{0, minute / 252, night / 252}, []float64{0, 101 * math.Expm1(0.02*minute/252), 102 * math.Expm1(0.04*night/252)}},
		{"calendar, no expiry", endless, Act365Clock, 0, []float64{0, minute / 365, night / 365}, []float64{0, 101 * math.Expm1(0.02*minute/365), 102 * math.Expm1(0.04*night/365)}},
		{"the seed's clock, no expiry", endless, TradingClock, 0, []float64{0, minute / 252, night / 252}, []float64{0, 101 * math.Expm1(0.02*minute/252), 102 * math.Expm1(0.04*night/252)}},
		{"years that the data has, one of them rising, and expiry", untimed, TradingClock, 0.05, []float64{0, 0.002, seedMinute, 0.002, seedMinute},
			[]float64{0, 101 * math.Expm1(0.05*0.002), 102 * math.Expm1(0.05*seedMinute), 103 * math.Expm1(0.05*0.002), 104 * math.Expm1(0.05*seedMinute)}},
		{"no dividends", untimed, TradingClock, 0, []float64{0, 0.002, seedMinute, 0.002, seedMinute}, nil},
	} {
		quotes, err := ReadQuotes(CSV(strings.NewReader(c.content)))
		if err != nil {
			t.Fatal(err)
		}
		m, err := quotes.Market(Settings{ImpliedVol: known(0.2), Rate: known(0), DividendYield: c.yield, Clock: c.clock, Signal: Signal{Model: SeedSignal}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.name+", years", m.Passed, c.passed)
		near(t, c.name+", dividends", m.Underlyings[0].Dividend, c.dividends)
	}
	chain, err := ReadChain(CSV(strings.NewReader(chainHeader +
		"2024-07-01T19:59:00Z,100,95,2024-07-20,6,6.2,1,1.2\n2024-07-01T20:00:00Z,101,95,2024-07-20,7,7.2,1,1.2\n2024-07-02T13:30:00Z,102,95,2024-07-20,8,8.2,1,1.2\n")))
	if err != nil {
		t.Fatal(err)
	}
	m, err := chain.Market(Settings{ImpliedVol: known(0.2), Rate: known(0), DividendYield: 0.03, Clock: Act365Clock, Signal: Signal{Model: ShortReturnSignal}}, 0)
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
