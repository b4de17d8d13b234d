package engine

import (
	"math"
	"math/rand/v2"
	"testing"

	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/param"
	"optmm/engine/signal"
)

// bookParams are of a chain of twelve options with everything on.
func bookParams() param.Params {
	p := realistic()
	p.Market.Shape = market.Shape{Strikes: 3, StrikeStep: 5, Expiries: 2, ExpiryStep: 1, Sides: market.CallsAndPuts, Skew: -0.3, Curvature: 1}
	p.Market.VolOfVol = 1
	p.Market.MinutesPerSession, p.Market.ExpirySessions, p.Market.Minutes = 100, 2, 301
	p.VolOfVol, p.ArrivalSlope, p.HorizonMinutes = some(0.5), some(1), some(100)
	p.HedgeModel, p.HedgeEveryMinutes, p.HedgeBand, p.HedgeRiskAversion = param.HedgeEvery, some(1), some(1), some(1)
	return p
}

func runBook(t *testing.T, p param.Params, marketSeed uint32, fillSeed uint64) (*account.Record, account.Summary) {
	t.Helper()
	if err := p.Validate(param.Synthetic); err != nil {
		t.Fatal(err)
	}
	m, err := synthetic.Source{}.Market(p.Market, marketSeed)
	if err != nil {
		t.Fatal(err)
	}
	var simulator Simulator
	summary, err := simulator.Run(m, &p, fillSeed)
	if err != nil {
		t.Fatal(err)
	}
	return simulator.Record(), summary
}

// However the book is made, an account kept independently of the engine's, by contracts and
// shares alone, comes to its figures, of each option and in total.
func TestEveryBookIsAccountedFor(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for trial := range 60 {
		p := bookParams()
		rules := param.NewRules(param.Synthetic)
		for _, name := range []string{"quote_model", "hedge_model", "market_model"} {
			choices := rules.Parameter(name).Domain.Choices
			choice := choices[random.IntN(len(choices))]
			if choice == param.GLFTExactQuotes || name == "market_model" && choice == synthetic.SeedModel {
				continue
			}
			rules.Parameter(name).Set(&p, param.Value{Text: choice})
		}
		p.QuoteSize, p.Multiplier, p.OpeningInventory = 1+random.IntN(3), 100, random.IntN(5)-2
		p.HedgeCosts.BasisPoints, p.OptionFee = 2*random.Float64(), random.Float64()-0.3
		p.VegaSkew, p.DeltaSkew = 1e-4*random.Float64(), 1e-4*random.Float64()
		p.LatencyMinutes = random.IntN(2)
		if p.QuoteModel == param.SeedQuotes {
			p.FillModel, p.Market.Signal.Model, p.ScoreShift, p.ScoreWiden = param.SeedFills, signal.SeedSignal, 0, 0
		}
		record, summary := runBook(t, p, uint32(trial), uint64(trial)+9)
		checkBook(t, &p, record, &summary)
	}
}

