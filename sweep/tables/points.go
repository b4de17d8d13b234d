package tables

import (
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"optmm/engine/account"
	"optmm/sweep/plan"
	"optmm/sweep/spec"
	"optmm/sweep/store"
	"optmm/sweep/verdict"
)

// pointsBlock is how many points are in memory at once, and in a row group.
const pointsBlock = 16_384

// pointGroup is some columns of the table of points that are computed together.
type pointGroup struct {
	fields []store.Field
	figure string // whose scores of the block of points values is given; empty: none
	ofRuns bool   // the scores are of every run, and not of days
	values func(scores *verdict.Scores, first, point int, into []float64)
}

// pointQuantiles are those of the scores over the seeds that the table of points has.
func pointQuantiles() []float64 { return []float64{0.05, 0.25, 0.5, 0.75, 0.95} }

// WritePoints writes the table of points. One figure of one block of points is in
// memory at a time for each core, and the objective of all.
func (s *Runs) WritePoints(root string) error {
	p := s.Plan
	known, err := s.knownOfPoints()
	if err != nil {
		return err
	}
	fields := PointFields(p)
	groups := pointGroups(p, known)
	return store.WriteTable(root, "points", fields, func(use func([]store.Column) error) error {
		columns := make([]store.Column, len(fields))
		for first := 0; first < p.Grid.Points(); first += pointsBlock {
			for i := range columns {
				columns[i].Reset()
			}
			if err := s.pointsBlock(groups, fields, first, columns); err != nil {
				return err
			}
			if err := use(columns); err != nil {
				return err
			}
		}
		return nil
	})
}

// pointsBlock appends the rows of a block of points.
func (s *Runs) pointsBlock(groups []pointGroup, fields []store.Field, first int, columns []store.Column) error {
	grid := s.Plan.Grid
	end := min(first+pointsBlock, grid.Points())
	for point := first; point < end; point++ {
		columns[0].Append(&fields[0], float64(point), "", true)
		for i, value := range grid.Values(point) {
			columns[1+i].Append(&fields[1+i], value.Number, value.Text, !value.Unset)
		}
	}
	next := 1 + len(grid.Axes())
	var together errgroup.Group
	together.SetLimit(runtime.GOMAXPROCS(0))
	for _, group := range groups {
		into := columns[next : next+len(group.fields)]
		next += len(group.fields)
		together.Go(func() error { return s.pointGroup(&group, first, end, into) })
	}
	return together.Wait()
}

// pointGroup appends the columns of a group for a block of points.
func (s *Runs) pointGroup(group *pointGroup, first, end int, columns []store.Column) error {
	var scores *verdict.Scores
	if group.figure != "" {
		var err error
		of := s.Scores().Figure
		if group.ofRuns {
			of = s.Scores().Runs
		}
		if scores, err = of(s.Plan.SelectionStages(), group.figure, first, end); err != nil {
			return err
		}
	}
	values := make([]float64, len(group.fields))
	for point := range end - first {
		group.values(scores, first, point, values)
		for i, x := range values {
			columns[i].Append(&group.fields[i], x, "", !math.IsNaN(x))
		}
	}
	return nil
}

// knownOfPoints is what the columns of the objective are computed from.
type knownOfPoints struct {
	objective *verdict.Scores
	neighbors []float64 // the mean of each point's neighbors; nil off a full grid
	holdout   *verdict.Scores
}

func (s *Runs) knownOfPoints() (known knownOfPoints, err error) {
	if known.objective, err = s.Objective(); err != nil {
		return known, err
	}
	known.neighbors = neighborMeans(s.Plan, known.objective)
	if s.Plan.Holdout != nil {
		known.holdout, err = s.Scores().HoldoutObjective()
	}
	return known, err
}

