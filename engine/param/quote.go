package param

import "optmm/engine/signal"

// The quote models.
const (
	SeedQuotes        = "seed"
	ShiftQuotes       = "shift"
	StoikovQuotes     = "avellaneda_stoikov"
	SymmetricQuotes   = "avellaneda_stoikov_symmetric"
	GLFTQuotes        = "glft"
	GLFTExactQuotes   = "glft_exact"
	SaglamQuotes      = "stoikov_saglam"
	VegaQuotes        = "baldacci_bergault_gueant"
	aroundMid         = "mid"
	AroundTheo        = "theo"
	ScaleOfCurrency   = "currency"
	ScaleOfHalfSpread = "half_spread"
)

// movingQuotes are the models that believe in a volatility of the option's price.
func movingQuotes() []string {
	return []string{StoikovQuotes, SymmetricQuotes, GLFTQuotes, GLFTExactQuotes}
}

// realisticQuotes is every model but the seed's.
func realisticQuotes() Use {
	return Use{Parameter: "quote_model", Not: []string{SeedQuotes}}
}

// scored are the ways in which a score reaches the quotes.
func scored() []Use {
	return []Use{with("quote_model", SeedQuotes).and(when("skew", NotZero)), when("score_shift", NotZero).and(realisticQuotes()), when("score_widen", NotZero).and(realisticQuotes())}
}

// scoredBy are the same with some signals.
func scoredBy(signal Use) []Use {
	var uses []Use
	for _, use := range scored() {
		uses = append(uses, use.and(signal))
	}
	return uses
}

// standardized are the signals that are standardized over a window.
func standardized() []string {
	return []string{signal.ShortReturnSignal, signal.ParityResidualSignal, signal.SpreadRegimeSignal, signal.VolRegimeSignal, signal.BlendSignal}
}