func checkBook(t *testing.T, p *param.Params, r *account.Record, summary *account.Summary) {
	t.Helper()
	m := r.Market
	near := func(what string, got, want, size float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-8*(1+size) {
			t.Fatalf("%s: %s is %v, want %v", p.QuoteModel, what, got, want)
		}
	}
	total, fees, turnover := 0.0, 0.0, 0.0
	var spread, inventory, delta, gamma, theta, vega float64
	for j := range r.Options {
		option, o := &m.Series[j], &r.Options[j]
		held := float64(p.OpeningInventory)
		pnl, paid, value := 0.0, 0.0, 0.0
		for i := range option.Mid {
			if i > 0 {
				pnl += held * (option.Mid[i] - option.Mid[i-1]) * p.Multiplier
			}
			bought, sold := float64(o.BidFills[i]), float64(o.AskFills[i])
			if option.Expiry >= 0 && i >= option.Expiry && bought+sold+float64(o.BidSize[i]+o.AskSize[i]) != 0 {
				t.Fatalf("series %d is traded at minute %d, after its expiry", j, i)
			}
			pnl += (bought*(option.Mid[i]-o.Bid[i]) + sold*(o.Ask[i]-option.Mid[i])) * p.Multiplier
			paid += (bought + sold) * p.OptionFee
			value += (bought*o.Bid[i] + sold*o.Ask[i]) * p.Multiplier
			held += bought - sold
			if option.Expiry == i {
				held = 0
			}
			if float64(o.Inventory[i]) != held {
				t.Fatalf("series %d, minute %d: inventory %d, fills come to %v", j, i, o.Inventory[i], held)
			}
		}
		near("an option's pnl", o.Total.PnL, pnl-paid, value)
		near("an option's parts", o.Total.Spread+o.Total.Inventory-o.Total.Fees, pnl-paid, value)
		near("an option's Greeks", o.Total.Delta+o.Total.Gamma+o.Total.Theta+o.Total.Vega+o.Total.Unexplained, o.Total.Inventory, value)
		for _, column := range account.Columns() {
			if column.Name == "pnl" && column.Per == account.PerOption {
				minutes := column.Floats(r, j)
				near("an option's last minute", minutes[len(minutes)-1], pnl-paid, value)
			}
		}
		total, fees, turnover = total+pnl, fees+paid, turnover+value
		spread, inventory = spread+o.Total.Spread, inventory+o.Total.Inventory
		delta, gamma, theta, vega = delta+o.Total.Delta, gamma+o.Total.Gamma, theta+o.Total.Theta, vega+o.Total.Vega
	}
	hedge, costs, shares := 0.0, 0.0, 0.0
	for i, price := range m.Underlyings[0].Price {
		if i > 0 {
			hedge += shares * (price - m.Underlyings[0].Price[i-1])
		}
		costs += p.HedgeCosts.Of(r.Hedges[0].Shares[i]-shares, price)
		shares = r.Hedges[0].Shares[i]
		book := 0.0
		for j := range r.Options {
			book += float64(r.Options[j].Inventory[i]) * m.Series[j].Delta[i] * p.Multiplier
		}
		near("book_delta", r.Hedges[0].Delta[i], book, math.Abs(book)+100)
		near("hedge_error", r.Hedges[0].Error[i], book+shares, math.Abs(book)+100)
	}
	last := len(r.PnL) - 1
	near("net_pnl", summary.NetPnL, total-fees+hedge-costs, turnover)
	near("spread_pnl", summary.SpreadPnL, spread, turnover)
	near("inventory_pnl", summary.InventoryPnL, inventory, turnover)
	near("hedge_pnl", summary.HedgePnL, hedge, turnover)
	near("delta_pnl", summary.DeltaPnL, delta+hedge, turnover)
	near("gamma_pnl", summary.GammaPnL, gamma, turnover)
	near("theta_pnl", summary.ThetaPnL, theta, turnover)
	near("vega_pnl", summary.VegaPnL, vega, turnover)
	near("option_fees", summary.OptionFees, fees, turnover)
	near("hedge_costs", summary.HedgeCosts, costs, turnover)
	near("option_turnover", summary.OptionTurnover, turnover, turnover)
	near("cash when all has expired", r.Cash[last], r.PnL[last], turnover)
	if r.Gross[last] != 0 || shares != 0 {
		t.Fatalf("after the last expiry %d contracts and %v shares are held", r.Gross[last], shares)
	}
}

