package models

import (
	"fmt"
	"math"
	"slices"
	"time"

	"optmm/sweep/text"
)

// Seen records the training data of a model.
type Seen struct {
	Market    string    `json:"market"` // Synthetic or Recorded
	Histories []History `json:"histories"`
	Embargo   int       `json:"embargo_sessions"` // after the last recorded day, which must not be traded either
	Sessions  int       `json:"sessions"`
	Rows      int       `json:"rows"`
	Content   string    `json:"content_sha256"` // of the features and labels of these rows
	Tried     int       `json:"models_tried"`
	Score     Spread    `json:"score"`    // of the raw scores of these rows
	Features  []Spread  `json:"features"` // of each, in their order
}

// The kinds of markets.
const (
	Synthetic = "synthetic"
	Recorded  = "recorded"
)

// History is a market seed, or a recorded history.
type History struct {
	Name   string   `json:"name"`
	First  int64    `json:"first,omitempty"` // seconds since 1970 UTC; 0 where the history has no clock
	Last   int64    `json:"last,omitempty"`
	Sketch []uint64 `json:"sketch,omitempty"` // of a recorded history: hashes of its prices, see package quotes
}

// Spread is the location, scale and range of numbers.
type Spread struct {
	Center float64 `json:"mean"`
	Scale  float64 `json:"standard_deviation"` // divisor n
	Low    float64 `json:"least"`
	High   float64 `json:"most"`
}

// SpreadOf returns the spread of numbers; NaN is left out.
func SpreadOf(values []float64) Spread {
	s := Spread{Low: math.Inf(1), High: math.Inf(-1)}
	n, sum, squares := 0.0, 0.0, 0.0
	for _, x := range values {
		if math.IsNaN(x) {
			continue
		}
		n, sum = n+1, sum+x
		s.Low, s.High = min(s.Low, x), max(s.High, x)
	}
	switch {
	case n == 0:
		return Spread{}
	case s.Low == s.High:
		return Spread{Center: s.Low, Low: s.Low, High: s.High}
	}
	s.Center = sum / n
	for _, x := range values {
		if !math.IsNaN(x) {
			squares += float64((x - s.Center) * (x - s.Center))
		}
	}
	s.Scale = math.Sqrt(squares / n)
	return s
}

// check refuses inconsistent content.
func (s *Seen) check(features []Described) error {
	switch {
	case s.Market != Synthetic && s.Market != Recorded:
		return fmt.Errorf("seen.market is %.40q, neither %s nor %s", s.Market, Synthetic, Recorded)
	case len(s.Histories) == 0:
		return fmt.Errorf("seen.histories is empty: it does not say what the model was trained on")
	case s.Embargo < 0 || s.Embargo > mostEmbargo:
		return fmt.Errorf("seen.embargo_sessions is %d, not from 0 to %d", s.Embargo, mostEmbargo)
	case s.Tried < 0 || s.Tried > mostTried:
		return fmt.Errorf("seen.models_tried is %d, not from 0 to %d", s.Tried, mostTried)
	case !(s.Score.Scale > 0) || math.IsInf(s.Score.Scale, 0) || math.IsNaN(s.Score.Center) || math.IsInf(s.Score.Center, 0):
		return fmt.Errorf("seen.score has the mean %v and the standard deviation %v: scores are divided by it", s.Score.Center, s.Score.Scale)
	case len(s.Features) != 0 && len(s.Features) != len(features):
		return fmt.Errorf("seen.features are %d, the model has %d", len(s.Features), len(features))
	}
	for i := range s.Histories {
		switch h := &s.Histories[i]; {
		case h.Name == "":
			return fmt.Errorf("history %d of seen has no name", i)
		case h.Last < h.First:
			return fmt.Errorf("history %d of seen ends before it begins", i)
		case !slices.IsSorted(h.Sketch):
			return fmt.Errorf("the sketch of history %d of seen is not in order", i)
		}
	}
	for i, f := range s.Features {
		if !(f.Scale >= 0) || !(f.Low <= f.High) || math.IsInf(f.Scale, 0) || math.IsNaN(f.Center) {
			return fmt.Errorf("feature %d of seen has the mean %v, the standard deviation %v, and lies from %v to %v", i, f.Center, f.Scale, f.Low, f.High)
		}
	}
	return nil
}

// has reports whether a model was trained on a history or a part of it, and why; market is the kind of the history, and
// between counts the sessions between a time and it. Recorded histories match if they share time, or a name that is a date
// or has no clock; or, if a clock is missing or may be of another time zone, if they share prices.
func (s *Seen) has(market string, h *History, between func(after int64) int) (how string, has bool) {
	if s.Market != market {
		return "", false
	}
	_, noDate := time.Parse(time.DateOnly, h.Name)
	for i := range s.Histories {
		seen := &s.Histories[i]
		clocks := seen.First != 0 && h.First != 0
		switch {
		case seen.Name == h.Name && (market == Synthetic || noDate == nil || !clocks):
			return "was trained on it", true
		case market == Synthetic:
		case clocks && seen.First <= h.Last && h.First <= seen.Last:
			return "was trained on " + seen.Name + ", which is some of the same time", true
		case (!clocks || seen.First-zones <= h.Last && h.First <= seen.Last+zones) && shares(seen.Sketch, h.Sketch):
			return "was trained on " + seen.Name + ", which has the same prices", true
		}
	}
	if last := s.last(); s.Embargo > 0 && last != 0 && h.First > last && between(last) < s.Embargo {
		return fmt.Sprintf("keeps away from %s after its last", text.Count(s.Embargo, "session")), true
	}
	return "", false
}

// zones is the largest difference between two time zones, seconds.
const zones = 26 * 60 * 60

// Two sketches share by chance fewer hashes than these.
const (
	sharedPart = 4
	sharedFew  = 4
)

// shares reports whether two rising lists share all of the smaller one, or a quarter of it and more than a few.
func shares(a, b []uint64) bool {
	smaller, n := min(len(a), len(b)), 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			n++
			a, b = a[1:], b[1:]
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return n > 0 && (n == smaller || n >= sharedFew && n*sharedPart >= smaller)
}

// last is the last second of the training data; 0 if they have no clock.
func (s *Seen) last() (last int64) {
	for i := range s.Histories {
		last = max(last, s.Histories[i].Last)
	}
	return last
}

// Weekdays counts the whole days between two times, UTC, except Saturdays and Sundays.
func Weekdays(from, to int64) (n int) {
	const day = 24 * time.Hour
	for at := time.Unix(from, 0).UTC().Truncate(day).Add(day); at.Before(time.Unix(to, 0).UTC().Truncate(day)); at = at.Add(day) {
		if weekday := at.Weekday(); weekday != time.Saturday && weekday != time.Sunday {
			if n++; n > mostEmbargo {
				break
			}
		}
	}
	return n
}

// The bounds of what a file may hold.
const (
	mostEmbargo = 1000 // sessions
	mostTried   = 1_000_000_000
	mostAhead   = 1_000 // minutes of a label
)
