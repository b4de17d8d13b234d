package execute

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"optmm/engine/market"
	"optmm/engine/random"
	"optmm/engine/signal"
	"optmm/sweep/folder"
	"optmm/sweep/grid"
	"optmm/sweep/models"
	"optmm/sweep/plan"
	"optmm/sweep/verdict"
)

// The bounds of what is judged.
const (
	mostJudged   = 300_000 // rows whose scores and labels are in memory
	mostPermuted = 20_000  // rows whose features are too, which are scored again for each permutation
	permutations = 3       // of each feature
)

// SignalsOf judges the scores of the trained models that a study trades by the labels, on the markets of the baseline:
// those of the selection and of the holdout. Beyond mostJudged rows it judges an even sample of the markets and options.
func (r *Repeater) SignalsOf(ctx context.Context) (all []folder.Signal, err error) {
	var sets []*models.Set
	for _, kind := range signal.Trained() {
		if set := r.plan.Models[kind]; set != nil {
			sets = append(sets, set)
		}
	}
	if sets == nil {
		return nil, nil
	}
	all = make([]folder.Signal, len(sets))
	group, working := errgroup.WithContext(ctx)
	for i, set := range sets {
		group.Go(func() error {
			s, err := r.signalOf(working, set)
			if err != nil {
				return fmt.Errorf("judge the scores of %s: %w", set.Kind, err)
			}
			all[i] = *s
			return nil
		})
	}
	return all, group.Wait()
}

// judged is a market whose scores are judged.
type judged struct {
	history models.History
	model   *models.Model
	traded  *signal.Model // the same, as it scores markets
	err     error         // why the market cannot be made

	score, before []float64
	labels        map[int][]float64
	minute        []int32
	session       []int32           // of the market
	columns       [][]float64       // the features of some rows, and
	after         map[int][]float64 // their labels
	spreads       []spread          // of each feature
}

