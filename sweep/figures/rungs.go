package figures

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/plotter"
)

// Rung is a step of a search by halving: the means of the points that were kept, of those that were left
// out after it, and of the baseline; NaN is undefined.
type Rung struct {
	Name          string
	Kept, Dropped []float64
	Baseline      float64
}

// mostRungDots bounds the dots of each kind on a rung: of more, every some are drawn.
const mostRungDots = 1_000

// DrawRungs draws a dot a point, rung by rung.
func DrawRungs(title, x, y string, rungs []Rung) (Figure, error) {
	var labels names
	kinds := []struct {
		name  string
		of    func(*Rung) []float64
		color color.Color
		shift float64
		dots  plotter.XYs
	}{
		{name: "left out", of: func(r *Rung) []float64 { return r.Dropped }, color: blueBand, shift: -0.12},
		{name: "kept", of: func(r *Rung) []float64 { return r.Kept }, color: blue, shift: 0.12},
		{name: "baseline", of: func(r *Rung) []float64 { return []float64{r.Baseline} }, color: orange, shift: 0.3},
	}
	extent := span{math.Inf(1), math.Inf(-1)}
	for i := range rungs {
		labels = append(labels, rungs[i].Name)
		for k := range kinds {
			kind := &kinds[k]
			values := kind.of(&rungs[i])
			every := (len(values) + mostRungDots - 1) / mostRungDots
			for n, value := range values {
				if math.IsNaN(value) || every > 1 && n%every != 0 {
					continue
				}
				extent.include(value)
				apart := 0.16 * (float64(n%7)/6 - 0.5) // so that none hides another
				if len(values) == 1 {
					apart = 0
				}
				kind.dots = append(kind.dots, plotter.XY{X: float64(i) + kind.shift + apart, Y: value})
			}
		}
	}
	p := newSheet(title, x, y)
	p.X.Tick.Marker = labels
	for _, kind := range kinds {
		if err := scatter(p, kind.name, kind.dots, kind.color, 2.2); err != nil {
			return Figure{}, err
		}
	}
	limits(p, span{-0.6, float64(len(rungs)) - 0.4}, extent.padded())
	return Figure{"rungs", p}, nil
}
