package figures

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// sheet is a drawing: a plot between its title and legend above and its caption below, so that none of
// them lies on what is drawn.
type sheet struct {
	*plot.Plot
	title      string
	legend     []legendEntry
	caption    string // what the figure needs to be read
	parameters string // of the run: below a picture that is by itself, and in the description of one of a page
	bar        *colorBar
}

// legendEntry is a name with what is drawn so.
type legendEntry struct {
	label string
	mark  plot.Thumbnailer
}

// newSheet returns an empty drawing.
func newSheet(title, x, y string) *sheet {
	s := &sheet{Plot: plot.New(), title: title}
	s.X.Label.Text, s.Y.Label.Text = x, y
	for _, axis := range []*plot.Axis{&s.X, &s.Y} {
		axis.Label.TextStyle.Color = ink
		axis.Tick.Label.Color = ink
		axis.Label.Padding = vg.Points(3)
		axis.Color, axis.Tick.Color = faint, faint
		axis.Padding = 0
		axis.Tick.Marker = roundTicks{}
		for _, style := range []*text.Style{&axis.Label.TextStyle, &axis.Tick.Label} {
			style.Font.Variant = "Sans"
		}
	}
	lines := plotter.NewGrid()
	lines.Vertical.Color, lines.Horizontal.Color = gridline, gridline
	s.Add(lines)
	return s
}

// entry adds a name to the legend.
func (s *sheet) entry(label string, mark plot.Thumbnailer) {
	s.legend = append(s.legend, legendEntry{label, mark})
}

// measures are the sizes of a format: one that is looked at by itself, and one for a page, which is
// readable on the screen of a telephone.
type measures struct {
	width, height                       vg.Length
	title, label, tick, legend, caption vg.Length // of letters
}

func pictureMeasures() measures {
	return measures{width: 8 * vg.Inch, height: 5 * vg.Inch, title: 15, label: 11, tick: 10, legend: 10, caption: 8.5}
}

func pageMeasures() measures {
	return measures{width: 5 * vg.Inch, height: 3.5 * vg.Inch, title: 12, label: 10, tick: 9.5, legend: 9.5, caption: 9}
}

// margin is the space around everything.
const margin = 10

func letters(size vg.Length, x text.XAlignment, y text.YAlignment) text.Style {
	return text.Style{Color: ink, Font: font.From(font.Font{Typeface: plot.DefaultFont.Typeface, Variant: "Sans"}, size), XAlign: x, YAlign: y, Handler: plot.DefaultTextHandler}
}

// draw puts everything on the canvas, from the top: the title, the legend, the plot, the captions.
func (s *sheet) draw(canvas draw.Canvas, m measures, caption string) {
	canvas.SetColor(white)
	canvas.Fill(canvas.Rectangle.Path())
	room := m.width - 2*margin
	top := canvas.Max.Y - margin
	if s.title != "" {
		style := letters(m.title, draw.XCenter, draw.YTop)
		for _, line := range lines(s.title, " ", style, room) {
			canvas.FillText(style, vg.Point{X: (canvas.Min.X + canvas.Max.X) / 2, Y: top}, line)
			top -= 1.25 * m.title
		}
	}
	top = s.drawLegend(canvas, m, top)
	bottom := canvas.Min.Y + margin/2
	style := letters(m.caption, draw.XLeft, draw.YBottom)
	style.Color = faint
	below := lines(caption, ", ", style, room)
	for i := len(below) - 1; i >= 0; i-- {
		canvas.FillText(style, vg.Point{X: canvas.Min.X + margin, Y: bottom}, below[i])
		bottom += 1.3 * m.caption
	}
	right := vg.Length(margin)
	if s.bar != nil {
		right += s.bar.draw(canvas, m, bottom+3*m.tick, top)
	}
	tick := letters(m.tick, draw.XCenter, draw.YCenter)
	widest := func(labels []string) (width vg.Length) {
		for _, label := range labels {
			width = max(width, tick.Width(label))
		}
		return width
	}
	neighbors := func(labels []string) (width vg.Length) { // halves of two
		for i := 1; i < len(labels); i++ {
			width = max(width, (tick.Width(labels[i-1])+tick.Width(labels[i]))/2)
		}
		return width
	}
	across := m.width - margin - right - 5*m.tick // about, without the labels of the other axis
	fits := [2]func([]string) int{
		func(labels []string) int {
			if n := len(labels); vg.Length(n)*(neighbors(labels)+m.tick/2) <= across { // all, as they are
				return n
			}
			return int(across / (widest(labels) + m.tick/2))
		},
		func(labels []string) int { return int((top - bottom - 4*m.tick) / (1.3 * m.tick)) },
	}
	for i, axis := range []*plot.Axis{&s.X, &s.Y} {
		axis.Label.TextStyle.Font.Size, axis.Tick.Label.Font.Size = m.label, m.tick
		axis.Tick.Marker = fewer(axis.Tick.Marker, fits[i])
	}
	s.BackgroundColor = nil
	s.Plot.Draw(draw.Crop(canvas, margin, -right, bottom-canvas.Min.Y+3, top-canvas.Max.Y))
}

// drawLegend writes the entries in rows below a height, and returns where they end.
func (s *sheet) drawLegend(canvas draw.Canvas, m measures, top vg.Length) vg.Length {
	if len(s.legend) == 0 {
		return top - 4
	}
	style := letters(m.legend, draw.XLeft, draw.YCenter)
	const mark, gap, apart = 16, 4, 14
	left, row := canvas.Min.X+margin, 1.5*m.legend
	middle := top - row/2
	for i, entry := range s.legend {
		width := mark + gap + style.Width(entry.label)
		if i > 0 && left+width > canvas.Max.X-margin {
			left, middle = canvas.Min.X+margin, middle-row
		}
		box := canvas
		box.Min, box.Max = vg.Point{X: left, Y: middle - m.legend/2.5}, vg.Point{X: left + mark, Y: middle + m.legend/2.5}
		entry.mark.Thumbnail(&box)
		canvas.FillText(style, vg.Point{X: left + mark + gap, Y: middle}, entry.label)
		left += width + apart
	}
	return middle - row/2 - 4
}

// lines breaks a text into lines that fit, behind a separator.
func lines(words, separator string, style text.Style, room vg.Length) []string {
	if words == "" {
		return nil
	}
	return wrap(words, separator, func(line string) bool { return style.Width(line) <= room })
}
