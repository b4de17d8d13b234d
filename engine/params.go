package engine

import (
	"fmt"
	"math"

	"optmm/engine/market"
)

// Params is one setting of every tunable. It is comparable; Parameters describes
// each field, Defaults fills it.
type Params struct {
	Market market.Settings

	QuoteModel    string
	Skew          float64
	Spread        Optional
	SpreadMult    float64
	SpreadFloor   float64
	SpreadVolCoef float64

	FillModel string
	KFill     float64

	HedgeModel string
}

// Optional is a number that may be left to the data.
type Optional struct {
	Value float64
	Set   bool
}

// Scope says on which kind of market a parameter means something.
type Scope int

const (
	Everywhere  Scope = iota
	OnSynthetic       // of the synthetic market alone
)

// Section is where a parameter stands in a study file.
type Section string

const (
	MarketSection Section = "market"
	EngineSection Section = "engine"
)

// Parameter describes one tunable. The table is the only place where a name, a
// unit, a default or a domain stands: YAML keys, flags, messages, the schema,
// the reference and the Parquet columns are made from it.
type Parameter struct {
	Name     string
	Section  Section
	Scope    Scope
	Kind     Kind
	Unit     string // "1" where dimensionless
	Default  Value
	Optional bool // may be unset, which leaves it to the data; it is by default on recorded quotes
	Domain   Domain
	Sentence string

	field func(*Params) any // *float64, *int, *string or *Optional
}

// Get returns the parameter's value in params.
func (p *Parameter) Get(params *Params) Value {
	switch field := p.field(params).(type) {
	case *float64:
		return Value{Number: *field}
	case *int:
		return Value{Number: float64(*field)}
	case *string:
		return Value{Text: *field}
	case *Optional:
		return Value{Number: field.Value, Unset: !field.Set}
	}
	panic(fmt.Sprintf("engine: parameter %s has no field", p.Name))
}

// Set stores v, which Check has passed, in params.
func (p *Parameter) Set(params *Params, v Value) {
	switch field := p.field(params).(type) {
	case *float64:
		*field = v.Number
	case *int:
		*field = int(v.Number)
	case *string:
		*field = v.Text
	case *Optional:
		*field = Optional{Value: v.Number, Set: !v.Unset}
	}
}

// Defaults returns the default of every parameter on the kind of market.
func Defaults(recorded bool) Params {
	var params Params
	for _, parameter := range Parameters() {
		value := parameter.Default
		if recorded && parameter.Optional {
			value = Value{Unset: true}
		}
		parameter.Set(&params, value)
	}
	return params
}

// Validate returns an error that names the parameter if the values cannot be
// simulated together; recorded says that the market is recorded quotes.
func (p *Params) Validate(recorded bool) error {
	for _, parameter := range Parameters() {
		if err := parameter.Check(parameter.Get(p)); err != nil {
			return err
		}
	}
	return p.Consistent(recorded)
}

// Bound lists the parameters that Consistent concerns.
func Bound() []string { return []string{"minutes", "expiry_sessions", "spread"} }

// Consistent is the part of Validate that concerns several parameters together,
// for values that have each passed their own Check. The error begins with the
// name of one.
func (p *Params) Consistent(recorded bool) error {
	if recorded {
		return nil
	}
	if life := p.Market.ExpirySessions * market.MinutesPerSession; p.Market.Minutes > life {
		return fmt.Errorf("minutes %d is beyond expiry: expiry_sessions %d × %d minutes = %d",
			p.Market.Minutes, p.Market.ExpirySessions, market.MinutesPerSession, life)
	}
	if !p.Spread.Set {
		return fmt.Errorf("spread needs a value: a synthetic market has no width of its own")
	}
	return nil
}

func number(x float64) Value { return Value{Number: x} }
func name(text string) Value { return Value{Text: text} }

func anyNumber() Domain               { return Domain{Low: math.Inf(-1), High: math.Inf(1)} }
func atLeast(low float64) Domain      { return Domain{Low: low, High: math.Inf(1)} }
func above(low float64) Domain        { return Domain{Low: low, High: math.Inf(1), Open: true} }
func within(low, high float64) Domain { return Domain{Low: low, High: high} }
func oneOf(names ...string) Domain    { return Domain{Choices: names} }

