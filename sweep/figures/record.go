package figures

import (
	"slices"

	"optmm/engine/account"
	"optmm/engine/market"
)

// Add adds what the figures show of a run.
func (sample *Sample) Add(record *account.Record) {
	sample.lengths = append(sample.lengths, len(record.PnL))
	sample.fills = append(sample.fills, fillsOf(record))
	sample.PnL = append(sample.PnL, slices.Clone(record.PnL))
	sample.Inventory = append(sample.Inventory, slices.Clone(record.Inventory))
	if !record.Market.IsChain() {
		return
	}
	net := slices.Clone(record.Hedges[0].Error)
	for _, hedge := range record.Hedges[1:] {
		for i, more := range hedge.Error {
			net[i] += more
		}
	}
	sample.Vega, sample.Delta = append(sample.Vega, slices.Clone(record.Vega)), append(sample.Delta, net)
}

// mostDots bounds the dots of a chain's parity figure.
const mostDots = 4000

// Append adds the runs of another sample.
func (sample *Sample) Append(other *Sample) {
	sample.lengths, sample.fills = append(sample.lengths, other.lengths...), append(sample.fills, other.fills...)
	sample.PnL, sample.Inventory = append(sample.PnL, other.PnL...), append(sample.Inventory, other.Inventory...)
	sample.Vega, sample.Delta = append(sample.Vega, other.Vega...), append(sample.Delta, other.Delta...)
}

// ParityDots returns the parity residuals and scores that the figure shows: of one
// option every minute's; of a chain, of so few minutes with a quote that mostDots is enough.
func ParityDots(m *market.Market) (residual, score []float64) {
	if !m.IsChain() {
		return m.Series[0].ParityResidual, m.Series[0].Score
	}
	every := max(1, len(m.Series)*m.Minutes()/mostDots)
	seen := 0
	for j := range m.Series {
		option := &m.Series[j]
		for i := range m.Minutes() {
			if option.Quotable != nil && !option.Quotable[i] {
				continue
			}
			if seen++; seen%every == 0 {
				residual, score = append(residual, option.ParityResidual[i]), append(score, option.Score[i])
			}
		}
	}
	return residual, score
}
