package recorded

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"optmm/engine/market"
	"optmm/engine/pricing"
	"optmm/engine/signal"
)

// A chain that is quoted at known volatilities around a known forward.
type quotedChain struct {
	rate, yield float64
	minutes     int
	strikes     []float64
	expiry      time.Time
	quote       func(minute int, strike float64, put bool, mid float64) (bid, ask string) // nil: mid ± 0.01
	underlying  func(minute int) float64
	vol         func(strike float64) float64
}

var firstMinute = time.Date(2024, 7, 1, 13, 31, 0, 0, time.UTC)

func (k quotedChain) minute(b *strings.Builder, i int) {
	now := firstMinute.Add(time.Duration(i) * time.Minute)
	years := k.expiry.Sub(now).Seconds() / (86400 * 365)
	for _, strike := range k.strikes {
		cells := []string{now.Format(time.RFC3339), fmt.Sprint(k.underlying(i)), fmt.Sprint(strike), k.expiry.Format(time.RFC3339)}
		for _, put := range []bool{false, true} {
			mid, _ := pricing.European{Spot: k.underlying(i), Strike: strike, Rate: k.rate, DividendYield: k.yield, Vol: k.vol(strike), Years: years, Put: put}.Value()
			bid, ask := fmt.Sprintf("%.12f", mid-0.01), fmt.Sprintf("%.12f", mid+0.01)
			if k.quote != nil {
				bid, ask = k.quote(i, strike, put, mid)
			}
			cells = append(cells, bid, ask)
		}
		fmt.Fprintln(b, strings.Join(cells, ","))
	}
}

func smiling(strike float64) float64 { return 0.2 + 0.002*math.Abs(strike-100) }

func steady() quotedChain {
	return quotedChain{
		rate: 0.03, yield: 0.01, minutes: 20, strikes: []float64{90, 100, 110}, expiry: firstMinute.AddDate(0, 2, 0),
		underlying: func(i int) float64 { return 100 + 0.1*float64(i) }, vol: smiling,
	}
}

func chainMarket(t *testing.T, settings market.Settings, chains ...quotedChain) *market.Market {
	t.Helper()
	var b strings.Builder
	for i := range chains[0].minutes {
		for _, chain := range chains {
			chain.minute(&b, i)
		}
	}
	return marketOf(t, settings, strings.TrimSpace(b.String()))
}

func chainSettings() market.Settings {
	return market.Settings{Rate: known(0.03), Clock: market.Act365Clock, Signal: signal.Signal{Model: signal.ParityResidualSignal}}
}

// What the quotes were made with comes out of them: volatilities, forward and, where
// it is unset, the rate.
func TestChainMarketFindsWhatItWasMadeOf(t *testing.T) {
	for _, rate := range []market.Optional{known(0.03), {}} {
		settings := chainSettings()
		settings.Rate = rate
		m := chainMarket(t, settings, steady())
		if len(m.Series) != 6 || len(m.Underlyings) != 1 {
			t.Fatalf("%d series on %d underlyings", len(m.Series), len(m.Underlyings))
		}
		for j := range m.Series {
			option := &m.Series[j]
			for i := range option.Mid {
				want := pricing.European{Spot: 100 + 0.1*float64(i), Strike: option.Strike, Rate: 0.03, DividendYield: 0.01, Vol: smiling(option.Strike), Years: option.Years[i], Put: option.Put}.Greeks()
				for _, c := range []struct {
					name      string
					got, want float64
				}{
					{"vol", option.Vol[i], smiling(option.Strike)}, {"discount", option.Discount[i], want.Discount}, {"mid", option.Mid[i], want.Price},
					{"theo", option.Theo[i], want.Price}, {"delta", option.Delta[i], want.Delta}, {"gamma", option.Gamma[i], want.Gamma}, {"vega", option.Vega[i], want.Vega},
					{"residual", option.ParityResidual[i], 0}, {"width", option.Width[i], 0.02},
				} {
					if math.Abs(c.got-c.want) > 1e-6 {
						t.Fatalf("rate %v, %v %s, minute %d: %s is %v, want %v", rate, option.Strike, option.Right(), i, c.name, c.got, c.want)
					}
				}
			}
			if option.BadQuotes[market.Quoted] != 20 {
				t.Errorf("%v: %v", option.Contract, option.BadQuotes)
			}
		}
	}
}

