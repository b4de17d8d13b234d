package pricing

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// haug is an option in the order of Haug's tables.
func haug(spot, strike, yield, rate, years, vol float64, put bool) European {
	return European{Spot: spot, Strike: strike, DividendYield: yield, Rate: rate, Years: years, Vol: vol, Put: put}
}

// Haug, The Complete Guide to Option Pricing Formulas (1998), as in QuantLib's
// europeanoption tests; each to the digits printed there.
func TestAgainstHaug(t *testing.T) {
	price := func(g Greeks) float64 { return g.Price }
	delta := func(g Greeks) float64 { return g.Delta }
	for _, c := range []struct {
		name      string
		option    European
		value     func(Greeks) float64
		want      float64
		tolerance float64
	}{
		{"price", haug(60, 65, 0, 0.08, 0.25, 0.30, false), price, 2.1334, 5e-5},
		{"price", haug(100, 95, 0.05, 0.10, 0.5, 0.20, true), price, 2.4648, 5e-5},
		{"price", haug(42, 40, 0.08, 0.04, 0.75, 0.35, false), price, 5.0975, 5e-5},
		{"price", haug(42, 40, 0, 0.1, 0.5, 0.2, false), price, 4.759422, 5e-7},
		{"price", haug(42, 40, 0, 0.1, 0.5, 0.2, true), price, 0.808599, 5e-7},
		{"delta", haug(105, 100, 0.1, 0.1, 0.5, 0.36, false), delta, 0.5946, 5e-5},
		{"delta", haug(105, 100, 0.1, 0.1, 0.5, 0.36, true), delta, -0.3566, 5e-5},
		{"gamma", haug(55, 60, 0, 0.1, 0.75, 0.3, false), func(g Greeks) float64 { return g.Gamma }, 0.0278, 5e-5},
		{"vega", haug(55, 60, 0, 0.1, 0.75, 0.3, false), func(g Greeks) float64 { return g.Vega }, 18.9358, 5e-5},
		{"theta", haug(430, 405, 0.05, 0.07, 1.0/12, 0.2, true), func(g Greeks) float64 { return g.Theta }, -31.1924, 5e-5},
	} {
		if got := c.value(c.option.Greeks()); math.Abs(got-c.want) > c.tolerance {
			t.Errorf("%s of %+v is %v, want %v ± %v", c.name, c.option, got, c.want, c.tolerance)
		}
	}
}

// options is a spread of ordinary options.
func options() []European {
	var all []European
	for _, spot := range []float64{60, 90, 100, 110, 180} {
		for _, years := range []float64{0.02, 0.5, 3} {
			for _, vol := range []float64{0.1, 0.25, 0.8} {
				for _, put := range []bool{false, true} {
					all = append(all, European{Spot: spot, Strike: 100, Rate: 0.03, DividendYield: 0.02, Vol: vol, Years: years, Put: put})
				}
			}
		}
	}
	return all
}

// Every Greek is the slope that a bump gives.
func TestGreeksAgainstBumps(t *testing.T) {
	slope := func(o European, field func(*European) *float64, bump float64, value func(European) float64) float64 {
		up, down := o, o
		*field(&up) += bump
		*field(&down) -= bump
		return (value(up) - value(down)) / (2 * bump)
	}
	price := func(o European) float64 { p, _ := o.Value(); return p }
	delta := func(o European) float64 { _, d := o.Value(); return d }
	for _, o := range options() {
		g := o.Greeks()
		for _, c := range []struct {
			name      string
			got, want float64
		}{
			{"delta", g.Delta, slope(o, func(o *European) *float64 { return &o.Spot }, 1e-4, price)},
			{"gamma", g.Gamma, slope(o, func(o *European) *float64 { return &o.Spot }, 1e-4, delta)},
			{"vega", g.Vega, slope(o, func(o *European) *float64 { return &o.Vol }, 1e-5, price)},
			{"theta", g.Theta, -slope(o, func(o *European) *float64 { return &o.Years }, 1e-6, price)},
			{"rho", g.Rho, slope(o, func(o *European) *float64 { return &o.Rate }, 1e-6, price)},
		} {
			if math.Abs(c.got-c.want) > 1e-5*max(1, math.Abs(c.want)) {
				t.Errorf("%s of %+v is %v, a bump gives %v", c.name, o, c.got, c.want)
			}
		}
	}
}

