package engine

import (
	"optmm/engine/lanes"
	"optmm/engine/market"
	"optmm/engine/param"
)

// mostRecordBytes bounds the records of runs that are simulated at once and have each a book of its own.
const mostRecordBytes = 64 << 20

// RecordBytes returns what the records of eight runs on a market take, where they have each a book of its own; 0 where that is too much.
func RecordBytes(facts Facts) int {
	const byOption, byMinute = 4*8 + 6*4, 20 * 8 // of the columns of account.Record
	bytes := AtOnce * int64(facts.Minutes) * (int64(facts.Options)*byOption + byMinute)
	if bytes > mostRecordBytes {
		return 0
	}
	return int(bytes)
}

// runBooks simulates the runs of a group that have each a book of its own. The options are quoted and filled for all runs at once, one
// option after another. Then each run settles, hedges and accounts for its book.
func (s *Simulator) runBooks(m *market.Market, f form, params []*param.Params, fillSeed uint64, outcomes []Outcome) {
	t := &s.together
	err := s.tradeBooks(m, f, params, fillSeed)
	for lane, i := range t.group {
		o := &outcomes[i]
		if err == nil {
			run := &t.books[lane]
			run.afterTrades(0, m.Minutes())
			run.record.Breaches, run.record.HaltedMinutes = run.guard.breaches, 0
			if o.Summary, o.Err = run.record.SummarizeTrades(t.finite[lane]); o.Err == nil && s.KeepOptions {
				o.Options = run.record.OptionTotals()
			}
		}
		if err != nil || o.Err != nil {
			s.runAgain(m, params[i], fillSeed, o)
		}
	}
}

// tradeBooks quotes and fills all options, into the records of the runs.
func (s *Simulator) tradeBooks(m *market.Market, f form, params []*param.Params, fillSeed uint64) error {
	t, k := &s.together, s.kernel()
	if t.books == nil {
		t.books = make([]Simulator, AtOnce)
	}
	for lane, i := range t.group {
		run := &t.books[lane]
		if err := run.open(m, params[i]); err != nil {
			return err
		}
		run.record.InformedFills, t.finite[lane] = 0, true
	}
	s.makers = market.Resize(s.makers, len(m.Series))
	for j := range m.Series {
		draws, err := s.begin(m, f, params, j, fillSeed)
		if err != nil {
			return err
		}
		quoted := m.Minutes()
		if expiry := m.Series[j].Expiry; expiry >= 0 {
			quoted = expiry
		}
		for first, end := 0, 0; first < quoted; first = end {
			end = min(first+lanes.Block, quoted)
			t.block(m, f, draws, first, end)
			k.Realistic(&t.batch)
			t.recordTrades(j, first, end)
		}
		for lane := range t.group {
			run := &t.books[lane]
			run.record.InformedFills += int(t.batch.InformedFills[lane])
			run.makers[j].expire(quoted)
		}
	}
	return nil
}

// recordTrades writes an option's trades of a block to the records of the runs, and their quotes where they were filled.
func (t *together) recordTrades(option, first, end int) {
	for lane := range t.group {
		m := &t.books[lane].makers[option]
		o := m.out
		held, inventory := o.Held[first:end], o.Inventory[first:end]
		nothing := 0.0 // NaN where a quote is not finite
		for i := range held {
			at := &t.minutes[i]
			width := at.Ask[lane] - at.Bid[lane]
			nothing += width - width
			held[i], inventory[i] = at.Held[lane], int32(at.Held[lane])
			if bids, asks := at.Bids[lane], at.Asks[lane]; bids+asks > 0 {
				minute := first + i
				m.traded[minute] = true
				o.FillMinutes = append(o.FillMinutes, int32(minute))
				o.BidFills[minute], o.AskFills[minute], o.Bid[minute], o.Ask[minute] = int32(bids), int32(asks), at.Bid[lane], at.Ask[lane]
			}
		}
		m.inventory = held[len(held)-1]
		t.finite[lane] = t.finite[lane] && nothing == 0
	}
}

// expire settles what is held at the option's expiry, and records that nothing is held from then on.
func (m *maker) expire(expiry int) {
	o := m.out
	if expiry == len(o.Held) { // the history ends before
		return
	}
	m.settle(expiry)
	clear(o.Held[expiry:])
	clear(o.Inventory[expiry:])
}
