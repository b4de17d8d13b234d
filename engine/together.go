package engine

import (
	"math"
	"slices"

	"optmm/engine/account"
	"optmm/engine/fill"
	"optmm/engine/hedge"
	"optmm/engine/lanes"
	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/engine/quote"
	"optmm/engine/random"
	"optmm/engine/signal"
)

// Outcome is what a run comes to, or why it fails.
type Outcome struct {
	Summary account.Summary
	Err     error
}

// AtOnce is how many runs are walked at once at the most.
const AtOnce = lanes.Count

// leastTogether is how many runs are worth walking at once.
const leastTogether = 3

// form is what runs that are walked at once have in common.
type form struct {
	apart   string // why such runs are walked one by one; empty where they are not
	seed    bool   // the seed's quotes and fills
	own     bool   // by the data's own width
	law     fill.ArrivalLaw
	entries int // that the informed see ahead
	shape   lanes.Shape
}

// Apart says why runs with these parameters are not walked eight at once, by the first parameter that forbids it; empty where they
// are, on a market of one option and of minutes that does not expire. What goes by the whole book, by trades that printed, by the
// sizes of orders, or by roots and logarithms of every minute is walked one by one.
func Apart(p *param.Params) (why string) {
	f := formOf(p)
	return f.apart
}

func formOf(p *param.Params) form {
	l := newLimits(p)
	f := form{law: fill.Half, seed: p.QuoteModel == param.SeedQuotes && p.FillModel == param.SeedFills, own: !p.Spread.Set}
	_, _, _, distant := reach(p)
	switch p.QuoteModel {
	case param.SeedQuotes, param.ShiftQuotes, param.GLFTQuotes, param.StoikovQuotes, param.SymmetricQuotes:
	default:
		return form{apart: "quote_model " + p.QuoteModel}
	}
	switch {
	case readsBook(p):
		return form{apart: "quotes by the whole book"}
	case !f.seed && (!distant || p.QuoteModel == param.SeedQuotes):
		return form{apart: "fill_model " + p.FillModel}
	case f.seed && p.KFill == 0:
		return form{apart: "k_fill 0"}
	case f.seed && (l.any() || p.HedgeLot != 0 || p.HedgeModel != param.HedgeOnFill):
		return form{apart: "the seed's quotes with limits, lots or another hedge_model"}
	case l.gross < math.Inf(1) || l.delta < math.Inf(1) || l.vega < math.Inf(1) || l.gamma < math.Inf(1):
		return form{apart: "limits of the whole book"}
	case p.OpeningInventory != 0:
		return form{apart: "opening_inventory"}
	case p.FinancingRate.Set:
		return form{apart: "financing_rate"}
	case f.seed:
		return f
	case p.OrderSizeMean.Set:
		return form{apart: "order_size_mean"}
	}
	s := &f.shape
	switch p.HedgeModel {
	case param.HedgeOff:
		s.Hedge = lanes.HedgeOff
	case param.HedgeOnFill:
		s.Hedge = lanes.HedgeOnFill
	case param.HedgeEvery:
		s.Hedge, s.Every = lanes.HedgeEvery, int(p.HedgeEveryMinutes.Value)
	case param.HedgeBand:
		if s.Hedge = lanes.HedgeBand; p.HedgeBandTo == param.BandToZero {
			s.Hedge = lanes.HedgeBandToZero
		}
	default:
		return form{apart: "hedge_model " + p.HedgeModel}
	}
	f.own, f.law, f.entries = false, law(p), 0
	s.Widens, s.Ticks, s.Limited, s.Losable = p.ScoreWiden != 0, p.TickSize.Value > 0, l.ofOption, l.loss < math.Inf(1)
	s.Touch, s.Scaled, s.Lots, s.Latency = p.FillFrom == param.FromTouch, p.PriceScale == param.ScaleOfHalfSpread, p.HedgeLot != 0, p.Latency()
	if s.Informed = p.InformedShare > 0; s.Informed {
		f.entries = signal.Entries(p.InformedMinutes, 1)
		_, how := f.law.Thinning(p.InformedShare)
		if s.Proportional = how == fill.Multiplied; how == fill.Otherwise {
			return form{apart: "fill_model " + p.FillModel + " with informed_share"}
		}
	}
	return f
}

