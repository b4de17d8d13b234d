package verdict

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"

	"optmm/engine/portable"
	"optmm/engine/random"
)

// neweyWest is the standard error of the mean of values in the order of time (Newey and West
// 1987), with the lags ⌊4(n/100)^{2/9}⌋; away are the values less their mean.
//
//	√(Σ_{|k|≤L} (1 − |k|/(L+1))·γ_k / n)
//
// It is no interval's error here, since it is too small for few days, but what a bootstrap
// studentizes by.
func neweyWest(away []float64, lags int) float64 {
	sum := autocovariance(away, 0)
	for lag := 1; lag <= lags; lag++ {
		sum += float64(2 * (1 - float64(lag)/float64(lags+1)) * autocovariance(away, lag))
	}
	return math.Sqrt(max(0, sum) / float64(len(away)))
}

func neweyWestLags(n int) int { return int(4 * math.Pow(float64(n)/100, 2.0/9)) }

// CoverageOverDays returns the least and the greatest share of nominal 95% intervals over as many
// days that held the truth, of AR(1) days with coefficients 0, 0.3 and 0.6; as measured.
func CoverageOverDays(days int) (low, high float64) {
	switch {
	case days >= 20:
		return 0.93, 0.95
	case days >= 10:
		return 0.92, 0.95
	}
	return 0.86, 0.95
}

// cosine is the equal-weighted cosine estimator of the standard error of the mean of n values in
// the order of time, with K = ⌊0.4·n^⅔⌋ terms, at least 2 and fewer than n, which are its degrees of freedom
// (Müller 2004; Lazarus, Lewis, Stock and Watson 2018):
//
//	Λ_j = √(2/n)·Σ x_t·cos(πj(t − ½)/n),  √(Σ Λ_j² / K / n),  j = 1…K
//
// The mean over its error is about Student's t with K degrees of freedom, however the days
// depend on one another over a few of them. Of AR(1) days its 95% interval covered in 93.1 to 95.6%:
// 20, 60 and 250 days, coefficients 0, 0.3 and 0.6, where Student's covered in 66 to 95%.
type cosine struct {
	terms [][]float64 // √(2/n)·cos(πj(t − ½)/n), by j
}

func cosineTerms(n int) int { return max(1, min(n-1, max(2, int(0.4*math.Pow(float64(n), 2.0/3))))) }

func newCosine(n int) *cosine {
	quarters := make([]float64, 4*n) // of a turn, n parts each
	for p := range quarters {
		quarters[p] = math.Sqrt(2/float64(n)) * portable.Cos(p, 4*n)
	}
	c := &cosine{terms: make([][]float64, cosineTerms(n))}
	for j := range c.terms {
		c.terms[j] = make([]float64, n)
		for t := range n {
			c.terms[j][t] = quarters[(j+1)*(2*t+1)%(4*n)]
		}
	}
	return c
}

// degrees returns the degrees of freedom.
func (c *cosine) degrees() int { return len(c.terms) }

// error returns the standard error of the mean of values.
func (c *cosine) error(values []float64) float64 {
	sum := 0.0
	for _, term := range c.terms {
		coefficient := 0.0
		for t, x := range values {
			coefficient += float64(x * term[t])
		}
		sum += float64(coefficient * coefficient)
	}
	return math.Sqrt(sum / float64(c.degrees()) / float64(len(values)))
}

// DaysNeeded returns how many days it would take for the 95% interval of a mean over days to leave
// out zero in four of five cases, were the mean what it is and the days as they are; 0 where no
// number of up to a million does.
//
//	|mean| > (t(0.975, K) + t(0.8, K))·sd/√n,  K the degrees of freedom of cosine on n days
func (e Estimate) DaysNeeded() int {
	deviation := e.StandardError * math.Sqrt(float64(e.N))
	enough := func(n int) bool {
		t := distuv.StudentsT{Sigma: 1, Nu: float64(cosineTerms(n))}
		return math.Abs(e.Mean) > (t.Quantile(0.975)+t.Quantile(0.8))*deviation/math.Sqrt(float64(n))
	}
	const most = 1_000_000
	if !enough(most) {
		return 0
	}
	return MinimumPairs + sort.Search(most-MinimumPairs, func(i int) bool { return enough(MinimumPairs + i) })
}

// studentizedBlocks returns the studentized interval of the mean of values in the order of time
// by the stationary bootstrap, with blocks of blockLength, each replicate studentized by its own
// error by Newey and West; one whose values are all the same counts as infinitely far off, as in
// Studentized. Nominal 95% covered, of AR(1) days with a coefficient of 0.3, in 88% at 20, 93% at 60
// and 250 days: it is a cross-check of the cosine interval. There is none for
// fewer than MinimumPairs values, for equal values, and where ties would make an end infinite.
func studentizedBlocks(values []float64, confidence float64, seed uint64) Interval {
	n := len(values)
	mean, away := centered(values)
	lags := neweyWestLags(n)
	own := neweyWest(away, lags)
	if n < MinimumPairs || !(own > 0) {
		return noInterval()
	}
	rows, replicate := make([]int, n), make([]float64, n)
	next := inBlocks(random.NewPCG64(seed), blockLength(values))
	ts := make([]float64, 0, blockReplicates)
	for range blockReplicates {
		next(rows)
		off := 0.0
		for i, row := range rows {
			replicate[i] = away[row]
			off += away[row]
		}
		off /= float64(n)
		for i := range replicate {
			replicate[i] -= off
		}
		error := neweyWest(replicate, lags)
		if same(slices.Min(replicate), slices.Max(replicate), own) {
			error = 0
		}
		t := off / error
		if math.IsNaN(t) {
			t = 0
		}
		ts = append(ts, t)
	}
	slices.Sort(ts)
	tail := (1 - confidence) / 2
	low, high := Quantile(ts, tail), Quantile(ts, 1-tail)
	if math.IsNaN(low-high) || math.IsInf(low-high, 0) {
		return noInterval()
	}
	return Interval{mean - float64(high*own), mean - float64(low*own)}
}

// blockReplicates of an interval by blocks.
const blockReplicates = 1_999
