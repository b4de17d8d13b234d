package recorded

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A time is the same instant in whatever form a program writes it.
func TestTimesInEveryForm(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	want := time.Date(2024, 7, 1, 13, 30, 0, 0, time.UTC).Unix()
	for _, cell := range []string{
		"2024-07-01T13:30:00Z", "2024-07-01T13:30Z", "2024-07-01 13:30:00+00", "2024-07-01 13:30:00+0000", "2024-07-01 13:30:00+00:00", "2024-07-01 13:30:00 UTC", "2024-07-01 13:30:00 GMT",
		"2024-07-01T13:30:00.000Z", "2024-07-01 13:30:00.123456789+00:00", "2024-07-01T09:30:00-04:00", "2024-07-01 09:30:00-0400", "2024-07-01 09:30-04", "2024-07-01T19:00:00+05:30",
		"20240701 13:30:00Z", "20240701T133000Z", "2024/07/01 13:30:00Z", "1-Jul-2024 13:30:00Z", "01Jul2024 13:30Z", "01Jul24T13:30Z", "01-JUL-2024 13:30Z",
		"2024-07-01 09:30:00 EDT", "2024-07-01 14:30 BRT/Known", "2024-07-01T09:30:00-04:00[America/New_York]", "2024-07-01T14:30:00[BRT/Known]",
		"1719840600", "1719840600000", "1719840600000000", "1719840600000000000", "1719840600.25",
	} {
		named := func(name string) *time.Location {
			if name != "BRT/Known" {
				return nil
			}
			return time.FixedZone(name, 3600)
		}
		at, err := parseInstant(cell, &Layout{Zone: newYork, Zones: named}) // which is of no use to any
		if err != nil || at.seconds != want || at.day || at.bare || at.zone == "" {
			t.Errorf("%s: %+v, error %v; want %d with a zone", cell, at, err, want)
		}
	}
	for _, cell := range []string{"2024-07-01T09:30:00", "2024-07-01 09:30", "2024-07-01 09:30:00.000", "20240701 093000"} {
		at, err := parseInstant(cell, &Layout{Zone: newYork})
		if err != nil || at.seconds != want || at.zone != "" {
			t.Errorf("%s in New York: %+v, error %v; want %d without a zone", cell, at, err, want)
		}
	}
	for _, cell := range []string{"15-Oct-2024 13:30:00Z", "15Oct2024 13:30Z", "15Oct24T13:30Z"} {
		if at, err := parseInstant(cell, &Layout{Zone: newYork}); err != nil || at.seconds != time.Date(2024, 10, 15, 13, 30, 0, 0, time.UTC).Unix() {
			t.Errorf("%s: %+v, error %v", cell, at, err)
		}
	}
	// The clocks of New York change between these two.
	for cell, want := range map[string]string{"2024-11-01 16:00": "2024-11-01T20:00:00Z", "2024-11-04 16:00": "2024-11-04T21:00:00Z"} {
		if at, err := parseInstant(cell, &Layout{Zone: newYork}); err != nil || time.Unix(at.seconds, 0).UTC().Format(time.RFC3339) != want {
			t.Errorf("%s in New York: %+v, error %v; want %s", cell, at, err, want)
		}
	}
}

