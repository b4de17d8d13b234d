package quotes

import (
	"strings"
	"testing"
)

// The columns that a header may mean are proposed as a study takes them.
func TestColumnsAreProposed(t *testing.T) {
	for header, want := range map[string]string{
		"QuoteTime,OptSymbolRoot,ExpDate,StrikePx,CallPut,BestBid,BestAskPx,BidSize,AskSize,UndPrice": "\n    columns: {timestamp: QuoteTime, strike: StrikePx, expiry: ExpDate, right: CallPut, bid: BestBid, ask: BestAskPx, underlying: UndPrice}",
		"Quote Time,maturity date,K0,c bid,c ask,p bid,p ask":                                         "\n    columns: {timestamp: \"Quote Time\", strike: ?, expiry: \"maturity date\", call_bid: \"c bid\", call_ask: \"c ask\", put_bid: \"p bid\", put_ask: \"p ask\"}\n    underlying: FILE   # of the underlying's prices, which the rows do not have",
		"t_stamp,timestamp,option_symbol,bid_iv,bid_px,ask_px,spot":                                   "\n    columns: {contract: option_symbol, bid: bid_px, ask: ask_px, underlying: spot}",
		"date,open,high,low,close": "",
	} {
		got := propose(strings.Split(header, ","))
		if want == "" && got != "" || !strings.HasSuffix(got, want) {
			t.Errorf("%s: %s\nwant %s", header, got, want)
		}
	}
}
