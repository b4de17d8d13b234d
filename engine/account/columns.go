package account

import "optmm/engine/market"

// Per says what a column has one of in each minute.
type Per int

const (
	PerBook       Per = iota // a run
	PerUnderlying            // an underlying
	PerOption                // an option
)

// Column describes one column of a run: what it is and where it comes from. At
// most one of Floats, Integers and Seconds is set; none is for the minute itself,
// which counts from 0. They are asked for one underlying or option, by its place.
type Column struct {
	Name        string
	Unit        string
	Description string
	Per         Per
	OfMarket    bool     // the same in every run on a market
	Constant    Constant // under which parameters it is one number; the zero value: under none

	Floats   func(r *Record, place int) []float64
	Integers func(r *Record, place int) []int32
	Seconds  func(r *Record, place int) []int64 // since 1970 UTC

	needs need
}

// IsClock reports whether the column is the minute, which counts from 0 in every run.
func (c *Column) IsClock() bool { return c.Floats == nil && c.Integers == nil && c.Seconds == nil }

// Missing says why a market's runs do not have the column; empty where they do.
func (c *Column) Missing(p Provided) string { return c.needs.lack(p) }

// Columns returns every column that a run can have, in file order. A run of one
// option has all in one table. One of a chain has two: the columns of the book and of
// its underlyings minute by minute, and those of the options minute by minute. A name
// can name a column in each.
func Columns() []Column {
	chain := needsChain()
	book := func(name, unit, sentence string, needs need, values func(*Record) []float64) Column {
		return Column{Name: name, Unit: unit, Description: sentence, needs: needs, Floats: func(r *Record, _ int) []float64 { return values(r) }}
	}
	underlying := func(name, unit, sentence string, needs need, values func(*Record, int) []float64) Column {
		return Column{Name: name, Unit: unit, Description: sentence, Per: PerUnderlying, needs: needs, Floats: values}
	}
	option := func(name, unit, sentence string, values func(*market.Series) []float64) Column {
		return Column{Name: name, Unit: unit, Description: sentence, Per: PerOption, OfMarket: true, Floats: func(r *Record, j int) []float64 { return values(&r.Market.Series[j]) }}
	}
	quoted := func(name, unit, sentence string, values func(*OptionRecord) []float64) Column {
		return Column{Name: name, Unit: unit, Description: sentence, Per: PerOption, Floats: func(r *Record, j int) []float64 { return values(&r.Options[j]) }}
	}
	contracts := func(name, sentence string, values func(*OptionRecord) []int32) Column {
		return Column{Name: name, Unit: "contract", Description: sentence, Per: PerOption, Integers: func(r *Record, j int) []int32 { return values(&r.Options[j]) }}
	}
	bookContracts := func(name, sentence string, values func(*Record) []int32) Column {
		return Column{Name: name, Unit: "contract", Description: sentence, needs: chain, Integers: func(r *Record, _ int) []int32 { return values(r) }}
	}
	detail := func(name, sentence string, values func(*optionDetail) []float64) Column {
		return Column{Name: name, Unit: "currency", Description: sentence, Per: PerOption, needs: chain, Floats: func(r *Record, j int) []float64 { return values(r.detailOf(j)) }}
	}
	putMid := option("put_mid", "price", "Middle of the market's quote of the put.", func(o *market.Series) []float64 { return o.PutMid })
	putMid.needs = needsPut()
	price := underlying("underlying", "price", "Price of the underlying.", nil, func(r *Record, u int) []float64 { return r.Market.Underlyings[u].Price })
	price.OfMarket = true
	return []Column{
		{Name: "minute", Unit: "minute", Description: "Minutes since the first row, from 0, as if no row were missing between them."},
		{Name: "timestamp", Unit: "UTC", Description: "Time of the recorded quote.", OfMarket: true,
			needs:   needsTimestamps(),
			Seconds: func(r *Record, _ int) []int64 { return r.Market.Timestamps }},
		price,
		option("years_to_expiry", "year", "Time to expiry.", func(o *market.Series) []float64 { return o.Years }),
		option("theo", "price", "Black–Scholes value of the option.", func(o *market.Series) []float64 { return o.Theo }),
		option("implied_vol", "1/√year", "Volatility behind theo and the Greeks.", func(o *market.Series) []float64 { return o.Vol }),
		option("delta", "1", "Black–Scholes delta of the option, per share of the contract.", func(o *market.Series) []float64 { return o.Delta }),
		option("gamma", "share/price", "Black–Scholes gamma of the option, per share of the contract.", func(o *market.Series) []float64 { return o.Gamma }),
		option("vega", "price", "Black–Scholes vega of the option, per unit of volatility.", func(o *market.Series) []float64 { return o.Vega }),
		option("theta", "price/year", "Black–Scholes theta of the option, per year that passes.", func(o *market.Series) []float64 { return o.Theta }),
		option("mid", "price", "Middle of the market's quote; the last good one where it has none.", func(o *market.Series) []float64 { return o.Mid }),
		putMid,
		option("parity_residual", "price", "Mid less what put–call parity says it is worth; 0 where the other side is not quoted.", func(o *market.Series) []float64 { return o.ParityResidual }),
		option("ml_score", "1", "Score of score_model.", func(o *market.Series) []float64 { return o.Score }),
		quoted("spread", "price", "Quoted width; the seed's before skew.", func(o *OptionRecord) []float64 { return o.Spread }),
		quoted("bid", "price", "Posted bid; the mid where the market has no good quote.", func(o *OptionRecord) []float64 { return o.Bid }),
		quoted("ask", "price", "Posted ask; the mid where the market has no good quote.", func(o *OptionRecord) []float64 { return o.Ask }),
		contracts("bid_size", "Contracts posted at the bid; 0 where it is not quoted.", func(o *OptionRecord) []int32 { return o.BidSize }).constant(alwaysQuoted()),
		contracts("ask_size", "Contracts posted at the ask; 0 where it is not quoted.", func(o *OptionRecord) []int32 { return o.AskSize }).constant(alwaysQuoted()),
		contracts("bid_fills", "Contracts bought at the bid in this minute.", func(o *OptionRecord) []int32 { return o.BidFills }),
		contracts("ask_fills", "Contracts sold at the ask in this minute.", func(o *OptionRecord) []int32 { return o.AskFills }),
		contracts("informed_fills", "Of bid_fills and ask_fills, the contracts traded with the informed.", func(o *OptionRecord) []int32 { return o.InformedFills }).constant(zeroWith("informed_share")),
		contracts("inventory", "Contracts held after the minute.", func(o *OptionRecord) []int32 { return o.Inventory }),
		bookContracts("inventory", "Contracts held after the minute, long less short.", func(r *Record) []int32 { return r.Inventory }),
		bookContracts("gross_inventory", "Contracts held after the minute, long and short added up.", func(r *Record) []int32 { return r.Gross }),
		underlying("shares", "share", "Shares of the underlying held after the hedge.", nil, func(r *Record, u int) []float64 { return r.Hedges[u].Shares }),
		underlying("book_delta", "share", "Delta of the options held, before the hedge.", chain, func(r *Record, u int) []float64 { return r.Hedges[u].Delta }),
		underlying("book_gamma", "share/price", "Gamma of the options held.", chain, func(r *Record, u int) []float64 { return r.Hedges[u].Gamma }),
		book("book_vega", "currency", "Vega of the options held, per unit of volatility.", chain, func(r *Record) []float64 { return r.Vega }),
		book("book_theta", "currency/year", "Theta of the options held, per year that passes.", chain, func(r *Record) []float64 { return r.Theta }),
		book("cash", "currency", "Cash after the minute's trades.", nil, func(r *Record) []float64 { return r.Cash }),
		book("pnl", "currency", "Net P&L: cash plus options at mid plus shares at the underlying.", nil, func(r *Record) []float64 { return r.PnL }),
		detail("pnl", "P&L so far of the option, marked to its mid, before any hedge: spread_pnl + inventory_pnl − option_fees.", func(d *optionDetail) []float64 { return d.pnl }),
		underlying("hedge_error", "share", "Delta of everything held, after the hedge; 0 is neutral.", nil, func(r *Record, u int) []float64 { return r.Hedges[u].Error }),
		book("spread_pnl", "currency", "Spread captured so far: at each fill the mid less the bid, or the ask less the mid.", nil, func(r *Record) []float64 { return r.Attribution().Spread }),
		detail("spread_pnl", "Spread captured so far.", func(d *optionDetail) []float64 { return d.spread }),
		book("inventory_pnl", "currency", "P&L so far of the contracts held as their mid moved.", nil, func(r *Record) []float64 { return r.Attribution().Inventory }),
		detail("inventory_pnl", "P&L so far of the contracts held as their mid moved.", func(d *optionDetail) []float64 { return d.inventory }),
		book("hedge_pnl", "currency", "P&L so far of the shares held as the underlying moved, before costs.", nil, func(r *Record) []float64 { return r.Attribution().Hedge }),
		book("option_fees", "currency", "Option fees paid so far. spread_pnl + inventory_pnl + hedge_pnl + carry_pnl − option_fees − hedge_costs is pnl.", nil, func(r *Record) []float64 { return r.OptionFees }).constant(zeroWith("option_fee_per_contract")),
		detail("option_fees", "Option fees paid so far.", func(d *optionDetail) []float64 { return d.fees }).constant(zeroWith("option_fee_per_contract")),
		book("hedge_costs", "currency", "Costs of trading the underlying paid so far.", nil, func(r *Record) []float64 { return r.HedgeCosts }).constant(zeroWith("hedge_half_spread", "hedge_cost_bps", "hedge_cost_fixed")),
		book("carry_pnl", "currency", "Interest on cash and dividends on shares so far, received less paid.", nil, func(r *Record) []float64 { return r.Carry }).constant(unfinanced()),
		book("delta_pnl", "currency", "Of inventory_pnl + hedge_pnl, what the net delta explains.", nil, func(r *Record) []float64 { return r.Attribution().Delta }),
		book("gamma_pnl", "currency", "Of inventory_pnl + hedge_pnl, what gamma explains.", nil, func(r *Record) []float64 { return r.Attribution().Gamma }),
		book("theta_pnl", "currency", "Of inventory_pnl + hedge_pnl, what theta explains.", nil, func(r *Record) []float64 { return r.Attribution().Theta }),
		book("vega_pnl", "currency", "Of inventory_pnl + hedge_pnl, what changes of the implied volatility explain.", nil, func(r *Record) []float64 { return r.Attribution().Vega }).constant(zeroWith("implied_vol_of_vol", "smile_curvature")),
		book("unexplained_pnl", "currency", "Of inventory_pnl + hedge_pnl, what the Greeks leave.", nil, func(r *Record) []float64 { return r.Attribution().Unexplained }),
	}
}

