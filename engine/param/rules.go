package param

import (
	"errors"
	"math"
	"slices"
	"strings"

	"optmm/engine/market"
	"optmm/engine/market/synthetic"
	"optmm/engine/quote"
	"optmm/engine/signal"
)

// Rules are what the values of several parameters mean for one another: which
// have no effect, and which cannot be simulated together.
type Rules struct {
	data       Data
	parameters []Parameter
	places     map[string]int
	needed     []int
}

// NewRules returns the rules on the kind of data.
func NewRules(data Data) *Rules {
	r := &Rules{data: data, parameters: Parameters(), places: map[string]int{}}
	for i := range r.parameters {
		r.places[r.parameters[i].Name] = i
		if r.parameters[i].Needed {
			r.needed = append(r.needed, i)
		}
	}
	return r
}

// Parameter returns the parameter of a name that the table has.
func (r *Rules) Parameter(name string) *Parameter { return &r.parameters[r.places[name]] }

// Counts reports whether a parameter counts where others can only have the values
// that possible gives for their names.
func (r *Rules) Counts(parameter *Parameter, possible func(name string) []Value) bool {
	if r.outOfScope(parameter) != "" {
		return false
	}
	for _, use := range parameter.UsedBy {
		if use.possible(possible) {
			return true
		}
	}
	return len(parameter.UsedBy) == 0
}

// outOfScope names the kind of market that the parameter is of, where it is not
// this one; empty where it is.
func (r *Rules) outOfScope(parameter *Parameter) string {
	switch {
	case r.data != Synthetic && parameter.Scope == OnSynthetic:
		return "the synthetic market"
	case r.data == Synthetic && parameter.Scope == OnRecorded:
		return "recorded quotes"
	}
	return ""
}

// At gives the one value that each parameter has at a setting, for Counts and Idle; it is valid
// until the next is asked for.
func (r *Rules) At(params *Params) func(name string) []Value {
	one := make([]Value, 1)
	return func(name string) []Value {
		one[0] = r.Parameter(name).Get(params)
		return one
	}
}

// Idle returns why a parameter does not count; nil where it does.
func (r *Rules) Idle(parameter *Parameter, possible func(name string) []Value) *Error {
	switch {
	case r.Counts(parameter, possible):
		return nil
	case r.outOfScope(parameter) != "":
		return &Error{parameter.Name, "is a parameter of " + r.outOfScope(parameter)}
	}
	return &Error{parameter.Name, "is used only with " + parameter.When()}
}

// When says with what other parameters this one counts; empty where it always does.
func (p *Parameter) When() string {
	var uses []string
	for _, use := range p.UsedBy {
		uses = append(uses, use.String())
	}
	return strings.Join(uses, ", or with ")
}

// possible reports whether the conditions can be met, each by itself.
func (u Use) possible(values func(name string) []Value) bool {
	if !slices.ContainsFunc(values(u.Parameter), u.met) {
		return false
	}
	for _, other := range u.And {
		if !other.possible(values) {
			return false
		}
	}
	return true
}

func (u Use) met(v Value) bool {
	switch {
	case u.Not != nil:
		return !slices.Contains(u.Not, v.Text)
	case u.Is == nil:
		return u.Test.passes(v)
	}
	return slices.Contains(u.Is, v.Text)
}

func (u Use) String() string {
	text := u.Parameter + " " + strings.Join(u.Is, " | ")
	switch {
	case u.Not != nil:
		text = u.Parameter + " other than " + strings.Join(u.Not, " | ")
	case u.Is == nil:
		text = u.Parameter + " " + u.Test.String()
	}
	for _, other := range u.And {
		text += " and " + other.String()
	}
	return text
}

// Names calls a function with every parameter that the use mentions.
func (u Use) Names(call func(name string)) {
	call(u.Parameter)
	for _, other := range u.And {
		other.Names(call)
	}
}

// user is the parameter, with its value, that makes a parameter count at a setting;
// empty where none does.
func (r *Rules) user(parameter *Parameter, params *Params) string {
	at := r.At(params)
	for _, use := range parameter.UsedBy {
		if use.possible(at) {
			selector := r.Parameter(use.Parameter)
			return use.Parameter + " " + selector.Format(selector.Get(params))
		}
	}
	return ""
}

