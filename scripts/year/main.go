// Command year makes recorded days of a chain of options with their trades, a file of each a day,
// whose truth is known:
//
//	go run ./scripts/year [-days 252] [-seed 1] [-strikes 10] [-minutes 390] [-csv] FOLDER
//
// Quotes are Black–Scholes values with a smile and a mispricing that reverts, on cents; volatility
// changes from day to day and depends on the day before. Trades are of two kinds. Those of noise
// come on each side at a rate of noiseRate·e^{−noiseDecay·δ} a minute, δ half-spreads from the mid,
// which is the law of fill_model exponential. The informed know the mid informedAhead minutes
// later and take the touch, or a tick beyond, where that pays. So a law that is fitted to all of
// them has about the right number of fills, and none of the losses against the informed.
package main

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"optmm/engine/pricing"
	"optmm/engine/random"
	"optmm/sweep/store"
)

// The truth.
const (
	noiseRate     = 0.03 // orders a minute that reach the mid, on each side of an option
	noiseDecay    = 0.8  // a half-spread
	informedRate  = 0.02 // informed who look, a minute and option
	informedAhead = 10   // minutes
	meanSize      = 3    // contracts, geometric
	rate          = 0.03
	tick          = 0.01
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "year:", err)
		os.Exit(1)
	}
}

// year is what is asked for.
type year struct {
	days, minutes, strikes int
	seed                   uint64
	csv                    bool
	folder                 string
}

func run(arguments []string) error {
	var y year
	flags := flag.NewFlagSet("year", flag.ContinueOnError)
	flags.IntVar(&y.days, "days", 252, "trading days")
	flags.IntVar(&y.minutes, "minutes", 390, "minutes of a day")
	flags.IntVar(&y.strikes, "strikes", 10, "strikes of each of two expiries, a call and a put each")
	flags.Uint64Var(&y.seed, "seed", 1, "seed of everything that is drawn")
	flags.BoolVar(&y.csv, "csv", false, "write CSV in place of Parquet")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if flags.NArg() != 1 || y.days < 1 || y.minutes < 2 || y.minutes > 600 || y.strikes < 1 {
		return errors.New("name one folder; days and strikes are at least 1, minutes 2 to 600")
	}
	y.folder = flags.Arg(0)
	for _, below := range []string{"quotes", "trades"} {
		if err := os.MkdirAll(filepath.Join(y.folder, below), 0o755); err != nil {
			return err
		}
	}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, d := range y.calendar() {
		group.Go(func() error { return y.write(&d) })
	}
	return group.Wait()
}

// day is a trading day with what it has of the days before it.
type day struct {
	number int
	date   time.Time
	open   float64 // of the underlying
	vol    float64 // per square-root year
}

// calendar draws what goes from day to day: weekdays from the beginning of 2024.
func (y *year) calendar() []day {
	source := random.NewPCG64(y.seed)
	draws := make([]float64, 2*y.days)
	source.Normals(draws)
	date, spot, level := time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC), 100.0, 0.0
	var days []day
	for i := range y.days {
		for date.Weekday() == time.Saturday || date.Weekday() == time.Sunday {
			date = date.AddDate(0, 0, 1)
		}
		level = 0.8*level + 0.25*draws[2*i]
		spot *= math.Exp(0.004 * draws[2*i+1]) // over the night
		days = append(days, day{i, date, spot, 0.18 * math.Exp(level)})
		date = date.AddDate(0, 0, 1)
		path := y.path(&days[i])
		spot = path[len(path)-1]
	}
	return days
}

// path is the underlying minute by minute, as of the ends of the minutes and some beyond them.
func (y *year) path(d *day) []float64 {
	draws := make([]float64, y.minutes+informedAhead)
	random.NewPCG64(y.seed, uint32(d.number), 1).Normals(draws)
	path, spot := make([]float64, len(draws)), d.open
	for i, z := range draws {
		spot *= math.Exp(d.vol * math.Sqrt(1.0/(252*390)) * z)
		path[i] = spot
	}
	return path
}

