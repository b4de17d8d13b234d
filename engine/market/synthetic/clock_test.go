package synthetic

import (
	"math"
	"testing"

	"optmm/engine/market"
)

// Over a night every model moves as its minutes by the clock say: the variance of the
// first minute of a session is to that of another minute as those minutes to 1.
func TestNightsMoveEveryModel(t *testing.T) {
	const seeds, first, ordinary = 3000, 21, 31
	for _, c := range []struct {
		model string
		set   func(*market.Settings)
	}{
		{GBMModel, func(*market.Settings) {}},
		{MertonModel, func(s *market.Settings) {
			s.RealizedVol, s.Jumps.Intensity, s.Jumps.Mean, s.Jumps.Vol = 0.001, 1/(&history{s}).minuteYears(), 0, 0.01
		}},
		{HestonModel, func(s *market.Settings) {
			s.Variance.Variance, s.Variance.LongRun, s.Variance.VolOfVol, s.Variance.Correlation = 0.04, 0.04, 0.1, 0
		}},
		{WalkModel, func(s *market.Settings) { s.Spot, s.PriceVol = 1e6, 1 }},
	} {
		s := base(c.model)
		s.Minutes, s.MinutesPerSession, s.ExpirySessions, s.Clock, s.ClosedWeight = 41, 20, 5, market.Act365Clock, 0.05
		c.set(&s)
		want := (&history{&s}).stepMinutes(first)
		if (&history{&s}).stepMinutes(ordinary) != 1 || want < 50 {
			t.Fatalf("minutes %v and %v", (&history{&s}).stepMinutes(ordinary), want)
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
	s.MinutesPerSession, s.Clock, s.ClosedWeight, s.VolOfVol = 20, market.Act365Clock, 0.05, 1
	var squares [2]float64
	for seed := range seeds {
		levels := (&history{&s}).levels(uint32(seed), s.Minutes)
		for k, i := range []int{first, ordinary} {
			x := math.Log(levels[i] / levels[i-1])
			squares[k] += x * x
		}
	}
	if got, want := squares[0]/squares[1], (&history{&s}).stepMinutes(first); math.Abs(got/want-1) > 0.2 {
		t.Errorf("implied volatility: a night has %v times a minute's variance, want %v", got, want)
	}
}
