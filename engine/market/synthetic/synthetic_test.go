package synthetic

import (
	"math"
	"slices"
	"strings"
	"testing"

	"optmm/engine/market"
	"optmm/engine/pricing"
	"optmm/engine/signal"
)

func known(x float64) market.Optional { return market.Optional{Value: x, Set: true} }

// base is a history of one session on a coarse grid, so that many are cheap.
func base(model string) market.Settings {
	return market.Settings{
		Model: model, Minutes: 63, MinutesPerSession: 1, SessionsPerYear: 252, ExpirySessions: 63,
		Spot: 100, Strike: 100, Rate: known(0.03), ImpliedVol: known(0.2), DividendYield: 0.01, RealizedVol: 0.2, PriceVol: 1,
		Width: market.Optional{Value: 0.1, Set: true}, Clock: market.TradingClock, Signal: signal.Signal{Model: signal.SeedSignal},
		Drift: 0.02, Jumps: pricing.Jumps{Intensity: 4, Mean: -0.05, Vol: 0.1},
		Variance: pricing.Heston{Variance: 0.04, Reversion: 4, LongRun: 0.09, VolOfVol: 1, Correlation: -0.5},
		Shape:    market.Shape{Strikes: 1, Expiries: 1, Sides: market.CallsOnly},
	}
}