// expiries are the next two third Fridays that are a week away at least.
func (d *day) expiries() []time.Time {
	var found []time.Time
	for month := d.date.Month(); len(found) < 2; month++ {
		first := time.Date(d.date.Year(), month, 1, 0, 0, 0, 0, time.UTC)
		friday := first.AddDate(0, 0, (int(time.Friday-first.Weekday())+7)%7+14)
		if friday.Sub(d.date) >= 7*24*time.Hour {
			found = append(found, friday)
		}
	}
	return found
}

// option is one series of a day.
type option struct {
	strike   float64
	expiry   time.Time
	put      bool
	mid      []float64 // and beyond the day, for the informed
	bid, ask []float64
}

// print is a trade.
type print struct {
	at     time.Time
	option *option
	price  float64
	size   int
}

// write makes the files of a day.
func (y *year) write(d *day) error {
	path := y.path(d)
	begins := d.date.Add(14*time.Hour + 30*time.Minute) // 9:30 in New York in winter
	middle := math.Round(d.open/2.5) * 2.5
	var options []*option
	for e, expiry := range d.expiries() {
		for k := range y.strikes {
			for _, put := range []bool{false, true} {
				o := &option{strike: middle + 2.5*float64(k-y.strikes/2), expiry: expiry, put: put}
				o.quote(y, d, path, begins, uint32(100+(e*y.strikes+k)*2))
				options = append(options, o)
			}
		}
	}
	var prints []print
	for i, o := range options {
		prints = append(prints, y.trades(d, o, begins, random.NewPCG64(y.seed, uint32(d.number), 2, uint32(i)))...)
	}
	slices.SortStableFunc(prints, func(a, b print) int { return a.at.Compare(b.at) })
	name := d.date.Format(time.DateOnly)
	if err := y.table("quotes", name, quoteRows(options, path[:y.minutes], begins)); err != nil {
		return err
	}
	return y.table("trades", name, tradeRows(prints))
}

// quote makes the quotes of an option: its value with a mispricing that reverts, on cents.
func (o *option) quote(y *year, d *day, path []float64, begins time.Time, stream uint32) {
	draws := make([]float64, len(path))
	random.NewPCG64(y.seed, uint32(d.number), stream).Normals(draws)
	expires := o.expiry.Add(21 * time.Hour)
	off := 0.0
	for i, spot := range path {
		at := begins.Add(time.Duration(i+1) * time.Minute)
		moneyness := math.Log(o.strike / spot)
		value, _ := pricing.European{
			Spot: spot, Strike: o.strike, Rate: rate, Put: o.put,
			Vol: 0.2 - 0.15*moneyness + 0.5*moneyness*moneyness, Years: expires.Sub(at).Hours() / (24 * 365),
		}.Value()
		off = 0.9*off + 0.002*draws[i]
		mid := value * (1 + off)
		half := max(tick, 0.01*value)
		o.mid = append(o.mid, mid)
		if i < y.minutes {
			bid := max(tick, math.Round((mid-half)/tick)*tick)
			o.bid, o.ask = append(o.bid, bid), append(o.ask, math.Max(bid+tick, math.Round((mid+half)/tick)*tick))
		}
	}
}

// trades draws those of an option: noise, and the informed.
func (y *year) trades(d *day, o *option, begins time.Time, source *random.PCG64) (prints []print) {
	trade := func(minute int, price float64) {
		price = math.Round(price/tick) * tick
		if price < tick {
			return
		}
		size := 1 + int(math.Log(1-source.Float64())/math.Log(1-1.0/meanSize))
		second := 1 + int(source.Float64()*59)
		prints = append(prints, print{begins.Add(time.Duration(minute+1)*time.Minute + time.Duration(second)*time.Second), o, price, size})
	}
	for minute := range y.minutes - 1 {
		mid, half := (o.bid[minute]+o.ask[minute])/2, (o.ask[minute]-o.bid[minute])/2
		for _, side := range []float64{-1, 1} {
			if u := source.Float64(); u < 1-math.Exp(-noiseRate) {
				trade(minute, mid+side*half*-math.Log(1-source.Float64())/noiseDecay)
			}
		}
		if source.Float64() >= informedRate {
			continue
		}
		beyond := tick * math.Floor(2*source.Float64())
		switch later := o.mid[minute+informedAhead]; {
		case later > o.ask[minute]:
			trade(minute, o.ask[minute]+beyond)
		case later < o.bid[minute]:
			trade(minute, o.bid[minute]-beyond)
		}
	}
	return prints
}

