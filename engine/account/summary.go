package account

import (
	"fmt"
	"math"
	"slices"

	"optmm/engine/market"
	"optmm/engine/param"
)

// Summary is the figures of one run. Option prices are per share; money is in
// currency.
type Summary struct {
	NetPnL        float64
	Sharpe        param.Optional // the seed's, annualized
	SessionSharpe param.Optional

	TotalFills, BidFills, AskFills, InformedFills int

	AvgInventory               float64 // mean of the gross, signs left out
	MeanInventory              float64
	MaxInventory, EndInventory int // of the gross; as it is

	GrossPnL                                              float64
	SpreadPnL, InventoryPnL, HedgePnL                     float64
	OptionFees, HedgeCosts, CarryPnL                      float64
	DeltaPnL, GammaPnL, ThetaPnL, VegaPnL, UnexplainedPnL float64

	MaxDrawdown                   float64
	OptionTurnover, HedgeTurnover float64
	MeanEdge                      param.Optional
	Markouts                      [len(markoutMinutes)]param.Optional
	HedgeErrorRMS, VegaRMS        float64
	BadQuotes                     [market.States]int // option-minutes by the state of the market's quote
	Breaches, HaltedMinutes       int
	MartingaleError               param.Optional
}

// markoutMinutes are the times after a fill at which the mid is looked at.
var markoutMinutes = [...]int{1, 5, 30}

// Summarize accounts for a run whose minutes are all written and returns its figures.
// Figures that overflow are an error, and so is a P&L that its attribution does not add up
// to.
func (r *Record) Summarize() (Summary, error) {
	for _, step := range []func() error{r.total, r.finite, r.attribute} {
		if err := step(); err != nil {
			return Summary{}, err
		}
	}
	summary := r.figures()
	return summary, summary.finite()
}

// figures computes the figures from the minutes.
func (r *Record) figures() Summary {
	n := len(r.PnL)
	last := n - 1
	a, moments := &r.sums, r.moments()
	summary := Summary{
		NetPnL: r.PnL[last], GrossPnL: r.PnL[last] + r.OptionFees[last] + r.HedgeCosts[last],
		SpreadPnL: a.spread, InventoryPnL: a.inventory, HedgePnL: a.hedge,
		OptionFees: r.OptionFees[last], HedgeCosts: r.HedgeCosts[last], CarryPnL: r.Carry[last],
		DeltaPnL: a.delta, GammaPnL: a.gamma, ThetaPnL: a.theta, VegaPnL: a.vega, UnexplainedPnL: a.unexplained(),
		EndInventory:   int(r.Inventory[last]),
		OptionTurnover: r.optionTurnover, HedgeTurnover: r.hedgeTurnover,
		Breaches: r.Breaches, HaltedMinutes: r.HaltedMinutes, InformedFills: r.InformedFills,
		Sharpe: moments.sharpe(n, r.Market.EntriesPerYear()), SessionSharpe: r.sessionSharpe(), MaxDrawdown: moments.drawdown,
	}
	for j := range r.Options {
		total := &r.Options[j].Total
		summary.BidFills += total.BidFills
		summary.AskFills += total.AskFills
		for state, minutes := range r.Market.Series[j].BadQuotes {
			summary.BadQuotes[state] += minutes * r.Market.StepMinutes()
		}
	}
	summary.TotalFills = summary.BidFills + summary.AskFills
	summary.AvgInventory, summary.MeanInventory = float64(moments.gross)/float64(n), float64(moments.net)/float64(n)
	summary.MaxInventory = r.mostHeld()
	summary.HedgeErrorRMS = math.Sqrt(moments.errors / float64(n))
	summary.VegaRMS = math.Sqrt(moments.vegas / float64(n))
	if fills := summary.TotalFills; fills > 0 {
		summary.MeanEdge = param.Optional{Value: summary.SpreadPnL / float64(float64(fills)*r.Multiplier), Set: true}
		for i := range r.markouts {
			summary.Markouts[i] = r.markouts[i].mean()
		}
	}
	if growth := r.Market.Growth; growth != 0 {
		summary.MartingaleError = param.Optional{Value: growth - 1, Set: true}
	}
	return summary
}

// finite returns an error that names the first figure that is not finite.
func (s *Summary) finite() error {
	nothing := 0.0
	for _, x := range [...]float64{
		s.Sharpe.Value, s.SessionSharpe.Value, s.GammaPnL, s.ThetaPnL, s.VegaPnL, s.DeltaPnL, s.UnexplainedPnL,
		s.MaxDrawdown, s.OptionTurnover, s.HedgeTurnover, s.MeanEdge.Value, s.HedgeErrorRMS, s.VegaRMS, s.MartingaleError.Value,
	} {
		nothing += x - x // NaN where x is infinite or no number
	}
	if nothing == 0 {
		return nil
	}
	return s.culprit()
}