func law(p *param.Params) fill.ArrivalLaw {
	l, _, _, _ := reach(p)
	return l
}

// walkable reports whether a market's runs of a form can be walked at once.
func (f *form) walkable(m *market.Market, p *param.Params) bool {
	s := &m.Series[0]
	switch {
	case f.apart != "" || m.IsChain() || len(m.Underlyings) != 1 || m.StepMinutes() != 1 || s.Expiry >= 0:
		return false
	case f.seed && (s.Quotable != nil || f.own && s.Width == nil):
		return false
	case !f.seed && s.Width == nil && (f.shape.Touch || f.shape.Scaled || p.QuoteModel == param.ShiftQuotes && !p.Spread.Set):
		return false
	}
	return float64(m.Minutes())*float64(p.ContractsPerSide()) < math.MaxInt32
}

// RunTogether appends the outcomes of runs of one seed on one market, which differ in their parameters alone, to out: each is what
// Run returns. The parameters have passed Validate. Those that Apart does not keep apart and that have the same steps are walked
// eight at once by the simulator's Kernel; the others, and those that fail, one by one.
func (s *Simulator) RunTogether(m *market.Market, params []*param.Params, fillSeed uint64, out []Outcome) []Outcome {
	t, begin := &s.together, len(out)
	out = append(out, make([]Outcome, len(params))...)
	outcomes := out[begin:]
	t.forms = t.forms[:0]
	walked := form{apart: "walked"}
	for _, p := range params {
		f := formOf(p)
		if s.Fills != nil || s.stepwise || s.Single || !f.walkable(m, p) {
			f = form{apart: "here"}
		}
		t.forms = append(t.forms, f)
	}
	for i := range params {
		if t.forms[i] == walked {
			continue // with one before it
		}
		t.group = t.group[:0]
		for k := i; k < len(params) && len(t.group) < AtOnce; k++ {
			if t.forms[k] == t.forms[i] {
				t.group = append(t.group, k)
			}
		}
		if t.forms[i].apart != "" || len(t.group) < leastTogether {
			outcomes[i].Summary, outcomes[i].Err = s.Run(m, params[i], fillSeed)
			continue
		}
		s.walk(m, t.forms[i], params, fillSeed, outcomes)
		for _, k := range t.group {
			t.forms[k] = walked
		}
	}
	return out
}

// blockMinutes is how many minutes a pass is about: its columns stay in the second-level cache.
const blockMinutes = 256

// together is a simulator's memory for runs that are walked at once.
type together struct {
	walk     lanes.Walk
	marks    [len(account.Summary{}.Markouts)]lanes.Mark
	made     []lanes.Minute // of a block
	terms    []lanes.Terms
	pnl      []lanes.Lane // of the run
	late     []lanes.Post
	ahead    []float64 // the mid that the informed see
	makers   [AtOnce]maker
	quotes   [AtOnce]quote.Linear
	forms    []form
	group    []int // the runs in hand
	sessions []float64
}

// walk walks the runs of a group at once.
func (s *Simulator) walk(m *market.Market, f form, params []*param.Params, fillSeed uint64, outcomes []Outcome) {
	minutes, t, k := m.Minutes(), &s.together, s.Kernel
	s.makers = market.Resize(s.makers, 1)
	draws := &s.makers[0]
	draws.index = 0
	thresholds := draws.thresholds(f.law, minutes, fillSeed)
	if f.shape.Informed {
		draws.draw(&draws.knowledge, minutes, fillSeed, random.Knowledge)
	}
	t.begin(m, f, params)
	if !f.seed {
		if err := s.prepare(m, f, params); err != nil {
			for _, i := range t.group {
				outcomes[i].Summary, outcomes[i].Err = s.Run(m, params[i], fillSeed)
			}
			return
		}
	}
	mid := m.Series[0].Mid
	for first := 0; first < minutes; first += blockMinutes {
		end := min(first+blockMinutes, minutes)
		t.block(m, f, thresholds, draws.knowledge.values, first, end)
		if f.seed {
			k.Trade(&t.walk)
		} else {
			k.Make(&t.walk)
		}
		k.Gains(&t.walk)
		k.Fills(&t.walk)
		for i, ahead := range account.MarkoutMinutes() {
			if first+ahead < minutes {
				k.Markout(&t.walk, &t.marks[i], mid[first+ahead:min(end+ahead, minutes)])
			}
		}
		k.Hold(&t.walk)
	}
	for j := range lanes.Count {
		t.walk.Mean[j], t.walk.Before[j] = (t.pnl[minutes-1][j]-t.pnl[0][j])/float64(minutes), t.pnl[0][j]
	}
	k.Steps(&t.walk, t.pnl)
	for j, i := range t.group {
		p, o := params[i], &outcomes[i]
		totals, sound := t.totals(m, p, j)
		if sound {
			o.Summary = totals.Summary(m, p.Multiplier)
			sound = o.Summary.Finite() == nil
		}
		if !sound { // by itself, which names the first minute at which it fails
			o.Summary, o.Err = s.Run(m, p, fillSeed)
		}
	}
}