func draw(t *testing.T, settings market.Settings, seed uint32) *market.Market {
	t.Helper()
	m, err := Source{}.Market(settings, seed)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ends returns the last price of the underlying under each seed.
func ends(t *testing.T, settings market.Settings, seeds int) (prices []float64) {
	t.Helper()
	for seed := range seeds {
		m := draw(t, settings, uint32(seed))
		prices = append(prices, m.Underlyings[0].Price[m.Minutes()-1])
	}
	return prices
}

// mean averages a function of prices.
func mean(prices []float64, f func(price float64) float64) (mean, standardError float64) {
	sum, squares := 0.0, 0.0
	for _, price := range prices {
		x := f(price)
		sum += x
		squares += x * x
	}
	n := float64(len(prices))
	mean = sum / n
	return mean, math.Sqrt((squares/n - mean*mean) / n)
}

// European prices from the paths of the three models, against their closed forms:
// under the drift r − q the discounted payoff's mean is the price. Three standard
// errors, at fixed seeds.
func TestPathsPriceOptions(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	for _, model := range []string{GBMModel, MertonModel, HestonModel} {
		settings := base(model)
		settings.Drift = settings.Rate.Value - settings.DividendYield
		settings.Mispricing = 0
		prices := ends(t, settings, 10_000)
		for _, strike := range []float64{85, 100, 115} {
			option := pricing.European{Spot: 100, Strike: strike, Rate: settings.Rate.Value, DividendYield: settings.DividendYield, Vol: settings.RealizedVol, Years: 0.25}
			want, _ := option.Value()
			switch model {
			case MertonModel:
				want = option.MertonValue(settings.Jumps)
			case HestonModel:
				want = pricing.HestonValue(option, settings.Variance)
			}
			got, standardError := mean(prices, func(last float64) float64 {
				return math.Exp(-settings.Rate.Value*0.25) * max(0, last-strike)
			})
			t.Logf("%s, strike %v: %.4f ± %.4f, closed form %.4f", model, strike, got, standardError, want)
			if math.Abs(got-want) > 3*standardError {
				t.Errorf("%s, strike %v: the paths price it at %v ± %v, the closed form at %v", model, strike, got, standardError, want)
			}
		}
	}
}

// S grows by the drift on average: Growth has mean 1, also where Heston's variance
// is often at zero (2κθ < ξ²).
func TestUnderlyingIsAMartingale(t *testing.T) {
	if !*long {
		t.Skip("it computes long, in ways that shorter tests go too: -long")
	}
	for name, change := range map[string]func(*market.Settings){
		"gbm": func(*market.Settings) {}, "merton": func(s *market.Settings) { s.Model = MertonModel },
		"heston":         func(s *market.Settings) { s.Model = HestonModel },
		"heston at zero": func(s *market.Settings) { s.Model = HestonModel; s.Variance.LongRun, s.Variance.VolOfVol = 0.02, 1.5 },
	} {
		settings := base(GBMModel)
		change(&settings)
		sum, squares := 0.0, 0.0
		const seeds = 10_000
		for seed := range seeds {
			growth := draw(t, settings, uint32(seed)).Growth
			sum += growth
			squares += growth * growth
		}
		mean := sum / seeds
		standardError := math.Sqrt((squares/seeds - mean*mean) / seeds)
		t.Logf("%s: martingale error %.5f ± %.5f", name, mean-1, standardError)
		if math.Abs(mean-1) > 3*standardError || standardError == 0 {
			t.Errorf("%s: the mean growth is %v ± %v, want 1", name, mean, standardError)
		}
	}
}

// Realized and implied volatility are apart.
func TestRealizedVolatility(t *testing.T) {
	settings := base(GBMModel)
	settings.Minutes, settings.MinutesPerSession, settings.ExpirySessions = 39_000, 390, 100
	settings.RealizedVol, settings.ImpliedVol = 0.4, known(0.1)
	m := draw(t, settings, 5)
	sum := 0.0
	for i := 1; i < len(m.Underlyings[0].Price); i++ {
		change := math.Log(m.Underlyings[0].Price[i] / m.Underlyings[0].Price[i-1])
		sum += change * change
	}
	realized := math.Sqrt(sum / float64(len(m.Underlyings[0].Price)-1) * 390 * 252)
	if math.Abs(realized/0.4-1) > 0.02 {
		t.Errorf("realized volatility %v, want 0.4", realized)
	}
	if m.Series[0].Vol[17] != 0.1 {
		t.Errorf("implied volatility %v, want 0.1", m.Series[0].Vol[17])
	}
}

func TestWalkAndFlat(t *testing.T) {
	settings := base(WalkModel)
	settings.PriceVol, settings.Strike, settings.Rate, settings.DividendYield = 0.5, 0, known(0), 0
	m := draw(t, settings, 3)
	before, ups := 100.0, 0
	for i, price := range m.Underlyings[0].Price {
		if math.Abs(price-before) != 0.5 {
			t.Fatalf("minute %d: a step of %v, want ±0.5", i, price-before)
		}
		if price > before {
			ups++
		}
		before = price
		if m.Series[0].Mid[i] != price || m.Series[0].Delta[i] != 1 {
			t.Fatalf("minute %d: a call of strike 0 is %v with delta %v, want the underlying %v", i, m.Series[0].Mid[i], m.Series[0].Delta[i], price)
		}
	}
	if ups == 0 || ups == len(m.Underlyings[0].Price) {
		t.Errorf("%d of %d steps go up", ups, len(m.Underlyings[0].Price))
	}
	settings.Spot = 1
	if _, err := (Source{}).Market(settings, 3); err == nil || !strings.Contains(err.Error(), "price_vol 0.5 is too large for spot 1") {
		t.Errorf("error %v", err)
	}
	settings = base(FlatModel)
	m = draw(t, settings, 3)
	for i, price := range m.Underlyings[0].Price {
		if price != 100 || m.Series[0].Mid[i] != m.Series[0].Theo[i] || math.Abs(m.Series[0].ParityResidual[i]) > 1e-12 {
			t.Fatalf("minute %d of a flat market: underlying %v, mid %v, theo %v, residual %v", i, price, m.Series[0].Mid[i], m.Series[0].Theo[i], m.Series[0].ParityResidual[i])
		}
	}
}

// A mispricing has the standard deviation and the half-life that it is given, and
// the parity residual predicts it.
func TestMispricing(t *testing.T) {
	settings := base(FlatModel)
	settings.Model, settings.RealizedVol = GBMModel, 0
	settings.Minutes, settings.MinutesPerSession, settings.ExpirySessions = 78_000, 390, 2000
	settings.Mispricing, settings.MispricingHalfLife = 0.01, 20
	option := &draw(t, settings, 9).Series[0]
	x := make([]float64, settings.Minutes)
	squares, lagged, predicted := 0.0, 0.0, 0.0
	for i := range x {
		x[i] = math.Log(option.Mid[i] / option.Theo[i])
		squares += x[i] * x[i]
		predicted += x[i] * option.ParityResidual[i]
		if i >= 20 {
			lagged += x[i] * x[i-20]
		}
	}
	if deviation := math.Sqrt(squares / float64(len(x))); math.Abs(deviation/0.01-1) > 0.05 {
		t.Errorf("standard deviation %v, want 0.01", deviation)
	}
	if kept := lagged / squares; math.Abs(kept-0.5) > 0.05 {
		t.Errorf("after the half-life %v is left, want 0.5", kept)
	}
	if predicted <= 0 {
		t.Error("the parity residual says nothing of the call's mispricing")
	}
}

// The normals of the path come first, whatever the model: paths of one seed are
// paired.
func TestPathsArePaired(t *testing.T) {
	calm, wild := base(GBMModel), base(GBMModel)
	wild.RealizedVol, calm.Drift, wild.Drift = 0.4, 0, 0
	merton := base(MertonModel)
	merton.Drift, merton.Jumps.Intensity = 0, 0
	a, b, c := draw(t, calm, 7), draw(t, wild, 7), draw(t, merton, 7)
	for i := 1; i < len(a.Underlyings[0].Price); i++ {
		low := math.Log(a.Underlyings[0].Price[i]/a.Underlyings[0].Price[i-1]) + 0.02/252
		high := math.Log(b.Underlyings[0].Price[i]/b.Underlyings[0].Price[i-1]) + 0.08/252
		if math.Abs(high-2*low) > 1e-12 {
			t.Fatalf("minute %d: returns %v and %v are not of the same normal", i, low, high)
		}
		if math.Abs(c.Underlyings[0].Price[i]-a.Underlyings[0].Price[i]) > 1e-9 {
			t.Fatalf("minute %d: without jumps %v, lognormal %v", i, c.Underlyings[0].Price[i], a.Underlyings[0].Price[i])
		}
	}
}

// The option settles to intrinsic value at the minute of expiry, and no history
// goes further.
func TestExpiry(t *testing.T) {
	settings := base(GBMModel)
	settings.Minutes, settings.Mispricing = 64, 0.05
	option := &draw(t, settings, 1).Series[0]
	m := draw(t, settings, 1)
	if option.Expiry != 63 || option.Years[63] != 0 || option.Years[62] <= 0 {
		t.Fatalf("expiry at %d, years %v", option.Expiry, option.Years[62:])
	}
	if want := max(0, m.Underlyings[0].Price[63]-100); option.Mid[63] != want {
		t.Errorf("it settles at %v, the intrinsic value is %v", option.Mid[63], want)
	}
	settings.Minutes = 65
	if _, err := (Source{}).Market(settings, 1); err == nil || !strings.Contains(err.Error(), "minutes 65 is beyond expiry: expiry_sessions 63 × 1 minutes = 63 and the minute of expiry") {
		t.Errorf("error %v", err)
	}
}

// Heston's step may be too coarse for its expectation to exist.
func TestHestonTooCoarse(t *testing.T) {
	settings := base(HestonModel)
	settings.SessionsPerYear = 1
	settings.Variance = pricing.Heston{Variance: 2.2, Reversion: 10, LongRun: 2.2, VolOfVol: 8, Correlation: 1}
	if _, err := (Source{}).Market(settings, 1); err == nil || !strings.Contains(err.Error(), "too coarse a step") {
		t.Errorf("error %v", err)
	}
}

func TestCalendars(t *testing.T) {
	settings := market.Settings{MinutesPerSession: 390, SessionsPerYear: 252, ExpirySessions: 10, Clock: market.TradingClock, ClosedWeight: 1}
	for _, c := range []struct {
		clock  string
		minute int
		want   float64
	}{
		{market.TradingClock, 0, 10.0 / 252}, {market.TradingClock, 390, 9.0 / 252}, {market.TradingClock, 3900, 0},
		// Two weeks: the Monday's opening to the Friday's close after eleven days.
		{market.Act365Clock, 0, (11 + 390.0/1440) / 365}, {market.Act365Clock, 389, (11 + 1.0/1440) / 365},
		{market.Act365Clock, 390, 11.0 / 365}, {market.Act365Clock, 391, (10 + 389.0/1440) / 365}, // Monday's close, Tuesday's second minute
		{market.Act365Clock, 5 * 390, 7.0 / 365}, {market.Act365Clock, 5*390 + 1, (4 + 389.0/1440) / 365}, {market.Act365Clock, 3899, 1.0 / 1440 / 365}, {market.Act365Clock, 3900, 0},
	} {
		settings.Clock = c.clock
		if got := (&history{&settings}).yearsToExpiry(settings.ExpirySessions, c.minute); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%s, minute %d: %v years, want %v", c.clock, c.minute, got, c.want)
		}
	}
	for _, c := range []struct {
		minutes int
		clock   string
		starts  []int
		whole   int
	}{
		{391, market.TradingClock, []int{0, 390}, 1}, {780, market.TradingClock, []int{0, 390}, 2}, {1000, market.TradingClock, []int{0, 390, 780}, 2},
		{300, market.TradingClock, []int{0}, 0}, {388, market.TradingClock, []int{0}, 0}, {389, market.TradingClock, []int{0}, 1},
		{391, market.Act365Clock, []int{0}, 1}, {780, market.Act365Clock, []int{0, 391}, 2}, {781, market.Act365Clock, []int{0, 391}, 2}, {1000, market.Act365Clock, []int{0, 391, 781}, 2},
		{389, market.Act365Clock, []int{0}, 0}, {390, market.Act365Clock, []int{0}, 1},
	} {
		if got, whole := market.EqualSessions(c.minutes, 390, c.clock); !slices.Equal(got, c.starts) || whole != c.whole {
			t.Errorf("%d minutes by %s: sessions begin at %v, %d are whole; want %v, %d", c.minutes, c.clock, got, whole, c.starts, c.whole)
		}
	}
}

