package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"optmm/engine/account"
	"optmm/engine/market"
	"optmm/engine/market/recorded"
	"optmm/engine/param"
)

// tableOf is one table of separated values.
func tableOf(content string) func(yield func(recorded.Table, error) bool) {
	return func(yield func(recorded.Table, error) bool) {
		yield(recorded.Table{Rows: recorded.NewCSV(strings.NewReader(content))}, nil)
	}
}

// tradedChain is ten minutes of one strike, the call quoted 2.00 to 2.20 and the put 1.90 to 2.10
// throughout, with the given trades.
func tradedChain(t *testing.T, trades string) *recorded.Chain {
	t.Helper()
	var quotes strings.Builder
	quotes.WriteString("timestamp,underlying,strike,expiry,call_bid,call_ask,put_bid,put_ask\n")
	for minute := range 10 {
		at := time.Date(2024, 7, 1, 14, minute, 0, 0, time.UTC)
		fmt.Fprintf(&quotes, "%s,100.1,100,2024-08-16,2.00,2.20,1.90,2.10\n", at.Format(time.RFC3339))
	}
	chain, err := recorded.ReadChain(tableOf(quotes.String()), recorded.Own{}, recorded.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	read, err := recorded.ReadTrades(tableOf("timestamp,strike,expiry,right,price,size\n"+trades), recorded.Layout{})
	if err != nil {
		t.Fatal(err)
	}
	chain.Trades = read.All
	return chain
}

// fillsOfCall runs a market maker who quotes 2.05 to 2.15 for the call, and returns what it
// bought and sold in each minute.
func fillsOfCall(t *testing.T, chain *recorded.Chain, change func(*param.Params)) (bought, sold []int32, record *account.Record) {
	t.Helper()
	p := param.Defaults(param.DataOf(chain))
	p.QuoteModel, p.FillModel, p.QuoteSize = param.ShiftQuotes, param.TradeFills, 5
	p.Spread, p.SpreadFloor, p.SpreadVolCoef = some(0.1), 0, 0
	p.HedgeModel = param.HedgeOff
	p.Market.StaleMinutes = 0
	change(&p)
	if err := p.Validate(param.DataOf(chain)); err != nil {
		t.Fatal(err)
	}
	m, err := chain.Market(p.Market, 0)
	if err != nil {
		t.Fatal(err)
	}
	var s Simulator
	if _, err := s.Run(m, &p, 1); err != nil {
		t.Fatal(err)
	}
	return s.Record().Options[0].BidFills, s.Record().Options[0].AskFills, s.Record()
}

// A quote is filled by what prints through it in the minute after it, up to its size and what
// was traded, and by its position in the queue of what prints at it.
func TestTradesFill(t *testing.T) {
	const at = "2024-07-01T14:0%d:%02dZ,100,2024-08-16,%s,%s,%d\n"
	chain := tradedChain(t, ""+
		fmt.Sprintf(at, 1, 30, "call", "2.00", 3)+ // through the bid of 14:01
		fmt.Sprintf(at, 3, 0, "call", "2.20", 9)+ // through the ask of 14:02, on the minute: more than the quote's size
		fmt.Sprintf(at, 3, 1, "call", "2.05", 4)+ // at the bid of 14:03
		fmt.Sprintf(at, 4, 10, "call", "2.15", 3)+ // at the ask of 14:04
		fmt.Sprintf(at, 5, 10, "call", "2.10", 9)+ // between
		fmt.Sprintf(at, 6, 10, "put", "1.90", 9)+ // another option
		fmt.Sprintf(at, 7, 10, "call", "1.50", 9)+ // out of range
		fmt.Sprintf(at, 8, 10, "call", "2.00", 2)+fmt.Sprintf(at, 8, 20, "call", "2.20", 2)) // both sides
	if got, want := chain.TestTrades(), (recorded.TradeCounts{Trades: 9, OutOfRange: 1}); got != want {
		t.Errorf("the trades are %+v, want %+v", got, want)
	}
	for _, c := range []struct {
		queue        string
		bought, sold []int32
	}{
		{param.BackOfQueue, []int32{0, 3, 0, 0, 0, 0, 0, 0, 2, 0}, []int32{0, 0, 5, 0, 0, 0, 0, 0, 2, 0}},
		{param.ShareOfQueue, []int32{0, 3, 0, 2, 0, 0, 0, 0, 2, 0}, []int32{0, 0, 5, 0, 1, 0, 0, 0, 2, 0}},
		{param.FrontOfQueue, []int32{0, 3, 0, 4, 0, 0, 0, 0, 2, 0}, []int32{0, 0, 5, 0, 3, 0, 0, 0, 2, 0}},
	} {
		bought, sold, _ := fillsOfCall(t, chain, func(p *param.Params) { p.Queue = c.queue })
		if fmt.Sprint(bought) != fmt.Sprint(c.bought) || fmt.Sprint(sold) != fmt.Sprint(c.sold) {
			t.Errorf("%s of the queue: bought %v, sold %v, want %v and %v", c.queue, bought, sold, c.bought, c.sold)
		}
	}
}

// A minute's bar is half at its lowest price and half at its highest, no more than was traded
// in all, the odd contract at the high of an odd minute; one without a size is a contract at each.
func TestBarsFill(t *testing.T) {
	for _, c := range []struct{ size, bought, sold int32 }{{5, 2, 3}, {4, 2, 2}, {1, 1, 1}} {
		chain := tradedChain(t, "2024-07-01T14:02:00Z,100,2024-08-16,call,2.1,1\n")
		chain.Trades = []recorded.Trade{{Seconds: chain.Timestamps[2], Strike: 100, Expiry: chain.Expiries[0].Seconds, Low: 2, High: 2.2, Size: c.size}}
		bought, sold, _ := fillsOfCall(t, chain, func(*param.Params) {})
		if bought[1] != c.bought || sold[1] != c.sold {
			t.Errorf("bought %v and sold %v of a bar of %d", bought, sold, c.size)
		}
	}
}

// A market that was packed and unpacked is the same.
func TestPackedMarket(t *testing.T) {
	chain := tradedChain(t, "2024-07-01T14:01:30Z,100,2024-08-16,call,2.00,3\n")
	packed, err := chain.Pack()
	if err != nil {
		t.Fatal(err)
	}
	again, err := recorded.UnpackChain(packed)
	if err != nil {
		t.Fatal(err)
	}
	again.Trades = chain.Trades
	bought, _, record := fillsOfCall(t, chain, func(*param.Params) {})
	pnl := fmt.Sprint(record.PnL)
	boughtAgain, _, recordAgain := fillsOfCall(t, again, func(*param.Params) {})
	if fmt.Sprint(bought) != fmt.Sprint(boughtAgain) || pnl != fmt.Sprint(recordAgain.PnL) {
		t.Error("the unpacked chain is another")
	}
	whole, err := record.Market.Pack()
	if err != nil {
		t.Fatal(err)
	}
	whole.Columns = whole.Columns[1:]
	if _, err := market.Unpack(whole); err == nil {
		t.Error("a packed market that lacks a column is unpacked")
	}
}

// No quote is filled by a print that was before it was known: a row that is some seconds late, or a
// fraction of one, is known when it is written, and the quote before is filled until then.
func TestNoPrintBeforeItsQuote(t *testing.T) {
	for _, c := range []struct{ quoted, printed string }{
		{"03", "01"}, {"00.900", "00.200"}, {"03.900", "03.200"},
	} {
		var quotes strings.Builder
		quotes.WriteString("timestamp,underlying,strike,expiry,call_bid,call_ask,put_bid,put_ask\n")
		for minute := range 20 {
			second, bid, ask := "00", 2.0, 2.2
			if minute == 10 { // a better quote, late
				second, bid, ask = c.quoted, 2.4, 2.6
			}
			fmt.Fprintf(&quotes, "2024-07-01T14:%02d:%sZ,100.1,100,2024-08-16,%.2f,%.2f,1.90,2.10\n", minute, second, bid, ask)
		}
		chain, err := recorded.ReadChain(tableOf(quotes.String()), recorded.Own{}, recorded.Layout{})
		if err != nil {
			t.Fatal(err)
		}
		trades, err := recorded.ReadTrades(tableOf(fmt.Sprintf("timestamp,strike,expiry,right,price,size\n2024-07-01T14:10:%sZ,100,2024-08-16,call,2.30,5\n", c.printed)), recorded.Layout{})
		if err != nil {
			t.Fatal(err)
		}
		chain.Trades = trades.All
		bought, sold, _ := fillsOfCall(t, chain, func(*param.Params) {})
		if bought[10] != 0 || sold[10] != 0 || sold[9] != 5 {
			t.Errorf("quoted at :%s, a print at :%s: bought %v, sold %v; the quote of minute 9 sells", c.quoted, c.printed, bought[8:12], sold[8:12])
		}
	}
}

// Bars that are dated by their starts fill the quote of their start.
func TestBarsDatedByTheirStarts(t *testing.T) {
	chain := tradedChain(t, "2024-07-01T14:02:00Z,100,2024-08-16,call,2.1,1\n")
	const bar = "timestamp,strike,expiry,right,low,high,volume\n2024-07-01T14:0%d:00Z,100,2024-08-16,call,2.00,2.00,4\n"
	for starts, at := range map[bool]int{false: 4, true: 3} {
		trades, err := recorded.ReadTrades(tableOf(fmt.Sprintf(bar, at)), recorded.Layout{Starts: starts})
		if err != nil {
			t.Fatal(err)
		}
		chain.Trades = trades.All
		if bought, _, _ := fillsOfCall(t, chain, func(*param.Params) {}); bought[3] != 4 {
			t.Errorf("starts %v: bought %v", starts, bought)
		}
	}
}
