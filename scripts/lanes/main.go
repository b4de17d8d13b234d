// Command lanes writes the passes of engine/lanes in assembly: the operations of its Go code, in the same order, on eight runs at
// once. go generate ./engine/lanes runs it.
package main

import (
	"math"
	"math/bits"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"optmm/engine/lanes"
)

func main() {
	Package("optmm/engine/lanes")
	ConstraintExpr("amd64")
	constants := map[uint64]Mem{}
	for _, m := range []machine{{"AVX512", 8, constants}, {"AVX2", 4, constants}} {
		m.seed()
		m.realistic()
		m.logs()
		m.gains()
		m.fills()
		m.hold()
		m.steps()
	}
	Generate()
}

func (m machine) seed() {
	batch := m.begin("seed", "b *Batch")
	m.each(func(h int) {
		label := "seed" + strings.Repeat("_again", h)
		f := func(name string) Mem { return m.field(batch, name, h) }
		count := m.count(batch, "Mid")
		mids, scores, vols, prices, deltas := m.pointer(batch, "Mid"), m.pointer(batch, "Score"), m.pointer(batch, "RecentVol"), m.pointer(batch, "Price"), m.pointer(batch, "Delta")
		thresholds, own, minutes, pnls := m.pointer(batch, "Thresholds"), m.pointer(batch, "Own"), m.pointer(batch, "Minutes"), m.pointer(batch, "PnL")
		contracts, shares, cash := m.load(f("Contracts")), m.load(f("HedgeShares")), m.load(f("Cash"))
		sign, half := m.sign(), m.number(0.5)
		loop(label, count, func(i Register) {
			mid := m.broadcast(mids, i)
			width := m.vector()
			TESTQ(own, own)
			JNE(LabelRef(label + "_own"))
			formula := m.add(m.load(f("Spread")), m.mul(m.broadcast(vols, i), f("VolCoef")))
			into(width, m.more(m.load(f("Floor")), formula))
			JMP(LabelRef(label + "_width"))
			Label(label + "_own")
			into(width, m.broadcast(own, i))
			Label(label + "_width")
			into(width, m.mul(width, f("Mult")))
			shift := m.mul(m.mul(m.broadcast(scores, i), f("Skew")), mid)
			wide := m.mul(width, half)
			bid, ask := m.sub(m.sub(mid, wide), shift), m.add(m.add(mid, wide), shift)
			m.store(bid, m.minute(minutes, "Bid", h))
			m.store(ask, m.minute(minutes, "Ask", h))
			x := m.div(m.mul(width, f("MinusK")), mid)
			forBid := m.broadcastAt(Mem{Base: thresholds})
			forAsk := m.broadcastAt(Mem{Base: thresholds, Disp: 8})
			bidHit, askHit := m.compare(less, forBid, x), m.compare(less, forAsk, x)
			bids, asks := m.where(bidHit, f("Size")), m.where(askHit, f("Size"))
			m.store(bids, m.minute(minutes, "Bids", h))
			m.store(asks, m.minute(minutes, "Asks", h))
			into(contracts, m.add(contracts, m.sub(bids, asks)))
			m.store(contracts, m.minute(minutes, "Held", h))
			delta := m.add(m.mul(m.mul(contracts, m.broadcast(deltas, i)), f("Multiplier")), m.zero())
			now := m.choose(m.either(bidHit, askHit), m.xor(delta, sign), shares)
			m.store(now, m.minute(minutes, "Shares", h))
			m.account(batch, label, h, position{contracts, shares, cash}, now, bid, ask, bids, asks, mid, m.broadcast(prices, i), Mem{Base: pnls, Disp: m.half(h)})
		}, pointer{minutes, minuteBytes}, pointer{pnls, laneBytes}, pointer{thresholds, 16})
		m.store(contracts, f("Contracts"))
		m.store(shares, f("HedgeShares"))
		m.store(cash, f("Cash"))
	})
	m.end()
}

// position is what is held: contracts, shares and cash.
type position struct{ contracts, shares, cash vector }

