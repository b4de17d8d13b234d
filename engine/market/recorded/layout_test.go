package recorded

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"optmm/engine/market"
	"optmm/engine/signal"
)

func mustRead(t *testing.T, rows string, layout Layout) *Chain {
	t.Helper()
	chain, err := readChain(NewCSV(strings.NewReader(rows)), layout)
	if err != nil {
		t.Fatal(err)
	}
	return chain
}

// Rows in any order are the chain of rows in the order of time.
func TestRowsComeInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(18, 0))
	for trial := range 50 {
		var rows []string
		step := []time.Duration{7 * time.Second, time.Minute, 5 * time.Minute}[trial%3]
		for i := range 30 {
			for _, strike := range []int{95, 100} {
				if random.IntN(4) > 0 {
					rows = append(rows, quoted(opening().Add(time.Duration(i)*step), strike, 1+random.Float64()))
				}
			}
		}
		want := mustRead(t, chainHeader+strings.Join(rows, ""), Layout{})
		random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		got := mustRead(t, chainHeader+strings.Join(rows, ""), Layout{})
		if !got.Sorted || want.Sorted {
			t.Errorf("sorted %v and %v", got.Sorted, want.Sorted)
		}
		if got.Sorted = false; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("trial %d: %v\nwant %v", trial, got, want)
		}
	}
}

// A time is a date and a time of day, or milliseconds of the day by the clocks of the zone.
func TestDatesWithTimesOfDay(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	want := time.Date(2024, 11, 4, 14, 31, 0, 0, time.UTC).Unix()
	const rest = ",underlying,strike,expiry,call_bid,call_ask,put_bid,put_ask\n"
	for cells, layout := range map[string]Layout{
		"date,time" + rest + "2024-11-04,09:31":             {},
		"date,time" + rest + "11/4/2024,9:31:00":            {Dates: MonthFirst},
		"date,time" + rest + "4.11.2024,093100":             {Dates: DayFirst},
		"quote_date,ms_of_day" + rest + "20241104,34260000": {},
		"timestamp" + rest + "2024-11-04":                   {TimeOfDay: 9*time.Hour + 31*time.Minute},
		"timestamp" + rest + "2024-11-04 09:30":             {Starts: true},
	} {
		layout.Zone = newYork
		if chain := mustRead(t, cells+",100,95,2024-12-20,5,6,1,2\n", layout); chain.Timestamps[0] != want {
			t.Errorf("%q is %v", cells, time.Unix(chain.Timestamps[0], 0).UTC())
		}
	}
	for cells, want := range map[string]string{
		"date,time" + rest + "2024-11-04,noon":          `line 2, column time: "2024-11-04 noon" is not a date and a time of day`,
		"date,ms_of_day" + rest + "2024-11-04,86400000": "line 2, column ms_of_day: 86400000 is not a time of a day",
		"date" + rest + "2024-11-04":                    "no column timestamp",
	} {
		if _, err := readChain(NewCSV(strings.NewReader(cells+",100,95,2024-12-20,5,6,1,2\n")), Layout{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", cells, err, want)
		}
	}
}

// Options of several roots are read together only where that is asked for, and expire at the
// times of their roots.
func TestRootsOfOptions(t *testing.T) {
	const rows = "timestamp,underlying,symbol,bid,ask\n" +
		"2024-12-02T15:00:00Z,6000,SPX   241220C06000000,60,61\n" +
		"2024-12-02T15:00:00Z,6000,SPXW  241220C06000000,62,63\n"
	if _, err := readChain(NewCSV(strings.NewReader(rows)), Layout{}); err == nil || !strings.Contains(err.Error(), "the options have the roots SPX, SPXW: choose") {
		t.Errorf("error %v", err)
	}
	one := mustRead(t, rows+"2024-12-02T15:00:00Z,6000,ESZ4,1,2\n", Layout{Roots: []string{"SPXW"}}) // and no option
	if len(one.Options) != 2 || one.Options[0].Bid[0] != 62 || one.Rows != 1 {
		t.Errorf("%+v", one.Options)
	}
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	both := Layout{Roots: []string{"SPX", "SPXW"}, Zone: newYork, Expires: map[string]time.Duration{"SPX": 9*time.Hour + 30*time.Minute, "": 16*time.Hour + 15*time.Minute}}
	chain := mustRead(t, strings.ReplaceAll(rows, "Z,6000", "-05:00,6000"), both)
	if len(chain.Expiries) != 2 || chain.Expiries[0].BareDate || chain.Expiries[0].Seconds != time.Date(2024, 12, 20, 14, 30, 0, 0, time.UTC).Unix() || chain.Expiries[1].Seconds != time.Date(2024, 12, 20, 21, 15, 0, 0, time.UTC).Unix() {
		t.Errorf("%+v", chain.Expiries)
	}
	if _, err := readChain(NewCSV(strings.NewReader(rows)), Layout{Roots: []string{"XYZ"}}); err == nil || !strings.Contains(err.Error(), "no row is of the root XYZ") {
		t.Errorf("error %v", err)
	}
}

// What a row says is not there is not carried over, and nothing is carried over the night.
func TestCarriedQuotesEnd(t *testing.T) {
	quote := func(minute int, sides string) string {
		return opening().Add(time.Duration(minute)*time.Minute).Format(time.RFC3339) + ",100,95,2024-08-16," + sides + "\n"
	}
	chain := mustRead(t, chainHeader+quote(0, "5,6,1,2")+quote(3, ",,1,2")+quote(6, "7,8,1,2")+quote(24*60+1, ",,3,4")+quote(24*60+3, "9,10,3,4"), Layout{Carry: true})
	none := math.NaN()
	for i, want := range []float64{5, 5, 5, none, none, none, 7, none, none, 9} {
		if got := chain.Options[0].Bid[i]; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("minute %d: a bid of %v, want %v", i, got, want)
		}
	}
	if len(chain.Timestamps) != 10 || chain.Options[0].Seen[2] != opening().Unix() {
		t.Errorf("%d minutes, seen at %v", len(chain.Timestamps), chain.Options[0].Seen)
	}
}

