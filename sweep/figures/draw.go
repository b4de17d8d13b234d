package figures

import (
	"fmt"
	"image/color"
	"maps"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The colors of every figure.
var (
	white    = color.RGBA{0xff, 0xff, 0xff, 0xff}
	ink      = color.RGBA{0x22, 0x2b, 0x38, 0xff}
	faint    = color.RGBA{0x6b, 0x75, 0x85, 0xff}
	gridline = color.RGBA{0xe6, 0xe9, 0xee, 0xff}
	blue     = color.RGBA{0x1f, 0x5f, 0xa8, 0xff}
	blueBand = color.RGBA{0xc9, 0xdb, 0xf0, 0xff}
	blueDot  = color.NRGBA{0x1f, 0x5f, 0xa8, 0x70}
)

// Figure is one drawing, ready to render.
type Figure struct {
	Name  string // the seed's: fig_pnl, …
	sheet *sheet
}

// drawing is how a figure is made.
type drawing struct {
	name, title, x, y string
	chain             bool // of a chain alone
	draw              func(*sheet, *Sample, Scale) error
}

// ofMinutes is the axis along the rows of a run.
const ofMinutes = "minute"

func drawings() []drawing {
	curve := func(rows func(*Sample) [][]float64, y func(Scale) span) func(*sheet, *Sample, Scale) error {
		return func(p *sheet, sample *Sample, scale Scale) error {
			return drawCurve(p, sample, rows(sample), scale, y(scale))
		}
	}
	return []drawing{
		{"fig_pnl", "Mark-to-market P&L", ofMinutes, "P&L (currency)", false,
			curve(func(s *Sample) [][]float64 { return s.PnL }, func(s Scale) span { return s.PnL })},
		{"fig_inventory", "Option inventory", ofMinutes, "inventory (contracts)", false, drawInventory},
		{"fig_inventory_hist", "Inventory distribution", "inventory (contracts)", "share of minutes", false, drawDistribution},
		{"fig_parity_vs_ml", "Parity residual against score", "ML score (standardized)", "parity residual (price)", false, drawParity},
		{fillsName, fillsTitle, ofMinutes, "price", false, drawFills},
		{"fig_vega", "Vega of the book", ofMinutes, "vega (currency per unit of volatility)", true,
			curve(func(s *Sample) [][]float64 { return s.Vega }, func(s Scale) span { return s.Vega })},
		{"fig_delta", "Net delta of the book, hedged", ofMinutes, "delta (shares)", true,
			curve(func(s *Sample) [][]float64 { return s.Delta }, func(s Scale) span { return s.Delta })},
	}
}

// Names lists the figures of a market with one option, or of a chain.
func Names(chain bool) []string {
	var names []string
	for _, d := range drawings() {
		if chain || !d.chain {
			names = append(names, d.name)
		}
	}
	return names
}

// Draw returns the sample's figures on the scale.
func Draw(sample *Sample, scale Scale) ([]Figure, error) {
	var figures []Figure
	for _, f := range drawings() {
		if f.chain && sample.Vega == nil || f.name == fillsName && sample.fills == nil {
			continue
		}
		p := newSheet(f.title, f.x, f.y)
		if sample.Role != "" {
			p.title += ": " + sample.Role
		}
		p.parameters = sample.Caption
		if f.x == ofMinutes {
			sample.markMinutes(p, int(scale.Minutes.high))
		}
		if err := f.draw(p, sample, scale); err != nil {
			return nil, fmt.Errorf("draw %s: %w", f.name, err)
		}
		figures = append(figures, Figure{f.name, p})
	}
	return figures, nil
}

func limits(p *sheet, x, y span) {
	p.X.Min, p.X.Max = x.low, x.high
	p.Y.Min, p.Y.Max = y.low, y.high
}

func zeroLine(p *sheet, width float64) error {
	zero, err := plotter.NewLine(plotter.XYs{{X: 0, Y: 0}, {X: width, Y: 0}})
	if err != nil {
		return err
	}
	zero.Color, zero.Width = faint, vg.Points(0.6)
	p.Add(zero)
	return nil
}

// mostOfCurve is how many values a curve has: of more, it has the least and the most of each of some
// parts, in their order, which is all that a figure can show.
const mostOfCurve = 20_000

func curve[T number](values []T) plotter.XYs {
	at := func(i int) plotter.XY { return plotter.XY{X: float64(i), Y: float64(values[i])} }
	var points plotter.XYs
	if len(values) <= mostOfCurve {
		for i := range values {
			points = append(points, at(i))
		}
		return points
	}
	const parts = mostOfCurve / 2
	for part := range parts {
		first := len(values) * part / parts
		least, most := first, first
		for i := first; i < len(values)*(part+1)/parts; i++ {
			if values[i] < values[least] {
				least = i
			}
			if values[i] > values[most] {
				most = i
			}
		}
		points = append(points, at(min(least, most)), at(max(least, most)))
	}
	return points
}

// mostMarks is how many dots or marks of a kind a figure of minutes has: of more, every some, which its
// label says.
const mostMarks = 20_000

func thinned(points plotter.XYs, label string) (plotter.XYs, string) {
	every := (len(points) + mostMarks - 1) / mostMarks
	if every <= 1 {
		return points, label
	}
	var some plotter.XYs
	for i := 0; i < len(points); i += every {
		some = append(some, points[i])
	}
	return some, fmt.Sprintf("%s, one in %d", label, every)
}

func drawCurve(p *sheet, sample *Sample, rows [][]float64, scale Scale, y span) error {
	if err := drawBand(p, rows); err != nil {
		return err
	}
	if err := zeroLine(p, scale.Minutes.high); err != nil {
		return err
	}
	err := addLine(p, sample.label(), curve(rows[sample.Median]), func(line *plotter.Line) { line.Width = vg.Points(1.2) })
	limits(p, scale.Minutes, y)
	return err
}

// linePieces is how many points are stroked together: the rasterizer's time grows
// with the square of what a stroke crosses in a row of pixels.
const linePieces = 128

// addLine draws a line in pieces and names it in the legend.
func addLine(p *sheet, label string, points plotter.XYs, style func(*plotter.Line)) error {
	for first := 0; first == 0 || first < len(points)-1; first += linePieces {
		line, err := plotter.NewLine(points[first:min(first+linePieces+1, len(points))])
		if err != nil {
			return err
		}
		line.Color = blue
		style(line)
		p.Add(line)
		if first == 0 {
			p.entry(label, line)
		}
	}
	return nil
}

// drawBand fills the space between the 10% and 90% quantiles over the seeds.
func drawBand[T number](p *sheet, rows [][]T) error {
	low, high := band(rows)
	if low == nil {
		return nil
	}
	outline, above := curve(low), curve(high)
	slices.Reverse(above)
	outline = append(outline, above...)
	filled, err := plotter.NewPolygon(outline)
	if err != nil {
		return err
	}
	filled.Color, filled.LineStyle.Width = blueBand, 0
	p.Add(filled)
	p.entry(fmt.Sprintf("10–90%% over %d runs", len(rows)), filled)
	return nil
}

// label names the run that a line shows.
func (s *Sample) label() string {
	if len(s.PnL) < 2 {
		return s.Seed
	}
	return s.Line + ", " + s.Seed
}

// mostSessions is how many sessions have a line at their begin.
const mostSessions = 60

// markMinutes marks the axis along the rows of a run: by a clock where there is one, and by numbers. A
// line is at each session's begin.
func (s *Sample) markMinutes(p *sheet, last int) {
	p.X.Tick.Marker = minuteTicks{last}
	if s.Step > 1 {
		p.X.Label.Text = fmt.Sprintf("row of %d minutes", s.Step)
	}
	if s.Clock == nil {
		return
	}
	if s.Clock.Seconds != nil {
		p.X.Tick.Marker, p.X.Label.Text = clockTicks{s.Clock}, s.Clock.label()
	}
	if n := len(s.Clock.Sessions); n > 1 && n <= mostSessions {
		p.Add(sessionLines(s.Clock.Sessions[1:]))
	}
}

// sessionLines draws a vertical line at the begin of each session.
type sessionLines []int

// Plot implements plot.Plotter.
func (l sessionLines) Plot(canvas draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&canvas)
	style := draw.LineStyle{Color: faint, Width: vg.Points(0.5), Dashes: []vg.Length{2, 2}}
	for _, row := range l {
		at := x(float64(row) - 0.5)
		canvas.StrokeLine2(style, at, canvas.Min.Y, at, canvas.Max.Y)
	}
}

