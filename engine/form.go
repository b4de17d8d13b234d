package engine

import (
	"math"

	"optmm/engine/fill"
	"optmm/engine/lanes"
	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/engine/signal"
)

// form is what runs that are simulated at once have in common.
type form struct {
	apart   string // why such runs are simulated one at a time; empty where they are not
	seed    bool   // the seed's quotes and fills
	own     bool   // by the data's own width
	law     fill.ArrivalLaw
	entries int // that the informed see ahead
	shape   lanes.Shape
}

// Apart returns why runs with these parameters, on one option or on a chain, are simulated one at a time: the first parameter that
// forbids more. It is empty where eight are simulated at once, on a market by minutes. One at a time are quotes and limits that depend
// on the whole book, fills by printed trades and by the sizes of orders. Of a chain, and of an option that expires, is held from the
// beginning, is financed or hedged in a band of Whalley and Wilmott, the quotes and fills are at once, and what follows from them for
// the book is run by run.
func Apart(p *param.Params, chain bool) (why string) { return formOf(p, chain).apart }

// formOf returns the form of runs with these parameters; books says that the market asks for a book by itself.
func formOf(p *param.Params, books bool) form {
	books = books || p.OpeningInventory != 0 || p.FinancingRate.Set || p.HedgeModel == param.HedgeWhalley
	l := newLimits(p)
	seed := p.QuoteModel == param.SeedQuotes && p.FillModel == param.SeedFills
	law, _, _, distant := reach(p)
	switch p.QuoteModel {
	case param.SeedQuotes, param.ShiftQuotes, param.GLFTQuotes, param.StoikovQuotes, param.SymmetricQuotes:
	default:
		return form{apart: "quote_model " + p.QuoteModel}
	}
	switch {
	case readsBook(p):
		return form{apart: "quotes that depend on the whole book"}
	case !seed && (!distant || p.QuoteModel == param.SeedQuotes):
		return form{apart: "fill_model " + p.FillModel}
	case seed && p.KFill == 0:
		return form{apart: "k_fill 0"}
	case seed && (books || l.any() || p.HedgeLot != 0 || p.HedgeModel != param.HedgeOnFill):
		return form{apart: "the seed's quotes with limits, lots, interest, a chain or another hedge_model"}
	case l.gross < math.Inf(1) || l.delta < math.Inf(1) || l.vega < math.Inf(1) || l.gamma < math.Inf(1):
		return form{apart: "limits of the whole book"}
	case books && l.loss < math.Inf(1):
		return form{apart: "loss_limit with a chain, interest, an opening position or hedge_model whalley_wilmott"}
	case seed:
		return form{seed: true, own: !p.Spread.Set, law: fill.Half}
	case p.OrderSizeMean.Set:
		return form{apart: "order_size_mean"}
	}
	f := form{law: law, shape: lanes.Shape{
		Widens: p.ScoreWiden != 0, Ticks: p.TickSize.Value > 0, Limited: l.ofOption, Losable: l.loss < math.Inf(1),
		Touch: p.FillFrom == param.FromTouch, Scaled: p.PriceScale == param.ScaleOfHalfSpread, Informed: p.InformedShare > 0,
		Latency: p.Latency(), TradesOnly: books,
	}}
	if !books {
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

// allows reports whether runs of the form can be simulated at once on a market.
func (f form) allows(m *market.Market, p *param.Params) bool {
	if f.apart != "" || m.StepMinutes() != 1 || f.shape.TradesOnly && len(m.Series)*m.Minutes() > MostOptionMinutes {
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
