package spec

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"optmm/engine/market"
	"optmm/engine/param"
	"optmm/engine/signal"
	"optmm/sweep/fault"
	"optmm/sweep/grid"
)

// applies knows which parameters have no effect. One that is set or swept
// although it has no effect is an error, and one that is not stays out of
// captions and metadata.
type applies struct {
	rules          *param.Rules
	has            map[string]string // parameters that the data itself provides, and how
	impliesForward bool              // the data implies the forward wherever the volatility is found in it
}

// newApplies is for recorded quotes, or nil for the synthetic market.
func newApplies(recorded market.Recorded) *applies {
	a := &applies{rules: param.NewRules(param.DataOf(recorded)), has: map[string]string{}}
	if recorded == nil {
		return a
	}
	facts := recorded.Provides()
	a.impliesForward = facts.Forward
	for _, fact := range []struct {
		parameter, how string
		there          bool
	}{
		{"rate", "the data has its own column r", facts.Rate},
		{"implied_vol", "the data has its own column iv", facts.ImpliedVol},
		{"dividend_yield", "the data has its own column dividend_yield", facts.DividendYield},
		{"expiry_clock", "the file has no expiry dates", facts.Years},
	} {
		if fact.there {
			a.has[fact.parameter] = fact.how
		}
	}
	return a
}

// counts reports whether the parameter counts where others can only have the
// values that possible gives.
func (a *applies) counts(parameter *param.Parameter, possible func(name string) []param.Value) bool {
	return a.has[parameter.Name] == "" && !a.findsForward(parameter, possible) && a.rules.Counts(parameter, possible)
}

// countsAt is counts at one setting.
func (a *applies) countsAt(parameter *param.Parameter, params *param.Params) bool {
	return a.counts(parameter, a.rules.At(params))
}

// findsForward reports whether the parameter is the dividend yield, which the quotes'
// forward makes needless, and no shares are paid it.
func (a *applies) findsForward(parameter *param.Parameter, possible func(name string) []param.Value) bool {
	given := func(name string) bool {
		return slices.ContainsFunc(possible(name), func(v param.Value) bool { return !v.Unset })
	}
	return parameter.Name == "dividend_yield" && a.impliesForward && a.has["implied_vol"] == "" && !given("implied_vol") && !given("financing_rate")
}

// idle returns why the parameter does not count; nil where it does.
func (a *applies) idle(parameter *param.Parameter, possible func(name string) []param.Value) *param.Error {
	switch how := a.has[parameter.Name]; {
	case how != "":
		return &param.Error{Parameter: parameter.Name, Reason: "has no effect: " + how}
	case a.findsForward(parameter, possible):
		return &param.Error{Parameter: parameter.Name, Reason: "has no effect: with implied_vol unset the forward is found in the quotes"}
	}
	return a.rules.Idle(parameter, possible)
}

// IdleOn returns an error if a parameter that was set has no effect in a run
// on the quotes, or on the synthetic market where they are nil.
func IdleOn(recorded market.Recorded, params *param.Params, set func(name string) bool) error {
	a := newApplies(recorded)
	for _, parameter := range param.Parameters() {
		if why := a.idle(&parameter, a.rules.At(params)); why != nil && set(parameter.Name) {
			return fault.Usage(why)
		}
	}
	if recorded != nil {
		if err := signalWithout(recorded, params.Market.Signal.Model); err != nil {
			return fault.Usage(err)
		}
	}
	return nil
}

// possible gives the values that a parameter takes somewhere in the study.
func (s *Study) possible(name string) []param.Value {
	for _, axis := range s.Grid.Axes() {
		if axis.Parameter.Name != name {
			continue
		}
		if axis.Len() == 0 {
			low, high := axis.Ends()
			return []param.Value{{Number: low}, {Number: high}}
		}
		values := make([]param.Value, axis.Len())
		for i := range values {
			values[i] = axis.At(i)
		}
		return values
	}
	fixed := s.fixed
	return s.applies.rules.At(&fixed)(name)
}

// checkSignal finds a score that is to be made of what the data lacks.
func (s *Study) checkSignal() error {
	if s.Days == nil || s.Days.Example() == nil { // a study may be read without its data
		return nil
	}
	for _, value := range s.possible("score_model") {
		if err := signalWithout(s.Quotes, value.Text); err != nil {
			return &fault.Fault{Path: s.blame("engine", err), Err: err}
		}
	}
	return nil
}

// signalWithout returns a *param.Error where the quotes lack what the signal is made of.
func signalWithout(quotes market.Recorded, model string) error {
	switch {
	case (model == signal.ParityResidualSignal || model == signal.BlendSignal) && !quotes.HasPut():
		return &param.Error{Parameter: "score_model", Reason: model + " needs a put, and the data quotes none"}
	case model == signal.SpreadRegimeSignal && !quotes.WidthVaries():
		return &param.Error{Parameter: "score_model", Reason: model + " is constant: the data's own width does not change"}
	}
	return nil
}

// checkIdle finds parameters that the study sets or sweeps although they count
// for nothing in it.
func (s *Study) checkIdle() error {
	for _, parameter := range param.Parameters() {
		why := s.applies.idle(&parameter, s.possible)
		if why == nil {
			continue
		}
		for _, section := range []string{"market.synthetic", "market.recorded", "engine", "grid"} {
			if path := section + "." + parameter.Name; s.document.has(path) {
				return &fault.Fault{Path: path, Err: why}
			}
		}
		if path := s.zippedAt(parameter.Name); path != "" {
			return &fault.Fault{Path: path, Err: why}
		}
	}
	return nil
}

// checkRepeats finds two points that differ only in parameters that count for
// nothing in either: the same runs under two names.
func (s *Study) checkRepeats() error {
	axes := s.Grid.Axes()
	sometimes := false // an axis counts at some values of another
	for _, axis := range axes {
		for _, use := range axis.Parameter.UsedBy {
			use.Names(func(name string) {
				sometimes = sometimes || slices.ContainsFunc(axes, func(other grid.Axis) bool { return other.Parameter.Name == name })
			})
		}
	}
	if !sometimes {
		return nil
	}
	seen := map[uint64]int{}
	var key []byte
	for point := range min(s.Grid.Points(), maxChecked) {
		params := s.Grid.Params(point)
		key = key[:0]
		var idle []string
		for i, value := range s.Grid.Values(point) {
			if !s.applies.countsAt(&axes[i].Parameter, &params) {
				idle = append(idle, axes[i].Parameter.Name)
				key = append(key, 0)
				continue
			}
			key = binary.LittleEndian.AppendUint64(append(key, 1), math.Float64bits(value.Number))
			key = append(append(key, value.Text...), 0)
		}
		hash := xxh3.Hash(key)
		if first, twice := seen[hash]; twice {
			return fault.New("grid", "points %d and %d are the same: what they differ in, %s, has no effect at %s; exclude one of them, or zip the axes with unset where they do not count",
				first, point, strings.Join(idle, ", "), s.Setting(point))
		}
		seen[hash] = point
	}
	return nil
}

// zippedAt is the path at which a parameter is zipped with others; empty where it
// is not.
func (s *Study) zippedAt(name string) string {
	raw, _ := s.document.get("zip")
	groups, _ := raw.([]any)
	for i, group := range groups {
		if axes, _ := group.(map[string]any); axes[name] != nil {
			return fmt.Sprintf("%s.%s", fault.Entry("zip", i), name)
		}
	}
	return ""
}