func TestPutCallParity(t *testing.T) {
	for _, o := range options() {
		o.Put = false
		call, callDelta := o.Value()
		o.Put = true
		put, putDelta := o.Value()
		carry := math.Exp(-o.DividendYield * o.Years)
		synthetic := SyntheticCall(put, o.Spot*carry, DiscountedStrike(o.Strike, o.Rate, o.Years), 0)
		if math.Abs(call-synthetic) > 1e-12*o.Spot || math.Abs(callDelta-putDelta-carry) > 1e-14 {
			t.Errorf("%+v: call %v, by parity %v; deltas %v and %v", o, call, synthetic, callDelta, putDelta)
		}
	}
}

func TestValueStaysWithinItsBounds(t *testing.T) {
	for _, spot := range []float64{1e-3, 50, 99.999, 100, 300, 1e5} {
		for _, vol := range []float64{0, 1e-9, 0.2, 5} {
			for _, years := range []float64{0, 1e-6, 0.25, 30} {
				for _, put := range []bool{false, true} {
					o := European{Spot: spot, Strike: 100, Rate: 0.05, DividendYield: 0.01, Vol: vol, Years: years, Put: put}
					price, delta := o.Value()
					carried, strike := spot*math.Exp(-0.01*years), 100*math.Exp(-0.05*years)
					intrinsic, bound, sign := math.Max(carried-strike, 0), carried, 1.0
					if put {
						intrinsic, bound, sign = math.Max(strike-carried, 0), strike, -1
					}
					slack := 1e-12 * (carried + strike)
					if !(price >= intrinsic-slack && price <= bound+slack && sign*delta >= 0 && sign*delta <= 1) {
						t.Errorf("%+v is worth %v, delta %v: want a price in [%v, %v]", o, price, delta, intrinsic, bound)
					}
				}
			}
		}
	}
}

func TestValueAtZeroDeviation(t *testing.T) {
	for _, c := range []struct {
		spot         float64
		put          bool
		price, delta float64
	}{{110, false, 10, 1}, {100, false, 0, 0.5}, {90, false, 0, 0}, {110, true, 0, 0}, {100, true, 0, -0.5}, {90, true, 10, -1}} {
		g := European{Spot: c.spot, Strike: 100, Vol: 0.2, Put: c.put}.Greeks()
		if g.Price != c.price || g.Delta != c.delta || g.Gamma != 0 || g.Vega != 0 {
			t.Errorf("at expiry, spot %v, put %v: %+v; want price %v, delta %v", c.spot, c.put, g, c.price, c.delta)
		}
	}
}

// Over 10⁵ options out of the money, in moneyness, maturity and volatility, the
// implied volatility of the price is the volatility to 1e-12.
func TestImpliedVolRoundTrips(t *testing.T) {
	worst, at, count, skipped := 0.0, European{}, 0, 0
	for i := range 50 {
		moneyness := math.Exp(-1 + 2*float64(i)/49) // spot over strike
		for j := range 40 {
			years := math.Exp(math.Log(1.0/365) + float64(j)/39*math.Log(365*10))
			for k := range 50 {
				vol := math.Exp(math.Log(0.03) + float64(k)/49*math.Log(100))
				o := European{Spot: 100 * moneyness, Strike: 100, Rate: 0.02, DividendYield: 0.01, Vol: vol, Years: years}
				forward := o.Spot * math.Exp(0.01*years)
				o.Put = forward > o.Strike
				price, _ := o.Value()
				deviation := vol * math.Sqrt(years)
				// Nothing is left of the price, or nothing that the volatility moves.
				if price < 1e-290 || deviation > 5 {
					skipped++
					continue
				}
				count++
				got, err := o.ImpliedVol(price)
				if err != nil {
					t.Fatalf("%+v at %v: %v", o, price, err)
				}
				if off := math.Abs(got-vol) / vol; off > worst {
					worst, at = off, o
				}
			}
		}
	}
	t.Logf("%d options, %d without a usable price, worst %.2g at %+v", count, skipped, worst, at)
	if count < 70_000 {
		t.Errorf("only %d options were tried", count)
	}
	if worst > 1e-12 {
		t.Errorf("the worst is %v off, at %+v", worst, at)
	}
}