// The price of an underlying is the last one known, of the hour before.
func TestPricesAsOf(t *testing.T) {
	var own Own
	const rows = "timestamp,bid,ask\n2024-07-01T13:30:00Z,99,101\n2024-07-01T13:20:00Z,98,100\n2024-07-01T13:40:00Z,NaN,101\n2024-07-01T13:40:00Z,0,0\n"
	err := own.ReadPrices(func(yield func(Table, error) bool) { yield(Table{Rows: NewCSV(strings.NewReader(rows))}, nil) }, Layout{})
	if err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]float64{-time.Second: 99, 0: 100, 20 * time.Minute: 100, 59 * time.Minute: 100, time.Hour: math.NaN(), -11 * time.Minute: math.NaN()} {
		if got := own.prices.at(moment{seconds: opening().Add(after).Unix()}); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%v after the open: %v, want %v", after, got, want)
		}
	}
	const header = "timestamp,strike,expiry,right,bid,ask\n"
	layout := Layout{Coin: true}
	chain, err := ReadChain(func(yield func(Table, error) bool) {
		yield(Table{Rows: NewCSV(strings.NewReader(header + "2024-07-01T13:30:00Z,95,2024-08-16,C,0.06,0.07\n"))}, nil)
	}, own, layout)
	if err != nil || math.Abs(chain.Options[0].Ask[0]-7) > 1e-12 || chain.Expiries[0].Underlying[0] != 100 {
		t.Errorf("%+v, error %v", chain, err)
	}
	_, err = ReadChain(func(yield func(Table, error) bool) {
		yield(Table{Rows: NewCSV(strings.NewReader(header + "2024-07-02T13:30:00Z,95,2024-08-16,C,5,6\n"))}, nil)
	}, own, layout)
	if err == nil || !strings.Contains(err.Error(), "expiry 2024-08-16 has no underlying within an hour before any row") {
		t.Errorf("error %v", err)
	}
}

// Ids are options of a file of their own.
func TestContractsByID(t *testing.T) {
	var own Own
	read := func(rows string) error {
		return own.ReadContracts(func(yield func(Table, error) bool) { yield(Table{Rows: NewCSV(strings.NewReader(rows))}, nil) }, Layout{})
	}
	if err := read("id,symbol\n7,XYZ241220C00095000\n7,XYZ241220P00095000\n"); err == nil || !strings.Contains(err.Error(), `line 3, column id: "7" is of another option in a row above it`) {
		t.Errorf("error %v", err)
	}
	if err := read("id,symbol\n7,XYZ241220C00095000\n8,XYZ241220P00095000\n"); err != nil {
		t.Fatal(err)
	}
	tables := func(rows string) func(yield func(Table, error) bool) {
		return func(yield func(Table, error) bool) {
			yield(Table{Rows: NewCSV(strings.NewReader("timestamp,underlying,id,bid,ask\n" + rows))}, nil)
		}
	}
	chain, err := ReadChain(tables("2024-07-01T13:30:00Z,100,8,5,6\n"), own, Layout{})
	if err != nil || len(chain.Options) != 2 || chain.Options[1].Bid[0] != 5 || chain.Options[1].Strike != 95 {
		t.Errorf("%+v, error %v", chain, err)
	}
	if _, err := ReadChain(tables("2024-07-01T13:30:00Z,100,9,5,6\n"), own, Layout{}); err == nil || !strings.Contains(err.Error(), `line 2, column id: "9" is not in the file of contracts`) {
		t.Errorf("error %v", err)
	}
}

