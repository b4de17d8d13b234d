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
	"optmm/sweep/models"
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
	Embargo int     // sessions between training and test; units, where folds are parts of the time
	Window  int     // train on the latest sessions only; 0: on all
	Retrain int     // add a model every this many traded days; 0: never
}

// mostTrained bounds the numbers that a model is trained on, which are in memory together.
const mostTrained = 300_000_000

// rows are what a model is trained on: every feature and the label are known.
type rows struct {
	linear.Data
	time, session []int32 // numbered over all histories
	histories     []models.History
	of            []int // the history of each session
	leftOut       int   // rows that lack a feature or the label

	unit   []int32 // of each row: its session, or, with too few sessions, its part of the time
	begins []int   // the first time of each unit, and the time after the last
	minute int     // minutes of a unit; 0: it is a session
	ahead  int     // minutes that labels look ahead
}

// units counts them.
func (r *rows) units() int { return len(r.begins) - 1 }

// Fold is the test of a model on units after those that it is trained on.
type Fold struct {
	From, Trained       int // training units: From to Trained−1
	First, End          int // test units: First to End−1
	Penalty             float64
	IC                  verdict.IC // rank
	CoefficientsNonzero int
}

// Trained is what training comes to.
type Trained struct {
	Models  []*models.Linear // the first is trained on all training data, further ones on more days
	Folds   []Fold
	Joined  verdict.IC // rank IC of the scores of all tests
	LeftOut int
	Minutes int // of a unit of the folds; 0: it is a session
}

// Train fits linear models to the features of a study's signal in a walk-forward over sessions, and one to all
// of them. Features and labels end with their session, so that no test shares a minute with training. With too few
// sessions the folds are parts of the time, and rows whose labels overlap a test are purged. Penalties are chosen on the
// last fifth of each training set.
func Train(ctx context.Context, study *spec.Study, s Settings) (*Trained, error) {
	r, chosen, err := gather(ctx, study, historiesOf(study), s.Label)
	if err != nil {
		return nil, err
	}
	if least := s.Folds * (2 + 2*s.Embargo); r.units() < least { // the first training, and its own test
		if s.Window > 0 {
			return nil, fault.Usage(&fault.Option{Name: "window", Value: fmt.Sprint(s.Window), Err: fmt.Errorf("it is of sessions, and %s are too few for the folds, which take %d", text.Count(r.units(), "session"), least)})
		}
		if err := r.cut(partsOfFold * least); err != nil {
			return nil, err
		}
	}
	t := &Trained{LeftOut: r.leftOut, Minutes: r.minute}
	tried, err := t.test(ctx, r, s, signal.Entries(s.Label, study.StepMinutes()))
	if err != nil {
		return nil, err
	}
	if err := t.add(r, chosen, s, r.units(), tried, study.MarketKind()); err != nil {
		return nil, err
	}
	if s.Retrain > 0 {
		err = t.retrain(ctx, study, s)
	}
	return t, err
}

// test scores each part of the sessions but the first by a model of those before it, and returns how many models
// were fitted.
func (t *Trained) test(ctx context.Context, r *rows, s Settings, ahead int) (tried int, err error) {
	var joined tested
	for fold := 1; fold < s.Folds; fold++ {
		if err := ctx.Err(); err != nil {
			return tried, err
		}
		first, end := r.units()*fold/s.Folds, r.units()*(fold+1)/s.Folds
		upTo := first - s.Embargo
		model, penalty, n, err := r.fit(s.from(upTo), upTo, s)
		tried += n
		if err != nil {
			return tried, fmt.Errorf("fold %d: %w", fold, err)
		}
		test := r.test(model, first, end)
		t.Folds = append(t.Folds, Fold{s.from(upTo), upTo, first, end, penalty, test.pair().Rank(2 * ahead), nonzero(model.Coefficients)})
		joined.scores, joined.Target = append(joined.scores, test.scores...), append(joined.Target, test.Target...)
		joined.time, joined.session = append(joined.time, test.time...), append(joined.session, test.session...)
	}
	t.Joined = joined.pair().Rank(2 * ahead)
	return tried, nil
}

// partsOfFold is how many parts of the time replace a missing session.
const partsOfFold = 5

