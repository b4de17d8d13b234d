package random

import "math/bits"

// PCG64 is NumPy's default_rng(seed): O'Neill's PCG XSL-RR 128/64, seeded
// through SeedSequence. (math/rand/v2.PCG is another member of the family.)
type PCG64 struct {
	stateHigh, stateLow         uint64
	incrementHigh, incrementLow uint64
}

// The 128-bit multiplier of PCG (O'Neill 2014).
const (
	multiplierHigh = 0x2360ed051fc65da4
	multiplierLow  = 0x4385df649fccf645
)

// Stream is the first key of what is drawn apart from the stream of a seed itself. All
// are here, since a market and its fills may have the same seed.
type Stream uint32

const (
	Arrivals   Stream = iota // of orders; of the first option, the seed's own stream
	Knowledge                // who is informed
	Sizes                    // of orders
	Mispricing               // of the pairs of call and put after the first
	Level                    // of the implied volatility
)

// NewPCG64 returns the stream of default_rng(seed); every uint64 is a seed. With
// keys it is the stream of default_rng(SeedSequence(seed, spawn_key=keys)), which
// is independent of the one without.
func NewPCG64(seed uint64, keys ...uint32) *PCG64 {
	state := seedSequence(seed, keys)
	p := &PCG64{
		incrementHigh: state[2]<<1 | state[3]>>63,
		incrementLow:  state[3]<<1 | 1,
	}
	p.step()
	var carry uint64
	p.stateLow, carry = bits.Add64(p.stateLow, state[1], 0)
	p.stateHigh, _ = bits.Add64(p.stateHigh, state[0], carry)
	p.step()
	return p
}

func (p *PCG64) step() {
	high, low := bits.Mul64(p.stateLow, multiplierLow)
	high += p.stateHigh*multiplierLow + p.stateLow*multiplierHigh
	var carry uint64
	p.stateLow, carry = bits.Add64(low, p.incrementLow, 0)
	p.stateHigh, _ = bits.Add64(high, p.incrementHigh, carry)
}

// next returns 64 random bits.
func (p *PCG64) next() uint64 {
	p.step()
	return bits.RotateLeft64(p.stateHigh^p.stateLow, -int(p.stateHigh>>58))
}

// Float64 returns a uniform on [0, 1) with 53 random bits.
func (p *PCG64) Float64() float64 { return float64(p.next()>>11) * 0x1p-53 }

// Floats fills values with successive uniforms.
func (p *PCG64) Floats(values []float64) {
	for i := range values {
		values[i] = p.Float64()
	}
}

// Normals fills values with standard normals by the polar method, which are not
// NumPy's: its Generator makes them otherwise. A pair's second is not kept for the
// next call.
func (p *PCG64) Normals(values []float64) {
	var pairs polar
	for i := range values {
		values[i] = pairs.normal(p.Float64)
	}
}

// seedSequence returns four words of NumPy's SeedSequence(seed, spawn_key=keys):
// the entropy is hashed into a pool of four 32-bit words, which are mixed pairwise,
// then with each key, and hashed out again (after O'Neill's seed_seq_fe, 2015).
func seedSequence(seed uint64, keys []uint32) [4]uint64 {
	const (
		initA, multiplierA        = 0x43b0d7e5, 0x931e8875
		initB, multiplierB        = 0x8b51f9dd, 0x58f38ded
		mixLeft, mixRight  uint32 = 0xca01f9dd, 0x4973f715
		shift                     = 16
	)
	hashConstant := uint32(initA)
	hash := func(value uint32) uint32 {
		value ^= hashConstant
		hashConstant *= multiplierA
		value *= hashConstant
		return value ^ value>>shift
	}
	mix := func(a, b uint32) uint32 {
		mixed := mixLeft*a - mixRight*b
		return mixed ^ mixed>>shift
	}
	var pool [4]uint32
	for i, word := range [4]uint32{uint32(seed), uint32(seed >> 32)} {
		pool[i] = hash(word)
	}
	for source := range pool {
		for target := range pool {
			if source != target {
				pool[target] = mix(pool[target], hash(pool[source]))
			}
		}
	}
	for _, key := range keys {
		for target := range pool {
			pool[target] = mix(pool[target], hash(key))
		}
	}
	var words [8]uint32
	hashConstant = initB
	for i := range words {
		value := pool[i%4] ^ hashConstant
		hashConstant *= multiplierB
		value *= hashConstant
		words[i] = value ^ value>>shift
	}
	var state [4]uint64
	for i := range state {
		state[i] = uint64(words[2*i]) | uint64(words[2*i+1])<<32
	}
	return state
}
