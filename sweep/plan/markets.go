package plan

import (
	"slices"

	"optmm/engine/param"
	"optmm/sweep/store"
)

// Market is a market whose columns the runs on it share.
type Market struct {
	Seed   uint32
	Values []param.Value // of the swept parameters that it is made of
	Name   string        // of its file
}

// MarketOf returns the market of a run.
func (p *Plan) MarketOf(run int) Market {
	point, seed := p.RunAt(run)
	return p.market(p.Grid.Values(point), seed.Market)
}

// market returns the market of a seed at the values of the swept parameters.
func (p *Plan) market(values []param.Value, seed uint32) Market {
	if p.HasOneMarket() {
		seed = 0
	}
	m := Market{Seed: seed}
	for _, place := range p.SweptOfMarket() {
		m.Values = append(m.Values, values[place])
	}
	m.Name = store.MarketName(seed, store.SweptFingerprint(p.SweptMarketParameters(), m.Values))
	return m
}

// SweptMarketParameters are the swept parameters that markets are made of.
func (p *Plan) SweptMarketParameters() (parameters []param.Parameter) {
	for _, place := range p.SweptOfMarket() {
		parameters = append(parameters, p.Grid.Axes()[place].Parameter)
	}
	return parameters
}

// MarketColumns says which market it is, in columns of one row.
func (p *Plan) MarketColumns(m *Market) []store.NamedColumn {
	return store.MarketIdentity(m.Seed, !p.HasOneMarket(), p.SweptMarketParameters(), m.Values)
}

// NamesMarketsAs reports whether the files of markets have the same names and columns in another plan.
func (p *Plan) NamesMarketsAs(other *Plan) bool {
	return p.HasOneMarket() == other.HasOneMarket() && slices.EqualFunc(p.SweptMarketParameters(), other.SweptMarketParameters(), func(a, b param.Parameter) bool { return a.Name == b.Name })
}