// cut makes equal parts of the time the units, in place of sessions.
func (r *rows) cut(parts int) error {
	first, end := int(slices.Min(r.time)), int(slices.Max(r.time))+1
	r.minute = (end - first + parts - 1) / parts
	if r.minute < r.ahead {
		return fault.Usagef("%s with %s in which all features are known: the folds need %d, in parts as long as y_%d looks ahead; train on more seeds or days, with shorter windows of features, or with fewer --folds",
			text.Count(len(r.of), "session"), text.Count(end-first, "minute"), parts*r.ahead, r.ahead)
	}
	r.begins = nil
	for at := first; at < end; at += r.minute {
		r.begins = append(r.begins, at)
	}
	r.begins = append(r.begins, end)
	for i, time := range r.time {
		r.unit[i] = int32((int(time) - first) / r.minute)
	}
	return nil
}

// from returns the first training unit of a model that is trained on units before another.
func (s *Settings) from(end int) int {
	if s.Window == 0 {
		return 0
	}
	return max(0, end-s.Window)
}

// add fits a model to the units before one, and adds it with a record of its training data.
func (t *Trained) add(r *rows, chosen []signal.Chosen, s Settings, end, tried int, market string) error {
	model, penalty, n, err := r.fit(s.from(end), end, s)
	if err != nil {
		return err
	}
	on := r.training(s.from(end), end)
	described := models.Describe(chosen)
	seen := models.Seen{Market: market, Histories: r.historiesOf(s.from(end), end), Embargo: s.Embargo, Sessions: on.sessions(), Rows: on.Rows(), Content: on.hash(), Tried: tried + n, Score: models.SpreadOf(on.scores(model))}
	if seen.Score.Scale == 0 { // no feature is left: the score is constant
		seen.Score.Scale = 1
	}
	for _, column := range on.Features {
		seen.Features = append(seen.Features, models.SpreadOf(column))
	}
	t.Models = append(t.Models, &models.Linear{Format: models.LinearFormat, About: models.About{Label: s.Label, Features: described, Hash: models.HashOf(described), Seen: seen},
		Intercept: model.Intercept, Mean: model.Mean, Scale: model.Scale, Coefficients: model.Coefficients, L1: s.L1, Penalty: penalty})
	return nil
}

// retrain adds models that are also trained on the first traded days, each for the days after them.
func (t *Trained) retrain(ctx context.Context, study *spec.Study, s Settings) error {
	first, end := study.LearnedDays()
	var histories []history
	for day := first; day < len(study.Days.List); day++ {
		histories = append(histories, historyOf(study, uint32(day)))
	}
	r, chosen, err := gather(ctx, study, histories, s.Label)
	if err != nil {
		return err
	}
	traded, _ := study.SelectedDays()
	for day := traded + s.Retrain; day < len(study.Days.List); day += s.Retrain {
		if err := ctx.Err(); err != nil {
			return err
		}
		upTo := r.sessionsBefore(study.HistoryOf(uint32(day)))
		if err := t.add(r, chosen, s, upTo, 0, study.MarketKind()); err != nil {
			return fmt.Errorf("train again before %s: %w", study.Days.List[day].Name, err)
		}
	}
	if len(t.Models) == 1 {
		return fault.Usage(&fault.Option{Name: "retrain", Value: fmt.Sprint(s.Retrain), Err: fmt.Errorf("the study trades %s after the %d that are learned from", text.Count(len(study.Days.List)-traded, study.Unit()), end-first)})
	}
	return nil
}

// sessions counts those that have a row.
func (r *rows) sessions() int {
	distinct := slices.Clone(r.session)
	slices.Sort(distinct)
	return len(slices.Compact(distinct))
}

// historiesOf lists the histories of units from first to end, all where a unit is not a session.
func (r *rows) historiesOf(first, end int) (all []models.History) {
	if r.minute > 0 {
		return r.histories
	}
	for session := first; session < end; session++ {
		if h := r.histories[r.of[session]]; len(all) == 0 || all[len(all)-1].Name != h.Name {
			all = append(all, h)
		}
	}
	return all
}