// The limits in all hold, minute by minute, where quotes are not late, although many
// options are filled in the same minute, and they are reached.
func TestLimitsOfTheBookHold(t *testing.T) {
	base := bookParams()
	base.FillModel, base.ArrivalRate, base.InformedShare, base.QuoteSize = param.ExponentialFills, some(3), 0, 2
	base.Market.VolOfVol, base.Market.Model = 0, synthetic.FlatModel // Greeks stay as they are within a minute
	for _, c := range []struct {
		name  string
		limit float64
		set   func(*param.Params, param.Optional)
		value func(*account.Record, int) float64
	}{
		{"gross_limit", 11, func(p *param.Params, l param.Optional) { p.GrossLimit = l }, func(r *account.Record, i int) float64 { return float64(r.Gross[i]) }},
		{"vega_limit", 60, func(p *param.Params, l param.Optional) { p.VegaLimit = l }, func(r *account.Record, i int) float64 { return math.Abs(r.Vega[i]) }},
		{"gamma_limit", 1.5, func(p *param.Params, l param.Optional) { p.GammaLimit = l }, func(r *account.Record, i int) float64 { return math.Abs(r.Hedges[0].Gamma[i]) }},
		{"delta_limit", 2.5, func(p *param.Params, l param.Optional) { p.DeltaLimit, p.HedgeModel = l, param.HedgeOff }, func(r *account.Record, i int) float64 { return math.Abs(r.Hedges[0].Error[i]) }},
		{"option_vega_limit", 25, func(p *param.Params, l param.Optional) { p.OptionVegaLimit = l }, func(r *account.Record, i int) float64 {
			most := 0.0
			for j := range r.Options {
				most = max(most, math.Abs(float64(r.Options[j].Inventory[i])*r.Market.Series[j].Vega[i]*r.Multiplier))
			}
			return most
		}},
	} {
		p := base
		c.set(&p, param.Optional{})
		free, _ := runBook(t, p, 1, 2)
		c.set(&p, some(c.limit))
		held, summary := runBook(t, p, 1, 2)
		beyond, nearest := 0, 0.0
		for i := range 150 { // before the first expiry makes gamma large
			if c.value(free, i) > c.limit {
				beyond++
			}
			if got := c.value(held, i); got > c.limit*(1+1e-12) {
				t.Fatalf("%s %v: %v at minute %d", c.name, c.limit, got, i)
			}
			nearest = max(nearest, c.value(held, i))
		}
		if beyond == 0 || nearest < 0.6*c.limit || summary.TotalFills == 0 {
			t.Errorf("%s %v: %d minutes beyond it without, at most %v with it", c.name, c.limit, beyond, nearest)
		}
	}
}

// An option whose quotes go by its own contracts trades as if it were alone.
func TestNeighborsDoNotMatterToOwnInventory(t *testing.T) {
	p := bookParams()
	p.QuoteModel, p.LatencyMinutes = param.GLFTQuotes, 1
	m, err := synthetic.Source{}.Market(p.Market, 5)
	if err != nil {
		t.Fatal(err)
	}
	lonely := *m
	lonely.Series = m.Series[:1]
	var book, single Simulator
	if _, err := book.Run(m, &p, 7); err != nil {
		t.Fatal(err)
	}
	if _, err := single.Run(&lonely, &p, 7); err != nil {
		t.Fatal(err)
	}
	a, b := &book.Record().Options[0], &single.Record().Options[0]
	fills := 0
	for i := range a.Bid {
		if a.Bid[i] != b.Bid[i] || a.Ask[i] != b.Ask[i] || a.Inventory[i] != b.Inventory[i] {
			t.Fatalf("minute %d: %v/%v with neighbors, %v/%v without", i, a.Bid[i], a.Ask[i], b.Bid[i], b.Ask[i])
		}
		fills += int(a.BidFills[i] + a.AskFills[i])
	}
	if fills == 0 {
		t.Error("nothing is traded")
	}
	if a.Total != b.Total {
		t.Errorf("total %+v with neighbors, %+v without", a.Total, b.Total)
	}
	one, two := &book.Record().Options[1], &book.Record().Options[3]
	same := 0
	for i := range one.BidFills {
		if one.BidFills[i] == two.BidFills[i] {
			same++
		}
	}
	if same == len(one.BidFills) {
		t.Error("two options are filled by the same draws")
	}
}

