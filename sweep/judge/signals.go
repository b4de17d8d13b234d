package judge

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"optmm/engine/param"
	"optmm/engine/signal"
	"optmm/sweep/folder"
	"optmm/sweep/learn"
	"optmm/sweep/tables"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// The evidence on trained models: the relation of their scores to the labels, and what trading them earned, paired by seed
// or day.

// Traded compares a point that trades a trained model with the point that differs only in the score.
type Traded struct {
	Kind    string // of the model
	Point   int    // the best that trades it
	Other   int
	Against string                        // what the other trades
	Figures []string                      // of a run
	Picked  map[string]verdict.Difference // on what the best point is picked by
	Held    map[string]verdict.Difference // on the holdout; nil where it did not run both
}

// noSignal is what a point trades that has no score.
const noSignal = "no signal"

// tradedFigures are compared: what is earned, and how good the fills are.
func tradedFigures() []string {
	return []string{"net_pnl", "total_fills", "mean_edge", "markout_1", "markout_5", "markout_30"}
}

// mostSearched bounds the points that are searched for one that differs only in the score.
const mostSearched = 50_000

// findTraded compares the best point of each trained model with the same without it, and with the linear model.
func (j *Findings) findTraded(s *tables.Runs) error {
	p := j.Plan
	if j.Signals == nil || p.Grid.Points() > mostSearched {
		return nil
	}
	trades := j.whatPointsTrade()
	j.trading = map[string]int{}
	for _, signals := range j.Signals {
		point := j.bestOf(trades, signals.Kind)
		if point < 0 {
			continue
		}
		j.trading[signals.Kind] = point
		for _, against := range []string{noSignal, signal.LinearSignal} {
			other := j.counterpart(trades, point, against)
			if other < 0 || signals.Kind == against {
				continue
			}
			t := Traded{Kind: signals.Kind, Point: point, Other: other, Against: against, Figures: tradedFigures(), Picked: map[string]verdict.Difference{}}
			for _, name := range t.Figures {
				pair, err := s.Scores().FigureOf(p.SelectionStages(), name, []int{point, other})
				if err != nil {
					return err
				}
				t.Picked[name] = pair.Compare(0, 1)
			}
			if err := t.onHoldout(j, s); err != nil {
				return err
			}
			j.Traded = append(j.Traded, t)
		}
	}
	return nil
}

// onHoldout compares both on the holdout, if they ran there.
func (t *Traded) onHoldout(j *Findings, s *tables.Runs) error {
	if j.Plan.Holdout == nil {
		return nil
	}
	a, ran := j.Plan.HoldoutStage().Index(t.Point)
	b, too := j.Plan.HoldoutStage().Index(t.Other)
	if !ran || !too {
		return nil
	}
	t.Held = map[string]verdict.Difference{}
	for _, name := range t.Figures {
		pair, err := s.Scores().HoldoutFigure(name)
		if err != nil {
			return err
		}
		t.Held[name] = pair.Compare(a, b)
	}
	return nil
}

// whatPointsTrade returns what each point trades: a kind of trained model, another signal, or none.
func (j *Findings) whatPointsTrade() []string {
	score := param.NewRules(param.DataOf(j.Plan.Quotes)).Parameter("score_model")
	trades := make([]string, j.Plan.Grid.Points())
	for point := range trades {
		params := j.Plan.Grid.Params(point)
		if trades[point] = params.Market.Signal.Model; trades[point] == signal.NoSignal || !j.Plan.CountsAt(score, &params) {
			trades[point] = noSignal
		}
	}
	return trades
}

// bestOf is the point with the best mean objective that trades a kind of model: the best of all if it does; −1 where
// there is none.
func (j *Findings) bestOf(trades []string, kind string) int {
	best, mean := -1, math.Inf(-1)
	for point, what := range trades {
		if what != kind || !j.Plan.IsCandidate(point) {
			continue
		}
		if point == j.Best {
			return point
		}
		if e := j.Scores.Of(point); e.N > 0 && e.Mean > mean {
			best, mean = point, e.Mean
		}
	}
	return best
}

// counterpart returns the point that trades what is wanted and equals another in every other effective parameter; −1 where
// the study has none.
func (j *Findings) counterpart(trades []string, of int, wanted string) int {
	grid := j.Plan.Grid
	axes, values := grid.Axes(), grid.Values(of)
	for point, what := range trades {
		if what != wanted {
			continue
		}
		params, alike := grid.Params(point), true
		for i, value := range grid.Values(point) {
			switch axis := &axes[i].Parameter; {
			case axis.Name == "score_model":
			case wanted == noSignal && slices.Contains(scoreParameters(), axis.Name): // how much of the score reaches the quotes
			default:
				alike = alike && (value == values[i] || !j.Plan.CountsAt(axis, &params))
			}
		}
		if alike {
			return point
		}
	}
	return -1
}