// neighborMeans returns the mean over the neighbors of each point of a full grid; nil
// of any other, and where a point has no mean.
func neighborMeans(p *plan.Plan, objective *verdict.Scores) []float64 {
	dimensions, ok := p.Grid.Crossed()
	if !ok {
		return nil
	}
	var lengths []int
	points := 1
	for _, d := range dimensions {
		lengths = append(lengths, d.Length)
		points *= d.Length
	}
	means := make([]float64, points)
	for point := range means {
		if means[point] = objective.Of(point).Mean; math.IsNaN(means[point]) {
			return nil
		}
	}
	around := make([]float64, points)
	for point := range around {
		around[point] = verdict.Neighborhood(means, lengths, point).Mean
	}
	return around
}

// PointFields lists the columns of the table of points.
func PointFields(p *plan.Plan) []store.Field {
	fields := []store.Field{{Name: "point", Type: store.Int64, Unit: "1", Description: "Number of the combination of parameters, from 0.", Rising: true}}
	for _, axis := range p.Grid.Axes() {
		fields = append(fields, store.ParameterField(axis.Parameter))
	}
	for _, group := range pointGroups(p, knownOfPoints{}) {
		fields = append(fields, group.fields...)
	}
	return fields
}

// pointGroups lists what is computed of a point behind its parameters.
func pointGroups(p *plan.Plan, known knownOfPoints) []pointGroup {
	groups, over := objectiveGroups(p, known), p.Unit()
	for _, statistic := range account.Statistics() {
		groups = append(groups, pointGroup{fields: estimateFields(statistic.Name, statistic.Unit, statistic.Description, over), figure: statistic.Name,
			values: func(scores *verdict.Scores, _, point int, into []float64) { putEstimate(scores.Of(point), into) }})
		switch statistic.Name {
		case "net_pnl":
			groups = append(groups, quantileGroup(statistic.Name, statistic.Unit, statistic.Name, over, nil, 1))
		case "max_drawdown":
			field := store.Field{Name: "max_drawdown_worst", Unit: statistic.Unit, Description: "The largest of any run.", Nullable: true}
			groups = append(groups, pointGroup{fields: []store.Field{field}, figure: statistic.Name, ofRuns: true,
				values: func(scores *verdict.Scores, _, point int, into []float64) {
					into[0] = scores.Quantiles(point, []float64{1})[0]
				}})
		}
	}
	return groups
}

// estimateFields are the columns of an estimate over seeds, days or files.
func estimateFields(name, unit, sentence, over string) []store.Field {
	return []store.Field{
		{Name: name + "_mean", Unit: unit, Description: "Mean over " + over + "s. " + sentence, Nullable: true},
		{Name: name + "_se", Unit: unit, Description: "Standard error of the mean over " + over + "s.", Nullable: true},
		{Name: name + "_n", Type: store.Int64, Unit: over, Description: "Number of " + over + "s with a defined figure.", Nullable: true},
	}
}

func putEstimate(e verdict.Estimate, into []float64) {
	into[0], into[1], into[2] = e.Mean, e.StandardError, float64(e.N)
}

// quantileGroup is the quantiles over the seeds of a figure, or of scores that are
// known, times a sign.
func quantileGroup(name, unit, figure, over string, known *verdict.Scores, sign float64) pointGroup {
	group := pointGroup{figure: figure}
	for _, q := range pointQuantiles() {
		group.fields = append(group.fields, store.Field{Name: fmt.Sprintf("%s_q%02.0f", name, 100*q), Unit: unit, Nullable: true,
			Description: fmt.Sprintf("%.0f%% quantile over %ss.", 100*q, over)})
	}
	group.values = func(scores *verdict.Scores, first, point int, into []float64) {
		if known != nil {
			scores, point = known, first+point
		}
		copy(into, scores.Quantiles(point, pointQuantiles()))
		if sign < 0 {
			slices.Reverse(into)
			for i := range into {
				into[i] = -into[i]
			}
		}
	}
	return group
}