// quoteParameters are the contract, the signal and the quotes.
func quoteParameters() []Parameter {
	anyScore := Use{Parameter: "score_model", Not: []string{signal.NoSignal}}
	seed := []Use{with("quote_model", SeedQuotes).and(anyScore)}
	shift := []Use{with("quote_model", ShiftQuotes)}
	realistic := []Use{realisticQuotes()}
	width := []Use{with("quote_model", SeedQuotes, ShiftQuotes)}
	moving := []Use{with("quote_model", movingQuotes()...)}
	formula := []Use{width[0].and(when("spread", IsSet))}
	averse := []Use{with("quote_model", StoikovQuotes, SymmetricQuotes, GLFTQuotes, GLFTExactQuotes, SaglamQuotes, VegaQuotes)}
	horizon := []Use{with("quote_model", StoikovQuotes, SymmetricQuotes, GLFTExactQuotes, SaglamQuotes)}
	scaled := append([]Use{with("quote_model", StoikovQuotes, SymmetricQuotes, GLFTQuotes, SaglamQuotes, VegaQuotes)}, distances()...)
	table := []Parameter{
		{Name: "contract_multiplier", Unit: "share/contract", Default: number(1), Domain: above(0),
			Description: "Shares that a contract is an option on: option prices times this are currency.",
			field:       func(p *Params) any { return &p.Multiplier }},
		{Name: "opening_inventory", Kind: Integer, Unit: "contract", Default: number(0), Domain: within(-1e6, 1e6),
			Description: "Contracts of each option held from the first minute on, paid for at its mid; negative is short.",
			field:       func(p *Params) any { return &p.OpeningInventory }},
		{Name: "score_model", UsedBy: scored(), Kind: Choice, Unit: "1", Default: name(signal.SeedSignal), Domain: oneOf(signal.Signals()...),
			Description: "What the score is made of: seed is standardized over the whole history, which sees the future; the others see only the past: short_return, parity_residual, spread_regime, vol_regime, blend of short_return and parity_residual, and none, which is 0. linear and lightgbm are trained models, written as {linear: {file: model.json}}.",
			field:       func(p *Params) any { return &p.Market.Signal.Model }},
		{Name: "score_window", UsedBy: scoredBy(Use{Parameter: "score_model", Is: standardized()}), Kind: Integer, Unit: "minute", Default: number(0), Domain: within(0, 1<<31-1),
			Description: "Minutes over which the score is standardized, at least 2; 0 takes all that is past.",
			field:       func(p *Params) any { return &p.Market.Signal.Window }},
		{Name: "score_return_minutes", UsedBy: scoredBy(with("score_model", signal.ShortReturnSignal, signal.BlendSignal)), Kind: Integer, Unit: "minute", Default: number(3), Domain: within(1, 100000),
			Description: "Minutes over which the score's return is taken.",
			field:       func(p *Params) any { return &p.Market.Signal.ReturnMinutes }},
		{Name: "quote_model", Kind: Choice, Unit: "1", Default: name(SeedQuotes), Domain: oneOf(SeedQuotes, ShiftQuotes, StoikovQuotes, SymmetricQuotes, GLFTQuotes, GLFTExactQuotes, SaglamQuotes, VegaQuotes),
			Description: "How bid and ask are found: seed the demo's, shift a width moved by score and inventory, avellaneda_stoikov, its symmetric comparison, glft (Guéant–Lehalle–Fernandez-Tapia) far from the horizon, glft_exact, stoikov_saglam by the gamma and vega that a delta hedge leaves of the book, baldacci_bergault_gueant by its vega alone. The others go by the contracts of the option itself.",
			field:       func(p *Params) any { return &p.QuoteModel }},
		{Name: "quote_around", UsedBy: realistic, Kind: Choice, Unit: "1", Default: name(aroundMid), Domain: oneOf(aroundMid, AroundTheo),
			Description: "The price that is quoted around, before score and inventory move it.",
			field:       func(p *Params) any { return &p.QuoteAround }},
		{Name: "skew", UsedBy: seed, Unit: "1", Default: number(0.02), Domain: anyNumber(),
			Description: "The seed's quote shift per unit of score, as a share of mid, which widens the quote; 0 ignores the score.",
			field:       func(p *Params) any { return &p.Skew }},
		{Name: "score_shift", UsedBy: []Use{realisticQuotes().and(anyScore)}, Unit: "1", Default: number(0), Domain: anyNumber(),
			Description: "Shift of both quotes per unit of score, as a share of the price that is quoted around; 0 ignores the score.",
			field:       func(p *Params) any { return &p.ScoreShift }},
		{Name: "score_widen", UsedBy: []Use{realisticQuotes().and(anyScore)}, Unit: "1", Default: number(0), Domain: anyNumber(),
			Description: "Relative widening of the quote per unit of score: × max(0, 1 + score_widen · score); 0 ignores the score.",
			field:       func(p *Params) any { return &p.ScoreWiden }},
		{Name: "inventory_skew", UsedBy: shift, Unit: "price/contract", Default: number(0), Domain: anyNumber(),
			Description: "Fall of both quotes per contract of the option held; 0 ignores the inventory.",
			field:       func(p *Params) any { return &p.InventorySkew }},
		{Name: "vega_skew", UsedBy: shift, Unit: "vol²/(price·contract)", Default: number(0), Domain: anyNumber(),
			Description: "Fall of both quotes per unit of the option's vega and of the book's (contracts × vega, before the multiplier): inventory risk in common terms; 0 ignores it.",
			field:       func(p *Params) any { return &p.VegaSkew }},
		{Name: "delta_skew", UsedBy: shift, Unit: "price/contract", Default: number(0), Domain: anyNumber(),
			Description: "Fall of both quotes per unit of the option's delta and of the net delta on its underlying, hedge included (contracts × delta, before the multiplier); 0 ignores it.",
			field:       func(p *Params) any { return &p.DeltaSkew }},
		{Name: "spread", UsedBy: width, Unit: "price", Default: number(0.02), FromData: true, Domain: atLeast(0),
			Description: "Base width of the quote: max(spread_floor, spread + spread_vol_coef · vol); unset quotes the market's own width, as it does by default on recorded quotes.",
			field:       func(p *Params) any { return &p.Spread }},
		{Name: "spread_mult", UsedBy: width, Unit: "1", Default: number(1), Domain: atLeast(0),
			Description: "Scales the quoted width, wherever it comes from; 0 quotes the mid on both sides.",
			field:       func(p *Params) any { return &p.SpreadMult }},
		{Name: "spread_floor", UsedBy: formula, Unit: "price", Default: number(0.01), Domain: atLeast(0),
			Description: "Least width that spread's formula gives.",
			field:       func(p *Params) any { return &p.SpreadFloor }},
		{Name: "spread_vol_coef", UsedBy: formula, Unit: "price", Default: number(5), Domain: atLeast(0),
			Description: "Width added per unit of the last five minutes' return volatility; 0 keeps the width still.",
			field:       func(p *Params) any { return &p.SpreadVolCoef }},
		{Name: "risk_aversion", UsedBy: averse, Needed: true, Unit: "1/scale", Default: unset(), Domain: above(0),
			Description: "Risk aversion γ of the optimal quotes, in the price unit of price_scale, for one quote of quote_size.",
			field:       func(p *Params) any { return &p.RiskAversion }},
		{Name: "horizon_minutes", UsedBy: horizon, Needed: true, Kind: Integer, Unit: "minute", Default: unset(), Domain: within(1, 1e6),
			Description: "Horizon of the optimal quotes; it begins again when it ends.",
			field:       func(p *Params) any { return &p.HorizonMinutes }},
		{Name: "quote_vol", UsedBy: moving, Unit: "price/√minute", Default: unset(), Domain: atLeast(0),
			Description: "Volatility σ of the option's price in the optimal quotes; unset takes |delta| · underlying · implied vol of the minute.",
			field:       func(p *Params) any { return &p.QuoteVol }},
		{Name: "vol_of_vol", UsedBy: []Use{with("quote_model", SaglamQuotes, VegaQuotes)}, Needed: true, Unit: "1/year", Default: unset(), Domain: atLeast(0),
			Description: "Standard deviation α of a year's change of the implied volatility, as stoikov_saglam and baldacci_bergault_gueant believe it, the same for all options; 0 fears none.",
			field:       func(p *Params) any { return &p.VolOfVol }},
		{Name: "price_scale", UsedBy: scaled, Kind: Choice, Unit: "1", Default: name(ScaleOfCurrency), Domain: oneOf(ScaleOfCurrency, ScaleOfHalfSpread),
			Description: "The price unit of risk_aversion, intensity_decay, arrival_slope and logit_slope: currency, or half of the market's own width in the minute, which serves any option.",
			field:       func(p *Params) any { return &p.PriceScale }},
		{Name: "tick_size", UsedBy: realistic, Unit: "price", Default: unset(), Domain: above(0),
			Description: "Quotes are rounded outward to multiples of it, at least one apart; unset posts any price.",
			field:       func(p *Params) any { return &p.TickSize }},
		{Name: "min_width", UsedBy: realistic, Unit: "price", Default: number(0), Domain: atLeast(0),
			Description: "Least width that is posted.",
			field:       func(p *Params) any { return &p.MinWidth }},
		{Name: "quote_size", UsedBy: realistic, Kind: Integer, Unit: "contract", Default: number(1), Domain: within(1, 1e6),
			Description: "Contracts posted on each side.",
			field:       func(p *Params) any { return &p.QuoteSize }},
		{Name: "latency_minutes", UsedBy: realistic, Kind: Integer, Unit: "minute", Default: number(0), Domain: within(0, 100000),
			Description: "Minutes from the decision on a quote, its limits included but for loss_limit, to its posting; 0 posts at once.",
			field:       func(p *Params) any { return &p.LatencyMinutes }},
	}
	return inSection(EngineSection, table)
}
