package figures

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	words "optmm/sweep/text"
)

// The figures of a whole study, for its report.

// orange is the baseline's; the best is blue.
var orange = color.RGBA{0xb3, 0x5c, 0x0e, 0xff}

// Cells is a table of numbers over the values of two axes, drawn cell by cell.
type Cells struct {
	Title          string
	X, Y           string      // the axes
	XNames, YNames []string    // their values
	Values         [][]float64 // by y, then x; NaN is left blank
	Low, High      float64     // of the colors, which tables that stand together share
}

// mostNamedCells is how many cells have their number written into them.
const mostNamedCells = 130

// DrawCells draws the cells, the darker the larger, with the scale of the colors.
func DrawCells(c Cells) Figure {
	p := newSheet(c.Title, c.X, c.Y)
	p.X.Tick.Marker, p.Y.Tick.Marker = names(c.XNames), names(c.YNames)
	p.Add(&cellPlot{c})
	limits(p, span{-0.5, float64(len(c.XNames)) - 0.5}, span{-0.5, float64(len(c.YNames)) - 0.5})
	p.bar = &colorBar{c.Low, c.High}
	return Figure{"cells", p}
}

// Extent returns the least and the most of tables of cells, which share their colors.
func Extent(tables ...[][]float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, table := range tables {
		for _, row := range table {
			for _, x := range row {
				if !math.IsNaN(x) {
					low, high = min(low, x), max(high, x)
				}
			}
		}
	}
	return low, high
}

// colorBar is the scale of the colors of cells.
type colorBar struct{ low, high float64 }

// draw draws the scale at the right of the canvas, between two heights, and returns how wide it is.
func (b *colorBar) draw(canvas draw.Canvas, m measures, bottom, top vg.Length) vg.Length {
	if !(b.low <= b.high) {
		return 0
	}
	style := letters(m.tick, draw.XLeft, draw.YCenter)
	low, high := words.Significant(b.low), words.Significant(b.high)
	wide := max(style.Width(low), style.Width(high))
	const bar, gap, steps = 10, 3, 24
	right := canvas.Max.X - margin
	left := right - wide - gap - bar
	for i := range steps {
		from, to := bottom+(top-bottom)*vg.Length(i)/steps, bottom+(top-bottom)*vg.Length(i+1)/steps
		canvas.FillPolygon(shade((float64(i)+0.5)/steps), []vg.Point{{X: left, Y: from}, {X: left + bar, Y: from}, {X: left + bar, Y: to}, {X: left, Y: to}})
	}
	canvas.FillText(style, vg.Point{X: left + bar + gap, Y: bottom + m.tick/2}, low)
	canvas.FillText(style, vg.Point{X: left + bar + gap, Y: top - m.tick/2}, high)
	return wide + gap + bar + 8
}

// cellPlot draws cells as a plotter.
type cellPlot struct{ Cells }

// The colors of the smallest and the largest number, by day and by night.
var (
	lightest = [3]float64{0xe9, 0xf1, 0xfa}
	darkest  = [3]float64{0x0b, 0x3c, 0x74}
	onDark   = color.RGBA{0xfa, 0xfb, 0xfc, 0xff}
	onLight  = color.RGBA{0x10, 0x18, 0x22, 0xff}
)

func (c *cellPlot) Plot(canvas draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&canvas)
	low, high := c.Low, c.High
	named := len(c.XNames)*len(c.YNames) <= mostNamedCells
	label := letters(9, draw.XCenter, draw.YCenter)
	for row, values := range c.Values {
		for column, value := range values {
			if math.IsNaN(value) {
				continue
			}
			depth := 0.0
			if high > low {
				depth = (value - low) / (high - low)
			}
			left, right := x(float64(column)-0.5), x(float64(column)+0.5)
			bottom, top := y(float64(row)-0.5), y(float64(row)+0.5)
			canvas.FillPolygon(shade(depth), []vg.Point{{X: left, Y: bottom}, {X: right, Y: bottom}, {X: right, Y: top}, {X: left, Y: top}})
			if named {
				if label.Color = onLight; depth > 0.5 {
					label.Color = onDark
				}
				if number := words.Significant(value); label.Width(number) < right-left {
					canvas.FillText(label, vg.Point{X: (left + right) / 2, Y: (bottom + top) / 2}, number)
				}
			}
		}
	}
}

