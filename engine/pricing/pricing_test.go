package pricing

import (
	"math"
	"testing"
)

// Haug, The Complete Guide to Option Pricing Formulas (1998), as in QuantLib's
// europeanoption tests; each to the digits printed there.
func TestCallAgainstHaug(t *testing.T) {
	for _, c := range []struct {
		option    European
		want      float64
		tolerance float64
	}{
		{European{Spot: 60, Strike: 65, DividendYield: 0, Rate: 0.08, Years: 0.25, Vol: 0.30}, 2.1334, 5e-5},
		{European{Spot: 42, Strike: 40, DividendYield: 0.08, Rate: 0.04, Years: 0.75, Vol: 0.35}, 5.0975, 5e-5},
		{European{Spot: 42, Strike: 40, DividendYield: 0, Rate: 0.1, Years: 0.5, Vol: 0.2}, 4.759422, 5e-7},
	} {
		if got, _ := c.option.Call(); math.Abs(got-c.want) > c.tolerance {
			t.Errorf("call of %+v is %v, want %v ± %v", c.option, got, c.want, c.tolerance)
		}
	}
	option := European{Spot: 105, Strike: 100, DividendYield: 0.1, Rate: 0.1, Years: 0.5, Vol: 0.36}
	if _, delta := option.Call(); math.Abs(delta-0.5946) > 5e-5 {
		t.Errorf("delta of %+v is %v, want 0.5946", option, delta)
	}
}

func TestCallDeltaIsTheSlopeOfThePrice(t *testing.T) {
	const bump = 1e-4
	for _, spot := range []float64{50, 90, 100, 110, 200} {
		for _, years := range []float64{0.01, 0.5, 3} {
			option := European{Spot: spot, Strike: 100, Rate: 0.03, DividendYield: 0.02, Vol: 0.25, Years: years}
			_, delta := option.Call()
			up, down := option, option
			up.Spot += bump
			down.Spot -= bump
			high, _ := up.Call()
			low, _ := down.Call()
			if slope := (high - low) / (2 * bump); math.Abs(slope-delta) > 1e-7 {
				t.Errorf("delta of %+v is %v, a bump gives %v", option, delta, slope)
			}
		}
	}
}

func TestCallStaysWithinItsBounds(t *testing.T) {
	for _, spot := range []float64{1e-3, 50, 99.999, 100, 300, 1e5} {
		for _, vol := range []float64{0, 1e-9, 0.2, 5} {
			for _, years := range []float64{0, 1e-6, 0.25, 30} {
				option := European{Spot: spot, Strike: 100, Rate: 0.05, DividendYield: 0.01, Vol: vol, Years: years}
				price, delta := option.Call()
				carried := spot * math.Exp(-0.01*years)
				intrinsic := math.Max(carried-100*math.Exp(-0.05*years), 0)
				slack := 1e-12 * carried
				if !(price >= intrinsic-slack && price <= carried+slack && delta >= 0 && delta <= 1) {
					t.Errorf("call of %+v is %v, delta %v: want a price in [%v, %v], a delta in [0, 1]", option, price, delta, intrinsic, carried)
				}
			}
		}
	}
}

func TestCallAtZeroDeviation(t *testing.T) {
	for _, c := range []struct{ spot, price, delta float64 }{{110, 10, 1}, {100, 0, 0.5}, {90, 0, 0}} {
		price, delta := European{Spot: c.spot, Strike: 100, Vol: 0.2}.Call()
		if price != c.price || delta != c.delta {
			t.Errorf("at expiry and spot %v the call is %v, delta %v; want %v, %v", c.spot, price, delta, c.price, c.delta)
		}
	}
}