// Whether an option has expired does not depend on the order of rows; a date may be quoted
// until the day of its zone is over.
func TestExpiriesInAnyOrder(t *testing.T) {
	row := func(at string) string { return at + ",100,95,2024-11-15,5,6,1,2\n" }
	forth, back := row("2024-11-15 15:59")+row("2024-11-15 16:10"), row("2024-11-15 16:10")+row("2024-11-15 15:59")
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	layout := Layout{Zone: newYork, Expires: map[string]time.Duration{"": 16 * time.Hour}}
	if a, b := mustRead(t, chainHeader+forth, layout), mustRead(t, chainHeader+back, layout); a.Expiries[0].Ends != b.Expiries[0].Ends {
		t.Errorf("trading ends at %d and %d", a.Expiries[0].Ends, b.Expiries[0].Ends)
	}
	if _, err := readChain(NewCSV(strings.NewReader(chainHeader+row("2024-11-15 16:20")+row("2024-11-15 16:10"))), layout); err == nil || !strings.Contains(err.Error(), "line 3, column expiry: expiry 2024-11-15 is before timestamp 2024-11-15 16:10") {
		t.Errorf("error %v", err)
	}
	mustRead(t, chainHeader+row("2024-11-15 19:30"), Layout{Zone: newYork}) // the next day in UTC
}

// A midnight is the date of its own zone.
func TestMidnightsOfZones(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	for _, written := range []string{"2024-11-15", "2024-11-15 00:00:00", "2024-11-15T00:00:00+09:00", "2024-11-15T00:00:00-05:00", "2024-11-15T00:00:00Z"} {
		chain := mustRead(t, chainHeader+"2024-11-01T01:00:00+09:00,100,95,"+written+",5,6,1,2\n", Layout{Zone: tokyo})
		if e := chain.Expiries[0]; !e.BareDate || e.Seconds != time.Date(2024, 11, 15, 0, 0, 0, 0, time.UTC).Unix() {
			t.Errorf("%s: %+v", written, e)
		}
	}
}

// Bars that are dated by their starts are dated by their ends, a step later.
func TestBarsAreDatedByTheirEnds(t *testing.T) {
	for _, step := range []time.Duration{time.Minute, 5 * time.Minute} {
		rows := chainHeader
		for i := range 4 {
			rows += quoted(opening().Add(time.Duration(i)*step), 95, 1)
		}
		if chain := mustRead(t, rows, Layout{Starts: true}); chain.Timestamps[0] != opening().Add(step).Unix() {
			t.Errorf("%v: the first bar ends %v after its start", step, time.Unix(chain.Timestamps[0], 0).Sub(opening()))
		}
	}
}

// An ask that is no offer is none, whatever the underlying, and a quote that can be traded
// against others without loss is no good one.
func TestNoOffers(t *testing.T) {
	chain := mustRead(t, chainHeader+
		"2024-07-01T13:30:00Z,21000,21000,2024-08-16,300,199999.98,290,999999\n"+
		"2024-07-01T13:31:00Z,21000,21000,2024-08-16,300,310,290,300\n", Layout{})
	if !math.IsNaN(chain.Options[0].Ask[0]) || !math.IsNaN(chain.Options[1].Ask[0]) || chain.Marks != 2 || chain.Options[0].Ask[1] != 310 {
		t.Errorf("asks %v and %v, %d marks", chain.Options[0].Ask, chain.Options[1].Ask, chain.Marks)
	}
	butterfly := modelChain(t, 0.1, func(o *Option) {
		if o.Expiry == 1 && o.Strike == 100 && !o.Put {
			o.Bid[0], o.Ask[0] = 7.9, 8
		}
	})
	states, _ := butterfly.judge(0, 0)
	for i, o := range butterfly.Options {
		want := market.Quoted
		if o.Expiry == 1 && !o.Put && o.Strike == 100 { // and its neighbors are not to blame
			want = market.Impossible
		}
		if states[i][0] != want {
			t.Errorf("the quote of %v of expiry %d is %v, want %v", o.Strike, o.Expiry, states[i][0], want)
		}
	}
}

