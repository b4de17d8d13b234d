package learn

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"optmm/engine/signal"
	"optmm/engine/signal/linear"
	"optmm/sweep/fault"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/text"
	"optmm/sweep/verdict"
)

// Settings are how a linear model is trained.
type Settings struct {
	Label   int     // minutes ahead
	L1      float64 // of the elastic net, at most 1; 0 is ridge regression
	Folds   int     // parts of the sessions: each but the first is tested by a model of those before it
	Embargo int     // sessions between training and test
}

// mostTrained bounds the numbers that a model is trained on, which are in memory together.
const mostTrained = 300_000_000

// rows are what a model is trained on: every feature and the label are known.
type rows struct {
	linear.Data
	time, session []int32  // numbered over all histories
	histories     []string // in which they are
	sessions      int
	leftOut       int // rows that lack a feature or the label
}

// Fold is a part of the sessions that a model of those before it is tested on.
type Fold struct {
	Trained             int // sessions
	First, End          int // of the test, among all sessions
	Penalty             float64
	IC                  verdict.IC // rank
	CoefficientsNonzero int
}

// Trained is what training comes to.
type Trained struct {
	Model   *Linear
	Folds   []Fold
	Joined  verdict.IC // rank IC of the scores of all tests
	LeftOut int
}

// Train fits linear models to the features of a study's signal in a walk-forward over sessions, and one to all
// of them. Features and labels end with their session, so that no test shares a minute with training; penalties
// are chosen on the last fifth of the sessions of each training.
func Train(ctx context.Context, study *spec.Study, s Settings) (*Trained, error) {
	r, chosen, err := gather(ctx, study, s.Label)
	if err != nil {
		return nil, err
	}
	if least := s.Folds * (2 + 2*s.Embargo); r.sessions < least { // the first training, and its own test
		return nil, fault.Usagef("%s are too few for %d folds with an embargo of %d, which take %d: learn from more seeds or days", text.Count(r.sessions, "session"), s.Folds, s.Embargo, least)
	}
	t := &Trained{LeftOut: r.leftOut}
	var joined tested
	tried := 0
	for fold := 1; fold < s.Folds; fold++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		first, end := r.sessions*fold/s.Folds, r.sessions*(fold+1)/s.Folds
		model, penalty, n, err := r.fit(first-s.Embargo, s)
		tried += n
		if err != nil {
			return nil, fmt.Errorf("fold %d: %w", fold, err)
		}
		test := r.test(model, first, end)
		t.Folds = append(t.Folds, Fold{first - s.Embargo, first, end, penalty, test.pair().Rank(r.lags(study, s.Label)), nonzero(model.Coefficients)})
		joined.scores, joined.Target = append(joined.scores, test.scores...), append(joined.Target, test.Target...)
		joined.time, joined.session = append(joined.time, test.time...), append(joined.session, test.session...)
	}
	t.Joined = joined.pair().Rank(r.lags(study, s.Label))
	model, penalty, n, err := r.fit(r.sessions, s)
	if err != nil {
		return nil, err
	}
	t.Model = &Linear{Format: linearFormat, Label: s.Label, Hash: hashOf(chosen), Intercept: model.Intercept, Mean: model.Mean, Scale: model.Scale, Coefficients: model.Coefficients, L1: s.L1, Penalty: penalty,
		Seen: Seen{Market: marketOf(study), Histories: r.histories, Sessions: r.sessions, Rows: r.Rows(), Content: r.hash(), Tried: tried + n}}
	for _, c := range chosen {
		t.Model.Features = append(t.Model.Features, described{c.Name, c.Window, c.Version})
	}
	return t, nil
}

// lags are those of the error of an IC: over twice the minutes that labels look ahead.
func (r *rows) lags(study *spec.Study, label int) int {
	return 2 * signal.Entries(label, study.StepMinutes())
}

func nonzero(coefficients []float64) int {
	n := 0
	for _, x := range coefficients {
		if x != 0 {
			n++
		}
	}
	return n
}

// gather reads the features and a label of every row of a study's signal that has them all.
func gather(ctx context.Context, study *spec.Study, label int) (*rows, []signal.Chosen, error) {
	if !slices.Contains(study.Signal.Labels, label) {
		return nil, nil, fault.Usage(&fault.Option{Name: "label", Value: fmt.Sprint(label), Err: fmt.Errorf("it is none of signal.labels %v", study.Signal.Labels)})
	}
	t, err := Open(study)
	if err != nil {
		return nil, nil, err
	}
	fields := t.fields()
	place := func(name string) int {
		return slices.IndexFunc(fields, func(f store.Field) bool { return f.Name == name })
	}
	target, session, minute := place(fmt.Sprintf("y_%d", label)), place("session"), place("minute")
	var features []int
	for _, c := range t.chosen {
		features = append(features, place(c.Title()))
	}
	r := &rows{Data: linear.Data{Features: make([][]float64, len(t.chosen))}}
	firstSession, firstTime, endTime := 0, 0, 0
	err = t.blocks(ctx, func(columns []store.Column) error {
		if name := columns[0].Texts[0]; len(r.histories) == 0 || r.histories[len(r.histories)-1] != name {
			r.histories = append(r.histories, name)
			firstSession, firstTime = r.sessions, endTime
		}
		for i, y := range columns[target].Floats {
			at, of := firstTime+int(columns[minute].Int32s[i]), firstSession+int(columns[session].Int32s[i])
			endTime, r.sessions = max(endTime, at+1), max(r.sessions, of+1)
			if math.IsNaN(y) || slices.ContainsFunc(features, func(of int) bool { return math.IsNaN(columns[of].Floats[i]) }) {
				r.leftOut++
				continue
			}
			for k, of := range features {
				r.Features[k] = append(r.Features[k], columns[of].Floats[i])
			}
			r.Target = append(r.Target, y)
			r.time, r.session = append(r.time, int32(at)), append(r.session, int32(of))
		}
		if (len(t.chosen)+2)*r.Rows() > mostTrained || endTime > math.MaxInt32 {
			return fault.Usagef("the signal has more than %d numbers: learn from fewer seeds, days or features", mostTrained)
		}
		return nil
	})
	if err == nil && r.Rows() == 0 {
		err = fault.Usagef("no row has every feature and y_%d: choose features whose windows are shorter than a session and that are defined there", label)
	}
	return r, t.chosen, err
}