// Bound lists the parameters that Consistent concerns, with the ones that decide
// what counts.
func (r *Rules) Bound() []string {
	bound := []string{"minutes", "expiry_sessions", "minutes_per_session", "expiry_clock", "spread", "score_shift", "score_widen", "price_scale",
		"fill_from", "score_model", "score_window", "market_spread", "jump_rate", "sessions_per_year", "implied_vol", "rate", "strike", "strikes", "strike_step", "smile_skew", "smile_curvature", "inventory_limit", "quote_size", "quote_vol", "risk_aversion", "intensity_decay", "horizon_minutes", "fill_model"}
	add := func(name string) {
		if !slices.Contains(bound, name) {
			bound = append(bound, name)
		}
	}
	for i := range r.parameters {
		parameter := &r.parameters[i]
		if parameter.Needed {
			add(parameter.Name)
		}
		for _, use := range parameter.UsedBy {
			use.Names(add)
		}
	}
	return bound
}

// Consistent returns an error if values that have each passed their own Check
// cannot be simulated together: an *Error.
func (r *Rules) Consistent(p *Params) error {
	for _, index := range r.needed {
		parameter := &r.parameters[index]
		if !parameter.Get(p).Unset {
			continue
		}
		if by := r.user(parameter, p); by != "" {
			return inconsistent(parameter.Name, "needs a value: %s uses it", by)
		}
	}
	if r.data == Synthetic {
		if err := synthetic.CheckLength(&p.Market); err != nil {
			return &Error{"minutes", err.Error()}
		}
	}
	if err := r.consistentMarket(p); err != nil {
		return err
	}
	if p.FillModel == TradeFills && r.data != TradedSeries {
		return inconsistent("fill_model", "trades needs recorded trades: name their files by market: {recorded: {trades: …}}, with quotes in long form")
	}
	if p.FillModel == SeedFills && !r.Counts(r.Parameter("spread"), r.At(p)) {
		return inconsistent("fill_model", "seed needs the width of quote_model seed | shift, which quote_model %s does not have; take exponential or logistic", p.QuoteModel)
	}
	if (p.ScoreShift != 0 || p.ScoreWiden != 0) && p.QuoteModel != SeedQuotes && p.Market.Signal.Model == signal.SeedSignal {
		return inconsistent("score_model", "seed sees the future, and quote_model %s is not to: take one of %s", p.QuoteModel, strings.Join(slices.DeleteFunc(signal.Signals(), func(s string) bool { return s == signal.SeedSignal }), " | "))
	}
	if p.InventoryLimit.Set && p.InventoryLimit.Value < float64(p.ContractsPerSide()) {
		return inconsistent("inventory_limit", "%v is below quote_size %d: nothing could be quoted", p.InventoryLimit.Value, p.ContractsPerSide())
	}
	if p.QuoteModel == GLFTExactQuotes {
		return p.consistentExact()
	}
	return nil
}

// consistentMarket concerns what the market must have.
func (r *Rules) consistentMarket(p *Params) error {
	if slices.Contains(standardized(), p.Market.Signal.Model) && p.Market.Signal.Window == 1 {
		return inconsistent("score_window", "1 knows no deviation: take at least 2, or 0 for all that is past")
	}
	if !p.Market.Rate.Set && !r.data.isChain() {
		return inconsistent("rate", "needs a value: only a recorded chain implies one")
	}
	if r.data == Synthetic {
		if err := p.consistentSynthetic(); err != nil {
			return err
		}
	}
	if r.data != Synthetic || p.Market.Model != synthetic.SeedModel && p.Market.Width.Set {
		return nil // it has a quote of its own
	}
	counts := func(name string) bool { return r.Counts(r.Parameter(name), r.At(p)) }
	lacks := "the market's own quote, which market_model seed does not have"
	if p.Market.Model != synthetic.SeedModel {
		lacks = "the market's own quote, and market_spread is unset"
	}
	switch {
	case !p.Spread.Set && counts("spread"):
		return inconsistent("spread", "needs a value: unset takes %s", lacks)
	case p.PriceScale == ScaleOfHalfSpread && counts("price_scale"):
		return inconsistent("price_scale", "half_spread needs %s", lacks)
	case p.FillFrom == FromTouch && counts("fill_from"):
		return inconsistent("fill_from", "touch needs %s", lacks)
	}
	return nil
}

