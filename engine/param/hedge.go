package param

// The hedge models.
const (
	HedgeOnFill  = "on_fill"
	HedgeEvery   = "every"
	HedgeBand    = "band"
	HedgeWhalley = "whalley_wilmott"
	HedgeOff     = "off"
	bandToEdge   = "edge"
	BandToZero   = "zero"
)

// hedgeParameters are the trades in the underlying and what trading costs.
func hedgeParameters() []Parameter {
	hedged := []Use{with("hedge_model", HedgeOnFill, HedgeEvery, HedgeBand, HedgeWhalley)}
	whalley := with("hedge_model", HedgeWhalley)
	band := []Use{with("hedge_model", HedgeBand)}
	table := []Parameter{
		{Name: "hedge_model", Kind: Choice, Unit: "1", Default: name(HedgeOnFill), Domain: oneOf(HedgeOnFill, HedgeEvery, HedgeBand, HedgeWhalley, HedgeOff),
			Description: "When the underlying is traded toward delta neutrality: on_fill after each fill, every once in hedge_every_minutes, band when the net delta leaves a band, whalley_wilmott a band that balances cost and risk, off never.",
			field:       func(p *Params) any { return &p.HedgeModel }},
		{Name: "hedge_every_minutes", UsedBy: []Use{with("hedge_model", HedgeEvery)}, Needed: true, Kind: Integer, Unit: "minute", Default: unset(), Domain: within(1, 1<<31-1),
			Description: "Minutes between hedges.",
			field:       func(p *Params) any { return &p.HedgeEveryMinutes }},
		{Name: "hedge_band", UsedBy: band, Needed: true, Unit: "share", Default: unset(), Domain: atLeast(0),
			Description: "Net delta that is not hedged, long or short; 0 hedges every minute.",
			field:       func(p *Params) any { return &p.HedgeBand }},
		{Name: "hedge_band_to", UsedBy: []Use{band[0].and(when("hedge_band", NotZero))}, Kind: Choice, Unit: "1", Default: name(bandToEdge), Domain: oneOf(bandToEdge, BandToZero),
			Description: "How far a hedge goes once the net delta has left the band: to its edge, or to zero.",
			field:       func(p *Params) any { return &p.HedgeBandTo }},
		{Name: "hedge_risk_aversion", UsedBy: []Use{whalley.and(when("hedge_cost_bps", NotZero)), whalley.and(when("hedge_half_spread", NotZero))}, Needed: true, Unit: "1/currency", Default: unset(), Domain: above(0),
			Description: "Risk aversion of the Whalley–Wilmott band; its cost is hedge_half_spread and hedge_cost_bps, and without them it has no width.",
			field:       func(p *Params) any { return &p.HedgeRiskAversion }},
		{Name: "hedge_lot", UsedBy: hedged, Unit: "share", Default: number(0), Domain: atLeast(0),
			Description: "Shares are held in multiples of it, the nearest; 0 holds fractions.",
			field:       func(p *Params) any { return &p.HedgeLot }},
		{Name: "hedge_half_spread", UsedBy: hedged, Unit: "price", Default: number(0), Domain: atLeast(0),
			Description: "Cost of a share traded: half of the underlying's spread.",
			field:       func(p *Params) any { return &p.HedgeCosts.HalfSpread }},
		{Name: "hedge_cost_bps", UsedBy: hedged, Unit: "basis point", Default: number(0), Domain: atLeast(0),
			Description: "Cost of a trade in the underlying, of the value traded.",
			field:       func(p *Params) any { return &p.HedgeCosts.BasisPoints }},
		{Name: "hedge_cost_fixed", UsedBy: hedged, Unit: "currency", Default: number(0), Domain: atLeast(0),
			Description: "Cost of a trade in the underlying, whatever its size.",
			field:       func(p *Params) any { return &p.HedgeCosts.Fixed }},
		{Name: "option_fee_per_contract", Unit: "currency/contract", Default: number(0), Domain: anyNumber(),
			Description: "Fee of a contract bought or sold; negative is a rebate.",
			field:       func(p *Params) any { return &p.OptionFee }},
		{Name: "financing_rate", Unit: "1/year", Default: unset(), Domain: within(-1, 1),
			Description: "Continuously compounded rate that cash earns and owes, the proceeds of short shares included, over the time of expiry_clock. Where it is set, shares held are paid dividend_yield, and short ones owe it. Unset has neither: cash and shares lie idle, as the seed's do.",
			field:       func(p *Params) any { return &p.FinancingRate }},
	}
	return inSection(EngineSection, table)
}

// limitParameters are what the market maker may hold and lose.
func limitParameters() []Parameter {
	table := []Parameter{
		{Name: "inventory_limit", Kind: Integer, Unit: "contract", Default: unset(), Domain: within(1, 1e9),
			Description: "Contracts of an option held at most, long or short: a side that could go beyond is not quoted; unset has no limit.",
			field:       func(p *Params) any { return &p.InventoryLimit }},
		{Name: "option_vega_limit", Unit: "currency", Default: unset(), Domain: atLeast(0),
			Description: "Vega of an option at most, long or short, per unit of volatility: a side that could go beyond is not quoted; unset has no limit.",
			field:       func(p *Params) any { return &p.OptionVegaLimit }},
		{Name: "gross_limit", Kind: Integer, Unit: "contract", Default: unset(), Domain: within(1, 1e9),
			Description: "Contracts held at most over all options, long and short added up: a side that could go beyond is not quoted; unset has no limit.",
			field:       func(p *Params) any { return &p.GrossLimit }},
		{Name: "delta_limit", Unit: "share", Default: unset(), Domain: atLeast(0),
			Description: "Net delta in an underlying at most, long or short: a side that could go beyond is not quoted; unset has no limit.",
			field:       func(p *Params) any { return &p.DeltaLimit }},
		{Name: "vega_limit", Unit: "currency", Default: unset(), Domain: atLeast(0),
			Description: "Vega of the book at most, long or short, per unit of volatility: a side that could go beyond is not quoted; unset has no limit.",
			field:       func(p *Params) any { return &p.VegaLimit }},
		{Name: "gamma_limit", Unit: "share/price", Default: unset(), Domain: atLeast(0),
			Description: "Gamma in an underlying at most, long or short: a side that could go beyond is not quoted; unset has no limit.",
			field:       func(p *Params) any { return &p.GammaLimit }},
		{Name: "loss_limit", Unit: "currency", Default: unset(), Domain: above(0),
			Description: "Loss at which quoting stops for good, at once; the hedge model goes on (on_fill has no fills to follow). Unset has no limit.",
			field:       func(p *Params) any { return &p.LossLimit }},
	}
	return inSection(EngineSection, table)
}
