package engine

import (
	"math"

	"optmm/engine/market"
)

// limits are what may be held; +Inf where there is none.
type limits struct {
	inventory, delta, vega, gamma, loss float64
	any                                 bool
}

func newLimits(p *Params) limits {
	var l limits
	for _, limit := range []struct {
		at    *float64
		value Optional
	}{{&l.inventory, p.InventoryLimit}, {&l.delta, p.DeltaLimit}, {&l.vega, p.VegaLimit}, {&l.gamma, p.GammaLimit}, {&l.loss, p.LossLimit}} {
		*limit.at = math.Inf(1)
		if limit.value.Set {
			*limit.at, l.any = limit.value.Value, true
		}
	}
	return l
}

// exposure is what the limits are on.
type exposure struct {
	inventory float64 // contracts
	delta     float64 // net, shares
	vega      float64 // currency per unit of volatility
	gamma     float64 // shares per price unit
}

// allows reports whether so many contracts more, of which each adds unit, would
// go beyond no limit. A side that brings an exposure down is always allowed as far
// as that exposure goes.
func (l *limits) allows(held, unit exposure, contracts float64) bool {
	within := func(held, more, limit float64) bool {
		after := math.Abs(held + float64(more*contracts))
		return after <= limit || after < math.Abs(held)
	}
	return within(held.inventory, unit.inventory, l.inventory) && within(held.delta, unit.delta, l.delta) &&
		within(held.vega, unit.vega, l.vega) && within(held.gamma, unit.gamma, l.gamma)
}

// broken reports whether what is held is beyond a limit, as moving prices or a
// late quote can make it.
func (l *limits) broken(held exposure) bool {
	return math.Abs(held.inventory) > l.inventory || math.Abs(held.delta) > l.delta ||
		math.Abs(held.vega) > l.vega || math.Abs(held.gamma) > l.gamma
}

// guard holds a run to its limits, and counts.
type guard struct {
	limits
	option     *market.Series
	multiplier float64

	halted        bool // the loss limit was reached
	haltedMinutes int
	breaches      int // minutes that ended beyond a limit
}

func newGuard(p *Params, option *market.Series) guard {
	return guard{limits: newLimits(p), option: option, multiplier: p.Multiplier}
}

// unit is the exposure of one contract at a minute.
func (g *guard) unit(minute int) exposure {
	return exposure{
		inventory: 1, delta: float64(g.option.Delta[minute] * g.multiplier),
		vega: float64(g.option.Vega[minute] * g.multiplier), gamma: float64(g.option.Gamma[minute] * g.multiplier),
	}
}

func held(book *ledger, unit exposure) exposure {
	n := book.inventory
	return exposure{
		inventory: n, delta: float64(n*unit.delta) + book.shares,
		vega: float64(n * unit.vega), gamma: float64(n * unit.gamma),
	}
}

// cap takes back the sides that could go beyond a limit.
func (g *guard) cap(minute int, q post, book *ledger) post {
	unit := g.unit(minute)
	now := held(book, unit)
	if !g.allows(now, unit, float64(q.bidSize)) {
		q.bidSize = 0
	}
	if !g.allows(now, unit, -float64(q.askSize)) {
		q.askSize = 0
	}
	return q
}

// watch looks at the minute's end.
func (g *guard) watch(minute int, book *ledger, pnl float64) {
	if g.broken(held(book, g.unit(minute))) {
		g.breaches++
	}
	if pnl <= -g.loss {
		g.halted = true
	}
}
