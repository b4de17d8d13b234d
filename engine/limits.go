package engine

import "math"

// limits are what may be held; +Inf where there is none.
type limits struct {
	inventory, optionVega     float64 // of each option
	gross, vega, delta, gamma float64 // of the book, the last two in each underlying
	loss                      float64
	any                       bool
}

func newLimits(p *Params) limits {
	var l limits
	for _, limit := range []struct {
		at    *float64
		value Optional
	}{
		{&l.inventory, p.InventoryLimit}, {&l.optionVega, p.OptionVegaLimit}, {&l.gross, p.GrossLimit},
		{&l.delta, p.DeltaLimit}, {&l.vega, p.VegaLimit}, {&l.gamma, p.GammaLimit}, {&l.loss, p.LossLimit},
	} {
		*limit.at = math.Inf(1)
		if limit.value.Set {
			*limit.at, l.any = limit.value.Value, true
		}
	}
	return l
}

// allows reports whether so many contracts more of an option would go beyond no
// limit. A side that brings what is limited down is always allowed as far as that
// goes.
func (l *limits) allows(b *book, m *maker, minute int, contracts float64) bool {
	within := func(held, more, limit float64) bool {
		after := math.Abs(held + more)
		return after <= limit || after < math.Abs(held)
	}
	u := m.series.Underlying
	vega, gamma := float64(m.series.Vega[minute]*b.multiplier), float64(m.series.Gamma[minute]*b.multiplier)
	delta := float64(m.series.Delta[minute] * b.multiplier)
	return within(m.inventory, contracts, l.inventory) &&
		within(float64(m.inventory*vega), float64(vega*contracts), l.optionVega) &&
		within(b.gross, m.moreGross(contracts), l.gross) &&
		within(b.under[u].delta+b.shares[u], float64(delta*contracts), l.delta) &&
		within(b.vega, float64(vega*contracts), l.vega) &&
		within(b.under[u].gamma, float64(gamma*contracts), l.gamma)
}

// guard holds a run to its limits, and counts.
type guard struct {
	limits
	halted        bool // the loss limit was reached
	haltedMinutes int
	breaches      int // minutes that ended beyond a limit
}

// cap takes back the sides that could go beyond a limit.
func (g *guard) cap(b *book, m *maker, minute int, q post) post {
	if q.bidSize > 0 && !g.allows(b, m, minute, float64(q.bidSize)) {
		q.bidSize = 0
	}
	if q.askSize > 0 && !g.allows(b, m, minute, -float64(q.askSize)) {
		q.askSize = 0
	}
	return q
}

// watch looks at the minute's end: moving prices or a late quote can take what is
// held beyond a limit.
func (g *guard) watch(b *book, minute int, pnl float64) {
	if g.broken(b, minute) {
		g.breaches++
	}
	if pnl <= -g.loss {
		g.halted = true
	}
}

func (g *guard) broken(b *book, minute int) bool {
	for j := range b.makers {
		m := &b.makers[j]
		if math.Abs(m.inventory) > g.inventory || math.Abs(float64(float64(m.inventory*m.series.Vega[minute])*b.multiplier)) > g.optionVega {
			return true
		}
	}
	for u := range b.under {
		if math.Abs(b.under[u].delta+b.shares[u]) > g.delta || math.Abs(b.under[u].gamma) > g.gamma {
			return true
		}
	}
	return math.Abs(b.vega) > g.vega || b.gross > g.gross
}
