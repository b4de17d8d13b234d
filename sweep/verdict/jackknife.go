package verdict

import (
	"math"
	"slices"
)

// jackknifeGroups bounds how often a statistic of all scores is computed again.
const jackknifeGroups = 10

// jackknife returns the standard errors over the seeds of what is computed from scores:
// with θ₍g₎ of the scores without the g-th of G groups of seeds (Quenouille 1956),
//
//	√((G−1)/G · Σ(θ₍g₎ − mean)²)
//
// Groups are a seed each, or at most ten that take the seeds in turn; of days, ten in a row of
// each other. The statistic has
// the given number of values, whose errors are NaN of fewer than three seeds.
func jackknife(s *Scores, values int, statistic func(*Scores) []float64) []float64 {
	errors := slices.Repeat([]float64{math.NaN()}, values)
	groups := min(s.Rows(), jackknifeGroups)
	if groups < 3 {
		return errors
	}
	var left [][]float64
	for group := range groups {
		without := &Scores{Points: s.Points}
		for seed := range s.Rows() {
			of := seed % groups
			if s.days != nil {
				of = seed * groups / s.Rows()
			}
			if of != group {
				without.Values = append(without.Values, s.Values[seed*s.Points:(seed+1)*s.Points]...)
			}
		}
		if s.days != nil {
			without.OverDays()
		}
		left = append(left, statistic(without))
	}
	for i := range errors {
		e := estimate(groups, func(group int) float64 { return left[group][i] })
		errors[i] = float64(groups-1) * e.StandardError // which divides the squares by G(G−1)
	}
	return errors
}