// table is columns by name: numbers as they are written, with the decimals of their kind.
type table struct {
	names   []string
	numbers [][]float64
	texts   [][]string // of columns without numbers
}

func (t *table) add(name string, numbers []float64, texts []string) {
	t.names, t.numbers, t.texts = append(t.names, name), append(t.numbers, numbers), append(t.texts, texts)
}

// stamp is a time as the files have it.
func stamp(at time.Time) string { return at.Format("2006-01-02T15:04:05Z") }

// quoteRows is a row a minute, expiry and strike.
func quoteRows(options []*option, path []float64, begins time.Time) (t table) {
	var at, expiry []string
	numbers := make([][]float64, 6)
	for i, spot := range path {
		when := stamp(begins.Add(time.Duration(i+1) * time.Minute))
		for k := 0; k < len(options); k += 2 {
			call, put := options[k], options[k+1]
			at, expiry = append(at, when), append(expiry, call.expiry.Format(time.DateOnly))
			for c, x := range []float64{math.Round(spot*1e4) / 1e4, call.strike, call.bid[i], call.ask[i], put.bid[i], put.ask[i]} {
				numbers[c] = append(numbers[c], x)
			}
		}
	}
	t.add("timestamp", nil, at)
	t.add("underlying", numbers[0], nil)
	t.add("strike", numbers[1], nil)
	t.add("expiry", nil, expiry)
	for c, name := range []string{"call_bid", "call_ask", "put_bid", "put_ask"} {
		t.add(name, numbers[2+c], nil)
	}
	return t
}

// tradeRows is a row a trade.
func tradeRows(prints []print) (t table) {
	var at, expiry, right []string
	var strike, price, size []float64
	for _, p := range prints {
		at, expiry = append(at, stamp(p.at)), append(expiry, p.option.expiry.Format(time.DateOnly))
		right = append(right, map[bool]string{false: "call", true: "put"}[p.option.put])
		strike, price, size = append(strike, p.option.strike), append(price, p.price), append(size, float64(p.size))
	}
	t.add("timestamp", nil, at)
	t.add("strike", strike, nil)
	t.add("expiry", nil, expiry)
	t.add("right", nil, right)
	t.add("price", price, nil)
	t.add("size", size, nil)
	return t
}

// table writes a file.
func (y *year) table(below, name string, t table) error {
	folder := filepath.Join(y.folder, below)
	if !y.csv {
		var fields []store.Field
		var columns []store.Column
		for i, name := range t.names {
			field := store.Field{Name: name}
			if t.numbers[i] == nil {
				field.Type = store.Text
			}
			fields, columns = append(fields, field), append(columns, store.Column{Floats: t.numbers[i], Texts: t.texts[i]})
		}
		return store.WriteParquet(folder, name, fields, columns)
	}
	var b strings.Builder
	b.WriteString(strings.Join(t.names, ",") + "\n")
	for row := range max(len(t.numbers[0]), len(t.texts[0])) {
		for i := range t.names {
			if i > 0 {
				b.WriteByte(',')
			}
			if t.numbers[i] == nil {
				b.WriteString(t.texts[i][row])
			} else {
				b.WriteString(strconv.FormatFloat(math.Round(t.numbers[i][row]*1e4)/1e4, 'f', -1, 64))
			}
		}
		b.WriteByte('\n')
	}
	return os.WriteFile(filepath.Join(folder, name+".csv"), []byte(b.String()), 0o644)
}
