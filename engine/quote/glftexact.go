package quote

import (
	"fmt"
	"math"
	"slices"

	"optmm/engine/portable"
)

// GLFTExact quotes optimally under the inventory limit ±Largest until a horizon,
// which begins again when it ends (Guéant, Lehalle and Fernandez-Tapia 2013,
// theorem 1):
//
//	δ_bid(t, q) = (1/k)·ln(v_q/v_{q+1}) + (1/γ)·ln(1+γ/k)
//	δ_ask(t, q) = (1/k)·ln(v_q/v_{q−1}) + (1/γ)·ln(1+γ/k)
type GLFTExact struct {
	Fair
	*Solution
	Lot  float64 // contracts that count as one, the size of a quote
	Step int     // minutes from one entry of the market to the next; 0 is 1
}

// Problem is what a Solution depends on; prices count in currency.
type Problem struct {
	RiskAversion float64 // γ
	Decay        float64 // k, 1/price
	Rate         float64 // A, fills per minute
	Vol          float64 // σ, price units per square-root minute
	Horizon      int     // minutes
	Largest      int     // lots held at most, long or short
}

// The largest problem that is solved: numbers in the table, and terms in the
// series of one step.
const (
	mostNumbers = 4_000_000
	mostRate    = 2_000
	mostWork    = 500_000_000 // a second or so
)

// TooLargeError says what makes a Problem too large to solve exactly.
type TooLargeError struct {
	Field  string // of Problem
	Value  string
	Reason string
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s %s is too large to solve exactly: %s", e.Field, e.Value, e.Reason)
}

// Check returns a *TooLargeError where the problem is too large to solve.
func (p Problem) Check() error {
	tooLarge := func(field, value, reason string, arguments ...any) error {
		return &TooLargeError{field, value, fmt.Sprintf(reason, arguments...)}
	}
	horizon := fmt.Sprintf("%d with %d lots", p.Horizon, p.Largest)
	if numbers := float64(p.Horizon) * float64(2*p.Largest+1); numbers > mostNumbers {
		return tooLarge("Horizon", horizon, "%.3g numbers, at most %d; quote_model glft is its limit", numbers, mostNumbers)
	}
	if p.Rate > mostRate {
		return tooLarge("Rate", fmt.Sprint(p.Rate), "at most %d a minute", mostRate)
	}
	if rate := p.decay() * float64(p.Largest) * float64(p.Largest); rate > mostRate {
		return tooLarge("Vol", fmt.Sprintf("%v with %d lots", p.Vol, p.Largest), "k·γ·σ²/2·q² is %.3g a minute, at most %d", rate, mostRate)
	}
	terms := float64(p.decay()*float64(p.Largest*p.Largest)) + float64(2*p.Rate) + 50
	if work := terms * float64(p.Horizon) * float64(2*p.Largest+1); work > mostWork {
		return tooLarge("Horizon", fmt.Sprintf("%s at arrival_rate %v", horizon, p.Rate), "%.3g steps, at most %.3g", work, float64(mostWork))
	}
	return nil
}

// decay returns α = kγσ²/2.
func (p Problem) decay() float64 {
	return float64(float64(float64(float64(p.Decay*p.RiskAversion)*p.Vol)*p.Vol) / 2)
}

// Solution holds the distances of bid and ask by minutes left and inventory.
type Solution struct {
	Problem
	bid, ask []float64 // row: minutes left, from 1; column: inventory + Largest
}

// Solve integrates, backwards from v = 1 at the horizon,
//
//	v̇_q = α·q²·v_q − η·(v_{q−1} + v_{q+1}),  α = kγσ²/2,  η = A·(1+γ/k)^{−(1+k/γ)}
//
// exactly from minute to minute: e^{M}v by uniformization, a series of nothing but
// positive terms (Jensen 1953), which loses no digits. v is scaled by its largest
// entry each minute; only ratios count.
func Solve(p Problem) *Solution {
	width := 2*p.Largest + 1
	s := &Solution{Problem: p, bid: make([]float64, p.Horizon*width), ask: make([]float64, p.Horizon*width)}
	belief := Intensity{RiskAversion: p.RiskAversion, Decay: p.Decay}
	myopic := belief.myopic()
	alpha, eta := p.decay(), p.Rate/belief.power()
	v, term, next := make([]float64, width), make([]float64, width), make([]float64, width)
	for i := range v {
		v[i] = 1
	}
	bound := float64(alpha * float64(p.Largest*p.Largest)) // makes every entry of M + bound positive
	for left := range p.Horizon {
		copy(term, v)
		for n := 1; ; n++ {
			largest, total := 0.0, 0.0
			for i := range next {
				q := float64(i - p.Largest)
				sum := float64((bound - float64(alpha*float64(q*q))) * term[i])
				if i > 0 {
					sum += float64(eta * term[i-1])
				}
				if i < width-1 {
					sum += float64(eta * term[i+1])
				}
				next[i] = sum / float64(n)
				largest = max(largest, next[i])
			}
			term, next = next, term
			for i := range v {
				v[i] += term[i]
				total = max(total, v[i])
			}
			if total > 1e200 {
				rescale(v, 1e-200)
				rescale(term, 1e-200)
			}
			if largest < 1e-18*total && float64(n) > bound+float64(2*eta) { // the terms fall from there on
				break
			}
		}
		rescale(v, 1/slices.Max(v))
		row := left * width
		for i := range v {
			here := portable.Log(v[i])
			if i < width-1 {
				s.bid[row+i] = (here-portable.Log(v[i+1]))/p.Decay + myopic
			}
			if i > 0 {
				s.ask[row+i] = (here-portable.Log(v[i-1]))/p.Decay + myopic
			}
		}
	}
	return s
}

func rescale(values []float64, by float64) {
	for i := range values {
		values[i] *= by
	}
}

// Quote leaves a side that would go beyond the limit at the fair price: the limit
// inventory_limit, which is the same, does not post it.
func (m *GLFTExact) Quote(minute int, held Held) Quote {
	q := min(max(int(math.Round(held.Inventory/m.Lot)), -m.Largest), m.Largest)
	at := (Horizon{Minutes: m.Horizon, Step: m.Step}.left(minute)-1)*(2*m.Largest+1) + q + m.Largest
	fair := m.at(minute)
	return Quote{Bid: fair - m.bid[at], Ask: fair + m.ask[at]}
}
