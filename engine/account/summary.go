package account

import (
	"errors"
	"fmt"
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

// MarkoutMinutes returns them.
func MarkoutMinutes() [len(markoutMinutes)]int { return markoutMinutes }

// Summarize accounts for a run whose minutes are all written and returns its figures.
// Figures that overflow are an error, and so is a P&L that its attribution does not add up
// to.
func (r *Record) Summarize() (Summary, error) { return r.summarize(r.finite) }

// SummarizeTrades is Summarize of a run of which only the quotes that were filled are written; whether all were finite is known. Its
// error does not name the minute at which the run fails.
func (r *Record) SummarizeTrades(quotesFinite bool) (Summary, error) {
	return r.summarize(func() error {
		if !quotesFinite || r.notFinite() != 0 {
			return errors.New("a quote or the pnl is not finite: the parameters are too extreme")
		}
		return nil
	})
}

func (r *Record) summarize(finite func() error) (Summary, error) {
	for _, step := range []func() error{r.total, finite, r.attribute} {
		if err := step(); err != nil {
			return Summary{}, err
		}
	}
	summary := r.figures()
	return summary, summary.Finite()
}

// figures computes the figures from the minutes.
func (r *Record) figures() Summary {
	last, a := len(r.PnL)-1, &r.sums
	t := Totals{
		PnL: r.PnL[last], OptionFees: r.OptionFees[last], HedgeCosts: r.HedgeCosts[last], Carry: r.Carry[last],
		Spread: a.spread, Inventory: a.inventory, Hedge: a.hedge, Delta: a.delta, Gamma: a.gamma, Theta: a.theta, Vega: a.vega,
		OptionTurnover: r.optionTurnover, HedgeTurnover: r.hedgeTurnover,
		InformedFills: r.InformedFills, MaxInventory: r.mostHeld(), EndInventory: int(r.Inventory[last]),
		Breaches: r.Breaches, HaltedMinutes: r.HaltedMinutes,
		Moments: r.moments(), Markouts: r.markouts, SessionPnL: r.sessionPnL(),
	}
	for j := range r.Options {
		total := &r.Options[j].Total
		t.BidFills += total.BidFills
		t.AskFills += total.AskFills
	}
	return t.Summary(r.Market, r.Multiplier)
}

// sessionPnL returns the P&L at the end of each whole session.
func (r *Record) sessionPnL() []float64 {
	r.sessions = r.sessions[:0]
	for session := range r.Market.WholeSessions {
		r.sessions = append(r.sessions, r.PnL[r.Market.SessionEnd(session)-1])
	}
	return r.sessions
}

// Finite returns an error that names the first figure that is not finite.
func (s *Summary) Finite() error {
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

// moments adds up all at once, since one sum alone would wait for each addition.
func (r *Record) moments() Moments {
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
	return Moments{Gross: gross, Net: net, Vegas: vegas, Errors: errors, Mean: mean, Steps: steps, Drawdown: drawdown}
}

// mostHeld is the most contracts that were held at once, signs left out.
func (r *Record) mostHeld() int {
	if r.Gross == nil {
		return r.Options[0].Total.MaxInventory
	}
	return int(slices.Max(r.Gross))
}