// sessionsBefore counts the sessions of the histories before one.
func (r *rows) sessionsBefore(h models.History) int {
	n := 0
	for _, history := range r.of {
		if r.histories[history].First < h.First {
			n++
		}
	}
	return n
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
func gather(ctx context.Context, study *spec.Study, histories []history, label int) (*rows, []signal.Chosen, error) {
	if !slices.Contains(study.Signal.Labels, label) {
		return nil, nil, fault.Usage(&fault.Option{Name: "label", Value: fmt.Sprint(label), Err: fmt.Errorf("it is none of signal.labels %v", study.Signal.Labels)})
	}
	t, err := open(study, histories)
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
	r := &rows{Data: linear.Data{Features: make([][]float64, len(t.chosen))}, ahead: signal.Entries(label, study.StepMinutes()) * study.StepMinutes()}
	firstSession, firstTime, endTime := 0, 0, 0
	err = t.blocks(ctx, func(columns []store.Column) error {
		if name := columns[0].Texts[0]; len(r.histories) == 0 || r.histories[len(r.histories)-1].Name != name {
			at := slices.IndexFunc(t.histories, func(h history) bool { return h.Name == name })
			r.histories = append(r.histories, t.histories[at].History)
			firstSession, firstTime = len(r.of), endTime
		}
		for i, y := range columns[target].Floats {
			at, of := firstTime+int(columns[minute].Int32s[i]), firstSession+int(columns[session].Int32s[i])
			endTime = max(endTime, at+1)
			for len(r.of) <= of {
				r.of, r.begins = append(r.of, len(r.histories)-1), append(r.begins, at)
			}
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
	r.unit, r.begins = slices.Clone(r.session), append(r.begins, endTime)
	if err == nil && r.Rows() == 0 {
		err = fault.Usagef("no row has every feature and y_%d: choose features whose windows are shorter than a session and that are defined there", label)
	}
	return r, t.chosen, err
}

// training is part without the rows whose labels overlap the time after it.
func (r *rows) training(first, end int) *rows {
	after := verdict.Purge{First: r.begins[end], Last: math.MaxInt32, Span: r.ahead}
	return r.rowsOf(first, end, func(i int) bool { return end == r.units() || after.Keeps(int(r.time[i])) })
}

// part is the rows of units from first to end.
func (r *rows) part(first, end int) *rows {
	return r.rowsOf(first, end, func(int) bool { return true })
}

func (r *rows) rowsOf(first, end int, keeps func(i int) bool) *rows {
	p := &rows{Data: linear.Data{Features: make([][]float64, len(r.Features))}}
	for i, unit := range r.unit { // options of a history come one after another: units are not in order
		if int(unit) < first || int(unit) >= end || !keeps(i) {
			continue
		}
		for k := range r.Features {
			p.Features[k] = append(p.Features[k], r.Features[k][i])
		}
		p.Target = append(p.Target, r.Target[i])
		p.time, p.session = append(p.time, r.time[i]), append(p.session, r.session[i])
	}
	return p
}

// fit fits a model to the units from one to another. The penalty is the one whose model of the first four fifths of
// them has the least squared error on the rest; it returns how many models were fitted.
func (r *rows) fit(from, end int, s Settings) (model *linear.Model, penalty float64, tried int, err error) {
	first := end - max(1, (end-from)/5)
	inner, err := linear.Moments(&r.training(from, first-s.Embargo).Data)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("the penalty is chosen on too little: %w", err)
	}
	all, err := linear.Moments(&r.training(from, end).Data)
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

// scores scores rows by a model.
func (r *rows) scores(m *linear.Model) []float64 {
	scores := make([]float64, r.Rows())
	m.Score(r.Features, scores)
	return scores
}

// tested are rows with out-of-sample scores.
type tested struct {
	rows
	scores []float64
}

// test scores the units from first to end.
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
	first := t.Models[0]
	fmt.Fprintf(to, "out of sample the rank IC with y_%d %s\n\n", first.Label, InWords(&t.Joined))
	unit := "sessions"
	if t.Minutes > 0 {
		unit = "parts"
		fmt.Fprintf(to, "there are too few sessions for the folds: a part is %s, and what a label shares with a test is not trained on\n\n", text.Count(t.Minutes, "minute"))
	}
	table := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "fold\ttrained on\ttested on\tpenalty\tfeatures\trank IC\ts.e.")
	for i, f := range t.Folds {
		fmt.Fprintf(table, "%d\t%s %d to %d\t%d to %d\t%s\t%d of %d\t%s\t%s\n", i+1, unit, f.From, f.Trained-1, f.First, f.End-1, text.Significant(f.Penalty), f.CoefficientsNonzero, len(first.Features), text.Defined(f.IC.Value), text.Defined(f.IC.Error))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(to, "\nthe model is of %s and %s, penalty %s; %s lack a feature or the label; %d models were tried\n",
		text.Count(first.Seen.Sessions, "session"), text.Count(first.Seen.Rows, "row"), text.Significant(first.Penalty), text.Count(t.LeftOut, "row"), first.Seen.Tried)
	for i, m := range t.Models[1:] {
		if err == nil {
			_, err = fmt.Fprintf(to, "model %d is of %s and %s, up to %s, penalty %s\n", i+2, text.Count(m.Seen.Sessions, "session"), text.Count(m.Seen.Rows, "row"), m.Seen.Histories[len(m.Seen.Histories)-1].Name, text.Significant(m.Penalty))
		}
	}
	return err
}