// In the money the price itself holds fewer digits of the time value; the
// volatility is as good as those.
func TestImpliedVolInTheMoney(t *testing.T) {
	random, tried := rand.New(rand.NewPCG(4, 4)), 0
	defer func() {
		if tried < 1500 {
			t.Errorf("only %d options were tried", tried)
		}
	}()
	for range 2000 {
		o := European{Spot: 100, Strike: 100 * math.Exp(-random.Float64()), Rate: 0.03, Vol: 0.1 + random.Float64(), Years: 0.1 + random.Float64()}
		g := o.Greeks()
		if g.Vega < 1e-3 {
			continue // the time value is within a few roundings of nothing
		}
		tried++
		got, err := o.ImpliedVol(g.Price)
		if allowed := 4e-14*o.Spot/g.Vega + 1e-12; err != nil || math.Abs(got-o.Vol) > allowed {
			t.Fatalf("%+v: implied %v (error %v), allowed %v", o, got, err, allowed)
		}
	}
}

func TestImpliedVolOutsideItsDomain(t *testing.T) {
	o := European{Spot: 110, Strike: 100, Years: 0.5}
	for _, c := range []struct {
		option European
		price  float64
		want   error
	}{
		{o, 9.999, ErrBelowIntrinsic}, {o, 110, ErrAboveBound}, {o, math.NaN(), ErrAboveBound}, {o, -1, ErrBelowIntrinsic},
		{European{Spot: 110, Strike: 100, Put: true, Years: 0.5}, 100, ErrAboveBound},
		{European{Spot: 110, Strike: 100}, 12, ErrNoTime},
	} {
		if vol, err := c.option.ImpliedVol(c.price); !errors.Is(err, c.want) {
			t.Errorf("%+v at %v: vol %v, error %v, want %v", c.option, c.price, vol, err, c.want)
		}
	}
	if vol, err := o.ImpliedVol(10); err != nil || vol != 0 {
		t.Errorf("at the intrinsic value: %v, %v", vol, err)
	}
}

func FuzzImpliedVol(f *testing.F) {
	f.Add(100.0, 110.0, 0.01, 0.02, 0.5, 3.0, false)
	f.Add(1e-300, 1e250, 1.0, -1.0, 1e-9, 1e-300, true)
	f.Fuzz(func(t *testing.T, spot, strike, rate, yield, years, price float64, put bool) {
		if !(spot > 0 && strike > 0 && years >= 0 && years < 100 && math.Abs(rate) < 1 && math.Abs(yield) < 1) || max(spot, strike) > 1e250 { // carried forward, they stay finite
			return
		}
		vol, err := European{Spot: spot, Strike: strike, Rate: rate, DividendYield: yield, Years: years, Put: put}.ImpliedVol(price)
		if err == nil && !(vol >= 0) {
			t.Fatalf("volatility %v without an error", vol)
		}
	})
}

// Merton (1976) as tabulated by Haug: total volatility 25%, one jump a year that
// is a quarter of the variance.
func TestMertonAgainstHaug(t *testing.T) {
	const total, intensity, share = 0.25, 1.0, 0.25
	jumpVol := math.Sqrt(share * total * total / intensity)
	o := European{Spot: 100, Strike: 100, Rate: 0.08, Years: 0.5, Vol: math.Sqrt(total*total - intensity*jumpVol*jumpVol)}
	got := o.MertonValue(Jumps{Intensity: intensity, Mean: -jumpVol * jumpVol / 2, Vol: jumpVol})
	if math.Abs(got-8.95) > 0.01 {
		t.Errorf("the call is %v, want 8.95 ± 0.01", got)
	}
	without := o.MertonValue(Jumps{})
	if want, _ := o.Value(); math.Abs(without-want) > 1e-12 {
		t.Errorf("without jumps the call is %v, want %v", without, want)
	}
}

// Lewis (2000), as recomputed to the last digit; see Heston (1993).
func TestHestonAgainstLewis(t *testing.T) {
	h := Heston{Variance: 0.04, Reversion: 4, LongRun: 0.25, VolOfVol: 1, Correlation: -0.5}
	for _, c := range []struct {
		strike float64
		put    bool
		want   float64
	}{{100, false, 16.070154917028834}, {100, true, 17.055270961270109}, {80, false, 26.774758743998854}} {
		o := European{Spot: 100, Strike: c.strike, Rate: 0.01, DividendYield: 0.02, Years: 1, Put: c.put}
		if got := HestonValue(o, h); math.Abs(got-c.want) > 1e-10 {
			t.Errorf("strike %v, put %v: %v, want %v", c.strike, c.put, got, c.want)
		}
	}
}