func drawInventory(p *sheet, sample *Sample, scale Scale) error {
	inventory := sample.Inventory[sample.Median]
	if err := drawBand(p, sample.Inventory); err != nil {
		return err
	}
	if err := zeroLine(p, scale.Minutes.high); err != nil {
		return err
	}
	err := addLine(p, sample.label(), curve(inventory), func(line *plotter.Line) { line.Width, line.StepStyle = vg.Points(1), plotter.PostStep })
	limits(p, scale.Minutes, scale.Inventory)
	return err
}

func drawDistribution(p *sheet, sample *Sample, scale Scale) error {
	shares := sample.distribution()
	for _, contracts := range slices.Sorted(maps.Keys(shares)) {
		x, share := float64(contracts), shares[contracts]
		bar, err := plotter.NewPolygon(plotter.XYs{{X: x - 0.42, Y: 0}, {X: x - 0.42, Y: share}, {X: x + 0.42, Y: share}, {X: x + 0.42, Y: 0}})
		if err != nil {
			return err
		}
		bar.Color, bar.LineStyle.Color, bar.LineStyle.Width = blue, blue, 0
		p.Add(bar)
	}
	limits(p, scale.Inventory, scale.Share)
	return nil
}

func drawParity(p *sheet, sample *Sample, scale Scale) error {
	points := make(plotter.XYs, len(sample.Score))
	for i := range points {
		points[i] = plotter.XY{X: sample.Score[i], Y: sample.Residual[i]}
	}
	points, label := thinned(points, sample.label())
	dots, err := plotter.NewScatter(points)
	if err != nil {
		return err
	}
	dots.GlyphStyle = draw.GlyphStyle{Color: blueDot, Radius: vg.Points(1.8), Shape: draw.CircleGlyph{}}
	p.Add(dots)
	p.entry(label, dots)
	limits(p, scale.Score, scale.Residual)
	return nil
}
