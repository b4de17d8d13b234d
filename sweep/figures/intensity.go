package figures

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Rate is the trades that reached between two distances.
type Rate struct {
	Low, High      float64
	Events, AtRisk float64 // minutes
}

// Intensity is a fit of rate·e^{−decay·distance} to what was counted.
type Intensity struct {
	Rates       []Rate
	Rate, Decay float64
	Unit        string // of the distance
	Origin      string // from where it is measured
	Caption     string
}

// DrawIntensity draws orders a minute per unit of distance, as counted with their
// 95% intervals, against the fit, which is a straight line on the logarithmic
// scale. There is at least one rate with events.
func DrawIntensity(in Intensity) (Figure, error) {
	p := newSheet("Orders by distance", fmt.Sprintf("distance from the %s (%s)", in.Origin, in.Unit), fmt.Sprintf("orders a minute per %s", in.Unit))
	p.parameters = in.Caption
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	low, high := math.Inf(1), 0.0
	line := func(points plotter.XYs, width vg.Length) error {
		drawn, err := plotter.NewLine(points)
		if err != nil {
			return err
		}
		drawn.Color, drawn.Width = blue, width
		p.Add(drawn)
		return nil
	}
	var dots plotter.XYs
	for _, r := range in.Rates {
		rate := -math.Log1p(-r.Events/r.AtRisk) / (r.High - r.Low)
		part := math.Exp(1.96 / math.Sqrt(r.Events))
		middle := (r.Low + r.High) / 2
		for _, bar := range []plotter.XYs{{{X: r.Low, Y: rate}, {X: r.High, Y: rate}}, {{X: middle, Y: rate / part}, {X: middle, Y: rate * part}}} {
			if err := line(bar, vg.Points(0.8)); err != nil {
				return Figure{}, err
			}
		}
		dots = append(dots, plotter.XY{X: middle, Y: rate})
		low, high = min(low, rate/part), max(high, rate*part)
	}
	scatter, err := plotter.NewScatter(dots)
	if err != nil {
		return Figure{}, err
	}
	scatter.GlyphStyle = draw.GlyphStyle{Color: blue, Radius: vg.Points(2.5), Shape: draw.CircleGlyph{}}
	p.Add(scatter)
	first, last := in.Rates[0].Low, in.Rates[len(in.Rates)-1].High
	at := func(x float64) float64 { return in.Rate * in.Decay * math.Exp(-in.Decay*x) }
	fitted, err := plotter.NewLine(plotter.XYs{{X: first, Y: at(first)}, {X: last, Y: at(last)}})
	if err != nil {
		return Figure{}, err
	}
	fitted.Color, fitted.Width = ink, vg.Points(1.2)
	p.Add(fitted)
	p.entry("counted, with 95% intervals", scatter)
	p.entry(fmt.Sprintf("fit: A %.3g, k %.3g", in.Rate, in.Decay), fitted)
	p.X.Min, p.X.Max = first, last
	p.Y.Min, p.Y.Max = min(low, at(last)), max(high, at(first))
	return Figure{"fig_intensity", p}, nil
}
