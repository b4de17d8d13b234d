// Package hedge decides how many shares of the underlying to hold: a Model, one
// file each. Costs is what trading them takes.
package hedge

import "math"

// Exposure is what a hedger sees of one underlying, minute by minute.
type Exposure struct {
	Filled   []bool    // whether the minute had a fill
	Delta    []float64 // of the options held after the fills, in shares
	Gamma    []float64 // of the options held, in shares per price unit
	Spot     []float64 // price of a share
	Discount []float64 // e^{−rT} to the expiry of the first option that lives
	Lot      float64   // shares are held in multiples of it; 0: any number
}

// Model decides the shares to hold in each minute. Hold writes those of the minutes
// from first to end, before end, into shares; what it says of a minute follows from
// the exposure then and from the shares of the minute before, none before the first.
type Model interface {
	Hold(x *Exposure, shares []float64, first, end int)
}

// before returns the shares held as a minute begins.
func before(shares []float64, minute int) float64 {
	if minute == 0 {
		return 0
	}
	return shares[minute-1]
}

// Costs is what a trade in the underlying costs.
type Costs struct {
	HalfSpread  float64 // price units a share
	BasisPoints float64 // of the value traded
	Fixed       float64 // currency a trade
}

// Of returns the cost of buying or selling shares at a price, in currency.
func (c *Costs) Of(shares, price float64) float64 {
	if shares == 0 {
		return 0
	}
	return float64(math.Abs(shares)*c.proportional(price)) + c.Fixed
}

// proportional returns the cost of a share, price units.
func (c *Costs) proportional(price float64) float64 {
	return c.HalfSpread + float64(float64(c.BasisPoints*1e-4)*price)
}

// wholeLots rounds a target to the nearest multiple of a lot; 0 leaves it.
func wholeLots(shares, lot float64) float64 {
	if lot == 0 {
		return shares
	}
	return float64(math.Round(shares/lot) * lot)
}

// into returns the shares that bring the net delta just inside ±band, which is
// those held where it is inside already.
func into(band, delta, held float64) float64 {
	switch net := delta + held; {
	case net > band:
		return band - delta
	case net < -band:
		return -band - delta
	}
	return held
}
