package engine

import (
	"math"

	"optmm/engine/param"
)

// limits are what may be held; +Inf where there is none.
type limits struct {
	inventory, optionVega     float64 // of each option
	gross, vega, delta, gamma float64 // of the book, the last two in each underlying
	loss                      float64
	ofOption, ofBook          bool // some depend on the option's own contracts, some on more than these
}

func newLimits(p *param.Params) limits {
	var l limits
	for _, limit := range [...]struct {
		at    *float64
		value param.Optional
		kind  *bool
	}{
		{&l.inventory, p.InventoryLimit, &l.ofOption}, {&l.optionVega, p.OptionVegaLimit, &l.ofOption}, {&l.gross, p.GrossLimit, &l.ofBook},
		{&l.delta, p.DeltaLimit, &l.ofBook}, {&l.vega, p.VegaLimit, &l.ofBook}, {&l.gamma, p.GammaLimit, &l.ofBook}, {&l.loss, p.LossLimit, &l.ofBook},
	} {
		*limit.at = math.Inf(1)
		if limit.value.Set {
			*limit.at, *limit.kind = limit.value.Value, true
		}
	}
	return l
}

// allows reports whether contracts more of an option would go beyond no limit. A side that brings what is limited down is always allowed as far as that
// goes.
func (l *limits) allows(b *book, m *maker, minute int, contracts float64) bool {
	within := func(held, more, limit float64) bool {
		after := math.Abs(held + more)
		return after <= limit || after < math.Abs(held)
	}
	vega := float64(m.series.Vega[minute] * b.multiplier)
	own := !l.ofOption || within(m.inventory, contracts, l.inventory) && within(float64(m.inventory*vega), float64(vega*contracts), l.optionVega)
	if !own || !l.ofBook {
		return own
	}
	u := m.series.Underlying
	gamma, delta := float64(m.series.Gamma[minute]*b.multiplier), float64(m.series.Delta[minute]*b.multiplier)
	return within(b.gross, m.moreGross(contracts), l.gross) &&
		within(b.net(u, minute), float64(delta*contracts), l.delta) &&
		within(b.record.Vega[minute], float64(vega*contracts), l.vega) &&
		within(b.record.Hedges[u].Gamma[minute], float64(gamma*contracts), l.gamma)
}

// guard holds a run to its limits, and counts.
type guard struct {
	limits
	cancelsWithinMinute bool // quotes are not late: fills of the same minute count against limits of the book
	halted              bool // the loss limit was reached
	haltedMinutes       int
	breaches            int    // minutes that ended beyond a limit
	broken              []bool // which of a block did
}

func (l *limits) any() bool { return l.ofOption || l.ofBook }

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

// beyond reports whether contracts held of an option are beyond its limits.
func (g *guard) beyond(b *book, m *maker, minute int, held float64) bool {
	return math.Abs(held) > g.inventory || g.optionVega < math.Inf(1) && math.Abs(b.worth(held, m.series.Vega[minute])) > g.optionVega
}

func (g *guard) brokenAt(b *book, minute int) bool {
	if g.ofOption {
		for j := range b.makers {
			if m := &b.makers[j]; m.inventory != 0 && g.beyond(b, m, minute, m.inventory) {
				return true
			}
		}
	}
	for u := range b.exposures {
		h := &b.record.Hedges[u]
		if math.Abs(h.Delta[minute]+h.Shares[minute]) > g.delta || math.Abs(h.Gamma[minute]) > g.gamma {
			return true
		}
	}
	return math.Abs(b.record.Vega[minute]) > g.vega || b.gross > g.gross
}
