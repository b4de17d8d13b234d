package signal

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Panel is one option over a history, an entry a minute or a step of several: what features are made of.
type Panel struct {
	Price    []float64 // of the underlying
	Mid      []float64 // of the option
	Vol      []float64 // implied, per square-root year
	Width    []float64 // of the market's quote; nil where the history has none
	Residual []float64 // of put–call parity, price units
	Years    []float64 // to expiry
	Delta    []float64 // shares per option
	Strike   float64
	Quotable []bool // false where there is no good quote; nil: there always is
	Sessions []int  // the entries at which sessions begin, the first 0
	Step     int    // minutes from one entry to the next, at least 1
}

// sessionOf returns where the session of each entry begins and ends.
func (p *Panel) sessionOf() (first, end []int) {
	first, end = make([]int, len(p.Price)), make([]int, len(p.Price))
	for k, from := range p.Sessions {
		to := len(p.Price)
		if k+1 < len(p.Sessions) {
			to = min(to, p.Sessions[k+1])
		}
		for i := from; i < to; i++ {
			first[i], end[i] = from, to
		}
	}
	return first, end
}

// Feature describes a number of an option that is known at its minute: it follows from that minute and from
// those before it, of the same session where it looks back. It is NaN while too little was seen.
type Feature struct {
	Name        string
	Version     int // raised when its numbers change
	Unit        string
	Description string
	Windows     []int // minutes that it looks back by default; nil: it does not look back
	Least       int   // entries that it takes at least; 0: one

	missing func(p *Panel) string // why a history does not have it; nil: every one has
	value   func(p *Panel, at, first, entries int) float64
}

// Features lists what can be chosen. Each is evaluated at an entry of a session that begins at first, over a
// number of entries that it looks back.
func Features() []Feature {
	back := func(of func(p *Panel, i int) float64) func(p *Panel, at, first, entries int) float64 {
		return func(p *Panel, at, first, entries int) float64 {
			if at-entries < first {
				return math.NaN()
			}
			return of(p, at) - of(p, at-entries)
		}
	}
	now := func(of func(p *Panel, i int) float64) func(p *Panel, at, first, entries int) float64 {
		return func(p *Panel, at, _, _ int) float64 { return of(p, at) }
	}
	noWidth := func(p *Panel) string {
		if p.Width == nil {
			return "the history has no width of the market's quote"
		}
		return ""
	}
	vol := func(p *Panel, i int) float64 { return p.Vol[i] }
	width := func(p *Panel, i int) float64 { return p.Width[i] }
	return []Feature{
		{Name: "return", Version: 1, Unit: "1", Windows: []int{1, 5, 15}, Description: "Return of the underlying over the window.", value: func(p *Panel, at, first, entries int) float64 {
			if at-entries < first {
				return math.NaN()
			}
			return p.Price[at]/p.Price[at-entries] - 1
		}},
		{Name: "realized_vol", Version: 1, Least: 2, Unit: "1/√minute", Windows: []int{15}, Description: "Standard deviation of the underlying's returns in the window, per square-root minute.", value: realizedVol},
		{Name: "realized_vol_change", Version: 1, Least: 2, Unit: "1/√minute", Windows: []int{15}, Description: "realized_vol of the window less that of the window before it.", value: func(p *Panel, at, first, entries int) float64 {
			if at-2*entries < first {
				return math.NaN()
			}
			return realizedVol(p, at, first, entries) - realizedVol(p, at-entries, first, entries)
		}},
		{Name: "implied_vol", Version: 1, Unit: "1/√year", Description: "Volatility behind the option's value.", value: now(vol)},
		{Name: "implied_vol_change", Version: 1, Unit: "1/√year", Windows: []int{5}, Description: "Its change over the window.", value: back(vol)},
		{Name: "width", Version: 1, Unit: "price", Description: "Width of the market's quote.", missing: noWidth, value: now(width)},
		{Name: "width_change", Version: 1, Unit: "price", Windows: []int{5}, Description: "Its change over the window.", missing: noWidth, value: back(width)},
		{Name: "parity_z", Version: 1, Least: 2, Unit: "1", Windows: []int{60}, Description: "Parity residual less its mean in the window, over its standard deviation there; 0 where it does not move.", value: parityZ},
		{Name: "moneyness", Version: 1, Unit: "1", Description: "ln(underlying/strike).", value: now(func(p *Panel, i int) float64 { return math.Log(p.Price[i] / p.Strike) })},
		{Name: "years_to_expiry", Version: 1, Unit: "year", Description: "Time to expiry.", value: now(func(p *Panel, i int) float64 { return p.Years[i] })},
		{Name: "session_minute", Version: 1, Unit: "minute", Description: "Minutes since the session began.", value: func(p *Panel, at, first, _ int) float64 { return float64((at - first) * p.Step) }},
	}
}

