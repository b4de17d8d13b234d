package recorded

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// All faults of a file are one error: the first of each kind, and how many more.
func TestAllFaultsAreListed(t *testing.T) {
	var b strings.Builder
	b.WriteString("timestamp,underlying,strike,expiry,call_bid,call_ask,put_bid,put_ask\n")
	for i := range 6 {
		fmt.Fprintf(&b, "2024-07-01T13:3%d:00Z,100,95,2024-07-20,x,5.3,0.2,0.3\n", i)
	}
	b.WriteString("2024-07-01T13:36:00Z,100,95,2024-07-20,5.2\n")                    // too short
	b.WriteString("2024-07-01T13:37:00Z,100,0,2024-07-20,5.2,5.3,0.2,0.3\n")         // a strike of 0
	b.WriteString("2024-07-01T13:37:00Z,100,100,2024-07-20,\"5,210\",5.3,0.2,0.3\n") // thousands
	b.WriteString("2024-07-01T13:30:00Z,100,95,2024-07-20,5.2,5.3,0.2,0.3\n")        // back in time
	_, err := ReadChain(NewCSV(strings.NewReader(b.String())), Layout{})
	const want = `10 faults
  line 2, column call_bid: "x" is not a number
  line 3, column call_bid: "x" is not a number
  line 4, column call_bid: "x" is not a number
  and 3 more like the last, the last of them at line 7
  line 8: wrong number of fields
  line 9, column strike: 0 must be above 0
  line 10, column call_bid: "5,210" is not a number: write it as 1234.5, without currency, percent and separators of thousands, or say that the decimal is a comma
  line 11, column timestamp: 2024-07-01T13:30:00Z is before the row above it: sort the file by time`
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
	var faults *Faults
	if !errors.As(err, &faults) || faults.total() != 10 {
		t.Errorf("%T", err)
	}
}

// The only fault is said on the line of the message, and its type can be asked for.
func TestOneFaultIsOneLine(t *testing.T) {
	_, err := ReadSeries(NewCSV(strings.NewReader("S,K,call_mid\n100,100,4\n100,105,4\n")), Layout{})
	var several *SeveralSeriesError
	if !errors.As(err, &several) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v", err)
	}
}

// A header that lacks several columns is told so once.
func TestAllMissingColumnsAreListed(t *testing.T) {
	for _, c := range []struct {
		header, want string
		read         func(Rows, Layout) error
	}{
		{"timestamp,underlying,call_bid,call_ask,put_bid", "line 1: no column strike or K, expiry and put_ask; the header has timestamp, underlying, call_bid, call_ask, put_bid",
			func(r Rows, l Layout) error { _, err := ReadChain(r, l); return err }},
		{"time,price", "line 1: no column underlying or S, strike or K and call_mid or call_bid; the header has time, price",
			func(r Rows, l Layout) error { _, err := ReadSeries(r, l); return err }},
		{"timestamp,strike,price", "line 1: no column expiry and right; the header has timestamp, strike, price",
			func(r Rows, l Layout) error { _, err := ReadTrades(r, l); return err }},
	} {
		if err := c.read(NewCSV(strings.NewReader(c.header+"\n1\n")), Layout{}); err == nil || err.Error() != c.want {
			t.Errorf("%s: error %v, want %s", c.header, err, c.want)
		}
	}
}
