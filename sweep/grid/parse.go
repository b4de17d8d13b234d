package grid

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"

	"optmm/engine/param"
	"optmm/sweep/fault"
)

// MaxAxis bounds the values of one axis.
const MaxAxis = 1_000_000

// ParseAxis reads an axis in the grammar of the package comment from decoded
// YAML. Every value is checked against the parameter's domain; a value may be written
// twice only on an axis that is zipped with another. An error is a Fault below
// path.
func ParseAxis(parameter param.Parameter, path string, raw any, zipped bool) (Axis, error) {
	axis := Axis{Parameter: parameter, written: raw}
	var err error
	switch raw := raw.(type) {
	case []any:
		err = axis.parseList(path, raw, zipped)
	case map[string]any:
		err = axis.parseMap(path, raw)
	default:
		err = fault.New(path, "an axis is a list, {from, to, step}, {linspace: [first, last, count]}, {logspace: …} or, for a sample, {from, to}; a fixed value belongs under %s", parameter.Section)
	}
	return axis, err
}

func (a *Axis) parseList(path string, raw []any, zipped bool) error {
	if len(raw) == 0 {
		return fault.New(path, "the axis is empty")
	}
	seen := map[param.Value]int{}
	var wrong fault.List
	for i, entry := range raw {
		value, err := ParseValue(a.Parameter, fault.Entry(path, i), entry)
		if err != nil {
			wrong.Add(err)
			continue
		}
		first, twice := seen[value]
		if twice && !zipped {
			wrong.Add(fault.New(fault.Entry(path, i), "duplicate %s, first as entry %d", a.Parameter.Format(value), first+1))
		}
		a.repeats = a.repeats || twice
		seen[value] = i
		a.values = append(a.values, value)
	}
	return wrong.Err()
}

func (a *Axis) parseMap(path string, raw map[string]any) error {
	if a.Parameter.Kind == param.Choice {
		return fault.New(path, "%s takes names: write a list, as in [%s]", a.Parameter.Name, a.Parameter.Domain.Choices[0])
	}
	known := []string{"from", "to", "step", "linspace", "logspace", "log"}
	for _, key := range sortedKeys(raw) {
		if !slices.Contains(known, key) {
			return fault.New(path+"."+key, "unknown key %s%s", key, fault.DidYouMean(key, known))
		}
	}
	for _, name := range []string{"linspace", "logspace"} {
		if entry, ok := raw[name]; ok {
			if len(raw) > 1 {
				return fault.New(path, "%s takes no other keys", name)
			}
			return a.parseSpaced(path+"."+name, name, entry)
		}
	}
	var ends [2]float64
	for i, name := range []string{"from", "to"} {
		entry, ok := raw[name]
		if !ok {
			return fault.New(path, "%s is missing", name)
		}
		end, err := ParseValue(a.Parameter, path+"."+name, entry)
		if err != nil {
			return err
		}
		if end.Unset {
			return fault.New(path+"."+name, "%s must be a number", name)
		}
		ends[i] = end.Number
	}
	from, to := ends[0], ends[1]
	if !(from < to) {
		return fault.New(path, "from %v is not below to %v", from, to)
	}
	if entry, ok := raw["step"]; ok {
		if _, both := raw["log"]; both {
			return fault.New(path+".log", "log goes with a range to sample, not with step; logspace lists values")
		}
		return a.parseSteps(path, from, to, entry)
	}
	a.span = span{low: from, high: to, integer: a.Parameter.Kind == param.Integer}
	if entry, ok := raw["log"]; ok {
		if a.span.logarithmic, ok = entry.(bool); !ok {
			return fault.New(path+".log", "%s is not true or false", describe(entry))
		}
		if a.span.logarithmic && (from <= 0 || a.span.integer) {
			return fault.New(path+".log", "a logarithmic range needs positive ends of a parameter that is not an integer")
		}
	}
	return nil
}

func (a *Axis) parseSteps(path string, from, to float64, raw any) error {
	step, err := parseNumber(path+".step", raw)
	if err != nil {
		return err
	}
	if step <= 0 {
		return fault.New(path+".step", "step %v must be above 0", step)
	}
	count := new(big.Rat).Sub(decimal(to), decimal(from))
	count.Quo(count, decimal(step))
	if !count.IsInt() {
		whole := new(big.Rat).SetInt(new(big.Int).Quo(count.Num(), count.Denom()))
		whole.Mul(whole, decimal(step)).Add(whole, decimal(from))
		last, _ := whole.Float64()
		return fault.New(path, "to %v is not a number of whole steps of %v from %v: the last value would be %v", to, step, from, last)
	}
	if count.Cmp(new(big.Rat).SetInt64(MaxAxis)) >= 0 {
		return fault.New(path, "the axis has more than %d values", MaxAxis)
	}
	return a.take(path, arithmetic(decimal(from), decimal(step), int(count.Num().Int64())+1))
}

func (a *Axis) parseSpaced(path, name string, raw any) error {
	entries, ok := raw.([]any)
	if !ok || len(entries) != 3 {
		return fault.New(path, "%s takes [first, last, count]", name)
	}
	var ends [2]float64
	for i := range ends {
		end, err := parseNumber(fault.Entry(path, i), entries[i])
		if err != nil {
			return err
		}
		ends[i] = end
	}
	count, err := ParseInteger(fault.Entry(path, 2), entries[2])
	switch {
	case err != nil:
		return err
	case count < 2 || count > MaxAxis:
		return fault.New(fault.Entry(path, 2), "count %d is outside [2, %d]", count, MaxAxis)
	case ends[0] == ends[1]:
		return fault.New(path, "first and last are both %v", ends[0])
	case name == "linspace":
		return a.take(path, linear(ends[0], ends[1], int(count)))
	case min(ends[0], ends[1]) <= 0:
		return fault.New(path, "first and last are the values themselves, not exponents, and must be positive")
	}
	return a.take(path, logarithmic(ends[0], ends[1], int(count)))
}

