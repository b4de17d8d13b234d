package engine

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Kind is the type of a parameter's value.
type Kind int

const (
	Float   Kind = iota // a finite float64
	Integer             // a whole number below 2^53
	Choice              // one of a list of names
)

func (k Kind) String() string { return [...]string{"number", "whole number", "name"}[k] }

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

// Check returns an error that names the parameter and its domain if v is not
// allowed.
func (p *Parameter) Check(v Value) error {
	x, d := v.Number, p.Domain
	inside := x >= d.Low && x <= d.High && !math.IsInf(x, 0) && !(d.Open && x == d.Low)
	switch {
	case v.Unset && p.Optional():
		return nil
	case v.Unset:
		return fmt.Errorf("%s needs a value", p.Name)
	case p.Kind == Choice:
		for _, choice := range d.Choices {
			if v.Text == choice {
				return nil
			}
		}
		return fmt.Errorf("%s %q is not one of %s", p.Name, v.Text, d)
	case p.Kind == Integer && x != math.Trunc(x):
		return fmt.Errorf("%s %s is not a whole number", p.Name, p.Format(v))
	case !inside:
		return fmt.Errorf("%s %s is outside its domain %s", p.Name, p.Format(v), d)
	}
	return nil
}
