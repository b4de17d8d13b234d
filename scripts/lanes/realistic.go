package main

import (
	"reflect"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"optmm/engine/lanes"
)

// make is the pass of the realistic models. What is asked of a Shape is a branch, the same for all runs and minutes.
func (m machine) realistic() {
	batch := m.begin("realistic", "b *Batch")
	m.each(func(h int) {
		g := &maker{machine: m, batch: batch, h: h, label: "realistic" + strings.Repeat("_again", h)}
		g.restart("LateAt", "LateNow")
		g.restart("EveryAt", "EveryNow")
		g.position = position{m.vector(), m.vector(), m.vector()}
		g.back()
		count, minutes, pnls, terms := m.count(batch, "Mid"), m.pointer(batch, "Minutes"), m.pointer(batch, "PnL"), m.pointer(batch, "Terms")
		loop(g.label, count, func(i Register) {
			g.i, g.terms = i, terms
			g.quote()
			g.fill()
			m.store(g.bid, m.minute(minutes, "Bid", h))
			m.store(g.ask, m.minute(minutes, "Ask", h))
			m.store(g.bids, m.minute(minutes, "Bids", h))
			m.store(g.asks, m.minute(minutes, "Asks", h))
			m.store(m.add(m.load(g.f("HaltedMinutes")), g.f("Halted")), g.f("HaltedMinutes"))
			into(g.contracts, m.add(g.contracts, m.sub(g.bids, g.asks)))
			m.store(g.contracts, m.minute(minutes, "Held", h))
			CMPB(g.shape("TradesOnly"), Imm(0))
			JNE(LabelRef(g.label + "_traded"))
			now := g.hedge()
			m.store(now, m.minute(minutes, "Shares", h))
			worth := m.account(batch, g.label, h, g.position, now, g.bid, g.ask, g.bids, g.asks, g.column("Mid"), g.column("Price"), Mem{Base: pnls, Disp: m.half(h)})
			g.watch(worth)
			Label(g.label + "_traded")
			g.next("LateNow", func() Mem { return g.length("Late") })
			g.next("EveryNow", func() Mem { return g.shape("Every") })
		}, pointer{minutes, minuteBytes}, pointer{pnls, laneBytes}, pointer{terms, termsBytes})
		g.away()
	})
	m.end()
}

const (
	termsBytes = 4 * 8 * lanes.Count
	postBytes  = 4 * 8 * lanes.Count
)

// maker is the code of a minute of make, of one half.
type maker struct {
	machine
	position
	batch, i, terms                        Register
	h                                      int
	label                                  string
	bid, ask, bidSize, askSize, bids, asks vector
}

func (g *maker) f(name string) Mem { return g.field(g.batch, name, g.h) }

// away stores what is held, and back loads it again.
func (g *maker) away() {
	g.store(g.contracts, g.f("Contracts"))
	g.store(g.shares, g.f("HedgeShares"))
	g.store(g.cash, g.f("Cash"))
}

func (g *maker) back() {
	VMOVUPD(g.f("Contracts"), g.contracts)
	VMOVUPD(g.f("HedgeShares"), g.shares)
	VMOVUPD(g.f("Cash"), g.cash)
}

// shape is a field of the Shape.
func (g *maker) shape(name string) Mem {
	field, ok := reflect.TypeOf(lanes.Shape{}).FieldByName(name)
	if !ok {
		panic("no field " + name)
	}
	at := g.f("Shape")
	at.Disp += int(field.Offset)
	return at
}

// length is the length of a column.
func (g *maker) length(column string) Mem {
	at := g.f(column)
	at.Disp += 8
	return at
}

// column is a number of the market.
func (g *maker) column(name string) vector { return g.broadcast(g.pointer(g.batch, name), g.i) }

// pair is one of two numbers a minute.
func (g *maker) pair(name string, of int) vector {
	place, twice := g.pointer(g.batch, name), GP64()
	MOVQ(g.i, twice)
	ADDQ(twice, twice)
	return g.broadcastAt(Mem{Base: place, Index: twice, Scale: 8, Disp: 8 * of})
}

// term is a place of this minute's Terms.
func (g *maker) term(name string) Mem { return g.at(g.terms, lanes.Terms{}, name, g.h) }

// unless generates code that is jumped over where a flag is not set.
func (g *maker) unless(flag Mem, label string, code func()) {
	CMPB(flag, Imm(0))
	JEQ(LabelRef(g.label + label))
	code()
	Label(g.label + label)
}