// A given volatility is taken, and the forward then follows from the yield.
func TestChainMarketTakesAGivenVolatility(t *testing.T) {
	settings := chainSettings()
	settings.ImpliedVol, settings.DividendYield = known(0.4), 0.02
	option := &chainMarket(t, settings, steady()).Series[3]
	want, _ := pricing.European{Spot: 100, Strike: 100, Rate: 0.03, DividendYield: 0.02, Vol: 0.4, Years: option.Years[0], Put: true}.Value()
	if option.Vol[0] != 0.4 || math.Abs(option.Theo[0]-want) > 1e-9 {
		t.Errorf("volatility %v, theo %v, want 0.4 and %v", option.Vol[0], option.Theo[0], want)
	}
}

// Without a good quote an option is not quotable, its mid stays the last good one,
// and the minutes are counted by what is wrong.
func TestChainMarketPolicies(t *testing.T) {
	k := steady()
	k.minutes = 16
	k.quote = func(i int, strike float64, put bool, mid float64) (string, string) {
		if strike != 100 || put {
			return fmt.Sprintf("%.9f", mid-0.01), fmt.Sprintf("%.9f", mid+0.01)
		}
		switch {
		case i == 0 || i == 3:
			return "", ""
		case i == 5:
			return fmt.Sprintf("%.9f", mid+0.01), fmt.Sprintf("%.9f", mid-0.01)
		case i == 7:
			return fmt.Sprintf("%.9f", mid), fmt.Sprintf("%.9f", mid)
		case i >= 10: // never changes again
			return "5", "5.1"
		}
		return fmt.Sprintf("%.9f", mid-0.01), fmt.Sprintf("%.9f", mid+0.01)
	}
	settings := chainSettings()
	settings.StaleMinutes = 2
	m := chainMarket(t, settings, k)
	option := &m.Series[2]
	if option.Strike != 100 || option.Put {
		t.Fatalf("series 2 is %+v", option.Contract)
	}
	for i, good := range []bool{false, true, true, false, true, false, true, false, true, true, true, true, true, false, false, false} {
		if option.Quotable[i] != good {
			t.Errorf("minute %d: quotable %v, want %v", i, option.Quotable[i], good)
		}
		if !good && i > 0 && option.Mid[i] != option.Mid[i-1] {
			t.Errorf("minute %d: the mid moves to %v without a good quote", i, option.Mid[i])
		}
	}
	if option.Mid[0] != option.Mid[1] {
		t.Errorf("before the first good quote the mid is %v, the first is %v", option.Mid[0], option.Mid[1])
	}
	if want := [market.States]int{market.Quoted: 9, market.Missing: 2, market.Crossed: 1, market.Locked: 1, market.Stale: 3}; option.BadQuotes != want {
		t.Errorf("counts %v, want %v", option.BadQuotes, want)
	}
	if option.ParityResidual[3] != option.ParityResidual[2] || option.ParityResidual[0] != 0 {
		t.Errorf("the residual without a quote is %v after %v, and %v at first", option.ParityResidual[3], option.ParityResidual[2], option.ParityResidual[0])
	}
}

// Nothing at a minute depends on a later one, but for what replaces quotes
// before the first.
func TestChainMarketDoesNotSeeTheFuture(t *testing.T) {
	long, short := steady(), steady()
	short.minutes = 12
	settings := chainSettings()
	settings.Rate, settings.StaleMinutes = market.Optional{}, 3
	long.underlying = func(i int) float64 { return 100 + 0.1*float64(i%7) }
	short.underlying = long.underlying
	all, part := chainMarket(t, settings, long), chainMarket(t, settings, short)
	for j := range part.Series {
		a, b := &all.Series[j], &part.Series[j]
		for name, columns := range map[string][2][]float64{
			"mid": {a.Mid, b.Mid}, "vol": {a.Vol, b.Vol}, "theo": {a.Theo, b.Theo}, "delta": {a.Delta, b.Delta}, "residual": {a.ParityResidual, b.ParityResidual},
			"score": {a.Score, b.Score}, "discount": {a.Discount, b.Discount}, "width": {a.Width, b.Width},
		} {
			for i := range b.Mid {
				if columns[0][i] != columns[1][i] {
					t.Fatalf("series %d, minute %d: %s is %v, and %v with another future", j, i, name, columns[1][i], columns[0][i])
				}
			}
		}
	}
}

