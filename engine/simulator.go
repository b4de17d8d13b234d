package engine

import (
	"optmm/engine/account"
	"optmm/engine/lanes"
	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/engine/quote"
)

// Simulator runs a market maker over markets, one run at a time, and reuses its
// buffers from run to run. The zero value is ready; each worker has its own.
type Simulator struct {
	record    account.Record
	book      book
	guard     guard
	makers    []maker
	columns   scratch
	solutions map[quote.Problem]*quote.Solution
	hedgers   hedgers

	together together

	stepwise bool // a test asks for minute by minute, whatever the models

	// Fills are the parameters of who trades with the market maker, where they are not those of
	// the run: its quotes are then filled as a run with these would be. Nil: they are the run's.
	Fills *param.Params

	Kernel lanes.Kernel // for runs that are simulated together; the zero value: lanes.Go
	Single bool         // all runs are simulated one at a time

	KeepOptions bool // outcomes have the figures of each option
}

// Run simulates one run. Each minute (where the market's entries are further apart, each entry,
// in which every minute of its step has its own draws), in this order:
//
//  1. observe: the market's minute, its features and the score (made beforehand, from the past alone but for the seed's), and
//     settle the options that expire;
//  2. quote: each model's bid and ask, by what is held as the minute begins, posted as far as limits allow, latency_minutes late;
//  3. fills: of each option two uniforms are drawn whatever happens; a hit ask sells, then a hit bid buys. Where fills in
//     the same minute, as of other options, have used up a limit, the quote has been pulled, unless it is late;
//  4. hedge: each underlying is traded as the hedge model asks;
//  5. costs: the option fee with each fill, the hedge's cost with each hedge;
//  6. mark everything to the mid and the underlying;
//  7. record.
//
// A step looks at the steps after it in the minutes before only where quotes or limits
// depend on the whole book. Elsewhere each step is taken for all minutes before the next
// step: the same arithmetic in an order that a processor likes better.
//
// Nothing is quoted where the market has no good quote, nor from an option's expiry
// on, when its contracts settle to intrinsic value; with the last option on it, the
// shares of an underlying are sold. The params have passed Validate; figures that
// overflow all the same are an error, and so is a P&L that its attribution does not
// add up to.
func (s *Simulator) Run(m *market.Market, p *param.Params, fillSeed uint64) (account.Summary, error) {
	bookDependent := readsBook(p) || s.stepwise
	err := s.simulate(m, p, fillSeed, bookDependent)
	if err != nil && !bookDependent { // again, to name the first minute at which it fails
		err = s.simulate(m, p, fillSeed, true)
	}
	if err != nil {
		return account.Summary{}, err
	}
	return s.record.Summarize()
}

// simulate is the minutes of a run, from which its figures follow: one by one where a step
// of one depends on what the book holds then.
func (s *Simulator) simulate(m *market.Market, p *param.Params, fillSeed uint64, bookDependent bool) error {
	out := &s.record
	if err := s.open(m, p); err != nil {
		return err
	}
	if err := s.chooseAllModels(m, p, fillSeed); err != nil {
		return err
	}
	length := m.Minutes()
	bookDependent = bookDependent || s.guard.ofBook
	if bookDependent {
		length = 1
	}
	for first := 0; first < m.Minutes(); first += length {
		if err := s.block(first, first+length, bookDependent); err != nil {
			return err
		}
	}
	if bookDependent {
		for j := range s.makers {
			s.makers[j].carry(0, m.Minutes())
		}
	}
	out.Breaches, out.HaltedMinutes, out.InformedFills = s.guard.breaches*m.StepMinutes(), s.guard.haltedMinutes*m.StepMinutes(), 0
	for j := range s.makers {
		o := &out.Options[j]
		if s.makers[j].informed != nil {
			for _, minute := range o.FillMinutes {
				out.InformedFills += int(o.InformedFills[minute])
			}
		}
		if p.QuoteModel != param.SeedQuotes { // whose width is the one before skew
			for i := range o.Spread {
				o.Spread[i] = o.Ask[i] - o.Bid[i]
			}
		}
	}
	return nil
}

// open readies the record, the limits, the makers and the book for a run.
func (s *Simulator) open(m *market.Market, p *param.Params) error {
	s.record.Reset(m, p.Multiplier, p.OptionFee, p.OpeningInventory)
	s.columns.lent = 0
	s.guard = guard{limits: newLimits(p), broken: s.guard.broken}
	s.guard.cancelsWithinMinute = p.Latency() == 0 && (s.guard.ofBook && m.IsChain() || s.guard.any() && m.StepMinutes() > 1)
	s.makers = market.Resize(s.makers, len(m.Series))
	for j := range s.makers {
		s.makers[j].open(m, j, &s.record.Options[j], p)
	}
	hedger, err := s.hedgeModel(m, p)
	if err == nil {
		s.book.open(m, p, &s.record, s.makers, hedger, s.growth(m, p))
	}
	return err
}

// block does the minutes from first to end, before end: one, where quotes or limits
// depend on the book.
func (s *Simulator) block(first, end int, bookDependent bool) error {
	b := &s.book
	if bookDependent {
		if err := s.minute(first); err != nil {
			return err
		}
		b.hedge(first, end)
		b.accountBlock(first, end)
		b.markMinute(first)
		s.guard.watchMinute(b, first)
		return nil
	}
	for j := range s.makers {
		if err := s.makers[j].trade(&s.guard, b, first, end); err != nil {
			return err
		}
	}
	s.afterTrades(first, end)
	return nil
}

// afterTrades hedges and accounts for the minutes from first to end, whose trades are made.
func (s *Simulator) afterTrades(first, end int) {
	b := &s.book
	if len(s.makers) == 1 {
		b.aggregateSingle(first, end)
		b.hedge(first, end)
		b.accountAndMarkSingle(first, end)
	} else {
		b.aggregateBlock(first, end)
		b.hedge(first, end)
		b.sortTrades(first, end)
		b.accountBlock(first, end)
		b.markBlock(first, end)
	}
	if s.guard.ofOption {
		s.guard.watchBlock(b, first, end)
	}
}

// minute settles, quotes and fills the options of one minute by what the book holds.
func (s *Simulator) minute(i int) error {
	b, g := &s.book, &s.guard
	for j := range s.makers {
		s.makers[j].settle(i)
	}
	b.aggregateMinute(i)
	for j := range s.makers {
		s.makers[j].quote(g, b, i)
	}
	if g.halted {
		g.haltedMinutes++
	}
	for j := range s.makers {
		filled, err := s.makers[j].fill(g, b, i)
		if err != nil {
			return err
		}
		if filled {
			b.trades = append(b.trades, trade{int32(i), int32(j)})
		}
	}
	if len(b.trades) > 0 {
		b.aggregateMinute(i)
	}
	return nil
}

// Record returns the minutes of the last run, valid until the next.
func (s *Simulator) Record() *account.Record { return &s.record }