// Where the market has no good quote nothing is posted, and a quote on its way is
// withdrawn.
func TestNothingIsPostedWithoutAGoodQuote(t *testing.T) {
	p := bookParams()
	p.LatencyMinutes = 2
	m, err := synthetic.Source{}.Market(p.Market, 5)
	if err != nil {
		t.Fatal(err)
	}
	m.Series[2].Quotable = make([]bool, m.Minutes())
	for i := range m.Series[2].Quotable {
		m.Series[2].Quotable[i] = i%10 != 5
	}
	var simulator Simulator
	if _, err := simulator.Run(m, &p, 7); err != nil {
		t.Fatal(err)
	}
	o := &simulator.Record().Options[2]
	for i := range 190 {
		posted := o.BidSize[i]+o.AskSize[i] > 0
		if silent := i%10 >= 5 && i%10 <= 7; i >= 2 && posted == silent && (silent || i%10 < 5) {
			t.Errorf("minute %d: posted %v", i, posted)
		}
		if i%10 == 5 && (o.Bid[i] != m.Series[2].Mid[i] || o.BidFills[i]+o.AskFills[i] != 0) {
			t.Errorf("minute %d: bid %v, %d fills without a quote in the market", i, o.Bid[i], o.BidFills[i]+o.AskFills[i])
		}
	}
}

// Each underlying is hedged by itself.
func TestUnderlyingsAreHedgedApart(t *testing.T) {
	p := bookParams()
	p.HedgeLot = 0
	m, err := synthetic.Source{}.Market(p.Market, 5)
	if err != nil {
		t.Fatal(err)
	}
	m.Underlyings = append(m.Underlyings, m.Underlyings[0])
	for j := 6; j < 12; j++ {
		m.Series[j].Underlying = 1
	}
	var simulator Simulator
	if _, err := simulator.Run(m, &p, 7); err != nil {
		t.Fatal(err)
	}
	r := simulator.Record()
	for i := range 150 {
		for u := range 2 {
			delta := 0.0
			for j := 6 * u; j < 6*u+6; j++ {
				delta += float64(r.Options[j].Inventory[i]) * m.Series[j].Delta[i] * p.Multiplier
			}
			if math.Abs(delta+r.Hedges[u].Shares[i]) > 1e-9 {
				t.Fatalf("minute %d, underlying %d: delta %v, shares %v", i, u, delta, r.Hedges[u].Shares[i])
			}
		}
	}
	if r.Hedges[0].Shares[100] == 0 || r.Hedges[1].Shares[100] == 0 {
		t.Error("nothing is hedged")
	}
}