// restart copies a counter.
func (g *maker) restart(from, to string) {
	x := GP64()
	MOVQ(g.f(from), x)
	MOVQ(x, g.f(to))
}

// next advances a counter that begins again at a limit.
func (g *maker) next(counter string, limit func() Mem) {
	x := GP64()
	MOVQ(g.f(counter), x)
	INCQ(x)
	CMPQ(x, limit())
	JLT(LabelRef(g.label + counter))
	XORQ(x, x)
	Label(g.label + counter)
	MOVQ(x, g.f(counter))
}

// keep copies a vector to a register of its own, which branches may change.
func (g *maker) keep(v vector) vector {
	kept := g.vector()
	into(kept, v)
	return kept
}

func (g *maker) quote() {
	mid := g.column("Mid")
	g.bid, g.ask, g.bidSize, g.askSize = g.vector(), g.vector(), g.vector(), g.vector()
	quotable := g.pointer(g.batch, "Quotable")
	TESTQ(quotable, quotable)
	JEQ(LabelRef(g.label + "_quoted"))
	CMPB(Mem{Base: quotable, Index: g.i, Scale: 1}, Imm(0))
	JNE(LabelRef(g.label + "_quoted"))
	g.withdraw()
	into(g.bid, mid)
	into(g.ask, mid)
	into(g.bidSize, g.zero())
	into(g.askSize, g.zero())
	JMP(LabelRef(g.label + "_posted"))
	Label(g.label + "_quoted")
	g.want()
	g.post(mid)
	g.limit()
	g.delay()
	running := g.compare(notLess, g.zero(), g.load(g.f("Halted"))) // 0 ≥ halted
	into(g.bidSize, g.where(running, g.bidSize))
	into(g.askSize, g.where(running, g.askSize))
	Label(g.label + "_posted")
}

// withdraw clears what is on its way.
func (g *maker) withdraw() {
	late, left, zero := g.pointer(g.batch, "Late"), g.count(g.batch, "Late"), g.zero()
	Label(g.label + "_withdraw")
	for _, name := range []string{"Bid", "Ask", "BidSize", "AskSize"} {
		g.store(zero, g.at(late, lanes.Post{}, name, g.h))
	}
	ADDQ(I32(postBytes), late)
	DECQ(left)
	JNE(LabelRef(g.label + "_withdraw"))
}

// want is the quote that the model wants.
func (g *maker) want() {
	moved := g.mul(g.div(g.contracts, g.f("Lot")), g.term("Slope"))
	center := g.sub(g.load(g.term("Center")), moved)
	into(g.bid, g.sub(center, g.term("Half")))
	into(g.ask, g.add(center, g.term("Half")))
}

func (g *maker) post(mid vector) {
	g.unless(g.shape("Widens"), "_widened", func() {
		half := g.number(0.5)
		center := g.mul(g.add(g.bid, g.ask), half)
		factor := g.more(g.zero(), g.add(g.mul(g.column("Score"), g.f("Widen")), g.number(1)))
		wide := g.mul(g.mul(g.sub(g.ask, g.bid), half), factor)
		into(g.bid, g.sub(center, wide))
		into(g.ask, g.add(center, wide))
	})
	lack := g.sub(g.load(g.f("MinWidth")), g.sub(g.ask, g.bid))
	more := g.where(g.compare(less, g.zero(), lack), g.mul(lack, g.number(0.5)))
	into(g.bid, g.sub(g.bid, more))
	into(g.ask, g.add(g.ask, more))
	widths := g.pointer(g.batch, "Width")
	TESTQ(widths, widths)
	JEQ(LabelRef(g.label + "_outside"))
	half := g.mul(g.broadcast(widths, g.i), g.number(0.5))
	into(g.bid, g.smaller(g.bid, g.sub(g.add(mid, half), g.f("Tick"))))
	into(g.ask, g.more(g.ask, g.add(g.sub(mid, half), g.f("Tick"))))
	Label(g.label + "_outside")
	CMPB(g.shape("Ticks"), Imm(0))
	JEQ(LabelRef(g.label + "_anywhere"))
	slack := g.number(1e-9)
	low := g.round(down, g.add(g.div(g.bid, g.f("Tick")), slack))
	high := g.round(up, g.sub(g.div(g.ask, g.f("Tick")), slack))
	high = g.choose(g.compare(notLess, low, high), g.add(low, g.number(1)), high)
	into(g.bid, g.mul(low, g.f("Tick")))
	into(g.ask, g.mul(high, g.f("Tick")))
	JMP(LabelRef(g.label + "_on_tick"))
	Label(g.label + "_anywhere")
	into(g.ask, g.more(g.ask, g.bid))
	Label(g.label + "_on_tick")
	into(g.bidSize, g.where(g.compare(less, g.zero(), g.bid), g.f("Size")))
	into(g.askSize, g.where(g.compare(less, g.zero(), g.ask), g.f("Size")))
}

