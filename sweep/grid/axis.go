package grid

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"optmm/engine/param"
	"optmm/engine/portable"
)

// Axis is a parameter and the values it takes, or the range that a sample draws
// them from.
type Axis struct {
	Parameter param.Parameter
	values    []param.Value // nil for a range
	repeats   bool          // a duplicate value, allowed on a zipped axis
	span      span
	written   any
}

// Len returns the number of values; 0 for a range.
func (a *Axis) Len() int { return len(a.values) }

// At returns value i.
func (a *Axis) At(i int) param.Value { return a.values[i] }

// Notation returns the axis as a study file writes it: a list or a map.
func (a *Axis) Notation() any { return a.written }

// draw returns the value at u in [0, 1).
func (a *Axis) draw(u float64) param.Value {
	if a.values == nil {
		return param.Value{Number: a.span.draw(u)}
	}
	return a.values[int(u*float64(len(a.values)))]
}

// span is a range to sample from.
type span struct {
	low, high            float64
	logarithmic, integer bool
}

// draw maps u in [0, 1) to the range.
func (s span) draw(u float64) float64 {
	switch {
	case s.integer:
		return min(s.high, s.low+math.Floor(float64(u*(s.high-s.low+1))))
	case s.logarithmic:
		return s.tidy(interpolateLog(s.low, s.high, u))
	}
	return s.tidy(s.low + float64(u*(s.high-s.low)))
}

// tidy rounds x to a millionth of the range, and keeps it inside.
func (s span) tidy(x float64) float64 {
	narrow := math.Log10(max(math.Abs(s.low), math.Abs(s.high)) / (s.high - s.low))
	return max(s.low, min(s.high, tidy(x, 6+int(max(0, math.Ceil(narrow))))))
}

// interpolateLog returns the value a share u of the way from low to high, evenly
// in the logarithm.
func interpolateLog(low, high, u float64) float64 {
	start, end := portable.Log(low), portable.Log(high)
	return portable.Exp(start + float64(u*(end-start)))
}

// tidy rounds x to significant digits.
func tidy(x float64, digits int) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', digits, 64), 64)
	if err != nil {
		return x
	}
	return rounded
}

// String lists the values, the middle left out of a long axis.
func (a *Axis) String() string {
	if a.values == nil {
		text := fmt.Sprintf("from %v to %v", a.span.low, a.span.high)
		if a.span.logarithmic {
			text += ", evenly in the logarithm"
		}
		return text
	}
	var parts []string
	for i, value := range a.values {
		if len(a.values) > 9 && i >= 4 && i < len(a.values)-2 {
			if i == 4 {
				parts = append(parts, "…")
			}
			continue
		}
		parts = append(parts, a.Parameter.Format(value))
	}
	return strings.Join(parts, ", ")
}

// Ends returns the ends of a range.
func (a *Axis) Ends() (low, high float64) { return a.span.low, a.span.high }

// Largest returns the largest number on the axis.
func (a *Axis) Largest() float64 {
	if a.values == nil {
		return a.span.high
	}
	largest := math.Inf(-1)
	for _, value := range a.values {
		largest = max(largest, value.Number)
	}
	return largest
}
