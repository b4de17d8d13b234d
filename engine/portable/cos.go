package portable

import "math"

// Cos returns cos(2π·p/q), q > 0, to about 2 ulp: by Taylor's series on an eighth of a turn, to
// which p/q is brought in integers. |p| and q are at most 2⁵⁰.
func Cos(p, q int) float64 {
	p = ((p % q) + q) % q // of a turn
	if 2*p > q {
		p = q - p // cos(−x) = cos x
	}
	sign := 1.0
	if 4*p > q {
		p, q, sign = q-2*p, 2*q, -1 // cos(π − x) = −cos x
	}
	if 8*p > q { // cos x = sin(π/2 − x)
		x := float64(float64(2*math.Pi) * float64(q-4*p) / float64(4*q))
		return sign * taylor(x, x, 1)
	}
	x := float64(float64(2*math.Pi) * float64(p) / float64(q))
	return sign * taylor(x, 1, 0)
}

// taylor sums the series of the sine or cosine from its first term, of the given power.
func taylor(x, first float64, power int) float64 {
	square := float64(x * x)
	sum, term := 0.0, first
	var terms [10]float64
	for i := range terms {
		terms[i] = term
		term = -float64(float64(term*square) / float64((power+2*i+1)*(power+2*i+2)))
	}
	for i := len(terms) - 1; i >= 0; i-- { // the smallest first
		sum += terms[i]
	}
	return sum
}
