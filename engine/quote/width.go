package quote

import "optmm/engine/market"

// Width is how wide the quote is, before any skew.
type Width struct {
	Spread  float64 // base width in price units
	Own     bool    // quote the data's own width instead of Spread's formula
	Floor   float64 // least width of the formula, price units
	VolCoef float64 // price units of width per unit of recent volatility
	Mult    float64 // scales whatever the width is
}

// Column writes the width of every minute into column:
//
//	mult · max(floor, spread + volCoef·vol_i),  or  mult · the data's own width
func (w Width) Column(recentVol []float64, series *market.Series, column []float64) {
	if w.Own {
		for i, width := range series.Width {
			column[i] = float64(w.Mult * width)
		}
		return
	}
	column = column[:len(recentVol)]
	for i, vol := range recentVol {
		width := w.Spread + float64(w.VolCoef*vol)
		if width < w.Floor {
			width = w.Floor
		}
		column[i] = float64(w.Mult * width)
	}
}
