package figures

import (
	"math"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// DrawPaths draws series as lines over the values of an axis, in their order, the first in
// blue, the second in orange.
func DrawPaths(l Levels) (Figure, error) {
	p := l.plot(names(l.XNames))
	extent := span{0, 0}
	for k, series := range l.Series {
		var points plotter.XYs
		for i, value := range series.Values {
			if !math.IsNaN(value) {
				extent.include(value)
				points = append(points, plotter.XY{X: float64(i), Y: value})
			}
		}
		if len(points) == 0 {
			continue
		}
		line, err := plotter.NewLine(points)
		if err != nil {
			return Figure{}, err
		}
		line.Color, line.Width = seriesColor(k), vg.Points(1.5)
		p.Add(line)
		p.entry(series.Name, line)
	}
	if err := zeroLine(p, float64(len(l.XNames))); err != nil {
		return Figure{}, err
	}
	limits(p, span{-0.5, float64(len(l.XNames)) - 0.5}, extent.padded())
	return Figure{"paths", p}, nil
}

// DrawChoices draws the integer that the first series has at each value of an axis, in their
// order; NaN is none.
func DrawChoices(l Levels) (Figure, error) {
	p := l.plot(names(l.XNames))
	p.Y.Tick.Marker = roundTicks{integers: true}
	extent := span{math.Inf(1), math.Inf(-1)}
	var dots plotter.XYs
	for i, value := range l.Series[0].Values {
		if !math.IsNaN(value) {
			extent.include(value)
			dots = append(dots, plotter.XY{X: float64(i), Y: value})
		}
	}
	if err := scatter(p, "", dots, blue, 2.5); err != nil {
		return Figure{}, err
	}
	limits(p, span{-0.6, float64(len(l.XNames)) - 0.4}, extent.padded())
	return Figure{"choices", p}, nil
}
