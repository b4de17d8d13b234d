package verdict

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Paired is a score and a label of rows: of one option or several, at times that are numbered in their
// order, in sessions.
type Paired struct {
	score, label  []float64
	time, session []int32
	scoreRanks    []float64 // once they are asked for
}

// Pair pairs a score with a label, row by row. Rows in which either is NaN are left out.
func Pair(score, label []float64, time, session []int32) *Paired {
	p := &Paired{}
	for i, x := range score {
		if math.IsNaN(x) || math.IsNaN(label[i]) {
			continue
		}
		p.score, p.label = append(p.score, x), append(p.label, label[i])
		p.time, p.session = append(p.time, time[i]), append(p.session, session[i])
	}
	return p
}

// IC is an information coefficient: how a score is correlated with a label that comes later.
type IC struct {
	N     int // rows
	Times int
	Value float64 // NaN where either does not vary
	// Newey and West's standard error of the mean over rows of the product of the standardized score and
	// label, with products of one time added up, since options move together:
	//
	//	√(Σ_{|k|≤L} (1 − |k|/(L+1))·Σ_t e_t·e_{t−k}) / N,  e_t = Σ_{rows of t} (z_score·z_label − IC)
	//
	// Labels that look h entries ahead overlap, so that fewer than h lags are too few: 2h hold a null
	// panel's alarms at 4 to 9%, where 1/√N has 50 to 58% once score and label both persist.
	Error float64
	Lags  int

	BySession Estimate // over the sessions, each with an IC of its own
}

// Interval is the IC's 95% interval by its error.
func (c *IC) Interval() Interval {
	const z = 1.959963984540054 // of the normal distribution at 97.5%
	half := float64(z * c.Error)
	return Interval{c.Value - half, c.Value + half}
}

// Pearson is the IC of the values.
func (p *Paired) Pearson(lags int) IC {
	values := func(x []float64) []float64 { return x }
	return p.ic(lags, p.score, p.label, values)
}

// Rank is the IC of their ranks, equal values having the mean of theirs (Spearman).
func (p *Paired) Rank(lags int) IC { return p.ic(lags, p.ranked(), ranks(p.label), ranks) }

// RankCorrelation returns a function of scores to their rank correlation with the labels, row by row; NaN where either does
// not vary. Rows whose label is NaN are left out; no score is NaN.
func RankCorrelation(labels []float64) func(scores []float64) float64 {
	var rows []int
	var known []float64
	for i, x := range labels {
		if !math.IsNaN(x) {
			rows, known = append(rows, i), append(known, x)
		}
	}
	known = standardized(ranks(known))
	return func(scores []float64) float64 {
		of := make([]float64, len(rows))
		for k, i := range rows {
			of[k] = scores[i]
		}
		z := standardized(ranks(of))
		if z == nil || known == nil {
			return math.NaN()
		}
		sum := 0.0
		for k, x := range z {
			sum += float64(x * known[k])
		}
		return sum / float64(len(z))
	}
}

// ranked are the ranks of the score.
func (p *Paired) ranked() []float64 {
	if p.scoreRanks == nil {
		p.scoreRanks = ranks(p.score)
	}
	return p.scoreRanks
}

// ic returns the IC of transformed scores and labels, over all rows and of each session.
func (p *Paired) ic(lags int, score, label []float64, of func([]float64) []float64) IC {
	c := IC{N: len(p.score), Lags: lags, Value: math.NaN(), Error: math.NaN()}
	z := products(score, label)
	if z == nil {
		return c
	}
	sums, counts := map[int32]float64{}, map[int32]int{}
	total := 0.0
	for i, x := range z {
		sums[p.time[i]] += x
		counts[p.time[i]]++
		total += x
	}
	c.Value, c.Times = total/float64(c.N), len(sums)
	var away []float64 // by time
	for _, time := range slices.Sorted(maps.Keys(sums)) {
		away = append(away, sums[time]-float64(float64(counts[time])*c.Value))
	}
	c.Error = neweyWest(away, min(lags, len(away)-1)) * float64(len(away)) / float64(c.N)
	c.BySession = p.sessions(of)
	return c
}

// sessions is the mean over sessions of the IC of each.
func (p *Paired) sessions(of func([]float64) []float64) Estimate {
	type rows struct{ score, label []float64 }
	sessions := map[int32]*rows{}
	for i, session := range p.session {
		r := sessions[session]
		if r == nil {
			r = &rows{}
			sessions[session] = r
		}
		r.score, r.label = append(r.score, p.score[i]), append(r.label, p.label[i])
	}
	var ics []float64
	for _, session := range slices.Sorted(maps.Keys(sessions)) {
		r := sessions[session]
		z := products(of(r.score), of(r.label))
		if z == nil {
			continue
		}
		sum := 0.0
		for _, x := range z {
			sum += x
		}
		ics = append(ics, sum/float64(len(z)))
	}
	return estimate(len(ics), func(i int) float64 { return ics[i] })
}

// products are the products of the standardized values; nil where either does not vary.
func products(score, label []float64) []float64 {
	score, label = standardized(score), standardized(label)
	if score == nil || label == nil {
		return nil
	}
	for i := range score {
		score[i] *= label[i]
	}
	return score
}

// standardized returns values less their mean over their standard deviation; nil where they do not vary.
func standardized(values []float64) []float64 {
	mean, deviation := spreadOf(values)
	if deviation == 0 {
		return nil
	}
	z := make([]float64, len(values))
	for i, x := range values {
		z[i] = (x - mean) / deviation
	}
	return z
}

// spreadOf returns the mean and the standard deviation (divisor n) of values; 0 where they do not vary.
func spreadOf(values []float64) (mean, deviation float64) {
	if len(values) < 2 || slices.Min(values) == slices.Max(values) {
		return 0, 0
	}
	for _, x := range values {
		mean += x / float64(len(values))
	}
	squares := 0.0
	for _, x := range values {
		squares += float64((x - mean) * (x - mean))
	}
	deviation = math.Sqrt(squares / float64(len(values)))
	if !(deviation > 1e-13*math.Abs(mean)) {
		return mean, 0
	}
	return mean, deviation
}

// ranks returns the rank of each value, from 1; equal ones have the mean of theirs.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	found := make([]float64, len(values))
	for first := 0; first < len(order); {
		end := first + 1
		for end < len(order) && values[order[end]] == values[order[first]] {
			end++
		}
		for _, i := range order[first:end] {
			found[i] = float64(first+1+end) / 2
		}
		first = end
	}
	return found
}

// meanByQuantile returns the mean label of the rows in each of some equal parts of the score, the least
// score first.
func (p *Paired) meanByQuantile(parts int) []float64 {
	means, counts := make([]float64, parts), make([]int, parts)
	for i, rank := range p.ranked() {
		part := min(parts-1, int((rank-0.5)*float64(parts)/float64(len(p.score))))
		means[part] += p.label[i]
		counts[part]++
	}
	for part := range means {
		means[part] /= float64(counts[part]) // NaN of none
	}
	return means
}
