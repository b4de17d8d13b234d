// Command lanes writes the passes of engine/lanes in assembly: the operations of its Go code, in the same order, on eight runs at
// once. Run it by go generate ./engine/lanes.
package main

import (
	"math"
	"reflect"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"optmm/engine/lanes"
)

func main() {
	Package("optmm/engine/lanes")
	ConstraintExpr("amd64")
	for _, m := range []machine{{"AVX512", 8}, {"AVX2", 4}} {
		m.trade()
		m.make()
		m.gains()
		m.fills()
		m.markout()
		m.hold()
		m.steps()
	}
	Generate()
}

// machine is a kind of vector instructions, and how many runs a register has.
type machine struct {
	name string
	runs int
}

// vector is a number of each run.
type vector = VecVirtual

func (m machine) wide() bool { return m.runs == lanes.Count }

func (m machine) vector() vector {
	if m.wide() {
		return ZMM()
	}
	return YMM()
}

// half is the place of a half's first run in a Lane, in bytes.
func (m machine) half(h int) int { return 8 * m.runs * h }

// each generates the code of every half of eight runs.
func (m machine) each(do func(h int)) {
	for h := range lanes.Count / m.runs {
		do(h)
	}
}

// begin begins a function of a walk.
func (m machine) begin(name, parameters string) (w Register) {
	TEXT(name+m.name, NOSPLIT, "func("+parameters+")")
	return Load(Param("w"), GP64())
}

func (m machine) end() {
	VZEROUPPER()
	RET()
}

// at is a field of a structure, and of a Lane the part of a half.
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

func (m machine) field(w Register, field string, h int) Mem { return m.at(w, lanes.Walk{}, field, h) }

// pointer loads the address of a column, and count how long it is.
func (m machine) pointer(w Register, column string) Register {
	p := GP64()
	MOVQ(m.field(w, column, 0), p)
	return p
}