// mostJumps bounds the expected jumps between two minutes, whose number is drawn from its
// distribution directly.
const mostJumps = 100

// consistentSynthetic concerns the synthetic history.
func (p *Params) consistentSynthetic() error {
	m := &p.Market
	switch {
	case m.Clock == market.Act365Clock && m.MinutesPerSession > 1440:
		return inconsistent("minutes_per_session", "%d is longer than the days that expiry_clock act365 counts", m.MinutesPerSession)
	case !m.ImpliedVol.Set:
		return inconsistent("implied_vol", "needs a value: only recorded quotes imply one")
	case m.Shape.LowestStrike(m.Strike) < 0:
		return inconsistent("strike_step", "%v is too large: the lowest of %d strikes around %v would be %v", m.Shape.StrikeStep, m.Shape.Strikes, m.Strike, m.Shape.LowestStrike(m.Strike))
	case m.Shape.Curvature*(1+math.Abs(m.Shape.Skew)) > 2:
		return inconsistent("smile_curvature", "%v with smile_skew %v leaves arbitrage: smile_curvature · (1 + |smile_skew|) is to be at most 2", m.Shape.Curvature, m.Shape.Skew)
	case m.Signal.Model == signal.SpreadRegimeSignal:
		return inconsistent("score_model", "spread_regime is constant: a synthetic market's own width does not change")
	case m.Model == synthetic.MertonModel && m.Jumps.Intensity*synthetic.LongestStep(m) > mostJumps:
		return inconsistent("jump_rate", "%v is more than %d jumps between two minutes, nights included where expiry_clock counts them", m.Jumps.Intensity, mostJumps)
	}
	return nil
}

// consistentExact concerns the exact solution, which is of constant numbers.
func (p *Params) consistentExact() error {
	switch {
	case !p.InventoryLimit.Set:
		return inconsistent("inventory_limit", "needs a value: quote_model glft_exact solves for it")
	case !p.QuoteVol.Set || p.QuoteVol.Value == 0:
		return inconsistent("quote_vol", "needs a value above 0: quote_model glft_exact solves for a constant one")
	case p.PriceScale != ScaleOfCurrency:
		return inconsistent("price_scale", "half_spread changes from minute to minute: quote_model glft_exact needs currency")
	}
	if limit := int(p.InventoryLimit.Value); limit%p.ContractsPerSide() != 0 {
		return inconsistent("inventory_limit", "%d is not a multiple of quote_size %d: quote_model glft_exact counts in quotes", limit, p.ContractsPerSide())
	}
	var large *quote.TooLargeError
	if errors.As(p.GLFTProblem().Check(), &large) {
		name := map[string]string{"Horizon": "horizon_minutes", "Rate": "arrival_rate", "Vol": "quote_vol"}[large.Field]
		return inconsistent(name, "%s is too large to solve exactly: %s", large.Value, large.Reason)
	}
	return nil
}

// ContractsPerSide is the number of contracts on a side; the seed's is 1.
func (p *Params) ContractsPerSide() int {
	if p.QuoteModel == SeedQuotes {
		return 1
	}
	return p.QuoteSize
}

// Latency is the age of the posted quotes; the seed's are never late.
func (p *Params) Latency() int {
	if p.QuoteModel == SeedQuotes {
		return 0
	}
	return p.LatencyMinutes
}

// GLFTProblem is what quote_model glft_exact solves.
func (p *Params) GLFTProblem() quote.Problem {
	return quote.Problem{
		RiskAversion: p.RiskAversion.Value, Decay: p.IntensityDecay.Value, Rate: p.ArrivalRate.Value, Vol: p.QuoteVol.Value,
		Horizon: int(p.HorizonMinutes.Value), Largest: int(p.InventoryLimit.Value) / p.ContractsPerSide(),
	}
}