// ContractColumn says which option a row is of: by a number, a text or, where Seconds
// is true, a time since 1970 UTC.
type ContractColumn struct {
	Name        string
	Unit        string
	Description string
	Integer     bool
	Seconds     bool
	Number      func(place int, c *market.Contract) float64
	Text        func(c *market.Contract) string
}

// ContractColumns returns what identifies an option of the market.
func ContractColumns(m *market.Market) []ContractColumn {
	expiry := ContractColumn{Name: "expiry_minute", Unit: "minute", Description: "Minute of the option's expiry, from the first.", Integer: true}
	if m.Timestamps != nil {
		expiry = ContractColumn{Name: "expiry", Unit: "UTC", Description: "Expiry of the option, as the data has it.", Seconds: true}
	}
	expiry.Number = func(_ int, c *market.Contract) float64 { return float64(c.Expires) }
	return []ContractColumn{
		{Name: "option", Unit: "1", Description: "Number of the option, from 0: by expiry, strike, and the call before the put.", Integer: true,
			Number: func(index int, _ *market.Contract) float64 { return float64(index) }},
		expiry,
		{Name: "strike", Unit: "price", Description: "Strike of the option.", Number: func(_ int, c *market.Contract) float64 { return c.Strike }},
		{Name: "right", Unit: "1", Description: "call, or put.", Text: func(c *market.Contract) string { return c.Right() }},
	}
}