// limit takes back the sides that could go beyond a limit of the option.
func (g *maker) limit() {
	g.unless(g.shape("Limited"), "_limited", func() {
		into(g.bidSize, g.where(g.allows(g.bidSize), g.bidSize))
		into(g.askSize, g.where(g.allows(g.xor(g.askSize, g.sign())), g.askSize))
	})
}

func (g *maker) allows(contracts vector) Register {
	magnitude := g.magnitude()
	within := func(held, more vector, limit string) Register {
		after, before := g.and(g.add(held, more), magnitude), g.and(held, magnitude)
		return g.either(g.compare(notLess, g.load(g.f(limit)), after), g.compare(less, after, before))
	}
	own := within(g.contracts, contracts, "InventoryLimit")
	vega := g.mul(g.column("Vega"), g.f("Multiplier"))
	return g.both(own, within(g.mul(g.contracts, vega), g.mul(vega, contracts), "VegaLimit"))
}

// delay keeps the quote on its way, and takes the one that arrives.
func (g *maker) delay() {
	CMPQ(g.shape("Latency"), Imm(0))
	JEQ(LabelRef(g.label + "_arrived"))
	late, at := g.pointer(g.batch, "Late"), GP64()
	MOVQ(g.f("LateNow"), at)
	SHLQ(Imm(8), at) // postBytes
	ADDQ(late, at)
	g.store(g.bid, g.at(at, lanes.Post{}, "Bid", g.h))
	g.store(g.ask, g.at(at, lanes.Post{}, "Ask", g.h))
	g.store(g.bidSize, g.at(at, lanes.Post{}, "BidSize", g.h))
	g.store(g.askSize, g.at(at, lanes.Post{}, "AskSize", g.h))
	MOVQ(g.f("LateNow"), at)
	INCQ(at)
	CMPQ(at, g.length("Late"))
	JLT(LabelRef(g.label + "_ring"))
	XORQ(at, at)
	Label(g.label + "_ring")
	SHLQ(Imm(8), at) // postBytes
	ADDQ(late, at)
	zero := g.zero()
	load := func(name string) vector { return g.load(g.at(at, lanes.Post{}, name, g.h)) }
	there := g.either(g.compare(unequal, load("Bid"), zero), g.compare(unequal, load("Ask"), zero))
	there = g.either(there, g.either(g.compare(unequal, load("BidSize"), zero), g.compare(unequal, load("AskSize"), zero)))
	into(g.bid, g.choose(there, load("Bid"), g.bid))
	into(g.ask, g.choose(there, load("Ask"), g.ask))
	into(g.bidSize, g.where(there, g.at(at, lanes.Post{}, "BidSize", g.h)))
	into(g.askSize, g.where(there, g.at(at, lanes.Post{}, "AskSize", g.h)))
	Label(g.label + "_arrived")
}

func (g *maker) fill() {
	mid := g.column("Mid")
	toBid, toAsk := g.keep(g.sub(mid, g.bid)), g.keep(g.sub(g.ask, mid))
	g.unless(g.shape("Touch"), "_touched", func() {
		half := g.mul(g.column("Width"), g.number(0.5))
		into(toBid, g.sub(toBid, half))
		into(toAsk, g.sub(toAsk, half))
	})
	g.unless(g.shape("Scaled"), "_scaled", func() {
		into(toBid, g.div(toBid, g.term("Scale")))
		into(toAsk, g.div(toAsk, g.term("Scale")))
	})
	g.bids, g.asks = g.vector(), g.vector()
	g.side(toBid, 0, g.bids, g.bidSize, "_bid", func() Register { return g.compare(less, g.column("Ahead"), g.bid) })
	g.side(toAsk, 1, g.asks, g.askSize, "_ask", func() Register { return g.compare(less, g.ask, g.column("Ahead")) })
	g.unless(g.shape("Informed"), "_told", func() {
		share := g.load(g.f("InformedShare"))
		ofBids := g.where(g.compare(less, g.pair("Knowledge", 0), share), g.where(g.compare(less, g.column("Ahead"), g.bid), g.bids))
		ofAsks := g.where(g.compare(less, g.pair("Knowledge", 1), share), g.where(g.compare(less, g.ask, g.column("Ahead")), g.asks))
		g.store(g.add(g.load(g.f("InformedFills")), g.add(ofBids, ofAsks)), g.f("InformedFills"))
	})
}

