package figures

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

func sample(seeds int) *Sample {
	s := &Sample{Role: "best", Caption: "study, point 1: skew 0.02", Seed: "seed 7"}
	for seed := range seeds {
		pnl, inventory := make([]float64, 50), make([]int32, 50)
		for minute := range pnl {
			pnl[minute] = float64(minute * (seed + 1))
			inventory[minute] = int32(minute%5 - seed)
		}
		s.PnL, s.Inventory = append(s.PnL, pnl), append(s.Inventory, inventory)
	}
	for i := range 50 {
		s.Residual, s.Score = append(s.Residual, float64(i)/50), append(s.Score, -float64(i))
	}
	return s
}

func TestFiguresRender(t *testing.T) {
	for _, seeds := range []int{1, 4} {
		s := sample(seeds)
		drawn, err := Draw(s, ScaleOf(s))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, figure := range drawn {
			names = append(names, figure.Name)
			var first, second, svg bytes.Buffer
			for _, to := range []*bytes.Buffer{&first, &second} {
				if err := figure.Render(to, "png"); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(first.Bytes(), second.Bytes()) {
				t.Errorf("%s differs from one rendering to the next", figure.Name)
			}
			image, err := png.Decode(&first)
			if err != nil {
				t.Fatal(err)
			}
			if size := image.Bounds().Size(); size.X != 1152 || size.Y != 720 {
				t.Errorf("%s is %v pixels", figure.Name, size)
			}
			if err := figure.Render(&svg, "svg"); err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"<svg", "skew 0.02", ": best"} {
				if !strings.Contains(svg.String(), want) {
					t.Errorf("%s.svg lacks %q", figure.Name, want)
				}
			}
			if err := figure.Render(&svg, "gif"); err == nil {
				t.Error("gif is rendered")
			}
		}
		if want := []string{"fig_pnl", "fig_inventory", "fig_inventory_hist", "fig_parity_vs_ml"}; !slices.Equal(names, want) {
			t.Errorf("figures %v, want %v", names, want)
		}
	}
}

// Every color of a figure becomes one that the page gives, and one that it cannot give is
// an error.
func TestInlineFiguresTakeThePagesColors(t *testing.T) {
	s := sample(4)
	drawn, err := Draw(s, ScaleOf(s))
	if err != nil {
		t.Fatal(err)
	}
	for _, figure := range drawn {
		element, err := figure.Element("a figure")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(element, "#") || !strings.Contains(element, "var(--ink)") {
			t.Errorf("%s has colors of its own", figure.Name)
		}
	}
	cells := DrawCells(Cells{XNames: names{"1", "2"}, YNames: names{"1", "2"}, Values: [][]float64{{1, 2}, {3, 4}}})
	if _, err := cells.Element("cells"); err != nil {
		t.Error(err)
	}
	const square = `<svg width="9" viewBox="0 0 9 9"><path style="fill:#%s"/></svg>`
	if _, err := Inline([]byte(fmt.Sprintf(square, "123456")), "a square"); err == nil {
		t.Error("a color that no page knows is inlined")
	}
	if _, err := Inline([]byte("<p>"), "a paragraph"); err == nil {
		t.Error("a paragraph is inlined")
	}
}

// One scale serves all samples: each fits in it.
func TestScaleHoldsEverySample(t *testing.T) {
	one, many := sample(1), sample(9)
	scale := ScaleOf(one, many)
	for _, s := range []*Sample{one, many} {
		own := ScaleOf(s)
		for _, pair := range [][2]span{{own.PnL, scale.PnL}, {own.Inventory, scale.Inventory}, {own.Share, scale.Share}, {own.Residual, scale.Residual}, {own.Score, scale.Score}, {own.Minutes, scale.Minutes}} {
			slack := 0.05 * (pair[0].high - pair[0].low) // a sample's own padding
			if pair[0].low < pair[1].low-slack || pair[0].high > pair[1].high+slack {
				t.Errorf("%v does not fit in %v", pair[0], pair[1])
			}
		}
	}
	flat := &Sample{PnL: [][]float64{{0}}, Inventory: [][]int32{{0}}, Residual: []float64{0}, Score: []float64{0}}
	if s := ScaleOf(flat); !(s.PnL.high > s.PnL.low && s.Score.high > s.Score.low) {
		t.Errorf("a flat sample has the scale %+v", s)
	}
	if _, err := Draw(flat, ScaleOf(flat)); err != nil {
		t.Errorf("a single minute cannot be drawn: %v", err)
	}
}