// Parameters returns the table, in the order in which studies, tables and files
// list the parameters.
func Parameters() []Parameter {
	return []Parameter{
		{Name: "minutes", Section: MarketSection, Scope: OnSynthetic, Kind: Integer, Unit: "minute", Default: number(1000), Domain: within(1, 1<<31-1),
			Sentence: "Length of the synthetic history; at most expiry_sessions × 390.",
			field:    func(p *Params) any { return &p.Market.Minutes }},
		{Name: "spot", Section: MarketSection, Scope: OnSynthetic, Unit: "price", Default: number(100), Domain: above(0),
			Sentence: "Price of the underlying before the first minute.",
			field:    func(p *Params) any { return &p.Market.Spot }},
		{Name: "strike", Section: MarketSection, Scope: OnSynthetic, Unit: "price", Default: number(100), Domain: above(0),
			Sentence: "Strike of the synthetic option.",
			field:    func(p *Params) any { return &p.Market.Strike }},
		{Name: "rate", Section: MarketSection, Unit: "1/year", Default: number(0.01), Domain: within(-1, 1),
			Sentence: "Continuously compounded interest rate; on recorded quotes it stands in for a missing column r.",
			field:    func(p *Params) any { return &p.Market.Rate }},
		{Name: "implied_vol", Section: MarketSection, Unit: "1/√year", Default: number(0.25), Domain: within(0, 10),
			Sentence: "Black–Scholes volatility behind theo and delta; on recorded quotes it stands in for a missing column iv. 0 values the option at its discounted intrinsic.",
			field:    func(p *Params) any { return &p.Market.ImpliedVol }},
		{Name: "dividend_yield", Section: MarketSection, Unit: "1/year", Default: number(0), Domain: within(-1, 1),
			Sentence: "Continuously compounded dividend yield; on recorded quotes it stands in for a missing column q. 0 pays no dividend.",
			field:    func(p *Params) any { return &p.Market.DividendYield }},
		{Name: "daily_vol", Section: MarketSection, Scope: OnSynthetic, Unit: "1/√session", Default: number(0.02), Domain: within(0, 1),
			Sentence: "Realised volatility of the underlying's log return per session; 0 holds the underlying still.",
			field:    func(p *Params) any { return &p.Market.DailyVol }},
		{Name: "mid_noise", Section: MarketSection, Scope: OnSynthetic, Unit: "1", Default: number(0.02), Domain: within(0, 1),
			Sentence: "Standard deviation of the mid around theo each minute, as a share of theo; 0 trades at theo.",
			field:    func(p *Params) any { return &p.Market.MidNoise }},
		{Name: "put_noise", Section: MarketSection, Scope: OnSynthetic, Unit: "1", Default: number(0.005), Domain: within(0, 1),
			Sentence: "Standard deviation of the put around parity each minute, as a share of the call's mid; 0 makes the residual vanish.",
			field:    func(p *Params) any { return &p.Market.PutNoise }},
		{Name: "expiry_sessions", Section: MarketSection, Scope: OnSynthetic, Kind: Integer, Unit: "session", Default: number(30), Domain: within(1, 100000),
			Sentence: "Sessions of 390 minutes from the first minute to expiry.",
			field:    func(p *Params) any { return &p.Market.ExpirySessions }},

		{Name: "quote_model", Section: EngineSection, Kind: Choice, Unit: "1", Default: name("seed"), Domain: oneOf("seed"),
			Sentence: "How bid and ask follow from mid, width and score.",
			field:    func(p *Params) any { return &p.QuoteModel }},
		{Name: "skew", Section: EngineSection, Unit: "1", Default: number(0.02), Domain: anyNumber(),
			Sentence: "Quote shift per unit of score, as a share of mid; 0 ignores the score.",
			field:    func(p *Params) any { return &p.Skew }},
		{Name: "spread", Section: EngineSection, Unit: "price", Default: number(0.02), Optional: true, Domain: atLeast(0),
			Sentence: "Base width of the quote: max(spread_floor, spread + spread_vol_coef · vol); unset quotes the data's own width, as it does by default on recorded quotes.",
			field:    func(p *Params) any { return &p.Spread }},
		{Name: "spread_mult", Section: EngineSection, Unit: "1", Default: number(1), Domain: atLeast(0),
			Sentence: "Scales the quoted width, wherever it comes from; 0 quotes the mid on both sides.",
			field:    func(p *Params) any { return &p.SpreadMult }},
		{Name: "spread_floor", Section: EngineSection, Unit: "price", Default: number(0.01), Domain: atLeast(0),
			Sentence: "Least width that spread's formula gives.",
			field:    func(p *Params) any { return &p.SpreadFloor }},
		{Name: "spread_vol_coef", Section: EngineSection, Unit: "price", Default: number(5), Domain: atLeast(0),
			Sentence: "Width added per unit of the last five minutes' return volatility; 0 keeps the width still.",
			field:    func(p *Params) any { return &p.SpreadVolCoef }},
		{Name: "fill_model", Section: EngineSection, Kind: Choice, Unit: "1", Default: name("seed"), Domain: oneOf("seed"),
			Sentence: "How likely each side of the quote is hit within a minute.",
			field:    func(p *Params) any { return &p.FillModel }},
		{Name: "k_fill", Section: EngineSection, Unit: "1", Default: number(40), Domain: atLeast(0),
			Sentence: "Fill sensitivity: a side is hit with probability exp(−k_fill · width / mid) / 2; 0 gives one half.",
			field:    func(p *Params) any { return &p.KFill }},
		{Name: "hedge_model", Section: EngineSection, Kind: Choice, Unit: "1", Default: name("on_fill"), Domain: oneOf("on_fill", "off"),
			Sentence: "When the underlying is traded to delta neutrality: on_fill after each fill, off never.",
			field:    func(p *Params) any { return &p.HedgeModel }},
	}
}