func (r *Repeater) signalOf(ctx context.Context, set *models.Set) (*folder.Signal, error) {
	p := r.plan
	baseline, _ := p.Grid.Baseline()
	params := p.Grid.Params(baseline)
	settings := params.Market
	settings.Signal = signal.Signal{Model: set.Kind}
	seeds := tradedMarkets(p)
	everyMarket := 1 + (len(seeds)*p.Minutes()-1)/mostJudged // one market in everyMarket is judged
	markets := make([]judged, (len(seeds)+everyMarket-1)/everyMarket)
	everyOption := 1 + (len(markets)*p.Minutes()*p.MostOptions()-1)/mostJudged
	options := (p.MostOptions() + everyOption - 1) / everyOption
	everyRow := 1 + (len(markets)*p.Minutes()*options-1)/mostPermuted
	about := set.Models[len(set.Models)-1].About
	s := &folder.Signal{Kind: set.Kind, InSample: set.InSample, Label: about.Label, Traded: len(seeds)}
	for _, m := range set.Models {
		s.Tried += m.About.Seen.Tried
	}
	horizons := horizonsOf(p, about)
	err := r.each(ctx, len(markets), func(_ *worker, i int) error {
		j := &markets[i]
		j.history = p.HistoryOf(seeds[i*everyMarket])
		if j.model, j.err = p.ModelFor(set, seeds[i*everyMarket]); j.err != nil {
			return j.err
		}
		j.traded = set.Traded(j.model)
		var m *market.Market
		if m, j.err = r.markets.get(settings, seeds[i*everyMarket]); j.err == nil { // a market that cannot be made has failed runs
			j.err = j.read(m, horizons, everyOption, everyRow)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range markets {
		if markets[i].err != nil {
			s.Failed++
		} else if markets[i].model.Foresees(&markets[i].history) {
			s.Foreseen++
		}
	}
	markets = slices.DeleteFunc(markets, func(j judged) bool { return j.err != nil })
	s.All = partOf(markets, p.StepMinutes())
	for _, m := range set.Models {
		if len(set.Models) == 1 {
			break // it scores all markets
		}
		own := slices.DeleteFunc(slices.Clone(markets), func(j judged) bool { return j.model != m })
		part := partOf(own, p.StepMinutes())
		part.Model = filepath.Base(m.Path)
		s.Models = append(s.Models, part)
	}
	s.Features = featuresOf(markets, about)
	return s, nil
}

// tradedMarkets lists the seeds of markets, or the numbers of days, that a study trades.
func tradedMarkets(p *plan.Plan) (seeds []uint32) {
	known := map[uint32]bool{}
	for _, of := range []*grid.Seeds{p.Seeds, p.Holdout} {
		for i := 0; of != nil && i < of.Len(); i++ {
			if seed := of.At(i).Market; !known[seed] && !(p.HasOneMarket() && len(seeds) > 0) {
				known[seed] = true
				seeds = append(seeds, seed)
			}
		}
	}
	return seeds
}

// horizonsOf are the minutes that labels look ahead: those of the study's signal, and that of the training, which all
// models of a set share.
func horizonsOf(p *plan.Plan, about *models.About) []int {
	horizons := p.SignalLabels()
	if !slices.Contains(horizons, about.Label) {
		horizons = append(horizons, about.Label)
	}
	return horizons
}

// read reads what is judged of a market: one option in everyOption, and the features of one of their rows in everyRow.
func (j *judged) read(m *market.Market, horizons []int, everyOption, everyRow int) error {
	j.labels, j.after = map[int][]float64{}, map[int][]float64{}
	j.spreads, j.columns = make([]spread, len(j.traded.Features)), make([][]float64, len(j.traded.Features))
	for option := 0; option < len(m.Series); option += everyOption {
		panel := m.Panel(option)
		n := len(panel.Price)
		columns, err := j.traded.Columns(panel)
		if err != nil {
			return err
		}
		labels := map[int][]float64{}
		for _, minutes := range horizons {
			labels[minutes] = panel.Label(minutes)
			j.labels[minutes] = append(j.labels[minutes], labels[minutes]...)
		}
		scorable := j.scorable(columns)
		j.keep(columns, labels, scorable, everyRow)
		for k, column := range columns {
			if k < len(j.model.About.Seen.Features) {
				j.spreads[k].add(column, scorable, &j.model.About.Seen.Features[k])
			}
		}
		scores := slices.Clone(m.Series[option].Score[:n])
		for i := range scores {
			if !scorable[i] {
				scores[i] = math.NaN()
			}
		}
		j.score = append(j.score, scores...)
		session := 0
		for i := range n {
			begins := session+1 < len(panel.Sessions) && i >= panel.Sessions[session+1]
			if begins {
				session++
			}
			before := math.NaN()
			if i > 0 && !begins {
				before = scores[i-1]
			}
			j.before = append(j.before, before)
			j.minute, j.session = append(j.minute, int32(i)), append(j.session, int32(session))
		}
	}
	return nil
}

// scorable reports which rows the model scores: a linear model those whose features are all known, trees all.
func (j *judged) scorable(columns [][]float64) []bool {
	scorable := make([]bool, len(columns[0]))
	for i := range scorable {
		scorable[i] = j.model.Kind != signal.LinearSignal || !slices.ContainsFunc(columns, func(column []float64) bool { return math.IsNaN(column[i]) })
	}
	return scorable
}

// keep keeps the features and the labels of one row in every, where the model scores it.
func (j *judged) keep(columns [][]float64, labels map[int][]float64, scorable []bool, every int) {
	for i := 0; i < len(scorable); i += every {
		if !scorable[i] {
			continue
		}
		for k, column := range columns {
			j.columns[k] = append(j.columns[k], column[i])
		}
		for minutes, of := range labels {
			j.after[minutes] = append(j.after[minutes], of[i])
		}
	}
}

// joined concatenates the rows of markets in their order.
func joined(markets []judged, step int) *verdict.Scored {
	s := &verdict.Scored{Labels: map[int][]float64{}, Step: step}
	firstTime, firstSession := int32(0), int32(0)
	for i := range markets {
		j := &markets[i]
		s.Score, s.Before = append(s.Score, j.score...), append(s.Before, j.before...)
		for minutes, labels := range j.labels {
			s.Labels[minutes] = append(s.Labels[minutes], labels...)
		}
		lastTime, lastSession := int32(-1), int32(-1)
		for k := range j.minute {
			s.Time, s.Session = append(s.Time, firstTime+j.minute[k]), append(s.Session, firstSession+j.session[k])
			lastTime, lastSession = max(lastTime, j.minute[k]), max(lastSession, j.session[k])
		}
		firstTime, firstSession = firstTime+lastTime+1, firstSession+lastSession+1
	}
	return s
}

// partOf judges markets together.
func partOf(markets []judged, step int) folder.SignalPart {
	part := folder.SignalPartOf(joined(markets, step).Evidence())
	if part.Markets = len(markets); part.Markets > 0 {
		part.First, part.Last = markets[0].history.Name, markets[len(markets)-1].history.Name
	}
	return part
}

// spread compares the values of a feature with those of the training: it sums (x − mean)/(standard deviation), with the
// mean and the standard deviation of the training, and counts the values outside the range of the training.
type spread struct{ n, sum, squares, outside float64 }

// add adds the values of rows that the model scores; NaN is left out.
func (s *spread) add(values []float64, scorable []bool, of *models.Spread) {
	for i, x := range values {
		if !scorable[i] || math.IsNaN(x) {
			continue
		}
		away := (x - of.Center) / of.Scale // not finite where it did not vary
		s.n++
		s.sum += away
		s.squares += float64(away * away)
		if x < of.Low || x > of.High {
			s.outside++
		}
	}
}

// featuresOf compares the features with those of the training, and permutes each.
func featuresOf(markets []judged, about *models.About) (all []folder.SignalFeature) {
	importance := importanceOf(markets, about)
	for k := range about.Features {
		var total spread
		for i := range markets {
			s := &markets[i].spreads[k]
			total.n, total.sum, total.squares, total.outside = total.n+s.n, total.sum+s.sum, total.squares+s.squares, total.outside+s.outside
		}
		f := folder.SignalFeature{Name: about.Features[k].Title(), Importance: folder.Finite(importance[k])}
		if k < len(about.Seen.Features) && total.n > 0 {
			away := total.sum / total.n
			f.Shift = folder.Finite(away)
			f.Ratio = folder.Finite(math.Sqrt(max(0, total.squares/total.n-float64(away*away))))
			f.Outside = folder.Finite(total.outside / total.n)
		}
		all = append(all, f)
	}
	return all
}

// importanceOf returns the permutation importance of each feature (Breiman 2001): the fall of the rank IC with the label of
// the training when the feature is permuted among the kept rows; NaN where it is undefined.
func importanceOf(markets []judged, about *models.About) []float64 {
	columns := make([][]float64, len(about.Features))
	var labels []float64
	for i := range markets {
		for k := range columns {
			columns[k] = append(columns[k], markets[i].columns[k]...)
		}
		labels = append(labels, markets[i].after[about.Label]...)
	}
	correlation := verdict.RankCorrelation(labels)
	rankIC := func() float64 {
		var scores []float64
		for i := range markets { // each by its own model
			of := make([][]float64, len(columns))
			for k := range columns {
				of[k] = columns[k][len(scores):][:len(markets[i].columns[k])]
			}
			scores = append(scores, markets[i].traded.Scores(of)...)
		}
		return correlation(scores)
	}
	whole, falls := rankIC(), make([]float64, len(columns))
	for k, column := range columns {
		source := random.NewPCG64(uint64(k))
		for range permutations {
			columns[k] = permuted(column, source)
			falls[k] += (whole - rankIC()) / permutations
		}
		columns[k] = column
	}
	return falls
}

// permuted returns the values in another order (Fisher and Yates; Durstenfeld 1964).
func permuted(values []float64, source *random.PCG64) []float64 {
	other := slices.Clone(values)
	for i := len(other) - 1; i > 0; i-- {
		k := int(source.Float64() * float64(i+1))
		other[i], other[k] = other[k], other[i]
	}
	return other
}
