package param

import (
	"math"
	"strconv"
	"strings"
)

// Kind is the type of a parameter's value.
type Kind int

const (
	Float   Kind = iota // a finite float64
	Integer             // below 2^53 without sign
	Choice              // one of a list of names
)

func (k Kind) String() string { return [...]string{"number", "integer", "choice"}[k] }

// Value is one value of a parameter; which field counts is its Kind's matter.
type Value struct {
	Number float64 // Float, Integer
	Text   string  // Choice
	Unset  bool    // an optional parameter that is left to the data
}

// Domain is the set of allowed values: Low ≤ x ≤ High (or Low < x where Open),
// or the Choices.
type Domain struct {
	Low, High float64
	Open      bool
	Choices   []string
}

func (d Domain) String() string {
	if d.Choices != nil {
		return strings.Join(d.Choices, " | ")
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	low, high := "["+number(d.Low), number(d.High)+"]"
	if d.Open {
		low = "(" + number(d.Low)
	}
	if math.IsInf(d.Low, -1) {
		low = "(-∞"
	}
	if math.IsInf(d.High, 1) {
		high = "∞)"
	}
	return low + ", " + high
}

// Format writes a value as YAML and the command line read it.
func (p *Parameter) Format(v Value) string {
	switch {
	case v.Unset:
		return "unset"
	case p.Kind == Choice:
		return v.Text
	}
	return strconv.FormatFloat(v.Number, 'g', -1, 64)
}

// Check returns an *Error that names the domain if v is not allowed.
func (p *Parameter) Check(v Value) error {
	x, d := v.Number, p.Domain
	inside := x >= d.Low && x <= d.High && !math.IsInf(x, 0) && !(d.Open && x == d.Low)
	switch {
	case v.Unset && p.Optional():
		return nil
	case v.Unset:
		return inconsistent(p.Name, "needs a value")
	case p.Kind == Choice:
		for _, choice := range d.Choices {
			if v.Text == choice {
				return nil
			}
		}
		return inconsistent(p.Name, "%q is not one of %s", v.Text, d)
	case p.Kind == Integer && x != math.Trunc(x):
		return inconsistent(p.Name, "%s is not an integer", p.Format(v))
	case !inside:
		return inconsistent(p.Name, "%s is outside its domain %s", p.Format(v), d)
	}
	return nil
}
