package synthetic

import (
	"math"
	"math/rand/v2"
	"testing"

	"optmm/engine/market"
	"optmm/engine/pricing"
)

// chainOf is a small synthetic chain of calls and puts.
func chainOf() market.Settings {
	s := base(GBMModel)
	s.Minutes, s.ExpirySessions = 50, 21
	s.Mispricing, s.MispricingHalfLife = 0.01, 10
	s.Shape = market.Shape{Strikes: 3, StrikeStep: 10, Expiries: 2, ExpiryStep: 21, Sides: market.CallsAndPuts, Skew: -0.5, Curvature: 1}
	return s
}

// The surface has neither butterfly nor calendar arbitrage for any skew and
// curvature that the parameters allow: calls fall with the strike, by no more than
// the discount, and convexly; total variance at the same k rises with time.
func TestSmileIsFreeOfArbitrage(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		s := chainOf()
		s.Shape.Skew = 2*random.Float64() - 1
		s.Shape.Curvature = 2 / (1 + math.Abs(s.Shape.Skew)) * random.Float64()
		if random.IntN(3) == 0 {
			s.Shape.Curvature = 2 / (1 + math.Abs(s.Shape.Skew)) // the bound itself
		}
		vol, rate, yield := 0.05+random.Float64(), 0.1*random.Float64()-0.05, 0.05*random.Float64()
		option := func(k, years float64) pricing.European {
			o := pricing.European{Spot: 100, Strike: 100 * math.Exp(k+(rate-yield)*years), Rate: rate, DividendYield: yield, Vol: vol, Years: years}
			o.Vol = (&history{&s}).smile(o)
			return o
		}
		before := map[int]float64{}
		for _, years := range []float64{0.002, 0.02, 0.1, 0.5, 2} {
			const steps = 60
			width := 6 * vol * math.Sqrt(years)
			discount := math.Exp(-rate * years)
			var strikes, calls []float64
			for i := range steps + 1 {
				o := option(width*(2*float64(i)/steps-1), years)
				price, _ := o.Value()
				strikes, calls = append(strikes, o.Strike), append(calls, price)
			}
			for i := 1; i <= steps; i++ {
				slope := (calls[i] - calls[i-1]) / (strikes[i] - strikes[i-1])
				if slope > 1e-9 || slope < -discount-1e-9 {
					t.Fatalf("skew %v, curvature %v, %v years: call prices fall by %v at %v", s.Shape.Skew, s.Shape.Curvature, years, slope, strikes[i])
				}
				if i < 2 {
					continue
				}
				bend := slope - (calls[i-1]-calls[i-2])/(strikes[i-1]-strikes[i-2])
				if bend < -1e-9 {
					t.Fatalf("skew %v, curvature %v, vol %v, %v years: a butterfly at %v costs %v", s.Shape.Skew, s.Shape.Curvature, vol, years, strikes[i-1], bend)
				}
			}
			for i := -20; i <= 20; i++ {
				o := option(float64(i)/10, years)
				w := o.Vol * o.Vol * years
				if w < before[i]-1e-12 {
					t.Fatalf("skew %v, curvature %v: total variance at k %v falls to %v at %v years", s.Shape.Skew, s.Shape.Curvature, float64(i)/10, w, years)
				}
				before[i] = w
			}
		}
	}
}

func TestSmileAtTheMoneyIsTheLevel(t *testing.T) {
	s := chainOf()
	o := pricing.European{Spot: 100, Strike: 100 * math.Exp(0.02), Rate: 0.05, DividendYield: 0.01, Vol: 0.3, Years: 0.5}
	if got := (&history{&s}).smile(o); math.Abs(got-0.3) > 1e-12 {
		t.Errorf("at the forward the volatility is %v, want 0.3", got)
	}
	low, high := o, o
	low.Strike, high.Strike = 80, 125
	if !((&history{&s}).smile(low) > (&history{&s}).smile(high)) {
		t.Error("a negative skew does not make low strikes dear")
	}
	s.Shape.Curvature = 0
	if got := (&history{&s}).smile(low); got != 0.3 {
		t.Errorf("without curvature the volatility is %v", got)
	}
}