// A date is one in every form, and a midnight is one too.
func TestDatesInEveryForm(t *testing.T) {
	want := time.Date(2024, 8, 16, 0, 0, 0, 0, time.UTC).Unix()
	for _, cell := range []string{"2024-08-16", "2024/08/16", "20240816", "16-Aug-2024", "16-AUG-2024", "16-Aug-24", "16AUG2024", "16AUG24"} {
		if at, err := parseInstant(cell, &Layout{}); err != nil || at.seconds != want || !at.day || !at.bare {
			t.Errorf("%s: %+v, error %v", cell, at, err)
		}
	}
	for _, cell := range []string{"2024-08-16 00:00:00", "2024-08-16T00:00:00Z", "2024-08-16 00:00", "1723766400"} {
		if at, err := parseInstant(cell, &Layout{}); err != nil || at.seconds != want || !at.day || at.bare {
			t.Errorf("%s: %+v, error %v", cell, at, err)
		}
	}
	for cell, want := range map[string]string{
		"1719840600.5.5": "is not a time", "2024-07-01 01:30:00 PM": "has AM or PM", "15-Oct-2024 25:00": "is not a time", "08/16/2024": "may have the day or the month first", "16/08/2024": "may have the day or the month first", "8/7/2024 09:30": "may have the day or the month first",
		"": "is not a time", "soon": "is not a time", "2024-13-01": "is not a time", "2024-02-30": "is not a time", "2024-07-01T25:00:00Z": "is not a time", "123": "is not a time", "99999999": "is not a time",
		"2024-07-01 09:30:00 CST": "has a zone that is neither an offset nor known", "2024-07-01 09:30:00 Mars/Olympus": "has a zone that is neither an offset nor known", "2024-07-01 13:30+99:00": "is not a time", "2024-07-01 Z": "is not a time", "12345678901234567890": "is not a time",
	} {
		if at, err := parseInstant(cell, &Layout{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, error %v, want one with %q", cell, at, err, want)
		}
	}
}

// Whatever the text, a time is an error or has a year, and written as RFC 3339 it is the same
// again.
func FuzzParseInstant(f *testing.F) {
	for _, cell := range []string{"2024-07-01T13:30:00Z", "20240701", "1719840600000", "16-Aug-24 09:30 UTC", "2024-07-01 13:30:00.1+0530"} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		at, err := parseInstant(cell, &Layout{})
		if err != nil {
			return
		}
		written := time.Unix(at.seconds, 0).UTC().Format(time.RFC3339)
		if again, err := parseInstant(written, &Layout{}); len(written) == len("2024-07-01T13:30:00Z") && (err != nil || again.seconds != at.seconds) {
			t.Errorf("%q is %s, which is %+v again, error %v", cell, written, again, err)
		}
	})
}

