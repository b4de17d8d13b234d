package engine

import (
	"slices"

	"optmm/engine/account"
	"optmm/engine/hedge"
	"optmm/engine/lanes"
	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/engine/quote"
	"optmm/engine/random"
)

// Outcome is the summary of a run, or its error.
type Outcome struct {
	Summary account.Summary
	Options []account.OptionTotal // where the simulator keeps them
	Err     error
}

// AtOnce is the most runs that are simulated at once.
const AtOnce = lanes.Count

// RunTogether appends the outcomes of runs of one seed on one market, which differ in their parameters alone, to out: each is what
// Run returns. The parameters have passed Validate. Runs with the same steps are simulated eight at once by the simulator's Kernel, as
// far as Together allows; the others, and those that fail, one at a time.
func (s *Simulator) RunTogether(m *market.Market, params []*param.Params, fillSeed uint64, out []Outcome) []Outcome {
	t, begin := &s.together, len(out)
	out = append(out, make([]Outcome, len(params))...)
	outcomes := out[begin:]
	t.forms = t.forms[:0]
	facts := factsOf(m, s.KeepOptions)
	for _, p := range params {
		f := formOf(p, facts)
		if s.Fills != nil || s.stepwise || s.Single || f.shape.TradesOnly && !s.Kernel.Trades || !f.allows(m, p) {
			f = form{apart: "here"}
		}
		t.forms = append(t.forms, f)
	}
	for i := range params {
		f := t.forms[i]
		if f.taken {
			continue
		}
		t.group = takeGroup(t.forms, i, t.group[:0])
		switch {
		case f.apart != "" || len(t.group) < f.least():
			for _, k := range t.group {
				outcomes[k] = s.Outcome(m, params[k], fillSeed)
			}
		case f.shape.TradesOnly:
			s.runBooks(m, f, params, fillSeed, outcomes)
		default:
			s.runGroup(m, f, params, fillSeed, outcomes)
		}
	}
	return out
}

// together is a simulator's memory for runs that are simulated at once.
type together struct {
	batch    lanes.Batch
	option   *market.Series // which the batch quotes
	books    []Simulator    // of the runs that have each a book of its own
	marks    [lanes.Horizons]mark
	minutes  []lanes.Minute // of a block
	terms    []lanes.Terms
	column   [lanes.Block]quote.Term // of one run
	pnl      []lanes.Lane            // of the run
	late     []lanes.Post
	ahead    []float64 // the mid that the informed see
	makers   [AtOnce]maker
	quotes   [AtOnce]quote.Linear
	forms    []form
	group    []int // the runs in hand
	sessions []float64
	finite   [AtOnce]bool // all quotes of the run, where it has a book of its own
	again    int          // runs that failed together and were simulated again one at a time; only tests ask
}

// mark is the trades whose markout is known, and what they had earned.
type mark struct{ bought, sold, earned lanes.Lane }

// kernel is the Kernel.
func (s *Simulator) kernel() lanes.Kernel {
	if s.Kernel.Seed == nil {
		return lanes.Go()
	}
	return s.Kernel
}

// runGroup simulates the runs of a group on one option at once.
func (s *Simulator) runGroup(m *market.Market, f form, params []*param.Params, fillSeed uint64, outcomes []Outcome) {
	minutes, t, k := m.Minutes(), &s.together, s.kernel()
	s.makers = market.Resize(s.makers, 1)
	draws, err := s.begin(m, f, params, 0, fillSeed)
	if err != nil {
		for _, i := range t.group {
			s.runAgain(m, params[i], fillSeed, &outcomes[i])
		}
		return
	}
	for first, end := 0, 0; first < minutes; first = end {
		end = blockEnd(first, minutes)
		t.block(m, f, draws, first, end)
		if f.seed {
			k.Seed(&t.batch)
		} else {
			k.Realistic(&t.batch)
		}
		k.Gains(&t.batch)
		k.Fills(&t.batch)
		k.Hold(&t.batch)
		t.mark(end, minutes)
	}
	t.steps(k)
	for j, i := range t.group {
		p, o := params[i], &outcomes[i]
		totals, sound := t.totals(m, p, j)
		if sound {
			o.Summary = totals.Summary(m, p.Multiplier)
			sound = o.Summary.Finite() == nil
		}
		if !sound {
			s.runAgain(m, p, fillSeed, o)
		}
	}
}

// steps sums up the steps of the runs' P&L around their mean.
func (t *together) steps(k lanes.Kernel) {
	first, last := &t.pnl[0], &t.pnl[len(t.pnl)-1]
	for j := range t.group {
		t.batch.Mean[j], t.batch.Before[j] = (last[j]-first[j])/float64(len(t.pnl)), first[j]
	}
	k.Steps(&t.batch, t.pnl)
}

