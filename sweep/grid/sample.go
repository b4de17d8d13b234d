package grid

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distmv"
	"gonum.org/v1/gonum/stat/samplemv"

	"optmm/engine/param"
)

// Sample takes points from the axes instead of all their combinations: a range
// is drawn from evenly (or in the logarithm), a listed axis by its entries.
type Sample struct {
	Method string // one of SampleMethods
	Points int
	Seed   uint64
}

// SampleMethods are the designs: independent uniforms, Owen-scrambled Halton
// points, Latin hypercube.
func SampleMethods() []string { return []string{"random", "halton", "lhs"} }

// maxSample bounds the points of a sample, which are held in memory.
const maxSample = 10_000_000

// draw returns one row of values per point, a value per axis.
func (s *Sample) draw(axes []Axis) ([][]param.Value, error) {
	source := rand.NewPCG(s.Seed, 0)
	cube := distmv.NewUnitUniform(len(axes), source)
	units := mat.NewDense(s.Points, len(axes), nil)
	switch s.Method {
	case "random":
		samplemv.IID{Dist: cube}.Sample(units)
	case "halton":
		samplemv.Halton{Kind: samplemv.Owen, Q: cube, Src: source}.Sample(units)
	case "lhs":
		samplemv.LatinHypercube{Q: cube, Src: source}.Sample(units)
	default:
		return nil, fmt.Errorf("no sampling method %q", s.Method)
	}
	rows := make([][]param.Value, s.Points)
	for i := range rows {
		rows[i] = make([]param.Value, len(axes))
		for j := range axes {
			// Whole multiples of 2^-32 are the same where a processor fuses a·b+c.
			u := min(math.Floor(units.At(i, j)*(1<<32)), 1<<32-1) / (1 << 32)
			rows[i][j] = axes[j].draw(u)
		}
	}
	return rows, nil
}