// Rows per right, per strike, and by the contract's name hold the same chain; so do columns
// that the layout names and scales, and numbers with a decimal comma.
func TestLayoutsOfOneChain(t *testing.T) {
	read := func(content string, layout Layout) *Chain {
		t.Helper()
		chain, err := readChain(NewCSV(strings.NewReader(content)), layout)
		if err != nil {
			t.Fatalf("%v in\n%s", err, content)
		}
		chain.Rows = 0
		return chain
	}
	want := read(chainHeader+"2024-07-01T13:31:00Z,100.5,100,2024-07-20,1.25,1.5,0.75,1\n2024-07-01T13:31:00Z,100.5,105,2024-07-20,,0.5,5,\n2024-07-01T13:32:00Z,101,100,2024-07-20,1.5,1.75,0.5,0.75\n", Layout{})
	right := "timestamp,underlying,strike,expiry,right,bid,ask\n"
	for name, got := range map[string]*Chain{
		"per right": read(right+"2024-07-01T13:31:00Z,100.5,100,2024-07-20,C,1.25,1.5\n2024-07-01T13:31:00Z,100.5,100,2024-07-20,P,0.75,1\n2024-07-01T13:31:00Z,100.50,105,2024-07-20,PE,5,NaN\n2024-07-01T13:31:00Z,100.5,105,20-Jul-2024,call,-1,0.5\n2024-07-01T13:32:00Z,101,100,20240720,put,0.5,0.75\n2024-07-01T13:32:00Z,101,100,2024-07-20 00:00:00,CALL,1.5,1.75\n", Layout{}),
		"a vendor's names": read("quote_datetime,underlying_price,strike_price,exdate,cp_flag,best_bid,best_offer\n2024-07-01T13:31:00Z,100.5,100000,20240720,C,1.25,1.5\n2024-07-01T13:31:00Z,100.5,100000,20240720,P,0.75,1\n2024-07-01T13:31:00Z,100.5,105000,20240720,C,NA,0.5\n2024-07-01T13:31:00Z,100.5,105000,20240720,P,5,199999.98\n2024-07-01T13:32:00Z,101,100000,20240720,C,1.5,1.75\n2024-07-01T13:32:00Z,101,100000,20240720,P,0.5,0.75\n",
			Layout{Columns: map[string]Source{"strike": {From: "STRIKE_PRICE", Scale: 0.001}}}),
		"by name": read("timestamp,underlying,symbol,bid,ask\n2024-07-01T13:31:00Z,100.5,XYZ   240720C00100000,1.25,1.5\n2024-07-01T13:31:00Z,100.5,O:XYZ240720P00100000,0.75,1\n2024-07-01T13:31:00Z,100.5,XYZ240720C00105000,,0.5\n2024-07-01T13:31:00Z,100.5,XYZ240720P00105000,5,null\n2024-07-01T13:32:00Z,101,XYZ240720C00100000,1.5,1.75\n2024-07-01T13:32:00Z,101,XYZ240720P00100000,0.5,0.75\n", Layout{}),
	} {
		if got.Marks > 1 {
			t.Errorf("%s: %d marks", name, got.Marks)
		}
		if root := map[bool]string{true: "XYZ"}[name == "by name"]; got.Root != root {
			t.Errorf("%s: the root is %q", name, got.Root)
		}
		got.Marks, got.Root = 0, ""
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Errorf("%s:\n%+v\nwant\n%+v", name, got, want)
		}
	}
	comma := read("timestamp;S0;K;expiry;call_bid;call_ask;put_bid;put_ask\n2024-07-01T13:31:00Z;100,5;100;2024-07-20;1,25;1,5;0,75;1\n", Layout{Comma: true, Columns: map[string]Source{"underlying": {From: "S0"}}})
	if comma.Expiries[0].Underlying[0] != 100.5 || comma.Options[0].Bid[0] != 1.25 {
		t.Errorf("decimal commas: %+v", comma)
	}
}

// What no row may hold is refused with its line and the way out.
func TestCellsAreRefused(t *testing.T) {
	right := "timestamp,underlying,strike,expiry,right,bid,ask\n"
	const row = "2024-07-01T13:31:00Z,100,100,2024-07-20,C,1,2\n"
	for _, c := range []struct{ csv, want string }{
		{"sep=,\n" + right + row + row, "line 4, column bid: duplicate quote"},
		{"sep=,\n" + right + row + "1\n", "line 4: wrong number of fields"},
		{right + row + row, "line 3, column bid: duplicate quote of the call 100 at 2024-07-01T13:31:00Z"},
		{right + "2024-07-01T13:31:00Z,100,100,2024-07-20,X,1,2\n", `line 2, column right: "X" is neither call nor put`},
		{chainHeader + "2024-07-01T13:31:00Z,100,100,2024-07-20,$1,2,1,2\n", `line 2, column call_bid: "$1" is not a number: write it as 1234.5, without currency`},
		{chainHeader + "2024-07-01T13:31:00Z,\"1,000\",100,2024-07-20,1,2,1,2\n", `line 2, column underlying: "1,000" is not a number: write it as 1234.5`},
		{chainHeader + "07/01/2024 13:31,100,100,2024-07-20,1,2,1,2\n", `line 2, column timestamp: "07/01/2024 13:31" may have the day or the month first; write it as 2024-07-01`},
		{"timestamp,underlying,symbol,bid,ask\n2024-07-01T13:31:00Z,100,XYZ,1,2\n", `line 2, column symbol: "XYZ" is not the name of an option; want one as SPXW  210108C03700000`},
		{"timestamp,underlying,strike,expiry,bid,ask\n", "line 1: no column right"},
	} {
		if _, err := readChain(NewCSV(strings.NewReader(c.csv)), Layout{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}
