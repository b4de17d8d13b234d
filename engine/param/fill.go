package param

// The fill models.
const (
	SeedFills        = "seed"
	ExponentialFills = "exponential"
	FirstOrderFills  = "exponential_first_order"
	LogisticFills    = "logistic"
	LinearFills      = "linear"
	TradeFills       = "trades"
	NoFills          = "none"
	FrontOfQueue     = "front"
	BackOfQueue      = "back"
	ShareOfQueue     = "share"
	FromMid          = "mid"
	FromTouch        = "touch"
)

// CanFill reports whether the fill model fills any order.
func (p *Params) CanFill() bool { return p.FillModel != NoFills }

// distances are the uses of a parameter that concerns the distance of a quote.
func distances() []Use {
	return []Use{with("fill_model", ExponentialFills, FirstOrderFills, LinearFills, LogisticFills)}
}

// fillParameters are who trades with the market maker.
func fillParameters() []Parameter {
	intensity := []Use{with("fill_model", ExponentialFills, FirstOrderFills)}
	linear := with("fill_model", LinearFills)
	rate := append([]Use{with("quote_model", GLFTQuotes, GLFTExactQuotes, SaglamQuotes, VegaQuotes), linear}, intensity...)
	decay := append([]Use{with("quote_model", StoikovQuotes, SymmetricQuotes, GLFTQuotes, GLFTExactQuotes, VegaQuotes)}, intensity...)
	logistic := []Use{with("fill_model", LogisticFills)}
	trades := []Use{with("fill_model", TradeFills)}
	table := []Parameter{
		{Name: "fill_model", Kind: Choice, Unit: "1", Default: name(SeedFills), Domain: oneOf(SeedFills, ExponentialFills, FirstOrderFills, LinearFills, LogisticFills, TradeFills, NoFills),
			Description: "How likely each side is hit within a minute: seed only by the width, exponential 1 − exp(−λ) with λ = arrival_rate · exp(−intensity_decay · distance), exponential_first_order min(λ, 1), linear 1 − exp(−λ) with λ = arrival_rate − arrival_slope · distance, logistic in the distance, trades by recorded trades that print through the quote in the next minute (or at it, by queue), up to their size, none never. Of the laws at most one order a minute fills a side: λ counts the orders that come, and one or more fill it once.",
			field:       func(p *Params) any { return &p.FillModel }},
		{Name: "k_fill", UsedBy: []Use{with("fill_model", SeedFills)}, Unit: "1", Default: number(40), Domain: atLeast(0),
			Description: "The seed's fill sensitivity: a side is hit with probability exp(−k_fill · width / mid) / 2; 0 gives one half.",
			field:       func(p *Params) any { return &p.KFill }},
		{Name: "arrival_rate", UsedBy: rate, Needed: true, Unit: "1/minute", Default: unset(), Domain: above(0),
			Description: "Orders a minute that reach a quote of an option at distance 0, on each side: the A of the intensity.",
			field:       func(p *Params) any { return &p.ArrivalRate }},
		{Name: "intensity_decay", UsedBy: decay, Needed: true, Unit: "1/scale", Default: unset(), Domain: above(0),
			Description: "Decay of the intensity with the quote's distance, in the price unit of price_scale: the k of the intensity.",
			field:       func(p *Params) any { return &p.IntensityDecay }},
		{Name: "arrival_slope", UsedBy: []Use{with("quote_model", SaglamQuotes), linear}, Needed: true, Unit: "1/(minute·scale)", Default: unset(), Domain: above(0),
			Description: "Fall of a linear intensity with the quote's distance, in the price unit of price_scale: the D of stoikov_saglam.",
			field:       func(p *Params) any { return &p.ArrivalSlope }},
		{Name: "logit_intercept", UsedBy: logistic, Needed: true, Unit: "1", Default: unset(), Domain: anyNumber(),
			Description: "Log odds of a fill at distance 0.",
			field:       func(p *Params) any { return &p.LogitIntercept }},
		{Name: "logit_slope", UsedBy: logistic, Needed: true, Unit: "1/scale", Default: unset(), Domain: atLeast(0),
			Description: "Fall of the log odds with the quote's distance, in the price unit of price_scale.",
			field:       func(p *Params) any { return &p.LogitSlope }},
		{Name: "queue", UsedBy: trades, Kind: Choice, Unit: "1", Default: name(BackOfQueue), Domain: oneOf(BackOfQueue, ShareOfQueue, FrontOfQueue),
			Description: "What the quote has of trades at its own price: front all, share queue_share of them, back none: only trades through it fill it.",
			field:       func(p *Params) any { return &p.Queue }},
		{Name: "queue_share", UsedBy: []Use{trades[0].and(with("queue", ShareOfQueue))}, Unit: "1", Default: number(0.5), Domain: within(0, 1),
			Description: "Share of the contracts traded at the quote's price that fill it, rounded down each minute.",
			field:       func(p *Params) any { return &p.QueueShare }},
		{Name: "fill_from", UsedBy: distances(), Kind: Choice, Unit: "1", Default: name(FromMid), Domain: oneOf(FromMid, FromTouch),
			Description: "Where orders measure the distance from: the market's mid, or its bid and ask. The optimal quotes believe that it is the mid.",
			field:       func(p *Params) any { return &p.FillFrom }},
		{Name: "informed_share", UsedBy: distances(), Unit: "1", Default: number(0), Domain: within(0, 1),
			Description: "Share of the orders whose sender knows the mid informed_minutes ahead and trades only where that pays. Where it does not, the rest come at the rate λ · (1 − informed_share), or, with the logistic model, with its probability times that.",
			field:       func(p *Params) any { return &p.InformedShare }},
		{Name: "informed_minutes", UsedBy: []Use{distances()[0].and(when("informed_share", NotZero))}, Kind: Integer, Unit: "minute", Default: number(5), Domain: within(1, 1<<31-1),
			Description: "How far the informed see ahead.",
			field:       func(p *Params) any { return &p.InformedMinutes }},
		{Name: "order_size_mean", UsedBy: []Use{distances()[0].and(when("quote_size", AboveOne), realisticQuotes())}, Unit: "contract", Default: unset(), Domain: atLeast(1),
			Description: "Mean size of an order, geometric from 1 on, of which the quote's size is filled at most; unset takes the whole quote.",
			field:       func(p *Params) any { return &p.OrderSizeMean }},
	}
	return inSection(EngineSection, table)
}
