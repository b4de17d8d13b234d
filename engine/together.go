package engine

import (
	"math"

	"optmm/engine/account"
	"optmm/engine/fill"
	"optmm/engine/hedge"
	"optmm/engine/lanes"
	"optmm/engine/market"
	"optmm/engine/param"
)

// Outcome is what a run comes to, or why it fails.
type Outcome struct {
	Summary account.Summary
	Err     error
}

// Apart says why runs with these parameters are not walked eight at once, by the first parameter that forbids it; empty where they
// are, on a market of one option that is quoted throughout and does not expire. What is walked at once are the seed's quotes and
// fills, hedged on fill, without limits, a position of before, or interest.
func Apart(p *param.Params) (why string) {
	l := newLimits(p)
	switch {
	case p.QuoteModel != param.SeedQuotes:
		return "quote_model " + p.QuoteModel
	case p.FillModel != param.SeedFills:
		return "fill_model " + p.FillModel
	case p.HedgeModel != param.HedgeOnFill:
		return "hedge_model " + p.HedgeModel
	case p.HedgeLot != 0:
		return "hedge_lot"
	case p.KFill == 0:
		return "k_fill 0"
	case l.any():
		return "limits"
	case p.OpeningInventory != 0:
		return "opening_inventory"
	case p.FinancingRate.Set:
		return "financing_rate"
	}
	return ""
}

// walkable reports whether a market's runs can be walked eight at once: one option that is quoted throughout and does not expire.
func walkable(m *market.Market) bool {
	return !m.IsChain() && len(m.Underlyings) == 1 && m.StepMinutes() == 1 && m.Series[0].Quotable == nil && m.Series[0].Expiry < 0
}

// blockMinutes is how many minutes a pass is about: its columns stay in the second-level cache.
const blockMinutes = 256

// RunTogether appends the outcomes of runs of one seed on one market, which differ in their parameters alone, to out: each is what
// Run returns. The parameters have passed Validate. Eight that Apart does not keep apart are walked at once by the simulator's Kernel; the
// others, and those that fail, one by one.
func (s *Simulator) RunTogether(m *market.Market, params []*param.Params, fillSeed uint64, out []Outcome) []Outcome {
	for len(params) > 0 {
		n := 0
		if s.Fills == nil && !s.stepwise && !s.Single && walkable(m) {
			n = s.alike(m, params)
		}
		if n < leastTogether {
			o := Outcome{}
			o.Summary, o.Err = s.Run(m, params[0], fillSeed)
			out, params = append(out, o), params[1:]
			continue
		}
		out = s.walk(m, params[:n], fillSeed, out)
		params = params[n:]
	}
	return out
}

// AtOnce is how many runs are walked at once at the most.
const AtOnce = lanes.Count

// leastTogether is how many runs are worth walking at once.
const leastTogether = 3

// alike returns how many of the first runs can be walked at once.
func (s *Simulator) alike(m *market.Market, params []*param.Params) (n int) {
	for n < min(lanes.Count, len(params)) {
		p := params[n]
		if Apart(p) != "" || p.Spread.Set != params[0].Spread.Set || !p.Spread.Set && m.Series[0].Width == nil || float64(m.Minutes())*float64(p.ContractsPerSide()) >= math.MaxInt32 {
			break
		}
		n++
	}
	return n
}

