package pricing_test

import (
	"fmt"

	"optmm/engine/pricing"
)

// Six months on a stock at 42 with a volatility of 20% (Hull, Options, Futures, and Other
// Derivatives, example 15.6).
func ExampleEuropean_Value() {
	call := pricing.European{Spot: 42, Strike: 40, Rate: 0.1, Vol: 0.2, Years: 0.5}
	put := call
	put.Put = true
	c, delta := call.Value()
	p, _ := put.Value()
	fmt.Printf("call %.2f, delta %.3f, put %.2f\n", c, delta, p)
	// Output: call 4.76, delta 0.779, put 0.81
}

// The volatility that a price of 1.875 implies (Hull, section 15.11).
func ExampleEuropean_ImpliedVol() {
	option := pricing.European{Spot: 21, Strike: 20, Rate: 0.1, Years: 0.25}
	vol, err := option.ImpliedVol(1.875)
	fmt.Printf("%.3f %v\n", vol, err)
	_, err = option.ImpliedVol(0.5)
	fmt.Println(err)
	// Output:
	// 0.235 <nil>
	// the price is below the discounted intrinsic value
}

// Put–call parity makes a call of a put.
func ExampleSyntheticCall() {
	put := pricing.European{Spot: 100, Strike: 95, Rate: 0.05, Vol: 0.3, Years: 1, Put: true}
	call := put
	call.Put = false
	p, _ := put.Value()
	c, _ := call.Value()
	discounted := pricing.DiscountedStrike(95, 0.05, 1)
	fmt.Printf("%.4f %.4f\n", c, pricing.SyntheticCall(p, 100, discounted, 0))
	// Output: 16.8012 16.8012
}