// What passes between minutes is what time to expiry falls by.
func TestStepsAddUpToTheLife(t *testing.T) {
	for _, clock := range market.Clocks() {
		for length, weight := range map[int]float64{1: 1, 60: 0.05, 390: 1, 1440: 0.5, 120: 0} {
			settings := market.Settings{ExpirySessions: 12, MinutesPerSession: length, SessionsPerYear: 252, Clock: clock, ClosedWeight: weight}
			longest := 0.0
			for i, step := range (&history{&settings}).steps((&history{&settings}).life() + 1) {
				longest = max(longest, step)
				if fell := (&history{&settings}).yearsToExpiry(12, i-1) - (&history{&settings}).yearsToExpiry(12, i); i > 0 && math.Abs(fell-step) > 1e-15 {
					t.Errorf("%s, sessions of %d: before minute %d %v years pass, time to expiry falls by %v", clock, length, i, step, fell)
				}
			}
			if longest != LongestStep(&settings) {
				t.Errorf("%s, sessions of %d: the longest step is %v, want %v", clock, length, LongestStep(&settings), longest)
			}
			if week := (&history{&settings}).yearsToExpiry(12, 5*length) - (&history{&settings}).yearsToExpiry(12, 10*length); clock == market.Act365Clock && math.Abs(week-7.0/365) > 1e-15 {
				t.Errorf("sessions of %d, closed minutes weigh %v: a week is %v years", length, weight, week)
			}
		}
	}
}

// A residual that is nothing but the rounding of the prices it is made of says
// nothing.
func TestRoundingIsNoSignal(t *testing.T) {
	settings := base(GBMModel)
	settings.Mispricing, settings.Signal = 0, signal.Signal{Model: signal.ParityResidualSignal}
	m := draw(t, settings, 4)
	for i, score := range m.Series[0].Score {
		if score != 0 {
			t.Fatalf("minute %d: a residual of %v has score %v", i, m.Series[0].ParityResidual[i], score)
		}
	}
}