// walk walks runs at once.
func (s *Simulator) walk(m *market.Market, params []*param.Params, fillSeed uint64, out []Outcome) []Outcome {
	minutes, t, k := m.Minutes(), &s.together, s.Kernel
	s.makers = market.Resize(s.makers, 1)
	s.makers[0].index = 0
	thresholds := s.makers[0].thresholds(fill.Half, minutes, fillSeed)
	t.begin(m, params)
	mid := m.Series[0].Mid
	for first := 0; first < minutes; first += blockMinutes {
		end := min(first+blockMinutes, minutes)
		t.block(m, thresholds, first, end)
		k.Trade(&t.walk)
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
	for j, p := range params {
		o := Outcome{}
		totals, sound := t.totals(m, p, j)
		if sound {
			o.Summary = totals.Summary(m, p.Multiplier)
			sound = o.Summary.Finite() == nil
		}
		if !sound { // by itself, which names the first minute at which it fails
			o.Summary, o.Err = s.Run(m, p, fillSeed)
		}
		out = append(out, o)
	}
	return out
}

// together is a simulator's memory for runs that are walked at once.
type together struct {
	walk     lanes.Walk
	marks    [len(account.Summary{}.Markouts)]lanes.Mark
	made     []lanes.Minute // of a block
	pnl      []lanes.Lane   // of the run
	sessions []float64
	own      bool // they quote the data's own width
}

// begin takes the parameters of the runs. Lanes without a run repeat the last.
func (t *together) begin(m *market.Market, params []*param.Params) {
	w := &t.walk
	*w, t.marks = lanes.Walk{}, [len(t.marks)]lanes.Mark{}
	for j := range lanes.Count {
		p := params[min(j, len(params)-1)]
		w.Skew[j], w.MinusK[j], w.Spread[j], w.Floor[j], w.VolCoef[j], w.Mult[j] = p.Skew, -p.KFill, p.Spread.Value, p.SpreadFloor, p.SpreadVolCoef, p.SpreadMult
		w.Size[j], w.Multiplier[j], w.Fee[j] = float64(p.ContractsPerSide()), p.Multiplier, p.OptionFee
		w.CostPerShare[j], w.CostPerValue[j], w.CostPerTrade[j] = p.HedgeCosts.HalfSpread, float64(p.HedgeCosts.BasisPoints*1e-4), p.HedgeCosts.Fixed
		w.Costly = w.Costly || p.OptionFee != 0 || p.HedgeCosts != hedge.Costs{}
	}
	t.own, t.pnl = !params[0].Spread.Set, market.Resize(t.pnl, m.Minutes())
	t.made = market.Resize(t.made, blockMinutes)
	w.Made = t.made
}

// block sets the columns to the minutes from first to end.
func (t *together) block(m *market.Market, thresholds []float64, first, end int) {
	w, s, u := &t.walk, &m.Series[0], &m.Underlyings[0]
	e := &s.Explained
	w.Mid, w.Score, w.RecentVol, w.Price, w.Delta, w.Vega, w.Move = s.Mid[first:end], s.Score[first:end], u.RecentVol[first:end], u.Price[first:end], s.Delta[first:end], s.Vega[first:end], u.Move[first:end]
	w.ByMid, w.ByDelta, w.ByGamma, w.ByTheta, w.ByVega = e.Mid[first:end], e.Delta[first:end], e.Gamma[first:end], e.Theta[first:end], e.Vega[first:end]
	w.Thresholds, w.PnL = thresholds[2*first:2*end], t.pnl[first:end]
	if t.own {
		w.Own = s.Width[first:end]
	}
}

// totals returns what the run of a lane comes to, and whether it is sound: all finite, and its parts add up to the P&L.
func (t *together) totals(m *market.Market, p *param.Params, j int) (account.Totals, bool) {
	w, last := &t.walk, m.Minutes()-1
	totals := account.Totals{
		PnL: t.pnl[last][j], OptionFees: w.Fees[j], HedgeCosts: w.Costs[j],
		Spread: w.SpreadPnL[j], Inventory: w.Inventory[j], Hedge: w.HedgePnL[j], Delta: w.DeltaPnL[j], Gamma: w.Gamma[j], Theta: w.Theta[j], Vega: w.VegaPnL[j],
		OptionTurnover: float64(w.Turnover[j] * p.Multiplier), HedgeTurnover: w.HedgeTurnover[j],
		BidFills: int(w.Bought[j]), AskFills: int(w.Sold[j]), MaxInventory: int(w.Most[j]), EndInventory: int(w.Contracts[j]),
		Moments: account.Moments{
			Gross: int(w.Gross[j]), Net: int(w.Net[j]), Vegas: w.VegaSquares[j], Errors: w.ErrorSquares[j],
			Mean: w.Mean[j], Steps: w.StepSquares[j], Drawdown: w.Drawdown[j],
		},
	}
	t.sessions = t.sessions[:0]
	for session := range m.WholeSessions {
		t.sessions = append(t.sessions, t.pnl[m.SessionEnd(session)-1][j])
	}
	totals.SessionPnL = t.sessions
	for i := range t.marks {
		totals.Markouts[i] = account.Markout{Contracts: int64(t.marks[i].Contracts[j]), Earned: t.marks[i].Earned[j]}
	}
	option := w.OptionCash[j] + float64(float64(w.Contracts[j]*m.Series[0].Mid[last])*p.Multiplier)
	return totals, w.NotFinite[j] == 0 && totals.AddUp(m, option, p.OptionFee, p.Multiplier)
}