// account pays for a minute's trades and for shares up to now, and marks what is held.
func (m machine) account(batch Register, label string, h int, p position, now, bid, ask, bids, asks, mid, price vector, pnl Mem) (worth vector) {
	f := func(name string) Mem { return m.field(batch, name, h) }
	traded := m.sub(now, p.shares)
	into(p.shares, now)
	into(p.cash, m.add(p.cash, m.mul(m.mul(asks, ask), f("Multiplier"))))
	m.fee(batch, label+"_asks", p.cash, asks, h)
	into(p.cash, m.sub(p.cash, m.mul(m.mul(bids, bid), f("Multiplier"))))
	m.fee(batch, label+"_bids", p.cash, bids, h)
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
func (m machine) fee(batch Register, label string, cash, traded vector, h int) {
	CMPB(m.field(batch, "Costly", h), Imm(0))
	JEQ(LabelRef(label))
	fee := m.mul(traded, m.field(batch, "Fee", h))
	into(cash, m.sub(cash, fee))
	m.store(m.add(fee, m.field(batch, "Fees", h)), m.field(batch, "Fees", h))
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

func (m machine) logs() {
	TEXT("logs"+m.name, NOSPLIT, "func(x []float64)")
	x, count := Load(Param("x").Base(), GP64()), Load(Param("x").Len(), GP64())
	SHRQ(Imm(uint64(bits.TrailingZeros(uint(m.runs)))), count)
	loop("logs", count, func(Register) {
		number := m.load(Mem{Base: x})
		positive := m.compare(less, m.zero(), number)
		m.store(m.choose(positive, m.log(number), m.number(math.Inf(-1))), Mem{Base: x})
	}, pointer{x, int32(8 * m.runs)})
	m.end()
}

func (m machine) gains() {
	batch := m.begin("gains", "b *Batch")
	m.each(func(h int) {
		f := func(name string) Mem { return m.field(batch, name, h) }
		count, minutes := m.count(batch, "Mid"), m.pointer(batch, "Minutes")
		columns := map[string]Register{}
		for _, name := range []string{"Price", "Move", "ByMid", "ByDelta", "ByGamma", "ByTheta", "ByVega"} {
			columns[name] = m.pointer(batch, name)
		}
		s, keep := m.sums(f, "Value", "SharesBefore", "Inventory", "Gamma", "Theta", "VegaPnL", "DeltaPnL", "HedgePnL", "HedgeTurnover")
		magnitude := m.magnitude()
		gain := func(of vector, column string, i Register) vector { return m.mul(m.broadcast(columns[column], i), of) }
		loop("gains"+strings.Repeat("_again", h), count, func(i Register) {
			value, before := s["Value"], s["SharesBefore"]
			into(s["Inventory"], m.add(s["Inventory"], gain(value, "ByMid", i)))
			into(s["Gamma"], m.add(s["Gamma"], gain(value, "ByGamma", i)))
			into(s["Theta"], m.add(s["Theta"], gain(value, "ByTheta", i)))
			into(s["VegaPnL"], m.add(s["VegaPnL"], gain(value, "ByVega", i)))
			ofDelta, ofHedge := gain(value, "ByDelta", i), gain(before, "Move", i)
			into(s["HedgePnL"], m.add(s["HedgePnL"], ofHedge))
			into(s["DeltaPnL"], m.add(s["DeltaPnL"], m.add(ofDelta, ofHedge)))
			shares := m.load(m.minute(minutes, "Shares", h))
			traded := m.and(m.sub(shares, before), magnitude)
			into(s["HedgeTurnover"], m.add(s["HedgeTurnover"], gain(traded, "Price", i)))
			into(before, shares)
			into(value, m.mul(m.load(m.minute(minutes, "Held", h)), f("Multiplier")))
		}, pointer{minutes, minuteBytes})
		keep()
	})
	m.end()
}

func (m machine) fills() {
	batch := m.begin("fills", "b *Batch")
	m.each(func(h int) {
		f := func(name string) Mem { return m.field(batch, name, h) }
		count, mids, minutes := m.count(batch, "Mid"), m.pointer(batch, "Mid"), m.pointer(batch, "Minutes")
		s, keep := m.sums(f, "SpreadPnL", "Turnover", "OptionCash")
		var later [lanes.Horizons]Register
		var earned [lanes.Horizons]vector
		for k := range lanes.Horizons {
			later[k] = GP64()
			MOVQ(m.field(batch, "Later", h).Offset(sliceBytes*k), later[k])
			earned[k] = m.load(m.earned(batch, k, h))
		}
		loop("fills"+strings.Repeat("_again", h), count, func(i Register) {
			bid, ask := m.load(m.minute(minutes, "Bid", h)), m.load(m.minute(minutes, "Ask", h))
			bids, asks := m.load(m.minute(minutes, "Bids", h)), m.load(m.minute(minutes, "Asks", h))
			by := func(column Register) vector {
				mid := m.broadcast(column, i)
				return m.add(m.mul(bids, m.sub(mid, bid)), m.mul(asks, m.sub(ask, mid)))
			}
			into(s["SpreadPnL"], m.add(s["SpreadPnL"], m.mul(by(mids), f("Multiplier"))))
			for k, sum := range earned {
				into(sum, m.add(sum, by(later[k])))
			}
			paid, received := m.mul(bids, bid), m.mul(asks, ask)
			into(s["Turnover"], m.add(s["Turnover"], m.add(paid, received)))
			into(s["OptionCash"], m.sub(s["OptionCash"], m.mul(m.sub(paid, received), f("Multiplier"))))
		}, pointer{minutes, minuteBytes})
		keep()
		for k, sum := range earned {
			m.store(sum, m.earned(batch, k, h))
		}
	})
	m.end()
}

// earned is the sum of a markout.
func (m machine) earned(batch Register, k, h int) Mem {
	return m.field(batch, "Earned", h).Offset(laneBytes*k + m.half(h))
}

func (m machine) hold() {
	batch := m.begin("hold", "b *Batch")
	m.each(func(h int) {
		f := func(name string) Mem { return m.field(batch, name, h) }
		count, minutes := m.count(batch, "Mid"), m.pointer(batch, "Minutes")
		deltas, vegas := m.pointer(batch, "Delta"), m.pointer(batch, "Vega")
		s, keep := m.sums(f, "Bought", "Sold", "Net", "Gross", "Most", "VegaSquares", "ErrorSquares")
		magnitude, zero := m.magnitude(), m.zero()
		loop("hold"+strings.Repeat("_again", h), count, func(i Register) {
			into(s["Bought"], m.add(s["Bought"], m.minute(minutes, "Bids", h)))
			into(s["Sold"], m.add(s["Sold"], m.minute(minutes, "Asks", h)))
			held := m.load(m.minute(minutes, "Held", h))
			gross := m.and(held, magnitude)
			into(s["Net"], m.add(s["Net"], held))
			into(s["Gross"], m.add(s["Gross"], gross))
			into(s["Most"], m.more(gross, s["Most"]))
			vega := m.mul(m.mul(held, m.broadcast(vegas, i)), f("Multiplier"))
			into(s["VegaSquares"], m.add(s["VegaSquares"], m.mul(vega, vega)))
			delta := m.add(m.mul(m.mul(held, m.broadcast(deltas, i)), f("Multiplier")), zero)
			miss := m.add(delta, m.minute(minutes, "Shares", h))
			into(s["ErrorSquares"], m.add(s["ErrorSquares"], m.mul(miss, miss)))
		}, pointer{minutes, minuteBytes})
		keep()
	})
	m.end()
}

func (m machine) steps() {
	batch := m.begin("steps", "b *Batch, pnl []Lane")
	m.each(func(h int) {
		f := func(name string) Mem { return m.field(batch, name, h) }
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
		}, pointer{pnls, laneBytes})
		keep()
	})
	m.end()
}