// shade is a color between the lightest and the darkest.
func shade(depth float64) color.Color {
	var c [3]uint8
	for i := range c {
		c[i] = uint8(math.Round(lightest[i] + depth*(darkest[i]-lightest[i])))
	}
	return color.RGBA{c[0], c[1], c[2], 0xff}
}

// names marks the places 0, 1, … with names.
type names []string

// Ticks implements plot.Ticker.
func (n names) Ticks(float64, float64) []plot.Tick {
	var ticks []plot.Tick
	for i, name := range n {
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: name})
	}
	return ticks
}

// Series is some numbers with half the width of their intervals, a color and a name.
type Series struct {
	Name   string
	Values []float64
	Half   []float64 // nil draws no intervals
}

// Levels is series over the values of an axis, in their places.
type Levels struct {
	Title, X, Y string
	XNames      []string
	Series      []Series // the first in blue, the second in orange
}

// plot is an empty drawing of the levels.
func (l *Levels) plot(ticks plot.Ticker) *sheet {
	p := newSheet(l.Title, l.X, l.Y)
	p.X.Tick.Marker = ticks
	return p
}

func seriesColor(i int) color.Color {
	if i == 0 {
		return blue
	}
	return orange
}

// whisker is a vertical line with its ends.
func whisker(p *sheet, x, low, high float64, c color.Color) error {
	line, err := plotter.NewLine(plotter.XYs{{X: x, Y: low}, {X: x, Y: high}})
	if err != nil {
		return err
	}
	line.Color, line.Width = c, vg.Points(1)
	p.Add(line)
	return nil
}

// half is the width of a number's interval to one side; 0 where it has none, or none that is finite.
func (s *Series) half(i int) float64 {
	if s.Half == nil || math.IsNaN(s.Half[i]) || math.IsInf(s.Half[i], 0) {
		return 0
	}
	return s.Half[i]
}

// DrawLevels draws dots with error bars, the series side by side.
func DrawLevels(l Levels) (Figure, error) {
	p := l.plot(names(l.XNames))
	extent := span{math.Inf(1), math.Inf(-1)}
	for k, series := range l.Series {
		var dots plotter.XYs
		shift := 0.12 * (float64(k) - float64(len(l.Series)-1)/2)
		for i, value := range series.Values {
			if math.IsNaN(value) {
				continue
			}
			low, high := value-series.half(i), value+series.half(i)
			extent.include(low)
			extent.include(high)
			dots = append(dots, plotter.XY{X: float64(i) + shift, Y: value})
			if err := whisker(p, float64(i)+shift, low, high, seriesColor(k)); err != nil {
				return Figure{}, err
			}
		}
		if err := scatter(p, series.Name, dots, seriesColor(k), 2.5); err != nil {
			return Figure{}, err
		}
	}
	limits(p, span{-0.6, float64(len(l.XNames)) - 0.4}, extent.padded())
	return Figure{"levels", p}, nil
}

// scatter adds dots; nothing where there are none.
func scatter(p *sheet, name string, points plotter.XYs, c color.Color, radius float64) error {
	if len(points) == 0 {
		return nil
	}
	dots, err := plotter.NewScatter(points)
	if err != nil {
		return err
	}
	dots.GlyphStyle = draw.GlyphStyle{Color: c, Radius: vg.Points(radius), Shape: draw.CircleGlyph{}}
	p.Add(dots)
	if name != "" {
		p.entry(name, dots)
	}
	return nil
}

// mostWhiskers is how many dots of a scatter have error bars.
const mostWhiskers = 400

