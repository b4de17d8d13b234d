package figures

import (
	"math"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

func labels(ticks []plot.Tick) string {
	var names []string
	for _, tick := range ticks {
		names = append(names, tick.Label)
	}
	return strings.Join(names, " ")
}

// The last minute has a tick, in place of one that is too near.
func TestLastMinuteHasATick(t *testing.T) {
	for last, want := range map[int]string{999: "0 200 400 600 800 999", 1949: "0 500 1000 1500 1949", 1010: "0 200 400 600 800 1010", 1: "0 1", 0: "0"} {
		got := minuteTicks{last}.Ticks(0, float64(max(1, last)))
		if text := labels(got); !strings.HasPrefix(text, "0") || got[len(got)-1].Value != float64(last) || last > 1 && text != want {
			t.Errorf("ticks to %d: %s, want %s", last, text, want)
		}
	}
}

// Numbers that differ in their last digits alone have a tick, and an axis with room around them.
func TestTicksOfTheSameNumber(t *testing.T) {
	for _, x := range []float64{0.1, 1, 1e6, -3} {
		next := math.Nextafter(x, math.Inf(1))
		if n := len(roundTicks{}.Ticks(x, next)); n != 1 {
			t.Errorf("%v has %d ticks", x, n)
		}
		if wide := (span{x, next}).padded(); wide.high-wide.low < 0.1*math.Abs(x) || len(roundTicks{}.Ticks(wide.low, wide.high)) > 20 {
			t.Errorf("%v has the axis %v", x, wide)
		}
	}
}

// Of one session the axis has round times of the data's zone and the last; of several the day of each,
// also where a row is missing and where the clock changes between them.
func TestClockOfTheAxis(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	day := func(year int, month time.Month, day, minutes int) (seconds []int64) {
		open := time.Date(year, month, day, 9, 31, 0, 0, zone)
		for i := range minutes {
			if i != 17 {
				seconds = append(seconds, open.Add(time.Duration(i)*time.Minute).Unix())
			}
		}
		return seconds
	}
	one := &Clock{Seconds: day(2024, 7, 1, 390), Sessions: []int{0}, Zone: zone}
	if got := labels(clockTicks{one}.Ticks(0, 388)); got != "10:00 11:00 12:00 13:00 14:00 15:00 16:00" && got != "10:00 12:00 14:00 16:00" {
		t.Errorf("a session has ticks %s", got)
	}
	if got := one.label(); got != "time of day (America/New_York)" {
		t.Errorf("the axis is called %q", got)
	}
	short := &Clock{Seconds: day(2024, 7, 1, 31), Sessions: []int{0}, Zone: time.UTC}
	if got := labels(clockTicks{short}.Ticks(0, 29)); got != "13:35 13:40 13:45 13:50 13:55 14:01" && got != "13:35 13:40 13:45 13:50 13:55 14:00 14:01" {
		t.Errorf("half an hour has ticks %s", got)
	}
	friday, monday := day(2024, 11, 1, 390), day(2024, 11, 4, 390)
	two := &Clock{Seconds: append(friday, monday...), Sessions: []int{0, len(friday)}, Zone: zone}
	if got := labels(clockTicks{two}.Ticks(0, 777)); got != "Nov 1 Nov 4" || two.label() != "session (America/New_York)" {
		t.Errorf("two sessions have ticks %s", got)
	}
}

// A legend lies above what is drawn, however many entries it has, and an axis has no more labels than
// there is room for.
func TestNothingLiesOnTheData(t *testing.T) {
	for _, m := range []measures{pictureMeasures(), pageMeasures()} {
		canvas := draw.New(vgsvg.New(m.width, m.height))
		p := newSheet("A title", "x", "y")
		top := canvas.Max.Y - margin
		if end := p.drawLegend(canvas, m, top); end >= top {
			t.Errorf("without entries the plot begins at %v of %v", end, top)
		}
		last := top
		for range 7 {
			p.entry("an entry with a rather long name", noMark{})
			end := p.drawLegend(canvas, m, top)
			if end > last {
				t.Errorf("with an entry more the plot begins higher: %v after %v", end, last)
			}
			last = end
		}
		if rows := float64((top - last) / (1.5 * m.legend)); rows < 2 {
			t.Errorf("seven entries take %.1f rows", rows)
		}
		var many names
		for range 200 {
			many = append(many, "a name")
		}
		p.X.Tick.Marker = many
		limits(p, span{0, 199}, span{0, 1})
		p.draw(canvas, m, "")
		style := letters(m.tick, draw.XLeft, draw.YCenter)
		if shown := p.X.Tick.Marker.Ticks(0, 199); vg.Length(len(shown))*style.Width("a name") > m.width {
			t.Errorf("%d labels on an axis", len(shown))
		}
	}
}

type noMark struct{}

func (noMark) Thumbnail(*draw.Canvas) {}
