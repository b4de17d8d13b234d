package figures

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"optmm/engine/account"
)

// The figure of the fills of one run.
const (
	fillsName  = "fig_fills"
	fillsTitle = "Fills on the mid"
)

// fills is what one run traded of one option: where there are several, of the one with the most minutes
// that have fills.
type fills struct {
	option       string // which, where there are several
	mid          []float64
	bought, sold plotter.XYs // by row, at the price of the quote
}

// fillsOf returns what a run traded; nil of nothing.
func fillsOf(record *account.Record) *fills {
	most := 0
	for j := range record.Options {
		if len(record.Options[j].FillMinutes) > len(record.Options[most].FillMinutes) {
			most = j
		}
	}
	option, series := &record.Options[most], &record.Market.Series[most]
	f := &fills{mid: slices.Clone(series.Mid)}
	if record.Market.IsChain() {
		f.option = fmt.Sprintf(" of the %s %g, which traded most", series.Right(), series.Strike)
	}
	for _, row := range option.FillMinutes {
		if option.BidFills[row] > 0 {
			f.bought = append(f.bought, plotter.XY{X: float64(row), Y: option.Bid[row]})
		}
		if option.AskFills[row] > 0 {
			f.sold = append(f.sold, plotter.XY{X: float64(row), Y: option.Ask[row]})
		}
	}
	return f
}

// drawFills draws the mid of one run, with a mark at the price of each minute's fills.
func drawFills(p *sheet, sample *Sample, scale Scale) error {
	f := sample.fills[sample.Median]
	p.title = strings.Replace(p.title, fillsTitle, fillsTitle+f.option, 1)
	extent := span{f.mid[0], f.mid[0]}
	for _, x := range f.mid {
		extent.include(x)
	}
	label := "mid"
	if sample.Seed != "" {
		label += ", " + sample.label()
	}
	if err := addLine(p, label, curve(f.mid), func(line *plotter.Line) { line.Color, line.Width = faint, vg.Points(0.8) }); err != nil {
		return err
	}
	for _, side := range []struct {
		label  string
		points plotter.XYs
		shape  draw.GlyphDrawer
		color  int
	}{{"bought at the bid", f.bought, draw.TriangleGlyph{}, 0}, {"sold at the ask", f.sold, draw.RingGlyph{}, 1}} {
		if len(side.points) == 0 {
			continue
		}
		for _, point := range side.points {
			extent.include(point.Y)
		}
		points, label := thinned(side.points, side.label)
		marks, err := plotter.NewScatter(points)
		if err != nil {
			return err
		}
		marks.GlyphStyle = draw.GlyphStyle{Color: seriesColor(side.color), Radius: vg.Points(1.6), Shape: side.shape}
		p.Add(marks)
		p.entry(label, marks)
	}
	limits(p, scale.Minutes, extent.padded())
	return nil
}