// Short times, far from the money: Lewis' integral with 30 digits (mpmath 1.3), a price
// that is nothing among them; QuantLib 1.44 agrees where it is larger than 1e-8.
func TestHestonAtShortTimes(t *testing.T) {
	calm := Heston{Variance: 0.04, Reversion: 1.15, LongRun: 0.04, VolOfVol: 0.2, Correlation: -0.4}
	skewed := Heston{Variance: 0.0654, Reversion: 0.6067, LongRun: 0.0707, VolOfVol: 0.2928, Correlation: -0.7571}
	wild := Heston{Variance: 0.04, Reversion: 4, LongRun: 0.25, VolOfVol: 1, Correlation: -0.5}
	for _, c := range []struct {
		strike, years     float64
		rate, yield       float64
		put               bool
		calm, skewed, big float64
	}{
		{80, 0.02, 0, 0, true, 4.509014353114669e-13, 4.4448475824152486e-8, 5.6215927801588981e-7},
		{60, 0.02, 0, 0, true, 0, 0, 3.649e-13},
		{90, 0.02, 0, 0, true, 0.00014903583159820703, 0.004095739454526962, 0.0036413109791416797},
		{130, 0.02, 0, 0, false, 0, 0, 6.23e-13},
		{100, 0.02, 0.01, 0.02, false, 1.1168099669752918, 1.4303114743917775, 1.2081716804725565},
		{105, 0.1, 0.01, 0.02, false, 0.74425833200982417, 1.2285880604218774, 1.3241582675519324},
		{100, 0.002, 0, 0, false, 0.35678800173778628, 0.4562023966821543, 0.35981502443144141},
	} {
		o := European{Spot: 100, Strike: c.strike, Rate: c.rate, DividendYield: c.yield, Years: c.years, Put: c.put}
		for i, want := range []float64{c.calm, c.skewed, c.big} {
			h := []Heston{calm, skewed, wild}[i]
			if got := HestonValue(o, h); !(math.Abs(got-want) < 1e-10) {
				t.Errorf("strike %v, %v years, %+v: %v, want %v", c.strike, c.years, h, got, want)
			}
		}
	}
	vanishing := Heston{Variance: 1e-12, Reversion: 1, LongRun: 1e-12, VolOfVol: 100, Correlation: 0}
	if got := HestonValue(European{Spot: 100, Strike: 100, Years: 0.01}, vanishing); !math.IsNaN(got) {
		t.Errorf("a variance that is next to nothing and wild gives %v, want NaN", got)
	}
}

// Next to the money, with hardly any time left: 40 digits (mpmath). The ratio S/K has
// lost half of the digits of its logarithm there.
func TestValueNextToTheMoney(t *testing.T) {
	for _, c := range []struct{ spot, strike, vol, years, want float64 }{
		{100.0, 99.999, 0.01, 1e-08, 7.4707139068677684e-29},
		{100.0, 100.001, 0.01, 1e-08, 7.4784085057954471e-29},
		{100.0, 100.0001, 0.2, 1e-10, 3.9559346685754247e-5},
		{50.0, 49.9999, 0.3, 1e-09, 0.00014342446899920123},
		{100.0, 70.0, 0.25, 0.01, 2.550866662442087e-47},
		{100.0, 101.0, 0.25, 0.0001, 1.9601308078273012e-6},
	} {
		o := European{Spot: c.spot, Strike: c.strike, Vol: c.vol, Years: c.years, Put: c.strike < c.spot}
		if got, _ := o.Value(); math.Abs(got/c.want-1) > 1e-12 {
			t.Errorf("S %v, K %v, σ %v, T %v: %v, want %v (relative error %.2g)", c.spot, c.strike, c.vol, c.years, got, c.want, got/c.want-1)
		}
	}
}

func BenchmarkImpliedVol(b *testing.B) {
	o := European{Spot: 100, Strike: 110, Rate: 0.02, Vol: 0.3, Years: 0.25}
	price, _ := o.Value()
	for b.Loop() {
		if _, err := o.ImpliedVol(price); err != nil {
			b.Fatal(err)
		}
	}
}