// runAgain simulates a run that failed together by itself, which finds the first minute at which it fails.
func (s *Simulator) runAgain(m *market.Market, p *param.Params, fillSeed uint64, o *Outcome) {
	s.together.again++
	*o = s.Outcome(m, p, fillSeed)
}

// Outcome is Run, with the figures of each option where the simulator keeps them.
func (s *Simulator) Outcome(m *market.Market, p *param.Params, fillSeed uint64) (o Outcome) {
	if o.Summary, o.Err = s.Run(m, p, fillSeed); o.Err == nil && s.KeepOptions {
		o.Options = s.record.OptionTotals()
	}
	return o
}

// horizons are the minutes of the markouts.
func horizons() [lanes.Horizons]int { return account.MarkoutMinutes() }

// blockEnd is the end of a block. A block ends where a markout does, so that all of its minutes have one or none.
func blockEnd(first, minutes int) int {
	end := min(first+lanes.Block, minutes)
	for _, ahead := range horizons() {
		if first < minutes-ahead {
			end = min(end, minutes-ahead)
		}
	}
	return end
}

// mark takes the sums of markouts that the block still has.
func (t *together) mark(end, minutes int) {
	for i, ahead := range horizons() {
		if end+ahead <= minutes {
			t.marks[i] = mark{t.batch.Bought, t.batch.Sold, t.batch.Earned[i]}
		}
	}
}

// drawn is what decides on fills: an arrival law's thresholds, and the uniforms of the informed, two a minute.
type drawn struct{ thresholds, knowledge []float64 }

// begin begins the runs on an option, and draws what decides on its fills.
func (s *Simulator) begin(m *market.Market, f form, params []*param.Params, option int, fillSeed uint64) (drawn, error) {
	t, draws := &s.together, &s.makers[option]
	draws.index = option
	d := drawn{thresholds: draws.thresholds(f.law, m.Minutes(), fillSeed, s.kernel())}
	if f.shape.Informed {
		draws.draw(&draws.knowledge, m.Minutes(), fillSeed, random.Knowledge)
		d.knowledge = draws.knowledge.values
	}
	b := &t.batch
	*b, t.marks, t.option = lanes.Batch{Runs: len(t.group)}, [len(t.marks)]mark{}, &m.Series[option]
	for j, i := range t.group {
		p := params[i]
		b.Skew[j], b.MinusK[j], b.Spread[j], b.Floor[j], b.VolCoef[j], b.Mult[j] = p.Skew, -p.KFill, p.Spread.Value, p.SpreadFloor, p.SpreadVolCoef, p.SpreadMult
		b.Size[j], b.Multiplier[j], b.Fee[j] = float64(p.ContractsPerSide()), p.Multiplier, p.OptionFee
		b.CostPerShare[j], b.CostPerValue[j], b.CostPerTrade[j] = p.HedgeCosts.HalfSpread, float64(p.HedgeCosts.BasisPoints*1e-4), p.HedgeCosts.Fixed
		b.Contracts[j] = float64(p.OpeningInventory)
		b.Costly = b.Costly || p.OptionFee != 0 || p.HedgeCosts != hedge.Costs{}
	}
	t.minutes, t.pnl = market.Resize(t.minutes, lanes.Block), market.Resize(t.pnl, m.Minutes())
	b.Minutes = t.minutes
	if f.seed {
		return d, nil
	}
	return d, s.prepare(m, f, params)
}