// begin takes the parameters of the runs. Lanes without a run repeat the last.
func (t *together) begin(m *market.Market, f form, params []*param.Params) {
	w := &t.walk
	*w, t.marks = lanes.Walk{}, [len(t.marks)]lanes.Mark{}
	for j := range lanes.Count {
		p := params[t.group[min(j, len(t.group)-1)]]
		w.Skew[j], w.MinusK[j], w.Spread[j], w.Floor[j], w.VolCoef[j], w.Mult[j] = p.Skew, -p.KFill, p.Spread.Value, p.SpreadFloor, p.SpreadVolCoef, p.SpreadMult
		w.Size[j], w.Multiplier[j], w.Fee[j] = float64(p.ContractsPerSide()), p.Multiplier, p.OptionFee
		w.CostPerShare[j], w.CostPerValue[j], w.CostPerTrade[j] = p.HedgeCosts.HalfSpread, float64(p.HedgeCosts.BasisPoints*1e-4), p.HedgeCosts.Fixed
		w.Costly = w.Costly || p.OptionFee != 0 || p.HedgeCosts != hedge.Costs{}
	}
	t.made, t.pnl = market.Resize(t.made, blockMinutes), market.Resize(t.pnl, m.Minutes())
	w.Made = t.made
}

// prepare makes the runs' quote models, and takes what the realistic models have further.
func (s *Simulator) prepare(m *market.Market, f form, params []*param.Params) error {
	t, option := &s.together, &m.Series[0]
	w := &t.walk
	s.columns.lent = 0
	for j := range lanes.Count {
		if j >= len(t.group) {
			t.quotes[j], t.makers[j].scale = t.quotes[j-1], t.makers[j-1].scale
		} else {
			maker, p := &t.makers[j], params[t.group[j]]
			maker.series, maker.width, maker.scale = option, nil, s.scale(option, p)
			if p.QuoteModel == param.ShiftQuotes {
				maker.width = s.columns.take(m.Minutes())
				widthOf(p).Column(m.Underlyings[0].RecentVol, option, maker.width)
			}
			model, err := s.quoteModel(m, maker, p, maker.scale, nil)
			if err != nil {
				return err
			}
			t.quotes[j] = model.(quote.Linear)
		}
		p := params[t.group[min(j, len(t.group)-1)]]
		l := newLimits(p)
		if w.Lot[j] = float64(p.QuoteSize); p.QuoteModel == param.ShiftQuotes {
			w.Lot[j] = 1
		}
		w.Widen[j], w.MinWidth[j], w.Tick[j] = p.ScoreWiden, p.MinWidth, p.TickSize.Value
		w.InventoryLimit[j], w.VegaLimit[j], w.LossLimit[j] = l.inventory, l.optionVega, l.loss
		_, w.Intercept[j], w.Slope[j], _ = reach(p)
		w.Thin[j], _ = f.law.Thinning(p.InformedShare)
		w.InformedShare[j], w.Band[j], w.HedgeLot[j] = p.InformedShare, p.HedgeBand.Value, p.HedgeLot
	}
	w.Shape = f.shape
	t.terms = market.Resize(t.terms, blockMinutes)
	t.late = market.Resize(t.late, f.shape.Latency+1)
	clear(t.late)
	w.Terms, w.Late = t.terms, t.late
	if f.shape.Informed {
		t.ahead = market.Resize(t.ahead, m.Minutes())
		at := min(f.entries, m.Minutes())
		copy(t.ahead, option.Mid[at:])
		for i := m.Minutes() - at; i < m.Minutes(); i++ {
			t.ahead[i] = option.Mid[m.Minutes()-1]
		}
	}
	return nil
}

