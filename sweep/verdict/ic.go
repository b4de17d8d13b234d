package verdict

import (
	"math"
	"slices"
	"sort"
)

// Paired is a score and a label of rows: of one option or several, at times that are numbered in their
// order, in sessions. Where either is NaN the row counts for nothing.
type Paired struct {
	Score, Label  []float64
	Time, Session []int32
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
	return Interval{c.Value - z*c.Error, c.Value + z*c.Error}
}

// defined leaves out the rows that count for nothing.
func (p *Paired) defined() *Paired {
	d := &Paired{}
	for i, x := range p.Score {
		if math.IsNaN(x) || math.IsNaN(p.Label[i]) {
			continue
		}
		d.Score, d.Label = append(d.Score, x), append(d.Label, p.Label[i])
		d.Time, d.Session = append(d.Time, p.Time[i]), append(d.Session, p.Session[i])
	}
	return d
}

// Pearson is the IC of the values.
func (p *Paired) Pearson(lags int) IC {
	return p.defined().ic(lags, func(x []float64) []float64 { return x })
}

// Rank is the IC of their ranks, equal values having the mean of theirs (Spearman).
func (p *Paired) Rank(lags int) IC { return p.defined().ic(lags, ranks) }

func (p *Paired) ic(lags int, of func([]float64) []float64) IC {
	c := IC{N: len(p.Score), Lags: lags, Value: math.NaN(), Error: math.NaN()}
	score, label := standardized(of(p.Score)), standardized(of(p.Label))
	if score == nil || label == nil {
		return c
	}
	sums, counts := map[int32]float64{}, map[int32]int{}
	total := 0.0
	for i := range score {
		z := score[i] * label[i]
		sums[p.Time[i]] += z
		counts[p.Time[i]]++
		total += z
	}
	c.Value, c.Times = total/float64(c.N), len(sums)
	var away []float64 // by time
	times := make([]int32, 0, len(sums))
	for time := range sums {
		times = append(times, time)
	}
	slices.Sort(times)
	for _, time := range times {
		away = append(away, sums[time]-float64(counts[time])*c.Value)
	}
	c.Error = neweyWest(away, min(lags, len(away)-1)) * float64(len(away)) / float64(c.N)
	c.BySession = p.sessions(of)
	return c
}

// sessions is the mean over sessions of the IC of each.
func (p *Paired) sessions(of func([]float64) []float64) Estimate {
	rows := map[int32][]int{}
	var order []int32
	for i, session := range p.Session {
		if rows[session] == nil {
			order = append(order, session)
		}
		rows[session] = append(rows[session], i)
	}
	slices.Sort(order)
	var ics []float64
	for _, session := range order {
		var score, label []float64
		for _, i := range rows[session] {
			score, label = append(score, p.Score[i]), append(label, p.Label[i])
		}
		score, label = standardized(of(score)), standardized(of(label))
		if score == nil || label == nil {
			continue
		}
		sum := 0.0
		for i := range score {
			sum += score[i] * label[i]
		}
		ics = append(ics, sum/float64(len(score)))
	}
	return estimate(len(ics), func(i int) float64 { return ics[i] })
}

// standardized returns values less their mean over their standard deviation (divisor n); nil where they do
// not vary.
func standardized(values []float64) []float64 {
	if len(values) < 2 || slices.Min(values) == slices.Max(values) {
		return nil
	}
	mean := 0.0
	for _, x := range values {
		mean += x / float64(len(values))
	}
	squares := 0.0
	for _, x := range values {
		squares += (x - mean) * (x - mean)
	}
	deviation := math.Sqrt(squares / float64(len(values)))
	if !(deviation > 1e-13*math.Abs(mean)) {
		return nil
	}
	z := make([]float64, len(values))
	for i, x := range values {
		z[i] = (x - mean) / deviation
	}
	return z
}

// ranks returns the rank of each value, from 1; equal ones have the mean of theirs.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return values[order[a]] < values[order[b]] })
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

// MeanByQuantile returns the mean label of the rows in each of some equal parts of the score, the least
// score first.
func (p *Paired) MeanByQuantile(parts int) []float64 {
	d := p.defined()
	means, counts := make([]float64, parts), make([]int, parts)
	for i, rank := range ranks(d.Score) {
		part := min(parts-1, int((rank-0.5)*float64(parts)/float64(len(d.Score))))
		means[part] += d.Label[i]
		counts[part]++
	}
	for part := range means {
		means[part] /= float64(counts[part]) // NaN of none
	}
	return means
}
