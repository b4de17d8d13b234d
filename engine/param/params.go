package param

import (
	"fmt"

	"optmm/engine/hedge"
	"optmm/engine/market"
)

// Params is one setting of every tunable. It is comparable; Parameters describes
// each field, Defaults fills it.
type Params struct {
	Market market.Settings

	Multiplier       float64
	OpeningInventory int

	QuoteModel     string
	QuoteAround    string
	Skew           float64
	ScoreShift     float64
	ScoreWiden     float64
	InventorySkew  float64
	VegaSkew       float64
	DeltaSkew      float64
	Spread         Optional
	SpreadMult     float64
	SpreadFloor    float64
	SpreadVolCoef  float64
	RiskAversion   Optional
	HorizonMinutes Optional
	QuoteVol       Optional
	VolOfVol       Optional
	PriceScale     string
	TickSize       Optional
	MinWidth       float64
	QuoteSize      int
	LatencyMinutes int

	FillModel       string
	KFill           float64
	ArrivalRate     Optional
	IntensityDecay  Optional
	ArrivalSlope    Optional
	LogitIntercept  Optional
	LogitSlope      Optional
	FillFrom        string
	InformedShare   float64
	InformedMinutes int
	OrderSizeMean   Optional
	Queue           string
	QueueShare      float64

	HedgeModel        string
	HedgeEveryMinutes Optional
	HedgeBand         Optional
	HedgeBandTo       string
	HedgeRiskAversion Optional
	HedgeLot          float64
	HedgeCosts        hedge.Costs
	OptionFee         float64
	FinancingRate     Optional

	InventoryLimit  Optional
	OptionVegaLimit Optional
	GrossLimit      Optional
	DeltaLimit      Optional
	VegaLimit       Optional
	GammaLimit      Optional
	LossLimit       Optional
}

// Optional is a number that may be unset.
type Optional = market.Optional

// Scope says on which kind of market a parameter means something.
type Scope int

const (
	Everywhere  Scope = iota
	OnSynthetic       // of the synthetic market alone
	OnRecorded        // of recorded quotes alone
)

// Data is where markets come from, as far as parameters are concerned.
type Data int

const (
	Synthetic    Data = iota
	OneSeries         // recorded quotes of one option
	ManySeries        // recorded quotes of a chain
	TradedSeries      // the same with its trades
)

// isChain reports whether there are many options.
func (d Data) isChain() bool { return d >= ManySeries }

// DataOf returns what a recorded source is; a nil one is the synthetic market.
func DataOf(source market.Recorded) Data {
	switch {
	case source == nil:
		return Synthetic
	case source.IsChain() && source.Provides().Trades:
		return TradedSeries
	case source.IsChain():
		return ManySeries
	}
	return OneSeries
}

// Section is where a parameter is written in a study file.
type Section string

const (
	MarketSection Section = "market"
	EngineSection Section = "engine"
)

// Use says when a parameter counts: with another one at one of the names, or at
// none of some, or, where there are neither, passing a test; and with all of And
// too.
type Use struct {
	Parameter string
	Is, Not   []string
	Test      Test
	And       []Use
}

// Test is a condition on a number.
type Test int

const (
	NotZero Test = iota
	AboveOne
	IsSet
	IsUnset
)

func (t Test) String() string { return [...]string{"other than 0", "above 1", "set", "unset"}[t] }

func (t Test) passes(v Value) bool {
	switch t {
	case AboveOne:
		return !v.Unset && v.Number > 1
	case IsSet:
		return !v.Unset
	case IsUnset:
		return v.Unset
	}
	return !v.Unset && v.Number != 0
}

// Parameter describes one tunable. The table is the only place where a name, a
// unit, a default or a domain is written: YAML keys, flags, messages, the schema,
// the reference and the Parquet columns are made from it.
type Parameter struct {
	Name        string
	Section     Section
	Scope       Scope
	Kind        Kind
	Unit        string // "1" where dimensionless
	Default     Value
	FromData    bool  // unset by default on recorded quotes, which leaves it to the data
	OnChain     Value // by default on a recorded chain, where it is not the zero Value
	Needed      bool  // where it counts it must have a value
	UsedBy      []Use // any of these makes it count; none: it always does
	Domain      Domain
	Description string

	field func(*Params) any // *float64, *int, *string or *Optional
}

// Optional reports whether the parameter may be unset, as far as it alone is
// concerned.
func (p *Parameter) Optional() bool {
	_, optional := p.field(&Params{}).(*Optional)
	return optional
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

// Parameters returns the table, in the order in which studies, tables and files
// list the parameters.
func Parameters() []Parameter {
	var all []Parameter
	for _, part := range [][]Parameter{marketParameters(), quoteParameters(), fillParameters(), hedgeParameters(), limitParameters()} {
		all = append(all, part...)
	}
	return all
}

// DefaultOn returns the default on the kind of data.
func (p *Parameter) DefaultOn(data Data) Value {
	switch {
	case data.isChain() && p.OnChain != Value{}:
		return p.OnChain
	case data != Synthetic && p.FromData:
		return Value{Unset: true}
	}
	return p.Default
}

// Defaults returns the default of every parameter on the kind of data.
func Defaults(data Data) Params {
	var params Params
	for _, parameter := range Parameters() {
		parameter.Set(&params, parameter.DefaultOn(data))
	}
	return params
}

// Validate returns an error that names the parameter if the values cannot be
// simulated together on the kind of data.
func (p *Params) Validate(data Data) error {
	for _, parameter := range Parameters() {
		if err := parameter.Check(parameter.Get(p)); err != nil {
			return err
		}
	}
	return NewRules(data).Consistent(p)
}