// Every line of a caption fits on the figure, and none of it is lost.
func TestCaptionFits(t *testing.T) {
	caption := strings.Repeat("spread_vol_coef 12.5, ", 40) + "hedge_model on_fill"
	m := pictureMeasures()
	style, room := letters(m.caption, draw.XLeft, draw.YBottom), m.width-2*margin
	wrapped := lines(caption, ", ", style, room)
	for _, line := range wrapped {
		if w := style.Width(line); w > room {
			t.Errorf("a line is %v wide", w)
		}
	}
	if len(wrapped) < 4 || strings.Join(wrapped, " ") != caption {
		t.Errorf("%d lines: %q", len(wrapped), wrapped)
	}
}

func TestBandIsQuantilesOverSeeds(t *testing.T) {
	low, high := band([][]float64{{0}, {10}, {20}, {30}, {40}, {50}, {60}, {70}, {80}, {90}, {100}})
	if low[0] != 10 || high[0] != 90 {
		t.Errorf("10%% and 90%% of 0, 10, … 100 are %v and %v", low[0], high[0])
	}
	if low, _ := band([][]float64{{1}}); low != nil {
		t.Error("a single row has a band")
	}
}

func TestRoundTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      string
	}{
		{-4, 30, "0 10 20 30"},
		{0, 999, "0 200 400 600 800"},
		{0, 0.051, "0.00 0.01 0.02 0.03 0.04 0.05"},
		{-0.001, 0.012, "0.0000 0.0025 0.0050 0.0075 0.0100"},
	} {
		var labels []string
		for _, tick := range (roundTicks{}).Ticks(c.low, c.high) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("ticks of [%v, %v] are %s, want %s", c.low, c.high, got, c.want)
		}
	}
	var _ plot.Ticker = roundTicks{}
	if step := roundStep(math.Pi); step != 5 {
		t.Errorf("the round step above π is %v", step)
	}
}

// An axis of integers has no other numbers, however narrow it is.
func TestIntegerTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      string
	}{{8.2, 9.8, "9"}, {2, 23, "5 10 15 20"}, {0, 15, "0 3 6 9 12 15"}, {-0.1, 1.1, "0 1"}} {
		var labels []string
		for _, tick := range (roundTicks{integers: true}).Ticks(c.low, c.high) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("ticks of [%v, %v] are %s, want %s", c.low, c.high, got, c.want)
		}
	}
}

// A long run has figures as large as they can show: the extremes stay where they are, and dots say how
// many of them there are.
func TestLongRunsAreThinned(t *testing.T) {
	long := make([]float64, 100_003)
	for i := range long {
		long[i] = math.Sin(float64(i) / 1000)
	}
	long[77_777], long[12_345] = 5, -5
	points := curve(long)
	if len(points) != mostOfCurve {
		t.Errorf("%d points", len(points))
	}
	for i := range points {
		if points[i].Y != long[int(points[i].X)] || i > 0 && points[i].X < points[i-1].X {
			t.Fatalf("point %d is %v", i, points[i])
		}
	}
	for _, at := range []int{77_777, 12_345} {
		if !slices.Contains(points, plotter.XY{X: float64(at), Y: long[at]}) {
			t.Errorf("the extreme at %d is left out", at)
		}
	}
	if short := curve(long[:mostOfCurve]); len(short) != mostOfCurve || short[17].X != 17 {
		t.Errorf("a shorter curve has %d points", len(short))
	}
	if some, label := thinned(points, "run 1"); len(some) != len(points) || label != "run 1" {
		t.Errorf("%d dots, %q", len(some), label)
	}
	if some, label := thinned(append(points, points...), "run 1"); len(some) != mostMarks || label != "run 1, one in 2" {
		t.Errorf("%d dots, %q", len(some), label)
	}
}

// An interval that is not finite, of numbers that are, is left out; the numbers are drawn.
func TestIntervalsThatAreNotFinite(t *testing.T) {
	for _, half := range []float64{math.NaN(), math.Inf(1)} {
		row := Series{Name: "far", Values: []float64{-1e300, 1e300}, Half: []float64{half, half}}
		levels := Levels{XNames: []string{"a", "b"}, Series: []Series{row}}
		for name, draw := range map[string]func() (Figure, error){
			"differences": func() (Figure, error) { return DrawDifferences("title", "x", []Series{row}) },
			"levels":      func() (Figure, error) { return DrawLevels(levels) },
			"bars":        func() (Figure, error) { return DrawBars(levels) },
			"scatter":     func() (Figure, error) { return DrawScatter("title", "x", "y", []float64{1, 2}, row) },
		} {
			if figure, err := draw(); err != nil || figure.Render(io.Discard, "svg") != nil {
				t.Errorf("%s with an interval of %v: %v", name, half, err)
			}
		}
	}
}
