package quotes

import (
	"fmt"
	"math"
	"slices"

	"optmm/engine/fill"
	"optmm/engine/market/recorded"
)

// Distances says how far from a quote trades are measured, for the intensity of fills.
type Distances struct {
	FromTouch bool    // from bid and ask instead of the mid
	Currency  bool    // in currency instead of half-spreads
	From, To  float64 // the range that is fitted; To 0 has no end
}

// DistanceSample is distances of trades, and the minutes they are out of.
type DistanceSample struct {
	Distances
	Reached []fill.TradeDistance
	Minutes int // of exposure, each side of a quote by itself
}

// Of takes both sides of the quotes that a test chooses. A trade at the mid is
// half a trade on each side; distances are rounded, so that prices on a grid of
// ticks are as equal as they are meant.
func (d Distances) Of(reaches []recorded.TradeThrough, chosen func(*recorded.TradeThrough) bool) DistanceSample {
	s := DistanceSample{Distances: d}
	for i := range reaches {
		reach := &reaches[i]
		if !chosen(reach) {
			continue
		}
		s.Minutes += 2
		weight := 1.0
		if math.Abs(reach.Below) < distanceGrid && math.Abs(reach.Above) < distanceGrid {
			weight = 0.5
		}
		for _, distance := range []float64{reach.Below, reach.Above} {
			if d.FromTouch {
				distance -= reach.HalfWidth
			}
			if !d.Currency {
				distance /= reach.HalfWidth
			}
			if distance = math.Round(distance/distanceGrid) * distanceGrid; distance >= d.From {
				s.Reached = append(s.Reached, fill.TradeDistance{Distance: distance, Weight: weight})
			}
		}
	}
	return s
}

// distanceGrid is what distances are rounded to.
const distanceGrid = 1e-9

// binEvents is about how many trades a bin is to have, and mostBins how many bins
// there are at most.
const (
	binEvents = 25
	mostBins  = 12
)

// Edges cuts the range into bins of about as many trades each; a bin begins between
// two distances that occur.
func (s *DistanceSample) Edges() []float64 {
	var inside []float64
	for _, reached := range s.Reached {
		if s.To == 0 || reached.Distance < s.To {
			inside = append(inside, reached.Distance)
		}
	}
	slices.Sort(inside)
	edges := []float64{s.From}
	wanted := min(mostBins, max(2, len(inside)/binEvents))
	for i := 1; i < wanted; i++ {
		at := i * len(inside) / wanted
		if at == 0 || at >= len(inside) {
			continue
		}
		for at < len(inside) && inside[at] <= inside[at-1] { // to the end of a run of equal distances
			at++
		}
		if at == len(inside) {
			break
		}
		if edge := (inside[at-1] + inside[at]) / 2; edge > edges[len(edges)-1] {
			edges = append(edges, edge)
		}
	}
	if s.To > 0 {
		edges = append(edges, s.To)
	}
	return edges
}

// Bins counts the trades between the edges.
func (s *DistanceSample) Bins(edges []float64) []fill.Bin {
	bins := fill.CountEvents(s.Reached, s.Minutes, edges)
	if s.To > 0 {
		bins = bins[:len(bins)-1]
	}
	return bins
}

// FitLaw fits the exponential law of fills to the trades of the days from first to end; found is
// false where there are too few.
func (d *Days) FitLaw(first, end, stale int, distances Distances) (fit fill.Fit, found bool, err error) {
	sample := DistanceSample{Distances: distances}
	for i := first; i < end; i++ {
		day := &d.List[i]
		if day.Broken != "" {
			continue
		}
		data, err := d.opened(day)
		if err != nil {
			return fit, false, err
		}
		chain, ok := data.(*recorded.Chain)
		if !ok {
			return fit, false, fmt.Errorf("%s: trades need quotes in long form", day.Name)
		}
		every := func(*recorded.TradeThrough) bool { return true }
		reaches, _ := chain.TradeThroughs(chain.Trades, stale, func(*recorded.Option) bool { return true })
		part := distances.Of(reaches, every)
		sample.Reached, sample.Minutes = append(sample.Reached, part.Reached...), sample.Minutes+part.Minutes
	}
	fit, err = fill.FitArrivals(sample.Bins(sample.Edges()))
	return fit, err == nil, nil
}