// scoreParameters say how a score is made and how much of it reaches the quotes.
func scoreParameters() []string {
	return []string{"score_window", "score_return_minutes", "skew", "score_shift", "score_widen"}
}

// signalWords describe the evidence on trained models.
func (j *Findings) signalWords() (words []string) {
	say := func(format string, arguments ...any) { words = append(words, fmt.Sprintf(format, arguments...)) }
	for i := range j.Signals {
		s := &j.Signals[i]
		markets := text.Count(s.All.Markets, "market")
		if j.Plan.OverDays() {
			markets = text.Count(s.All.Markets, j.Plan.Unit())
		}
		sample := "none of which the model has seen"
		if s.InSample {
			sample = "which the model may have seen"
		}
		for _, l := range s.All.Evidence().Labels {
			if l.Minutes == s.Label {
				say("the score of %s: on %s, %s, its rank IC with y_%d %s", s.Kind, markets, sample, l.Minutes, learn.InWords(&l.Rank))
			}
		}
		point, ran := j.trading[s.Kind]
		if alone := !slices.ContainsFunc(j.Traded, func(t Traded) bool { return t.Kind == s.Kind && t.Against == noSignal }); ran && alone {
			say("no point is like point %d but without %s: add none to the axis score_model to see what the score earns", point, s.Kind)
		}
	}
	for _, t := range j.Traded {
		d, on := t.Picked["net_pnl"], text.Count(t.Picked["net_pnl"].N, j.Plan.Unit())+" it was picked by"
		if held, ran := t.Held["net_pnl"]; ran {
			d, on = held, text.Count(held.N, "holdout "+j.Plan.Unit())
		}
		say("point %d trades %s: its net P&L less that of point %d, which is like it with %s, is %s on %s", t.Point, t.Kind, t.Other, t.Against, text.Estimate(d.Mean, d.Low, d.High), on)
	}
	return words
}

// rangeWarning is the share of minutes outside the range of the training above which a feature is named.
const rangeWarning = 0.05

// signalWarnings warn of what limits the evidence on trained models.
func (j *Findings) signalWarnings() (warnings []string) {
	warn := func(format string, arguments ...any) { warnings = append(warnings, fmt.Sprintf(format, arguments...)) }
	for i := range j.Signals {
		s := &j.Signals[i]
		if s.InSample {
			warn("in sample: %s may trade what it was trained on (in_sample: true); what its points earn there is no evidence", s.Kind)
		}
		if s.Foreseen > 0 {
			warn("%s was trained on times after %s that it trades: no trader could have had it then", s.Kind, text.Count(s.Foreseen, j.Plan.Unit()))
		}
		var outside []string
		for _, f := range s.Features {
			if f.Outside != nil && *f.Outside >= rangeWarning {
				outside = append(outside, fmt.Sprintf("%s in %s%% of its minutes", f.Name, text.Significant(100**f.Outside)))
			}
		}
		if outside != nil {
			warn("%s: %s outside the range of the training: %s", s.Kind, text.Plural(len(outside), "feature is", "features are"), strings.Join(outside, ", "))
		}
		if j.Plan.Grid.Points() > mostSearched {
			warn("more than %d points: what the score of %s earns is not compared with points like them without it", mostSearched, s.Kind)
		}
		if s.All.Markets+s.Failed < s.Traded {
			warn("the scores of %s are judged on %d of %d markets, evenly chosen", s.Kind, s.All.Markets, s.Traded)
		}
	}
	return warnings
}

// signalDocument is the evidence for machines.
func (j *Findings) signalDocument() map[string]any {
	var compared []any
	differences := func(of map[string]verdict.Difference) map[string]any {
		all := map[string]any{}
		for name, d := range of {
			all[name] = map[string]any{"mean": text.Number(d.Mean), "standard_error": text.Number(d.StandardError), "pairs": d.N, "interval_t_95": interval(d.Interval)}
		}
		return all
	}
	for _, t := range j.Traded {
		one := map[string]any{"model": t.Kind, "point": t.Point, "against": t.Against, "other_point": t.Other, "on_the_selection": differences(t.Picked)}
		if t.Held != nil {
			one["on_the_holdout"] = differences(t.Held)
		}
		compared = append(compared, one)
	}
	return map[string]any{"models": j.Signals, "traded": compared}
}

// triedModels counts the models that were tried in the training of those that are traded.
func triedModels(signals []folder.Signal) (n int) {
	for i := range signals {
		n += signals[i].Tried
	}
	return n
}