// A file of one option may lack quotes, have crossed or impossible ones, or none that is meant:
// it is not quoted in such rows, and its mid stays.
func TestPartialSeries(t *testing.T) {
	const header = "timestamp,S,K,expiry,call_bid,call_ask\n"
	rows := ""
	sides := []string{"5,6", ",6", "7,6", "0,6", "5,999", "150,160", "5,6"}
	for i, quote := range sides {
		rows += opening().Add(time.Duration(i)*time.Minute).Format(time.RFC3339) + ",100,100,2024-08-16," + quote + "\n"
	}
	if _, err := ReadSeries(NewCSV(strings.NewReader(header+rows)), Layout{}); err == nil {
		t.Error("a whole series lacks quotes")
	}
	quotes, err := ReadPartialSeries(NewCSV(strings.NewReader(header+rows)), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := quotes.Market(market.Settings{ImpliedVol: known(0.2), Signal: signal.Signal{Model: signal.SeedSignal}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := &m.Series[0]
	for i := range sides {
		if good := i == 0 || i == len(sides)-1; s.Quotable[i] != good || s.Mid[i] != 5.5 {
			t.Errorf("%s: quotable %v, a mid of %v", sides[i], s.Quotable[i], s.Mid[i])
		}
	}
	if s.BadQuotes[market.Missing] != 3 || s.BadQuotes[market.Crossed] != 1 || s.BadQuotes[market.Impossible] != 1 {
		t.Errorf("bad quotes %v", s.BadQuotes)
	}
	if _, err := ReadPartialSeries(NewCSV(strings.NewReader(header+"2024-07-01T13:30:00Z,100,100,2024-08-16,,\n")), Layout{}); err == nil || !strings.Contains(err.Error(), "no row has a quote of the call") {
		t.Errorf("error %v", err)
	}
}

// A column of names is of shares only where one has several options; ids of options, blanks and
// texts of other kinds are not.
func TestNamesThatAreNoShares(t *testing.T) {
	const header = "symbol,timestamp,underlying,strike,expiry,right,bid,ask\n"
	const rest = ",2024-07-01T13:30:00Z,100,%d,2024-08-16,%s,5,6\n"
	rows := func(name func(strike int, right string) string) string {
		text := header
		for _, strike := range []int{95, 100} {
			for _, right := range []string{"C", "P"} {
				text += name(strike, right) + fmt.Sprintf(rest, strike, right)
			}
		}
		return text
	}
	for what, name := range map[string]func(strike int, right string) string{
		"ids":              func(strike int, right string) string { return fmt.Sprint(strike) + right },
		"ids of strikes":   func(strike int, _ string) string { return fmt.Sprint("K", strike) },
		"one share":        func(int, string) string { return "ABC" },
		"a blank":          func(strike int, _ string) string { return map[int]string{95: "ABC"}[strike] },
		"names of options": func(strike int, right string) string { return fmt.Sprintf("XYZ 16AUG24 %d %s", strike, right) },
	} {
		if chain := mustRead(t, rows(name), Layout{}); len(chain.Options) != 4 {
			t.Errorf("%s: %d options", what, len(chain.Options))
		}
	}
	two := rows(func(strike int, right string) string { return map[string]string{"C": "AAA", "P": "BBB"}[right] })
	if _, err := readChain(NewCSV(strings.NewReader(two)), Layout{}); err == nil || !strings.Contains(err.Error(), "the roots AAA, BBB") {
		t.Errorf("two shares: error %v", err)
	}
}

// A timestamp by another name goes before a date and a time of something else, and a clock that
// has the date is one by itself.
func TestWhichColumnsAreTheTime(t *testing.T) {
	want := time.Date(2024, 7, 1, 14, 31, 0, 0, time.UTC).Unix()
	const rest = ",underlying,strike,expiry,call_bid,call_ask,put_bid,put_ask\n"
	for _, cells := range []string{
		"quote_datetime,trade_date,time" + rest + "2024-07-01 14:31,2024-06-28,15:59", "datetime,date,time" + rest + "2024-07-01 14:31,2024-07-01,0.05",
		"quote_date,quote_time" + rest + "2024-07-01,2024-07-01 14:31:00", "quote_date,quote_time" + rest + "2024-07-01,14:31:00", "date,time" + rest + "2024-07-01 00:00:00,14:31",
	} {
		if chain := mustRead(t, cells+",100,95,2024-08-16,5,6,1,2\n", Layout{}); chain.Timestamps[0] != want {
			t.Errorf("%q is %v", cells, time.Unix(chain.Timestamps[0], 0).UTC())
		}
	}
}
