// Package hedge decides how many shares of the underlying to hold: a Model, one
// file each. Costs is what trading them takes.
package hedge

import "math"

// State is what a hedger sees after the minute's fills.
type State struct {
	Minute   int
	Filled   bool    // whether this minute had a fill
	Delta    float64 // of the options held, in shares
	Gamma    float64 // of the options held, in shares per price unit
	Shares   float64 // held now
	Spot     float64 // price of a share
	Discount float64 // e^{−rT} to expiry
}

// Model returns the shares to hold from now on. A model is made for one run.
type Model interface {
	Shares(s *State) float64
}

// Costs is what a trade in the underlying costs.
type Costs struct {
	HalfSpread  float64 // price units a share
	BasisPoints float64 // of the value traded
	Fixed       float64 // currency a trade
}

// Of returns the cost of trading so many shares, bought or sold, in currency.
func (c *Costs) Of(shares, price float64) float64 {
	if shares == 0 {
		return 0
	}
	return float64(math.Abs(shares)*c.Proportional(price)) + c.Fixed
}

// Proportional returns the cost of a share, price units.
func (c *Costs) Proportional(price float64) float64 {
	return c.HalfSpread + float64(float64(c.BasisPoints*1e-4)*price)
}

// Whole rounds a target to the nearest multiple of a lot; 0 leaves it.
func Whole(shares, lot float64) float64 {
	if lot == 0 {
		return shares
	}
	return float64(math.Round(shares/lot) * lot)
}

// into returns the shares that bring the net delta just inside ±band, which is
// none where it is inside already.
func (s *State) into(band float64) float64 {
	switch net := s.Delta + s.Shares; {
	case net > band:
		return band - s.Delta
	case net < -band:
		return -band - s.Delta
	}
	return s.Shares
}