func (m machine) count(w Register, column string) Register {
	n := GP64()
	at := m.field(w, column, 0)
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

// spread is a number of a market for each run.
func (m machine) spread(column, i Register) vector {
	return m.spreadAt(Mem{Base: column, Index: i, Scale: 8})
}

func (m machine) spreadAt(from Mem) vector {
	v := m.vector()
	VBROADCASTSD(from, v)
	return v
}

// constant is a number, written bit by bit.
func (m machine) constant(bits uint64) vector {
	x, v := GP64(), m.vector()
	MOVQ(U64(bits), x)
	low := XMM()
	VMOVQ(x, low)
	VBROADCASTSD(low, v)
	return v
}

func (m machine) zero() vector {
	v := m.vector()
	x := v.(interface{ AsX() Register }).AsX()
	VXORPD(x, x, x) // which clears all of it
	return v
}

// The operations take a register first, and then a register or memory.
func (m machine) add(a vector, b Op) vector { v := m.vector(); VADDPD(b, a, v); return v }
func (m machine) sub(a vector, b Op) vector { v := m.vector(); VSUBPD(b, a, v); return v }
func (m machine) mul(a vector, b Op) vector { v := m.vector(); VMULPD(b, a, v); return v }
func (m machine) div(a vector, b Op) vector { v := m.vector(); VDIVPD(b, a, v); return v }

// more is a where a > b, and b elsewhere.
func (m machine) more(a vector, b Op) vector { v := m.vector(); VMAXPD(b, a, v); return v }

func (m machine) and(a, mask vector) vector {
	v := m.vector()
	if m.wide() {
		VPANDQ(mask, a, v)
	} else {
		VANDPD(mask, a, v)
	}
	return v
}

func (m machine) xor(a, mask vector) vector {
	v := m.vector()
	if m.wide() {
		VPXORQ(mask, a, v)
	} else {
		VXORPD(mask, a, v)
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

func (m machine) either(a, b Register) Register {
	if m.wide() {
		k := K()
		KORW(a, b, k)
		return k
	}
	v := m.vector()
	VORPD(a, b, v)
	return v
}

func (m machine) both(a, b Register) Register {
	if m.wide() {
		k := K()
		KANDW(a, b, k)
		return k
	}
	v := m.vector()
	VANDPD(a, b, v)
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

// into has a register keep a sum through a loop.
func into(sum vector, v vector) { VMOVAPD(v, sum) }

// loop generates a loop over minutes, with places that move on by so many bytes.
func loop(label string, count Register, body func(i Register), moves map[Register]int) {
	i := GP64()
	XORQ(i, i)
	JMP(LabelRef(label + "_test"))
	Label(label)
	body(i)
	for _, place := range sorted(moves) {
		ADDQ(I32(int32(moves[place])), place)
	}
	INCQ(i)
	Label(label + "_test")
	CMPQ(i, count)
	JLT(LabelRef(label))
}

// sorted lists the places in an order that is the same each time.
func sorted(moves map[Register]int) (places []Register) {
	for place := range moves {
		places = append(places, place)
	}
	for i := range places {
		for j := range i {
			if moves[places[i]] > moves[places[j]] {
				places[i], places[j] = places[j], places[i]
			}
		}
	}
	return places
}

const (
	minuteBytes = 6 * 8 * lanes.Count
	laneBytes   = 8 * lanes.Count
)

func (m machine) minute(at Register, field string, h int) Mem {
	return m.at(at, lanes.Minute{}, field, h)
}

func (m machine) trade() {
	w := m.begin("trade", "w *Walk")
	m.each(func(h int) {
		label := "trade" + strings.Repeat("_again", h)
		f := func(name string) Mem { return m.field(w, name, h) }
		count := m.count(w, "Mid")
		mids, scores, vols, prices, deltas := m.pointer(w, "Mid"), m.pointer(w, "Score"), m.pointer(w, "RecentVol"), m.pointer(w, "Price"), m.pointer(w, "Delta")
		thresholds, own, made, pnls := m.pointer(w, "Thresholds"), m.pointer(w, "Own"), m.pointer(w, "Made"), m.pointer(w, "PnL")
		contracts, shares, cash := m.load(f("Contracts")), m.load(f("HedgeShares")), m.load(f("Cash"))
		sign, half := m.sign(), m.constant(math.Float64bits(0.5))
		loop(label, count, func(i Register) {
			mid := m.spread(mids, i)
			width := m.vector()
			TESTQ(own, own)
			JNE(LabelRef(label + "_own"))
			formula := m.add(m.load(f("Spread")), m.mul(m.spread(vols, i), f("VolCoef")))
			into(width, m.more(m.load(f("Floor")), formula))
			JMP(LabelRef(label + "_width"))
			Label(label + "_own")
			into(width, m.spread(own, i))
			Label(label + "_width")
			into(width, m.mul(width, f("Mult")))
			shift := m.mul(m.mul(m.spread(scores, i), f("Skew")), mid)
			wide := m.mul(width, half)
			bid, ask := m.sub(m.sub(mid, wide), shift), m.add(m.add(mid, wide), shift)
			m.store(bid, m.minute(made, "Bid", h))
			m.store(ask, m.minute(made, "Ask", h))
			x := m.div(m.mul(width, f("MinusK")), mid)
			forBid := m.spreadAt(Mem{Base: thresholds})
			forAsk := m.spreadAt(Mem{Base: thresholds, Disp: 8})
			bidHit, askHit := m.compare(less, forBid, x), m.compare(less, forAsk, x)
			bids, asks := m.where(bidHit, f("Size")), m.where(askHit, f("Size"))
			m.store(bids, m.minute(made, "Bids", h))
			m.store(asks, m.minute(made, "Asks", h))
			into(contracts, m.add(contracts, m.sub(bids, asks)))
			m.store(contracts, m.minute(made, "Held", h))
			delta := m.add(m.mul(m.mul(contracts, m.spread(deltas, i)), f("Multiplier")), m.zero())
			now := m.choose(m.either(bidHit, askHit), m.xor(delta, sign), shares)
			m.store(now, m.minute(made, "Shares", h))
			m.account(w, label, h, position{contracts, shares, cash}, now, bid, ask, bids, asks, mid, m.spread(prices, i), Mem{Base: pnls, Disp: m.half(h)})
		}, map[Register]int{made: minuteBytes, pnls: laneBytes, thresholds: 16})
		m.store(contracts, f("Contracts"))
		m.store(shares, f("HedgeShares"))
		m.store(cash, f("Cash"))
	})
	m.end()
}

// position is what is held: contracts, shares and cash.
type position struct{ contracts, shares, cash vector }

// account pays for a minute's trades and for shares up to now, and marks what is held.
func (m machine) account(w Register, label string, h int, p position, now, bid, ask, bids, asks, mid, price vector, pnl Mem) (worth vector) {
	f := func(name string) Mem { return m.field(w, name, h) }
	traded := m.sub(now, p.shares)
	into(p.shares, now)
	into(p.cash, m.add(p.cash, m.mul(m.mul(asks, ask), f("Multiplier"))))
	m.fee(w, label+"_asks", p.cash, asks, h)
	into(p.cash, m.sub(p.cash, m.mul(m.mul(bids, bid), f("Multiplier"))))
	m.fee(w, label+"_bids", p.cash, bids, h)
	into(p.cash, m.sub(p.cash, m.mul(traded, price)))
	CMPB(f("Costly"), Imm(0))
	JEQ(LabelRef(label + "_free"))
	perShare := m.add(m.mul(price, f("CostPerValue")), f("CostPerShare"))
	cost := m.add(m.mul(m.and(traded, m.magnitude()), perShare), f("CostPerTrade"))
	paid := m.where(m.compare(unequal, traded, m.zero()), cost)
	into(p.cash, m.sub(p.cash, paid))
	m.store(m.add(paid, f("Costs")), f("Costs"))
	Label(label + "_free")
	worth = m.add(m.add(p.cash, m.mul(m.mul(p.contracts, mid), f("Multiplier"))), m.mul(p.shares, price))
	m.store(worth, pnl)
	return worth
}

// fee takes the fees of contracts from the cash.
func (m machine) fee(w Register, label string, cash, traded vector, h int) {
	CMPB(m.field(w, "Costly", h), Imm(0))
	JEQ(LabelRef(label))
	fee := m.mul(traded, m.field(w, "Fee", h))
	into(cash, m.sub(cash, fee))
	m.store(m.add(fee, m.field(w, "Fees", h)), m.field(w, "Fees", h))
	Label(label)
}

// sums loads sums of a structure, and returns what stores them again.
func (m machine) sums(at func(field string) Mem, fields ...string) (of map[string]vector, keep func()) {
	of = map[string]vector{}
	for _, field := range fields {
		of[field] = m.load(at(field))
	}
	return of, func() {
		for _, field := range fields {
			m.store(of[field], at(field))
		}
	}
}

func (m machine) gains() {
	w := m.begin("gains", "w *Walk")
	m.each(func(h int) {
		f := func(name string) Mem { return m.field(w, name, h) }
		count, made := m.count(w, "Mid"), m.pointer(w, "Made")
		columns := map[string]Register{}
		for _, name := range []string{"Price", "Move", "ByMid", "ByDelta", "ByGamma", "ByTheta", "ByVega"} {
			columns[name] = m.pointer(w, name)
		}
		s, keep := m.sums(f, "Value", "SharesBefore", "Inventory", "Gamma", "Theta", "VegaPnL", "DeltaPnL", "HedgePnL", "HedgeTurnover")
		magnitude := m.magnitude()
		gain := func(of vector, column string, i Register) vector { return m.mul(m.spread(columns[column], i), of) }
		loop("gains"+strings.Repeat("_again", h), count, func(i Register) {
			value, before := s["Value"], s["SharesBefore"]
			into(s["Inventory"], m.add(s["Inventory"], gain(value, "ByMid", i)))
			into(s["Gamma"], m.add(s["Gamma"], gain(value, "ByGamma", i)))
			into(s["Theta"], m.add(s["Theta"], gain(value, "ByTheta", i)))
			into(s["VegaPnL"], m.add(s["VegaPnL"], gain(value, "ByVega", i)))
			ofDelta, ofHedge := gain(value, "ByDelta", i), gain(before, "Move", i)
			into(s["HedgePnL"], m.add(s["HedgePnL"], ofHedge))
			into(s["DeltaPnL"], m.add(s["DeltaPnL"], m.add(ofDelta, ofHedge)))
			shares := m.load(m.minute(made, "Shares", h))
			traded := m.and(m.sub(shares, before), magnitude)
			into(s["HedgeTurnover"], m.add(s["HedgeTurnover"], gain(traded, "Price", i)))
			into(before, shares)
			into(value, m.mul(m.load(m.minute(made, "Held", h)), f("Multiplier")))
		}, map[Register]int{made: minuteBytes})
		keep()
	})
	m.end()
}

func (m machine) fills() {
	w := m.begin("fills", "w *Walk")
	m.each(func(h int) {
		f := func(name string) Mem { return m.field(w, name, h) }
		count, mids, made := m.count(w, "Mid"), m.pointer(w, "Mid"), m.pointer(w, "Made")
		s, keep := m.sums(f, "Bought", "Sold", "SpreadPnL", "Turnover", "OptionCash")
		loop("fills"+strings.Repeat("_again", h), count, func(i Register) {
			mid := m.spread(mids, i)
			bid, ask := m.load(m.minute(made, "Bid", h)), m.load(m.minute(made, "Ask", h))
			bids, asks := m.load(m.minute(made, "Bids", h)), m.load(m.minute(made, "Asks", h))
			edge := m.add(m.mul(bids, m.sub(mid, bid)), m.mul(asks, m.sub(ask, mid)))
			into(s["SpreadPnL"], m.add(s["SpreadPnL"], m.mul(edge, f("Multiplier"))))
			paid, received := m.mul(bids, bid), m.mul(asks, ask)
			into(s["Turnover"], m.add(s["Turnover"], m.add(paid, received)))
			into(s["OptionCash"], m.sub(s["OptionCash"], m.mul(m.sub(paid, received), f("Multiplier"))))
			into(s["Bought"], m.add(s["Bought"], bids))
			into(s["Sold"], m.add(s["Sold"], asks))
		}, map[Register]int{made: minuteBytes})
		keep()
	})
	m.end()
}

func (m machine) markout() {
	w := m.begin("markout", "w *Walk, mark *Mark, later []float64")
	mark, later, count := Load(Param("mark"), GP64()), Load(Param("later").Base(), GP64()), Load(Param("later").Len(), GP64())
	m.each(func(h int) {
		made := m.pointer(w, "Made")
		s, keep := m.sums(func(field string) Mem { return m.at(mark, lanes.Mark{}, field, h) }, "Contracts", "Earned")
		loop("markout"+strings.Repeat("_again", h), count, func(i Register) {
			mid := m.spread(later, i)
			bids, asks := m.load(m.minute(made, "Bids", h)), m.load(m.minute(made, "Asks", h))
			into(s["Contracts"], m.add(s["Contracts"], m.add(bids, asks)))
			ofBids := m.mul(bids, m.sub(mid, m.minute(made, "Bid", h)))
			ofAsks := m.mul(asks, m.sub(m.load(m.minute(made, "Ask", h)), mid))
			into(s["Earned"], m.add(s["Earned"], m.add(ofBids, ofAsks)))
		}, map[Register]int{made: minuteBytes})
		keep()
	})
	m.end()
}

func (m machine) hold() {
	w := m.begin("hold", "w *Walk")
	m.each(func(h int) {
		f := func(name string) Mem { return m.field(w, name, h) }
		count, made, pnls := m.count(w, "Mid"), m.pointer(w, "Made"), m.pointer(w, "PnL")
		deltas, vegas := m.pointer(w, "Delta"), m.pointer(w, "Vega")
		s, keep := m.sums(f, "Net", "Gross", "Most", "VegaSquares", "ErrorSquares", "NotFinite")
		magnitude, zero := m.magnitude(), m.zero()
		loop("hold"+strings.Repeat("_again", h), count, func(i Register) {
			held := m.load(m.minute(made, "Held", h))
			gross := m.and(held, magnitude)
			into(s["Net"], m.add(s["Net"], held))
			into(s["Gross"], m.add(s["Gross"], gross))
			into(s["Most"], m.more(gross, s["Most"]))
			vega := m.mul(m.mul(held, m.spread(vegas, i)), f("Multiplier"))
			into(s["VegaSquares"], m.add(s["VegaSquares"], m.mul(vega, vega)))
			delta := m.add(m.mul(m.mul(held, m.spread(deltas, i)), f("Multiplier")), zero)
			miss := m.add(delta, m.minute(made, "Shares", h))
			into(s["ErrorSquares"], m.add(s["ErrorSquares"], m.mul(miss, miss)))
			pnl := m.load(Mem{Base: pnls, Disp: m.half(h)})
			width := m.sub(m.load(m.minute(made, "Ask", h)), m.minute(made, "Bid", h))
			into(s["NotFinite"], m.add(s["NotFinite"], m.add(m.sub(pnl, pnl), m.sub(width, width))))
		}, map[Register]int{made: minuteBytes, pnls: laneBytes})
		keep()
	})
	m.end()
}

func (m machine) steps() {
	w := m.begin("steps", "w *Walk, pnl []Lane")
	m.each(func(h int) {
		f := func(name string) Mem { return m.field(w, name, h) }
		pnls, count := Load(Param("pnl").Base(), GP64()), Load(Param("pnl").Len(), GP64())
		s, keep := m.sums(f, "Before", "StepSquares", "Highest", "Drawdown")
		mean := m.load(f("Mean"))
		loop("steps"+strings.Repeat("_again", h), count, func(Register) {
			now := m.load(Mem{Base: pnls, Disp: m.half(h)})
			deviation := m.sub(m.sub(now, s["Before"]), mean)
			into(s["StepSquares"], m.add(s["StepSquares"], m.mul(deviation, deviation)))
			into(s["Before"], now)
			into(s["Highest"], m.more(now, s["Highest"]))
			into(s["Drawdown"], m.more(m.sub(s["Highest"], now), s["Drawdown"]))
		}, map[Register]int{pnls: laneBytes})
		keep()
	})
	m.end()
}