// objectiveGroups are the columns of the objective and of its difference from the
// baseline.
func objectiveGroups(p *plan.Plan, known knownOfPoints) []pointGroup {
	unit := "1"
	if name, plain := p.Objective.Statistic(); plain {
		unit = account.Statistics()[slices.Index(spec.StatisticNames(), name)].Unit
	}
	sign, over := p.Objective.Sign(), p.Unit()
	baseline, _ := p.Grid.Baseline()
	number := func(name, sentence string) store.Field {
		return store.Field{Name: name, Unit: unit, Description: sentence, Nullable: true}
	}
	mean := pointGroup{fields: estimateFields("objective", unit, "The objective: "+p.Objective.String()+".", over),
		values: func(_ *verdict.Scores, first, point int, into []float64) {
			e := known.objective.Of(first + point)
			e.Mean *= sign
			putEstimate(e, into)
		}}
	difference := pointGroup{
		fields: []store.Field{
			number("diff_mean", "Mean advantage of the objective over the baseline, paired by "+over+": more is better also of one that is minimized."),
			number("diff_se", "Standard error of the paired difference."),
			{Name: "diff_df", Type: store.Int64, Unit: "1", Description: "Degrees of freedom of that error: of days fewer than there are less one.", Nullable: true},
			number("diff_low95", "Lower end of its 95% interval by Student's t."),
			number("diff_high95", "Upper end of its 95% interval by Student's t."),
			{Name: "win_rate", Unit: "1", Description: "Share of the " + over + "s in which the objective is better than the baseline's; half of those in which it is the same.", Nullable: true},
		},
		values: func(_ *verdict.Scores, first, point int, into []float64) {
			d := known.objective.Compare(first+point, baseline)
			degrees := float64(d.Degrees)
			if math.IsNaN(d.StandardError) {
				degrees = math.NaN()
			}
			copy(into, []float64{d.Mean, d.StandardError, degrees, d.Low, d.High, known.objective.WinRate(first+point, baseline)})
		},
	}
	around := pointGroup{fields: []store.Field{number("neighbor_mean", "Mean objective of the points one step away along one axis, on a full grid: a lonely peak is above its own.")},
		values: func(_ *verdict.Scores, first, point int, into []float64) {
			if into[0] = math.NaN(); first+point < len(known.neighbors) {
				into[0] = sign * known.neighbors[first+point]
			}
		}}
	groups := []pointGroup{mean, quantileGroup("objective", unit, "", over, known.objective, sign), difference, around}
	if p.Objective.Constraints != nil {
		groups = append(groups, pointGroup{
			fields: []store.Field{{Name: "meets_constraints", Type: store.Int64, Unit: "1", Description: "1 where the means over " + over + "s meet the objective's constraints, else 0."}},
			values: func(_ *verdict.Scores, first, point int, into []float64) {
				if into[0] = 1; known.objective.Infeasible[first+point] {
					into[0] = 0
				}
			}})
	}
	if p.Holdout != nil {
		groups = append(groups, holdoutGroup(p, known, unit))
	}
	return groups
}

// holdoutGroup is what holdout seeds say of the finalists.
func holdoutGroup(p *plan.Plan, known knownOfPoints, unit string) pointGroup {
	number := func(name, sentence string) store.Field {
		return store.Field{Name: name, Unit: unit, Description: sentence, Nullable: true}
	}
	stage := p.HoldoutStage()
	baseline, _ := p.Grid.Baseline()
	over := p.Unit()
	return pointGroup{
		fields: []store.Field{
			number("holdout_mean", "Mean objective over the holdout "+over+"s, of the finalists and the baseline."),
			number("holdout_se", "Its standard error."),
			number("holdout_diff_mean", "Mean advantage over the baseline on the holdout "+over+"s, paired by "+over+"."),
			number("holdout_diff_low95", "Lower end of its 95% interval by Student's t."),
			number("holdout_diff_high95", "Upper end of its 95% interval by Student's t."),
		},
		values: func(_ *verdict.Scores, first, point int, into []float64) {
			for i := range into {
				into[i] = math.NaN()
			}
			index, in := stage.Index(first + point)
			if !in || !p.IsCandidate(first+point) {
				return
			}
			reference, _ := stage.Index(baseline)
			e, d := known.holdout.Of(index), known.holdout.Compare(index, reference)
			into[0], into[1], into[2], into[3], into[4] = p.Objective.Sign()*e.Mean, e.StandardError, d.Mean, d.Low, d.High
		},
	}
}