// Expiries whose underlyings differ are hedged apart; a gap in one is filled with
// the price before, and its options are not quoted then.
func TestChainMarketWithUnderlyingsOfTheirOwn(t *testing.T) {
	near, far := steady(), steady()
	far.expiry = near.expiry.AddDate(0, 1, 0)
	far.underlying = func(i int) float64 { return 102 + 0.2*float64(i) }
	m := chainMarket(t, chainSettings(), near, far)
	same := steady()
	same.expiry = far.expiry
	if one := chainMarket(t, chainSettings(), near, same); len(one.Underlyings) != 1 || one.Series[6].Underlying != 0 {
		t.Errorf("two expiries on one underlying have %d", len(one.Underlyings))
	}
	if len(m.Underlyings) != 2 || m.Series[0].Underlying != 0 || m.Series[6].Underlying != 1 || m.Underlyings[1].Price[3] != 102.6 {
		t.Errorf("%d underlyings, series on %d and %d", len(m.Underlyings), m.Series[0].Underlying, m.Series[6].Underlying)
	}
	rows := chainHeader +
		"2024-07-01T13:31:00Z,100,100,2024-08-20,4,4.1,4,4.1\n" +
		"2024-07-01T13:32:00Z,,100,2024-08-20,4,4.2,4,4.1\n" +
		"2024-07-01T13:33:00Z,101,100,2024-08-20,4.5,4.7,3.5,3.6\n"
	chain, err := readChain(NewCSV(strings.NewReader(rows)), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	gap, err := chain.Market(chainSettings(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if gap.Underlyings[0].Price[1] != 100 || gap.Series[0].Quotable[1] || gap.Series[0].BadQuotes[market.Missing] != 1 {
		t.Errorf("underlying %v, quotable %v", gap.Underlyings[0].Price, gap.Series[0].Quotable)
	}
}

// A bare date is the last minute of its day that the data has, of the day before
// where the market is closed on it, and the end of the day where the data stops
// before; an hour is itself.
func TestChainMarketSettles(t *testing.T) {
	row := func(at, expiry string, spot float64) string {
		return fmt.Sprintf("%s,%v,100,%s,2,2.1,1,1.1\n", at, spot, expiry)
	}
	rows := chainHeader
	for _, at := range []string{"2024-07-04T19:59:00Z", "2024-07-04T20:00:00Z", "2024-07-05T19:59:00Z", "2024-07-05T20:00:00Z", "2024-07-08T14:00:00Z"} {
		day := at[:10]
		if day <= "2024-07-04" {
			rows += row(at, "2024-07-04", 101)
		}
		if at < "2024-07-08" {
			rows += row(at, "2024-07-06", 101.5)
		}
		rows += row(at, "2024-07-08T15:00:00Z", 101.5)
		rows += row(at, "2024-07-09", 101.5)
	}
	rows = strings.ReplaceAll(rows, ",101,", ",101.5,")
	chain, err := readChain(NewCSV(strings.NewReader(rows)), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := chain.Market(chainSettings(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range []int{1, 1, 3, 3, -1, -1, -1, -1} {
		option := &m.Series[j]
		if option.Expiry != want {
			t.Errorf("series %d (%s) settles at minute %d, want %d", j, time.Unix(option.Expires, 0).UTC(), option.Expiry, want)
		}
		if want >= 0 {
			value := 1.5
			if option.Put {
				value = 0
			}
			if option.Mid[want] != value || option.Mid[4] != value {
				t.Errorf("series %d settles at %v, want %v", j, option.Mid[want], value)
			}
			if total := option.BadQuotes[market.Quoted] + option.BadQuotes[market.Missing]; total != want {
				t.Errorf("series %d counts %d minutes, want the %d before expiry", j, total, want)
			}
		}
	}
	if got, want := m.Series[6].Years[4], 34.0/24/365; math.Abs(got-want) > 1e-12 {
		t.Errorf("a date beyond the data is %v years away, want %v", got, want)
	}
}

// marketOf reads rows in long form.
func marketOf(t *testing.T, settings market.Settings, rows ...string) *market.Market {
	t.Helper()
	chain, err := readChain(NewCSV(strings.NewReader(chainHeader+strings.Join(rows, "\n")+"\n")), Layout{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := chain.Market(settings, 0)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// An expiry with an hour that has no row is the row before; one at midnight after the
// last row of a bare date's day is that day's.
func TestChainMarketSettlesBetweenRows(t *testing.T) {
	m := marketOf(t, chainSettings(),
		"2024-01-02T14:58:00Z,100,100,2024-01-02T15:00:00Z,0.5,0.6,0.5,0.6",
		"2024-01-02T14:59:00Z,101,100,2024-01-02T15:00:00Z,1.5,1.6,0.5,0.6",
		"2024-01-03T14:59:00Z,120,100,2024-03-15,21,22,1,2")
	if call := &m.Series[0]; call.Expiry != 1 || call.Mid[1] != 1 || call.Mid[2] != 1 {
		t.Errorf("settles at minute %d to %v, and is %v the day after", call.Expiry, call.Mid[1], call.Mid[2])
	}
	midnight := marketOf(t, chainSettings(),
		"2024-01-02T23:59:00Z,100,100,2024-01-02,0.5,0.6,0.5,0.6",
		"2024-01-03T00:00:00Z,102,100,2024-01-02,1.5,1.6,0.5,0.6",
		"2024-01-03T00:01:00Z,103,100,2024-01-09,3.5,3.6,0.5,0.6")
	if call := &midnight.Series[0]; call.Expiry != 1 || call.Mid[1] != 2 {
		t.Errorf("a bare date settles at minute %d to %v", call.Expiry, call.Mid[1])
	}
}

// Underlyings that are never quoted together are not one, as when futures roll.
func TestDisjointUnderlyingsAreTwo(t *testing.T) {
	m := marketOf(t, chainSettings(),
		"2024-01-02T14:58:00Z,100,100,2024-01-19,2,2.1,2,2.1",
		"2024-01-03T14:58:00Z,250,250,2024-02-16,5,5.1,5,5.1")
	if len(m.Underlyings) != 2 {
		t.Errorf("%d underlyings", len(m.Underlyings))
	}
}

// Without a pair of quotes forward and discount go on as they were, and a strike
// that never had a volatility borrows the nearest, the lower of two.
func TestChainMarketGoesOnWithoutPairs(t *testing.T) {
	k := steady()
	k.minutes, k.strikes = 6, []float64{90, 95, 100, 110}
	k.quote = func(i int, strike float64, put bool, mid float64) (string, string) {
		if i >= 4 && put || strike == 100 && !put || strike == 100 && i > 0 {
			return "", ""
		}
		if strike == 100 { // above the strike: no volatility
			return "200", "201"
		}
		return fmt.Sprintf("%.12f", mid-0.01), fmt.Sprintf("%.12f", mid+0.01)
	}
	settings := chainSettings()
	settings.Rate = market.Optional{}
	m := chainMarket(t, settings, k)
	for j := range m.Series {
		option := &m.Series[j]
		for i := 4; i < 6; i++ {
			vol := smiling(option.Strike)
			if option.Strike == 100 {
				vol = smiling(95)
			}
			want := pricing.European{Spot: 100 + 0.1*float64(i), Strike: option.Strike, Rate: 0.03, DividendYield: 0.01, Vol: vol, Years: option.Years[i], Put: option.Put}.Greeks()
			if math.Abs(option.Theo[i]-want.Price) > 1e-5 || math.Abs(option.Discount[i]-want.Discount) > 1e-6 {
				t.Errorf("%v %s, minute %d: theo %v, discount %v, want %v and %v", option.Strike, option.Right(), i, option.Theo[i], option.Discount[i], want.Price, want.Discount)
			}
		}
	}
}

func TestChainMarketClocksAndSessions(t *testing.T) {
	rows := []string{
		"2024-07-01T13:31:00Z,100,100,2024-07-20T13:31:00Z,2,2.1,2,2.1", "2024-07-01T13:32:00Z,100,100,2024-07-20T13:31:00Z,2,2.1,2,2.1", "2024-07-01T13:33:00Z,100,100,2024-07-20T13:31:00Z,2,2.1,2,2.1",
		"2024-07-02T13:31:00Z,100,100,2024-07-20T13:31:00Z,2,2.1,2,2.1", "2024-07-02T13:32:00Z,100,100,2024-07-20T13:31:00Z,2,2.1,2,2.1",
	}
	settings := chainSettings()
	settings.StaleMinutes = 1
	m := marketOf(t, settings, rows...)
	if m.Series[0].Years[0] != 19.0/365 || m.MinuteYears != 2.0/(5*252) || len(m.Sessions) != 2 {
		t.Errorf("%v years, a minute is %v, %d sessions", m.Series[0].Years[0], m.MinuteYears, len(m.Sessions))
	}
	for i, good := range []bool{true, true, false, true, true} { // a new session begins
		if m.Series[0].Quotable[i] != good {
			t.Errorf("minute %d: quotable %v", i, m.Series[0].Quotable[i])
		}
	}
	settings.Clock = market.TradingClock
	if years := marketOf(t, settings, rows...).Series[0].Years[0]; math.Abs(years-19.0/252) > 1e-15 {
		t.Errorf("by the seed's clock %v years, want %v", years, 19.0/252)
	}
}

// A residual needs both quotes, and a side of which one cell is empty is none.
func TestChainMarketNeedsBothSides(t *testing.T) {
	m := marketOf(t, chainSettings(),
		"2024-07-01T13:31:00Z,100,95,2024-09-20,6.5,6.7,1,1.1", "2024-07-01T13:31:00Z,100,105,2024-09-20,1.5,1.6,6,6.1",
		"2024-07-01T13:32:00Z,100,95,2024-09-20,7.5,7.7,,0.05", "2024-07-01T13:32:00Z,100,105,2024-09-20,1.4,1.6,6,6.2",
		"2024-07-01T13:33:00Z,100,95,2024-09-20,7.5,7.7,1.2,1.1", "2024-07-01T13:33:00Z,100,105,2024-09-20,1.4,1.6,6,6.2")
	call, put := &m.Series[0], &m.Series[1]
	if put.Quotable[1] || put.BadQuotes[market.Missing] != 1 || put.Mid[1] != put.Mid[0] {
		t.Errorf("a put without a bid is quotable %v at %v", put.Quotable[1], put.Mid[1])
	}
	if call.ParityResidual[0] == 0 || call.ParityResidual[1] != call.ParityResidual[0] || call.ParityResidual[2] != call.ParityResidual[0] {
		t.Errorf("the call's residual is %v, %v without the put, %v with a crossed one", call.ParityResidual[0], call.ParityResidual[1], call.ParityResidual[2])
	}
}

// An option that nobody ever bids for, or that is crossed throughout, is not one of
// the chain's; one whose only quotes come without an underlying is never traded.
func TestOptionsWithoutAQuoteAreLeftOut(t *testing.T) {
	m := marketOf(t, chainSettings(),
		"2024-07-01T13:31:00Z,100,95,2024-09-20,6.5,6.7,1,1.1", "2024-07-01T13:31:00Z,100,105,2024-09-20,,0.05,6,6.1", "2024-07-01T13:31:00Z,100,110,2024-09-20,0.3,0.2,10,10.1",
		"2024-07-01T13:32:00Z,100,95,2024-09-20,7.5,7.7,1,1.1", "2024-07-01T13:32:00Z,100,105,2024-09-20,,0.1,6,6.2", "2024-07-01T13:32:00Z,100,110,2024-09-20,0.3,0.2,10,10.1")
	if len(m.Series) != 4 {
		t.Errorf("%d series, want two of 95 and the puts of 105 and 110", len(m.Series))
	}
	m = marketOf(t, chainSettings(),
		"2024-07-01T13:31:00Z,100,95,2024-09-20,6.5,6.7,1,1.1", "2024-07-01T13:31:00Z,100,105,2024-09-20,,,,",
		"2024-07-01T13:32:00Z,,95,2024-09-20,6.5,6.7,1,1.1", "2024-07-01T13:32:00Z,,105,2024-09-20,1,1.1,6,6.1")
	for j := range m.Series {
		if option := &m.Series[j]; option.Strike == 105 && (option.Quotable[0] || option.Quotable[1] || option.Mid[0] != option.Theo[0]) {
			t.Errorf("%v: quotable %v, mid %v", option.Contract, option.Quotable, option.Mid)
		}
	}
}
