package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// The functions of engine/portable, operation by operation.

// As engine/portable has them, to the last bit, which tests of the passes hold them to.
const (
	ln2Hi     = 0x1.62e42feep-1
	ln2Lo     = 0x1.a39ef35793c76p-33
	overflow  = 709.782712893384
	underflow = -745.1332191019412
)

// fma is a·b + c, rounded once.
func (m machine) fma(a, b, c vector) vector {
	v := m.vector()
	into(v, c)
	VFMADD231PD(b, a, v)
	return v
}

// exp is e^x of a number.
func (m machine) exp(x vector) vector {
	shift, one := m.number(0x1.8p52), m.number(1)
	k := m.sub(m.add(m.mul(x, m.number(math.Log2E)), shift), shift)
	a, b := m.sub(x, m.mul(k, m.number(ln2Hi))), m.mul(k, m.number(ln2Lo))
	r := m.sub(a, b)
	rest := m.sub(m.sub(a, r), b)
	p := m.number(1 / factorial(13))
	for n := 12; n >= 2; n-- {
		p = m.fma(p, r, m.number(1/factorial(n)))
	}
	sum := m.add(one, r)
	low := m.add(m.add(m.sub(one, sum), r), m.fma(m.mul(r, r), p, m.fma(rest, r, rest)))
	high := m.add(sum, low)
	low = m.add(m.sub(sum, high), low)

	// In two steps, the second 1 but at the ends.
	first := m.more(m.smaller(k, m.number(1022)), m.number(-1020))
	y := m.mul(m.mul(m.add(high, low), m.powerOfTwo(first)), m.powerOfTwo(m.sub(k, first)))
	y = m.choose(m.compare(less, m.number(overflow), x), m.number(math.Inf(1)), y)
	return m.choose(m.compare(less, x, m.number(underflow)), m.zero(), y)
}

// powerOfTwo is 2^k of a whole number from −1022 to 1023.
func (m machine) powerOfTwo(k vector) vector {
	v := m.vector()
	VPSLLQ(Imm(52), m.add(k, m.number(0x1.8p52+1023)), v)
	return v
}

func factorial(n int) float64 {
	product := 1.0
	for i := 2; i <= n; i++ {
		product *= float64(i)
	}
	return product
}

// log is the natural logarithm of a number above 0. Of NaN it is some number: only a quote that is not finite leads to it, and its run
// fails anyway.
func (m machine) log(x vector) vector {
	half, one := m.number(0.5), m.number(1)
	subnormal := m.compare(less, x, m.number(0x1p-1022))
	normal := m.choose(subnormal, m.mul(x, m.number(0x1p54)), x)
	exponent := m.vector()
	VPSRLQ(Imm(52), normal, exponent)
	k := m.sub(m.or(exponent, m.number(0x1p52)), m.number(0x1p52+1023))
	k = m.sub(k, m.where(subnormal, m.number(54)))
	mantissa := m.or(m.and(normal, m.constant(1<<52-1)), one)
	large := m.compare(less, m.number(math.Sqrt2), mantissa)
	f := m.sub(m.choose(large, m.mul(mantissa, half), mantissa), one)
	k = m.add(k, m.where(large, one))

	s := m.div(f, m.add(f, m.number(2)))
	z := m.mul(s, s)
	p := m.number(2.0 / 23)
	for n := 21.0; n >= 3; n -= 2 {
		p = m.fma(p, z, m.number(2/n))
	}
	rest := m.sub(f, m.fma(s, m.sub(f, m.mul(z, p)), m.xor(m.mul(k, m.number(ln2Lo)), m.sign())))
	y := m.add(m.mul(k, m.number(ln2Hi)), rest)
	return m.choose(m.compare(less, m.number(math.MaxFloat64), x), x, y)
}