// DrawScatter draws a dot a point, y over x, with half the width of its interval where
// there is one and the points are not too many.
func DrawScatter(title, x, y string, xs []float64, points Series) (Figure, error) {
	ys := points.Values
	p := newSheet(title, x, y)
	var dots plotter.XYs
	across, up := span{math.Inf(1), math.Inf(-1)}, span{math.Inf(1), math.Inf(-1)}
	for i := range xs {
		if math.IsNaN(xs[i]) || math.IsNaN(ys[i]) || math.IsInf(xs[i], 0) || math.IsInf(ys[i], 0) {
			continue
		}
		half := points.half(i)
		across.include(xs[i])
		up.include(ys[i] - half)
		up.include(ys[i] + half)
		if half > 0 && len(xs) <= mostWhiskers {
			if err := whisker(p, xs[i], ys[i]-half, ys[i]+half, blueBand); err != nil {
				return Figure{}, err
			}
		}
		dots = append(dots, plotter.XY{X: xs[i], Y: ys[i]})
	}
	err := scatter(p, "", dots, blueDot, 1.8)
	limits(p, across.padded(), up.padded())
	return Figure{"scatter", p}, err
}

// DrawBars draws bars from 0, the series side by side, with error bars.
func DrawBars(l Levels) (Figure, error) {
	p := l.plot(names(l.XNames))
	extent := span{0, 0}
	width := 0.76 / float64(len(l.Series))
	for k, series := range l.Series {
		for i, value := range series.Values {
			if math.IsNaN(value) {
				continue
			}
			left := float64(i) - 0.38 + width*float64(k)
			bar, err := plotter.NewPolygon(plotter.XYs{{X: left, Y: 0}, {X: left, Y: value}, {X: left + 0.94*width, Y: value}, {X: left + 0.94*width, Y: 0}})
			if err != nil {
				return Figure{}, err
			}
			bar.Color, bar.LineStyle.Color, bar.LineStyle.Width = seriesColor(k), seriesColor(k), 0
			p.Add(bar)
			if half := series.half(i); half > 0 {
				if err := whisker(p, left+0.47*width, value-half, value+half, ink); err != nil {
					return Figure{}, err
				}
			}
			extent.include(value - series.half(i))
			extent.include(value + series.half(i))
		}
		named, err := plotter.NewPolygon(plotter.XYs{{}, {}, {}})
		if err != nil {
			return Figure{}, err
		}
		named.Color, named.LineStyle.Color = seriesColor(k), seriesColor(k)
		p.entry(series.Name, named)
	}
	if err := zeroLine(p, float64(len(l.XNames))); err != nil {
		return Figure{}, err
	}
	limits(p, span{-0.6, float64(len(l.XNames)) - 0.4}, extent.padded())
	return Figure{"bars", p}, nil
}

// DrawDifferences draws rows of numbers, a dot each, with the mean and its interval
// below them, about 0.
func DrawDifferences(title, x string, rows []Series) (Figure, error) {
	p := newSheet(title, x, "")
	var labels []string
	extent := span{0, 0}
	for k, row := range rows {
		labels = append(labels, row.Name)
		var dots plotter.XYs
		mean := 0.0
		for i, value := range row.Values {
			extent.include(value)
			mean += value / float64(len(row.Values))
			dots = append(dots, plotter.XY{X: value, Y: float64(k) + 0.24*float64(i%5)/4}) // apart, so that none hides another
		}
		if err := scatter(p, "", dots, blueDot, 2.2); err != nil {
			return Figure{}, err
		}
		if len(dots) == 0 {
			continue
		}
		middle := float64(k) - 0.18
		half := row.half(0)
		extent.include(mean - half)
		extent.include(mean + half)
		line, err := plotter.NewLine(plotter.XYs{{X: mean - half, Y: middle}, {X: mean + half, Y: middle}})
		if err != nil {
			return Figure{}, err
		}
		line.Color, line.Width = orange, vg.Points(2)
		p.Add(line)
		if err := scatter(p, "", plotter.XYs{{X: mean, Y: middle}}, orange, 3.5); err != nil {
			return Figure{}, err
		}
	}
	p.Y.Tick.Marker = names(labels)
	if err := whisker(p, 0, -0.5, float64(len(rows))-0.5, faint); err != nil {
		return Figure{}, err
	}
	limits(p, extent.padded(), span{-0.5, float64(len(rows)) - 0.5})
	p.caption = "a dot each; below them the mean with its 95% interval"
	return Figure{"differences", p}, nil
}