// culprit names the first figure that is not finite. It takes a copy, so that only a
// run that fails allocates one.
func (s Summary) culprit() error {
	for _, statistic := range Statistics() {
		if value, defined := statistic.Value(&s); defined && value-value != 0 {
			return fmt.Errorf("%s is %v: the parameters are too extreme", statistic.Name, value)
		}
	}
	return nil
}

// moments are what the minutes add up to.
type moments struct {
	gross, net  int     // contracts held
	vegas       float64 // squares of the vega
	errors      float64 // squares of the hedge errors
	mean, steps float64 // of the P&L's steps, and the squares around it
	drawdown    float64 // largest fall from a height before it, the 0 of the beginning included
}

// moments adds up all at once, since one sum alone would wait for each addition.
func (r *Record) moments() moments {
	n := len(r.PnL)
	pnl, vega, inventory, hedgeError := r.PnL[:n], r.Vega[:n], r.Inventory[:n], r.Hedges[0].Error[:n]
	mean := (pnl[n-1] - pnl[0]) / float64(n) // the steps telescope
	var net, gross int
	var vegas, errors, steps, drawdown float64
	before, highest := pnl[0], 0.0
	for i, now := range pnl {
		held := int(inventory[i])
		net += held
		gross += max(held, -held)
		vegas += float64(vega[i] * vega[i])
		errors += float64(hedgeError[i] * hedgeError[i])
		deviation := now - before - mean // of the first step, which is 0, too
		steps += float64(deviation * deviation)
		if now > highest {
			highest = now
		} else if highest-now > drawdown {
			drawdown = highest - now
		}
		before = now
	}
	if r.Gross != nil {
		gross = 0
		for _, held := range r.Gross {
			gross += int(held)
		}
	}
	for _, hedge := range r.Hedges[1:] {
		for _, net := range hedge.Error {
			errors += float64(net * net)
		}
	}
	return moments{gross: gross, net: net, vegas: vegas, errors: errors, mean: mean, steps: steps, drawdown: drawdown}
}

// mostHeld is the most contracts that were held at once, signs left out.
func (r *Record) mostHeld() int {
	if r.Gross == nil {
		return r.Options[0].Total.MaxInventory
	}
	return int(slices.Max(r.Gross))
}

// sharpe is the seed's figure,
//
//	mean(change)/(sd(change) + 1e-12) · √(changes a year)
//
// over the n changes of the P&L, with a first one of 0; sd with n−1. One entry has none, nor
// has a P&L that does not move.
func (m *moments) sharpe(n int, perYear float64) param.Optional {
	if n < 2 {
		return param.Optional{}
	}
	if m.steps == 0 { // a P&L that does not move has no ratio
		return param.Optional{}
	}
	deviation := math.Sqrt(m.steps / float64(n-1))
	return param.Optional{Value: float64(m.mean / (deviation + 1e-12) * math.Sqrt(perYear)), Set: true}
}

// sessionSharpe is mean over sd of the whole sessions' P&L, not annualized; it takes
// two sessions that differ.
func (r *Record) sessionSharpe() param.Optional {
	starts, whole := r.Market.Sessions, r.Market.WholeSessions
	if whole < 2 {
		return param.Optional{}
	}
	end := func(session int) int {
		if session+1 < len(starts) {
			return starts[session+1]
		}
		return len(r.PnL)
	}
	count := float64(whole)
	mean := r.PnL[end(whole-1)-1] / count
	squares, before := 0.0, 0.0
	for session := range whole {
		end := end(session)
		deviation := r.PnL[end-1] - before - mean
		squares += float64(deviation * deviation)
		before = r.PnL[end-1]
	}
	if squares == 0 {
		return param.Optional{}
	}
	return param.Optional{Value: mean / math.Sqrt(squares/(count-1)), Set: true}
}

// markout is what contracts had earned some minutes after their fills, by the mid
// and before costs: mid less bid, ask less mid. Fills with less time to go are left out.
type markout struct {
	contracts int64
	earned    float64
}

// add adds the fills of an option, and their mids the given number of entries later.
func (m *markout) add(o *OptionRecord, mid []float64, entries int) {
	contracts, earned := m.contracts, m.earned
	later := mid[min(entries, len(mid)):]
	bid, ask, bidFills, askFills := o.Bid[:len(later)], o.Ask[:len(later)], o.BidFills[:len(later)], o.AskFills[:len(later)]
	for _, minute := range o.FillMinutes {
		i := int(minute)
		if i >= len(later) {
			break
		}
		contracts += int64(bidFills[i]) + int64(askFills[i])
		earned += float64(float64(bidFills[i])*(later[i]-bid[i])) + float64(float64(askFills[i])*(ask[i]-later[i]))
	}
	m.contracts, m.earned = contracts, earned
}

func (m *markout) mean() param.Optional {
	if m.contracts == 0 {
		return param.Optional{}
	}
	return param.Optional{Value: m.earned / float64(m.contracts), Set: true}
}