// part is the rows of sessions from first to end.
func (r *rows) part(first, end int) *rows {
	p := &rows{Data: linear.Data{Features: make([][]float64, len(r.Features))}}
	for i, session := range r.session { // options of a history come one after another: sessions are not in order
		if int(session) < first || int(session) >= end {
			continue
		}
		for k := range r.Features {
			p.Features[k] = append(p.Features[k], r.Features[k][i])
		}
		p.Target = append(p.Target, r.Target[i])
		p.time, p.session = append(p.time, r.time[i]), append(p.session, session)
	}
	return p
}

// fit fits a model to the sessions before one. The penalty is the one whose model of the first four fifths of
// them has the least squared error on the rest; it returns how many models were fitted.
func (r *rows) fit(end int, s Settings) (model *linear.Model, penalty float64, tried int, err error) {
	first := end - max(1, end/5)
	inner, err := linear.Moments(&r.part(0, first-s.Embargo).Data)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("the penalty is chosen on too little: %w", err)
	}
	all, err := linear.Moments(&r.part(0, end).Data)
	if err != nil {
		return nil, 0, 0, err
	}
	validation := r.part(first, end)
	best := math.Inf(1)
	for _, share := range penaltyShares(s.L1) {
		tried++
		m, _, err := fitted(inner, s.L1, share)
		if err == nil {
			if squares := validation.squaredError(m); squares < best {
				if m, lambda, other := fitted(all, s.L1, share); other == nil {
					best, model, penalty = squares, m, lambda
				} else {
					err = other
				}
			}
		}
		if err != nil && !errors.Is(err, linear.ErrNotSettled) { // a smaller penalty on features that depend on one another
			return nil, 0, tried, err
		}
	}
	if model == nil {
		return nil, 0, tried, fault.Usagef("no penalty gives a model: %w", linear.ErrNotSettled)
	}
	return model, penalty, tried, nil
}

// penaltyShares are the penalties that are tried: λ of ridge as a share of the rows, α of the elastic net as a
// share of that which leaves no feature.
func penaltyShares(l1 float64) []float64 {
	if l1 == 0 {
		return []float64{10, 1, 0.1, 0.01, 0.001, 0.0001}
	}
	return []float64{1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001}
}

// fitted is the model of a penalty that is a share.
func fitted(f *linear.Fitter, l1, share float64) (*linear.Model, float64, error) {
	if l1 == 0 {
		lambda := share * float64(f.Rows())
		m, err := f.Ridge(lambda)
		return m, lambda, err
	}
	alpha := share * f.MostAlpha(l1)
	m, err := f.ElasticNet(alpha, l1)
	return m, alpha, err
}

// squaredError sums the squared errors of a model.
func (r *rows) squaredError(m *linear.Model) float64 {
	sum := 0.0
	for i, score := range r.scores(m) {
		d := r.Target[i] - score
		sum += float64(d * d)
	}
	return sum
}

// scores are those of a model.
func (r *rows) scores(m *linear.Model) []float64 {
	scores := make([]float64, r.Rows())
	m.Score(r.Features, scores)
	return scores
}

// tested are rows with the scores of a model that was trained on others.
type tested struct {
	rows
	scores []float64
}

// test scores the sessions from first to end.
func (r *rows) test(m *linear.Model, first, end int) tested {
	test := r.part(first, end)
	return tested{*test, test.scores(m)}
}

func (t *tested) pair() *verdict.Paired { return verdict.Pair(t.scores, t.Target, t.time, t.session) }

// hash is a fingerprint of the features and labels.
func (r *rows) hash() string {
	hash := sha256.New()
	block := make([]byte, 0, 1<<16)
	for _, column := range append(slices.Clone(r.Features), r.Target) {
		for _, x := range column {
			if block = binary.LittleEndian.AppendUint64(block, math.Float64bits(x)); len(block) == cap(block) {
				hash.Write(block)
				block = block[:0]
			}
		}
	}
	hash.Write(block)
	return hex.EncodeToString(hash.Sum(nil))
}

// Write prints what training came to: the answer first.
func (t *Trained) Write(to io.Writer) error {
	fmt.Fprintf(to, "out of sample the rank IC with y_%d %s\n\n", t.Model.Label, inWords(&t.Joined))
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "fold\ttrained on\ttested on\tpenalty\tfeatures\trank IC\ts.e.")
	for i, f := range t.Folds {
		fmt.Fprintf(table, "%d\tsessions 0 to %d\t%d to %d\t%s\t%d of %d\t%s\t%s\n", i+1, f.Trained-1, f.First, f.End-1, text.Significant(f.Penalty), f.CoefficientsNonzero, len(t.Model.Features), text.Defined(f.IC.Value), text.Defined(f.IC.Error))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	seen := &t.Model.Seen
	_, err := fmt.Fprintf(to, "\nthe model is of all %s and %s, penalty %s; %s lack a feature or the label; %d models were tried\n",
		text.Count(seen.Sessions, "session"), text.Count(seen.Rows, "row"), text.Significant(t.Model.Penalty), text.Count(t.LeftOut, "row"), seen.Tried)
	return err
}