// What the quotes go by is what is held as the minute begins, of the whole book: the
// center and the width of every quote, by hand.
func TestQuotesGoByTheBook(t *testing.T) {
	p := bookParams()
	p.TickSize, p.MinWidth, p.LatencyMinutes, p.QuoteSize, p.ScoreShift, p.ScoreWiden = param.Optional{}, 0, 0, 2, 0, 0
	p.HedgeModel, p.HedgeBand, p.HedgeLot = param.HedgeBand, some(40), 0
	p.Multiplier, p.PriceScale = 10, param.ScaleOfCurrency
	m, err := synthetic.Source{}.Market(p.Market, 5)
	if err != nil {
		t.Fatal(err)
	}
	other := m.Underlyings[0]
	other.Price = append([]float64(nil), other.Price...)
	other.Move = append([]float64(nil), other.Move...)
	for i := range other.Price {
		other.Price[i] *= 1.5
		other.Move[i] *= 1.5
	}
	m.Underlyings = append(m.Underlyings, other)
	for j := range m.Series {
		m.Series[j].Underlying, m.Series[j].Width = j%2, nil
	}
	m.Series[4].Quotable = make([]bool, m.Minutes()) // never
	const gamma, rate, decay, slope, alpha = 0.2, 0.6, 1.4, 1.7, 0.5
	p.RiskAversion, p.ArrivalRate, p.IntensityDecay, p.ArrivalSlope, p.VolOfVol = some(gamma), some(rate), some(decay), some(slope), some(alpha)
	p.VegaSkew, p.DeltaSkew, p.InventorySkew, p.Spread, p.SpreadVolCoef, p.SpreadFloor = 0.001, 0.002, 0.003, some(0.4), 0, 0
	for _, model := range []string{param.ShiftQuotes, param.SaglamQuotes, param.VegaQuotes, param.GLFTQuotes} {
		p.QuoteModel = model
		if err := p.Validate(param.Synthetic); err != nil {
			t.Fatal(err)
		}
		var simulator Simulator
		if _, err := simulator.Run(m, &p, 7); err != nil {
			t.Fatal(err)
		}
		r := simulator.Record()
		traded := 0.0
		for i := 1; i < m.Minutes(); i++ {
			var vega, curved, pull float64
			var delta [2]float64
			bent := func(j int) float64 {
				spot := m.Underlyings[m.Series[j].Underlying].Price[i]
				return m.Series[j].Gamma[i] * spot * spot * math.Pow(m.Series[j].Vol[i], 2)
			}
			for j := range m.Series {
				s := &m.Series[j]
				held := float64(r.Options[j].Inventory[i-1])
				if s.Expiry >= 0 && i >= s.Expiry {
					continue // settled, and not quoted
				}
				traded += math.Abs(held)
				vega += held * s.Vega[i]
				curved += held * bent(j)
				delta[s.Underlying] += held * s.Delta[i]
				if j != 4 {
					pull += rate * decay / math.E * s.Vega[i] * s.Vega[i]
				}
			}
			for u := range delta {
				delta[u] += r.Hedges[u].Shares[i-1] / p.Multiplier
			}
			for j := range m.Series {
				s, o := &m.Series[j], &r.Options[j]
				if s.Expiry >= 0 && i >= s.Expiry || j == 4 {
					continue
				}
				held := float64(r.Options[j].Inventory[i-1])
				var center, half float64
				switch model {
				case param.ShiftQuotes:
					center, half = s.Mid[i]-0.003*held-0.001*s.Vega[i]*vega-0.002*s.Delta[i]*delta[s.Underlying], 0.2
				case param.SaglamQuotes:
					left := float64(100-i%100) * m.MinuteYears
					own := alpha*alpha*left*s.Vega[i]*s.Vega[i] + left*left/2*bent(j)*bent(j)
					center = s.Mid[i] - gamma*(alpha*alpha*left*s.Vega[i]*vega+left*left/2*bent(j)*curved)/2
					half = rate/(2*slope) + gamma*own/2
				case param.VegaQuotes:
					a := math.Sqrt(gamma * alpha * alpha * m.MinuteYears / (8 * pull))
					center, half = s.Mid[i]-2*a*(vega/2)*s.Vega[i], 1/decay+a*s.Vega[i]*s.Vega[i]
				case param.GLFTQuotes:
					sigma := math.Abs(s.Delta[i]) * m.Underlyings[s.Underlying].Price[i] * s.Vol[i] * math.Sqrt(m.MinuteYears)
					step := sigma * math.Sqrt(gamma/(2*decay*rate)*math.Pow(1+gamma/decay, 1+decay/gamma))
					center, half = s.Mid[i]-held/2*step, math.Log(1+gamma/decay)/gamma+step/2
				}
				if model == param.SaglamQuotes { // no premium beyond the law
					bid, ask := min(max(half+s.Mid[i]-center, 0), rate/slope), min(max(half-s.Mid[i]+center, 0), rate/slope)
					center, half = s.Mid[i]+(ask-bid)/2, (bid+ask)/2
				}
				if math.Abs((o.Bid[i]+o.Ask[i])/2-center) > 1e-9 || math.Abs((o.Ask[i]-o.Bid[i])/2-half) > 1e-9 {
					t.Fatalf("%s, minute %d, option %d: %v/%v, want %v ± %v", model, i, j, o.Bid[i], o.Ask[i], center, half)
				}
			}
		}
		if traded == 0 {
			t.Errorf("%s: nothing is held", model)
		}
	}
}