// realizedVol is the sample standard deviation of the returns that end in a window, over √step.
func realizedVol(p *Panel, at, first, entries int) float64 {
	if entries < 2 || at-entries < first {
		return math.NaN()
	}
	sum := 0.0
	change := func(i int) float64 { return p.Price[i]/p.Price[i-1] - 1 }
	for i := at - entries + 1; i <= at; i++ {
		sum += change(i)
	}
	center, squares := sum/float64(entries), 0.0
	for i := at - entries + 1; i <= at; i++ {
		d := change(i) - center
		squares += float64(d * d)
	}
	return math.Sqrt(squares / float64((entries-1)*p.Step))
}

// parityZ standardizes the parity residual by a window that ends with it.
func parityZ(p *Panel, at, first, entries int) float64 {
	if entries < 2 || at-entries+1 < first {
		return math.NaN()
	}
	window := p.Residual[at-entries+1 : at+1]
	center := mean(window)
	deviation := math.Sqrt(squaredDeviations(window) / float64(entries-1))
	if deviation == 0 {
		return 0
	}
	return (p.Residual[at] - center) / deviation
}

// Chosen is a feature with its window.
type Chosen struct {
	Feature
	Window int // minutes; 0: it does not look back
}

// Title is its name in files and studies, as in return_5.
func (c *Chosen) Title() string {
	if c.Window == 0 {
		return c.Name
	}
	return c.Name + "_" + strconv.Itoa(c.Window)
}

// MostWindow bounds the minutes that a feature looks back.
const MostWindow = 1_000

// DefaultFeatures are all features with their own windows.
func DefaultFeatures() []Chosen {
	var all []Chosen
	for _, f := range Features() {
		if f.Windows == nil {
			all = append(all, Chosen{f, 0})
		}
		for _, window := range f.Windows {
			all = append(all, Chosen{f, window})
		}
	}
	return all
}

// Choose finds a feature by its title; ok is false where there is none, or where it wants another window.
func Choose(title string) (c Chosen, ok bool) {
	all := Features()
	if at := slices.IndexFunc(all, func(f Feature) bool { return f.Name == title && f.Windows == nil }); at >= 0 {
		return Chosen{all[at], 0}, true
	}
	cut := strings.LastIndexByte(title, '_')
	if cut < 0 {
		return c, false
	}
	window, err := strconv.Atoi(title[cut+1:])
	at := slices.IndexFunc(all, func(f Feature) bool { return f.Name == title[:cut] && f.Windows != nil })
	if err != nil || at < 0 || window < max(1, all[at].Least) || window > MostWindow || strconv.Itoa(window) != title[cut+1:] {
		return c, false
	}
	return Chosen{all[at], window}, true
}

// Missing says why a history does not have the feature; empty where it has.
func (c *Chosen) Missing(p *Panel) string {
	if c.missing == nil {
		return ""
	}
	return c.missing(p)
}

// Values returns the feature at each entry; windows are rounded up to whole entries.
func (c *Chosen) Values(p *Panel) []float64 {
	first, _ := p.sessionOf()
	values := make([]float64, len(p.Price))
	for i := range values {
		values[i] = c.value(p, i, first[i], Entries(c.Window, p.Step))
	}
	return values
}

// Label returns what holding the option, hedged by its delta, earns a share over the next minutes,
//
//	mid(t+h) − mid(t) − delta(t)·(price(t+h) − price(t)),
//
// NaN where the session ends before, or where there is no good quote at either end.
func (p *Panel) Label(minutes int) []float64 {
	_, end := p.sessionOf()
	ahead := Entries(minutes, p.Step)
	labels := make([]float64, len(p.Price))
	for i := range labels {
		labels[i] = math.NaN()
		j := i + ahead
		if j >= end[i] || p.Quotable != nil && (!p.Quotable[i] || !p.Quotable[j]) {
			continue
		}
		labels[i] = p.Mid[j] - p.Mid[i] - float64(p.Delta[i]*(p.Price[j]-p.Price[i]))
	}
	return labels
}