// take stores computed values after checking them as listed ones are checked.
func (a *Axis) take(path string, numbers []float64) error {
	a.values = make([]param.Value, len(numbers))
	for i, x := range numbers {
		a.values[i] = param.Value{Number: x}
		if err := a.Parameter.Check(a.values[i]); err != nil {
			return &fault.Fault{Path: path, Err: err}
		}
		if i > 0 && x == numbers[i-1] {
			return fault.New(path, "neighboring values are too close to distinguish")
		}
	}
	return nil
}

// arithmetic returns from, from+step, …: each the float64 nearest to the decimal.
func arithmetic(from, step *big.Rat, count int) []float64 {
	values := make([]float64, count)
	// Over their common denominator both are whole; while those are exact as
	// float64, so is the nearest quotient.
	denominator := new(big.Int).Mul(from.Denom(), step.Denom())
	start := new(big.Int).Mul(from.Num(), step.Denom())
	stride := new(big.Int).Mul(step.Num(), from.Denom())
	end := new(big.Int).Mul(stride, big.NewInt(int64(count)))
	const exact = 52
	if max(denominator.BitLen(), start.BitLen(), end.BitLen()) <= exact {
		for i := range values {
			values[i] = float64(start.Int64()+int64(i)*stride.Int64()) / float64(denominator.Int64())
		}
		return values
	}
	x := new(big.Rat).Set(from)
	for i := range values {
		values[i], _ = x.Float64()
		x.Add(x, step)
	}
	return values
}

func linear(first, last float64, count int) []float64 {
	step := new(big.Rat).Sub(decimal(last), decimal(first))
	return arithmetic(decimal(first), step.Quo(step, new(big.Rat).SetInt64(int64(count-1))), count)
}

// logarithmic returns values evenly spaced in the logarithm, to fifteen digits.
func logarithmic(first, last float64, count int) []float64 {
	values := make([]float64, count)
	for i := range values {
		values[i] = tidy(interpolateLog(first, last, float64(i)/float64(count-1)), 15)
	}
	values[0], values[count-1] = first, last
	return values
}

// ParseValue reads one value of the parameter from decoded YAML and checks its
// domain.
func ParseValue(parameter param.Parameter, path string, raw any) (param.Value, error) {
	var value param.Value
	switch {
	case raw == "unset" && parameter.Optional():
		value.Unset = true
	case parameter.Kind == param.Choice:
		text, ok := raw.(string)
		if !ok {
			return value, fault.New(path, "%s takes a name (%s), not %s", parameter.Name, parameter.Domain, describe(raw))
		}
		value.Text = text
		if err := parameter.Check(value); err != nil {
			return value, fault.New(path, "%w%s", err, fault.DidYouMean(text, parameter.Domain.Choices))
		}
	default:
		x, err := parseNumber(path, raw)
		if err != nil {
			return value, fault.New(path, "%s takes %s, not %s", parameter.Name, map[bool]string{true: "an integer", false: "a number"}[parameter.Kind == param.Integer], describe(raw))
		}
		value.Number = x + 0 // −0 is 0
	}
	if err := parameter.Check(value); err != nil {
		return value, &fault.Fault{Path: path, Err: err}
	}
	return value, nil
}

// parseNumber reads a number from decoded YAML.
func parseNumber(path string, raw any) (float64, error) {
	switch raw := raw.(type) {
	case int:
		return float64(raw), nil
	case int64:
		return float64(raw), nil
	case uint64:
		return float64(raw), nil
	case float64:
		if !math.IsNaN(raw) && !math.IsInf(raw, 0) {
			return raw, nil
		}
	}
	return 0, fault.New(path, "%s is not a finite number", describe(raw))
}

// ParseInteger reads an integer from decoded YAML; 3.0 is one, 3.9 is not.
func ParseInteger(path string, raw any) (int64, error) {
	x, err := parseNumber(path, raw)
	if err != nil {
		return 0, err
	}
	if x != math.Trunc(x) || math.Abs(x) > 1<<53 {
		return 0, fault.New(path, "%s is not an integer", describe(raw))
	}
	return int64(x), nil
}

// describe writes a decoded YAML value into a message.
func describe(raw any) string {
	switch raw := raw.(type) {
	case nil:
		return "nothing"
	case string:
		return strconv.Quote(raw)
	case []any:
		return "a list"
	case map[string]any:
		return "a map"
	}
	return fmt.Sprint(raw)
}

// decimal is the number as it is written in decimals, not its binary value.
func decimal(x float64) *big.Rat {
	exact, ok := new(big.Rat).SetString(strconv.FormatFloat(x, 'g', -1, 64))
	if !ok {
		panic(fmt.Sprintf("grid: %v is not finite", x))
	}
	return exact
}

func sortedKeys(raw map[string]any) []string {
	keys := make([]string, 0, len(raw))
	for key := range raw {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// ParseText reads one value of the parameter from the command line.
func ParseText(parameter param.Parameter, text string) (param.Value, error) {
	var raw any = text
	if parameter.Kind != param.Choice {
		if x, err := strconv.ParseFloat(text, 64); err == nil {
			raw = x
		}
	}
	value, err := ParseValue(parameter, "", raw)
	if err != nil {
		err = errors.Unwrap(err) // there is no path to name
	}
	return value, err
}
