package pricing

import "optmm/engine/portable"

// DiscountedStrike returns K·e^{−rT}, the price today of paying the strike at
// expiry.
func DiscountedStrike(strike, rate, years float64) float64 {
	return float64(strike * portable.Exp(-float64(rate*years)))
}

// SyntheticCall returns what put–call parity says a European call is worth
// (Stoll 1969), in the prices of put and spot:
//
//	P + S − K·e^{−rT} − D
//
// where D is the present value of the dividends paid until expiry. The parity
// residual is the call's price less this.
func SyntheticCall(put, spot, discountedStrike, dividends float64) float64 {
	return put + spot - discountedStrike - dividends
}
