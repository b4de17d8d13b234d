package engine

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
)

// Runs whose options are quoted and filled together, and that have each a book of its own, have every figure of the runs one at a
// time, bit by bit: on chains, also of options that expire, and on one option.
func TestBooksTogetherAreAlone(t *testing.T) {
	random := rand.New(rand.NewPCG(25, 11))
	together, blocks, kinds, reused := 0, 0, map[string]int{}, map[string]*Simulator{}
	for round := range 48 {
		base := param.Defaults(param.Synthetic)
		base.Market.Model, base.Market.Minutes = synthetic.GBMModel, []int{1, 63, 300, 300}[round%4]
		base.Market.Shape = market.Shape{Strikes: 1 + 2*random.IntN(2), StrikeStep: 2, Expiries: 1 + random.IntN(2), ExpiryStep: 4, Sides: market.CallsAndPuts}
		if round%4 >= 2 { // the first expire
			base.Market.MinutesPerSession, base.Market.ExpirySessions = 70, 1+random.IntN(2)
			base.Market.Minutes = min(base.Market.Minutes, 70*(base.Market.ExpirySessions+4*(base.Market.Shape.Expiries-1))+1)
		}
		if round%8 >= 6 {
			base.Market.Shape = param.Defaults(param.Synthetic).Market.Shape
			base.Market.Minutes = min(base.Market.Minutes, 70*base.Market.ExpirySessions+1)
		}
		base.Market.Mispricing, base.Market.Signal.Model, base.Market.Signal.Window = 0.003, "parity_residual", 30
		if round%3 != 0 {
			base.Market.Width = market.Optional{Value: 0.05 + 0.1*random.Float64(), Set: true}
		}
		m, err := synthetic.Source{}.Market(base.Market, uint32(round))
		if err != nil {
			t.Fatal(err)
		}
		if round%7 == 1 { // a second underlying with options of its own
			other, err := synthetic.Source{}.Market(base.Market, uint32(1000+round))
			if err != nil {
				t.Fatal(err)
			}
			for j := range other.Series {
				other.Series[j].Underlying = 1
			}
			m.Series, m.Underlyings = append(m.Series, other.Series...), append(m.Underlyings, other.Underlyings...)
		}
		if round%5 == 2 { // some minutes have no good quote
			for j := range m.Series {
				m.Series[j].Quotable = make([]bool, m.Minutes())
				for i := range m.Minutes() {
					m.Series[j].Quotable[i] = random.IntN(10) > 0
				}
			}
		}
		one := drawRealistic(random, base)
		one.LossLimit = param.Optional{} // of the whole book
		var params []*param.Params
		for range 3 + random.IntN(14) {
			p := one
			p.RiskAversion, p.InventorySkew, p.ScoreShift = some(random.ExpFloat64()), random.ExpFloat64()/100, random.NormFloat64()/100
			switch random.IntN(6) {
			case 0:
				p.HedgeModel, p.HedgeEveryMinutes, p.HedgeBand = param.HedgeOnFill, param.Optional{}, param.Optional{}
			case 1:
				p.HedgeModel, p.HedgeRiskAversion, p.HedgeEveryMinutes, p.HedgeBand = param.HedgeWhalley, some(random.ExpFloat64()), param.Optional{}, param.Optional{}
			case 2:
				p.FinancingRate = some(0.05)
			case 3:
				p.OpeningInventory = random.IntN(20) - 10
			case 4:
				if random.IntN(5) == 0 {
					p.ScoreShift = 1e200 // its run fails
				}
			}
			if err := p.Validate(param.Synthetic); err != nil {
				continue
			}
			params = append(params, &p)
		}
		allowed, groups := togetherIsAlone(t, reused, m, params, uint64(round))
		together, blocks = together+len(allowed), blocks+groups
		for _, p := range allowed {
			kinds[p.HedgeModel]++
			if p.OpeningInventory != 0 {
				kinds["opening"]++
			}
			if p.FinancingRate.Set {
				kinds["financing"]++
			}
			if len(m.Underlyings) > 1 {
				kinds["two underlyings "+p.QuoteModel]++
			}
			switch expires := m.Series[0].Expiry >= 0; {
			case expires && m.IsChain():
				kinds["expiring chain"]++
			case expires:
				kinds["expiring option"]++
			}
		}
	}
	if together < 150 || blocks < together/10 || len(kinds) < 12 {
		t.Errorf("%d runs in %d blocks of options: %v", together, blocks, kinds)
	}
}

// RecordBytes is what the records of eight runs take.
func TestRecordBytes(t *testing.T) {
	for _, strikes := range []int{1, 3, 15} {
		base := param.Defaults(param.Synthetic)
		base.Market.Model, base.Market.Minutes = synthetic.GBMModel, 2000
		base.Market.Shape = market.Shape{Strikes: strikes, StrikeStep: 1, Expiries: 1, Sides: market.CallsOnly}
		m, err := synthetic.Source{}.Market(base.Market, 1)
		if err != nil {
			t.Fatal(err)
		}
		var s Simulator
		if err := s.open(m, &base); err != nil {
			t.Fatal(err)
		}
		memory := reflect.ValueOf(&s.record).Elem() // in which all columns lie
		bytes := AtOnce * (8*memory.FieldByName("floats").Len() + 4*memory.FieldByName("integers").Len())
		if got := RecordBytes(factsOf(m, false)); got < bytes*99/100 || got > bytes*11/10 { // but for the padding of columns
			t.Errorf("%d options: %d bytes, the records have %d", len(m.Series), got, bytes)
		}
	}
	if most := (Facts{Options: 1000, Minutes: 1_000_000}); RecordBytes(most) != 0 {
		t.Errorf("%v are allowed %d bytes", most, RecordBytes(most))
	}
}