// A trade that brings what is limited down is allowed beyond the limit, whatever side.
func TestLimitsLetPositionsShrink(t *testing.T) {
	series := market.Series{}
	for _, column := range []*[]float64{&series.Vega, &series.Gamma, &series.Delta} {
		*column = []float64{1}
	}
	m := maker{series: &series, inventory: 5}
	p := param.Defaults(param.Synthetic)
	p.GrossLimit = some(3)
	record := &account.Record{Hedges: []account.HedgeRecord{{Delta: []float64{0}, Gamma: []float64{0}}}, Vega: []float64{0}}
	b := book{ledger: ledger{multiplier: 1}, record: record, gross: 8}
	l := newLimits(&p)
	if !l.allows(&b, &m, 0, -2) || l.allows(&b, &m, 0, 1) || l.allows(&b, &m, 0, -12) {
		t.Error("of 8 contracts at a limit of 3, 5 of them long, selling 2 is allowed, and neither buying one nor selling 12")
	}
}

// twoUnderlyings is a market whose options take turns on two underlyings.
func twoUnderlyings(t *testing.T, p *param.Params, seed uint32) *market.Market {
	t.Helper()
	m, err := synthetic.Source{}.Market(p.Market, seed)
	if err != nil {
		t.Fatal(err)
	}
	m.Underlyings = append(m.Underlyings, m.Underlyings[0])
	for j := range m.Series {
		m.Series[j].Underlying = j % 2 // calls on one, puts on the other
	}
	return m
}

// At an expiry a hedge that follows fills gives back the shares of what has settled,
// also where nothing is filled in that minute.
func TestSettlementIsHedged(t *testing.T) {
	p := bookParams()
	p.HedgeModel, p.HedgeLot, p.ArrivalRate = param.HedgeOnFill, 0, some(0.3)
	quiet := 0
	for seed := range 20 {
		m := twoUnderlyings(t, &p, uint32(seed))
		var simulator Simulator
		if _, err := simulator.Run(m, &p, 7); err != nil {
			t.Fatal(err)
		}
		r := simulator.Record()
		expiry := m.Series[0].Expiry
		for u := range 2 {
			fills, settled := int32(0), 0.0
			for j := u; j < len(r.Options); j += 2 {
				fills += r.Options[j].BidFills[expiry] + r.Options[j].AskFills[expiry]
				if m.Series[j].Expiry == expiry {
					settled += math.Abs(float64(r.Options[j].Inventory[expiry-1]))
				}
			}
			if fills == 0 && settled > 0 {
				quiet++
				if math.Abs(r.Hedges[u].Error[expiry]) > 1e-9 {
					t.Errorf("seed %d, underlying %d: a net delta of %v is left at the expiry", seed, u, r.Hedges[u].Error[expiry])
				}
			}
		}
	}
	if quiet == 0 {
		t.Error("no expiry was without fills")
	}
}

// With the last option on an underlying its shares are sold, whatever the hedge.
func TestSharesGoWithTheLastOption(t *testing.T) {
	p := bookParams()
	p.HedgeModel, p.HedgeEveryMinutes, p.HedgeLot, p.OpeningInventory = param.HedgeEvery, some(1000), 0, 2
	m := twoUnderlyings(t, &p, 5)
	var simulator Simulator
	if _, err := simulator.Run(m, &p, 7); err != nil {
		t.Fatal(err)
	}
	first, last := m.Series[0].Expiry, m.Series[11].Expiry
	for u, h := range simulator.Record().Hedges {
		if h.Shares[first] == 0 || h.Shares[last-1] == 0 || h.Shares[last] != 0 {
			t.Errorf("underlying %d: %v shares after the first expiry, %v before the last, %v after", u, h.Shares[first], h.Shares[last-1], h.Shares[last])
		}
	}
}
