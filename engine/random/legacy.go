package random

import (
	"math"

	"gonum.org/v1/gonum/mathext/prng"

	"optmm/engine/portable"
)

// MaxLegacySeed is the largest seed of NumPy's RandomState.
const MaxLegacySeed = 1<<32 - 1

// Legacy is NumPy's RandomState(seed): the Mersenne Twister MT19937 (Matsumoto
// and Nishimura 1998), 53-bit doubles and Gaussians by Marsaglia's polar method.
type Legacy struct {
	source *prng.MT19937
	kept   float64 // the second normal of a pair
	has    bool
}

// NewLegacy returns the stream of RandomState(seed); every uint32 is a seed.
func NewLegacy(seed uint32) *Legacy {
	source := prng.NewMT19937()
	source.Seed(uint64(seed))
	return &Legacy{source: source}
}

// Float64 returns a uniform on [0, 1) with 53 random bits.
func (l *Legacy) Float64() float64 {
	a := l.source.Uint32() >> 5
	b := l.source.Uint32() >> 6
	return (float64(float64(a)*(1<<26)) + float64(b)) / (1 << 53)
}

// Normal returns a standard normal. Pairs come from Marsaglia's polar method:
// of (x1, x2) in the unit disc, f·x2 is returned first and f·x1 kept for the
// next call, f = √(−2·ln r²/r²).
func (l *Legacy) Normal() float64 {
	if l.has {
		l.has = false
		return l.kept
	}
	for {
		x1 := float64(2*l.Float64()) - 1
		x2 := float64(2*l.Float64()) - 1
		r2 := float64(x1*x1) + float64(x2*x2)
		if r2 >= 1 || r2 == 0 {
			continue
		}
		f := math.Sqrt(-2 * portable.Log(r2) / r2)
		l.kept, l.has = f*x1, true
		return f * x2
	}
}

// Normals fills values with successive normals.
func (l *Legacy) Normals(values []float64) {
	for i := range values {
		values[i] = l.Normal()
	}
}

// Floats fills values with successive uniforms on [0, 1).
func (l *Legacy) Floats(values []float64) {
	for i := range values {
		values[i] = l.Float64()
	}
}