// block sets the columns to the minutes from first to end.
func (t *together) block(m *market.Market, f form, thresholds, knowledge []float64, first, end int) {
	w, s, u := &t.walk, &m.Series[0], &m.Underlyings[0]
	e := &s.Explained
	w.Mid, w.Score, w.RecentVol, w.Price, w.Delta, w.Vega, w.Move = s.Mid[first:end], s.Score[first:end], u.RecentVol[first:end], u.Price[first:end], s.Delta[first:end], s.Vega[first:end], u.Move[first:end]
	w.ByMid, w.ByDelta, w.ByGamma, w.ByTheta, w.ByVega = e.Mid[first:end], e.Delta[first:end], e.Gamma[first:end], e.Theta[first:end], e.Vega[first:end]
	w.Thresholds, w.PnL = thresholds[2*first:2*end], t.pnl[first:end]
	if f.seed {
		if f.own {
			w.Own = s.Width[first:end]
		}
		return
	}
	w.First, w.LateAt, w.EveryAt = first, first%len(w.Late), first%max(1, f.shape.Every)
	if s.Quotable != nil {
		w.Quotable = s.Quotable[first:end]
	}
	if s.Width != nil {
		w.Width = s.Width[first:end]
	}
	if f.shape.Informed {
		w.Ahead, w.Knowledge = t.ahead[first:end], knowledge[2*first:2*end]
	}
	for j := range lanes.Count {
		model, scale := t.quotes[j], t.makers[min(j, len(t.group)-1)].scale
		for i := range end - first {
			at := &t.terms[i]
			at.Center[j], at.Slope[j], at.Half[j] = model.Terms(first + i)
			if scale != nil {
				at.Scale[j] = scale[first+i]
			}
		}
	}
}

// totals returns what the run of a lane comes to, and whether it is sound: all finite, and its parts add up to the P&L.
func (t *together) totals(m *market.Market, p *param.Params, j int) (account.Totals, bool) {
	w, last := &t.walk, m.Minutes()-1
	t.sessions = slices.Grow(t.sessions[:0], m.WholeSessions)
	for session := range m.WholeSessions {
		t.sessions = append(t.sessions, t.pnl[m.SessionEnd(session)-1][j])
	}
	totals := account.Totals{
		PnL: t.pnl[last][j], OptionFees: w.Fees[j], HedgeCosts: w.Costs[j],
		Spread: w.SpreadPnL[j], Inventory: w.Inventory[j], Hedge: w.HedgePnL[j], Delta: w.DeltaPnL[j], Gamma: w.Gamma[j], Theta: w.Theta[j], Vega: w.VegaPnL[j],
		OptionTurnover: float64(w.Turnover[j] * p.Multiplier), HedgeTurnover: w.HedgeTurnover[j],
		BidFills: int(w.Bought[j]), AskFills: int(w.Sold[j]), InformedFills: int(w.InformedFills[j]), MaxInventory: int(w.Most[j]), EndInventory: int(w.Contracts[j]),
		Breaches: int(w.Breaches[j]), HaltedMinutes: int(w.HaltedMinutes[j]),
		Moments: account.Moments{
			Gross: int(w.Gross[j]), Net: int(w.Net[j]), Vegas: w.VegaSquares[j], Errors: w.ErrorSquares[j],
			Mean: w.Mean[j], Steps: w.StepSquares[j], Drawdown: w.Drawdown[j],
		},
		SessionPnL: t.sessions,
	}
	for i := range t.marks {
		totals.Markouts[i] = account.Markout{Contracts: int64(t.marks[i].Contracts[j]), Earned: t.marks[i].Earned[j]}
	}
	option := w.OptionCash[j] + float64(float64(w.Contracts[j]*m.Series[0].Mid[last])*p.Multiplier)
	return totals, w.NotFinite[j] == 0 && totals.AddUp(m, option, p.OptionFee, p.Multiplier)
}
