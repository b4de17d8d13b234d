package main

import (
	"fmt"
	"math"
	"reflect"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"optmm/engine/lanes"
)

// machine is a set of vector instructions, and the number of runs in a register.
type machine struct {
	name      string
	runs      int
	constants map[uint64]Mem // by their bits
}

// vector is a register with a number for each run.
type vector = VecVirtual

func (m machine) wide() bool { return m.runs == lanes.Count }

func (m machine) vector() vector {
	if m.wide() {
		return ZMM()
	}
	return YMM()
}

// half is the offset of a half's first run in a Lane, in bytes.
func (m machine) half(h int) int { return 8 * m.runs * h }

// each generates the code of every half of eight runs.
func (m machine) each(do func(h int)) {
	for h := range lanes.Count / m.runs {
		do(h)
	}
}

// begin begins the function of a pass.
func (m machine) begin(name, parameters string) (batch Register) {
	TEXT(name+m.name, NOSPLIT, "func("+parameters+")")
	return Load(Param("b"), GP64())
}

func (m machine) end() {
	VZEROUPPER()
	RET()
}

// at is the address of a field of a structure; of a Lane, that of a half.
func (m machine) at(base Register, of any, field string, h int) Mem {
	f, ok := reflect.TypeOf(of).FieldByName(field)
	if !ok {
		panic("no field " + field)
	}
	place := Mem{Base: base, Disp: int(f.Offset)}
	if f.Type == reflect.TypeOf(lanes.Lane{}) {
		place.Disp += m.half(h)
	}
	return place
}

func (m machine) field(batch Register, field string, h int) Mem {
	return m.at(batch, lanes.Batch{}, field, h)
}

// pointer loads the address of a column, and count its length.
func (m machine) pointer(batch Register, column string) Register {
	p := GP64()
	MOVQ(m.field(batch, column, 0), p)
	return p
}

func (m machine) count(batch Register, column string) Register {
	n := GP64()
	at := m.field(batch, column, 0)
	at.Disp += 8
	MOVQ(at, n)
	return n
}

func (m machine) load(from Mem) vector {
	v := m.vector()
	VMOVUPD(from, v)
	return v
}

func (m machine) store(v vector, to Mem) { VMOVUPD(v, to) }

// broadcast loads a number of the market for all runs.
func (m machine) broadcast(column, i Register) vector {
	return m.broadcastAt(Mem{Base: column, Index: i, Scale: 8})
}

func (m machine) broadcastAt(from Mem) vector {
	v := m.vector()
	VBROADCASTSD(from, v)
	return v
}

// constant is a number, given by its bits, for all runs.
func (m machine) constant(bits uint64) vector {
	if _, ok := m.constants[bits]; !ok {
		m.constants[bits] = ConstData(fmt.Sprintf("bits%016x", bits), U64(bits))
	}
	return m.broadcastAt(m.constants[bits])
}

func (m machine) number(x float64) vector { return m.constant(math.Float64bits(x)) }

func (m machine) zero() vector { return m.number(0) }

// The operations take a register first, and then a register or memory.
func (m machine) add(a vector, b Op) vector { v := m.vector(); VADDPD(b, a, v); return v }
func (m machine) sub(a vector, b Op) vector { v := m.vector(); VSUBPD(b, a, v); return v }
func (m machine) mul(a vector, b Op) vector { v := m.vector(); VMULPD(b, a, v); return v }
func (m machine) div(a vector, b Op) vector { v := m.vector(); VDIVPD(b, a, v); return v }

// more is a where a > b, and b elsewhere.
func (m machine) more(a vector, b Op) vector { v := m.vector(); VMAXPD(b, a, v); return v }

func (m machine) and(a, mask vector) vector { return m.bits(VPANDQ, VANDPD, a, mask) }
func (m machine) or(a, mask vector) vector  { return m.bits(VPORQ, VORPD, a, mask) }
func (m machine) xor(a, mask vector) vector { return m.bits(VPXORQ, VXORPD, a, mask) }

// bits is an operation bit by bit.
func (m machine) bits(wide, narrow func(...Op), a, b vector) vector {
	v := m.vector()
	if m.wide() {
		wide(b, a, v)
	} else {
		narrow(b, a, v)
	}
	return v
}

// The comparisons, false where one is no number, and true.
const (
	less    = 0x11 // quiet
	unequal = 0x04
	notLess = 0x15 // true where one is no number
	greater = 0x1e
)

// compare is where a and b compare.
func (m machine) compare(kind uint8, a, b vector) Register {
	if m.wide() {
		k := K()
		VCMPPD(U8(kind), b, a, k)
		return k
	}
	v := m.vector()
	VCMPPD(U8(kind), b, a, v)
	return v
}

// where is a in those runs, and 0 in the others.
func (m machine) where(mask Register, a Op) vector {
	v := m.vector()
	switch {
	case !m.wide():
		VANDPD(a, mask, v)
	default:
		VMOVUPD_Z(a, mask, v)
	}
	return v
}

func (m machine) either(a, b Register) Register { return m.masks(KORW, VORPD, a, b) }
func (m machine) both(a, b Register) Register   { return m.masks(KANDW, VANDPD, a, b) }

// masks is an operation on the results of comparisons.
func (m machine) masks(wide func(a, b, to Op), narrow func(...Op), a, b Register) Register {
	if m.wide() {
		k := K()
		wide(a, b, k)
		return k
	}
	v := m.vector()
	narrow(a, b, v)
	return v
}

// smaller is a where a < b, and b elsewhere.
func (m machine) smaller(a vector, b Op) vector { v := m.vector(); VMINPD(b, a, v); return v }

// The roundings to whole numbers.
const (
	down   = 0x9
	up     = 0xa
	toZero = 0xb
)

func (m machine) round(how uint8, a vector) vector {
	v := m.vector()
	if m.wide() {
		VRNDSCALEPD(U8(how), a, v)
	} else {
		VROUNDPD(U8(how), a, v)
	}
	return v
}

// choose is a in those runs, and b in the others.
func (m machine) choose(mask Register, a, b vector) vector {
	v := m.vector()
	if m.wide() {
		VBLENDMPD(a, b, mask, v)
	} else {
		VBLENDVPD(mask, a, b, v)
	}
	return v
}

func (m machine) sign() vector      { return m.constant(1 << 63) }
func (m machine) magnitude() vector { return m.constant(1<<63 - 1) }

// into copies a vector to the register of a sum, or of a value that several branches make.
func into(sum vector, v vector) { VMOVAPD(v, sum) }

// loop generates a loop over the minutes of a block; in each minute the pointers advance by their number of bytes.
func loop(label string, count Register, body func(i Register), advance ...pointer) {
	i := GP64()
	XORQ(i, i)
	JMP(LabelRef(label + "_test"))
	Label(label)
	body(i)
	for _, p := range advance {
		ADDQ(I32(p.bytes), p.register)
	}
	INCQ(i)
	Label(label + "_test")
	CMPQ(i, count)
	JLT(LabelRef(label))
}

// pointer is a register that holds an address, and by how many bytes it advances in a minute.
type pointer struct {
	register Register
	bytes    int32
}

const (
	minuteBytes = 6 * 8 * lanes.Count
	laneBytes   = 8 * lanes.Count
	sliceBytes  = 24
)

func (m machine) minute(at Register, field string, h int) Mem {
	return m.at(at, lanes.Minute{}, field, h)
}