// prepare makes the runs' quote models of the option, and takes what the realistic models have further.
func (s *Simulator) prepare(m *market.Market, f form, params []*param.Params) error {
	t, option := &s.together, s.together.option
	b := &t.batch
	s.columns.lent = 0
	for j, i := range t.group {
		maker, p, before := &t.makers[j], params[i], params[t.group[max(0, j-1)]]
		maker.series, maker.width, maker.vol, maker.scale = option, nil, nil, nil
		if j > 0 && p.QuoteVol == before.QuoteVol {
			maker.vol = t.makers[j-1].vol
		}
		if j > 0 && p.PriceScale == before.PriceScale && p.TickSize == before.TickSize {
			maker.scale = t.makers[j-1].scale
		} else {
			maker.scale = s.scale(option, p)
		}
		if p.QuoteModel == param.ShiftQuotes {
			maker.width = s.columns.take(m.Minutes())
			widthOf(p).Column(m.Underlyings[option.Underlying].RecentVol, option, maker.width)
		}
		model, err := s.quoteModel(m, maker, p, maker.scale, nil)
		if err != nil {
			return err
		}
		t.quotes[j] = model.(quote.Linear)
		l := newLimits(p)
		if b.Lot[j] = float64(p.QuoteSize); p.QuoteModel == param.ShiftQuotes {
			b.Lot[j] = 1
		}
		b.Widen[j], b.MinWidth[j], b.Tick[j] = p.ScoreWiden, p.MinWidth, p.TickSize.Value
		b.InventoryLimit[j], b.VegaLimit[j], b.LossLimit[j] = l.inventory, l.optionVega, l.loss
		_, b.Intercept[j], b.Slope[j], _ = reach(p)
		b.Thin[j], _ = f.law.Thinning(p.InformedShare)
		b.InformedShare[j], b.Band[j], b.HedgeLot[j] = p.InformedShare, p.HedgeBand.Value, p.HedgeLot
	}
	b.Shape = f.shape
	t.terms = market.Resize(t.terms, lanes.Block)
	t.late = market.Resize(t.late, f.shape.Latency+1)
	clear(t.late)
	b.Terms, b.Late = t.terms, t.late
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
func (t *together) block(m *market.Market, f form, draws drawn, first, end int) {
	b, s, u := &t.batch, t.option, &m.Underlyings[t.option.Underlying]
	e := &s.Explained
	b.Mid, b.Score, b.RecentVol, b.Price, b.Delta, b.Vega, b.Move = s.Mid[first:end], s.Score[first:end], u.RecentVol[first:end], u.Price[first:end], s.Delta[first:end], s.Vega[first:end], u.Move[first:end]
	b.ByMid, b.ByDelta, b.ByGamma, b.ByTheta, b.ByVega = e.Mid[first:end], e.Delta[first:end], e.Gamma[first:end], e.Theta[first:end], e.Vega[first:end]
	b.Thresholds, b.PnL = draws.thresholds[2*first:2*end], t.pnl[first:end]
	for i, ahead := range horizons() {
		if b.Later[i] = b.Mid; end+ahead <= m.Minutes() { // otherwise mark does not take them
			b.Later[i] = s.Mid[first+ahead : end+ahead]
		}
	}
	if f.seed {
		if f.own {
			b.Own = s.Width[first:end]
		}
		return
	}
	b.LateAt, b.EveryAt = first%len(b.Late), first%max(1, f.shape.Every)
	if s.Quotable != nil {
		b.Quotable = s.Quotable[first:end]
	}
	if s.Width != nil {
		b.Width = s.Width[first:end]
	}
	if f.shape.Informed {
		b.Ahead, b.Knowledge = t.ahead[first:end], draws.knowledge[2*first:2*end]
	}
	for j := range t.group {
		scale, terms := t.makers[j].scale, t.column[:end-first]
		t.quotes[j].Terms(first, terms)
		for i := range terms {
			at, term := &t.terms[i], &terms[i]
			at.Center[j], at.Slope[j], at.Half[j] = term.Center, term.Slope, term.Half
		}
		if scale != nil {
			for i, one := range scale[first:end] {
				t.terms[i].Scale[j] = one
			}
		}
	}
}

// totals returns the totals of the run in a lane, and whether they are sound: all is finite, and the parts add up to the P&L.
func (t *together) totals(m *market.Market, p *param.Params, j int) (account.Totals, bool) {
	b, last := &t.batch, m.Minutes()-1
	t.sessions = slices.Grow(t.sessions[:0], m.WholeSessions)
	for session := range m.WholeSessions {
		t.sessions = append(t.sessions, t.pnl[m.SessionEnd(session)-1][j])
	}
	totals := account.Totals{
		PnL: t.pnl[last][j], OptionFees: b.Fees[j], HedgeCosts: b.Costs[j],
		Spread: b.SpreadPnL[j], Inventory: b.Inventory[j], Hedge: b.HedgePnL[j], Delta: b.DeltaPnL[j], Gamma: b.Gamma[j], Theta: b.Theta[j], Vega: b.VegaPnL[j],
		OptionTurnover: float64(b.Turnover[j] * p.Multiplier), HedgeTurnover: b.HedgeTurnover[j],
		BidFills: int(b.Bought[j]), AskFills: int(b.Sold[j]), InformedFills: int(b.InformedFills[j]), MaxInventory: int(b.Most[j]), EndInventory: int(b.Contracts[j]),
		Breaches: int(b.Breaches[j]), HaltedMinutes: int(b.HaltedMinutes[j]),
		Moments: account.Moments{
			Gross: int(b.Gross[j]), Net: int(b.Net[j]), Vegas: b.VegaSquares[j], Errors: b.ErrorSquares[j],
			Mean: b.Mean[j], Steps: b.StepSquares[j], Drawdown: b.Drawdown[j],
		},
		SessionPnL: t.sessions,
	}
	for i := range t.marks {
		known := &t.marks[i]
		totals.Markouts[i] = account.Markout{Contracts: int64(known.bought[j] + known.sold[j]), Earned: known.earned[j]}
	}
	option := b.OptionCash[j] + float64(float64(b.Contracts[j]*m.Series[0].Mid[last])*p.Multiplier)
	sound := finite(b.SpreadPnL[j]) && finite(b.StepSquares[j]) // so every quote and every P&L is
	return totals, sound && totals.AddUp(m, option, p.OptionFee, p.Multiplier)
}

func finite(x float64) bool { return x-x == 0 }
