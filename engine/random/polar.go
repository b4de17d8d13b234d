package random

import (
	"math"

	"optmm/engine/portable"
)

// polar makes standard normals of uniforms by Marsaglia's polar method: of (x1, x2)
// in the unit disc, f·x2 is returned first and f·x1 kept for the next call,
// f = √(−2·ln r²/r²).
type polar struct {
	kept float64 // the second normal of a pair
	has  bool
}

func (p *polar) normal(uniform func() float64) float64 {
	if p.has {
		p.has = false
		return p.kept
	}
	for {
		x1 := float64(2*uniform()) - 1
		x2 := float64(2*uniform()) - 1
		r2 := float64(x1*x1) + float64(x2*x2)
		if r2 >= 1 || r2 == 0 {
			continue
		}
		f := math.Sqrt(-2 * portable.LogNearest(r2) / r2)
		p.kept, p.has = f*x1, true
		return f * x2
	}
}