func TestSyntheticChain(t *testing.T) {
	s := chainOf()
	s.Minutes = 43 // the last expiry is at minute 42
	m := draw(t, s, 3)
	if len(m.Series) != 12 || len(m.Underlyings) != 1 || s.Shape.Options() != 12 {
		t.Fatalf("%d series on %d underlyings, want 12 on 1", len(m.Series), len(m.Underlyings))
	}
	for j := range m.Series {
		option := &m.Series[j]
		strike, expires := 90+10*float64(j/2%3), int64(21*(1+j/6))
		if option.Strike != strike || option.Put != (j%2 == 1) || option.Expires != expires || option.Expiry != int(expires) {
			t.Fatalf("series %d is %+v and expires at minute %d", j, option.Contract, option.Expiry)
		}
		spot := m.Underlyings[0].Price[expires]
		want := max(0, spot-strike)
		if option.Put {
			want = max(0, strike-spot)
		}
		if math.Abs(option.Mid[expires]-want) > 1e-9 {
			t.Errorf("series %d settles at %v, intrinsic value is %v", j, option.Mid[expires], want)
		}
		if last := m.Minutes() - 1; option.Mid[last] != option.Mid[expires] || option.Explained.Mid[last] != 0 && last > int(expires) {
			t.Errorf("series %d is worth %v after it has settled to %v", j, option.Mid[last], option.Mid[expires])
		}
		for i := range int(expires) {
			priced := pricing.European{Spot: m.Underlyings[0].Price[i], Strike: strike, Rate: s.Rate.Value, DividendYield: s.DividendYield, Vol: option.Vol[i], Years: option.Years[i], Put: option.Put}
			greeks := priced.Greeks()
			for _, c := range []struct {
				name      string
				got, want float64
			}{{"theo", option.Theo[i], greeks.Price}, {"delta", option.Delta[i], greeks.Delta}, {"gamma", option.Gamma[i], greeks.Gamma}, {"vega", option.Vega[i], greeks.Vega}, {"theta", option.Theta[i], greeks.Theta}} {
				if math.Abs(c.got-c.want) > 1e-10*(1+math.Abs(c.want)) {
					t.Fatalf("series %d, minute %d: %s %v, want %v", j, i, c.name, c.got, c.want)
				}
			}
			if other := &m.Series[j^1]; option.ParityResidual[i] != -other.ParityResidual[i] {
				t.Fatalf("residuals of call and put are %v and %v", option.ParityResidual[i], other.ParityResidual[i])
			}
		}
	}
	// The first pair's mispricing is a lone option's, and the others are their own.
	s.Minutes = 20
	m = draw(t, s, 3)
	lone := s
	lone.Shape = market.Shape{Strikes: 1, Expiries: 1, Sides: market.CallsOnly, Skew: s.Shape.Skew, Curvature: s.Shape.Curvature}
	lone.Strike = 90
	single := draw(t, lone, 3)
	for i := range 20 {
		if single.Series[0].Mid[i] != m.Series[0].Mid[i] || single.Series[0].PutMid[i] != m.Series[1].Mid[i] {
			t.Fatalf("minute %d: the first pair is not the lone option", i)
		}
	}
	if m.Series[0].Mid[5]/m.Series[0].Theo[5] == m.Series[2].Mid[5]/m.Series[2].Theo[5] {
		t.Error("two strikes share a mispricing")
	}
}

// The level of implied volatility is a martingale with the stated deviation.
func TestLevelOfImpliedVolMoves(t *testing.T) {
	s := chainOf()
	s.VolOfVol, s.Minutes = 0.8, 40
	const seeds = 4000
	var sum, squares float64
	for seed := range seeds {
		levels := (&history{&s}).levels(uint32(seed), s.Minutes)
		if levels[0] != 0.2 {
			t.Fatalf("the level begins at %v", levels[0])
		}
		x := math.Log(levels[39] / 0.2)
		sum += levels[39] / 0.2
		squares += x * x
	}
	want := 0.8 * math.Sqrt(39.0/252)
	if mean := sum / seeds; math.Abs(mean-1) > 4*want/math.Sqrt(seeds) {
		t.Errorf("mean level %v, want 1 within 4 standard errors", mean)
	}
	if deviation := math.Sqrt(squares / seeds); math.Abs(deviation/want-1) > 0.06 {
		t.Errorf("deviation of the logarithm %v, want about %v", deviation, want)
	}
}
