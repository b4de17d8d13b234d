package spec

import (
	"math"

	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/sweep/store"
)

// SweptOfMarket lists the places of the axes that the market depends on.
func (s *Study) SweptOfMarket() []int { return s.sweptOfMarket }

func (s *Study) findSweptOfMarket() (places []int) {
	for place, axis := range s.Grid.Axes() {
		var without, with param.Params
		axis.Parameter.Set(&with, param.Value{Number: 1, Text: "other"})
		if with.Market != without.Market {
			places = append(places, place)
		}
	}
	return places
}

// HasOneMarket reports whether every seed has the same market, which is one recorded history.
func (s *Study) HasOneMarket() bool { return s.Recorded() && !s.OverDays() }

// mostLooked is at how many points a study looks to see how many share a market.
const mostLooked = 1000

// sharesMarkets reports whether markets have at least two runs each whose minutes are kept.
func (s *Study) sharesMarkets() bool {
	if len(s.SweptOfMarket()) == 0 {
		return s.Grid.Points() > 1 || s.HasOneMarket()
	}
	if s.Output.Timeseries == store.KeepBest {
		return false // the two points may have markets of their own
	}
	return 2*s.MarketsOfSeed() <= float64(s.Grid.Points())
}

// MarketsOfSeed returns about how many markets a seed has, by what is among the first points.
func (s *Study) MarketsOfSeed() float64 {
	if len(s.SweptOfMarket()) == 0 {
		return 1
	}
	points := s.Grid.Points()
	looked := min(points, mostLooked)
	markets := map[market.Settings]bool{}
	for point := range looked {
		markets[s.Grid.Params(point).Market] = true
	}
	return float64(len(markets)) / float64(looked) * float64(points)
}

// Constants returns the columns that are one number in every minute of every run of the study.
func (s *Study) Constants() map[string]float64 {
	constants := map[string]float64{}
	scopes := map[string]param.Scope{}
	for _, parameter := range param.Parameters() {
		scopes[parameter.Name] = parameter.Scope
	}
	only := func(name string, value param.Value) bool {
		if s.Recorded() && scopes[name] == param.OnSynthetic {
			return false
		}
		possible := s.possible(name)
		return len(possible) == 1 && possible[0].Unset == value.Unset && possible[0].Text == value.Text &&
			(value.Unset || math.Float64bits(possible[0].Number) == math.Float64bits(value.Number)) // 0 is not −0
	}
	for _, column := range account.Columns() {
		if column.Constant.Holds(only) {
			constants[column.Name] = column.Constant.Value
		}
	}
	return constants
}
