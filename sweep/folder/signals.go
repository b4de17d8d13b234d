package folder

import (
	"math"

	"optmm/sweep/verdict"
)

// Signal is the evidence on the scores of a trained model, on the markets that the study trades.
type Signal struct {
	Kind     string          `json:"kind"` // linear or lightgbm
	InSample bool            `json:"in_sample"`
	Label    int             `json:"label_minutes"` // that it was trained to predict
	Tried    int             `json:"models_tried"`
	Traded   int             `json:"markets_traded"`
	Foreseen int             `json:"markets_before_the_training"` // of them
	Failed   int             `json:"markets_failed"`
	All      SignalPart      `json:"all"`
	Models   []SignalPart    `json:"models"` // each on the markets that it scores
	Features []SignalFeature `json:"features"`
}

// SignalPart is the evidence on some of the markets.
type SignalPart struct {
	Model       string        `json:"model,omitempty"` // name of its file
	Markets     int           `json:"markets"`         // that were judged
	First       string        `json:"first"`
	Last        string        `json:"last"`
	Rows        int           `json:"rows"`
	Sessions    int           `json:"sessions"`
	Labels      []SignalLabel `json:"labels"`
	Correlation *float64      `json:"correlation_with_entry_before"`
	Turnover    *float64      `json:"mean_change"` // of the score from entry to entry, in its standard deviations
}

// SignalLabel is that of one label; nil is undefined.
type SignalLabel struct {
	Minutes       int         `json:"minutes"`
	Rows          int         `json:"rows"`
	RankIC        *float64    `json:"rank_ic"`
	RankError     *float64    `json:"rank_ic_newey_west"`
	Lags          int         `json:"lags"`
	Interval      [2]*float64 `json:"rank_ic_interval_95"`
	Bootstrap     [2]*float64 `json:"rank_ic_interval_95_by_blocks"`
	Block         *float64    `json:"mean_block_entries"`
	IC            *float64    `json:"ic"`
	ICError       *float64    `json:"ic_newey_west"`
	OfSessions    *float64    `json:"rank_ic_mean_of_sessions"`
	SessionsError *float64    `json:"rank_ic_mean_of_sessions_standard_error"`
	Sessions      int         `json:"sessions"`
	Means         []*float64  `json:"mean_label_by_fifth_of_the_score"`
}

// SignalFeature is the drift of a feature from the training, and its importance.
type SignalFeature struct {
	Name       string   `json:"name"`
	Shift      *float64 `json:"mean_traded_less_trained"` // in standard deviations of the training
	Ratio      *float64 `json:"standard_deviation_traded_over_trained"`
	Outside    *float64 `json:"share_outside_the_range_of_the_training"`
	Importance *float64 `json:"fall_of_rank_ic_when_permuted"`
}

// SignalPartOf makes evidence storable: undefined numbers become null.
func SignalPartOf(e *verdict.SignalEvidence) SignalPart {
	part := SignalPart{Rows: e.Rows, Sessions: e.Sessions, Correlation: Finite(e.Correlation), Turnover: Finite(e.Turnover)}
	for i := range e.Labels {
		l := &e.Labels[i]
		between := func(i verdict.Interval) [2]*float64 { return [2]*float64{Finite(i.Low), Finite(i.High)} }
		label := SignalLabel{Minutes: l.Minutes, Rows: l.Rank.N, RankIC: Finite(l.Rank.Value), RankError: Finite(l.Rank.Error), Lags: l.Rank.Lags, Interval: between(l.Rank.Interval()),
			Bootstrap: between(l.Bootstrap), Block: Finite(l.Block), IC: Finite(l.Pearson.Value), ICError: Finite(l.Pearson.Error),
			OfSessions: Finite(l.Rank.BySession.Mean), SessionsError: Finite(l.Rank.BySession.StandardError), Sessions: l.Rank.BySession.N}
		for _, x := range l.Quantiles {
			label.Means = append(label.Means, Finite(x))
		}
		part.Labels = append(part.Labels, label)
	}
	return part
}

// Evidence reads what SignalPartOf wrote.
func (p *SignalPart) Evidence() *verdict.SignalEvidence {
	e := &verdict.SignalEvidence{Rows: p.Rows, Sessions: p.Sessions, Correlation: number(p.Correlation), Turnover: number(p.Turnover)}
	for _, l := range p.Labels {
		sessions := verdict.Estimate{N: l.Sessions, Mean: number(l.OfSessions), StandardError: number(l.SessionsError)}
		label := verdict.LabelEvidence{Minutes: l.Minutes, Rank: verdict.IC{N: l.Rows, Lags: l.Lags, Value: number(l.RankIC), Error: number(l.RankError), BySession: sessions},
			Bootstrap: verdict.Interval{Low: number(l.Bootstrap[0]), High: number(l.Bootstrap[1])}, Block: number(l.Block), Pearson: verdict.IC{N: l.Rows, Lags: l.Lags, Value: number(l.IC), Error: number(l.ICError)}}
		for _, x := range l.Means {
			label.Quantiles = append(label.Quantiles, number(x))
		}
		e.Labels = append(e.Labels, label)
	}
	return e
}

// Finite returns a finite number, nil for any other.
func Finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// number is the inverse of Finite.
func number(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}
