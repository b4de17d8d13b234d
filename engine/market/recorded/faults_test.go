package recorded

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"
	"time"
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
	b.WriteString("2024-07-21T13:30:00Z,100,95,2024-07-19,5.2,5.3,0.2,0.3\n")        // expired
	_, err := readChain(NewCSV(strings.NewReader(b.String())), Layout{})
	const want = `10 faults
  line 2, column call_bid: "x" is not a number
  line 3, column call_bid: "x" is not a number
  line 4, column call_bid: "x" is not a number
  and 3 more like the last, the last of them at line 7
  line 8: wrong number of fields
  line 9, column strike: 0 must be above 0
  line 10, column call_bid: "5,210" is not a number: write it as 1234.5, without currency, percent and separators of thousands, or say that the decimal is a comma
  line 11, column expiry: expiry 2024-07-19 is before timestamp 2024-07-21T13:30:00Z`
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

// A header that lacks several columns is reported once.
func TestAllMissingColumnsAreListed(t *testing.T) {
	for _, c := range []struct {
		header, want string
		read         func(Rows, Layout) error
	}{
		{"timestamp,underlying,call_bid,call_ask,put_bid", "line 1: no column strike or K, expiry and put_ask; the header has timestamp, underlying, call_bid, call_ask, put_bid",
			func(r Rows, l Layout) error { _, err := readChain(r, l); return err }},
		{"time,price", "line 1: no column underlying or S, strike or K and call_mid or call_bid; the header has time, price",
			func(r Rows, l Layout) error { _, err := ReadSeries(r, l); return err }},
		{"timestamp,strike,price", "line 1: no column expiry and right; the header has timestamp, strike, price",
			func(r Rows, l Layout) error { _, err := readTrades(r, l); return err }},
	} {
		if err := c.read(NewCSV(strings.NewReader(c.header+"\n1\n")), Layout{}); err == nil || err.Error() != c.want {
			t.Errorf("%s: error %v, want %s", c.header, err, c.want)
		}
	}
}

// One bad cell is one fault: what follows from it is not said.
func TestFaultsDoNotCascade(t *testing.T) {
	chain := func(rows string) error {
		_, err := readChain(NewCSV(strings.NewReader(chainHeader+rows)), Layout{})
		return err
	}
	series := func(rows string) error {
		_, err := ReadSeries(NewCSV(strings.NewReader("timestamp,S,K,expiry,call_bid,call_ask\n"+rows)), Layout{})
		return err
	}
	const at = "2024-07-01T13:30:00Z"
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"underlying": {chain(at + ",abc,95,2024-07-20,5,6,1,2\n" + at + ",100,100,2024-07-20,2,3,2,3\n"), `line 2, column underlying: "abc" is not a number`},
		"strike":     {series(at + ",100,abc,2024-07-20,5,6\n2024-07-01T13:31:00Z,100,95,2024-07-20,5,6\n"), `line 2, column K: "abc" is not a number`},
		"expiry":     {series(at + ",100,95,07/19/2024,5,6\n2024-07-01T13:31:00Z,100,95,2024-07-20,5,6\n"), `line 2, column expiry: "07/19/2024" may have the day or the month first; write it as 2024-07-01, or say which by dates, mdy or dmy`},
		"mark":       {series(at + ",100,95,2024-07-20,5,199999.98\n"), "line 2, column call_ask: 199999.98 is too large for any option, a vendor's mark for no price"},
		"name":       {chain(strings.Repeat("x", 9) + ",100,95,2024-07-20,5,6,1,2\n"), `line 2, column timestamp: "xxxxxxxxx" is not a time; write it as 2024-07-01T13:30:00Z`},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, c.err, c.want)
		}
	}
	// A later time of a minute may lack the underlying, which stays that of before.
	if err := chain("2024-07-01T13:30:05Z,100,95,2024-07-20,5,6,1,2\n2024-07-01T13:30:10Z,,100,2024-07-20,2,3,2,3\n2024-07-01T13:30:10Z,,105,2024-07-20,1,2,5,6\n"); err != nil {
		t.Error(err)
	}
}

// A file that is cut short says what was wrong before its end too, and a message is short
// whatever the cell.
func TestFaultsBeforeTheEnd(t *testing.T) {
	cut := io.MultiReader(strings.NewReader(chainHeader+"2024-07-01T13:30:00Z,100,95,2024-07-20,x,6,1,2\n"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if _, err := readChain(NewCSV(cut), Layout{}); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), `"x" is not a number`) {
		t.Errorf("error %v", err)
	}
	names := "timestamp,underlying,symbol,bid,ask\n2024-07-01T13:30:00Z,100," + strings.Repeat("A", 200_000) + ",1,2\n"
	if _, err := readChain(NewCSV(strings.NewReader(names)), Layout{}); err == nil || len(err.Error()) > 300 {
		t.Errorf("%d bytes of error", len(fmt.Sprint(err)))
	}
}

// A chain whose options hardly share a minute is refused before it is laid out.
func TestSparseChainsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(chainHeader)
	for i := range 4000 {
		b.WriteString(quoted(opening().Add(time.Duration(i)*time.Minute), 100+i, 1))
	}
	if _, err := readChain(NewCSV(strings.NewReader(b.String())), Layout{}); err == nil || !strings.Contains(err.Error(), "8000 options in 4000 minutes from 4000 rows") {
		t.Errorf("error %v", err)
	}
}

func TestSparseness(t *testing.T) {
	for _, c := range []struct {
		options, minutes, rows int64
		want                   bool
	}{{4000, 4000, 4000, false}, {10_000, 5000, 5000, true}, {10_000, 5000, 500_000, false}, {10_000, 5000, 499_999, true}, {1 << 20, 1 << 20, 1 << 20, true}} {
		if got := tooSparse(c.options, c.minutes, c.rows); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// Numbers are decimal, in the form that the layout says, and scales keep what is exact.
func TestNumbersAreAsTheLayoutSays(t *testing.T) {
	for _, c := range []struct {
		cell  string
		comma bool
		scale float64
		want  float64 // NaN: refused
	}{
		{"1.5", false, 0, 1.5}, {"1,5", true, 0, 1.5}, {"5.000", true, 0, math.NaN()}, {"5.000,5", true, 0, math.NaN()}, {"1,5", false, 0, math.NaN()},
		{"0x1p0", false, 0, math.NaN()}, {"1_000", false, 0, math.NaN()}, {"1e2", false, 0, 100},
		{"4350", false, 0.001, 4.35}, {"1150", false, 0.001, 1.15}, {"2550", false, 0.01, 25.5}, {"3", false, 2.5, 7.5}, {"12345", false, 0.0001, 1.2345},
	} {
		row := &tableRow{rows: fixedPlace{}, layout: &Layout{Comma: c.comma}, cells: []string{c.cell}, faults: &Faults{}}
		got := row.number(column{name: "x", scale: c.scale}, 0, false)
		if row.failed != math.IsNaN(c.want) || !row.failed && got != c.want {
			t.Errorf("%q with comma %v times %v is %v, failed %v; want %v", c.cell, c.comma, c.scale, got, row.failed, c.want)
		}
	}
}

type fixedPlace struct{}

func (fixedPlace) Read() ([]string, error) { return nil, io.EOF }
func (fixedPlace) Place(int) string        { return "line 1" }
