package random

import "gonum.org/v1/gonum/mathext/prng"

// MaxLegacySeed is the largest seed of NumPy's RandomState.
const MaxLegacySeed = 1<<32 - 1

// Legacy is NumPy's RandomState(seed): the Mersenne Twister MT19937 (Matsumoto
// and Nishimura 1998), 53-bit doubles and Gaussians by Marsaglia's polar method.
type Legacy struct {
	source *prng.MT19937
	pairs  polar
}

// NewLegacy returns the stream of RandomState(seed); every uint32 is a seed.
func NewLegacy(seed uint32) *Legacy {
	source := prng.NewMT19937()
	source.Seed(uint64(seed))
	return &Legacy{source: source}
}

// next returns a uniform on [0, 1) with 53 random bits.
func (l *Legacy) next() float64 {
	a := l.source.Uint32() >> 5
	b := l.source.Uint32() >> 6
	return (float64(float64(a)*(1<<26)) + float64(b)) / (1 << 53)
}

// Normal returns a standard normal.
func (l *Legacy) Normal() float64 { return l.pairs.normal(l.next) }

// Normals fills values with successive normals.
func (l *Legacy) Normals(values []float64) {
	for i := range values {
		values[i] = l.Normal()
	}
}

// Floats fills values with successive uniforms on [0, 1).
func (l *Legacy) Floats(values []float64) {
	for i := range values {
		values[i] = l.next()
	}
}
