package param

import (
	"math"

	"optmm/engine/market"
	"optmm/engine/market/synthetic"
)

func number(x float64) Value { return Value{Number: x} }

func name(text string) Value { return Value{Text: text} }

func unset() Value { return Value{Unset: true} }

func anyNumber() Domain { return Domain{Low: math.Inf(-1), High: math.Inf(1)} }

func atLeast(low float64) Domain { return Domain{Low: low, High: math.Inf(1)} }

func above(low float64) Domain { return Domain{Low: low, High: math.Inf(1), Open: true} }

func within(low, high float64) Domain { return Domain{Low: low, High: high} }

func oneOf(names ...string) Domain { return Domain{Choices: names} }

func with(parameter string, is ...string) Use { return Use{Parameter: parameter, Is: is} }

func when(parameter string, test Test) Use { return Use{Parameter: parameter, Test: test} }

// and returns the use with further conditions.
func (u Use) and(others ...Use) Use {
	u.And = append(append([]Use(nil), u.And...), others...)
	return u
}

// marketParameters are what the history is drawn from, or what replaces
// columns that recorded quotes lack.
func marketParameters() []Parameter {
	seed := []Use{with("market_model", synthetic.SeedModel)}
	fair := []Use{with("market_model", synthetic.GBMModel, synthetic.MertonModel, synthetic.HestonModel, synthetic.WalkModel)}
	own := []Use{with("market_model", synthetic.GBMModel, synthetic.MertonModel, synthetic.HestonModel, synthetic.WalkModel, synthetic.FlatModel)}
	jumps := []Use{with("market_model", synthetic.MertonModel)}
	heston := []Use{with("market_model", synthetic.HestonModel)}
	grows := []Use{with("market_model", synthetic.GBMModel, synthetic.MertonModel, synthetic.HestonModel)}
	table := []Parameter{
		{Name: "market_model", Scope: OnSynthetic, Kind: Choice, Unit: "1", Default: name(synthetic.SeedModel), Domain: oneOf(synthetic.Models()...),
			Description: "The underlying: seed the demo's, gbm lognormal, merton with jumps, heston with stochastic variance, walk an arithmetic walk of even steps, flat still.",
			field:       func(p *Params) any { return &p.Market.Model }},
		{Name: "minutes", Scope: OnSynthetic, Kind: Integer, Unit: "minute", Default: number(1000), Domain: within(1, 1<<31-1),
			Description: "Length of the synthetic history; at most expiry_sessions × minutes_per_session (of a chain, to its last expiry), and one more to settle at expiry but on the seed's market.",
			field:       func(p *Params) any { return &p.Market.Minutes }},
		{Name: "spot", Scope: OnSynthetic, Unit: "price", Default: number(100), Domain: above(0),
			Description: "Price of the underlying before the first minute.",
			field:       func(p *Params) any { return &p.Market.Spot }},
		{Name: "strike", Scope: OnSynthetic, Unit: "price", Default: number(100), Domain: atLeast(0),
			Description: "Strike of the synthetic option, or the middle one of a chain; 0 makes the call the underlying itself.",
			field:       func(p *Params) any { return &p.Market.Strike }},
		{Name: "strikes", Scope: OnSynthetic, UsedBy: own, Kind: Integer, Unit: "1", Default: number(1), Domain: within(1, 1000),
			Description: "Strikes of the synthetic chain, around strike.",
			field:       func(p *Params) any { return &p.Market.Shape.Strikes }},
		{Name: "strike_step", Scope: OnSynthetic, UsedBy: []Use{own[0].and(when("strikes", AboveOne))}, Unit: "price", Default: number(5), Domain: above(0),
			Description: "Distance of the strikes.",
			field:       func(p *Params) any { return &p.Market.Shape.StrikeStep }},
		{Name: "expiries", Scope: OnSynthetic, UsedBy: own, Kind: Integer, Unit: "1", Default: number(1), Domain: within(1, 1000),
			Description: "Expiries of the synthetic chain, the first after expiry_sessions.",
			field:       func(p *Params) any { return &p.Market.Shape.Expiries }},
		{Name: "expiry_step_sessions", Scope: OnSynthetic, UsedBy: []Use{own[0].and(when("expiries", AboveOne))}, Kind: Integer, Unit: "session", Default: number(20), Domain: within(1, 100000),
			Description: "Sessions between the expiries.",
			field:       func(p *Params) any { return &p.Market.Shape.ExpiryStep }},
		{Name: "options", Scope: OnSynthetic, UsedBy: own, Kind: Choice, Unit: "1", Default: name(market.CallsOnly), Domain: oneOf(market.Sides()...),
			Description: "The options of each synthetic strike that are traded: its call, or both; the other side is quoted all the same, for parity.",
			field:       func(p *Params) any { return &p.Market.Shape.Sides }},
		{Name: "implied_vol_of_vol", Scope: OnSynthetic, UsedBy: own, Unit: "1/√year", Default: number(0), Domain: within(0, 100),
			Description: "Volatility of the logarithm of the implied volatility at the money, which moves on its own; 0 holds it still.",
			field:       func(p *Params) any { return &p.Market.VolOfVol }},
		{Name: "smile_curvature", Scope: OnSynthetic, UsedBy: own, Unit: "1", Default: number(0), Domain: within(0, 2),
			Description: "Curvature η of the implied volatility's smile (SSVI), which is free of arbitrage where smile_curvature · (1 + |smile_skew|) ≤ 2; 0 is flat.",
			field:       func(p *Params) any { return &p.Market.Shape.Curvature }},
		{Name: "smile_skew", Scope: OnSynthetic, UsedBy: []Use{own[0].and(when("smile_curvature", NotZero))}, Unit: "1", Default: number(0), Domain: Domain{Low: -1, High: 1},
			Description: "Skew ρ of the smile: negative makes low strikes dear.",
			field:       func(p *Params) any { return &p.Market.Shape.Skew }},
		{Name: "rate", Unit: "1/year", Default: number(0.01), Domain: within(-1, 1),
			Description: "Continuously compounded interest rate in the option's value; on recorded quotes it replaces a missing column r; unset, on a recorded chain, it is found by parity in each minute and expiry. Cash earns financing_rate.",
			field:       func(p *Params) any { return &p.Market.Rate }},
		{Name: "implied_vol", Unit: "1/√year", Default: number(0.25), OnChain: unset(), Domain: within(0, 10),
			Description: "Black–Scholes volatility behind theo and Greeks; on recorded quotes it replaces a missing column iv, or, unset, is found minute by minute in the mid out of the money, the forward by parity, as it is on a recorded chain by default. At the money where there is a smile. 0 values the option at its discounted intrinsic.",
			field:       func(p *Params) any { return &p.Market.ImpliedVol }},
		{Name: "dividend_yield", Unit: "1/year", Default: number(0), Domain: within(-1, 1),
			Description: "Continuously compounded dividend yield; on recorded quotes it replaces a missing column q. 0 pays no dividend. Shares that are held are paid it where financing_rate is set.",
			field:       func(p *Params) any { return &p.Market.DividendYield }},
		{Name: "expiry_clock", Kind: Choice, Unit: "1", Default: name(market.TradingClock), OnChain: name(market.Act365Clock), Domain: oneOf(market.Clocks()...),
			Description: "How time runs: trading by sessions, with nothing between them (on recorded quotes, as the seed does, by calendar days ÷ 252), act365 by calendar days ÷ 365, as on a recorded chain by default. Options decay and cash carries by it, and a synthetic underlying spreads its volatility by it: by act365 over sessions, nights and weekends, as closed_weight says.",
			field:       func(p *Params) any { return &p.Market.Clock }},
		{Name: "closed_weight", Scope: OnSynthetic, UsedBy: []Use{with("expiry_clock", market.Act365Clock)}, Unit: "1", Default: number(1), Domain: within(0, 1),
			Description: "Weight of a minute of nights and weekends compared with one of a session, for volatility, decay and carry: 1 spreads a week evenly over its seven days, 0 only over its five sessions. A week is 7/365 of a year by any.",
			field:       func(p *Params) any { return &p.Market.ClosedWeight }},
		{Name: "stale_minutes", Scope: OnRecorded, Kind: Integer, Unit: "minute", Default: number(0), Domain: within(0, 1<<31-1),
			Description: "Minutes without a change after which a recorded quote is stale: it is not traded on, and the last good mid stays; 0 never.",
			field:       func(p *Params) any { return &p.Market.StaleMinutes }},

		{Name: "daily_vol", Scope: OnSynthetic, UsedBy: seed, Unit: "1/√session", Default: number(0.02), Domain: within(0, 1),
			Description: "Realized volatility of the seed's log return over a session, and over a night by act365 by as many minutes as expiry_clock counts; 0 holds the underlying still.",
			field:       func(p *Params) any { return &p.Market.DailyVol }},
		{Name: "mid_noise", Scope: OnSynthetic, UsedBy: seed, Unit: "1", Default: number(0.02), Domain: within(0, 1),
			Description: "Standard deviation of the seed's mid around theo each minute, as a share of theo; 0 trades at theo.",
			field:       func(p *Params) any { return &p.Market.MidNoise }},
		{Name: "put_noise", Scope: OnSynthetic, UsedBy: seed, Unit: "1", Default: number(0.005), Domain: within(0, 1),
			Description: "Standard deviation of the seed's put around parity each minute, as a share of the call's mid; 0 makes the residual vanish.",
			field:       func(p *Params) any { return &p.Market.PutNoise }},

		{Name: "realized_vol", Scope: OnSynthetic, UsedBy: []Use{with("market_model", synthetic.GBMModel, synthetic.MertonModel)}, Unit: "1/√year", Default: number(0.25), Domain: within(0, 10),
			Description: "Volatility of the log return between jumps, over the time of expiry_clock; 0 moves only by drift and jumps.",
			field:       func(p *Params) any { return &p.Market.RealizedVol }},
		{Name: "drift", Scope: OnSynthetic, UsedBy: grows, Unit: "1/year", Default: number(0), Domain: within(-10, 10),
			Description: "Expected growth of the underlying.",
			field:       func(p *Params) any { return &p.Market.Drift }},
		{Name: "price_vol", Scope: OnSynthetic, UsedBy: []Use{with("market_model", synthetic.WalkModel)}, Unit: "price/√minute", Default: number(0.1), Domain: atLeast(0),
			Description: "Size of the walk's step, up or down each minute; over a night by act365 as the root of its minutes.",
			field:       func(p *Params) any { return &p.Market.PriceVol }},
		{Name: "jump_rate", Scope: OnSynthetic, UsedBy: jumps, Unit: "1/year", Default: number(10), Domain: within(0, 1e6),
			Description: "Jumps a year; 0 has none.",
			field:       func(p *Params) any { return &p.Market.Jumps.Intensity }},
		{Name: "jump_mean", Scope: OnSynthetic, UsedBy: []Use{jumps[0].and(when("jump_rate", NotZero))}, Unit: "1", Default: number(0), Domain: within(-5, 5),
			Description: "Mean log return of a jump.",
			field:       func(p *Params) any { return &p.Market.Jumps.Mean }},
		{Name: "jump_vol", Scope: OnSynthetic, UsedBy: []Use{jumps[0].and(when("jump_rate", NotZero))}, Unit: "1", Default: number(0.03), Domain: within(0, 5),
			Description: "Standard deviation of a jump's log return.",
			field:       func(p *Params) any { return &p.Market.Jumps.Vol }},
		{Name: "heston_variance", Scope: OnSynthetic, UsedBy: heston, Unit: "1/year", Default: number(0.0625), Domain: within(0, 100),
			Description: "Variance before the first minute.",
			field:       func(p *Params) any { return &p.Market.Variance.Variance }},
		{Name: "heston_reversion", Scope: OnSynthetic, UsedBy: heston, Unit: "1/year", Default: number(4), Domain: Domain{High: 1e4, Open: true},
			Description: "Speed at which the variance reverts.",
			field:       func(p *Params) any { return &p.Market.Variance.Reversion }},
		{Name: "heston_long_run", Scope: OnSynthetic, UsedBy: heston, Unit: "1/year", Default: number(0.0625), Domain: Domain{High: 100, Open: true},
			Description: "Variance to which it reverts.",
			field:       func(p *Params) any { return &p.Market.Variance.LongRun }},
		{Name: "heston_vol_of_vol", Scope: OnSynthetic, UsedBy: heston, Unit: "1/year", Default: number(0.5), Domain: Domain{High: 100, Open: true},
			Description: "Volatility of the variance, per its own square root.",
			field:       func(p *Params) any { return &p.Market.Variance.VolOfVol }},
		{Name: "heston_correlation", Scope: OnSynthetic, UsedBy: heston, Unit: "1", Default: number(-0.5), Domain: within(-1, 1),
			Description: "Correlation of the variance with the underlying.",
			field:       func(p *Params) any { return &p.Market.Variance.Correlation }},

		{Name: "mispricing", Scope: OnSynthetic, UsedBy: fair, Unit: "1", Default: number(0.005), Domain: within(0, 1),
			Description: "Standard deviation of ln(mid/theo), of call and put each on its own; 0 trades at theo.",
			field:       func(p *Params) any { return &p.Market.Mispricing }},
		{Name: "mispricing_halflife", Scope: OnSynthetic, UsedBy: []Use{fair[0].and(when("mispricing", NotZero))}, Unit: "minute", Default: number(30), Domain: within(0, 1e9),
			Description: "Time in which half of a mispricing fades; 0 draws it again each minute.",
			field:       func(p *Params) any { return &p.Market.MispricingHalfLife }},
		{Name: "market_spread", Scope: OnSynthetic, UsedBy: own, Unit: "price", Default: number(0.1), Domain: atLeast(0),
			Description: "Width of the market's own quote of the option, through which no quote is decided (a late one may be overtaken); unset has no such quote.",
			field:       func(p *Params) any { return &p.Market.Width }},

		{Name: "expiry_sessions", Scope: OnSynthetic, Kind: Integer, Unit: "session", Default: number(30), Domain: within(1, 100000),
			Description: "Sessions from the first minute to expiry, the first of a chain.",
			field:       func(p *Params) any { return &p.Market.ExpirySessions }},
		{Name: "minutes_per_session", Scope: OnSynthetic, Kind: Integer, Unit: "minute", Default: number(market.MinutesPerSession), Domain: within(1, 100000),
			Description: "Length of a session.",
			field:       func(p *Params) any { return &p.Market.MinutesPerSession }},
		{Name: "sessions_per_year", Scope: OnSynthetic, UsedBy: []Use{with("expiry_clock", market.TradingClock)}, Kind: Integer, Unit: "1/year", Default: number(market.SessionsPerYear), Domain: within(1, 100000),
			Description: "Sessions in a year of trading time.",
			field:       func(p *Params) any { return &p.Market.SessionsPerYear }},
	}
	return inSection(MarketSection, table)
}

func inSection(section Section, table []Parameter) []Parameter {
	for i := range table {
		table[i].Section = section
	}
	return table
}
