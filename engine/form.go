package engine

import (
	"fmt"
	"math"

	"optmm/engine/fill"
	"optmm/engine/lanes"
	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/engine/signal"
)

// form is what runs that are simulated at once have in common.
type form struct {
	taken   bool   // the run is in a group already
	apart   string // why such runs are simulated one at a time; empty where they are not
	seed    bool   // the seed's quotes and fills
	own     bool   // by the data's own width
	law     fill.ArrivalLaw
	entries int // that the informed see ahead
	shape   lanes.Shape
}

// Facts is what decides, besides the parameters, whether runs on a market are simulated at once.
type Facts struct {
	Options, Minutes int
	Step             int  // minutes from one entry of the market to the next
	Expires          bool // the first option does, before the last minute
	OptionTotals     bool // outcomes have the figures of each option
}

func factsOf(m *market.Market, optionTotals bool) Facts {
	return Facts{Options: len(m.Series), Minutes: m.Minutes(), Step: m.StepMinutes(), Expires: m.Series[0].Expiry >= 0, OptionTotals: optionTotals}
}

// Together returns of each of some runs of a seed why it is simulated one at a time, empty where it is at once with others; and of how
// many runs only the quotes and fills are at once, and only by vectors. One at a time are quotes and limits that depend on the whole
// book, those with roots or tables of solutions, fills by printed trades and by the sizes of orders, and rows further apart than a minute.
// Of a chain, and of an option that expires, is held from the beginning, is financed or hedged in a band of Whalley and Wilmott, only
// the quotes and fills are at once: each run hedges and accounts for a book of its own.
func Together(params []*param.Params, facts Facts) (apart []string, quotesOnly int) {
	forms := make([]form, len(params))
	for i, p := range params {
		forms[i] = formOf(p, facts)
	}
	apart = make([]string, len(params))
	var group []int
	for i, f := range forms {
		if forms[i].taken {
			continue
		}
		group = takeGroup(forms, i, group[:0])
		switch {
		case f.apart == "" && len(group) < f.least():
			f.apart = fmt.Sprintf("a group of fewer than %d runs with the same steps", f.least())
		case f.apart == "" && f.shape.TradesOnly:
			quotesOnly += len(group)
		}
		for _, k := range group {
			apart[k] = f.apart
		}
	}
	return apart, quotesOnly
}

// takeGroup appends run i, and those after it with its form, to a group of at most AtOnce, and marks them as taken.
func takeGroup(forms []form, i int, group []int) []int {
	f := forms[i]
	for k := i; k < len(forms) && len(group) < AtOnce; k++ {
		if forms[k] == f {
			group = append(group, k)
			forms[k].taken = true
		}
	}
	return group
}

// least is the fewest runs that are faster at once than one at a time.
func (f form) least() int {
	if f.shape.TradesOnly {
		return 4
	}
	return 2
}

// Apart returns why a run with these parameters is simulated one at a time regardless of the others; empty where it need not be.
func Apart(p *param.Params, facts Facts) string { return formOf(p, facts).apart }

// ownBook is why runs with these parameters have each a book of its own; empty where they have not.
func ownBook(p *param.Params, facts Facts) string {
	switch {
	case facts.Options > 1:
		return "a chain"
	case facts.Expires:
		return "an option that expires"
	case facts.OptionTotals:
		return "option_summary"
	case p.OpeningInventory != 0:
		return "opening_inventory"
	case p.FinancingRate.Set:
		return "financing_rate"
	case p.HedgeModel == param.HedgeWhalley:
		return "hedge_model " + p.HedgeModel
	}
	return ""
}

// formOf returns the form of runs with these parameters.
func formOf(p *param.Params, facts Facts) form {
	l, book := newLimits(p), ownBook(p, facts)
	law, _, _, distant := reach(p)
	switch p.QuoteModel {
	case param.SeedQuotes, param.ShiftQuotes, param.GLFTQuotes, param.StoikovQuotes, param.SymmetricQuotes:
	default:
		return form{apart: "quote_model " + p.QuoteModel}
	}
	switch seed := p.QuoteModel == param.SeedQuotes && p.FillModel == param.SeedFills; {
	case facts.Step > 1:
		return form{apart: "rows are further apart than a minute"}
	case seed:
		return seedForm(p, &l, book)
	case readsBook(p):
		return form{apart: "quotes that depend on the whole book"}
	case !distant || p.QuoteModel == param.SeedQuotes:
		return form{apart: "fill_model " + p.FillModel}
	case p.OrderSizeMean.Set:
		return form{apart: "order_size_mean"}
	case l.gross < math.Inf(1) || l.delta < math.Inf(1) || l.vega < math.Inf(1) || l.gamma < math.Inf(1):
		return form{apart: "limits of the whole book"}
	case book != "" && l.loss < math.Inf(1):
		return form{apart: "loss_limit with " + book}
	case book != "" && RecordBytes(facts) == 0:
		return form{apart: "more minutes than the memory of eight books is kept for"}
	}
	f := form{law: law, shape: lanes.Shape{
		Widens: p.ScoreWiden != 0, Ticks: p.TickSize.Value > 0, Limited: l.ofOption, Losable: l.loss < math.Inf(1),
		Touch: p.FillFrom == param.FromTouch, Scaled: p.PriceScale == param.ScaleOfHalfSpread, Informed: p.InformedShare > 0,
		Latency: p.Latency(), TradesOnly: book != "",
	}}
	if book == "" {
		f.shape.Lots = p.HedgeLot != 0
		switch p.HedgeModel {
		case param.HedgeOff:
			f.shape.Hedge = lanes.HedgeOff
		case param.HedgeOnFill:
			f.shape.Hedge = lanes.HedgeOnFill
		case param.HedgeEvery:
			f.shape.Hedge, f.shape.Every = lanes.HedgeEvery, int(p.HedgeEveryMinutes.Value)
		case param.HedgeBand:
			if f.shape.Hedge = lanes.HedgeBand; p.HedgeBandTo == param.BandToZero {
				f.shape.Hedge = lanes.HedgeBandToZero
			}
		}
	}
	if f.shape.Informed {
		f.entries = signal.Entries(p.InformedMinutes, 1)
		_, how := law.Thinning(p.InformedShare)
		f.shape.Proportional, f.shape.OfOdds = how == fill.Multiplied, how == fill.OfOdds
	}
	return f
}

// seedForm is formOf of the seed's quotes and fills.
func seedForm(p *param.Params, l *limits, book string) form {
	with := ""
	switch {
	case p.KFill == 0:
		return form{apart: "k_fill 0"}
	case book != "":
		with = book
	case l.any():
		with = "limits"
	case p.HedgeLot != 0:
		with = "hedge_lot"
	case p.HedgeModel != param.HedgeOnFill:
		with = "hedge_model " + p.HedgeModel
	default:
		return form{seed: true, own: !p.Spread.Set, law: fill.Half}
	}
	return form{apart: "the seed's quotes with " + with}
}

// allows reports whether runs of the form can be simulated at once on a market.
func (f form) allows(m *market.Market, p *param.Params) bool {
	if f.apart != "" {
		return false
	}
	for j := range m.Series {
		s := &m.Series[j]
		switch {
		case f.seed && (s.Quotable != nil || f.own && s.Width == nil):
			return false
		case !f.seed && s.Width == nil && (f.shape.Touch || f.shape.Scaled || p.QuoteModel == param.ShiftQuotes && !p.Spread.Set):
			return false
		}
	}
	return math.Abs(float64(p.OpeningInventory))+float64(float64(m.Minutes())*float64(p.ContractsPerSide())) < math.MaxInt32
}
