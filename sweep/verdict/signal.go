package verdict

import (
	"math"
	"slices"
)

// Scored is the scores of a signal with their labels, row by row.
type Scored struct {
	Score   []float64
	Labels  map[int][]float64 // by the minutes that they look ahead
	Time    []int32           // numbered in their order over all histories
	Session []int32           // the same
	Before  []float64         // score of the entry before, of the same option and session; NaN where there is none
	Step    int               // minutes from one entry to the next
}

// SignalEvidence relates scores to their labels.
type SignalEvidence struct {
	Rows, Sessions int
	Labels         []LabelEvidence // by the minutes ahead
	Correlation    float64         // of the score with that of the entry before
	Turnover       float64         // mean absolute change of the score from the entry before, in its standard deviations
}

// LabelEvidence is that of one label.
type LabelEvidence struct {
	Minutes   int
	Rank      IC
	Bootstrap Interval // of the rank IC, by blocks
	Block     float64  // their mean length, entries
	Pearson   IC
	Quantiles []float64 // mean label by part of the score, the least score first
}

// scoreParts is how many parts of the score have a mean label of their own.
const scoreParts = 5

// Evidence relates the scores to each label. Errors by Newey and West have lags over twice the minutes that a label
// looks ahead.
func (s *Scored) Evidence() *SignalEvidence {
	e := &SignalEvidence{Rows: len(s.Score), Correlation: math.NaN(), Turnover: math.NaN()}
	if len(s.Score) == 0 {
		return e
	}
	e.Sessions = int(slices.Max(s.Session)) + 1
	var horizons []int
	for minutes := range s.Labels {
		horizons = append(horizons, minutes)
	}
	slices.Sort(horizons)
	for _, minutes := range horizons {
		p := Pair(s.Score, s.Labels[minutes], s.Time, s.Session)
		ahead := (minutes + s.Step - 1) / s.Step
		label := LabelEvidence{Minutes: minutes, Rank: p.Rank(2 * ahead), Pearson: p.Pearson(2 * ahead), Quantiles: p.meanByQuantile(scoreParts)}
		label.Bootstrap, label.Block = p.rankBootstrap(ahead)
		e.Labels = append(e.Labels, label)
	}
	p := Pair(s.Score, s.Before, s.Time, s.Session)
	e.Correlation = p.Pearson(0).Value
	e.Turnover = p.meanChange()
	return e
}

// meanChange is the mean absolute difference of the two, in standard deviations of the first.
func (p *Paired) meanChange() float64 {
	_, deviation := spreadOf(p.score)
	if deviation == 0 {
		return math.NaN()
	}
	sum := 0.0
	for i, x := range p.score {
		sum += math.Abs(x - p.label[i])
	}
	return sum / float64(len(p.score)) / deviation
}
