package linear

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Data are rows by their columns: Features[k][i] is feature k of row i, and none is NaN.
type Data struct {
	Features [][]float64
	Target   []float64
}

// Rows returns how many rows there are.
func (d *Data) Rows() int { return len(d.Target) }

// Model is a linear model on standardized features,
//
//	intercept + Σ coefficient·(x − mean)/scale.
type Model struct {
	Intercept    float64
	Mean         []float64 // of each feature, over the rows that it was fitted to
	Scale        []float64 // their standard deviations there (divisor n); 1 of a feature that does not vary, whose coefficient is 0
	Coefficients []float64
}

// score is what the model says of a row; NaN where a feature is NaN.
func (m *Model) score(row []float64) float64 {
	score := m.Intercept
	for k, x := range row {
		score += float64(m.Coefficients[k] * ((x - m.Mean[k]) / m.Scale[k]))
	}
	return score
}

// Score scores rows that are given by their columns, in the order of the features, into a slice of the columns'
// length; NaN where a feature is NaN.
func (m *Model) Score(columns [][]float64, into []float64) {
	row := make([]float64, len(columns))
	for i := range into {
		for k := range columns {
			row[k] = columns[k][i]
		}
		into[i] = m.score(row)
	}
}

// moments are the sums that a model follows from: of standardized features and the centered target.
type moments struct {
	model  Model
	rows   float64
	gram   [][]float64 // Z'Z
	target []float64   // Z'(y − ȳ)
	varies []bool
}

// Moments sums what models of the data follow from, whatever their penalty.
func Moments(d *Data) (*Fitter, error) {
	n, k := d.Rows(), len(d.Features)
	if n < 2 {
		return nil, fmt.Errorf("%d rows are too few to fit", n)
	}
	m := moments{rows: float64(n), model: Model{Mean: make([]float64, k), Scale: make([]float64, k), Coefficients: make([]float64, k)}, target: make([]float64, k), varies: make([]bool, k)}
	m.model.Intercept = mean(d.Target)
	z := make([][]float64, k)
	for j, column := range d.Features {
		center := mean(column)
		squares := 0.0
		for _, x := range column {
			squares += float64((x - center) * (x - center))
		}
		scale := math.Sqrt(squares / float64(n))
		if math.IsInf(scale, 0) || math.IsNaN(scale) {
			return nil, fmt.Errorf("feature %d is not finite", j)
		}
		if m.varies[j] = slices.Min(column) < slices.Max(column) && scale > 1e-13*math.Abs(center); !m.varies[j] {
			center, scale = column[0], 1
		}
		m.model.Mean[j], m.model.Scale[j] = center, scale
		z[j] = make([]float64, n)
		for i, x := range column {
			z[j][i] = (x - center) / scale
		}
	}
	for a := range k {
		m.gram = append(m.gram, make([]float64, k))
		for b := range a + 1 {
			m.gram[a][b] = dot(z[a], z[b])
			m.gram[b][a] = m.gram[a][b]
		}
		for i, x := range z[a] {
			m.target[a] += float64(x * (d.Target[i] - m.model.Intercept))
		}
	}
	return &Fitter{m}, nil
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, x := range values {
		sum += x
	}
	return sum / float64(len(values))
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += float64(x * b[i])
	}
	return sum
}

// Fitter fits models with different penalties to the same rows.
type Fitter struct{ moments }

// with is a model with these coefficients.
func (f *Fitter) with(coefficients []float64) *Model {
	m := f.model
	m.Coefficients = coefficients
	return &m
}

// Ridge minimizes Σ(y − a − Zβ)² + λΣβ², the intercept free (Hoerl and Kennard 1970). Features that do not
// vary have the coefficient 0. Where λ is 0 and features depend on one another there is no such model.
func (f *Fitter) Ridge(lambda float64) (*Model, error) {
	k := len(f.target)
	lower := make([][]float64, k) // Cholesky's factor of Z'Z + λI
	for i := range k {
		lower[i] = make([]float64, k)
		for j := range i + 1 {
			sum := f.gram[i][j]
			if i == j {
				sum += lambda
				if !f.varies[i] {
					sum = 1
				}
			}
			for s := range j {
				sum -= float64(lower[i][s] * lower[j][s])
			}
			if i != j {
				lower[i][j] = sum / lower[j][j]
				continue
			}
			if !(sum > 1e-12*f.rows) {
				return nil, errors.New("features depend on one another, so that without a penalty no model is the best")
			}
			lower[i][i] = math.Sqrt(sum)
		}
	}
	beta := make([]float64, k)
	for i := range k {
		sum := f.target[i]
		for s := range i {
			sum -= float64(lower[i][s] * beta[s])
		}
		beta[i] = sum / lower[i][i]
	}
	for i := k - 1; i >= 0; i-- {
		sum := beta[i]
		for s := i + 1; s < k; s++ {
			sum -= float64(lower[s][i] * beta[s])
		}
		beta[i] = sum / lower[i][i]
	}
	return f.with(beta), nil
}

// The bounds of coordinate descent.
const (
	mostSweeps = 20_000
	tolerance  = 1e-13 // of the largest change of a coefficient in a sweep, over the largest coefficient
)

// ElasticNet minimizes Σ(y − a − Zβ)²/(2n) + α·l1·Σ|β| + α·(1 − l1)/2·Σβ², by coordinate descent on the
// sums (Friedman, Hastie and Tibshirani 2010). l1 is from 0, exclusive, to 1.
func (f *Fitter) ElasticNet(alpha, l1 float64) (*Model, error) {
	k, n := len(f.target), f.rows
	beta := make([]float64, k)
	absolute, square := float64(alpha*l1), float64(alpha*(1-l1))
	for range mostSweeps {
		most, change := 0.0, 0.0
		for j := range k {
			if !f.varies[j] {
				continue
			}
			rest := f.target[j]
			for s := range k {
				if s != j {
					rest -= float64(f.gram[j][s] * beta[s])
				}
			}
			next := soft(rest/n, absolute) / (f.gram[j][j]/n + square)
			change = max(change, math.Abs(next-beta[j]))
			beta[j] = next
			most = max(most, math.Abs(next))
		}
		if change <= tolerance*most {
			return f.with(beta), nil
		}
	}
	return nil, fmt.Errorf("%w at alpha %g", ErrNotSettled, alpha)
}

// ErrNotSettled says that coordinate descent comes to no end in time, as it may with a small penalty on features
// that depend on one another.
var ErrNotSettled = fmt.Errorf("the elastic net does not settle in %d sweeps", mostSweeps)

// soft moves a number towards 0, by at most a threshold.
func soft(x, threshold float64) float64 {
	switch {
	case x > threshold:
		return x - threshold
	case x < -threshold:
		return x + threshold
	}
	return 0
}

// MostAlpha is the least alpha at which every coefficient of an elastic net is 0.
func (f *Fitter) MostAlpha(l1 float64) float64 {
	most := 0.0
	for _, x := range f.target {
		most = max(most, math.Abs(x))
	}
	return most / (f.rows * l1)
}

// Rows returns how many rows the models are fitted to.
func (f *Fitter) Rows() int { return int(f.rows) }