// optionDetail is where one option's P&L comes from, minute by minute.
type optionDetail struct {
	place                        int
	made                         bool
	pnl, spread, inventory, fees []float64
}

// detailOf computes the detail of an option; one is kept at a time.
func (r *Record) detailOf(j int) *optionDetail {
	d := &r.detail
	if d.made && d.place == j {
		return d
	}
	n := len(r.PnL)
	d.made, d.place = true, j
	for _, column := range []*[]float64{&d.pnl, &d.spread, &d.inventory, &d.fees} {
		*column = market.Resize(*column, n)
	}
	option, o := &r.Market.Series[j], &r.Options[j]
	held := float64(float64(r.opening) * r.Multiplier)
	var spread, inventory, contracts float64
	for i := range n {
		bids, asks := float64(o.BidFills[i]), float64(o.AskFills[i])
		inventory += float64(held * option.Explained.Mid[i])
		spread += edge(bids, asks, option.Mid[i], o.Bid[i], o.Ask[i], r.Multiplier)
		contracts += bids + asks
		d.spread[i], d.inventory[i], d.fees[i] = spread, inventory, float64(contracts*r.fee)
		d.pnl[i] = spread + inventory - d.fees[i]
		held = float64(float64(o.Inventory[i]) * r.Multiplier)
	}
	return d
}
