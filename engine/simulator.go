package engine

import (
	"fmt"

	"optmm/engine/fill"
	"optmm/engine/hedge"
	"optmm/engine/market"
	"optmm/engine/quote"
	"optmm/engine/random"
)

// Simulator runs a market maker over markets, one run at a time, and reuses its
// buffers from run to run. The zero value is ready; each worker has its own.
type Simulator struct {
	series    Series
	draws     []float64 // two uniforms a minute, of drawsSeed
	drawsSeed uint64
}

// Run simulates one run. Each minute, in this order: quote; draw two uniforms,
// both sides always, so that runs of one fill seed stay paired whatever their
// parameters; an ask hit sells a contract, then a bid hit buys one; hedge; mark
// to the mid; record. The params have passed Validate; figures that overflow all the same are
// an error.
func (s *Simulator) Run(m *market.Market, params *Params, fillSeed uint64) (Summary, error) {
	option := &m.Series[0]
	out := &s.series
	out.reset(m)
	s.draw(fillSeed, m.Minutes())
	width := quote.Width{
		Spread: params.Spread.Value, Own: !params.Spread.Set,
		Floor: params.SpreadFloor, VolCoef: params.SpreadVolCoef, Mult: params.SpreadMult,
	}
	width.Column(m, option, out.Spread)

	quotes, err := quoteModel(params, option, out.Spread)
	if err != nil {
		return Summary{}, err
	}
	fills, err := fillModel(params, option, out.Spread)
	if err != nil {
		return Summary{}, err
	}
	hedger, err := hedgeModel(params)
	if err != nil {
		return Summary{}, err
	}

	var book ledger
	for i := range m.Underlying {
		q := quotes.Quote(i, book.inventory)
		bidProbability, askProbability := fills.Probabilities(i, q)
		bidFills, askFills := int32(0), int32(0)
		if s.draws[2*i+1] < askProbability {
			book.sellOption(q.Ask)
			askFills = 1
		}
		if s.draws[2*i] < bidProbability {
			book.buyOption(q.Bid)
			bidFills = 1
		}
		delta := float64(book.inventory * option.Delta[i])
		book.holdShares(hedger.Shares(hedge.State{
			Filled: bidFills+askFills > 0, Delta: delta, Shares: book.shares,
		}), m.Underlying[i])

		out.Bid[i], out.Ask[i] = q.Bid, q.Ask
		out.BidFills[i], out.AskFills[i] = bidFills, askFills
		out.Inventory[i] = int32(book.inventory)
		out.Shares[i], out.Cash[i] = book.shares, book.cash
		out.PnL[i] = book.value(option.Mid[i], m.Underlying[i])
		out.HedgeError[i] = delta + book.shares
	}
	if err := out.finite(); err != nil {
		return Summary{}, err
	}
	return out.summarise(), nil
}

// Series returns the minutes of the last run, valid until the next.
func (s *Simulator) Series() *Series { return &s.series }

func (s *Simulator) draw(seed uint64, minutes int) {
	if len(s.draws) == 2*minutes && s.drawsSeed == seed {
		return
	}
	s.draws = resize(s.draws, 2*minutes)
	s.drawsSeed = seed
	random.NewPCG64(seed).Floats(s.draws)
}

func quoteModel(p *Params, option *market.Series, width []float64) (quote.Model, error) {
	switch p.QuoteModel {
	case "seed":
		return &quote.Seed{Skew: p.Skew, Mid: option.Mid, Score: option.Score, Width: width}, nil
	}
	return nil, fmt.Errorf("quote_model %q has no implementation", p.QuoteModel)
}

func fillModel(p *Params, option *market.Series, width []float64) (fill.Model, error) {
	switch p.FillModel {
	case "seed":
		return &fill.Seed{K: p.KFill, Mid: option.Mid, Width: width}, nil
	}
	return nil, fmt.Errorf("fill_model %q has no implementation", p.FillModel)
}

func hedgeModel(p *Params) (hedge.Model, error) {
	switch p.HedgeModel {
	case "on_fill":
		return hedge.OnFill{}, nil
	case "off":
		return hedge.Off{}, nil
	}
	return nil, fmt.Errorf("hedge_model %q has no implementation", p.HedgeModel)
}
