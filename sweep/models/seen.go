package models

import (
	"fmt"
	"math"
	"time"
)

// Seen is what a model was trained on.
type Seen struct {
	Market    string    `json:"market"` // Synthetic or Recorded
	Histories []History `json:"histories"`
	Embargo   int       `json:"embargo_sessions"` // after the last of recorded days: not traded either
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
	Name   string `json:"name"`
	First  int64  `json:"first,omitempty"` // seconds since 1970 UTC; 0 where the history has no clock
	Last   int64  `json:"last,omitempty"`
	SHA256 string `json:"sha256,omitempty"` // of the file of a recorded history without a clock
}

// Spread is where numbers lie.
type Spread struct {
	Center float64 `json:"mean"`
	Scale  float64 `json:"standard_deviation"` // divisor n
	Low    float64 `json:"least"`
	High   float64 `json:"most"`
}

// SpreadOf returns where numbers lie, but for those that are NaN.
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

// check refuses what does not fit together.
func (s *Seen) check(features []Described) error {
	switch {
	case s.Market != Synthetic && s.Market != Recorded:
		return fmt.Errorf("seen.market is %.40q, neither %s nor %s", s.Market, Synthetic, Recorded)
	case len(s.Histories) == 0:
		return fmt.Errorf("seen.histories is empty: it does not say what the model was trained on")
	case s.Embargo < 0:
		return fmt.Errorf("seen.embargo_sessions is %d", s.Embargo)
	case !(s.Score.Scale > 0) || math.IsInf(s.Score.Scale, 0) || math.IsNaN(s.Score.Center) || math.IsInf(s.Score.Center, 0):
		return fmt.Errorf("seen.score has the mean %v and the standard deviation %v: scores are divided by it", s.Score.Center, s.Score.Scale)
	case len(s.Features) != 0 && len(s.Features) != len(features):
		return fmt.Errorf("seen.features are %d, the model has %d", len(s.Features), len(features))
	}
	for i, h := range s.Histories {
		if h.Name == "" || h.Last < h.First {
			return fmt.Errorf("history %d of seen has the name %.40q and ends before it begins", i, h.Name)
		}
	}
	return nil
}

// has reports whether a model has seen a history, or some of it, and how; market is the kind of it.
func (s *Seen) has(market string, h *History) (how string, has bool) {
	if s.Market != market {
		return "", false
	}
	for i := range s.Histories {
		seen := &s.Histories[i]
		switch {
		case market == Synthetic:
			has = seen.Name == h.Name
		case seen.First != 0 && h.First != 0:
			has = seen.First <= h.Last && h.First <= seen.Last
		case seen.SHA256 != "" && h.SHA256 != "":
			has = seen.SHA256 == h.SHA256
		default:
			has = seen.Name == h.Name
		}
		if has && seen.Name == h.Name {
			return "was trained on it", true
		}
		if has {
			return "was trained on " + seen.Name + ", which is the same time or content", true
		}
	}
	if market == Recorded && s.Embargo > 0 && h.First > s.last() && weekdays(s.last(), h.First) < s.Embargo {
		return fmt.Sprintf("keeps away from the %d sessions after its last", s.Embargo), true
	}
	return "", false
}

// last is the last second that a model has seen; 0 where its histories have no clock.
func (s *Seen) last() (last int64) {
	for i := range s.Histories {
		last = max(last, s.Histories[i].Last)
	}
	return last
}

// weekdays counts the whole days between two times, UTC, that are no Saturday or Sunday.
func weekdays(from, to int64) (n int) {
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

// mostEmbargo bounds the sessions that are counted.
const mostEmbargo = 1000
