package account

import (
	"fmt"

	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
)

// Provided is what a market offers beyond what every one has. Columns and figures that
// depend on it say why they are missing without it.
type Provided struct {
	Chain      bool // several options
	Put        bool // of the one option, a put is quoted too
	Timestamps bool
	Expected   bool // the underlying has an expectation
	Fills      bool // the fill model fills orders
	Minutes    int  // that it lasts
	Step       int  // minutes from one entry to the next
	Sessions   int  // whole ones
}

// ProvidedBy returns what a market offers.
func ProvidedBy(m *market.Market) Provided {
	return Provided{
		Chain: m.IsChain(), Put: m.Series[0].PutMid != nil, Timestamps: m.Timestamps != nil, Expected: m.Growth != 0,
		Fills: true, Minutes: m.Minutes() * m.StepMinutes(), Step: m.StepMinutes(), Sessions: m.WholeSessions,
	}
}

// ProvidedByParams returns what the synthetic market of the parameters offers.
func ProvidedByParams(p *param.Params) Provided {
	chain := p.Market.Model != synthetic.SeedModel && p.Market.Shape.Options() > 1
	return Provided{
		Chain: chain, Put: !chain, Fills: p.CanFill(), Expected: p.Market.Model != synthetic.SeedModel,
		Minutes: p.Market.Minutes, Step: 1, Sessions: synthetic.WholeSessions(&p.Market),
	}
}

// ProvidedByData returns what recorded quotes offer, to runs that are filled.
func ProvidedByData(source market.Recorded) Provided {
	facts, chain := source.Provides(), source.Series() > 1
	return Provided{
		Chain: chain, Put: source.HasPut() && !chain, Timestamps: facts.Timestamps, Fills: true,
		Minutes: source.Minutes() * source.StepMinutes(), Step: source.StepMinutes(), Sessions: facts.Sessions,
	}
}

// Or returns what at least one of two markets offers.
func (p Provided) Or(q Provided) Provided {
	return Provided{
		Chain: p.Chain || q.Chain, Put: p.Put || q.Put, Timestamps: p.Timestamps || q.Timestamps, Expected: p.Expected || q.Expected,
		Fills:   p.Fills || q.Fills,
		Minutes: max(p.Minutes, q.Minutes), Step: min(p.Step, q.Step), Sessions: max(p.Sessions, q.Sessions),
	}
}

// A need says why something is missing where a market does not offer what it takes;
// empty where it does.
type need func(Provided) string

func (n need) lack(p Provided) string {
	if n == nil {
		return ""
	}
	return n(p)
}

func unless(has func(Provided) bool, why string) need {
	return func(p Provided) string {
		if has(p) {
			return ""
		}
		return why
	}
}

func needsChain() need {
	return unless(func(p Provided) bool { return p.Chain }, "the market has one option, and it is of a book of several")
}

func needsPut() need {
	return unless(func(p Provided) bool { return p.Put }, "the market quotes no put")
}

func needsTimestamps() need {
	return unless(func(p Provided) bool { return p.Timestamps }, "the market has no timestamps")
}

func needsExpectation() need {
	return unless(func(p Provided) bool { return p.Expected }, "neither the seed's market nor recorded quotes have an expectation of the underlying")
}

func needsFills() need {
	return unless(func(p Provided) bool { return p.Fills }, "fill_model none fills no order")
}

// and needs another thing too.
func (n need) and(other need) need {
	return func(p Provided) string {
		if why := n(p); why != "" {
			return why
		}
		return other(p)
	}
}

func needsTwoEntries() need {
	return unless(func(p Provided) bool { return p.Minutes >= 2*max(1, p.Step) }, "the history has a single entry")
}

// needsMid needs a mid that is the given minutes after another.
func needsMid(minutes int) need {
	return func(p Provided) string {
		switch step := max(1, p.Step); {
		case minutes%step != 0:
			return fmt.Sprintf("the history has an entry in %d minutes, and none %d minutes after another", step, minutes)
		case p.Minutes < minutes+step:
			return fmt.Sprintf("the history is shorter than %d minutes", minutes+step)
		}
		return ""
	}
}

func needsSessions(n int) need {
	return unless(func(p Provided) bool { return p.Sessions >= n }, fmt.Sprintf("the history has fewer than %d whole sessions", n))
}