// side fills one side: the contracts are where its threshold is below the exponent.
func (g *maker) side(distance vector, of int, contracts, size vector, label string, pays func() Register) {
	x := g.keep(g.sub(g.load(g.f("Intercept")), g.mul(distance, g.f("Slope"))))
	into(contracts, g.where(g.compare(less, g.pair("Thresholds", of), x), size))
	g.unless(g.shape("Informed"), label+"_informed", func() {
		thin := g.vector()
		into(thin, g.add(x, g.f("Thin")))
		g.unless(g.shape("Proportional"), label+"_proportional", func() { into(thin, g.mul(x, g.f("Thin"))) })
		g.unless(g.shape("OfOdds"), label+"_of_odds", func() {
			g.away() // what is held, to make room for the functions
			odds := g.add(g.exp(g.xor(x, g.sign())), g.f("InformedShare"))
			into(thin, g.sub(g.load(g.f("Thin")), g.log(odds)))
			g.back()
		})
		into(contracts, g.where(g.either(pays(), g.compare(less, g.pair("Thresholds", of), thin)), contracts))
	})
}

// hedge is the shares to hold.
func (g *maker) hedge() vector {
	delta := g.keep(g.add(g.mul(g.mul(g.contracts, g.column("Delta")), g.f("Multiplier")), g.zero()))
	now := g.keep(g.shares)
	end := g.label + "_hedged"
	is := func(kind lanes.Hedge, code func()) {
		label := g.label + "_not_" + string(rune('a'+kind))
		CMPQ(g.shape("Hedge"), Imm(uint64(kind)))
		JNE(LabelRef(label))
		code()
		JMP(LabelRef(end))
		Label(label)
	}
	neutral := func() vector { return g.xor(delta, g.sign()) }
	is(lanes.HedgeOff, func() { into(now, g.zero()) })
	is(lanes.HedgeOnFill, func() {
		into(now, g.choose(g.compare(less, g.zero(), g.add(g.bids, g.asks)), neutral(), g.shares))
	})
	is(lanes.HedgeEvery, func() {
		CMPQ(g.f("EveryNow"), Imm(0))
		JNE(LabelRef(g.label + "_not_yet"))
		into(now, neutral())
		Label(g.label + "_not_yet")
	})
	net, band := g.add(delta, g.shares), g.load(g.f("Band"))
	below := g.xor(band, g.sign())
	into(now, g.choose(g.compare(less, net, below), g.sub(below, delta), now))
	into(now, g.choose(g.compare(less, band, net), g.sub(band, delta), now))
	CMPQ(g.shape("Hedge"), Imm(uint64(lanes.HedgeBandToZero)))
	JNE(LabelRef(end))
	into(now, g.choose(g.compare(less, band, g.and(net, g.magnitude())), neutral(), now))
	Label(end)
	g.unless(g.shape("Lots"), "_whole", func() {
		lots := g.div(now, g.f("HedgeLot"))
		whole := g.round(toZero, lots)
		rest := g.and(g.sub(lots, whole), g.magnitude())
		one := g.xor(g.number(1), g.and(lots, g.sign()))
		nearest := g.choose(g.compare(notLess, rest, g.number(0.5)), g.add(whole, one), whole)
		into(now, g.mul(nearest, g.f("HedgeLot")))
	})
	return now
}

// watch counts the runs that are beyond a limit, and halts those that lost too much.
func (g *maker) watch(worth vector) {
	beyond := g.vector()
	into(beyond, g.zero())
	one := func() vector { return g.number(1) }
	g.unless(g.shape("Limited"), "_within", func() {
		magnitude := g.magnitude()
		vega := g.and(g.mul(g.mul(g.contracts, g.column("Vega")), g.f("Multiplier")), magnitude)
		over := g.either(g.compare(less, g.load(g.f("InventoryLimit")), g.and(g.contracts, magnitude)), g.compare(less, g.load(g.f("VegaLimit")), vega))
		into(beyond, g.where(over, one()))
	})
	g.unless(g.shape("Losable"), "_lost", func() {
		floor := g.xor(g.load(g.f("LossLimit")), g.sign())
		lost := g.where(g.compare(notLess, floor, worth), one())
		into(beyond, g.more(beyond, lost))
		g.store(g.more(lost, g.f("Halted")), g.f("Halted"))
	})
	g.store(g.add(beyond, g.f("Breaches")), g.f("Breaches"))
}
