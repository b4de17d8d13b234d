package figures

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"gonum.org/v1/plot"
)

// roundTicks marks an axis at about six round numbers, with all the digits that
// their step needs and no more.
type roundTicks struct{ integers bool } // the numbers are integers

// Ticks implements plot.Ticker.
func (t roundTicks) Ticks(low, high float64) []plot.Tick {
	if high-low <= coincide*max(math.Abs(low), math.Abs(high)) { // no round number is between them
		return []plot.Tick{{Value: low, Label: strconv.FormatFloat(low, 'g', 6, 64)}}
	}
	step := roundStep((high - low) / 6)
	if t.integers {
		step = math.Ceil(step) // 2.5 is 3
	}
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	if scaled := step * math.Pow10(decimals); math.Abs(scaled-math.Round(scaled)) > 1e-9 {
		decimals++ // a step of 2.5
	}
	var ticks []plot.Tick
	for i := math.Ceil(low / step); i*step <= high; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: strconv.FormatFloat(i*step+0, 'f', decimals, 64)})
	}
	return ticks
}

// roundStep returns the least of 1, 2, 2.5, 5 × 10^k that is not below x.
func roundStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, factor := range []float64{1, 2, 2.5, 5} {
		if factor*power >= x*(1-1e-9) {
			return factor * power
		}
	}
	return 10 * power
}

// minuteTicks marks rows by their numbers, the last too.
type minuteTicks struct{ last int }

// Ticks implements plot.Ticker.
func (t minuteTicks) Ticks(low, high float64) []plot.Tick {
	return withLast(roundTicks{integers: true}.Ticks(low, high), plot.Tick{Value: float64(t.last), Label: strconv.Itoa(t.last)}, high-low)
}

// withLast adds the last tick of an axis, in place of one that is too near for both.
func withLast(ticks []plot.Tick, last plot.Tick, length float64) []plot.Tick {
	const nearest = 0.09 // of the axis
	if n := len(ticks); n > 1 && last.Value-ticks[n-1].Value < nearest*length {
		ticks = ticks[:n-1]
	}
	return append(ticks, last)
}

// Clock says when the rows of a run were.
type Clock struct {
	Seconds  []int64 // since 1970 UTC, of each row
	Sessions []int   // the rows at which sessions begin, the first 0
	Zone     *time.Location
}

// label names the axis.
func (c *Clock) label() string {
	if len(c.Sessions) > 1 {
		return fmt.Sprintf("session (%s)", c.Zone)
	}
	return fmt.Sprintf("time of day (%s)", c.Zone)
}

// clockTicks marks the rows by their clock: of one session round times and the last, of several the day
// on which each begins.
type clockTicks struct{ *Clock }

// Ticks implements plot.Ticker.
func (c clockTicks) Ticks(float64, float64) []plot.Tick {
	at := func(row int) time.Time { return time.Unix(c.Seconds[row], 0).In(c.Zone) }
	if len(c.Sessions) > 1 {
		format := "Jan 2"
		if first, last := at(0), at(len(c.Seconds)-1); first.Year() != last.Year() {
			format = "2006-01-02"
		}
		var ticks []plot.Tick
		for _, row := range c.Sessions {
			ticks = append(ticks, plot.Tick{Value: float64(row), Label: at(row).Format(format)})
		}
		return ticks
	}
	const most = 6
	first, last := c.Seconds[0], c.Seconds[len(c.Seconds)-1]
	step := int64(0)
	for _, minutes := range []int64{1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440} {
		if step = 60 * minutes; (last-first)/step <= most {
			break
		}
	}
	var ticks []plot.Tick
	passed := int64(math.MinInt64)
	for row := range c.Seconds {
		_, offset := at(row).Zone()
		if now := (c.Seconds[row] + int64(offset)) / step; row == 0 {
			passed = now
			if (c.Seconds[row]+int64(offset))%step == 0 {
				ticks = append(ticks, plot.Tick{Value: 0, Label: at(row).Format("15:04")})
			}
		} else if now != passed {
			passed = now
			ticks = append(ticks, plot.Tick{Value: float64(row), Label: at(row).Truncate(time.Minute).Format("15:04")})
		}
	}
	end := len(c.Seconds) - 1
	return withLast(ticks, plot.Tick{Value: float64(end), Label: at(end).Format("15:04")}, float64(end))
}

// fewerTicks leaves out the labels of ticks that an axis has no room for.
type fewerTicks struct {
	plot.Ticker
	fits func(labels []string) int // how many of such labels there is room for
}

// fewer bounds the labels of a ticker; again, it changes the bound.
func fewer(of plot.Ticker, fits func(labels []string) int) plot.Ticker {
	if bounded, is := of.(fewerTicks); is {
		of = bounded.Ticker
	}
	return fewerTicks{of, fits}
}

// Ticks implements plot.Ticker.
func (f fewerTicks) Ticks(low, high float64) []plot.Tick {
	ticks := f.Ticker.Ticks(low, high)
	var labels []string
	for _, tick := range ticks {
		if tick.Label != "" {
			labels = append(labels, tick.Label)
		}
	}
	most := max(2, f.fits(labels))
	if len(labels) <= most {
		return ticks
	}
	broken := make([]string, len(labels))
	for i, label := range labels {
		broken[i] = strings.ReplaceAll(label, "_", "_\n")
	}
	if len(labels) <= f.fits(broken) { // in lines
		for i := range ticks {
			ticks[i].Label = strings.ReplaceAll(ticks[i].Label, "_", "_\n")
		}
		return ticks
	}
	every := (len(labels) + most - 1) / most
	var kept []plot.Tick
	n := 0
	for _, tick := range ticks {
		if tick.Label == "" || n%every == 0 {
			kept = append(kept, tick)
		}
		if tick.Label != "" {
			n++
		}
	}
	return kept
}
